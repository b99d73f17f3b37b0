//! One statement: its time, its repetition, and what is left of one that nobody waits for.

use std::time::Duration;

use futures_util::future::join_all;
use line_bot_server::inbox::InboxError;
use line_bot_server::inbox::postgres::Settings;
use line_bot_server::inbox::postgres::pool::Db;
use tokio_postgres::Client;
use tokio_postgres::types::Type;

use super::{db, number, patient, pids, until_true};
use crate::support::postgres::{schema, server};

/// So many statements with `mark` in them run on the server.
async fn running(client: &Client, mark: &str) -> i64 {
    let count = "SELECT count(*) FROM pg_stat_activity \
                 WHERE state = 'active' AND query LIKE '%' || $1 || '%' AND pid <> pg_backend_pid()";
    client.query_one(count, &[&mark]).await.unwrap().get(0)
}

/// A function in a schema of its own that fails with `code` until it was called `good` times, and then tells how often.
async fn failing(client: &Client, code: &str, good: i32) -> String {
    let schema = schema();
    let made = format!(
        "CREATE SCHEMA {schema}; CREATE SEQUENCE {schema}.calls; \
         CREATE FUNCTION {schema}.call() RETURNS int LANGUAGE plpgsql AS $$ \
         DECLARE n int := nextval('{schema}.calls'); BEGIN \
         IF n < {good} THEN RAISE EXCEPTION 'not yet' USING ERRCODE = '{code}'; END IF; RETURN n; END $$;"
    );
    client.batch_execute(&made).await.unwrap();
    schema
}

#[tokio::test]
async fn a_statement_has_parameters_and_a_schema() {
    let Some(server) = server() else { return };
    let schema = schema();
    let db = Db::new(&server.url(), &Settings { schema: schema.clone(), ..patient() }).unwrap();
    db.batch(&db.sql("CREATE SCHEMA $S; CREATE TABLE $S.t (a int, b text)")).await.unwrap();
    let insert = db.sql("INSERT INTO $S.t VALUES ($1, $2) RETURNING a");
    let rows = db.query(&insert, &[(&7, Type::INT4), (&"seven", Type::TEXT)]).await.unwrap();
    assert_eq!(rows[0].get::<_, i32>(0), 7);
    assert_eq!(number(&db, &format!("SELECT a FROM \"{schema}\".t WHERE b = 'seven'")).await.unwrap(), 7);
}

#[tokio::test]
async fn a_batch_is_done_whole_or_not_at_all() {
    let Some(server) = server() else { return };
    let (schema, db) = (schema(), db(&server.url()));
    db.batch(&format!("CREATE SCHEMA {schema}; SELECT 1/0")).await.unwrap_err();
    db.batch(&format!("CREATE SCHEMA {schema}")).await.unwrap();
}

#[tokio::test]
async fn a_statement_beyond_its_time_is_given_up_and_stopped_on_the_server_too() {
    let Some(server) = server() else { return };
    let settings = Settings { pool_size: 2, ..patient() };
    let (db, client) = (Db::new(&server.url(), &settings).unwrap(), server.client().await);
    let before = pids(&db, 2).await;
    let slow = db.query_within(Duration::from_millis(100), "SELECT pg_sleep(1000) AS gave_up", &[]);
    let error = slow.await.unwrap_err();
    assert!(matches!(error, InboxError::Unavailable(_)));
    assert!(error.to_string().contains("no answer within 100ms; the database is overloaded"), "{error}");
    assert_eq!(number(&db, "SELECT 1").await.unwrap(), 1);
    until_true("the statement is stopped", async || running(&client, "gave_up").await == 0).await;
    assert_eq!(pids(&db, 2).await.intersection(&before).count(), 1, "its connection is used no more");
}

#[tokio::test]
async fn waiting_for_a_connection_counts_within_the_time() {
    let Some(server) = server() else { return };
    let db = Db::new(&server.url(), &Settings { pool_size: 2, ..patient() }).unwrap();
    let mark = "SELECT pg_sleep(1000) AS in_the_way";
    let client = server.client().await;
    let late = async {
        until_true("all connections are busy", async || running(&client, "in_the_way").await == 2).await;
        db.query_within(Duration::from_millis(50), "SELECT 1", &[]).await
    };
    tokio::select! {
        _ = join_all([db.query(mark, &[]), db.query(mark, &[])]) => panic!("it sleeps"),
        late = late => {
            let error = late.unwrap_err().to_string();
            assert!(error.contains("none of the 2 connections came free within 50ms"), "{error}");
        }
    }
    // What is dropped here is thrown away.
    assert_eq!(number(&db, "SELECT 1").await.unwrap(), 1);
}

#[tokio::test]
async fn callers_that_go_away_leave_a_healthy_pool() {
    let Some(server) = server() else { return };
    let settings = Settings { pool_size: 4, ..patient() };
    let (db, client) = (Db::new(&server.url(), &settings).unwrap(), server.client().await);
    let callers = (0..200u64).map(async |n| {
        let asked = db.query("SELECT pg_sleep(0.02) AS went_away", &[]);
        // Some before they have a connection, some in the middle, some never.
        let _ = tokio::time::timeout(Duration::from_millis(n * 7 % 60), asked).await;
    });
    join_all(callers).await;
    assert_eq!(pids(&db, 4).await.len(), 4);
    let many = (0..100).map(|n| async move { n }).map(|n| async {
        let n = n.await;
        let rows = db.query("SELECT $1::int + 1", &[(&n, Type::INT4)]).await.unwrap();
        assert_eq!(rows[0].get::<_, i32>(0), n + 1, "an answer for somebody else");
    });
    join_all(many).await;
    until_true("nothing of them runs", async || running(&client, "went_away").await == 0).await;
}

#[tokio::test]
async fn what_lost_to_others_is_run_again_but_not_for_ever() {
    let Some(server) = server() else { return };
    let (db, client) = (db(&server.url()), server.client().await);
    for code in ["40001", "40P01"] {
        let schema = failing(&client, code, 3).await;
        assert_eq!(number(&db, &format!("SELECT {schema}.call()")).await.unwrap(), 3, "{code}");
    }
    let schema = failing(&client, "40001", 1000).await;
    let error = number(&db, &format!("SELECT {schema}.call()")).await.unwrap_err().to_string();
    assert!(error.contains("other replicas were in the way again and again"), "{error}");
    assert!(number(&db, &format!("SELECT {schema}.call()")).await.is_err());
    let calls = client.query_one(&format!("SELECT last_value FROM {schema}.calls"), &[]).await.unwrap();
    assert_eq!(calls.get::<_, i64>(0), 12);
}

#[tokio::test]
async fn what_failed_for_another_reason_is_not_run_again() {
    let Some(server) = server() else { return };
    let (db, client) = (db(&server.url()), server.client().await);
    let schema = failing(&client, "22P02", 2).await;
    let error = number(&db, &format!("SELECT {schema}.call()")).await.unwrap_err().to_string();
    assert!(error.ends_with("(SQLSTATE 22P02)"), "what may quote a value is not repeated: {error}");
    assert_eq!(number(&db, &format!("SELECT {schema}.call()")).await.unwrap(), 2);
}

#[tokio::test]
async fn an_error_of_a_statement_spares_its_connection_and_a_read_only_server_dooms_all() {
    let Some(server) = server() else { return };
    let db = Db::new(&server.url(), &Settings { pool_size: 3, ..patient() }).unwrap();
    let client = server.client().await;
    let before = pids(&db, 3).await;
    let schema = failing(&client, "23505", 1000).await;
    assert!(number(&db, &format!("SELECT {schema}.call()")).await.is_err());
    assert_eq!(pids(&db, 3).await, before);
    for code in ["25006", "57P01"] {
        let (before, schema) = (pids(&db, 3).await, failing(&client, code, 1000).await);
        assert!(number(&db, &format!("SELECT {schema}.call()")).await.is_err());
        assert!(pids(&db, 3).await.is_disjoint(&before), "{code}");
    }
}
