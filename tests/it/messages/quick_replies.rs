//! Quick replies: their number, icons and the rules of their actions.

use line_bot_server::line::action::{MessageAction, PostbackAction, RichMenuSwitchAction};
use line_bot_server::line::{QuickReply, QuickReplyItem};

use super::{fits, refused};

#[test]
fn a_quick_reply_has_up_to_13_buttons() {
    let buttons = |n| QuickReply::new((0..n).map(|i| MessageAction::new(format!("{i}"), "t")));
    fits(buttons(13).check());
    refused(buttons(14).check(), "items: 14 quick reply buttons, 13 are allowed");
}

#[test]
fn an_action_in_a_quick_reply_follows_its_rules() {
    let quick = |item: QuickReplyItem| QuickReply::default().item("Yes").item(item).check();
    refused(
        quick(RichMenuSwitchAction::new("b", "d").into()),
        "items[1].action.type: `richmenuswitch` stands in a quick reply, only a rich menu may have it",
    );
    refused(
        quick(PostbackAction::unlabelled("d").into()),
        "items[1].action.label: 0 grapheme clusters, a quick reply needs 1 to 20",
    );
}

#[test]
fn an_icon_is_an_https_url_of_up_to_2000_characters() {
    let icon = |url: String| QuickReplyItem::from("Yes").image_url(url).check();
    let url = |len: usize| format!("https://example.com/{}", "a".repeat(len - 20));
    fits(icon(url(2000)));
    refused(icon(url(2001)), "imageUrl: 2001 UTF-16 code units, 2000 are allowed");
    refused(icon("http://example.com/i.png".into()), "imageUrl: not an https URL; https is needed");
}

#[test]
fn arrays_and_lists_are_buttons_from_left_to_right() {
    let array = QuickReply::from(["Yes", "No"]);
    assert_eq!(array, QuickReply::from(vec!["Yes", "No"]));
    assert_eq!(array, QuickReply::default().item("Yes").item("No"));
    assert_eq!(array.items[1], QuickReplyItem::new(MessageAction::new("No", "No")));
}
