//! `inbox …` on PostgreSQL: the same verbs, and moving there.

use std::path::Path;
use std::process::Output;
use std::time::Duration;

use line_bot_server::clock::Clock;
use line_bot_server::inbox::{Delivery, Inbox, Outcome, ParkReason, Parked, Settings, open};
use line_bot_server::line::RawEvent;
use serde_json::Value;

use super::{code, command, stderr, stdout};
use crate::support::postgres;

fn settings() -> Option<Settings> {
    let mut settings = Settings::new(postgres::server()?.url(), 100);
    settings.postgres.schema = postgres::schema();
    Some(settings)
}

fn run(dir: &Path, settings: &Settings, args: &[&str]) -> Output {
    let set = [("INBOX_URL", &*settings.url), ("INBOX_SCHEMA", &*settings.postgres.schema)];
    command(dir, &set, args).output().unwrap()
}

fn event(id: &str) -> RawEvent {
    RawEvent {
        id: id.into(),
        kind: "message".into(),
        chat: None,
        timestamp: None,
        redelivery: false,
        message_id: None,
        unsends: None,
        json: format!(r#"{{"webhookEventId":"{id}"}}"#).into(),
    }
}

/// Takes in three events, and gives up the first.
async fn fill(inbox: &dyn Inbox) {
    let now = Clock::system().now();
    let events = ["01A", "01B", "01C"].map(event).into();
    let delivery = Delivery { channel: "default".into(), destination: "U".into(), events };
    inbox.accept(delivery, now).await.unwrap();
    let claims = inbox.claim(1, Duration::from_secs(30), now).await.unwrap();
    let why = Parked { reason: ParkReason::Permanent, detail: "it says so".into() };
    inbox.settle(&claims.chats[0].lease, Outcome::Park(why), now).await.unwrap();
    inbox.close().await.unwrap();
}

#[tokio::test]
async fn every_verb_works_on_a_database() {
    let Some(settings) = settings() else { return };
    fill(&*open(&settings).await.unwrap()).await;
    let dir = tempfile::tempdir().unwrap();
    let run = |args: &[&str]| run(dir.path(), &settings, args);

    let stats = || serde_json::from_str::<Value>(&stdout(&run(&["inbox", "stats", "--json"]))).unwrap();
    assert_eq!((&stats()["pending"], &stats()["remembered"]), (&2.into(), &3.into()));
    assert_eq!(stats()["parked"]["permanent"], 1);
    let listed = stdout(&run(&["inbox", "list"]));
    let ids: Vec<_> = listed.lines().map(|line| line.split(' ').nth(1).unwrap()).collect();
    assert_eq!(ids, ["01A", "01B", "01C"]);
    let shown = run(&["inbox", "show", "01A", "--json"]);
    let shown: Value = serde_json::from_str(&stdout(&shown)).unwrap();
    assert_eq!((&shown["state"], &shown["json"]["webhookEventId"]), (&"parked".into(), &"01A".into()));
    assert_eq!(code(&run(&["inbox", "retry", "01B"])), 1);
    let retried = run(&["inbox", "retry", "01A"]);
    assert_eq!((code(&retried), &*stdout(&retried)), (0, "1 event will be handled anew\n"));
    assert_eq!(code(&run(&["inbox", "discard", "01C"])), 0);
    assert_eq!(code(&run(&["inbox", "show", "01C"])), 1);
    assert_eq!(code(&run(&["inbox", "discard", "--all"])), 0);
    assert_eq!((&stats()["pending"], &stats()["remembered"]), (&0.into(), &3.into()));

    let copy = dir.path().join("copy.db");
    let output = run(&["inbox", "backup", copy.to_str().unwrap()]);
    assert_eq!((code(&output), copy.exists()), (1, false));
    assert!(stderr(&output).contains("pg_dump"), "{}", stderr(&output));
}

#[tokio::test]
async fn where_there_is_no_inbox_it_says_so_and_makes_none() {
    let Some(settings) = settings() else { return };
    let dir = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        let output = run(dir.path(), &settings, &["inbox", "stats"]);
        assert_eq!(code(&output), 1);
        let said = stderr(&output);
        assert!(said.contains("holds no inbox") && said.contains("INBOX_SCHEMA"), "{said}");
    }
}

#[tokio::test]
async fn no_error_shows_a_password() {
    let (_nobody, address) = super::nobody();
    let dir = tempfile::tempdir().unwrap();
    let url = format!("postgres://bot:hunter2@{address}/bot?sslmode=disable");
    let to = Settings::new(url, 1);
    for args in [
        &["inbox", "stats"][..],
        &["inbox", "migrate", "--from", "sqlite://none.db", "--to", &to.url],
        &["inbox", "migrate", "--from", "sqlite://none.db", "--to", "postgres://bot:hunter2@:bad:/"],
        &["inbox", "migrate", "--from", "none.db", "--to", "mysql://bot:hunter2@host/bot"],
        &["inbox", "migrate", "--from", &to.url, "--to", "sqlite://none.db"],
    ] {
        let output = run(dir.path(), &to, args);
        assert_ne!(code(&output), 0, "{args:?}");
        let said = stdout(&output) + &stderr(&output);
        assert!(!said.contains("hunter2"), "{args:?}: {said}");
    }
}

#[tokio::test]
async fn a_file_is_moved_into_a_database_and_again() {
    let Some(settings) = settings() else { return };
    let dir = tempfile::tempdir().unwrap();
    let file = format!("sqlite://{}", dir.path().join("inbox.db").display());
    let inbox = open(&Settings::new(&*file, 100)).await.unwrap();
    let set = [("INBOX_SCHEMA", &*settings.postgres.schema)];
    let migrate = || {
        let args = ["inbox", "migrate", "--from", &file, "--to", &settings.url];
        command(dir.path(), &set, &args).output().unwrap()
    };
    let refused = migrate();
    assert_eq!(code(&refused), 1);
    assert!(stderr(&refused).contains("a server is using it"), "{}", stderr(&refused));

    fill(&*inbox).await;
    drop(inbox);
    for (waiting, parked) in [(2, 1), (0, 0)] {
        let output = migrate();
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        let said = stdout(&output);
        assert!(said.contains(&format!("waiting     {waiting} moved, {} were", 2 - waiting)), "{said}");
        assert!(said.contains(&format!("parked      {parked} moved")), "{said}");
        assert!(said.contains("Do not start a server on it again"), "{said}");
        assert!(stderr(&output).contains("can be seen by others"), "{}", stderr(&output));
    }
    let listed = stdout(&run(dir.path(), &settings, &["inbox", "list"]));
    assert_eq!(listed.lines().count(), 3, "{listed}");
}
