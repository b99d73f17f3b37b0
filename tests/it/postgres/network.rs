//! The network between a client and the server: cut, frozen, healed.

use std::time::Duration;

use tokio::net::TcpStream;
use tokio_postgres::{Client, NoTls};

use super::super::support::PATIENCE;
use super::super::support::postgres::{self, Options, Proxy, Server};

/// How long to listen for an answer that must not come. Were it too short, a fault might pass; never the reverse.
const NO_ANSWER: Duration = Duration::from_millis(200);

async fn client(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

#[tokio::test]
async fn a_cut_drops_what_is_connected_and_refuses_what_comes_until_it_is_healed() {
    let Some(server) = postgres::server() else { return };
    let proxy = Proxy::to(server).await;
    let before = client(&proxy.url()).await;
    before.batch_execute("SELECT 1").await.unwrap();
    proxy.cut().await;
    assert!(before.batch_execute("SELECT 1").await.is_err());
    assert!(tokio_postgres::connect(&proxy.url(), NoTls).await.is_err());
    // Everybody else carries on.
    server.client().await.batch_execute("SELECT 1").await.unwrap();
    proxy.heal().await;
    client(&proxy.url()).await.batch_execute("SELECT 1").await.unwrap();
}

#[tokio::test]
async fn what_is_sent_into_a_frozen_network_arrives_when_it_is_healed() {
    let Some(server) = postgres::server() else { return };
    let (proxy, direct, table) = (Proxy::to(server).await, server.client().await, postgres::schema());
    direct.batch_execute(&format!("CREATE TABLE {table} ()")).await.unwrap();
    let rows = async || direct.query(&format!("SELECT FROM {table}"), &[]).await.unwrap().len();
    let behind = client(&proxy.url()).await;

    proxy.freeze().await;
    let insert = format!("INSERT INTO {table} DEFAULT VALUES");
    let mut late = std::pin::pin!(behind.batch_execute(&insert));
    assert!(tokio::time::timeout(NO_ANSWER, &mut late).await.is_err());
    assert_eq!(rows().await, 0);
    // A new connection is taken, and hears nothing.
    let url = proxy.url();
    let mut new = std::pin::pin!(tokio_postgres::connect(&url, NoTls));
    assert!(tokio::time::timeout(NO_ANSWER, &mut new).await.is_err());

    proxy.heal().await;
    late.await.unwrap();
    assert_eq!(rows().await, 1);
    assert!(new.await.is_ok());
}

#[tokio::test]
async fn what_was_frozen_is_lost_when_it_is_cut() {
    let Some(server) = postgres::server() else { return };
    let (proxy, direct, table) = (Proxy::to(server).await, server.client().await, postgres::schema());
    direct.batch_execute(&format!("CREATE TABLE {table} ()")).await.unwrap();
    let behind = client(&proxy.url()).await;
    proxy.freeze().await;
    let insert = format!("INSERT INTO {table} DEFAULT VALUES");
    let mut lost = std::pin::pin!(behind.batch_execute(&insert));
    assert!(tokio::time::timeout(NO_ANSWER, &mut lost).await.is_err());
    proxy.cut().await;
    assert!(lost.await.is_err());
    proxy.heal().await;
    client(&proxy.url()).await.batch_execute("SELECT 1").await.unwrap();
    assert!(direct.query(&format!("SELECT FROM {table}"), &[]).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_server_that_is_away_is_seen_through_the_network() {
    let Some(server) = Server::start(Options::default()).await else { return };
    let proxy = Proxy::to(&server).await;
    let before = client(&proxy.url()).await;
    server.stop(postgres::Stop::Immediate).await;
    assert!(before.batch_execute("SELECT 1").await.is_err());
    assert!(tokio_postgres::connect(&proxy.url(), NoTls).await.is_err());
    // The way itself is there.
    let address = proxy.url().split(['@', '/']).nth(3).unwrap().to_owned();
    let reached = tokio::time::timeout(PATIENCE, TcpStream::connect(address)).await;
    assert!(reached.unwrap().is_ok());
    server.start_again().await;
    client(&proxy.url()).await.batch_execute("SELECT 1").await.unwrap();
}
