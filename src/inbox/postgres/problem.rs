//! PostgreSQL's errors: what kind they are, and in words that say what to do.

use std::error::Error as _;
use std::io;

use rustls::CertificateError;
use tokio_postgres::Error;
use tokio_postgres::error::{DbError, Severity, SqlState};

/// What an error means for the connection it came by, and for the count of errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// No connection could be made.
    Away,
    /// A connection broke in the middle.
    Lost,
    /// No answer in time.
    Slow,
    /// The server stops, starts or crashed.
    Restart,
    /// The server may only be read: a standby.
    ReadOnly,
    /// It does not let us in.
    Login,
    /// It has no room: connections, disk, memory.
    Room,
    /// Somebody else was first; the same again may do.
    Conflict,
    /// It was stopped on demand.
    Cancelled,
    /// It was understood and refused.
    Refused,
}

impl Kind {
    pub(super) const COUNT: usize = 10;

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Away => "away",
            Self::Lost => "lost",
            Self::Slow => "slow",
            Self::Restart => "restart",
            Self::ReadOnly => "read-only",
            Self::Login => "login",
            Self::Room => "room",
            Self::Conflict => "conflict",
            Self::Cancelled => "cancelled",
            Self::Refused => "refused",
        }
    }

    /// Its connection can be used again.
    pub(super) const fn spares_connection(self) -> bool {
        matches!(self, Self::Room | Self::Conflict | Self::Refused)
    }

    /// What is true of this connection is true of all.
    pub(super) const fn dooms_all(self) -> bool {
        matches!(self, Self::Restart | Self::ReadOnly)
    }

    pub(super) fn of(error: &Error) -> Self {
        let Some(db) = error.as_db_error() else {
            return match () {
                () if stands_by(error) => Self::ReadOnly,
                () if is_connect(error) || tls(error).is_some() => Self::Away,
                () if is_programming(error) => Self::Refused,
                () => Self::Lost,
            };
        };
        let fatal = matches!(db.parsed_severity(), Some(Severity::Fatal | Severity::Panic));
        match db.code().code().as_bytes() {
            b"25006" => Self::ReadOnly,
            b"40001" | b"40P01" => Self::Conflict,
            // A prepared statement that is gone, another's, or outdated by a migration: with the next connection it is not.
            [b'2', b'6', ..] | b"42P05" | b"0A000" => Self::Lost,
            b"57014" => Self::Cancelled,
            b"57P01" | b"57P02" | b"57P03" => Self::Restart,
            [b'2', b'8', ..] | b"3D000" => Self::Login,
            [b'5', b'3', ..] if fatal => Self::Away,
            [b'5', b'3', ..] => Self::Room,
            [b'0', b'8', ..] => Self::Lost,
            _ if fatal => Self::Lost,
            _ => Self::Refused,
        }
    }
}

/// Whether it may pass by itself: the server starts, stops or is away. Else somebody has to do something.
pub(super) fn passes(error: &Error) -> bool {
    if error.as_db_error().is_some() {
        return !matches!(Kind::of(error), Kind::Login | Kind::Refused);
    }
    tls(error).is_none() && (error.is_closed() || io_error(error).is_some())
}

/// Of several hosts' errors the one to be told: what a server says tells more than that one is silent.
pub(super) fn more_telling(one: Option<Error>, other: Error) -> Error {
    match one {
        Some(one) if !is_connect(&one) && is_connect(&other) => one,
        _ => other,
    }
}

/// What is wrong and what to do. Names no value that was stored and no password.
pub(super) fn explain(error: &Error) -> String {
    match error.as_db_error() {
        Some(db) => explain_db(db),
        None => explain_wire(error),
    }
}

fn explain_db(db: &DbError) -> String {
    let code = db.code();
    let advice = advice(code);
    let class = &code.code()[..2];
    // These may quote what was to be stored.
    if matches!(class, "22" | "23" | "P0") {
        return format!("{advice} (SQLSTATE {})", code.code());
    }
    format!("{advice} ({}, SQLSTATE {})", db.message(), code.code())
}

const ADVICE: [(&str, &str); 22] = [
    ("28P01", "the user or the password is wrong; correct INBOX_URL or INBOX_PASSWORD"),
    ("28", "the server does not let this user in from here; create the role, or allow it in pg_hba.conf"),
    ("3D000", "the database does not exist; create it (CREATE DATABASE), or correct INBOX_URL"),
    ("3F000", "the schema does not exist; start the server once to make it, or correct INBOX_SCHEMA"),
    (
        "42501",
        "the user may not do that; let it create its schema (GRANT CREATE ON DATABASE), or make it the schema's owner",
    ),
    ("26", "a pooler mixes up prepared statements; set INBOX_PREPARE=off"),
    ("42P05", "a pooler mixes up prepared statements; set INBOX_PREPARE=off"),
    ("42", "the tables are not what this version expects; check INBOX_SCHEMA and who else writes there"),
    (
        "53300",
        "the server has no connection left; raise max_connections, lower INBOX_POOL_SIZE times replicas, or put a \
         pooler between",
    ),
    ("53100", "the database's disk is full; free some space there"),
    ("53200", "the database is out of memory; look at its log"),
    ("53", "the database is out of something; look at its log"),
    (
        "25006",
        "the server is read-only: a standby, or a failover is under way; name the primary in INBOX_URL, or all hosts \
         with target_session_attrs=read-write",
    ),
    ("40", "other replicas were in the way again and again; if that goes on, look at the database's load"),
    ("57014", "the statement was cancelled, by an operator or by the server's statement_timeout"),
    ("57P01", "the server is being stopped; it is tried again"),
    ("57P02", "another of the server's processes crashed and it starts anew; look at its log"),
    ("57P03", "the server is starting up or shutting down; it is tried again"),
    ("57P", "the server ended the connection; it is tried again"),
    ("08", "the connection failed; it is tried again"),
    ("58", "the database's system failed (disk, files); look at its log"),
    ("XX", "the database reports a fault of its own or a damaged file; look at its log"),
];

fn advice(code: &SqlState) -> &'static str {
    let known = ADVICE.iter().find(|(prefix, _)| code.code().starts_with(prefix));
    known.map_or("the database refused a statement; look at its log", |(_, advice)| advice)
}

fn explain_wire(error: &Error) -> String {
    if let Some(problem) = tls(error) {
        return problem;
    }
    if let Some(io) = io_error(error) {
        return explain_io(error, io);
    }
    if error.is_closed() {
        return "the connection was lost: the server was stopped or the network cut; it is tried again"
            .into();
    }
    match error.source() {
        // What has no cause here is a password that is wanted and missing, or a method we do not have.
        Some(cause) if is_authentication(error) => format!(
            "the server wants another kind of proof than was given; set INBOX_PASSWORD, or change the method in \
             pg_hba.conf ({cause})"
        ),
        Some(_) | None => {
            format!(
                "what answers does not behave like PostgreSQL; check host and port in INBOX_URL ({error})"
            )
        }
    }
}

fn explain_io(error: &Error, io: &io::Error) -> String {
    let advice = match io.kind() {
        _ if !is_connect(error) => {
            "the connection was lost: the server was stopped or the network cut; it is tried again"
        }
        io::ErrorKind::ConnectionRefused => {
            "nothing listens there; start PostgreSQL, or correct host and port in INBOX_URL"
        }
        io::ErrorKind::NotFound => {
            "there is no such socket; start PostgreSQL, or correct the directory in INBOX_URL"
        }
        io::ErrorKind::TimedOut | io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => {
            "the host does not answer; check the network and firewalls between, and the host in INBOX_URL"
        }
        io::ErrorKind::PermissionDenied if stands_by(error) => {
            "only read-only servers answer: a failover is under way, or INBOX_URL names no primary"
        }
        io::ErrorKind::PermissionDenied => "this user may not open the socket; check its directory's rights",
        _ => "the host cannot be reached; check its name in INBOX_URL and the network (DNS)",
    };
    format!("{advice} ({io})")
}

/// Of an error of the TLS layer.
fn tls(error: &Error) -> Option<String> {
    // The library has no other way to ask.
    let of_tls = error.to_string().contains("TLS");
    let cause = error.source().filter(|_| of_tls)?;
    let rustls = cause
        .downcast_ref::<io::Error>()
        .and_then(|io| io.get_ref())
        .and_then(|inner| inner.downcast_ref::<rustls::Error>());
    let advice = match rustls {
        Some(rustls::Error::InvalidCertificate(certificate)) => certificate_advice(certificate),
        Some(rustls::Error::AlertReceived(_)) => {
            "the server broke TLS off; it may want a certificate (sslcert and sslkey)"
        }
        None if cause.to_string().contains("does not support TLS") => {
            "the server has no TLS; switch it on there (ssl = on), or set sslmode=disable if the network is safe"
        }
        _ => "TLS failed; check sslmode and the server's log",
    };
    Some(format!("{advice} ({cause})"))
}

fn certificate_advice(error: &CertificateError) -> &'static str {
    match error {
        // The latter: an authority of the same name.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            "no known authority vouches for the server's certificate; name your authority's file in sslrootcert"
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "the server's certificate is for another name; use that name in INBOX_URL, or sslmode=verify-ca"
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "the server's certificate has expired; renew it"
        }
        CertificateError::Other(_) => {
            "the server's certificate cannot be used (one that is an authority itself can vouch for others only); \
             issue a new one, with a subjectAltName"
        }
        _ => "the server's certificate is not good; issue a new one",
    }
}

fn io_error(error: &Error) -> Option<&io::Error> {
    error.source()?.downcast_ref()
}

fn is_connect(error: &Error) -> bool {
    error.to_string().starts_with("error connecting to server")
}

fn is_authentication(error: &Error) -> bool {
    error.to_string().starts_with("authentication error")
        || error.to_string().starts_with("invalid configuration")
}

/// Ours: a value that does not fit its type. The connection never saw it.
fn is_programming(error: &Error) -> bool {
    let text = error.to_string();
    ["error serializing", "error deserializing", "error encoding", "expected "]
        .iter()
        .any(|start| text.starts_with(start))
}

/// The library's word for a host that does not fit `target_session_attrs`.
fn stands_by(error: &Error) -> bool {
    is_connect(error) && io_error(error).is_some_and(|io| io.to_string().contains("does not allow writes"))
}
