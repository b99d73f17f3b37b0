//! The log: one line per thing that happened, on standard error, for people or for machines.

use std::io::{self, IsTerminal as _};
use std::panic::{self, PanicHookInfo};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;
use tracing_subscriber::util::SubscriberInitExt as _;

/// What PostgreSQL's driver says at `debug` of a prepared statement is what it is given: users' messages. Whatever the
/// filter, nobody gets to read that.
const INDISCREET: &str = "tokio_postgres::query=off";

/// What the log needs to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// For people or for machines.
    pub format: Format,
    /// Which lines, in the form of `RUST_LOG`: `info,line_bot_server=debug`.
    pub filter: String,
}

/// The form of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people: coloured on a terminal.
    Pretty,
    /// For machines: one JSON object per line.
    Json,
}

/// The log cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The filter cannot be read.
    #[error("not a log filter: {0}")]
    Filter(String),
    /// Somebody else set one up before.
    #[error("this process has a log already")]
    Taken,
}

/// Whether `filter` can be read.
///
/// # Errors
/// [`LogError::Filter`].
pub fn check_filter(filter: &str) -> Result<(), LogError> {
    parse(filter).map(drop)
}

/// Sets up the log of this process; at most once.
///
/// # Errors
/// [`LogError`].
pub fn init(format: Format, filter: &str) -> Result<(), LogError> {
    let lines = tracing_subscriber::fmt().with_env_filter(parse(filter)?).with_writer(io::stderr);
    match format {
        Format::Pretty => lines.with_ansi(io::stderr().is_terminal()).finish().try_init(),
        Format::Json => lines.json().flatten_event(true).with_span_list(false).finish().try_init(),
    }
    .map_err(|_| LogError::Taken)
}

/// From now on a panic is a line of the log that says where it was. What it said may be a user's words, and is shown at
/// `trace` only.
pub fn keep_panics_private() {
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(tracing::field::display);
        tracing::error!(place, "panic");
        tracing::trace!(place, said = said(panic), "panic");
    }));
}

fn said<'a>(panic: &'a PanicHookInfo<'_>) -> &'a str {
    let said = panic.payload();
    let said =
        said.downcast_ref::<&str>().copied().or_else(|| said.downcast_ref::<String>().map(String::as_str));
    said.unwrap_or("nothing that can be shown")
}

fn parse(filter: &str) -> Result<EnvFilter, LogError> {
    let unreadable = |error: ParseError| LogError::Filter(error.to_string());
    let filter = EnvFilter::try_new(filter).map_err(unreadable)?;
    Ok(filter.add_directive(INDISCREET.parse().map_err(unreadable)?))
}
