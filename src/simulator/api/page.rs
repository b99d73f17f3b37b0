//! Lists page by page: `limit`, `start`, and continuation tokens that live for 24 hours
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#get-follower-ids)).

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::Refusal;
use crate::clock::Timestamp;

const TOKEN_LIFE: Duration = Duration::from_secs(24 * 3600);

/// What is asked of a list.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asking {
    pub(super) limit: Option<String>,
    pub(super) start: Option<String>,
}

/// How many there are on a page of a list: if nothing is said, and at most.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sizes {
    pub(super) usual: usize,
    pub(super) most: usize,
}

impl Asking {
    /// The part of `all` that is asked for, and the token for what follows. `list` tells this list's tokens from
    /// another's, and `key` its elements.
    pub(super) fn part<'a, T>(
        &self,
        all: &'a [T],
        key: impl Fn(&T) -> &str,
        list: &str,
        sizes: Sizes,
        now: Timestamp,
    ) -> Result<(Vec<&'a T>, Option<String>), Refusal> {
        self.part_of(all, |_| true, key, list, sizes, now)
    }

    /// The same of those in `all` that are `wanted`. It goes on behind the last one that was told, wherever that is by
    /// now, so that what comes and goes meanwhile does not shift the pages.
    pub(super) fn part_of<'a, T>(
        &self,
        all: &'a [T],
        wanted: impl Fn(&T) -> bool,
        key: impl Fn(&T) -> &str,
        list: &str,
        sizes: Sizes,
        now: Timestamp,
    ) -> Result<(Vec<&'a T>, Option<String>), Refusal> {
        let limit = self.limit(sizes)?;
        let start = match &self.start {
            None => 0,
            Some(token) => {
                let (place, last) = read(token, list, now).ok_or_else(invalid_start)?;
                // In the place of one that is gone there is the next.
                all.iter().position(|one| key(one) == last).map_or(place, |place| place + 1)
            }
        };
        let mut rest = all.iter().enumerate().skip(start).filter(|(_, one)| wanted(one));
        let part: Vec<_> = rest.by_ref().take(limit).collect();
        let next = rest.next().and(part.last()).map(|(place, last)| token(list, *place, key(last), now));
        Ok((part.into_iter().map(|(_, one)| one).collect(), next))
    }

    /// LINE says what is too much, and not what it answers; here it is refused, as it documents for unit names.
    fn limit(&self, sizes: Sizes) -> Result<usize, Refusal> {
        let invalid = || Refusal::bad_request("The value for the 'limit' parameter is invalid");
        match &self.limit {
            None => Ok(sizes.usual),
            Some(limit) => {
                limit.parse().ok().filter(|limit| (1..=sizes.most).contains(limit)).ok_or_else(invalid)
            }
        }
    }
}

/// A page as LINE answers it.
pub(super) fn with_next(mut page: Value, next: Option<String>) -> Value {
    if let Some(next) = next {
        page["next"] = json!(next);
    }
    page
}

fn invalid_start() -> Refusal {
    Refusal::bad_request("Invalid start param")
}

/// For what follows `last`, which is at `place`.
fn token(list: &str, place: usize, last: &str, now: Timestamp) -> String {
    URL_SAFE_NO_PAD.encode(format!("{list}\n{}\n{place}\n{last}", now.after(TOKEN_LIFE).as_millis()))
}

fn read(token: &str, list: &str, now: Timestamp) -> Option<(usize, String)> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
    let mut parts = text.splitn(4, '\n');
    let of = parts.next()?;
    let (end, place) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let good = of == list && now < Timestamp::from_millis(end);
    parts.next().filter(|_| good).map(|last| (place, last.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZES: Sizes = Sizes { usual: 2, most: 2 };
    const NOW: Timestamp = Timestamp::from_millis(1_793_000_000_000);

    fn page(all: &[&str], start: Option<&String>, list: &str, now: Timestamp) -> Option<String> {
        let asking = Asking { limit: None, start: start.cloned() };
        let (part, _) = asking.part(all, |one| one, list, SIZES, now).ok()?;
        Some(part.into_iter().copied().collect())
    }

    #[test]
    fn a_list_goes_on_behind_what_was_told_whatever_comes_and_goes() {
        let (part, next) =
            Asking::default().part(&["a", "b", "c", "d"], |one| one, "list", SIZES, NOW).unwrap();
        assert_eq!(part, [&"a", &"b"]);
        let next = next.as_ref();
        for now_there in [&["a", "b", "c", "d"][..], &["new", "a", "b", "c", "d"], &["a", "c", "d"]] {
            assert_eq!(page(now_there, next, "list", NOW).as_deref(), Some("cd"), "{now_there:?}");
        }
        assert_eq!(page(&[], next, "list", NOW).as_deref(), Some(""));
    }

    #[test]
    fn a_token_is_good_for_its_list_and_a_day() {
        let start = token("list", usize::MAX, "gone", NOW);
        assert_eq!(page(&["a"], Some(&start), "list", NOW).as_deref(), Some(""));
        for (list, now) in [("other", NOW), ("list", NOW.after(TOKEN_LIFE))] {
            assert_eq!(page(&["a"], Some(&start), list, now), None);
        }
        assert_eq!(page(&["a"], Some(&"?".to_owned()), "list", NOW), None);
    }
}
