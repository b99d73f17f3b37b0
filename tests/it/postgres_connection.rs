//! Tests: the way to PostgreSQL. Which servers it trusts and by which it is let in, and what it does when one goes away.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod away;
mod bouncer;
mod hosts;
mod listen;
mod login;
mod statements;
mod tls;

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::future::join_all;
use line_bot_server::inbox::InboxError;
use line_bot_server::inbox::postgres::Settings;
use line_bot_server::inbox::postgres::pool::Db;

use crate::support::PATIENCE;

/// Long enough for a machine that is busy with other tests.
fn patient() -> Settings {
    Settings { connect_timeout: PATIENCE, timeout: PATIENCE, ..Settings::default() }
}

fn db(url: &str) -> Db {
    Db::new(url, &patient()).unwrap()
}

async fn number(db: &Db, statement: &str) -> Result<i32, InboxError> {
    Ok(db.query(statement, &[]).await?[0].get(0))
}

/// What is said of the next statement.
async fn problem(db: &Db) -> String {
    number(db, "SELECT 1").await.expect_err("a problem").to_string()
}

/// The server's processes behind `count` connections in use at once.
async fn pids(db: &Db, count: usize) -> BTreeSet<i32> {
    // Nobody's connection is free before the last one has begun.
    let all = (0..count).map(|_| number(db, "SELECT pg_backend_pid() FROM pg_sleep(0.2)"));
    join_all(all).await.into_iter().map(Result::unwrap).collect()
}

/// Asks again and again until it is so.
async fn until_true(what: &str, ask: impl AsyncFn() -> bool) {
    let asking = async {
        while !ask().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    assert!(tokio::time::timeout(PATIENCE, asking).await.is_ok(), "not in time: {what}");
}
