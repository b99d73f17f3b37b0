//! P1: only LINE is heard.

use std::process::Command;

use line_bot_server::handler_fn;
use line_bot_server::simulator::{Outcome, Parcel, Signature};
use tokio::signal::unix::{SignalKind, signal};

use crate::support::{Seen, Stage};

const EMPTY: &str = r#"{"destination":"U0f1e2d3c4b5a69788796a5b4c3d2e1f0","events":[]}"#;

#[tokio::test]
async fn p1_only_a_body_signed_with_the_channels_secret_is_heard() {
    let stage = Stage::new().await;
    let seen = Seen::default();
    let noted = seen.clone();
    let handler = handler_fn(move |cx, event| {
        noted.note(&cx, &event);
        async { Ok(()) }
    });
    let app = stage.start(handler).await;
    let alice = stage.sim.user("Alice");
    let event = stage.sim.compose(line_bot_server::simulator::Act::say(&alice, "hi")).unwrap();
    let body = serde_json::json!({"destination": "U0", "events": [event.json]}).to_string();
    let of_another_body = stage.sim.sign(EMPTY.as_bytes());
    let mut flipped = stage.sim.sign(body.as_bytes());
    let first = if flipped.starts_with('A') { "B" } else { "A" };
    flipped.replace_range(..1, first);
    let refused = [
        Signature::Wrong,
        Signature::None,
        Signature::Given(of_another_body),
        Signature::Given(flipped),
        Signature::Given(String::new()),
        Signature::Given("not base64!".into()),
    ];
    for signature in refused {
        let outcome = stage.sim.post(body.clone(), signature.clone()).await;
        assert_eq!(outcome, Outcome::Answered(401), "{signature:?}");
    }
    assert_eq!(stage.sim.post(EMPTY, Signature::Right).await, Outcome::Answered(200), "LINE's greeting");
    assert_eq!(stage.counts().remembered, 0, "nothing was let in");
    stage.sim.deliver(Parcel::of([event.clone()]));
    assert_eq!(seen.wait(1).await[0].id, event.id.as_str());
    app.stop().await;
    assert_eq!(seen.ids().len(), 1);
}

#[tokio::test]
async fn p1_a_secret_file_is_changed_over_without_a_restart() {
    // From here on this process outlives a SIGHUP.
    let _hangup = signal(SignalKind::hangup()).unwrap();
    let stage = Stage::new().await.unset("LINE_CHANNEL_SECRET");
    let file = stage.dir.path().join("secret");
    std::fs::write(&file, "old").unwrap();
    let stage = stage.set("LINE_CHANNEL_SECRET_FILE", file.to_str().unwrap());
    let app = stage.start(handler_fn(|_, _| async { Ok(()) })).await;
    let status = async |secret: &str| app.post("/callback", Some(secret), EMPTY).await.status().as_u16();
    assert_eq!((status("old").await, status("new").await), (200, 401));
    for (content, old, new) in [("new,old", 200, 200), ("new", 401, 200)] {
        std::fs::write(&file, content).unwrap();
        let me = std::process::id().to_string();
        assert!(Command::new("kill").args(["-s", "HUP", &me]).status().unwrap().success());
        let changed = async {
            while (status("old").await, status("new").await) != (old, new) {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(crate::support::PATIENCE, changed).await.unwrap();
    }
    app.stop().await;
}
