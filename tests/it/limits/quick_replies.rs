//! Quick replies and senders, which every kind of message may have.

use line_bot_server::line::action::MessageAction;
use line_bot_server::line::{QuickReply, QuickReplyItem, Sender, TextMessage};

use super::case::{Case, Unit, some, up_to, url};
use super::hold;

fn quick(items: impl IntoIterator<Item = QuickReplyItem>) -> TextMessage {
    TextMessage::new("a").quick_reply(QuickReply::new(items))
}

#[tokio::test]
async fn quick_replies() {
    let item = || QuickReplyItem::new(MessageAction::new("l", "t"));
    let mut cases = some("quickReply.items", 13, "quick reply buttons", |n| quick((0..n).map(|_| item())));
    cases.extend(url("quickReply.items[0].imageUrl", |url| quick([item().image_url(url)])));
    cases.push(Case::unspeakable("quickReply.items[0].type", quick([item()]), "message"));
    cases.push(Case::unspeakable("quickReply.items[0].action", quick([item()]), serde_json::Value::Null));
    hold(cases).await;
}

#[tokio::test]
async fn senders() {
    let by = |sender| TextMessage::new("a").sender(sender);
    let mut cases = vec![up_to("sender.name", 20, Unit::Utf16, |name| by(Sender::new(name)))];
    for (good, bad) in [("ONLINE", "LINE"), ("Line", "LINE support"), ("LINEs", "the LINE")] {
        let problem = "has the word `LINE`, which LINE does not allow";
        let (good, named) = (by(Sender::new(good)), by(Sender::new(bad)));
        cases.push(Case::new("sender.name", good, named, bad, problem));
    }
    cases.extend(url("sender.iconUrl", |url| by(Sender::icon(url))));
    hold(cases).await;
}
