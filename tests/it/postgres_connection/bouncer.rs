//! PgBouncer in between, in transaction mode: a session belongs to nobody.
#![allow(clippy::print_stderr)]

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use futures_util::future::join_all;
use line_bot_server::inbox;
use line_bot_server::inbox::postgres::Settings;
use line_bot_server::inbox::postgres::pool::Db;
use tokio_postgres::types::Type;

use super::{number, patient, until_true};
use crate::support::postgres::{Server, schema, server};

/// A PgBouncer with two connections to its server; ends with its owner.
struct Bouncer {
    process: Child,
    port: u16,
    _dir: tempfile::TempDir,
}

impl Drop for Bouncer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn program() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let dirs = std::env::split_paths(&path).chain(["/usr/sbin".into()]);
    let found = dirs.map(|dir| dir.join("pgbouncer")).find(|program| program.is_file());
    if found.is_none() {
        let ci = std::env::var_os("CI").is_some_and(|ci| ci == "true");
        assert!(!ci, "pgbouncer is not installed, and CI=true says that its tests are not to be skipped");
        eprintln!("skipped: pgbouncer is not installed (neither on PATH nor in /usr/sbin)");
    }
    found
}

impl Bouncer {
    async fn to(server: &Server) -> Option<Self> {
        let program = program()?;
        let dir = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let ini = format!(
            "[databases]\n* = host=127.0.0.1 port={}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n\
             unix_socket_dir =\nauth_type = trust\nauth_file = users\npool_mode = transaction\n\
             default_pool_size = 2\nmax_client_conn = 500\n",
            server.address().port()
        );
        let mut command = Command::new(program);
        command.arg("pgbouncer.ini").current_dir(dir.path()).stdout(Stdio::null()).stderr(Stdio::null());
        write(dir.path(), &[("pgbouncer.ini", &ini), ("users", "\"postgres\" \"not-so-secret\"\n")]);
        // It does not run as root either.
        let owner = fs::metadata(server.dir()).unwrap();
        if rustix::process::getuid().is_root() {
            command.uid(owner.uid()).gid(owner.gid());
            chown(dir.path(), Some(owner.uid()), Some(owner.gid())).unwrap();
        }
        let bouncer = Self { process: command.spawn().unwrap(), port, _dir: dir };
        until_true("PgBouncer listens", async || {
            tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok()
        })
        .await;
        Some(bouncer)
    }

    fn url(&self) -> String {
        format!("postgres://postgres:not-so-secret@127.0.0.1:{}/postgres", self.port)
    }
}

fn write(dir: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        fs::write(dir.join(name), text).unwrap();
    }
}

#[tokio::test]
async fn statements_need_no_session() {
    let Some(server) = server() else { return };
    let Some(bouncer) = Bouncer::to(server).await else { return };
    let db = Db::new(&bouncer.url(), &patient()).unwrap();
    let all = (0..200).map(async |n: i32| {
        let text = format!("number {n}");
        let params = [(&n as &(dyn tokio_postgres::types::ToSql + Sync), Type::INT4), (&text, Type::TEXT)];
        let rows = db.query("SELECT $1 + 1, $2, pg_backend_pid()", &params).await.unwrap();
        assert_eq!((rows[0].get::<_, i32>(0), rows[0].get::<_, String>(1)), (n + 1, text));
        rows[0].get::<_, i32>(2)
    });
    let mut pids = join_all(all).await;
    pids.sort_unstable();
    pids.dedup();
    assert!(pids.len() <= 2, "eight connections share two: {pids:?}");
}

#[tokio::test]
async fn a_statement_that_is_given_up_does_not_keep_its_place() {
    let Some(server) = server() else { return };
    let Some(bouncer) = Bouncer::to(server).await else { return };
    let db = Db::new(&bouncer.url(), &patient()).unwrap();
    // Twice as many as the pooler has connections: were they not stopped, nobody else would get one.
    let slow = (0..4).map(|_| db.query_within(Duration::from_millis(300), "SELECT pg_sleep(1000)", &[]));
    for given_up in join_all(slow).await {
        given_up.unwrap_err();
    }
    assert_eq!(number(&db, "SELECT 1").await.unwrap(), 1);
}

#[tokio::test]
async fn an_inbox_opens_and_commits() {
    let Some(server) = server() else { return };
    let Some(bouncer) = Bouncer::to(server).await else { return };
    let mut settings = inbox::Settings::new(bouncer.url(), 10);
    settings.postgres = Settings { schema: schema(), ..patient() };
    let inbox = inbox::open(&settings).await.unwrap();
    inbox.ready().await.unwrap();
    inbox.close().await.unwrap();
}
