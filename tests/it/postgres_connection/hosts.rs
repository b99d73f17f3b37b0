//! Several hosts: one that is down, silent or read-only does not keep from the others.

use super::{db, number, patient, problem};
use crate::support::postgres::{Options, Proxy, Server, server};
use line_bot_server::inbox::postgres::Settings;
use line_bot_server::inbox::postgres::pool::Db;

#[tokio::test]
async fn the_first_that_can_be_written_is_taken() {
    let Some(primary) = server() else { return };
    let read_only = vec![("default_transaction_read_only", "on".to_owned())];
    let standby = Server::start(Options { settings: read_only, ..Options::default() }).await.unwrap();
    let (primary, standby) = (primary.address(), standby.address());
    let db = db(&format!("postgres://postgres@127.0.0.1:1,{standby},{primary}/postgres"));
    let port = format!("SELECT {} - inet_server_port()", primary.port());
    assert_eq!(number(&db, &port).await.unwrap(), 0);

    let none = super::db(&format!("postgres://postgres@127.0.0.1:1,{standby}/postgres"));
    let error = problem(&none).await;
    assert!(error.contains("only read-only servers answer: a failover is under way"), "{error}");
    let one = super::db(&format!("postgres://postgres@{standby}/postgres"));
    let error = one.batch("CREATE SCHEMA unwanted").await.unwrap_err().to_string();
    assert!(error.contains("the server is read-only: a standby, or a failover is under way"), "{error}");
}

#[tokio::test]
async fn a_silent_host_does_not_keep_from_the_next() {
    let Some(server) = server() else { return };
    let proxy = Proxy::to(server).await;
    proxy.freeze().await;
    let silent = proxy.url();
    let silent = silent.rsplit_once('@').unwrap().1.split('/').next().unwrap();
    let db = db(&format!("postgres://postgres@{silent},{}/postgres", server.address()));
    assert_eq!(number(&db, "SELECT 1").await.unwrap(), 1);
}

#[tokio::test]
async fn a_host_that_takes_connections_and_says_nothing_is_given_up() {
    let Some(server) = server() else { return };
    let proxy = Proxy::to(server).await;
    proxy.freeze().await;
    let settings = Settings { connect_timeout: std::time::Duration::from_millis(100), ..patient() };
    let db = Db::new(&proxy.url(), &settings).unwrap();
    let error = problem(&db).await;
    assert!(error.contains("there was no connection within 100ms"), "{error}");
    // While there is none, one asks and the others are told what it met.
    let all = futures_util::future::join_all((0..50).map(|_| problem(&db))).await;
    assert!(all.iter().all(|error| error.contains("there was no connection within 100ms")), "{all:?}");
    proxy.heal().await;
    super::until_true("it is back", async || number(&db, "SELECT 1").await.is_ok()).await;
}
