//! The tests' own PostgreSQL: it starts, stops, crashes and is cut off as told, and leaves nothing behind.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod left;
mod network;

use super::support::postgres::{self, DatabaseClock, Options, Server, Stop};

async fn count(client: &tokio_postgres::Client) -> i64 {
    client.query_one("SELECT count(*) FROM kept", &[]).await.unwrap().get(0)
}

#[tokio::test]
async fn the_shared_server_gives_every_test_a_schema_of_its_own() {
    let Some(server) = postgres::server() else { return };
    let client = server.client().await;
    let (one, other) = (postgres::schema(), postgres::schema());
    assert_ne!(one, other);
    let create = format!("CREATE SCHEMA {one}; CREATE SCHEMA {other}; CREATE TABLE {one}.kept ()");
    client.batch_execute(&create).await.unwrap();
    let encoding: String = client.query_one("SHOW server_encoding", &[]).await.unwrap().get(0);
    assert_eq!(encoding, "UTF8");
}

#[tokio::test]
async fn what_was_committed_outlives_every_kind_of_stop() {
    let Some(server) = Server::start(Options::default()).await else { return };
    let client = server.client().await;
    client.batch_execute("CREATE TABLE kept (n integer); INSERT INTO kept VALUES (1)").await.unwrap();
    for (stop, rows) in [(Stop::Immediate, 1), (Stop::Fast, 2)] {
        let before = server.client().await;
        server.stop(stop).await;
        assert!(before.batch_execute("SELECT 1").await.is_err());
        assert!(tokio::net::TcpStream::connect(server.address()).await.is_err(), "{stop:?}");
        server.start_again().await;
        let client = server.client().await;
        assert_eq!(count(&client).await, rows);
        client.batch_execute("INSERT INTO kept VALUES (2)").await.unwrap();
    }
    server.restart(Stop::Immediate).await;
    assert_eq!(count(&server.client().await).await, 3);
}

#[tokio::test]
async fn a_server_asks_for_its_password_if_told_to() {
    let options =
        Options { password: true, settings: vec![("work_mem", "1MB".into())], ..Options::default() };
    let Some(server) = Server::start(options).await else { return };
    let client = server.client().await;
    let work_mem: String = client.query_one("SHOW work_mem", &[]).await.unwrap().get(0);
    assert_eq!(work_mem, "1MB");
    let wrong = format!("postgres://postgres:wrong@{}/postgres", server.address());
    assert!(tokio_postgres::connect(&wrong, tokio_postgres::NoTls).await.is_err());
}

#[tokio::test]
async fn the_clock_of_a_schema_stands_still_and_is_set() {
    let Some(server) = postgres::server() else { return };
    let schema = postgres::schema();
    let client = server.client().await;
    let own = format!(
        "CREATE SCHEMA {schema}; CREATE FUNCTION {schema}.now_ms() RETURNS bigint LANGUAGE sql VOLATILE AS
            'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint'"
    );
    client.batch_execute(&own).await.unwrap();
    let now =
        async || -> i64 { client.query_one(&format!("SELECT {schema}.now_ms()"), &[]).await.unwrap().get(0) };
    assert!(now().await > 1_700_000_000_000);
    let clock = DatabaseClock::stop(server, &schema, 17).await;
    assert_eq!((now().await, now().await), (17, 17));
    clock.set(18).await;
    assert_eq!(now().await, 18);
}
