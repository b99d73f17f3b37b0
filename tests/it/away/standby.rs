//! A server that may only be read: a standby after a failover, or a primary that was told so. And what a standby is for:
//! with `synchronous_standby_names` set, nothing that was acked is lost with the primary.

use std::time::Duration;

use line_bot_server::bot::QuoteBot;
use line_bot_server::line::UserId;
use tokio_postgres::Client;

use super::scene::{Scene, lines, readiness, ready};
use crate::support::postgres::{Options, Server, Stop};
use crate::support::{Logged, PATIENCE, heard};

/// A primary and the standby that follows it; a commit waits for both from now on.
async fn pair() -> Option<(Server, Server)> {
    let primary = Server::start(Options::default()).await?;
    let options = Options { primary: Some(primary.address()), ..Options::default() };
    let standby = Server::start(options).await?;
    // Only once it is there, and not in its copy of the settings.
    let client = primary.client().await;
    client.batch_execute("ALTER SYSTEM SET synchronous_standby_names = '*'").await.unwrap();
    client.batch_execute("SELECT pg_reload_conf()").await.unwrap();
    until_one(&client, "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'").await;
    Some((primary, standby))
}

async fn until_one(client: &Client, count: &str) {
    let waiting = async {
        while client.query_one(count, &[]).await.unwrap().get::<_, i64>(0) != 1 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    assert!(tokio::time::timeout(PATIENCE, waiting).await.is_ok(), "never 1: {count}");
}

async fn promote(standby: &Server) {
    let done: bool = standby
        .client()
        .await
        .query_one("SELECT pg_promote(wait => true, wait_seconds => 60)", &[])
        .await
        .unwrap()
        .get(0);
    assert!(done);
}

/// A URL with both hosts.
fn url(one: &Server, other: &Server) -> String {
    let both = format!("{},{}", one.address(), other.address());
    one.url().replace(&one.address().to_string(), &both)
}

#[tokio::test]
async fn after_a_failover_the_server_goes_on_by_itself_and_nothing_acked_is_lost() {
    let Some((primary, standby)) = pair().await else { return };
    let log = Logged::at_debug();
    let scene = Scene::new().await;
    let users: Vec<UserId> = (0..5).map(|n| scene.stage.sim.user(&format!("user{n}"))).collect();
    // The standby is named first: it is passed over.
    let app = scene.start(&url(&standby, &primary), QuoteBot).await;
    let say = |words: &[&str]| {
        for word in words {
            for user in &users {
                scene.stage.sim.say(user, *word).unwrap();
            }
        }
    };
    say(&["one", "two", "three"]);
    scene.stage.acked(5).await;
    primary.stop(Stop::Immediate).await;
    let since = scene.stage.sim.deliveries().len();
    say(&["four"]);
    scene.refuses(since).await;
    // Only the standby answers now, and it may not be written.
    let event = scene.said(&users[0], "never mind");
    scene.is_refused(&app, &event).await;
    assert_eq!(readiness(&app).await, 503);
    let (status, _, _) = scene.post(&app, &event).await;
    assert_eq!(status, 503);
    promote(&standby).await;
    scene.stage.acked(20).await;
    ready(&app).await;
    let words: &[&str] = &["one", "two", "three", "four"];
    scene.was_heard(&standby, &users.iter().map(|user| (user, words)).collect::<Vec<_>>()).await;
    app.stop_now().await;
    scene.answered_in_time();
    let log = log.text();
    assert!(lines(&log, "ERROR").len() < 12, "{:#?}", lines(&log, "ERROR"));
}

#[tokio::test]
async fn a_duplicate_is_not_acked_before_its_original_is_safe() {
    let Some((primary, standby)) = pair().await else { return };
    let scene = Scene::new().await.set("INBOX_TIMEOUT", "300ms");
    let alice = scene.stage.sim.user("Alice");
    let app = scene.start(&url(&primary, &standby), QuoteBot).await;
    scene.stage.sim.say(&alice, "before").unwrap();
    heard(&scene.stage.sim, alice.clone(), 1).await;
    scene.idle(&primary).await;
    standby.stop(Stop::Fast).await;
    // Its commit waits for the standby; given up, it is here all the same, and only here.
    let event = scene.said(&alice, "hi");
    scene.is_refused(&app, &event).await;
    let client = primary.client().await;
    until_one(&client, &format!("SELECT count(*) - 1 FROM {}.seen", scene.schema)).await;
    for _ in 0..3 {
        scene.is_refused(&app, &event).await;
    }
    // So it may be lost with the primary: nobody said 200.
    primary.stop(Stop::Immediate).await;
    standby.start_again().await;
    promote(&standby).await;
    scene.redeliver(&event).await;
    scene.was_heard(&standby, &[(&alice, &["before", "hi"])]).await;
    app.stop_now().await;
}

#[tokio::test]
async fn a_server_that_becomes_read_only_costs_a_503_says_so_and_recovers() {
    let options = Options { settings: vec![("log_connections", "on".into())], ..Options::default() };
    let Some(server) = Server::start(options).await else { return };
    let log = Logged::at_debug();
    let scene = Scene::new().await;
    let alice = scene.stage.sim.user("Alice");
    let app = scene.start(&server.url(), QuoteBot).await;
    scene.stage.sim.say(&alice, "before").unwrap();
    heard(&scene.stage.sim, alice.clone(), 1).await;
    // Of sessions that begin from now on; the others end.
    let client = server.client().await;
    client.batch_execute("ALTER DATABASE postgres SET default_transaction_read_only = on").await.unwrap();
    let end =
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'line-bot-server'";
    client.batch_execute(end).await.unwrap();
    let before = connections(&server);
    let since = scene.stage.sim.deliveries().len();
    let late = scene.stage.sim.say(&alice, "late").unwrap();
    scene.refuses(since).await;
    assert_eq!(readiness(&app).await, 503);
    scene.is_refused(&app, &late).await;
    // LINE comes again fifty times a second meanwhile.
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(readiness(&app).await, 503);
    let tried = connections(&server) - before;
    assert!(tried < 60, "{tried} connections in three seconds");
    client.batch_execute("ALTER DATABASE postgres RESET default_transaction_read_only").await.unwrap();
    scene.acked(&late).await;
    ready(&app).await;
    scene.was_heard(&server, &[(&alice, &["before", "late"])]).await;
    app.stop_now().await;
    let log = log.text();
    let errors = lines(&log, "ERROR");
    assert!(errors.iter().any(|line| line.contains("the server is read-only")), "{errors:#?}");
    assert!(errors.len() < 12, "{errors:#?}");
}

/// Connections that the database was ever asked for, by its log.
fn connections(server: &Server) -> usize {
    let log = std::fs::read_to_string(server.dir().join("log")).unwrap();
    log.lines().filter(|line| line.contains("connection received")).count()
}
