//! Conditions joined by `and`, `or` and `not`, of what may be unknown
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#narrowcast-recipient)).

/// A condition, or several joined.
#[derive(Debug)]
pub(in crate::simulator) enum Tree<T> {
    Leaf(T),
    And(Vec<Tree<T>>),
    Or(Vec<Tree<T>>),
    Not(Box<Tree<T>>),
}

impl<T> Tree<T> {
    /// The conditions, without what joins them.
    pub(in crate::simulator) fn leaves(&self) -> Vec<&T> {
        match self {
            Self::Leaf(leaf) => vec![leaf],
            Self::And(branches) | Self::Or(branches) => branches.iter().flat_map(Self::leaves).collect(),
            Self::Not(branch) => branch.leaves(),
        }
    }

    /// Whether it holds; none if that depends on what is unknown. So `not` of something unknown does not hold either:
    /// LINE reaches people with unknown attributes only without a filter.
    pub(in crate::simulator) fn holds(&self, leaf: &impl Fn(&T) -> Option<bool>) -> Option<bool> {
        match self {
            Self::Leaf(it) => leaf(it),
            Self::And(branches) => all(branches.iter().map(|branch| branch.holds(leaf))),
            Self::Or(branches) => {
                all(branches.iter().map(|branch| not(branch.holds(leaf)))).map(|none| !none)
            }
            Self::Not(branch) => not(branch.holds(leaf)),
        }
    }
}

fn not(it: Option<bool>) -> Option<bool> {
    it.map(|it| !it)
}

/// False if one is false, otherwise unknown if one is unknown.
fn all(each: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut known = Some(true);
    for it in each {
        match it {
            Some(true) => {}
            Some(false) => return Some(false),
            None => known = None,
        }
    }
    known
}

#[cfg(test)]
mod tests {
    use super::Tree;

    fn leaf(it: Option<bool>) -> Tree<Option<bool>> {
        Tree::Leaf(it)
    }

    #[test]
    fn what_is_unknown_decides_only_where_nothing_else_does() {
        let (yes, no, unknown) = (Some(true), Some(false), None);
        let holds = |tree: Tree<Option<bool>>| tree.holds(&|it| *it);
        for (one, other, and, or) in [
            (yes, yes, yes, yes),
            (yes, no, no, yes),
            (no, no, no, no),
            (yes, unknown, unknown, yes),
            (no, unknown, no, unknown),
            (unknown, unknown, unknown, unknown),
        ] {
            assert_eq!(holds(Tree::And(vec![leaf(one), leaf(other)])), and, "{one:?} and {other:?}");
            assert_eq!(holds(Tree::Or(vec![leaf(one), leaf(other)])), or, "{one:?} or {other:?}");
        }
        assert_eq!(holds(Tree::Not(Box::new(leaf(unknown)))), unknown);
        assert_eq!(holds(Tree::Not(Box::new(leaf(no)))), yes);
    }
}
