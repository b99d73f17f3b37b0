//! Replicas wake each other, also after the server was away.

use std::sync::Arc;

use line_bot_server::inbox::postgres::Settings;
use line_bot_server::inbox::postgres::listen::{Herald, Listener};
use line_bot_server::inbox::postgres::pool::Db;
use tokio::sync::Notify;

use super::patient;
use crate::support::PATIENCE;
use crate::support::postgres::{Options, Server, Stop, schema, server};

async fn woken(wake: &Notify) {
    assert!(tokio::time::timeout(PATIENCE, wake.notified()).await.is_ok(), "not woken");
}

/// A listener and a herald in one schema, for as long as `test` runs.
async fn with(url: &str, test: impl AsyncFnOnce(&Herald, &Notify)) {
    let settings = Settings { schema: schema(), listen_url: Some(url.into()), ..patient() };
    let (listener, db) = (Listener::new(&settings).unwrap().unwrap(), Db::new(url, &settings).unwrap());
    let (herald, wake) = (Herald::default(), Arc::new(Notify::new()));
    tokio::select! {
        () = listener.serve(&wake) => {}
        () = herald.serve(&db, &settings.schema) => {}
        () = test(&herald, &wake) => {}
    }
}

#[tokio::test]
async fn without_a_url_nobody_listens() {
    assert!(Listener::new(&Settings::default()).unwrap().is_none());
    let faulty = Settings { listen_url: Some("postgres://bot:pw@db:x/bot".into()), ..Settings::default() };
    let error = Listener::new(&faulty).err().unwrap().to_string();
    assert!(error.contains("INBOX_LISTEN_URL has a port") && !error.contains("pw"), "{error}");
}

#[tokio::test]
async fn who_listens_is_woken() {
    let Some(server) = server() else { return };
    with(&server.url(), async |herald, wake| {
        // To listen is to be woken once, for what came before.
        woken(wake).await;
        for _ in 0..3 {
            herald.call();
            woken(wake).await;
        }
    })
    .await;
}

#[tokio::test]
async fn only_those_of_the_same_schema_are_woken() {
    let Some(server) = server() else { return };
    let url = server.url();
    with(&url, async |_, stranger| {
        woken(stranger).await;
        with(&url, async |herald, wake| {
            woken(wake).await;
            herald.call();
            woken(wake).await;
        })
        .await;
        let none = tokio::time::timeout(std::time::Duration::ZERO, stranger.notified()).await;
        assert!(none.is_err(), "woken by a stranger");
    })
    .await;
}

#[tokio::test]
async fn a_listener_comes_back_with_its_server() {
    let Some(server) = Server::start(Options::default()).await else { return };
    with(&server.url(), async |herald, wake| {
        woken(wake).await;
        server.restart(Stop::Immediate).await;
        woken(wake).await;
        herald.call();
        woken(wake).await;
    })
    .await;
}
