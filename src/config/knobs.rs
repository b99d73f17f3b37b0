//! The one table of variables: parsing, `config/env.example`, the README's table and spelling hints are made of it.

use std::fmt::Write as _;

/// A variable.
#[derive(Clone, Copy, Debug)]
pub struct Knob {
    /// Its name.
    pub name: &'static str,
    /// What it is when it is not set; `None` when it then is nothing.
    pub default: Option<&'static str>,
    /// How its value is written.
    pub form: &'static str,
    /// What it does.
    pub meaning: &'static str,
    /// The part of the house it belongs to.
    pub group: Group,
    /// With several channels it is suffixed: `NAME__SHOP`.
    pub per_channel: bool,
    /// Its value is never shown, and never empty.
    pub secret: bool,
}

/// The parts of the house that have variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Who the bot is.
    Channel,
    /// Where LINE is.
    Line,
    /// Where LINE finds us.
    Server,
    /// What is remembered, and how long.
    Inbox,
    /// How the handler runs.
    Handler,
    /// How it stops.
    Shutdown,
    /// What can be seen of it.
    Telemetry,
}

impl Group {
    const fn title(self) -> &'static str {
        match self {
            Self::Channel => "The channel (LINE Developers Console)",
            Self::Line => "LINE's addresses",
            Self::Server => "The webhook endpoint",
            Self::Inbox => "The inbox",
            Self::Handler => "The handler",
            Self::Shutdown => "Stopping",
            Self::Telemetry => "Metrics and logs",
        }
    }
}

const fn knob(group: Group, name: &'static str, form: &'static str, meaning: &'static str) -> Knob {
    Knob { name, default: None, form, meaning, group, per_channel: false, secret: false }
}

impl Knob {
    const fn or(mut self, default: &'static str) -> Self {
        self.default = Some(default);
        self
    }

    const fn per_channel(mut self) -> Self {
        self.per_channel = true;
        self
    }

    const fn secret(mut self) -> Self {
        self.secret = true;
        self
    }
}

macro_rules! knobs {
    ($($name:ident = $group:ident, $form:literal, $meaning:literal $(, $with:ident($($arg:literal)?))*;)*) => {
        $(pub(super) const $name: Knob =
            knob(Group::$group, stringify!($name), $form, $meaning)$(.$with($($arg)?))*;)*

        /// Every variable, in the order in which they are shown.
        pub const ALL: &[Knob] = &[$($name),*];
    };
}

knobs! {
    LINE_CHANNEL_SECRET = Channel, "text",
        "Required. The channel secret (Basic settings); several separated by commas while changing over, the main one first.",
        per_channel(), secret();
    LINE_CHANNEL_ACCESS_TOKEN = Channel, "text",
        "A long-lived channel access token (Messaging API tab). Without it LINE_CHANNEL_ID is required.",
        per_channel(), secret();
    LINE_CHANNEL_ID = Channel, "digits",
        "The channel ID (Basic settings): with the secret, tokens of 15 minutes are issued and renewed by the server.",
        per_channel();
    LINE_ASSERTION_KEY = Channel, "JWK or PEM",
        "The private key of the channel's Assertion Signing Key (Basic settings): with LINE_CHANNEL_ID, tokens v2.1 of an hour are issued for it, renewed, and revoked at the end. A channel has 30 of them at most, a process one or two.",
        per_channel(), secret();
    LINE_ASSERTION_KEY_ID = Channel, "text",
        "The kid that the console showed for that key, if the key does not carry it: for every PEM.",
        per_channel();
    LINE_CHANNELS = Channel, "names",
        "Several channels, as in shop,support: each variable above is then suffixed (LINE_CHANNEL_SECRET__SHOP) and each channel served below WEBHOOK_PATH (/callback/shop). Do not rename a live channel: its name is part of what is remembered.";
    LINE_API_BASE_URL = Line, "URL", "Where the Messaging API is.", or("https://api.line.me");
    LINE_DATA_API_BASE_URL = Line, "URL", "Where content is fetched from and sent to.", or("https://api-data.line.me");
    LINE_MANAGER_BASE_URL = Line, "URL", "Where LINE Official Account Manager is.", or("https://manager.line.biz");
    PACING_WAIT = Line, "duration",
        "How long a call may wait for its turn under LINE's rate limits; one that would wait longer is not sent, and its error says when a call is free again.", or("5s");
    HOST = Server, "IP address", "The address to listen on.", or("0.0.0.0");
    PORT = Server, "port", "The port to listen on; 0 picks a free one.", or("8080");
    WEBHOOK_PATH = Server, "path", "The path of the webhook URL.", or("/callback");
    MAX_BODY_BYTES = Server, "size",
        "The largest webhook that is read. LINE documents no maximum; a refusal is an ERROR in the log.", or("4MiB");
    READ_TIMEOUT = Server, "duration", "How long a whole request may take to arrive.", or("10s");
    INBOX_URL = Inbox, "URL",
        "Where events are remembered: sqlite://path; postgres://user@host/database, which many replicas share, with libpq's parameters (?sslmode=verify-full&sslrootcert=path; without sslmode it is prefer, which checks nobody); or memory:// which forgets at a restart.", or("sqlite://data/inbox.db");
    INBOX_PASSWORD = Inbox, "text", "PostgreSQL: the password, if INBOX_URL does not carry it.", secret();
    INBOX_SCHEMA = Inbox, "name", "PostgreSQL: the schema the tables are in, made if it is missing. Each bot has its own.", or("line_bot");
    INBOX_POOL_SIZE = Inbox, "count", "PostgreSQL: the most connections of this process, besides the one that listens.", or("8");
    INBOX_CONNECT_TIMEOUT = Inbox, "duration", "PostgreSQL: how long making a connection may take.", or("2s");
    INBOX_TIMEOUT = Inbox, "duration", "PostgreSQL: how long a statement may take until its connection is given up.", or("3s");
    INBOX_PREPARE = Inbox, "on or off",
        "PostgreSQL: on has it plan each statement once per connection, which saves it a third of its work; off behind a pooler in transaction mode (PgBouncer), where statements of the same name would be mixed up.", or("off");
    INBOX_LISTEN_URL = Inbox, "URL",
        "PostgreSQL: a URL that leads there past any pooler, so that replicas wake each other at once (LISTEN); without it they look around now and then.",
        secret();
    MAX_PENDING_EVENTS = Inbox, "count", "Waiting events beyond which webhooks are answered 503.", or("100000");
    DEDUPE_RETENTION = Inbox, "duration", "How long an event is known after it was settled, so that it is not handled twice.", or("7d");
    PARKED_RETENTION = Inbox, "duration", "How long an event that was given up is kept for `inbox retry`.", or("30d");
    HANDLER_CONCURRENCY = Handler, "count", "Chats that are handled at once.", or("64");
    HANDLER_TIMEOUT = Handler, "duration", "The longest one attempt of the handler may take.", or("60s");
    HANDLER_ATTEMPTS = Handler, "count", "Attempts before an event is parked.", or("6");
    HANDLER_BACKOFF = Handler, "duration", "The pause after the first failed attempt; doubled each time, at most 30s.", or("1s");
    LEASE = Handler, "duration", "How long a chat stays with a process that no longer answers.", or("30s");
    RESPOND_FALLBACK = Handler, "push or error",
        "What an answer does when the free reply is no longer possible: push (counts towards the quota) or fail.", or("push");
    SHUTDOWN_DELAY = Shutdown, "duration",
        "How long the listener stays open after /readyz has turned 503; 5s behind a load balancer.", or("0s");
    SHUTDOWN_GRACE = Shutdown, "duration", "How long handlers may take to finish; what is left stays for the next start.", or("25s");
    METRICS_ADDR = Telemetry, "address or off", "Where GET /metrics is served, apart from the public port.", or("127.0.0.1:9090");
    LOG_FORMAT = Telemetry, "pretty or json", "The form of log lines, written to standard error.", or("pretty");
    RUST_LOG = Telemetry, "filter", "Which log lines: info, or line_bot_server=debug,info for one line per webhook.", or("info");
}

/// `config/env.example`.
pub fn env_example() -> String {
    let mut text = String::from(
        "# Every variable of line-bot-server with its default.\n\
         # Printed by `line-bot-server check --print env-example`; change src/config/knobs.rs, not this file.\n\
         # Each one may also be given as NAME_FILE, a path to read the value from.\n\
         # Durations: 500ms, 10s, 5m, 12h, 7d. Sizes: 65536, 64KiB, 1MiB.\n",
    );
    let mut group = None;
    for knob in ALL {
        if group.replace(knob.group) != Some(knob.group) {
            let _ = write!(text, "\n# --- {} ---\n", knob.group.title());
        }
        let _ = write!(text, "\n{}", comment(knob.meaning));
        let off = if knob.name == LINE_CHANNEL_SECRET.name { "" } else { "#" };
        let _ = writeln!(text, "{off}{}={}", knob.name, knob.default.unwrap_or(""));
    }
    text
}

/// The README's table.
pub fn table() -> String {
    let mut text = String::from("| Variable | Value | Default | Meaning |\n|---|---|---|---|\n");
    for knob in ALL {
        let default = knob.default.map_or_else(String::new, |default| format!("`{default}`"));
        let _ = writeln!(text, "| `{}` | {} | {default} | {} |", knob.name, knob.form, knob.meaning);
    }
    text
}

/// Comment lines of a readable width.
fn comment(meaning: &str) -> String {
    let mut lines = vec![String::from("#")];
    for word in meaning.split_whitespace() {
        if lines.last().is_some_and(|line| line.len() + 1 + word.len() > 100) {
            lines.push(String::from("#"));
        }
        if let Some(line) = lines.last_mut() {
            line.push(' ');
            line.push_str(word);
        }
    }
    lines.join("\n") + "\n"
}
