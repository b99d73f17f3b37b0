//! Rich menus, their aliases, and operations on many users
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#rich-menu-object)).

use std::collections::HashSet;

use serde_json::Value;

use super::{At, Count, Need, Place, Report, action};
use crate::simulator::{mint, rich_menu};

const WIDTH: std::ops::RangeInclusive<u64> = 800..=2500;
const HEIGHT_MIN: u64 = 250;
const NAME_MAX: usize = 300;
const CHAT_BAR_TEXT_MAX: usize = 14;
const AREAS_MAX: usize = 20;
const USERS_MAX: usize = 500;
const OPERATIONS_MAX: usize = 1000;
const RESUME_KEY_MAX: usize = 100;
const ALIAS_MAX: usize = 32;

/// Checks a rich menu object.
pub(in crate::simulator) fn check_rich_menu(body: &Value, report: &mut Report) {
    let mut at = At::new(body, "", report);
    for field in ["size", "selected", "name", "chatBarText", "areas"] {
        if at.get(field).is_none() {
            at.fault(field, "must be specified");
        }
    }
    let size = at.within("size").and_then(|mut size| check_size(&mut size));
    if at.get("selected").is_some_and(|selected| !selected.is_boolean()) {
        at.fault("selected", "Must be true or false");
    }
    at.text("name", Need::Optional, NAME_MAX, Count::Graphemes);
    at.text("chatBarText", Need::Optional, CHAT_BAR_TEXT_MAX, Count::Graphemes);
    for (path, area) in at.items("areas", Need::Optional, 0, AREAS_MAX) {
        let mut area = At::new(area, path, at.report);
        match area.within("bounds") {
            Some(mut bounds) => check_bounds(&mut bounds, size),
            None => area.fault("bounds", "must be specified"),
        }
        action::check_action_in(&mut area, "action", Need::Required, Place::RichMenu);
    }
}

fn check_size(at: &mut At<'_>) -> Option<(u64, u64)> {
    let [width, height] = ["width", "height"].map(|side| natural(at, side));
    let (width, height) = (width?, height?);
    if !WIDTH.contains(&width) {
        at.fault("width", format!("Must be between {} and {}", WIDTH.start(), WIDTH.end()));
    } else if height < HEIGHT_MIN {
        at.fault("height", format!("Must be greater than or equal to {HEIGHT_MIN}"));
    } else if !fits(width, height) {
        at.fault("height", "The aspect ratio (width / height) must be at least 1.45");
    }
    Some((width, height))
}

/// Whether a rich menu, or its image, may have this size
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#size-object)).
pub(in crate::simulator) fn fits(width: u64, height: u64) -> bool {
    WIDTH.contains(&width) && height >= HEIGHT_MIN && width * 100 >= height.saturating_mul(145)
}

fn check_bounds(at: &mut At<'_>, size: Option<(u64, u64)>) {
    let [x, y, width, height] = ["x", "y", "width", "height"].map(|field| natural(at, field));
    for (side, start, length, whole) in
        [("width", x, width, size.map(|it| it.0)), ("height", y, height, size.map(|it| it.1))]
    {
        let (Some(start), Some(length)) = (start, length) else { continue };
        if length == 0 {
            at.fault(side, "Must be greater than or equal to 1");
        } else if whole.is_some_and(|whole| start.saturating_add(length) > whole) {
            at.fault(side, "The area must be within the rich menu");
        }
    }
}

fn natural(at: &mut At<'_>, field: &str) -> Option<u64> {
    let number = at.get(field).and_then(Value::as_u64);
    if number.is_none() {
        at.fault(field, "Must be a whole number of at least 0");
    }
    number
}

/// `richMenuId` of a body: whether it could be one.
pub(in crate::simulator) fn check_rich_menu_id<'a>(body: &'a Value, report: &mut Report) -> &'a str {
    let id = body["richMenuId"].as_str().unwrap_or_default();
    if !rich_menu::well_formed(id) {
        report.fault("richMenuId", "invalid richMenuId");
    }
    id
}

/// An alias: 1 to 32 of `a-z`, `0-9`, `_` and `-`.
pub(in crate::simulator) fn check_alias_id(alias: &str, report: &mut Report) {
    let allowed = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-');
    if !(1..=ALIAS_MAX).contains(&alias.len()) || !alias.bytes().all(allowed) {
        report.fault("richMenuAliasId", "invalid richMenuAliasId");
    }
}

/// `userIds` of a body; else which of them is no user id, or that they are too many.
pub(in crate::simulator) fn check_users(body: &Value) -> Result<Vec<&str>, String> {
    let users = body["userIds"].as_array().map(Vec::as_slice).unwrap_or_default();
    let invalid = |what: &str| {
        Err(format!("The property, '{what}', in the request body is invalid (line: -, column: -)"))
    };
    if !(1..=USERS_MAX).contains(&users.len()) {
        return invalid("userIds");
    }
    let mut read = Vec::with_capacity(users.len());
    for (at, user) in users.iter().enumerate() {
        match user.as_str() {
            Some(user) if mint::well_formed('U', user) || user.starts_with("LU") => read.push(user),
            _ => return invalid(&format!("userIds[{at}]")),
        }
    }
    Ok(read)
}

/// Checks a batch of operations, but not whether its menus are there.
pub(in crate::simulator) fn check_batch(body: &Value, report: &mut Report) {
    let mut at = At::new(body, "", report);
    let (mut kinds, mut seen) = (Vec::new(), HashSet::new());
    for (path, operation) in at.items("operations", Need::Required, 1, OPERATIONS_MAX) {
        let mut one = At::new(operation, path, at.report);
        one.one_of("type", Need::Required, &["link", "unlink", "unlinkAll"]);
        let text = |field: &str| operation[field].as_str().unwrap_or_default();
        let (kind, from, to) = (text("type"), text("from"), text("to"));
        if kind != "unlinkAll" && !rich_menu::well_formed(from) {
            one.fault("from", "invalid richMenuId");
        }
        if kind == "link" && !rich_menu::well_formed(to) {
            one.fault("to", "invalid richMenuId");
        }
        if kind != "unlinkAll" && !seen.insert(from) {
            at.report.fault("operations[].from", format!("from richmenu ({from}) is duplicated"));
        }
        kinds.push(kind);
    }
    // Several of it are as good as one, about which LINE says nothing.
    if kinds.contains(&"unlinkAll") && kinds.iter().any(|kind| *kind != "unlinkAll") {
        at.fault("operations[].type", "'unlinkAll' type can't be combined with other type");
    }
    if let Some(key) = at.string("resumeRequestKey", Need::Optional) {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
        if !(1..=RESUME_KEY_MAX).contains(&key.len()) || !key.bytes().all(allowed) {
            at.fault("resumeRequestKey", "invalid resumeRequestKey");
        }
    }
}
