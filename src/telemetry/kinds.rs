//! The event types that may be a label. A type that a stranger invents never becomes a time series.

/// The types this version knows, the commonest first; the last stands for all others.
pub const EVENT_TYPES: [&str; 22] = [
    "message",
    "postback",
    "follow",
    "unfollow",
    "unsend",
    "messageEdited",
    "join",
    "leave",
    "memberJoined",
    "memberLeft",
    "videoPlayComplete",
    "beacon",
    "accountLink",
    "membership",
    "module",
    "activated",
    "deactivated",
    "botSuspended",
    "botResumed",
    "delivery",
    "things",
    "unknown",
];

/// The label of an event's `type`: itself, or `unknown`.
pub fn event_type(kind: &str) -> &'static str {
    EVENT_TYPES[event_type_index(kind)]
}

/// The place of the label in [`EVENT_TYPES`].
pub(crate) fn event_type_index(kind: &str) -> usize {
    EVENT_TYPES.iter().position(|known| *known == kind).unwrap_or(EVENT_TYPES.len() - 1)
}

#[cfg(test)]
mod tests {
    use super::event_type;

    #[test]
    fn a_type_from_outside_never_becomes_a_label() {
        assert_eq!(event_type("postback"), "postback");
        assert_eq!(event_type("payment\"} 1\n"), "unknown");
        assert_eq!(event_type(""), "unknown");
    }
}
