//! What happens, one readable line each: for a terminal or a page to show the conversation.

use std::fmt;
use std::time::Duration;

use super::ledger::{Outcome, Via};

/// Something that just happened.
#[derive(Clone, Debug)]
pub enum Happening {
    /// A person did something the bot is told of.
    Person {
        /// Their name; empty where nobody did it.
        who: String,
        /// The chat's name.
        chat: String,
        /// The event's `type`.
        kind: String,
        /// What was said, or a word for it.
        what: String,
    },
    /// Events were posted to the bot.
    Webhook {
        /// How many.
        events: usize,
        /// Whether again.
        redelivery: bool,
        /// What came of it.
        outcome: Outcome,
        /// How long that took.
        latency: Duration,
    },
    /// The bot said something.
    Bot {
        /// The chat's name.
        chat: String,
        /// How it came.
        via: Via,
        /// What was said, or a word for it.
        what: String,
        /// The message it quotes.
        quoting: bool,
    },
    /// What was accepted failed later.
    Failed {
        /// A word for it: `narrowcast`.
        what: &'static str,
        /// Why.
        why: String,
    },
    /// A call of the bot was refused, or dropped (no status).
    Refused {
        /// Name of the endpoint.
        endpoint: &'static str,
        /// The answer's status.
        status: Option<u16>,
        /// LINE's message.
        message: String,
    },
}

impl fmt::Display for Happening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person { who, chat, kind, what } => {
                if who.is_empty() {
                    write!(f, "[{chat}] {kind}")?;
                } else {
                    write!(f, "[{chat}] {who}: {kind}")?;
                }
                if what.is_empty() { Ok(()) } else { write!(f, " {what:?}") }
            }
            Self::Webhook { events, redelivery, outcome, latency } => {
                let again = if *redelivery { ", again" } else { "" };
                write!(f, "webhook ({events} event(s){again}) -> {outcome} in {} ms", latency.as_millis())
            }
            Self::Bot { chat, via, what, quoting } => {
                let route = match via {
                    Via::Reply => "replies",
                    Via::Push => "pushes",
                    Via::Multicast => "multicasts",
                    Via::Narrowcast => "narrowcasts",
                    Via::Broadcast => "broadcasts",
                    Via::Notification => "notifies",
                };
                let quoting = if *quoting { " (quoting)" } else { "" };
                write!(f, "[{chat}] bot {route}{quoting}: {what:?}")
            }
            Self::Failed { what, why } => write!(f, "{what} failed: {why}"),
            Self::Refused { endpoint, status: Some(status), message } => {
                write!(f, "{endpoint} -> {status} {message}")
            }
            Self::Refused { endpoint, status: None, .. } => write!(f, "{endpoint} -> connection dropped"),
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answered(status) => status.fmt(f),
            Self::CouldNotConnect => f.write_str("could not connect"),
            Self::TimedOut => f.write_str("timed out"),
            Self::Broken => f.write_str("connection broke"),
        }
    }
}

/// A message in a few words: its text, or its type in brackets, so that a sticker is not taken for the word.
pub(super) fn in_words(message: &serde_json::Value) -> String {
    let field = |name: &str| message[name].as_str();
    let text = field("text").or_else(|| field("altText")).map(str::to_owned);
    text.or_else(|| field("type").map(|kind| format!("({kind})"))).unwrap_or_default()
}
