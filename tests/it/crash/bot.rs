//! The bot as a process, and what outlives it: its port, its file, its log.

use std::fs::{self, OpenOptions};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use line_bot_server::simulator::Simulator;
use tempfile::TempDir;

use crate::process::Process;

/// `SHUTDOWN_GRACE`
const GRACE: Duration = Duration::from_secs(10);
/// A process that has not ended this long after its grace never will.
const MARGIN: Duration = Duration::from_secs(10);
/// How often a process is asked whether it has ended.
const LOOK: Duration = Duration::from_millis(2);

/// Where a bot lives, life after life.
pub(super) struct Site {
    dir: Arc<TempDir>,
    log: PathBuf,
    port: u16,
    base_url: String,
    secret: String,
    token: String,
}

impl Site {
    pub(super) fn new(sim: &Simulator, rng: &mut fastrand::Rng) -> Self {
        let dir = Arc::new(tempfile::tempdir().unwrap());
        let port = free_port(rng);
        Self {
            log: dir.path().join(format!("{port}.log")),
            dir,
            port,
            base_url: sim.base_url(),
            secret: sim.secret().to_owned(),
            token: sim.access_token().to_owned(),
        }
    }

    /// The same file, for another server.
    pub(super) fn on_another_port(&self, rng: &mut fastrand::Rng) -> Self {
        let port = free_port(rng);
        let log = self.dir.path().join(format!("{port}.log"));
        let (base_url, secret, token) = (self.base_url.clone(), self.secret.clone(), self.token.clone());
        Self { dir: Arc::clone(&self.dir), log, port, base_url, secret, token }
    }

    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/callback", self.port)
    }

    pub(super) fn file(&self) -> PathBuf {
        self.dir.path().join("inbox.db")
    }

    pub(super) fn inbox_url(&self) -> String {
        format!("sqlite://{}", self.file().display())
    }

    /// The last words of all lives.
    pub(super) fn log(&self) -> String {
        let log = fs::read(&self.log).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<_> = log.lines().collect();
        lines[lines.len().saturating_sub(60)..].join("\n")
    }

    /// Keeps file and log beyond this test, and says where they are.
    pub(super) fn keep(&self) -> String {
        let kept = tempfile::Builder::new().prefix("crash-").tempdir().unwrap().keep();
        for entry in fs::read_dir(self.dir.path()).unwrap() {
            let entry = entry.unwrap();
            let _ = fs::copy(entry.path(), kept.join(entry.file_name()));
        }
        kept.display().to_string()
    }

    /// Begins a life.
    pub(super) fn start(&self) -> Bot {
        let log = OpenOptions::new().create(true).append(true).open(&self.log).unwrap();
        let port = self.port.to_string();
        let inbox = self.inbox_url();
        let grace = format!("{}s", GRACE.as_secs());
        let process = Process::start(
            Command::new(kitchensink())
                .current_dir(self.dir.path())
                .env_clear()
                .envs([
                    ("LINE_CHANNEL_SECRET", &*self.secret),
                    ("LINE_CHANNEL_ACCESS_TOKEN", &self.token),
                    ("LINE_API_BASE_URL", &self.base_url),
                    ("LINE_DATA_API_BASE_URL", &self.base_url),
                    ("HOST", "127.0.0.1"),
                    ("PORT", &port),
                    ("INBOX_URL", &inbox),
                    ("HANDLER_BACKOFF", "20ms"),
                    // Kills count as attempts; they are no reason to give an event up here.
                    ("HANDLER_ATTEMPTS", "1000"),
                    ("SHUTDOWN_GRACE", &grace),
                    ("METRICS_ADDR", "off"),
                    ("RUST_LOG", "info"),
                ])
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(log),
        );
        Bot { process, log: self.log.clone() }
    }
}

/// One life. Ends with its owner.
pub(super) struct Bot {
    process: Process,
    log: PathBuf,
}

impl Bot {
    /// SIGKILL: whatever it is doing, it does no more.
    pub(super) fn kill(&mut self) {
        if let Some(status) = self.process.try_wait().unwrap() {
            panic!("the bot ended on its own, {status}:\n{}", self.whole_log());
        }
        self.kill_if_alive();
    }

    /// SIGKILL, to one that may have ended before.
    pub(super) fn kill_if_alive(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// SIGTERM.
    pub(super) fn ask_to_stop(&self) {
        self.process.signal("TERM");
    }

    /// Waits for its end, `SHUTDOWN_GRACE` and some: its exit code and everything it has logged.
    pub(super) async fn ended(&mut self) -> (Option<i32>, String) {
        let ended = async {
            loop {
                match self.process.try_wait().unwrap() {
                    Some(status) => break status.code(),
                    None => tokio::time::sleep(LOOK).await,
                }
            }
        };
        let code = tokio::time::timeout(GRACE + MARGIN, ended).await;
        let code = code.unwrap_or_else(|_| panic!("it does not stop:\n{}", self.whole_log()));
        (code, self.whole_log())
    }

    fn whole_log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }
}

/// A port below those that outgoing connections get: one of them could sit on it while the bot is away, even a
/// redelivery that connects to itself.
fn free_port(rng: &mut fastrand::Rng) -> u16 {
    let is_free = |port: &u16| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok();
    (0..100).map(|_| rng.u16(20_000..32_000)).find(is_free).expect("a free port")
}

/// `target/…/examples/kitchensink`, beside `target/…/deps/` where this test is.
fn kitchensink() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let target = test.parent().and_then(Path::parent).unwrap();
    let bot = target.join("examples").join("kitchensink");
    assert!(
        bot.is_file(),
        "there is no {}: run `cargo build --example kitchensink` (with the profile of this test), or the whole \
         `cargo test`",
        bot.display()
    );
    bot
}
