//! Actions, by the place they stand in
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#action-objects)).

use super::{At, Count, Need, picker};

const TEXT_MAX: usize = 300;
pub(super) const DATA_MAX: usize = 300;
const URI_MAX: usize = 1000;
const CLIPBOARD_MAX: usize = 1000;
const ALIAS_MAX: usize = 32;
const ANYWHERE: [&str; 5] = ["postback", "message", "uri", "datetimepicker", "clipboard"];
const IN_QUICK_REPLIES: [&str; 3] = ["camera", "cameraRoll", "location"];
const IN_RICH_MENUS: [&str; 1] = ["richmenuswitch"];
const INPUT_OPTIONS: &[&str] = &["closeRichMenu", "openRichMenu", "openKeyboard", "openVoice"];
/// The schemes of a URI that an action opens.
pub(super) const SCHEMES: &[&str] = &["http", "https", "line", "tel"];

/// Where an action stands: which actions may be there, and what their label is like
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#action-object-label-spec)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::simulator) enum Place {
    QuickReply,
    /// Any template but an image carousel.
    Template,
    ImageCarousel,
    FlexButton,
    /// Any other component of a Flex Message.
    Flex,
    RichMenu,
}

impl Place {
    fn label(self) -> (Need, usize) {
        match self {
            Self::QuickReply | Self::Template => (Need::Required, 20),
            Self::RichMenu => (Need::Optional, 20),
            Self::ImageCarousel => (Need::Optional, 12),
            Self::FlexButton => (Need::Required, 40),
            Self::Flex => (Need::Optional, 40),
        }
    }

    fn types(self) -> Vec<&'static str> {
        let only_here: &[&str] = match self {
            Self::QuickReply => &IN_QUICK_REPLIES,
            Self::RichMenu => &IN_RICH_MENUS,
            _ => &[],
        };
        ANYWHERE.iter().chain(only_here).copied().collect()
    }
}

/// Checks the action `at`, which stands in `place`.
pub(in crate::simulator) fn check_action(at: &mut At<'_>, place: Place) {
    let (need, max) = place.label();
    at.one_of("type", Need::Required, &place.types());
    at.text("label", need, max, Count::Graphemes);
    match at.value["type"].as_str().unwrap_or_default() {
        "postback" => check_postback(at),
        "message" => {
            at.text("text", Need::Required, TEXT_MAX, Count::Graphemes);
        }
        "uri" => {
            at.url("uri", Need::Required, URI_MAX, SCHEMES);
            if let Some(mut alternative) = at.within("altUri") {
                alternative.url("desktop", Need::Optional, URI_MAX, SCHEMES);
            }
        }
        "datetimepicker" => picker::check_picker(at),
        "clipboard" => {
            at.text("clipboardText", Need::Required, CLIPBOARD_MAX, Count::Utf16);
        }
        "richmenuswitch" if place == Place::RichMenu => {
            at.text("richMenuAliasId", Need::Required, ALIAS_MAX, Count::Utf16);
            at.text("data", Need::Given, DATA_MAX, Count::Utf16);
        }
        _ => {}
    }
}

/// Checks the action in `field` of the object `at`; a fault if it is not there.
pub(in crate::simulator) fn check_action_in(at: &mut At<'_>, field: &str, need: Need, place: Place) {
    match at.within(field) {
        Some(mut action) => check_action(&mut action, place),
        None if need == Need::Optional => {}
        None => at.fault(field, "May not be empty"),
    }
}

fn check_postback(at: &mut At<'_>) {
    at.text("data", Need::Given, DATA_MAX, Count::Utf16);
    at.one_of("inputOption", Need::Optional, INPUT_OPTIONS);
    for field in ["displayText", "text", "fillInText"] {
        at.text(field, Need::Optional, TEXT_MAX, Count::Graphemes);
    }
    if at.get("displayText").is_some() && at.get("text").is_some() {
        at.fault("text", "Cannot be used together with displayText");
    }
    if at.get("fillInText").is_some() && at.value["inputOption"] != "openKeyboard" {
        at.fault("fillInText", "Can only be used with the inputOption openKeyboard");
    }
}
