//! P11: nothing private in the log.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Command, Stdio};

use line_bot_server::simulator::{Act, Fault, Harm, Parcel, Signature};
use line_bot_server::{Context, Event, HandlerError, handler_fn};

use crate::support::{Logged, Stage, heard, postgres};

const WORDS: &str = "my-dearest-words";
const ANSWER: &str = "my-secret-answer";
const STORY: &str = "an-errors-own-story";

/// Everything of a conversation that is nobody's business, as it stands in the ledger.
fn private(stage: &Stage, events: &[serde_json::Value]) -> Vec<String> {
    let mut private = vec![stage.sim.secret().to_owned(), stage.sim.access_token().to_owned()];
    private.extend([WORDS, ANSWER, STORY].map(str::to_owned));
    for event in events {
        for field in ["/replyToken", "/message/quoteToken", "/message/markAsReadToken"] {
            private.extend(event.pointer(field).and_then(|it| it.as_str()).map(str::to_owned));
        }
    }
    private.extend(
        stage.sim.ledger(|l| l.all_heard().iter().filter_map(|h| h.quote_token.clone()).collect::<Vec<_>>()),
    );
    private
}

#[tokio::test]
async fn p11_no_text_token_or_secret_is_logged_whatever_goes_wrong() {
    let logged = Logged::at_debug();
    let stage = Stage::redelivering().await.set("HANDLER_ATTEMPTS", "2");
    let app = stage
        .start(handler_fn(|cx: Context, event: Event| async move {
            let json: serde_json::Value = serde_json::from_str(cx.raw())?;
            match (event, json["message"]["text"].as_str().unwrap_or_default()) {
                (_, text) if text.ends_with("fail") => Err(HandlerError::new(STORY)),
                (_, text) if text.ends_with("panic") => panic!("{STORY}"),
                (_, text) if text.ends_with("refused") => {
                    cx.push(ANSWER.repeat(1000)).await?;
                    Ok(())
                }
                (Event::Message(_), _) => {
                    cx.respond(ANSWER).await?;
                    cx.push(ANSWER).await?;
                    cx.profile().await?;
                    Ok(())
                }
                _ => Ok(()),
            }
        }))
        .await;
    let alice = stage.sim.user("Alice");
    let mut events = Vec::new();
    let fault = |endpoint, harm| stage.sim.fault(Fault::on(endpoint, harm));
    for n in 0..4 {
        match n {
            1 => fault("reply", Harm::invalid_reply_token()),
            2 => fault("push", Harm::server_error()),
            3 => stage.sim.fault(Fault::on("reply", Harm::HangUp).after_doing()),
            _ => {}
        }
        let event = stage.sim.say(&alice, WORDS).unwrap();
        heard(&stage.sim, alice.clone(), 2 * (n + 1)).await;
        stage.sim.deliver(Parcel::of([event.clone()]).as_redelivery());
        events.push(event.json);
    }
    for tail in ["fail", "panic", "refused"] {
        events.push(stage.sim.say(&alice, format!("{WORDS} {tail}")).unwrap().json);
    }
    stage.parked(3).await;
    let regretted = stage.sim.say(&alice, format!("{WORDS} fail")).unwrap();
    stage.sim.happen(Act::unsend(&regretted.message_id.unwrap())).unwrap();
    for signature in [Signature::Wrong, Signature::None, Signature::Right] {
        stage.sim.post(format!("{{\"events\": \"{WORDS}\"}}"), signature).await;
        stage
            .sim
            .post(
                format!("{{\"events\": [{{\"type\":\"message\",\"message\":\"{WORDS}\"}}]}}"),
                Signature::Right,
            )
            .await;
    }
    app.stop().await;
    let (text, private) = (logged.text(), private(&stage, &events));
    for telling in
        [events[0]["webhookEventId"].as_str().unwrap(), "endpoint=\"push\"", "parked", "request_id"]
    {
        assert!(text.contains(telling), "the log says nothing of {telling}:\n{text}");
    }
    logged.keeps(&private.iter().map(String::as_str).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p11_the_binary_with_everything_at_debug_logs_nothing_private_of_a_conversation() {
    let stage = Stage::redelivering().await;
    let url = stage.inbox_url();
    converse(&stage, &[("INBOX_URL", url)]).await;
}

/// The driver has a word of its own on what prepared statements are given.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p11_the_binary_on_postgres_logs_nothing_private_either() {
    let Some(server) = postgres::server() else { return };
    let (url, schema) = (server.url(), postgres::schema());
    for prepare in ["off", "on"] {
        let inbox = [("INBOX_URL", &*url), ("INBOX_SCHEMA", &schema), ("INBOX_PREPARE", prepare)];
        converse(&Stage::redelivering().await, &inbox).await;
    }
}

/// The binary has a conversation, and none of it is in its log.
async fn converse(stage: &Stage, inbox: &[(&str, &str)]) {
    let (secret, token, base) = (stage.sim.secret(), stage.sim.access_token(), stage.sim.base_url());
    let mut child = Command::new(env!("CARGO_BIN_EXE_line-bot-server"))
        .current_dir(stage.dir.path())
        .env_clear()
        .envs([("LINE_CHANNEL_SECRET", secret), ("LINE_CHANNEL_ACCESS_TOKEN", token)])
        .envs([
            ("LINE_API_BASE_URL", base.as_str()),
            ("HOST", "127.0.0.1"),
            ("PORT", "0"),
            ("METRICS_ADDR", "off"),
        ])
        .envs([("RUST_LOG", "debug"), ("LOG_FORMAT", "json")])
        .envs(inbox.iter().copied())
        .args(["serve"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap());
    let mut log = String::new();
    let address = loop {
        let from = log.len();
        assert!(lines.read_line(&mut log).unwrap() > 0, "{log}");
        let line: serde_json::Value = serde_json::from_str(&log[from..]).unwrap();
        if line["message"] == "listening" {
            break line["address"].as_str().unwrap().to_owned();
        }
    };
    let rest = std::thread::spawn(move || {
        let mut rest = String::new();
        lines.read_to_string(&mut rest).unwrap();
        rest
    });
    stage.sim.point_at(format!("http://{address}/callback"));
    let alice = stage.sim.user("Alice");
    stage.sim.happen(Act::follow(&alice)).unwrap();
    stage.sim.fault(Fault::on("reply", Harm::invalid_reply_token()).skip(1));
    let events: Vec<_> =
        (0..3).map(|n| stage.sim.say(&alice, format!("{WORDS} {n}")).unwrap().json).collect();
    heard(&stage.sim, alice, 4).await;
    stage.acked(4).await;
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-s", "TERM", &pid]).status().unwrap().success());
    let status = tokio::task::spawn_blocking(move || child.wait().unwrap()).await.unwrap();
    log.push_str(&rest.join().unwrap());
    assert_eq!(status.code(), Some(0), "{log}");
    assert!(log.contains(events[0]["webhookEventId"].as_str().unwrap()), "{log}");
    for private in private(stage, &events) {
        // As it is, or as its bytes are shown.
        let bytes = format!("{:?}", private.as_bytes());
        let told = |line: &&str| line.contains(&private) || line.contains(bytes.trim_matches(['[', ']']));
        let telltale = log.lines().find(told);
        assert!(telltale.is_none(), "{private} was logged: {telltale:?}");
    }
}
