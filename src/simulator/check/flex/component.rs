//! Components: which stand where, and which properties each has
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#component)).

use super::value::{
    BORDER, IMAGE, LENGTH, LETTERS, OFFSET, PADDING, SPACE, Size, check_angle, check_color,
    check_line_spacing, check_part, check_ratio, check_size, check_whole,
};
use super::{INVALID, MISSING, boolean, known, word};
use crate::simulator::check::{At, Need, Place, check_action_in};

/// What a header, a body and a footer are.
pub(super) const BLOCKS: &[&str] = &["box"];
pub(super) const HEROES: &[&str] = &["box", "image", "video"];
const ALT_CONTENTS: &[&str] = &["box", "image"];
const IN_BOXES: &[&str] = &["box", "button", "image", "text", "separator", "filler"];
const IN_BASELINE_BOXES: &[&str] = &["icon", "text", "filler"];
const IN_TEXTS: &[&str] = &["span"];

/// What a property may be.
enum Kind {
    /// The component's own type, and its address or text: checked with the component.
    Own,
    Size(Size),
    Color,
    Ratio,
    Whole,
    Boolean,
    Word(&'static [&'static str]),
    Action(Need, Place),
    LineSpacing,
}

type Property = (&'static str, Kind);

const PLACEMENT: &[Property] = &[
    ("type", Kind::Own),
    ("margin", Kind::Size(SPACE)),
    ("position", Kind::Word(&["relative", "absolute"])),
    ("offsetTop", Kind::Size(OFFSET)),
    ("offsetBottom", Kind::Size(OFFSET)),
    ("offsetStart", Kind::Size(OFFSET)),
    ("offsetEnd", Kind::Size(OFFSET)),
];
const GRAVITY: Property = ("gravity", Kind::Word(&["top", "bottom", "center"]));
const ALIGN: Property = ("align", Kind::Word(&["start", "end", "center"]));
const ADJUST: Property = ("adjustMode", Kind::Word(&["shrink-to-fit"]));
const FLEX: Property = ("flex", Kind::Whole);
const SCALING: Property = ("scaling", Kind::Boolean);
const RATIO: Property = ("aspectRatio", Kind::Ratio);
const TAPPED: Property = ("action", Kind::Action(Need::Optional, Place::Flex));

const BOX: &[Property] = &[
    ("layout", Kind::Own),
    ("contents", Kind::Own),
    ("background", Kind::Own),
    FLEX,
    ("spacing", Kind::Size(SPACE)),
    ("backgroundColor", Kind::Color),
    ("borderColor", Kind::Color),
    ("borderWidth", Kind::Size(BORDER)),
    ("cornerRadius", Kind::Size(SPACE)),
    ("width", Kind::Size(LENGTH)),
    ("maxWidth", Kind::Size(LENGTH)),
    ("height", Kind::Size(LENGTH)),
    ("maxHeight", Kind::Size(LENGTH)),
    ("paddingAll", Kind::Size(PADDING)),
    ("paddingTop", Kind::Size(PADDING)),
    ("paddingBottom", Kind::Size(PADDING)),
    ("paddingStart", Kind::Size(PADDING)),
    ("paddingEnd", Kind::Size(PADDING)),
    (
        "justifyContent",
        Kind::Word(&["center", "flex-start", "flex-end", "space-between", "space-around", "space-evenly"]),
    ),
    ("alignItems", Kind::Word(&["center", "flex-start", "flex-end"])),
    TAPPED,
];
const BUTTON: &[Property] = &[
    ("action", Kind::Action(Need::Required, Place::FlexButton)),
    ("height", Kind::Word(&["sm", "md"])),
    ("style", Kind::Word(&["primary", "secondary", "link"])),
    ("color", Kind::Color),
    FLEX,
    GRAVITY,
    ADJUST,
    SCALING,
];
const IMAGES: &[Property] = &[
    ("url", Kind::Own),
    ("size", Kind::Size(IMAGE)),
    ("aspectMode", Kind::Word(&["fit", "cover"])),
    ("backgroundColor", Kind::Color),
    ("animated", Kind::Boolean),
    FLEX,
    ALIGN,
    GRAVITY,
    RATIO,
    TAPPED,
];
const VIDEO: &[Property] = &[
    ("type", Kind::Own),
    ("url", Kind::Own),
    ("previewUrl", Kind::Own),
    ("altContent", Kind::Own),
    RATIO,
    TAPPED,
];
const ICON: &[Property] = &[("url", Kind::Own), ("size", Kind::Size(LETTERS)), RATIO, SCALING];
const FONT: &[Property] = &[
    ("type", Kind::Own),
    ("text", Kind::Own),
    ("size", Kind::Size(LETTERS)),
    ("color", Kind::Color),
    ("weight", Kind::Word(&["regular", "bold"])),
    ("style", Kind::Word(&["normal", "italic"])),
    ("decoration", Kind::Word(&["none", "underline", "line-through"])),
];
const TEXT: &[Property] = &[
    ("contents", Kind::Own),
    ("wrap", Kind::Boolean),
    ("lineSpacing", Kind::LineSpacing),
    ("maxLines", Kind::Whole),
    FLEX,
    ALIGN,
    GRAVITY,
    ADJUST,
    SCALING,
    TAPPED,
];
const SEPARATOR: &[Property] = &[("type", Kind::Own), ("margin", Kind::Size(SPACE)), ("color", Kind::Color)];
const FILLER: &[Property] = &[("type", Kind::Own), FLEX];
const GRADIENT: &[&str] = &["type", "angle", "startColor", "endColor", "centerColor", "centerPosition"];

/// Checks the component in `field` of `at`, which must be one of `allowed`.
pub(super) fn check_component_in(at: &mut At<'_>, field: &str, allowed: &[&str]) {
    match at.within(field) {
        Some(mut component) => check_component(&mut component, allowed),
        None => at.fault(field, MISSING),
    }
}

fn check_component(at: &mut At<'_>, allowed: &[&str]) {
    let kind = at.value["type"].as_str().filter(|kind| allowed.contains(kind));
    match kind {
        Some("box") => {
            properties(at, &[PLACEMENT, BOX]);
            check_box(at);
        }
        Some("button") => properties(at, &[PLACEMENT, BUTTON]),
        Some("image") => {
            properties(at, &[PLACEMENT, IMAGES]);
            url(at, "url");
        }
        Some("video") => {
            properties(at, &[VIDEO]);
            url(at, "url");
            url(at, "previewUrl");
            check_component_in(at, "altContent", ALT_CONTENTS);
            if at.get("action").is_some_and(|action| action["type"] != "uri") {
                at.fault("action", INVALID);
            }
        }
        Some("icon") => {
            properties(at, &[PLACEMENT, ICON]);
            url(at, "url");
        }
        Some("text") => {
            properties(at, &[PLACEMENT, FONT, TEXT]);
            check_text(at);
        }
        Some("span") => {
            properties(at, &[FONT]);
            at.string("text", Need::Optional);
        }
        Some("separator") => properties(at, &[SEPARATOR]),
        Some("filler") => properties(at, &[FILLER]),
        _ => at.here(INVALID),
    }
}

fn check_box(at: &mut At<'_>) {
    let within = match at.value["layout"].as_str() {
        Some("horizontal" | "vertical") => IN_BOXES,
        Some("baseline") => IN_BASELINE_BOXES,
        _ if at.get("layout").is_none() => return at.fault("layout", MISSING),
        _ => return at.fault("layout", INVALID),
    };
    if at.get("contents").is_none() {
        at.fault("contents", MISSING);
    }
    contents(at, within);
    if let Some(mut background) = at.within("background") {
        if background.value["type"] != "linearGradient" {
            return background.fault("type", INVALID);
        }
        known(&mut background, GRADIENT);
        check_angle(&mut background, "angle");
        check_color(&mut background, "startColor", Need::Required);
        check_color(&mut background, "endColor", Need::Required);
        check_color(&mut background, "centerColor", Need::Optional);
        check_part(&mut background, "centerPosition");
        if background.get("centerPosition").is_some() && background.get("centerColor").is_none() {
            background.fault("centerColor", MISSING);
        }
    }
}

fn check_text(at: &mut At<'_>) {
    contents(at, IN_TEXTS);
    let spans = at.get("contents").and_then(|spans| spans.as_array()).is_some_and(|spans| !spans.is_empty());
    match at.string("text", Need::Optional) {
        None if at.get("text").is_none() && !spans => at.fault("text", MISSING),
        Some("") if !spans => at.fault("text", "must be non-empty text"),
        _ => {}
    }
}

fn contents(at: &mut At<'_>, allowed: &[&str]) {
    for (path, component) in at.items("contents", Need::Optional, 0, usize::MAX) {
        check_component(&mut At::new(component, path, at.report), allowed);
    }
}

fn url(at: &mut At<'_>, field: &str) {
    if at.get(field).is_none() {
        return at.fault(field, MISSING);
    }
    at.https(field, Need::Required);
}

fn properties(at: &mut At<'_>, groups: &[&[Property]]) {
    let all: Vec<&str> = groups.iter().copied().flatten().map(|(name, _)| *name).collect();
    known(at, &all);
    for (name, kind) in groups.iter().copied().flatten() {
        match kind {
            Kind::Own => {}
            Kind::Size(size) => check_size(at, name, size),
            Kind::Color => check_color(at, name, Need::Optional),
            Kind::Ratio => check_ratio(at, name),
            Kind::Whole => check_whole(at, name),
            Kind::Boolean => boolean(at, name),
            Kind::Word(words) => word(at, name, words),
            Kind::Action(need, place) => check_action_in(at, name, *need, *place),
            Kind::LineSpacing => check_line_spacing(at, name),
        }
    }
}
