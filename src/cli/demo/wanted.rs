//! What the bot is to answer, compared with what the simulator's ledger says it did.

use crate::simulator::{Heard, Via};

/// One message that is to come.
pub(super) struct Wanted {
    via: Via,
    says: Says,
    /// The quote token of the message it must quote; `None` for no quote at all.
    quotes: Option<String>,
}

enum Says {
    Text(String),
    Sticker,
}

impl Wanted {
    pub(super) fn reply(text: &str) -> Self {
        Self { via: Via::Reply, says: Says::Text(text.to_owned()), quotes: None }
    }

    pub(super) fn push(text: &str) -> Self {
        Self { via: Via::Push, says: Says::Text(text.to_owned()), quotes: None }
    }

    pub(super) fn sticker() -> Self {
        Self { via: Via::Reply, says: Says::Sticker, quotes: None }
    }

    pub(super) fn quoting(mut self, token: &str) -> Self {
        self.quotes = Some(token.to_owned());
        self
    }

    /// In words: `a reply with "hi" that quotes the message`.
    fn in_words(&self) -> String {
        let way = way(self.via);
        let what = match &self.says {
            Says::Text(text) => format!("{text:?}"),
            Says::Sticker => "a sticker".to_owned(),
        };
        let quoting = if self.quotes.is_some() { " that quotes the message" } else { "" };
        format!("{way} with {what}{quoting}")
    }

    /// What is wrong with what came; the first thing only, for it explains the rest.
    fn fault_of(&self, heard: &Heard) -> Option<String> {
        if heard.via != self.via {
            return Some(format!("it came as {}", way(heard.via)));
        }
        let kind = heard.message["type"].as_str().unwrap_or_default();
        match &self.says {
            Says::Text(text) if kind != "text" || heard.text() != text => {
                return Some(format!("it was {}", shown(heard)));
            }
            Says::Sticker if kind != "sticker" => return Some(format!("it was {}", shown(heard))),
            Says::Text(_) | Says::Sticker => {}
        }
        match (&self.quotes, heard.message["quoteToken"].as_str()) {
            (Some(wanted), Some(token)) if wanted != token => Some("it quotes another message".to_owned()),
            (Some(_), None) => Some("it quotes nothing".to_owned()),
            (None, Some(_)) => Some("it quotes a message".to_owned()),
            _ if heard.via == Via::Push && heard.key.is_none() => {
                Some("it was pushed without a retry key, so a repeat could have doubled it".to_owned())
            }
            _ => None,
        }
    }
}

fn way(via: Via) -> &'static str {
    match via {
        Via::Reply => "a reply",
        Via::Push => "a push",
        Via::Multicast => "a multicast",
        Via::Narrowcast => "a narrowcast",
        Via::Broadcast => "a broadcast",
        Via::Notification => "a notification",
    }
}

/// A message in a few words.
fn shown(heard: &Heard) -> String {
    match heard.message["type"].as_str() {
        Some("text") => format!("{:?}", heard.text()),
        other => format!("a message of type {}", other.unwrap_or("(none)")),
    }
}

/// Every difference between what was to come and what came, in order.
pub(super) fn differences(wanted: &[Wanted], heard: &[Heard]) -> Vec<String> {
    let mut found = Vec::new();
    for (number, wanted) in wanted.iter().enumerate() {
        let problem = match heard.get(number) {
            Some(heard) => wanted.fault_of(heard),
            None => Some("nothing came".to_owned()),
        };
        if let Some(problem) = problem {
            found.push(format!("wanted {}, but {problem}", wanted.in_words()));
        }
    }
    found.extend(heard.iter().skip(wanted.len()).map(too_much));
    found
}

/// A message nobody waited for.
pub(super) fn too_much(heard: &Heard) -> String {
    format!("{} with {} was too much", way(heard.via), shown(heard))
}
