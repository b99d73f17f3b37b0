//! Starting while the database is away, is not what it should be, or is being set up by others.

use std::io::{BufRead, BufReader, Read as _};
use std::process::{ChildStderr, Stdio};
use std::time::Instant;

use line_bot_server::bot::QuoteBot;

use super::scene::{IN_TIME, Scene};
use crate::process::{Process, command};
use crate::support::postgres::{self, Options, Proxy, Server};

/// The server as a process, and what it says.
struct Starting {
    process: Process,
    log: BufReader<ChildStderr>,
    _dir: tempfile::TempDir,
}

fn serve(url: &str, schema: &str) -> Starting {
    let dir = tempfile::tempdir().unwrap();
    let set = [
        ("LINE_CHANNEL_SECRET", "8b2f0e3cc0d94ae3a8f3f1b0b4b8a4d1"),
        ("LINE_CHANNEL_ACCESS_TOKEN", "t0ken"),
        ("HOST", "127.0.0.1"),
        ("PORT", "0"),
        ("METRICS_ADDR", "off"),
        ("INBOX_URL", url),
        ("INBOX_SCHEMA", schema),
        ("RUST_LOG", "info"),
    ];
    let mut command = command(dir.path(), &set, &["serve"]);
    let mut process =
        Process::start(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()));
    let log = BufReader::new(process.stderr.take().unwrap());
    Starting { process, log, _dir: dir }
}

impl Starting {
    /// Reads on until a line says so.
    async fn says(self, what: &'static str) -> Self {
        let read = move || {
            let mut this = self;
            loop {
                let mut line = String::new();
                assert!(this.log.read_line(&mut line).unwrap() > 0, "it never says {what}");
                if line.contains(what) {
                    return this;
                }
            }
        };
        tokio::task::spawn_blocking(read).await.unwrap()
    }

    /// The exit code, and the rest of what it says.
    async fn ended(self) -> (Option<i32>, String) {
        let read = move || {
            let mut this = self;
            let mut rest = String::new();
            this.log.read_to_string(&mut rest).unwrap();
            (this.process.wait().unwrap().code(), rest)
        };
        tokio::task::spawn_blocking(read).await.unwrap()
    }
}

#[tokio::test]
async fn a_database_that_is_only_starting_is_waited_for() {
    let Some(server) = postgres::server() else { return };
    let proxy = Proxy::to(server).await;
    proxy.cut().await;
    let starting = serve(&proxy.url(), &postgres::schema()).says("waiting for the database").await;
    proxy.heal().await;
    let started = starting.says("listening").await;
    started.process.signal("TERM");
    assert_eq!(started.ended().await.0, Some(0));
}

#[tokio::test]
async fn a_database_that_never_comes_is_given_up_with_what_to_do() {
    let Some(server) = postgres::server() else { return };
    let proxy = Proxy::to(server).await;
    proxy.cut().await;
    let (code, said) = serve(&proxy.url(), &postgres::schema()).ended().await;
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("cannot open the inbox postgres://postgres:***@127.0.0.1"), "{said}");
    assert!(said.contains("nothing listens there; start PostgreSQL"), "{said}");
    assert!(said.lines().filter(|line| line.contains("waiting for the database")).count() < 5, "{said}");
}

#[tokio::test]
async fn a_server_that_waits_for_its_database_can_be_stopped() {
    let Some(server) = postgres::server() else { return };
    let proxy = Proxy::to(server).await;
    proxy.freeze().await;
    let starting = serve(&proxy.url(), &postgres::schema()).says("waiting for the database").await;
    starting.process.signal("TERM");
    assert_eq!(starting.ended().await.0, Some(0));
}

#[tokio::test]
async fn what_only_a_person_can_mend_is_not_waited_for() {
    let Some(server) = Server::start(Options { password: true, ..Options::default() }).await else { return };
    let client = server.client().await;
    let newer = "CREATE SCHEMA newer; CREATE TABLE newer.meta (one boolean PRIMARY KEY DEFAULT true, version integer);
        INSERT INTO newer.meta (version) VALUES (99); CREATE ROLE guest LOGIN PASSWORD 'guest'";
    client.batch_execute(newer).await.unwrap();
    let address = server.address();
    let cases = [
        (
            format!("postgres://postgres:wrong@{address}/postgres"),
            "line_bot",
            "the user or the password is wrong",
        ),
        (
            format!("postgres://postgres:not-so-secret@{address}/nowhere"),
            "line_bot",
            "the database does not exist; create it",
        ),
        (server.url(), "newer", "has version 99, this server knows 1: a newer server was here"),
        (format!("postgres://guest:guest@{address}/postgres"), "line_bot", "the user may not do that"),
        (format!("{}?sslmode=require", server.url()), "line_bot", "the server has no TLS"),
    ];
    for (url, schema, expected) in cases {
        let begun = Instant::now();
        let (code, said) = serve(&url, schema).ended().await;
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains("cannot open the inbox") && said.contains(expected), "{said}");
        assert!(!said.contains("waiting") && !said.contains("not-so-secret"), "{said}");
        // Far from the time that a database is waited for.
        assert!(begun.elapsed() < 5 * IN_TIME, "{expected}: {:?}", begun.elapsed());
    }
}

#[tokio::test]
async fn servers_that_start_at_once_on_an_empty_database_all_start() {
    let Some(server) = postgres::server() else { return };
    let scene = Scene::new().await;
    let url = server.url();
    let starting = std::array::from_fn::<_, 6, _>(|_| scene.start(&url, QuoteBot));
    let apps = futures_util::future::join_all(starting).await;
    let alice = scene.stage.sim.user("Alice");
    for (number, app) in apps.into_iter().enumerate() {
        scene.point_at(&app);
        scene.stage.sim.say(&alice, "hi").unwrap();
        crate::support::heard(&scene.stage.sim, alice.clone(), number + 1).await;
        scene.idle(server).await;
        app.stop_now().await;
    }
}
