//! `inbox migrate`: a file's inbox goes into PostgreSQL.

use std::time::{Duration, Instant};

use clap::Args;

use crate::cli::{DONE, FAILED, Out, usage};
use crate::config::{self, Env, Strings};
use crate::inbox::postgres::url::Address;
use crate::inbox::{Migration, Moved, Pace, Tally, migrate};

/// Progress is told so often.
const TELL_EVERY: Duration = Duration::from_secs(1);

#[derive(Debug, Args)]
pub(in crate::cli) struct Move {
    /// The file, sqlite://…; its server must be stopped
    #[arg(long, value_name = "URL")]
    from: Place,
    /// The database, postgres://…; its password belongs in INBOX_PASSWORD_FILE, for arguments can be seen by others (ps)
    #[arg(long, value_name = "URL")]
    to: Place,
}

/// A URL that may carry a password, also where none belongs. What is wrong with it is said when it is used: clap would
/// repeat the text.
#[derive(Clone)]
struct Place(String);

impl From<String> for Place {
    fn from(url: String) -> Self {
        Self(url)
    }
}

impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Place")
    }
}

fn is_file(url: &str) -> bool {
    matches!(url.split_once("://"), Some(("sqlite", path)) if !path.is_empty())
}

/// The environment, but for where the inbox is.
struct Target(String);

impl Strings for Target {
    fn get(&self, name: &str) -> Result<Option<String>, String> {
        match name {
            "INBOX_URL" => Ok(Some(self.0.clone())),
            "INBOX_URL_FILE" => Ok(None),
            _ => Env.get(name),
        }
    }

    fn names(&self) -> Vec<String> {
        Env.names()
    }
}

pub(super) fn act(wanted: Move, out: &mut Out) -> anyhow::Result<u8> {
    let Move { from: Place(from), to: Place(to) } = wanted;
    if !is_file(&from) {
        return usage("--from is not a file's inbox; write it like sqlite://data/inbox.db");
    }
    match Address::parse(&to) {
        Ok(address) if address.has_password() => Out::stderr().line(
            "warning: the password in --to can be seen by others on this machine (ps); give it in \
             INBOX_PASSWORD_FILE, and change this one",
        )?,
        Ok(_) => {}
        Err(problem) => return usage(format!("--to {problem}")),
    }
    let to = config::inbox_settings(&Target(to))?;
    out.line(format_args!("moving {from} to {}", to.shown_url()))?;
    let mut told = Instant::now();
    let tell = |tally: &Tally| {
        if told.elapsed() >= TELL_EVERY {
            told = Instant::now();
            // Whoever has stopped reading is not a reason to stop half-way.
            let _ = Out::stderr().line(progress(tally));
        }
    };
    match migrate(&Migration { from: &from, to: &to, pace: Pace::default() }, tell) {
        Ok(tally) => {
            finish(&tally, &from, out)?;
            Ok(DONE)
        }
        Err(error) => {
            let mut err = Out::stderr();
            err.line(format_args!("line-bot-server: {error}"))?;
            err.line(
                "nothing is lost: what was moved stays moved, and the file is as it was; run this again",
            )?;
            Ok(FAILED)
        }
    }
}

fn progress(tally: &Tally) -> String {
    let Tally { waiting, parked, ids, .. } = tally;
    format!(
        "waiting {}/{}, parked {}/{}, ids {}/{}",
        waiting.seen, waiting.of, parked.seen, parked.of, ids.seen, ids.of
    )
}

fn finish(tally: &Tally, from: &str, out: &mut Out) -> anyhow::Result<()> {
    let kinds = [
        ("waiting", tally.waiting),
        ("parked", tally.parked),
        ("unsent", tally.unsent),
        ("remembered", tally.ids),
    ];
    for (kind, Moved { seen, new, .. }) in kinds {
        out.line(format_args!("{kind:<11} {new} moved, {} were there already", seen.saturating_sub(new)))?;
    }
    if tally.asked > 0 {
        out.line(format_args!(
            "{} things that `inbox retry` or `inbox discard` asked of the file were never done: ask again, of the \
             database",
            tally.asked
        ))?;
    }
    out.line(format_args!(
        "{from} is left as it was. Do not start a server on it again: its events would be handled twice. Once the \
         servers run on the database, put the file away; moved again after DEDUPE_RETENTION it would bring back what \
         was handled."
    ))?;
    Ok(())
}
