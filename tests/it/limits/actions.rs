//! Actions, in the places where a message may have them.

use line_bot_server::line::action::{
    CameraAction, CameraRollAction, ClipboardAction, DatetimePickerAction, InputOption, LocationAction,
    MessageAction, PickerMode, PostbackAction, RichMenuSwitchAction, UriAction,
};
use line_bot_server::line::{
    Action, ButtonsTemplate, CarouselColumn, CarouselTemplate, ConfirmTemplate, ImageCarouselColumn,
    ImageCarouselTemplate, Message, QuickReply, TemplateMessage, TextMessage,
};
use serde_json::{Value, json};

use super::case::{Case, Unit, one_to, up_to, uri};
use super::hold;

const URL: &str = "https://example.com/a";

/// Where an action stands in a message.
struct Spot {
    /// As LINE writes it.
    field: &'static str,
    /// As our errors print it.
    name: &'static str,
    label_max: usize,
    label_needed: bool,
    with: fn(Action) -> Message,
}

const SPOTS: [Spot; 6] = [
    Spot {
        field: "quickReply.items[0].action",
        name: "a quick reply",
        label_max: 20,
        label_needed: true,
        with: in_quick_reply,
    },
    Spot { field: "template.actions[0]", ..IN_TEMPLATE },
    Spot {
        field: "template.defaultAction",
        with: |action| template(ButtonsTemplate::new("t").action("ok").default_action(action)),
        ..IN_TEMPLATE
    },
    Spot {
        field: "template.actions[1]",
        with: |action| template(ConfirmTemplate::new("t", "ok", action)),
        ..IN_TEMPLATE
    },
    Spot {
        field: "template.columns[0].actions[0]",
        with: |action| template(CarouselTemplate::new([CarouselColumn::new("t").action(action)])),
        ..IN_TEMPLATE
    },
    Spot {
        field: "template.columns[0].action",
        name: "an image carousel",
        label_max: 12,
        label_needed: false,
        with: |action| template(ImageCarouselTemplate::new([ImageCarouselColumn::new(URL, action)])),
    },
];

const IN_TEMPLATE: Spot = Spot {
    field: "",
    name: "a template",
    label_max: 20,
    label_needed: true,
    with: |action| template(ButtonsTemplate::new("t").action(action)),
};

fn template(template: impl Into<line_bot_server::line::message::template::Template>) -> Message {
    TemplateMessage::new("alt", template).into()
}

fn in_quick_reply(action: Action) -> Message {
    TextMessage::new("a").quick_reply(QuickReply::default().item(action)).into()
}

/// A button below a text.
fn quick(action: impl Into<Action>) -> Message {
    in_quick_reply(action.into())
}

/// A field of a button below a text.
fn of(field: &str) -> String {
    format!("quickReply.items[0].action.{field}")
}

/// Each action that may stand anywhere.
const ANYWHERE: [fn(String) -> Action; 5] = [
    |label| PostbackAction::new(label, "d").into(),
    |label| MessageAction::new(label, "t").into(),
    |label| UriAction::new(label, URL).into(),
    |label| DatetimePickerAction::date(label, "d").into(),
    |label| ClipboardAction::new(label, "t").into(),
];

fn unlabelled() -> [Action; 5] {
    [
        PostbackAction::unlabelled("d").into(),
        MessageAction::unlabelled("t").into(),
        UriAction::unlabelled(URL).into(),
        DatetimePickerAction::unlabelled(PickerMode::Date, "d").into(),
        ClipboardAction::unlabelled("t").into(),
    ]
}

#[tokio::test]
async fn labels_are_as_their_place_wants_them() {
    let mut cases = Vec::new();
    for Spot { field, name, label_max: max, label_needed, with } in SPOTS {
        let field = format!("{field}.label");
        for (action, unlabelled) in ANYWHERE.iter().zip(unlabelled()) {
            cases.push(up_to(&field, max, Unit::Grapheme, |label| with(action(label))));
            let (labelled, empty) = (|| with(action("l".to_owned())), with(action(String::new())));
            if label_needed {
                let problem = format!("0 grapheme clusters, {name} needs 1 to {max}");
                cases.push(Case::new(&field, labelled(), empty, "", &problem));
                cases.push(Case::new(&field, labelled(), with(unlabelled), Value::Null, &problem));
            } else {
                // Taken without a label.
                cases.push(Case::unspeakable(&field, with(unlabelled), 1));
                cases.push(Case::unspeakable(&field, empty, 1));
            }
        }
    }
    hold(cases).await;
}

#[tokio::test]
async fn screens_stand_in_quick_replies_alone_and_rich_menu_switches_in_none_of_these() {
    let mut cases = Vec::new();
    let only = |at: &Spot, kind: &str, action: Action, place: &str| {
        let (good, bad) = ((at.with)("ok".into()), (at.with)(action));
        let problem = format!("`{kind}` stands in {}, only {place} may have it", at.name);
        Case::whole(&format!("{}.type", at.field), good, bad.clone(), json!(bad), &problem)
    };
    for spot in &SPOTS {
        let switch = RichMenuSwitchAction::new("b", "d").label("l").into();
        cases.push(only(spot, "richmenuswitch", switch, "a rich menu"));
        if spot.name == "a quick reply" {
            continue;
        }
        cases.push(only(spot, "camera", CameraAction::new("l").into(), "a quick reply"));
        cases.push(only(spot, "cameraRoll", CameraRollAction::new("l").into(), "a quick reply"));
        cases.push(only(spot, "location", LocationAction::new("l").into(), "a quick reply"));
    }
    let label = of("label");
    let none = "0 grapheme clusters, a quick reply needs 1 to 20";
    let screens: [fn(String) -> Action; 3] = [
        |label| CameraAction::new(label).into(),
        |label| CameraRollAction::new(label).into(),
        |label| LocationAction::new(label).into(),
    ];
    for screen in screens {
        cases.push(up_to(&label, 20, Unit::Grapheme, |label| quick(screen(label))));
        cases.push(Case::new(&label, quick(screen("l".into())), quick(screen(String::new())), "", none));
    }
    cases.push(Case::unspeakable(&of("type"), quick("ok"), "nonsense"));
    hold(cases).await;
}

#[tokio::test]
async fn postbacks() {
    let back = || PostbackAction::new("l", "d");
    let said = |text: String| {
        let mut action = back();
        action.text = Some(text);
        action
    };
    let filled = |text: String| quick(back().input_option(InputOption::keyboard_with(text)));
    let both = quick(said("x".to_owned()).display_text("x"));
    let cases = vec![
        up_to(&of("data"), 300, Unit::Utf16, |data| quick(PostbackAction::new("l", data))),
        up_to(&of("displayText"), 300, Unit::Grapheme, |text| quick(back().display_text(text))),
        up_to(&of("text"), 300, Unit::Grapheme, |text| quick(said(text))),
        up_to(&of("fillInText"), 300, Unit::Grapheme, filled),
        Case::new(
            &of("text"),
            quick(back().display_text("x")),
            both,
            "x",
            "stands beside `displayText`, one of the two is allowed",
        ),
        Case::unspeakable(&of("data"), quick(PostbackAction::new("l", "")), Value::Null),
        Case::unspeakable(&of("inputOption"), quick(back().input_option(InputOption::OpenVoice)), "open"),
        Case::unspeakable(&of("fillInText"), quick(back().input_option(InputOption::OpenRichMenu)), "x"),
        Case::unspeakable(&of("fillInText"), quick(back().input_option(InputOption::CloseRichMenu)), "x"),
        Case::unspeakable(&of("fillInText"), quick(back()), "x"),
    ];
    hold(cases).await;
}

#[tokio::test]
async fn what_is_said_opened_and_copied() {
    let message = |text| quick(MessageAction::new("l", text));
    let open = |uri: String| quick(UriAction::new("l", uri));
    let desktop = |uri: String| quick(UriAction::new("l", URL).desktop(uri));
    let copy = |text| quick(ClipboardAction::new("l", text));
    let mut cases = one_to(&of("text"), 300, Unit::Grapheme, message);
    cases.extend(uri(&of("uri"), open));
    cases.extend(uri(&of("altUri.desktop"), desktop));
    cases.extend(one_to(&of("clipboardText"), 1000, Unit::Utf16, copy));
    hold(cases).await;
}

/// A picker, the form of its values, some of them, and what is none.
type Picker<'a> = (fn() -> DatetimePickerAction, &'a str, &'a [&'a str], &'a [&'a str]);
type Set = fn(DatetimePickerAction, &str) -> DatetimePickerAction;

#[tokio::test]
async fn pickers() {
    let mut cases = vec![
        up_to(&of("data"), 300, Unit::Utf16, |data| quick(DatetimePickerAction::date("l", data))),
        Case::unspeakable(&of("mode"), quick(DatetimePickerAction::date("l", "d")), "month"),
        Case::unspeakable(&of("mode"), quick(DatetimePickerAction::date("l", "d")), Value::Null),
    ];
    let pickers: [Picker<'_>; 3] = [
        (
            || DatetimePickerAction::date("l", "d"),
            "date (2026-12-24)",
            &["1900-01-01", "2100-12-31"],
            &["2026-6-18", "2026-06-31", "2023-02-29", "2026-13-01", "18:30", ""],
        ),
        (
            || DatetimePickerAction::time("l", "d"),
            "time (18:30)",
            &["00:00", "23:59"],
            &["24:00", "23:60", "6:15", "06:15:00", "2026-06-18", ""],
        ),
        (
            || DatetimePickerAction::datetime("l", "d"),
            "date and time (2026-12-24T18:30)",
            &["1900-01-01T00:00", "2100-12-31t23:59"],
            &["2026-06-18", "2026-06-18 06:15", "2026-06-31T06:15", "2026-06-18T24:00", ""],
        ),
    ];
    for (picker, form, values, others) in pickers {
        for (value, other) in others.iter().zip(values.iter().cycle()).map(|(other, value)| (value, other)) {
            let problem = format!("not a {form}");
            let fields: [(&str, Set); 3] =
                [("initial", |p, v| p.initial(v)), ("max", |p, v| p.max(v)), ("min", |p, v| p.min(v))];
            for (field, set) in fields {
                let (good, bad) = (quick(set(picker(), value)), quick(set(picker(), other)));
                cases.push(Case::new(&of(field), good, bad, *other, &problem));
            }
        }
    }
    hold(cases).await;
}

#[tokio::test]
async fn pickers_years_and_order() {
    let years = "years from 1900 to 2100 are allowed";
    let date = || DatetimePickerAction::date("l", "d");
    let mut cases = vec![
        Case::new(
            &of("min"),
            quick(date().min("1900-01-01")),
            quick(date().min("1899-12-31")),
            "1899-12-31",
            &format!("1899-12-31, {years}"),
        ),
        Case::new(
            &of("max"),
            quick(date().max("2100-12-31")),
            quick(date().max("2101-01-01")),
            "2101-01-01",
            &format!("2101-01-01, {years}"),
        ),
    ];
    let pickers: [(DatetimePickerAction, &str, &str); 3] = [
        (date(), "2026-12-24", "2026-12-25"),
        (DatetimePickerAction::time("l", "d"), "09:59", "10:00"),
        (DatetimePickerAction::datetime("l", "d"), "2026-12-24T23:59", "2026-12-25T00:00"),
    ];
    for (picker, min, later) in pickers {
        let good = picker.clone().min(min).max(later);
        let problem = format!("{min}, only values after `min` ({min}) are allowed");
        cases.push(Case::new(&of("max"), quick(good), quick(picker.min(min).max(min)), min, &problem));
    }
    hold(cases).await;
}
