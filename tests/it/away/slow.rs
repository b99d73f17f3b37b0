//! The database answers, but not in time: somebody holds a lock.

use std::time::Duration;

use line_bot_server::bot::QuoteBot;
use tokio_postgres::Client;

use super::scene::{Scene, readiness};
use crate::support::PATIENCE;
use crate::support::postgres::{Options, Server};

/// Keeps everybody from the chats until dropped or rolled back.
async fn lock(server: &Server, scene: &Scene) -> Client {
    let client = server.client().await;
    let lock = format!("BEGIN; LOCK TABLE {}.lane IN ACCESS EXCLUSIVE MODE", scene.schema);
    client.batch_execute(&lock).await.unwrap();
    client
}

/// Statements of the server that wait for the lock.
async fn stuck(client: &Client) -> i64 {
    let count = "SELECT count(*) FROM pg_stat_activity
        WHERE application_name = 'line-bot-server' AND wait_event_type = 'Lock'";
    client.query_one(count, &[]).await.unwrap().get(0)
}

#[tokio::test]
async fn a_lock_in_the_way_costs_a_503_in_time_and_leaves_the_probe_and_the_connections_alone() {
    let Some(server) = Server::start(Options::default()).await else { return };
    let scene = Scene::new().await.set("INBOX_TIMEOUT", "300ms").set("INBOX_POOL_SIZE", "3");
    let alice = scene.stage.sim.user("Alice");
    let app = scene.start(&server.url(), QuoteBot).await;
    let lock = lock(&server, &scene).await;
    let event = scene.said(&alice, "hi");
    for _ in 0..20 {
        scene.is_refused(&app, &event).await;
        // Nobody has to wait behind a statement that was given up.
        assert_eq!(readiness(&app).await, 200);
        let stuck = stuck(&lock).await;
        assert!(stuck <= 3, "{stuck} statements are stuck");
    }
    lock.batch_execute("ROLLBACK").await.unwrap();
    scene.redeliver(&event).await;
    scene.was_heard(&server, &[(&alice, &["hi"])]).await;
    app.stop_now().await;
}

#[tokio::test]
async fn what_is_stored_after_its_503_is_handled_once_and_its_redelivery_is_a_duplicate() {
    let Some(server) = Server::start(Options::default()).await else { return };
    // The statement outlives the webhook.
    let scene = Scene::new().await.set("INBOX_TIMEOUT", "180s");
    let alice = scene.stage.sim.user("Alice");
    let app = scene.start(&server.url(), QuoteBot).await;
    let lock = lock(&server, &scene).await;
    let event = scene.said(&alice, "hi");
    scene.is_refused(&app, &event).await;
    lock.batch_execute("ROLLBACK").await.unwrap();
    crate::support::heard(&scene.stage.sim, alice.clone(), 1).await;
    for _ in 0..2 {
        scene.redeliver(&event).await;
    }
    scene.was_heard(&server, &[(&alice, &["hi"])]).await;
    app.stop_now().await;
}

/// Given up by the server, a statement is stopped in the database too.
#[tokio::test]
async fn a_statement_that_is_given_up_does_not_go_on_in_the_database() {
    let Some(server) = Server::start(Options::default()).await else { return };
    let scene = Scene::new().await.set("INBOX_TIMEOUT", "300ms");
    let alice = scene.stage.sim.user("Alice");
    let app = scene.start(&server.url(), QuoteBot).await;
    let lock = lock(&server, &scene).await;
    scene.is_refused(&app, &scene.said(&alice, "hi")).await;
    app.stop_now().await;
    let gone = async {
        while stuck(&lock).await > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    assert!(tokio::time::timeout(PATIENCE, gone).await.is_ok(), "still stuck");
    lock.batch_execute("ROLLBACK").await.unwrap();
    let stored = format!("SELECT count(*) FROM {}.event", scene.schema);
    assert_eq!(lock.query_one(&stored, &[]).await.unwrap().get::<_, i64>(0), 0);
}
