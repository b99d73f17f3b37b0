//! Operator objects as a tree. What comes out of `&`, `|` and `!` is always one that LINE takes: no operator without
//! operands, and never two on one object.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Tree<L> {
    Leaf(L),
    /// Two or more.
    And(Vec<Self>),
    /// Two or more.
    Or(Vec<Self>),
    /// Never of another `Not`.
    Not(Box<Self>),
}

impl<L> Tree<L> {
    /// An operand that is an `and` itself lends its operands: the result is the same and the tree stays flat.
    pub(super) fn and(self, other: Self) -> Self {
        let operands = |tree| match tree {
            Self::And(operands) => operands,
            other => vec![other],
        };
        Self::And(joined(operands(self), operands(other)))
    }

    /// As [`and`](Self::and).
    pub(super) fn or(self, other: Self) -> Self {
        let operands = |tree| match tree {
            Self::Or(operands) => operands,
            other => vec![other],
        };
        Self::Or(joined(operands(self), operands(other)))
    }

    /// Twice is not at all.
    pub(super) fn negated(self) -> Self {
        match self {
            Self::Not(operand) => *operand,
            other => Self::Not(Box::new(other)),
        }
    }

    /// Objects that are no operators.
    pub(super) fn leaves(&self) -> usize {
        match self {
            Self::Leaf(_) => 1,
            Self::And(operands) | Self::Or(operands) => operands.iter().map(Self::leaves).sum(),
            Self::Not(operand) => operand.leaves(),
        }
    }
}

fn joined<T>(mut one: Vec<T>, other: Vec<T>) -> Vec<T> {
    one.extend(other);
    one
}

impl<L: Serialize> Serialize for Tree<L> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Leaf(leaf) => leaf.serialize(s),
            Self::And(operands) => operator(s, "and", operands),
            Self::Or(operands) => operator(s, "or", operands),
            Self::Not(operand) => operator(s, "not", operand),
        }
    }
}

fn operator<S: Serializer>(s: S, name: &'static str, operands: &impl Serialize) -> Result<S::Ok, S::Error> {
    let mut object = s.serialize_map(Some(2))?;
    object.serialize_entry("type", "operator")?;
    object.serialize_entry(name, operands)?;
    object.end()
}

/// Gives a wrapped [`Tree`] the operators.
macro_rules! operators {
    ($name:ident) => {
        impl std::ops::BitAnd for $name {
            type Output = Self;

            /// Who is in both.
            fn bitand(self, other: Self) -> Self {
                Self(self.0.and(other.0))
            }
        }

        impl std::ops::BitOr for $name {
            type Output = Self;

            /// Who is in either.
            fn bitor(self, other: Self) -> Self {
                Self(self.0.or(other.0))
            }
        }

        impl std::ops::Not for $name {
            type Output = Self;

            /// Everybody else.
            fn not(self) -> Self {
                Self(self.0.negated())
            }
        }
    };
}

pub(super) use operators;
