//! `template` messages ([reference](https://developers.line.biz/en/reference/messaging-api/#template-messages)).

use serde_json::Value;

use super::{At, Count, Need, Place, check_action, check_action_in, message};

const TITLE_MAX: usize = 40;
const CONFIRM_TEXT_MAX: usize = 240;
const COLUMNS: (usize, usize) = (1, 10);
const LAYOUTS: &[&str] = &["buttons", "confirm", "carousel", "image_carousel"];

/// What one bubble of a layout may hold.
struct Bubble {
    /// The longest text, alone and below an image or a title.
    text: (usize, usize),
    buttons: usize,
}

const BUTTONS: Bubble = Bubble { text: (160, 60), buttons: 4 };
const COLUMN: Bubble = Bubble { text: (120, 60), buttons: 3 };

pub(super) fn check_template(at: &mut At<'_>) {
    message::check_alt_text(at);
    let Some(mut template) = at.within("template") else {
        return at.fault("template", "May not be empty");
    };
    template.one_of("type", Need::Required, LAYOUTS);
    match template.value["type"].as_str().unwrap_or_default() {
        "buttons" => {
            check_image(&mut template);
            check_bubble(&mut template, &BUTTONS);
        }
        "confirm" => {
            template.text("text", Need::Required, CONFIRM_TEXT_MAX, Count::Graphemes);
            check_buttons(&mut template, 2, 2);
        }
        "carousel" => check_carousel(&mut template),
        "image_carousel" => check_image_carousel(&mut template),
        _ => {}
    }
}

fn check_image(at: &mut At<'_>) {
    at.one_of("imageAspectRatio", Need::Optional, &["rectangle", "square"]);
    at.one_of("imageSize", Need::Optional, &["cover", "contain"]);
}

fn check_bubble(at: &mut At<'_>, bubble: &Bubble) {
    at.https("thumbnailImageUrl", Need::Optional);
    if let Some(color) = at.string("imageBackgroundColor", Need::Optional)
        && !is_color(color)
    {
        at.fault("imageBackgroundColor", "Must be a color in the form #RRGGBB");
    }
    at.text("title", Need::Optional, TITLE_MAX, Count::Graphemes);
    let alone = at.get("thumbnailImageUrl").is_none() && at.get("title").is_none();
    let max = if alone { bubble.text.0 } else { bubble.text.1 };
    at.text("text", Need::Required, max, Count::Graphemes);
    check_action_in(at, "defaultAction", Need::Optional, Place::Template);
    check_buttons(at, 1, bubble.buttons);
}

fn check_buttons(at: &mut At<'_>, min: usize, max: usize) {
    for (path, action) in at.items("actions", Need::Required, min, max) {
        check_action(&mut At::new(action, path, at.report), Place::Template);
    }
}

fn check_carousel(at: &mut At<'_>) {
    check_image(at);
    let columns = at.items("columns", Need::Required, COLUMNS.0, COLUMNS.1);
    let Some((_, first)) = columns.first().cloned() else { return };
    for (path, column) in columns {
        let mut column = At::new(column, path, at.report);
        check_bubble(&mut column, &COLUMN);
        check_alike(&mut column, first);
    }
}

/// Every column is built as the first is.
fn check_alike(at: &mut At<'_>, first: &Value) {
    let buttons = |column: &Value| column["actions"].as_array().map_or(0, Vec::len);
    if buttons(at.value) != buttons(first) {
        at.fault("actions", "Must have the same number of actions in all columns");
    }
    for field in ["thumbnailImageUrl", "title"] {
        if at.get(field).is_none() != first[field].is_null() {
            at.fault(field, "Must be used in all columns or in none");
        }
    }
}

fn check_image_carousel(at: &mut At<'_>) {
    for (path, column) in at.items("columns", Need::Required, COLUMNS.0, COLUMNS.1) {
        let mut column = At::new(column, path, at.report);
        column.https("imageUrl", Need::Required);
        check_action_in(&mut column, "action", Need::Required, Place::ImageCarousel);
    }
}

fn is_color(color: &str) -> bool {
    color.len() == 7
        && color.char_indices().all(|(at, c)| if at == 0 { c == '#' } else { c.is_ascii_hexdigit() })
}
