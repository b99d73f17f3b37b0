//! The server or the network goes away and comes back.

use std::time::Duration;

use futures_util::future::join_all;
use line_bot_server::inbox::postgres::Settings;
use line_bot_server::inbox::postgres::pool::Db;

use super::{db, number, patient, pids, problem};
use crate::support::postgres::{Options, Proxy, Server, Stop, server};

#[tokio::test]
async fn a_server_that_was_stopped_and_started_is_used_again_at_once() {
    let Some(server) = Server::start(Options::default()).await else { return };
    let db = db(&server.url());
    for how in [Stop::Fast, Stop::Immediate] {
        assert_eq!(pids(&db, 8).await.len(), 8);
        server.stop(how).await;
        let all = join_all((0..20).map(|_| problem(&db))).await;
        assert!(!all.iter().any(|error| error.contains("not-so-secret")), "{all:?}");
        let error = problem(&db).await;
        assert!(error.contains("nothing listens there; start PostgreSQL"), "{error}");
        server.start_again().await;
        assert_eq!(number(&db, "SELECT 1").await.unwrap(), 1, "{how:?}");
    }
}

#[tokio::test]
async fn a_restart_nobody_noticed_costs_nothing() {
    let Some(server) = Server::start(Options::default()).await else { return };
    let db = db(&server.url());
    let before = pids(&db, 8).await;
    server.restart(Stop::Fast).await;
    assert!(pids(&db, 8).await.is_disjoint(&before));
}

#[tokio::test]
async fn a_statement_whose_server_dies_is_told_and_the_next_one_works() {
    let Some(server) = server() else { return };
    let (db, admin) = (db(&server.url()), server.client().await);
    let kill = async {
        let find = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
                    WHERE query LIKE '%to_be_killed%' AND state = 'active' AND pid <> pg_backend_pid()";
        super::until_true("it is killed", async || {
            admin.query_one(find, &[]).await.unwrap().get::<_, i64>(0) == 1
        })
        .await;
    };
    let (killed, ()) = tokio::join!(db.query("SELECT pg_sleep(1000) AS to_be_killed", &[]), kill);
    let error = killed.unwrap_err().to_string();
    assert!(error.contains("the server is being stopped; it is tried again"), "{error}");
    assert_eq!(number(&db, "SELECT 1").await.unwrap(), 1);
}

#[tokio::test]
async fn a_cut_network_heals_by_itself() {
    let Some(server) = server() else { return };
    let proxy = Proxy::to(server).await;
    let db = db(&proxy.url());
    assert_eq!(pids(&db, 4).await.len(), 4);
    proxy.cut().await;
    problem(&db).await;
    proxy.heal().await;
    assert_eq!(number(&db, "SELECT 1").await.unwrap(), 1);
}

#[tokio::test]
async fn connections_that_are_half_open_are_given_up_one_by_one() {
    let Some(server) = server() else { return };
    let proxy = Proxy::to(server).await;
    let settings = Settings { pool_size: 4, connect_timeout: Duration::from_millis(200), ..patient() };
    let db = Db::new(&proxy.url(), &settings).unwrap();
    super::until_true("it is there", async || number(&db, "SELECT 1").await.is_ok()).await;
    proxy.freeze().await;
    let ask = || db.query_within(Duration::from_millis(200), "SELECT 1", &[]);
    for error in join_all((0..20).map(|_| ask())).await {
        error.unwrap_err();
    }
    proxy.heal().await;
    super::until_true("it is back", async || number(&db, "SELECT 1").await.is_ok()).await;
}
