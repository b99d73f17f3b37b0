//! What a commit in PostgreSQL is worth where the database itself is careless with commits.

use line_bot_server::clock::Clock;
use line_bot_server::inbox::*;

use super::rig::*;
use crate::support::postgres::{self, Options, Server, Stop};

#[tokio::test]
async fn what_is_accepted_outlives_a_crash_of_a_database_that_commits_carelessly() {
    let careless = [("synchronous_commit", "off"), ("wal_writer_delay", "10s")];
    let options = Options {
        settings: careless.map(|(name, value)| (name, value.to_owned())).into(),
        ..Options::default()
    };
    let Some(server) = Server::start(options).await else { return };
    let mut settings = Settings::new(server.url(), 100);
    settings.postgres.schema = postgres::schema();
    let inbox = open(&settings).await.unwrap();
    // All is written up to here; what comes now is the one commit, which nobody else writes.
    let client = server.client().await;
    client.batch_execute("SET synchronous_commit = on; CREATE TABLE before ()").await.unwrap();
    inbox.accept(delivery(vec![event("a", "1")]), Clock::system().now()).await.unwrap();
    server.restart(Stop::Immediate).await;
    let events = format!("SELECT count(*) FROM {}.event", settings.postgres.schema);
    let events: i64 = server.client().await.query_one(&events, &[]).await.unwrap().get(0);
    assert_eq!(events, 1);
}
