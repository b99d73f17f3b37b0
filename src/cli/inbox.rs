//! `inbox …`: what waits, what was given up and why; replay, drop, back up, move. Works beside a running server.

mod migrate;
mod show;
mod time;

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};

use super::{DONE, FAILED, Out, usage};
use crate::clock::{Clock, Now};
use crate::config::{self, Env};
use crate::inbox::{self, Filter, Operator, ParkReason, State};
use crate::line::{Channel, WebhookEventId};

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    #[command(flatten)]
    Beside(Beside),
    /// Move an inbox from its file into PostgreSQL; can be repeated
    Migrate(migrate::Move),
}

/// What is done to the inbox of `INBOX_URL`, beside its servers.
#[derive(Debug, Subcommand)]
pub(super) enum Beside {
    /// How much there is of what
    Stats {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Events that wait, are in hand or were given up, oldest first
    List {
        #[command(flatten)]
        which: Which,
        /// Only events in this state
        #[arg(long)]
        state: Option<Standing>,
        /// At most so many
        #[arg(long, default_value_t = 100)]
        limit: usize,
        /// One JSON object per line
        #[arg(long)]
        json: bool,
    },
    /// One event with its payload and what was sent for it
    Show {
        /// Its webhookEventId
        id: String,
        /// The channel it came in by, where there are several
        #[arg(long)]
        channel: Option<String>,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Handle parked events anew, behind everything that waits
    Retry {
        #[command(flatten)]
        chosen: Chosen,
        /// Forget what was sent for them, so that it is sent again
        #[arg(long)]
        resend: bool,
    },
    /// Drop waiting or parked events; a redelivery of them stays a duplicate
    Discard {
        #[command(flatten)]
        chosen: Chosen,
    },
    /// Write a consistent copy of the inbox
    Backup {
        /// Where to; must not exist yet
        path: PathBuf,
    },
}

#[derive(Debug, Args)]
pub(super) struct Which {
    /// Only events of this channel
    #[arg(long)]
    channel: Option<String>,
    /// Only events parked for this reason
    #[arg(long, value_parser = reason, value_name = "REASON")]
    reason: Option<ParkReason>,
    /// Only events parked (or, if waiting, arrived) within this time: 30m, 2h, 7d
    #[arg(long, value_parser = config::duration, value_name = "DURATION")]
    since: Option<Duration>,
}

#[derive(Debug, Args)]
pub(super) struct Chosen {
    /// Their webhookEventIds
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    ids: Vec<String>,
    /// All that match
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    which: Which,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Standing {
    /// Waiting, or due again later
    Waiting,
    /// Held by the running server
    InHand,
    /// Given up
    Parked,
}

fn reason(name: &str) -> Result<ParkReason, String> {
    ParkReason::parse(name).ok_or_else(|| {
        let known: Vec<_> = ParkReason::ALL.iter().map(|reason| reason.as_str()).collect();
        format!("not a reason; there are {}", known.join(", "))
    })
}

impl Which {
    fn filter(&self, now: Now) -> Filter {
        Filter {
            channel: self.channel.as_deref().map(Channel::from),
            reason: self.reason,
            since: self.since.map(|since| now.wall.before(since)),
            ..Filter::default()
        }
    }
}

impl Chosen {
    /// One filter per event named, or one for all.
    fn filters(&self, now: Now) -> Vec<Filter> {
        let all = self.which.filter(now);
        if self.all {
            return vec![all];
        }
        self.ids
            .iter()
            .map(|id| Filter { id: Some(WebhookEventId::from(id.as_str())), ..all.clone() })
            .collect()
    }
}

pub(super) fn act(verb: Verb, out: &mut Out) -> anyhow::Result<u8> {
    match verb {
        Verb::Beside(verb) => act_beside(verb, out),
        Verb::Migrate(wanted) => migrate::act(wanted, out),
    }
}

fn act_beside(verb: Beside, out: &mut Out) -> anyhow::Result<u8> {
    let inbox = open()?;
    let now = Clock::system().now();
    match verb {
        Beside::Stats { json } => show::stats(&inbox.counts(now)?, json, out),
        Beside::List { which, state, limit, json } => {
            let state = state.map(|state| match state {
                Standing::Waiting => State::Waiting,
                Standing::InHand => State::InHand,
                Standing::Parked => State::Parked,
            });
            let filter = Filter { state, limit: Some(limit), ..which.filter(now) };
            show::list(&inbox.list(&filter)?, now, json, out)
        }
        Beside::Show { id, channel, json } => show_one(&inbox, &id, channel, json, now, out),
        Beside::Retry { chosen, resend } => {
            let mut done = 0;
            for filter in certain(&inbox, chosen.filters(now))? {
                done += inbox.retry(&filter, resend, now)?;
            }
            tally(done, "will be handled anew", chosen.all, out)
        }
        Beside::Discard { chosen } => {
            let mut done = 0;
            for filter in certain(&inbox, chosen.filters(now))? {
                done += inbox.discard(&filter, now)?;
            }
            tally(done, "dropped", chosen.all, out)
        }
        Beside::Backup { path } => {
            inbox.backup(&path)?;
            out.line(format_args!("copied to {}", path.display()))?;
            Ok(DONE)
        }
    }
}

fn open() -> anyhow::Result<Operator> {
    let settings = config::inbox_settings(&Env)?;
    if settings.url.starts_with("memory:") {
        return usage(
            "the memory inbox lives inside the server and cannot be looked at from here (INBOX_URL)",
        );
    }
    Ok(inbox::operator(&settings)?)
}

/// An id that two channels have is named with its channel, or both would be meant.
fn certain(inbox: &Operator, filters: Vec<Filter>) -> anyhow::Result<Vec<Filter>> {
    for filter in &filters {
        if let (Some(id), None) = (&filter.id, &filter.channel) {
            channel_of(inbox, id, None)?;
        }
    }
    Ok(filters)
}

/// The channel of an event; `None` when there is no such event.
fn channel_of(
    inbox: &Operator,
    id: &WebhookEventId,
    channel: Option<String>,
) -> anyhow::Result<Option<Channel>> {
    if let Some(channel) = channel {
        return Ok(Some(Channel::from(channel)));
    }
    let filter = Filter { id: Some(id.clone()), ..Filter::default() };
    let mut channels: Vec<_> = inbox.list(&filter)?.into_iter().map(|listed| listed.channel).collect();
    if channels.len() > 1 {
        let names: Vec<_> = channels.iter().map(Channel::as_str).collect();
        return usage(format!(
            "several channels have the event {id}; say which with --channel ({})",
            names.join(", ")
        ));
    }
    Ok(channels.pop())
}

fn show_one(
    inbox: &Operator,
    id: &str,
    channel: Option<String>,
    json: bool,
    now: Now,
    out: &mut Out,
) -> anyhow::Result<u8> {
    let id = WebhookEventId::from(id);
    let shown = match channel_of(inbox, &id, channel)? {
        Some(channel) => inbox.show(&channel, &id)?,
        None => None,
    };
    match shown {
        Some(shown) => show::show(&shown, now, json, out),
        None => {
            Out::stderr().line(format_args!("there is no event {id}: it never came, or it was handled"))?;
            Ok(FAILED)
        }
    }
}

/// Events that were named must be there; of all that match there may be none.
fn tally(done: u64, what: &str, all: bool, out: &mut Out) -> anyhow::Result<u8> {
    out.line(format_args!("{done} {} {what}", if done == 1 { "event" } else { "events" }))?;
    Ok(if done == 0 && !all { FAILED } else { DONE })
}
