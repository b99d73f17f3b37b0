//! TLS: what each `sslmode` takes and refuses, and how it says so.

use std::path::PathBuf;
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};

use super::{db, number, problem, until_true};
use crate::support::postgres::{Options, Server, server};

/// An authority, and what it has vouched for.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self { issuer: Issuer::new(params, key), pem }
    }

    /// A certificate for these hosts by this name, and its key.
    fn vouch(&self, hosts: &[&str], name: &str) -> (String, String) {
        let hosts: Vec<_> = hosts.iter().map(|host| (*host).to_owned()).collect();
        let mut params = CertificateParams::new(hosts).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        let key = KeyPair::generate().unwrap();
        (params.signed_by(&key, &self.issuer).unwrap().pem(), key.serialize_pem())
    }
}

/// A server with TLS for `localhost`, and the files of those who connect.
struct Stage {
    server: Server,
    dir: tempfile::TempDir,
    authority: Authority,
}

const TLS_ONLY: &str = "hostssl all all 127.0.0.1/32 scram-sha-256\n";
const BY_CERTIFICATE: &str = "hostssl all all 127.0.0.1/32 cert\n";

impl Stage {
    async fn new(access: &str) -> Option<Self> {
        let authority = Authority::new();
        let (certificate, key) = authority.vouch(&["localhost"], "the database");
        let on = |name, value: &str| (name, value.to_owned());
        let options = Options {
            settings: vec![
                on("ssl", "on"),
                on("ssl_cert_file", "tls.pem"),
                on("ssl_key_file", "tls.key"),
                on("ssl_ca_file", "ca.pem"),
            ],
            files: vec![
                on("tls.pem", &certificate),
                on("tls.key", &key),
                on("ca.pem", &authority.pem),
                on("pg_hba.conf", access),
            ],
            ..Options::default()
        };
        let stage =
            Self { server: Server::start(options).await?, dir: tempfile::tempdir().unwrap(), authority };
        stage.file("ca.pem", &stage.authority.pem);
        stage.file("other.pem", &Authority::new().pem);
        Some(stage)
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    fn url(&self, host: &str, params: &str) -> String {
        let params = params.replace("DIR", self.dir.path().to_str().unwrap());
        let port = self.server.address().port();
        format!("postgres://postgres:not-so-secret@{host}:{port}/postgres?{params}")
    }
}

/// 1 if the connection is encrypted.
const ENCRYPTED: &str = "SELECT ssl::int FROM pg_stat_ssl WHERE pid = pg_backend_pid()";

#[tokio::test]
async fn each_mode_takes_what_it_should() {
    let Some(stage) = Stage::new(TLS_ONLY).await else { return };
    for (host, params) in [
        ("127.0.0.1", ""),
        ("127.0.0.1", "sslmode=prefer"),
        ("127.0.0.1", "sslmode=require"),
        ("127.0.0.1", "sslmode=require&channel_binding=require"),
        ("127.0.0.1", "sslmode=require&sslrootcert=DIR/ca.pem"),
        ("127.0.0.1", "sslmode=verify-ca&sslrootcert=DIR/ca.pem"),
        ("localhost", "sslmode=verify-full&sslrootcert=DIR/ca.pem&channel_binding=require"),
    ] {
        let encrypted = number(&db(&stage.url(host, params)), ENCRYPTED).await;
        assert_eq!(encrypted.unwrap_or_else(|error| panic!("{params}: {error}")), 1, "{params}");
    }
}

#[tokio::test]
async fn each_mode_refuses_what_it_should_and_says_why() {
    let Some(stage) = Stage::new(TLS_ONLY).await else { return };
    let stranger = "no known authority vouches for the server's certificate";
    for (host, params, why) in [
        ("127.0.0.1", "sslmode=disable", "does not let this user in from here"),
        ("127.0.0.1", "sslrootcert=DIR/other.pem", stranger),
        ("127.0.0.1", "sslmode=require&sslrootcert=DIR/other.pem", stranger),
        ("127.0.0.1", "sslmode=verify-ca&sslrootcert=DIR/other.pem", stranger),
        ("localhost", "sslmode=verify-full", stranger),
        ("localhost", "sslmode=verify-full&sslrootcert=DIR/other.pem", stranger),
        (
            "127.0.0.1",
            "sslmode=verify-full&sslrootcert=DIR/ca.pem",
            "the server's certificate is for another name",
        ),
    ] {
        let error = problem(&db(&stage.url(host, params))).await;
        assert!(error.contains(why) && !error.contains("not-so-secret"), "{params}: {error}");
    }
}

#[tokio::test]
async fn a_server_without_tls_is_used_only_where_that_may_be() {
    let Some(server) = server() else { return };
    for params in ["sslmode=disable", "sslmode=prefer", ""] {
        assert_eq!(
            number(&db(&format!("{}?{params}", server.url())), ENCRYPTED).await.unwrap(),
            0,
            "{params}"
        );
    }
    for params in ["sslmode=require", "sslmode=verify-full"] {
        let error = problem(&db(&format!("{}?{params}", server.url()))).await;
        assert!(error.contains("the server has no TLS; switch it on there"), "{params}: {error}");
    }
    let unbound = problem(&db(&format!("{}?channel_binding=require", server.url()))).await;
    assert!(unbound.contains("wants another kind of proof"), "{unbound}");
}

#[tokio::test]
async fn a_certificate_of_our_own_lets_us_in() {
    let Some(stage) = Stage::new(BY_CERTIFICATE).await else { return };
    let (certificate, key) = stage.authority.vouch(&[], "postgres");
    stage.file("own.pem", &certificate);
    stage.file("own.key", &key);
    let own = "sslmode=verify-ca&sslrootcert=DIR/ca.pem&sslcert=DIR/own.pem&sslkey=DIR/own.key";
    assert_eq!(number(&db(&stage.url("127.0.0.1", own)), ENCRYPTED).await.unwrap(), 1);
    let without = problem(&db(&stage.url("127.0.0.1", "sslmode=require"))).await;
    assert!(without.contains("does not let this user in from here"), "{without}");
}

#[tokio::test]
async fn files_that_are_no_certificates_are_told_apart() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    let (certificate, _) = Authority::new().vouch(&[], "somebody");
    let (_, other_key) = Authority::new().vouch(&[], "somebody else");
    for (name, text) in [("empty.pem", ""), ("own.pem", &certificate), ("other.key", &other_key)] {
        std::fs::write(at(name), text).unwrap();
    }
    let problem = |params: &str| {
        let url = format!("postgres://bot@db/bot?{}", params.replace("DIR", dir.path().to_str().unwrap()));
        let made = line_bot_server::inbox::postgres::pool::Db::new(&url, &super::patient());
        made.err().map_or_else(|| panic!("{params}"), |error| error.to_string())
    };
    for (params, why) in [
        ("sslrootcert=DIR/nothing.pem", "it has an sslrootcert that cannot be read"),
        ("sslrootcert=DIR/empty.pem", "it holds no PEM certificate"),
        ("sslcert=DIR/own.pem&sslkey=DIR/empty.pem", "it has an sslkey that cannot be read"),
        ("sslcert=DIR/own.pem&sslkey=DIR/other.key", "it has an sslkey that does not fit sslcert"),
    ] {
        let found = problem(params);
        assert!(found.contains(why), "{params}: {found}");
    }
}

#[tokio::test]
async fn a_statement_is_stopped_through_tls_too() {
    let Some(stage) = Stage::new(TLS_ONLY).await else { return };
    for (host, params) in
        [("127.0.0.1", "sslmode=require"), ("localhost", "sslmode=verify-full&sslrootcert=DIR/ca.pem")]
    {
        let db = db(&stage.url(host, params));
        let slow = db.query_within(Duration::from_millis(300), "SELECT pg_sleep(1000) AS gave_up", &[]);
        slow.await.unwrap_err();
        let running = "SELECT count(*)::int FROM pg_stat_activity \
                       WHERE state = 'active' AND query LIKE '%gave_up%' AND pid <> pg_backend_pid()";
        until_true("it is stopped", async || number(&db, running).await.unwrap() == 0).await;
    }
}
