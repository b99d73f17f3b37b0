//! Actions: where each may stand, its label there, and its own limits.

use line_bot_server::line::Action;
use line_bot_server::line::action::{
    CameraAction, CameraRollAction, ClipboardAction, DatetimePickerAction, InputOption, LocationAction,
    MessageAction, Place, PostbackAction, RichMenuSwitchAction, UriAction,
};

use super::{fits, refused};

const FAMILY: &str = "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}\u{200D}\u{1F466}";
const PLACES: [Place; 6] = [
    Place::QuickReply,
    Place::Template,
    Place::ImageCarousel,
    Place::FlexButton,
    Place::Flex,
    Place::RichMenu,
];

/// Each action that may stand anywhere, with this label.
fn labelled(label: &str) -> [Action; 5] {
    [
        PostbackAction::new(label, "d").into(),
        MessageAction::new(label, "t").into(),
        UriAction::new(label, "https://example.com").into(),
        DatetimePickerAction::date(label, "d").into(),
        ClipboardAction::new(label, "t").into(),
    ]
}

#[test]
fn a_label_has_the_length_of_its_place_in_grapheme_clusters() {
    for (place, max) in [
        (Place::QuickReply, 20),
        (Place::Template, 20),
        (Place::ImageCarousel, 12),
        (Place::FlexButton, 40),
        (Place::Flex, 40),
        (Place::RichMenu, 20),
    ] {
        for action in labelled(&FAMILY.repeat(max)) {
            fits(action.check(place));
        }
        for action in labelled(&"x".repeat(max + 1)) {
            let problem = format!("label: {} grapheme clusters, {max} are allowed", max + 1);
            refused(action.check(place), &problem);
        }
    }
}

#[test]
fn a_label_is_needed_where_it_is_shown() {
    let unlabelled: [Action; 5] = [
        PostbackAction::unlabelled("d").into(),
        MessageAction::unlabelled("t").into(),
        UriAction::unlabelled("https://example.com").into(),
        DatetimePickerAction::unlabelled(line_bot_server::line::action::PickerMode::Time, "d").into(),
        ClipboardAction::unlabelled("t").into(),
    ];
    for action in unlabelled {
        for place in [Place::ImageCarousel, Place::Flex, Place::RichMenu] {
            fits(action.check(place));
        }
        refused(action.check(Place::QuickReply), "label: 0 grapheme clusters, a quick reply needs 1 to 20");
        refused(action.check(Place::Template), "label: 0 grapheme clusters, a template needs 1 to 20");
        refused(
            action.check(Place::FlexButton),
            "label: 0 grapheme clusters, a Flex Message button needs 1 to 40",
        );
    }
    refused(
        MessageAction::new("", "t").check(Place::QuickReply),
        "label: 0 grapheme clusters, a quick reply needs 1 to 20",
    );
}

#[test]
fn camera_camera_roll_and_location_stand_in_quick_replies_alone() {
    let screens: [(Action, &str); 3] = [
        (CameraAction::new("Open").into(), "camera"),
        (CameraRollAction::new("Open").into(), "cameraRoll"),
        (LocationAction::new("Open").into(), "location"),
    ];
    for (action, kind) in screens {
        fits(action.check(Place::QuickReply));
        for place in PLACES.into_iter().filter(|place| *place != Place::QuickReply) {
            let error = action.check(place).expect_err("only in a quick reply");
            assert_eq!(error.field, "type");
            assert!(error.problem.starts_with(&format!("`{kind}` stands in ")), "{error}");
        }
    }
    refused(
        CameraAction::new("Open").check(Place::FlexButton),
        "type: `camera` stands in a Flex Message button, only a quick reply may have it",
    );
}

#[test]
fn labels_of_camera_camera_roll_and_location_have_1_to_20_grapheme_clusters() {
    let screens = |label: &str| -> [Action; 3] {
        [
            CameraAction::new(label).into(),
            CameraRollAction::new(label).into(),
            LocationAction::new(label).into(),
        ]
    };
    for action in screens(&FAMILY.repeat(20)) {
        fits(action.check(Place::QuickReply));
    }
    for action in screens(&"x".repeat(21)) {
        refused(action.check(Place::QuickReply), "label: 21 grapheme clusters, 20 are allowed");
    }
    for action in screens("") {
        refused(action.check(Place::QuickReply), "label: 0 grapheme clusters, a quick reply needs 1 to 20");
    }
}

#[test]
fn a_rich_menu_switch_stands_in_rich_menus_alone() {
    let switch = RichMenuSwitchAction::new("b", "d").label("B");
    fits(switch.check(Place::RichMenu));
    for place in PLACES.into_iter().filter(|place| *place != Place::RichMenu) {
        assert_eq!(switch.check(place).expect_err("only in a rich menu").field, "type");
    }
    refused(
        switch.check(Place::QuickReply),
        "type: `richmenuswitch` stands in a quick reply, only a rich menu may have it",
    );
}

#[test]
fn a_rich_menu_switch_has_its_limits() {
    let check = |alias: usize, data: usize, label: usize| {
        RichMenuSwitchAction::new("a".repeat(alias), "d".repeat(data))
            .label("l".repeat(label))
            .check(Place::RichMenu)
    };
    fits(check(32, 300, 20));
    refused(check(33, 300, 20), "richMenuAliasId: 33 UTF-16 code units, 32 are allowed");
    refused(check(32, 301, 20), "data: 301 UTF-16 code units, 300 are allowed");
    refused(check(32, 300, 21), "label: 21 grapheme clusters, 20 are allowed");
}

#[test]
fn postback_data_is_counted_in_code_units_and_what_is_shown_in_grapheme_clusters() {
    let place = Place::Template;
    fits(PostbackAction::new("l", "d".repeat(300)).check(place));
    fits(PostbackAction::new("l", "").check(place));
    refused(
        PostbackAction::new("l", "\u{1F34E}".repeat(151)).check(place),
        "data: 302 UTF-16 code units, 300 are allowed",
    );
    let shown = |text: String| PostbackAction::new("l", "d").display_text(text).check(place);
    fits(shown(FAMILY.repeat(300)));
    refused(shown(FAMILY.repeat(301)), "displayText: 301 grapheme clusters, 300 are allowed");
    let filled = |text: String| {
        PostbackAction::new("l", "d").input_option(InputOption::keyboard_with(text)).check(place)
    };
    fits(filled(FAMILY.repeat(300)));
    refused(filled(FAMILY.repeat(301)), "fillInText: 301 grapheme clusters, 300 are allowed");
}

#[test]
fn the_deprecated_postback_text_excludes_display_text() {
    let said = |text: String| {
        let mut action = PostbackAction::new("l", "d");
        action.text = Some(text);
        action
    };
    fits(said(FAMILY.repeat(300)).check(Place::Template));
    refused(said("x".repeat(301)).check(Place::Template), "text: 301 grapheme clusters, 300 are allowed");
    refused(
        said("x".to_owned()).display_text("x").check(Place::Template),
        "text: stands beside `displayText`, one of the two is allowed",
    );
}

#[test]
fn message_text_has_up_to_300_grapheme_clusters() {
    fits(MessageAction::new("l", FAMILY.repeat(300)).check(Place::Template));
    refused(
        MessageAction::new("l", FAMILY.repeat(301)).check(Place::Template),
        "text: 301 grapheme clusters, 300 are allowed",
    );
}

#[test]
fn clipboard_text_has_1_to_1000_code_units() {
    let copy = |text: String| ClipboardAction::new("l", text).check(Place::Template);
    fits(copy("x".repeat(1000)));
    refused(copy("\u{1F34E}".repeat(501)), "clipboardText: 1002 UTF-16 code units, 1000 are allowed");
    refused(copy(String::new()), "clipboardText: 0 UTF-16 code units, 1 to 1000 are allowed");
}

#[test]
fn uris_have_one_of_four_schemes() {
    let open = |uri: &str| UriAction::new("l", uri).check(Place::Template);
    for fine in [
        "http://example.com",
        "https://example.com",
        "line://nv/profile",
        "tel:09001234567",
        "HTTPS://example.com",
    ] {
        fits(open(fine));
        fits(UriAction::new("l", "https://example.com").desktop(fine).check(Place::Template));
    }
    let problem = "of another scheme, http, https, line and tel are allowed";
    for bad in ["mailto:a@example.com", "javascript:alert(1)", "example.com", "", "httpss://example.com"] {
        refused(open(bad), &format!("uri: {problem}"));
        refused(
            UriAction::new("l", "https://example.com").desktop(bad).check(Place::Flex),
            &format!("altUri.desktop: {problem}"),
        );
    }
}

#[test]
fn uris_have_up_to_1000_code_units() {
    let uri = |len: usize| format!("tel:{}", "0".repeat(len - 4));
    fits(UriAction::new("l", uri(1000)).desktop(uri(1000)).check(Place::Template));
    refused(
        UriAction::new("l", uri(1001)).check(Place::Template),
        "uri: 1001 UTF-16 code units, 1000 are allowed",
    );
    refused(
        UriAction::new("l", uri(1000)).desktop(uri(1001)).check(Place::Template),
        "altUri.desktop: 1001 UTF-16 code units, 1000 are allowed",
    );
}

#[test]
fn picker_data_has_up_to_300_code_units() {
    fits(DatetimePickerAction::date("l", "d".repeat(300)).check(Place::Template));
    refused(
        DatetimePickerAction::date("l", "d".repeat(301)).check(Place::Template),
        "data: 301 UTF-16 code units, 300 are allowed",
    );
}

#[test]
fn pickers_take_values_in_the_form_of_their_mode() {
    let date = |v: &str| DatetimePickerAction::date("l", "d").initial(v).check(Place::Template);
    let time = |v: &str| DatetimePickerAction::time("l", "d").initial(v).check(Place::Template);
    let datetime = |v: &str| DatetimePickerAction::datetime("l", "d").initial(v).check(Place::Template);

    for fine in ["1900-01-01", "2100-12-31", "2017-06-18", "2024-02-29", "2000-02-29"] {
        fits(date(fine));
        fits(datetime(&format!("{fine}T00:00")));
        fits(datetime(&format!("{fine}t23:59")));
    }
    for bad in
        ["2017-6-18", "2017-06-31", "2023-02-29", "2100-02-29", "2017-13-01", "2017-00-10", "2017-06-00"]
            .into_iter()
            .chain(["", "18:30", "2017-06-18T06:15", "+017-06-18", "2017/06/18", "２０１７-06-18"])
    {
        refused(date(bad), "initial: not a date (2026-12-24)");
    }
    for fine in ["00:00", "06:15", "23:59"] {
        fits(time(fine));
    }
    for bad in ["24:00", "23:60", "6:15", "06:15:00", "", "2017-06-18"] {
        refused(time(bad), "initial: not a time (18:30)");
    }
    for bad in ["2017-06-18", "2017-06-18 06:15", "06:15", "2017-06-31T06:15", "2017-06-18T24:00", ""] {
        refused(datetime(bad), "initial: not a date and time (2026-12-24T18:30)");
    }
}

#[test]
fn picker_dates_are_from_1900_to_2100() {
    let years = "years from 1900 to 2100 are allowed";
    let check = |a: DatetimePickerAction| a.check(Place::Template);
    refused(
        check(DatetimePickerAction::date("l", "d").min("1899-12-31")),
        &format!("min: 1899-12-31, {years}"),
    );
    refused(
        check(DatetimePickerAction::date("l", "d").max("2101-01-01")),
        &format!("max: 2101-01-01, {years}"),
    );
    refused(
        check(DatetimePickerAction::datetime("l", "d").initial("1899-12-31t23:59")),
        &format!("initial: 1899-12-31T23:59, {years}"),
    );
}

#[test]
fn a_pickers_max_is_after_its_min() {
    let check = |a: DatetimePickerAction, min: &str, max: &str| a.min(min).max(max).check(Place::Template);
    let date = || DatetimePickerAction::date("l", "d");
    let time = || DatetimePickerAction::time("l", "d");
    let datetime = || DatetimePickerAction::datetime("l", "d");
    fits(check(date(), "2026-12-24", "2026-12-25"));
    fits(check(time(), "09:59", "10:00"));
    fits(check(datetime(), "2026-12-24T23:59", "2026-12-25t00:00"));
    refused(
        check(date(), "2026-12-24", "2026-12-24"),
        "max: 2026-12-24, only values after `min` (2026-12-24) are allowed",
    );
    refused(check(time(), "10:00", "09:59"), "max: 09:59, only values after `min` (10:00) are allowed");
    refused(
        check(datetime(), "2026-12-24T10:00", "2026-12-24t10:00"),
        "max: 2026-12-24T10:00, only values after `min` (2026-12-24T10:00) are allowed",
    );
}
