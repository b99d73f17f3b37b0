//! Texts: `text` with its emojis, `textV2` with its substitutions
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#text-message-v2)).

use serde_json::Value;

use super::{At, Count, Need};

const TEXT_MAX: usize = 5000;
const EMOJIS_MAX: usize = 20;
const MENTIONS_MAX: usize = 20;
const SUBSTITUTIONS_MAX: usize = 100;
const KEY_MAX: usize = 20;

pub(super) fn check_text(at: &mut At<'_>) {
    let text = at.text("text", Need::Required, TEXT_MAX, Count::Utf16).unwrap_or_default();
    at.string("quoteToken", Need::Optional);
    if at.get("emojis").is_none() {
        return;
    }
    let units: Vec<u16> = text.encode_utf16().collect();
    for (path, emoji) in at.items("emojis", Need::Optional, 0, EMOJIS_MAX) {
        let mut emoji = At::new(emoji, path, at.report);
        emoji.string("productId", Need::Required);
        emoji.string("emojiId", Need::Required);
        let index = emoji.get("index").and_then(Value::as_u64).and_then(|index| usize::try_from(index).ok());
        if index.and_then(|index| units.get(index)) != Some(&u16::from(b'$')) {
            emoji.fault("index", "Must point at a $ in the text");
        }
    }
}

pub(super) fn check_text_v2(at: &mut At<'_>) {
    let text = at.text("text", Need::Required, TEXT_MAX, Count::Utf16).unwrap_or_default();
    at.string("quoteToken", Need::Optional);
    match placeholders(text) {
        None => at.fault("text", "Braces must be paired, or doubled to stand for themselves"),
        Some(keys) => check_placeholders(at, &keys),
    }
    check_substitution(at);
}

fn check_placeholders(at: &mut At<'_>, keys: &[&str]) {
    let substitution = &at.value["substitution"];
    for key in keys {
        if substitution.get(key).is_none() {
            at.fault("text", format!("The substitution for {{{key}}} is missing"));
        }
    }
    // A message may have more entries than it uses, so what is counted is what is shown.
    for (kind, max) in [("mention", MENTIONS_MAX), ("emoji", EMOJIS_MAX)] {
        if keys.iter().filter(|key| substitution[**key]["type"] == kind).count() > max {
            at.fault("text", format!("At most {max} substitutions of type {kind} are allowed"));
        }
    }
}

fn check_substitution(at: &mut At<'_>) {
    let Some(mut substitution) = at.within("substitution") else { return };
    let Some(entries) = substitution.value.as_object() else {
        substitution.report.fault(substitution.path.clone(), "Must be an object");
        return;
    };
    if entries.len() > SUBSTITUTIONS_MAX {
        let path = substitution.path.clone();
        substitution.report.fault(path, format!("Size must be between 0 and {SUBSTITUTIONS_MAX}"));
    }
    for key in entries.keys() {
        if !valid_key(key) {
            let path = substitution.path.clone();
            substitution
                .report
                .fault(path, format!("A key has 1 to {KEY_MAX} letters, digits or underscores"));
        }
        if let Some(mut value) = substitution.within(key) {
            check_substitute(&mut value);
        }
    }
}

fn check_substitute(at: &mut At<'_>) {
    at.one_of("type", Need::Required, &["mention", "emoji"]);
    match at.value["type"].as_str() {
        Some("emoji") => {
            at.string("productId", Need::Required);
            at.string("emojiId", Need::Required);
        }
        Some("mention") => match at.within("mentionee") {
            None => at.fault("mentionee", "May not be empty"),
            Some(mut mentionee) => {
                mentionee.one_of("type", Need::Required, &["user", "all"]);
                if mentionee.value["type"] == "user" {
                    mentionee.string("userId", Need::Required);
                }
            }
        },
        _ => {}
    }
}

fn valid_key(key: &str) -> bool {
    !key.is_empty() && key.len() <= KEY_MAX && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// The keys between single braces; none if the braces are not paired.
fn placeholders(text: &str) -> Option<Vec<&str>> {
    let mut keys = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        let brace = &rest[at..=at];
        let after = &rest[at + 1..];
        if let Some(doubled) = after.strip_prefix(brace) {
            rest = doubled;
        } else if brace == "}" {
            return None;
        } else {
            let end = after.find(['{', '}']).filter(|end| after[*end..].starts_with('}'))?;
            keys.push(&after[..end]);
            rest = &after[end + 1..];
        }
    }
    Some(keys)
}

#[cfg(test)]
mod tests {
    use super::placeholders;

    #[test]
    fn doubled_braces_stand_for_themselves_and_single_ones_must_be_paired() {
        assert_eq!(placeholders("Hi {who} {smile} - {{net}} 1200"), Some(vec!["who", "smile"]));
        assert_eq!(placeholders("{{}}"), Some(vec![]));
        assert_eq!(placeholders("open {who"), None);
        assert_eq!(placeholders("shut }"), None);
        assert_eq!(placeholders("{a{b}"), None);
    }
}
