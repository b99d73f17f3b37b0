//! One running PostgreSQL. It ends with its owner, and with the process however that ends: a supervisor holds a pipe
//! from here, and when the pipe closes it stops the server and removes its directory.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio_postgres::{Client, NoTls};

use super::super::PATIENCE;
use super::install::{Installation, PASSWORD};

/// Takes orders, one a line: `start`, or the signal to end the server with. Answers each with a line.
const SUPERVISOR: &str = r#"
trap '' PIPE
dir=$1 pid=
shift
end() {
    kill -s "$1" "$pid" 2>/dev/null && kill -s CONT "$pid" 2>/dev/null
    wait "$pid"
    pid=
}
while read -r order; do
    case $order in
    start) "$@" </dev/null >>"$dir/log" 2>&1 & pid=$!; echo "$pid" ;;
    *) [ -z "$pid" ] || end "$order"; echo ended ;;
    esac
done
[ -z "$pid" ] || end QUIT
cd / && rm -rf "$dir"
"#;

/// How a private server is to be.
pub(crate) struct Options {
    /// Whether a commit waits for the disk. Without, an `Immediate` stop still loses nothing.
    pub(crate) fsync: bool,
    /// Whether it asks for a password (SCRAM); the URL carries it in any case.
    pub(crate) password: bool,
    /// More of `postgresql.conf`.
    pub(crate) settings: Vec<(&'static str, String)>,
    /// Follow this server, as its standby: begin with a copy of it, and answer those who read.
    pub(crate) primary: Option<SocketAddr>,
    /// Files in its data directory that only it may read: a certificate's key, another `pg_hba.conf`.
    pub(crate) files: Vec<(&'static str, String)>,
}

impl Default for Options {
    fn default() -> Self {
        Self { fsync: true, password: false, settings: Vec::new(), primary: None, files: Vec::new() }
    }
}

impl Options {
    pub(super) fn careless() -> Self {
        Self { fsync: false, settings: vec![("full_page_writes", "off".into())], ..Self::default() }
    }
}

/// How a server is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// Clients are cut off, transactions rolled back.
    Fast,
    /// As in a crash: the next start recovers from the log.
    Immediate,
}

/// A PostgreSQL that runs, or is stopped for a while. Its address stays the same.
pub(crate) struct Server(Arc<Supervised>);

struct Supervised {
    port: u16,
    dir: PathBuf,
    supervisor: Mutex<Supervisor>,
}

struct Supervisor {
    process: Child,
    /// Taken only to be closed.
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Server {
    /// A server of the test's own; `None` where PostgreSQL is not installed.
    pub(crate) async fn start(options: Options) -> Option<Self> {
        let installation = super::installation()?;
        let start = move || Self::start_blocking(installation, &options);
        Some(tokio::task::spawn_blocking(start).await.unwrap())
    }

    pub(super) fn start_blocking(installation: &Installation, options: &Options) -> Self {
        for _ in 0..10 {
            let server = Supervised::new(installation, options);
            match server.start() {
                Ok(()) => return Self(Arc::new(server)),
                Err(log) => assert!(port_was_taken(&log), "PostgreSQL does not start:\n{log}"),
            }
        }
        panic!("no free port for PostgreSQL");
    }

    pub(crate) fn address(&self) -> SocketAddr {
        ([127, 0, 0, 1], self.0.port).into()
    }

    /// How to reach it, with the password.
    pub(crate) fn url(&self) -> String {
        url(self.address())
    }

    /// Where its data and its log are.
    pub(crate) fn dir(&self) -> &Path {
        &self.0.dir
    }

    /// A connection past everything of ours.
    pub(crate) async fn client(&self) -> Client {
        let (client, connection) = tokio_postgres::connect(&self.url(), NoTls).await.unwrap();
        // It ends with the client, or with the server.
        tokio::spawn(connection);
        client
    }

    /// Stops it; returns when it has ended.
    pub(crate) async fn stop(&self, how: Stop) {
        self.blocking(move |server| server.stop(how)).await;
    }

    /// Starts it again; returns when it takes connections.
    pub(crate) async fn start_again(&self) {
        self.blocking(Supervised::start_again).await;
    }

    /// Stops it and starts it again.
    pub(crate) async fn restart(&self, how: Stop) {
        self.stop(how).await;
        self.start_again().await;
    }

    async fn blocking(&self, work: impl FnOnce(&Supervised) + Send + 'static) {
        let server = Arc::clone(&self.0);
        tokio::task::spawn_blocking(move || work(&server)).await.unwrap();
    }
}

pub(super) fn url(address: SocketAddr) -> String {
    format!("postgres://postgres:{PASSWORD}@{address}/postgres")
}

impl Supervised {
    /// A data directory and its supervisor; the server does not run yet.
    fn new(installation: &Installation, options: &Options) -> Self {
        let (port, dir) = (free_port(), installation.directory());
        let mut command = installation.command("sh", &dir);
        command.args(["-c", SUPERVISOR, "supervisor"]).arg(&dir).arg(installation.program("postgres"));
        command.arg("-D").arg(dir.join("data"));
        for (name, value) in settings(options, port) {
            command.arg("-c").arg(format!("{name}={value}"));
        }
        // A group of its own: what interrupts the tests must not end the supervisor before its server.
        command.process_group(0).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().unwrap();
        let orders = process.stdin.take();
        let answers = BufReader::new(process.stdout.take().unwrap());
        let supervisor = Mutex::new(Supervisor { process, orders, answers });

        match options.primary {
            Some(primary) => installation.standby(primary, &dir),
            None => installation.data(&dir.join("data")),
        }
        let method = if options.password { "scram-sha-256" } else { "trust" };
        let access =
            format!("host all all 127.0.0.1/32 {method}\nhost replication all 127.0.0.1/32 {method}\n");
        let files = options.files.iter().map(|(name, contents)| (*name, contents));
        for (name, contents) in [("pg_hba.conf", &access)].into_iter().chain(files) {
            installation.write(&dir.join("data").join(name), contents);
        }
        Self { port, dir, supervisor }
    }

    fn order(&self, order: &str) -> String {
        let mut supervisor = self.supervisor.lock().unwrap();
        writeln!(supervisor.orders.as_mut().unwrap(), "{order}").unwrap();
        let mut answer = String::new();
        supervisor.answers.read_line(&mut answer).unwrap();
        answer.trim().to_owned()
    }

    fn stop(&self, how: Stop) {
        let signal = match how {
            Stop::Fast => "INT",
            Stop::Immediate => "QUIT",
        };
        assert_eq!(self.order(signal), "ended");
    }

    /// Returns when it takes connections; else the log says why it does not.
    fn start(&self) -> Result<(), String> {
        let log = self.dir.join("log");
        // What an earlier start has left is not what this one says.
        let before = fs::metadata(&log).map_or(0, |log| log.len() as usize);
        let pid = self.order("start");
        let since = Instant::now();
        while !self.is_ready(&pid) {
            let log = fs::read(&log).unwrap_or_default();
            let said = String::from_utf8_lossy(log.get(before..).unwrap_or_default()).into_owned();
            if port_was_taken(&said) || since.elapsed() > PATIENCE {
                self.order("QUIT");
                return Err(said);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }

    /// As `pg_ctl` sees it: by what the server writes into its file.
    fn is_ready(&self, pid: &str) -> bool {
        let file = fs::read_to_string(self.dir.join("data/postmaster.pid")).unwrap_or_default();
        let mut lines = file.lines();
        // A standby that takes connections says so in its own word.
        let is_up = |status: &str| ["ready", "standby"].contains(&status.trim());
        lines.next() == Some(pid) && lines.nth(6).is_some_and(is_up)
    }

    fn start_again(&self) {
        let since = Instant::now();
        // Somebody's connection may have the port for a moment.
        while let Err(log) = self.start() {
            let again = port_was_taken(&log) && since.elapsed() < PATIENCE;
            assert!(again, "PostgreSQL does not start again:\n{log}");
        }
    }
}

impl Drop for Supervised {
    fn drop(&mut self) {
        // Held only by a test that failed meanwhile.
        let Ok(supervisor) = self.supervisor.get_mut() else { return };
        drop(supervisor.orders.take());
        let _ = supervisor.process.wait();
    }
}

fn settings(options: &Options, port: u16) -> Vec<(&'static str, String)> {
    let mut settings = vec![
        ("listen_addresses", "127.0.0.1".to_owned()),
        ("unix_socket_directories", String::new()),
        ("port", port.to_string()),
        ("max_connections", "200".to_owned()),
        ("shared_buffers", "16MB".to_owned()),
        ("fsync", if options.fsync { "on" } else { "off" }.to_owned()),
    ];
    settings.extend(options.settings.iter().cloned());
    settings
}

fn port_was_taken(log: &str) -> bool {
    log.contains("could not create any TCP/IP sockets")
}

/// A port that nobody listens on, below those that connections take for themselves: it must be free again after a stop.
pub(super) fn free_port() -> u16 {
    loop {
        let port = fastrand::u16(15_000..32_000);
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
