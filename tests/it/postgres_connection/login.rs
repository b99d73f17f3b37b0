//! Who is let in, and what is said to those who are not.

use std::time::Duration;

use line_bot_server::inbox::postgres::Settings;
use line_bot_server::inbox::postgres::pool::Db;
use line_bot_server::inbox::{self, open};

use super::{db, number, patient, problem};
use crate::support::postgres::{Options, Server, server};

const PASSWORD: &str = "not-so-secret";

#[tokio::test]
async fn the_password_is_in_the_url_or_beside_it() {
    let Some(server) = Server::start(Options { password: true, ..Options::default() }).await else { return };
    assert!(server.url().contains(&format!(":{PASSWORD}@")));
    assert_eq!(number(&db(&server.url()), "SELECT 1").await.unwrap(), 1);

    let bare = format!("postgres://postgres@{}/postgres", server.address());
    let given = Settings { password: Some(PASSWORD.into()), ..patient() };
    assert_eq!(number(&Db::new(&bare, &given).unwrap(), "SELECT 1").await.unwrap(), 1);
    let Err(both) = Db::new(&server.url(), &given) else { panic!("two passwords") };
    assert!(both.to_string().contains("it carries a password although INBOX_PASSWORD is set"), "{both}");

    let missing = problem(&db(&bare)).await;
    assert!(missing.contains("set INBOX_PASSWORD"), "{missing}");
    let wrong = problem(&db(&server.url().replace(PASSWORD, "hunter2"))).await;
    assert!(
        wrong.contains("the user or the password is wrong; correct INBOX_URL or INBOX_PASSWORD"),
        "{wrong}"
    );
    assert!(wrong.contains("postgres://postgres:***@"), "{wrong}");
    for text in [missing, wrong, both.to_string(), format!("{given:?}")] {
        assert!(!text.contains(PASSWORD) && !text.contains("hunter2"), "{text}");
    }
}

#[tokio::test]
async fn what_is_missing_is_named() {
    let Some(server) = server() else { return };
    let nowhere = problem(&db(&format!("postgres://postgres@{}/nowhere", server.address()))).await;
    assert!(
        nowhere.contains("the database does not exist; create it") && nowhere.contains("\"nowhere\""),
        "{nowhere}"
    );
    let nobody = problem(&db(&format!("postgres://nobody@{}/postgres", server.address()))).await;
    assert!(nobody.contains("does not let this user in from here; create the role"), "{nobody}");
    let unknown = problem(&db("postgres://bot@no-such-host.invalid/bot")).await;
    assert!(unknown.contains("the host cannot be reached; check its name in INBOX_URL"), "{unknown}");
    let socket = problem(&db("postgres:///bot?host=/nowhere&user=bot")).await;
    assert!(socket.contains("there is no such socket"), "{socket}");
}

#[tokio::test]
async fn who_may_not_make_the_schema_is_told_so() {
    let Some(server) = server() else { return };
    let admin = server.client().await;
    admin.batch_execute("CREATE ROLE a_guest LOGIN").await.unwrap();
    let db = db(&format!("postgres://a_guest@{}/postgres", server.address()));
    let error = db.batch("CREATE SCHEMA of_a_guest").await.unwrap_err().to_string();
    assert!(
        error.contains("the user may not do that; let it create its schema (GRANT CREATE ON DATABASE)"),
        "{error}"
    );
}

#[tokio::test]
async fn a_server_without_a_connection_left_is_told_apart() {
    let options = Options { settings: vec![("max_connections", "5".into())], ..Options::default() };
    let Some(server) = Server::start(options).await else { return };
    let _admin = server.client().await;
    let mut taken = Vec::new();
    let error = loop {
        match tokio_postgres::connect(&server.url(), tokio_postgres::NoTls).await {
            Ok((client, connection)) => taken.push((client, tokio::spawn(connection))),
            Err(_) => break problem(&db(&server.url())).await,
        }
    };
    assert!(error.contains("the server has no connection left; raise max_connections"), "{error}");
}

#[tokio::test]
async fn what_is_not_postgres_is_told_so() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("postgres://bot@{}/bot?sslmode=disable", listener.local_addr().unwrap());
    let answer = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        tokio::io::AsyncWriteExt::write_all(&mut stream, b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
        std::future::pending::<()>().await;
    };
    let settings = Settings { connect_timeout: Duration::from_millis(100), ..patient() };
    let db = Db::new(&url, &settings).unwrap();
    tokio::select! {
        () = answer => {}
        error = problem(&db) => {
            assert!(error.contains("within 100ms; check the network, and whether it is PostgreSQL"), "{error}");
        }
    }
}

#[tokio::test]
async fn a_database_that_lacks_characters_is_refused() {
    let Some(server) = server() else { return };
    let create = "CREATE DATABASE latin ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0";
    server.client().await.batch_execute(create).await.unwrap();
    let url = server.url().trim_end_matches("postgres").to_owned() + "latin";
    let Err(error) = open(&inbox::Settings::new(url, 9)).await else { panic!("it took LATIN1") };
    assert!(error.to_string().contains("its encoding is LATIN1"), "{error}");
}
