//! P4: one bad event hurts only itself; and callers that are slow hurt nobody.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use line_bot_server::bot::QuoteBot;
use line_bot_server::handler_fn;
use line_bot_server::inbox::{Filter, ParkReason};
use line_bot_server::line::ChannelSecret;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::Barrier;

use crate::envelope::hostile::{GOOD_IDS, PRIVATE, bodies_with_good_neighbours, hostile_bodies};
use crate::support::{Gate, Logged, Seen, Stage, heard};

/// Ids and types are logged: they are LINE's words, not a person's.
fn with_public_ids(body: String) -> String {
    ["webhookEventId", "type"].iter().fold(body, |body, field| {
        body.replace(&format!("\"{field}\":\"{PRIVATE}\""), &format!("\"{field}\":\"odd\""))
    })
}

#[tokio::test]
async fn p4_five_hundred_hostile_bodies_cost_no_5xx_no_neighbour_and_no_word_in_the_log() {
    let logged = Logged::at_debug();
    let stage = Stage::new().await;
    let seen = Seen::default();
    let noted = seen.clone();
    let app = stage
        .start(handler_fn(move |cx, event| {
            noted.note(&cx, &event);
            async { Ok(()) }
        }))
        .await;
    let mut good = Vec::new();
    for (n, body) in bodies_with_good_neighbours().into_iter().enumerate() {
        let mine = GOOD_IDS.map(|id| format!("{id}{n}"));
        let body = with_public_ids(body);
        let body = body.replace(&format!("{}\"", GOOD_IDS[0]), &format!("{}\"", mine[0]));
        let body = body.replace(&format!("{}\"", GOOD_IDS[1]), &format!("{}\"", mine[1]));
        good.extend(mine);
        let status = app.post("/callback", Some(stage.sim.secret()), body).await.status();
        assert_eq!(status, 200, "body {n} has an events array");
    }
    let hostile = hostile_bodies(20_261_120);
    assert!(hostile.len() >= 500);
    let mut refused = 0;
    for (n, body) in hostile.into_iter().enumerate() {
        let body = match String::from_utf8(body) {
            Ok(text) => with_public_ids(text).into_bytes(),
            Err(bytes) => bytes.into_bytes(),
        };
        let status = app.post("/callback", Some(stage.sim.secret()), body).await.status().as_u16();
        assert!(matches!(status, 200 | 400), "{status} for hostile body {n}");
        refused += usize::from(status == 400);
    }
    assert!(refused > 100, "{refused} were refused");

    app.idle().await;
    let ids = seen.ids();
    for good in &good {
        assert_eq!(ids.iter().filter(|id| *id == good).count(), 1, "{good}");
    }
    let parked = stage.list(&Filter::default());
    assert!(!parked.is_empty());
    for listed in parked {
        let (why, _) = listed.parked.unwrap();
        assert_eq!(why.reason, ParkReason::Undecodable, "{why:?}");
        assert!(!why.detail.contains("panicked"), "{why:?}");
    }
    assert_eq!(app.get("/readyz").await.unwrap(), 200);
    app.stop().await;
    assert!(logged.text().contains("signed, but"), "the log was heard");
    logged.keeps(&[PRIVATE]);
}

#[tokio::test]
async fn p4_an_unknown_type_reaches_the_handler_and_a_shape_that_cannot_be_read_is_parked_with_its_reason() {
    let stage = Stage::new().await;
    let seen = Seen::default();
    let noted = seen.clone();
    let app = stage
        .start(handler_fn(move |cx, event| {
            noted.note(&cx, &event);
            async { Ok(()) }
        }))
        .await;
    let source =
        r#""source":{"type":"user","userId":"U00000000000000000000000000000a01"},"timestamp":1793000000123"#;
    let new = format!(r#"{{"type":"telepathy","telepathy":{{"n":1.50}},"webhookEventId":"01NEW",{source}}}"#);
    let odd = format!(r#"{{"type":"message","message":5,"webhookEventId":"01ODD",{source}}}"#);
    let good = format!(r#"{{"type":"unfollow","webhookEventId":"01GOOD",{source}}}"#);
    let body = format!(r#"{{"destination":"U0","events":[{odd},{new},{good}]}}"#);
    assert_eq!(app.post("/callback", Some(stage.sim.secret()), body).await.status(), 200);
    let parked = stage.parked(1).await;
    app.stop().await;
    assert_eq!(seen.ids(), ["01NEW", "01GOOD"]);
    let first = seen.all().remove(0);
    assert!(first.unknown && !seen.all()[1].unknown, "{first:?}");
    assert_eq!(first.json["telepathy"]["n"], 1.5);
    let odd = parked.iter().find(|listed| listed.id.as_str() == "01ODD").unwrap();
    let (why, _) = odd.parked.as_ref().unwrap();
    assert_eq!(why.reason, ParkReason::Undecodable);
    assert!(why.detail.contains("message"), "{why:?}");
}

#[tokio::test]
async fn two_hundred_connections_that_drip_do_not_block_a_good_one() {
    const SLOW: usize = 200;
    let stage = Stage::new().await;
    let app = stage.start(QuoteBot).await;
    let body = r#"{"destination":"U0f1e2d3c4b5a69788796a5b4c3d2e1f0","events":[]}"#;
    let signature = ChannelSecret::new(stage.sim.secret()).unwrap().sign(body.as_bytes());
    let length = body.len();
    let whole: Arc<str> = format!(
        "POST /callback HTTP/1.1\r\nhost: bot\r\nx-line-signature: {signature}\r\ncontent-length: {length}\r\n\
         connection: close\r\n\r\n{body}"
    )
    .into();
    let (started, gate) = (Arc::new(Barrier::new(SLOW + 1)), Gate::closed());
    let ended = Arc::new(AtomicUsize::new(0));
    let mut slow = Vec::new();
    for n in 0..SLOW {
        let (whole, started, gate, ended) = (whole.clone(), started.clone(), gate.clone(), ended.clone());
        let address = app.address;
        slow.push(tokio::spawn(async move {
            let mut wire = TcpStream::connect(address).await.unwrap();
            // Some stay in the head, some in the body.
            let first = (n * 7) % (whole.len() - 40);
            wire.write_all(&whole.as_bytes()[..first]).await.unwrap();
            started.wait().await;
            let mut rest = whole.as_bytes()[first..].iter();
            let drip = async {
                for byte in rest.by_ref().take(30) {
                    wire.write_all(&[*byte]).await.unwrap();
                    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                }
                std::future::pending::<()>().await;
            };
            tokio::select! { () = drip => {} () = gate.pass() => {} }
            ended.fetch_add(1, Ordering::SeqCst);
            wire.write_all(rest.as_slice()).await.unwrap();
            let mut answer = String::new();
            wire.read_to_string(&mut answer).await.unwrap();
            answer
        }));
    }
    started.wait().await;
    let alice = stage.sim.user("Alice");
    stage.sim.say(&alice, "hi").unwrap();
    heard(&stage.sim, alice, 1).await;
    assert_eq!(ended.load(Ordering::SeqCst), 0, "the good one was served while all others were open");
    gate.open();
    for slow in slow {
        let answer = slow.await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    app.stop().await;
}
