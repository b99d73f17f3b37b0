//! The simulator's own controls under `/_sim/`.

use http::Method;
use serde_json::{Value, json};

use super::kit::{Bot, Kit, PATIENCE, text};

async fn wish(kit: &Kit, path: &str, body: Value) -> Value {
    let got = kit.call(Method::POST, path, &[("authorization", "")], Some(body.clone())).await.unwrap();
    assert_eq!(got.status, 200, "{path} {body}: {}", String::from_utf8_lossy(&got.bytes));
    got.json()
}

#[tokio::test]
async fn say_makes_a_person_speak() {
    let kit = Kit::new().await;
    let said = wish(&kit, "/_sim/say", json!({"user": "Alice", "text": "hi"})).await;
    wish(&kit, "/_sim/say", json!({"user": "Alice", "text": "ho", "quote": said["messageId"]})).await;
    kit.deliveries(2).await;
    let events = kit.bot.events();
    assert_eq!(events[0], said["event"]);
    assert_eq!(events[0]["source"]["userId"], json!(kit.sim.user("Alice")));
    assert_eq!(events[1]["message"]["quotedMessageId"], said["messageId"]);
}

#[tokio::test]
async fn say_knows_every_content_and_place() {
    let kit = Kit::new().await;
    let says = [
        (json!({"sticker": {"packageId": "1", "stickerId": "2"}}), "sticker"),
        (json!({"location": {"latitude": 1.0, "longitude": 2.0}}), "location"),
        (json!({"image": "AQI="}), "image"),
        (json!({"video": "AQI="}), "video"),
        (json!({"audio": "AQI="}), "audio"),
        (json!({"file": {"name": "a", "bytes": "AQI="}}), "file"),
    ];
    for (mut say, kind) in says {
        say["user"] = json!("Alice");
        say["group"] = json!("Team");
        let event = wish(&kit, "/_sim/say", say).await["event"].clone();
        assert_eq!((&event["message"]["type"], &event["source"]["type"]), (&json!(kind), &json!("group")));
    }
    let event =
        wish(&kit, "/_sim/say", json!({"user": "A", "room": "R", "postback": "d", "standby": true})).await;
    assert_eq!(event["event"]["postback"], json!({"data": "d"}));
    assert_eq!(event["event"]["mode"], "standby");
}

#[tokio::test]
async fn a_wish_that_cannot_be_met_says_why() {
    let kit = Kit::new().await;
    let got = kit.post("/_sim/say", json!({"user": "Alice"})).await;
    assert_eq!(got.status, 400);
    assert!(got.message().contains("nothing is said"), "{got:?}");
    let got = kit.post("/_sim/unsend", json!({"message": "1"})).await;
    assert!(got.message().contains("no message 1"), "{got:?}");
    let got = kit.post("/_sim/say", json!({"user": "Alice", "txt": "hi"})).await;
    assert_eq!(got.status, 422);
}

#[tokio::test]
async fn a_page_from_elsewhere_cannot_use_the_controls_unasked() {
    let kit = Kit::new().await;
    for (header, value, status) in [
        ("content-type", "text/plain", 415),
        ("origin", "http://elsewhere.example", 403),
        ("origin", &kit.sim.base_url(), 200),
    ] {
        let body = json!({"user": "Alice", "text": "hi"});
        let got = kit.call(Method::POST, "/_sim/say", &[(header, value)], Some(body)).await.unwrap();
        assert_eq!(got.status, status, "{header}: {value}");
    }
}

#[tokio::test]
async fn a_name_that_was_made_to_point_here_opens_nothing_unless_others_are_welcome() {
    let kit = Kit::new().await;
    let ask = async |kit: &Kit, host: &str| {
        kit.call(Method::GET, "/_sim/ledger", &[("host", host)], None).await.unwrap().status
    };
    for host in ["rebound.example", "rebound.example:8090", "127.0.0.1.nip.io", "x@127.0.0.1.example"] {
        assert_eq!(ask(&kit, host).await, 403, "{host}");
    }
    for host in ["localhost:8090", "LOCALHOST", "127.0.0.1:1", "[::1]:8090", "192.168.1.7"] {
        assert_eq!(ask(&kit, host).await, 200, "{host}");
    }
    let rebound = [("host", "rebound.example"), ("origin", "http://rebound.example")];
    let body = json!({"user": "Alice", "text": "hi"});
    let got = kit.call(Method::POST, "/_sim/say", &rebound, Some(body)).await.unwrap();
    assert_eq!(got.status, 403, "an origin equal to the host proves nothing");
    assert!(got.message().contains("127.0.0.1"), "{got:?}");
    let open = Kit::with(|settings| settings.allow_remote = true).await;
    assert_eq!(ask(&open, "simulator.internal").await, 200);
}

#[tokio::test]
async fn act_knows_what_people_do_besides() {
    let kit = Kit::new().await;
    let said = wish(&kit, "/_sim/say", json!({"user": "Alice", "text": "hi", "group": "Team"})).await;
    let acts = [
        (json!({"act": "unfollow", "user": "Alice"}), "unfollow"),
        (json!({"act": "follow", "user": "Alice"}), "follow"),
        (json!({"act": "memberJoined", "group": "Team", "users": ["Bob"]}), "memberJoined"),
        (json!({"act": "memberLeft", "group": "Team", "users": ["Bob"]}), "memberLeft"),
        (json!({"act": "edit", "message": said["messageId"], "text": "ho"}), "messageEdited"),
        (json!({"act": "unsend", "message": said["messageId"]}), "unsend"),
        (json!({"act": "leave", "group": "Team"}), "leave"),
        (json!({"act": "join", "group": "Team"}), "join"),
    ];
    for (act, kind) in acts {
        assert_eq!(wish(&kit, "/_sim/act", act).await["event"]["type"], kind);
    }
}

#[tokio::test]
async fn point_deliver_fault_and_post_do_as_in_rust() {
    let kit = Kit::new().await;
    let other = Bot::start().await;
    wish(&kit, "/_sim/point", json!({"url": other.url})).await;
    let event =
        kit.sim.compose(line_bot_server::simulator::Act::say(&kit.sim.user("Alice"), "hi")).unwrap().json;
    wish(&kit, "/_sim/deliver", json!({"events": [event], "redelivery": true, "copies": 2})).await;
    kit.deliveries(2).await;
    assert!(other.events().iter().all(|it| it["deliveryContext"]["isRedelivery"] == true));
    assert_eq!(other.events().len(), 2);

    wish(&kit, "/_sim/fault", json!({"endpoint": "push", "harm": "answer", "status": 503})).await;
    assert_eq!(kit.push(&kit.alice(), text("x")).await.status, 503);
    wish(&kit, "/_sim/fault", json!({"endpoint": "push", "harm": "hangUp", "afterDoing": true})).await;
    let gone = kit.call(Method::DELETE, "/_sim/fault", &[], None).await.unwrap();
    assert_eq!(gone.status, 200);
    assert_eq!(kit.push(&kit.alice(), text("x")).await.status, 200);

    let outcome = wish(&kit, "/_sim/post?signature=none", json!({"any": "thing"})).await;
    assert_eq!(outcome, json!({"outcome": {"answered": 200}}));
    assert_eq!(other.received()[2].signature(), "");
}

#[tokio::test]
async fn a_fault_for_an_endpoint_that_does_not_exist_is_refused() {
    let kit = Kit::new().await;
    let wrong = kit.post("/_sim/fault", json!({"endpoint": "pushh", "harm": "hangUp"})).await;
    assert_eq!(wrong.status, 400);
    let said = wrong.message();
    assert!(said.starts_with("there is no endpoint `pushh`; say `*` or one of "), "{said}");
    assert!(said.contains(", multicast, ") && said.contains(", push, "), "{said}");
    wish(&kit, "/_sim/fault", json!({"endpoint": "*", "harm": "hangUp"})).await;
}

#[tokio::test]
async fn ledger_and_people_can_be_read() {
    let kit = Kit::new().await;
    let event = kit.greeted().await;
    kit.reply(&event.reply_token.unwrap(), text("ho")).await;
    kit.sim
        .wait_for(PATIENCE, |ledger| ledger.calls().iter().all(|call| call.status.is_some()))
        .await
        .unwrap();
    let ledger = kit.get("/_sim/ledger").await.json();
    assert_eq!(ledger["acked"], json!([event.id]));
    assert_eq!(ledger["calls"][0]["endpoint"], "reply");
    assert_eq!(ledger["calls"][0]["status"], 200);
    assert_eq!(ledger["heard"][0]["message"]["text"], "ho");
    assert_eq!(ledger["deliveries"][0]["outcome"], json!({"answered": 200}));
    let people = kit.get("/_sim/people").await.json();
    assert_eq!(people["people"][0]["name"], "Alice");
}
