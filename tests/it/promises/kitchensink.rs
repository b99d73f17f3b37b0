//! The kitchen sink example, every command of it, end to end.

#[path = "../../../examples/kitchensink.rs"]
#[allow(dead_code, unreachable_pub)] // its main
mod example;

use line_bot_server::inbox::ParkReason;
use line_bot_server::simulator::{Via, WebhookEvent};
use serde_json::{Value, json};

use crate::support::{Stage, TestApp, heard, heard_whole};
use example::Kitchensink;

async fn start() -> (Stage, TestApp) {
    let stage = Stage::new().await.set("HANDLER_ATTEMPTS", "3");
    let app = stage.start(Kitchensink).await;
    (stage, app)
}

/// Says `command` and returns what came of it: the event, and `count` messages with their routes.
async fn ask(stage: &Stage, command: &str, count: usize) -> (WebhookEvent, Vec<(String, Via)>) {
    let alice = stage.sim.user("Alice");
    let before = stage.sim.heard(alice.clone()).len();
    let event = stage.sim.say(&alice, command).unwrap();
    let heard = heard(&stage.sim, alice, before + count).await;
    (event, heard[before..].to_vec())
}

fn said(text: &str, via: Via) -> (String, Via) {
    (text.to_owned(), via)
}

#[tokio::test]
async fn quote_push_two_and_burst_take_the_way_they_should() {
    let (stage, app) = start().await;
    let (event, answer) = ask(&stage, "quote good morning", 1).await;
    assert_eq!(answer, [said("good morning", Via::Reply)]);
    let quoted = stage.sim.heard(stage.sim.user("Alice")).remove(0);
    assert_eq!(quoted.message["quoteToken"], event.json["message"]["quoteToken"]);
    assert_eq!(quoted.key, event.reply_token);
    let (_, answer) = ask(&stage, "push a follow-up", 2).await;
    assert_eq!(answer, [said("ok", Via::Reply), said("a follow-up", Via::Push)]);
    let (_, answer) = ask(&stage, "two of a kind", 2).await;
    assert_eq!(answer, [said("of a kind", Via::Reply), said("of a kind", Via::Push)]);
    let (_, answer) = ask(&stage, "burst 7", 7).await;
    assert_eq!(answer, (1..=7).map(|n| said(&n.to_string(), Via::Push)).collect::<Vec<_>>());
    app.stop().await;
    assert_eq!(stage.sim.heard(stage.sim.user("Alice")).len(), 12);
}

#[tokio::test]
async fn slow_shows_that_it_is_at_work_and_profile_knows_the_name() {
    let (stage, app) = start().await;
    assert_eq!(ask(&stage, "slow 0 there", 1).await.1, [said("there", Via::Reply)]);
    assert_eq!(stage.sim.calls_to("loading").len(), 1);
    assert_eq!(ask(&stage, "profile", 1).await.1, [said("Alice", Via::Reply)]);
    let bob = stage.sim.user("Bob");
    let team = stage.sim.group("Team", std::slice::from_ref(&bob));
    stage.sim.say_in(team.clone(), &bob, "slow 0 here").unwrap();
    assert_eq!(heard(&stage.sim, team.clone(), 1).await, [said("here", Via::Reply)]);
    assert_eq!(stage.sim.calls_to("loading").len(), 1, "not in groups");
    stage.sim.say_in(team.clone(), &bob, "profile").unwrap();
    assert_eq!(heard(&stage.sim, team, 2).await[1], said("Bob", Via::Reply));
    app.stop().await;
}

#[tokio::test]
async fn fail_and_panic_are_parked_flaky_gets_there_and_the_rest_is_silence() {
    let (stage, app) = start().await;
    for command in ["fail", "panic"] {
        stage.sim.say(&stage.sim.user("Alice"), command).unwrap();
    }
    stage.sim.say(&stage.sim.user("Alice"), "something else").unwrap();
    assert_eq!(ask(&stage, "flaky 2 phew", 1).await.1, [said("phew", Via::Reply)]);
    stage.sim.say(&stage.sim.user("Alice"), "burst of laughter").unwrap();
    let parked: Vec<_> = stage.parked(3).await.into_iter().map(|it| it.parked.unwrap().0).collect();
    app.stop().await;
    let reasons: Vec<_> = parked.iter().map(|it| it.reason).collect();
    assert_eq!(reasons, [ParkReason::Attempts, ParkReason::Attempts, ParkReason::Permanent]);
    assert!(
        parked[0].detail.contains("told to fail") && parked[1].detail.contains("told to panic"),
        "{parked:?}"
    );
    assert_eq!(stage.sim.heard(stage.sim.user("Alice")).len(), 1);
}

#[tokio::test]
async fn sticker_location_quick_and_textv2_are_what_line_takes() {
    let (stage, app) = start().await;
    let alice = stage.sim.user("Alice");
    for command in ["sticker", "location", "quick", "textv2"] {
        stage.sim.say(&alice, command).unwrap();
    }
    let heard = heard_whole(&stage.sim, alice, 4).await;
    assert!(heard.iter().all(|heard| heard.via == Via::Reply));
    let [sticker, location, quick, plain] = [0, 1, 2, 3].map(|n| heard[n].message.clone());
    assert_eq!(sticker, json!({"type": "sticker", "packageId": "446", "stickerId": "1988"}));
    assert_eq!((&location["type"], &location["title"]), (&json!("location"), &json!("Tokyo Station")));
    assert_eq!(quick["quickReply"]["items"].as_array().unwrap().len(), 2);
    assert_eq!(plain["type"], "textV2");
    let bob = stage.sim.user("Bob");
    let team = stage.sim.group("Team", std::slice::from_ref(&bob));
    stage.sim.say_in(team.clone(), &bob, "textv2").unwrap();
    let mention = heard_whole(&stage.sim, team, 1).await.remove(0).message;
    app.stop().await;
    let you = &mention["substitution"]["you"];
    assert_eq!(you["mentionee"], json!({"type": "user", "userId": bob}));
}

#[tokio::test]
async fn template_imagemap_and_coupon_are_what_line_takes() {
    let (stage, app) = start().await;
    let alice = stage.sim.user("Alice");
    let commands = [
        "template",
        "template confirm",
        "template carousel",
        "template images",
        "imagemap",
        "coupon 01JYNW8JMQVFBNWF1APF8Z3FS7",
    ];
    for command in commands {
        stage.sim.say(&alice, command).unwrap();
    }
    let heard = heard_whole(&stage.sim, alice.clone(), commands.len()).await;
    assert!(heard.iter().all(|heard| heard.via == Via::Reply));
    let said: Vec<_> = heard.iter().map(|heard| heard.message.clone()).collect();
    let layouts: Vec<_> = said[..4].iter().map(|message| &message["template"]["type"]).collect();
    assert_eq!(layouts, ["buttons", "confirm", "carousel", "image_carousel"]);
    let kinds = |actions: &Value| -> Vec<String> {
        actions.as_array().unwrap().iter().map(|it| it["type"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(kinds(&said[0]["template"]["actions"]), ["postback", "message", "uri"]);
    assert_eq!(said[2]["template"]["columns"].as_array().unwrap().len(), 3);
    assert_eq!(kinds(&said[4]["actions"]), ["uri", "message", "clipboard"]);
    let coupon =
        json!({"type": "coupon", "couponId": "01JYNW8JMQVFBNWF1APF8Z3FS7", "deliveryTag": "kitchensink"});
    assert_eq!(said[5], coupon);
    // Without its id there is no coupon to send, and LINE is not asked.
    stage.sim.say(&alice, "coupon").unwrap();
    let parked = stage.parked(1).await.remove(0).parked.unwrap().0;
    app.stop().await;
    assert!(parked.detail.contains("couponId"), "{parked:?}");
    assert_eq!(stage.sim.calls_to("reply").len(), commands.len());
}

#[tokio::test]
async fn flex_is_a_receipt_that_line_takes() {
    let (stage, app) = start().await;
    let alice = stage.sim.user("Alice");
    stage.sim.say(&alice, "flex").unwrap();
    let heard = heard_whole(&stage.sim, alice, 1).await.remove(0);
    app.stop().await;
    assert_eq!(heard.via, Via::Reply);
    assert_eq!(heard.message["altText"], "Your receipt of Brown Store: ¥530");
    let body = &heard.message["contents"]["body"]["contents"];
    let row = body.as_array().unwrap().last().unwrap();
    assert_eq!((&row["contents"][0]["text"], &row["contents"][1]["text"]), (&json!("Total"), &json!("¥530")));
    assert_eq!(row["contents"][1]["align"], "end");
}

#[tokio::test]
async fn narrowcast_is_the_example_of_lines_reference_and_tells_its_request_id() {
    let (stage, app) = start().await;
    let friends = stage.sim.crowd("Fan", 120);
    stage.sim.audience_with_id(5614991017776, "regulars", &friends);
    stage.sim.past_narrowcast("5b59509c-c57b-11e9-aa8c-2a2ae2dbcce4", &friends[..20]);
    let (_, answer) = ask(&stage, "narrowcast", 1).await;
    let calls = stage.sim.calls_to("narrowcast");
    app.stop().await;
    let [call] = &calls[..] else { panic!("{calls:?}") };
    let example: Value = serde_json::from_str(include_str!("../../fixtures/narrowcast.json")).unwrap();
    assert_eq!(*call.body, example);
    assert_eq!(answer, [said(call.request_id.as_str(), Via::Reply)]);
}
