//! What was designed elsewhere is sent to the byte.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use line_bot_server::client::transport::WireRequest;
use line_bot_server::client::{
    Client, HttpTransport, Response, Settings, TokenSource, Transport, TransportError,
};
use line_bot_server::clock::Clock;
use line_bot_server::line::message::flex::{BUBBLE_BYTES_MAX, CAROUSEL_BYTES_MAX, FlexMessage};
use line_bot_server::line::{Channel, ChatMessage, Message, Sender};
use secrecy::SecretString;
use serde_json::value::RawValue;

use super::{Line, fits, refused};

/// Order, spaces, forms of numbers, escapes and a key given twice: all of it is lost if it is read as a value.
const ODD: &str = "{ \"type\":\t\"bubble\",\n \"body\": {\"type\":\"box\", \"layout\":\"vertical\", \"spacing\":\"md\", \
     \"spacing\":\"sm\", \"contents\":[{\"wrap\":true,\"type\":\"text\",\"text\":\"caf\\u00e9 \\/ \\ud83c\\udf75\", \
     \"maxLines\":0, \"flex\":1}], \"flex\": 2}}";

/// Passes requests on and keeps their bodies.
struct Recorder {
    to: HttpTransport,
    bodies: Mutex<Vec<String>>,
}

#[async_trait]
impl Transport for Recorder {
    async fn send(&self, request: WireRequest) -> Result<Response, TransportError> {
        let body = String::from_utf8(request.body.bytes().to_vec()).unwrap();
        self.bodies.lock().unwrap().push(body);
        self.to.send(request).await
    }
}

#[tokio::test]
async fn json_arrives_as_it_was_given() {
    let line = Line::new().await;
    let recorder = Arc::new(Recorder {
        to: HttpTransport::new(Duration::from_secs(10)).unwrap(),
        bodies: Mutex::default(),
    });
    let settings = Settings {
        channel: Channel::from("shop"),
        api_base_url: line.sim.base_url(),
        data_api_base_url: line.sim.base_url(),
        manager_base_url: line.sim.base_url(),
        attempt_timeout: Duration::from_secs(10),
        attempts: 1,
        backoff: Duration::from_millis(1),
        pacing_wait: Duration::from_secs(5),
    };
    let token = TokenSource::fixed(SecretString::from(line.sim.access_token()));
    let client = Client::new(settings, recorder.clone(), token, Clock::system());
    let message = FlexMessage::from_json("odd", ODD).unwrap().sender(Sender::new("Cony"));
    client.push(line.alice.clone(), message).await.unwrap();
    let body = recorder.bodies.lock().unwrap().remove(0);
    let sent = format!(
        r#""messages":[{{"type":"flex","altText":"odd","contents":{ODD},"sender":{{"name":"Cony"}}}}]"#
    );
    assert!(body.contains(&sent), "{body}");
    let heard = line.sim.heard(line.alice.clone()).remove(0).message;
    assert_eq!(heard["contents"]["body"]["contents"][0]["text"], "café / 🍵");
}

#[test]
fn json_is_kept_in_every_form_of_a_message() {
    let message = FlexMessage::from_json("odd", ODD).unwrap();
    for json in [
        serde_json::to_string(&message).unwrap(),
        serde_json::to_string(&Message::from(message.clone())).unwrap(),
        serde_json::to_string(&ChatMessage::from(message.clone())).unwrap(),
    ] {
        assert!(json.contains(ODD), "{json}");
    }
    let raw: Box<RawValue> = serde_json::from_str(ODD).unwrap();
    assert_eq!(FlexMessage::from_json("odd", &*raw).unwrap(), message);
    assert_eq!(FlexMessage::from_json("odd", raw).unwrap(), message);
    assert_eq!(FlexMessage::from_json("odd", format!(" {ODD}\n")).unwrap(), message);
    assert_ne!(FlexMessage::from_json("odd", ODD.replace('\t', " ")).unwrap(), message);
}

#[test]
fn what_is_no_container_is_refused_at_once() {
    let none = "contents: no object of type `bubble` or `carousel`";
    for (json, problem) in [
        ("", "contents: no JSON: EOF while parsing a value at line 1 column 0"),
        ("{\"type\":", "contents: no JSON: EOF while parsing a value at line 1 column 8"),
        ("{} x", "contents: no JSON: trailing characters at line 1 column 4"),
        ("{}", none),
        ("null", none),
        ("[]", none),
        ("[\"bubble\"]", none),
        ("\"bubble\"", none),
        ("{\"type\": 1}", none),
        ("{\"type\": \"flex\"}", none),
        ("{\"type\": \"box\"}", none),
    ] {
        refused(FlexMessage::from_json("alt", json).map(drop), problem);
    }
}

/// A bubble of so many bytes.
fn bubble(bytes: usize) -> String {
    let start =
        r#"{"type":"bubble","body":{"type":"box","layout":"vertical","contents":[{"type":"text","text":""#;
    let end = r#""}]}}"#;
    format!("{start}{}{end}", "a".repeat(bytes - start.len() - end.len()))
}

fn carousel(bubbles: &[String]) -> String {
    format!(r#"{{"type":"carousel","contents":[{}]}}"#, bubbles.join(","))
}

fn check(json: &str) -> Result<(), line_bot_server::line::InvalidField> {
    FlexMessage::from_json("alt", json).unwrap().check()
}

#[tokio::test]
async fn the_json_has_a_largest_size() {
    let line = Line::new().await;
    let value = |json: &str| serde_json::from_str(json).unwrap();
    let refusal = |path: &str, size: usize| {
        vec![(format!("messages[0].contents{path}"), format!("The JSON must not be larger than {size} KB"))]
    };
    let (at, above) = (bubble(BUBBLE_BYTES_MAX), bubble(BUBBLE_BYTES_MAX + 1));
    fits(check(&at));
    assert_eq!(line.says(&value(&at)).await, []);
    refused(check(&above), "contents: 30721 bytes of JSON, 30720 are allowed");
    assert_eq!(line.says(&value(&above)).await, refusal("", 30));

    let fill = |bytes: usize| {
        let rest = bytes - carousel(&[bubble(BUBBLE_BYTES_MAX), String::new()]).len();
        carousel(&[bubble(BUBBLE_BYTES_MAX), bubble(rest)])
    };
    let (at, above) = (fill(CAROUSEL_BYTES_MAX), fill(CAROUSEL_BYTES_MAX + 1));
    assert_eq!((at.len(), above.len()), (51_200, 51_201));
    fits(check(&at));
    assert_eq!(line.says(&value(&at)).await, []);
    refused(check(&above), "contents: 51201 bytes of JSON, 51200 are allowed");
    assert_eq!(line.says(&value(&above)).await, refusal("", 50));

    let above = carousel(&[bubble(100), bubble(BUBBLE_BYTES_MAX + 1)]);
    refused(check(&above), "contents.contents[1]: 30721 bytes of JSON, 30720 are allowed");
    assert_eq!(line.says(&value(&above)).await, refusal(".contents[1]", 30));
}

#[tokio::test]
async fn a_carousel_as_json_has_1_to_12_bubbles() {
    let line = Line::new().await;
    for (count, good) in [(0, false), (1, true), (12, true), (13, false)] {
        let json = carousel(&vec![bubble(100); count]);
        let said = line.says(&serde_json::from_str(&json).unwrap()).await;
        if good {
            fits(check(&json));
            assert_eq!(said, []);
        } else {
            refused(check(&json), &format!("contents.contents: {count} bubbles, 1 to 12 are allowed"));
            super::faulty(&said, ".contents", "Size must be between 1 and 12");
        }
    }
    refused(check(r#"{"type":"carousel"}"#), "contents.contents: no list of bubbles");
    refused(
        check(&carousel(&[bubble(100), carousel(&[])])),
        "contents.contents[1]: no object of type `bubble`",
    );
}
