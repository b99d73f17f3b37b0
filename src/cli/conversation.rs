//! How a conversation looks: who says what, and in a paler line below what went over the wire.

use std::io::IsTerminal as _;
use std::time::Duration;

use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use crate::config::{Env, simulated};
use crate::simulator::{Happening, Outcome, Via};

/// Names stand right-aligned in a column of so many characters.
const NAMES: usize = 8;
const GAP: usize = 2;

/// With colours or without.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    colours: bool,
}

#[derive(Clone, Copy)]
enum Tone {
    Person,
    Bot,
    Pale,
    Strong,
    Good,
    Bad,
}

impl Tone {
    const fn code(self) -> &'static str {
        match self {
            Self::Person => "1;36",
            Self::Bot => "1;32",
            Self::Pale => "2",
            Self::Strong => "1",
            Self::Good => "32",
            Self::Bad => "1;31",
        }
    }
}

impl Look {
    pub(super) const PLAIN: Self = Self { colours: false };

    /// Colours where standard output is a terminal, unless `NO_COLOR` is set.
    pub(super) fn of_stdout() -> Self {
        Self { colours: std::io::stdout().is_terminal() && !simulated::no_color(&Env) }
    }

    fn paint(self, tone: Tone, text: &str) -> String {
        if self.colours { format!("\x1b[{}m{text}\x1b[0m", tone.code()) } else { text.to_owned() }
    }

    pub(super) fn heading(self, text: &str) -> String {
        self.paint(Tone::Strong, text)
    }

    pub(super) fn pale(self, text: &str) -> String {
        self.paint(Tone::Pale, text)
    }

    pub(super) fn person(self, name: &str, what: &str) -> String {
        self.turn(Tone::Person, name, what)
    }

    pub(super) fn bot(self, what: &str) -> String {
        self.turn(Tone::Bot, "Bot", what)
    }

    /// What LINE itself does.
    pub(super) fn line(self, what: &str) -> String {
        self.turn(Tone::Strong, "LINE", what)
    }

    pub(super) fn good(self, what: &str) -> String {
        self.beside(Tone::Good, "✓", what)
    }

    pub(super) fn bad(self, what: &str) -> String {
        self.beside(Tone::Bad, "✗", what)
    }

    /// Below what was said.
    pub(super) fn wire(self, text: &str) -> String {
        format!("{}{}", " ".repeat(NAMES + GAP), self.pale(text))
    }

    fn turn(self, tone: Tone, name: &str, what: &str) -> String {
        let name = harmless(name);
        let pad = " ".repeat(NAMES.saturating_sub(name.chars().count()));
        let indent = format!("\n{}", " ".repeat(NAMES + GAP));
        let what: Vec<_> = what.lines().map(harmless).collect();
        format!("{pad}{}{}{}", self.paint(tone, &name), " ".repeat(GAP), what.join(&indent))
    }

    fn beside(self, tone: Tone, mark: &str, what: &str) -> String {
        format!("{}{}", " ".repeat(NAMES + GAP), self.paint(tone, &format!("{mark} {what}")))
    }

    /// A happening, as one line or more.
    pub(super) fn happening(self, happening: &Happening) -> String {
        match happening {
            Happening::Person { who, chat, kind, what } => self.act(who, chat, kind, what),
            Happening::Webhook { events, redelivery, outcome, latency } => {
                self.wire(&webhook(*events, *redelivery, outcome, *latency))
            }
            Happening::Bot { chat, via, what, quoting } => {
                let quoted = if *quoting { Some("the message") } else { None };
                format!("{}\n{}", self.bot(what), self.wire(&route(*via, Some(chat), quoted)))
            }
            Happening::Failed { what, why } => self.wire(&format!("{what} failed: {}", harmless(why))),
            Happening::Refused { endpoint, status: Some(status), message } => {
                self.wire(&format!("{endpoint} → {status} {}", harmless(message)))
            }
            Happening::Refused { endpoint, status: None, .. } => {
                self.wire(&format!("{endpoint} → connection dropped"))
            }
        }
    }

    fn act(self, who: &str, chat: &str, kind: &str, what: &str) -> String {
        let place = if chat.is_empty() || chat == who { String::new() } else { format!("in {chat:?}: ") };
        let what = match (kind, what) {
            ("message", what) => what.to_owned(),
            ("follow", _) => "(adds the bot as a friend)".to_owned(),
            ("unfollow", _) => "(blocks the bot)".to_owned(),
            ("unsend", _) => "(unsends a message)".to_owned(),
            ("join", _) => "(the bot is invited)".to_owned(),
            ("leave", _) => "(the bot is removed)".to_owned(),
            ("messageEdited", what) => format!("(edits a message) {what}"),
            (kind, _) => format!("({kind})"),
        };
        if who.is_empty() {
            return self.line(&format!("{place}{what}"));
        }
        self.person(who, &format!("{place}{what}"))
    }
}

/// What came of a POST to the bot.
pub(super) fn webhook(events: usize, redelivery: bool, outcome: &Outcome, latency: Duration) -> String {
    let again = if redelivery { ", redelivered" } else { "" };
    let many = if events == 1 { String::new() } else { format!(" with {events} events") };
    format!("webhook{many}{again} → {outcome} in {}", millis(latency))
}

/// How a message of the bot came.
pub(super) fn route(via: Via, to: Option<&str>, quoted: Option<&str>) -> String {
    let (way, price) = match via {
        Via::Reply => ("reply", "free"),
        Via::Push => ("push", "counts towards the quota"),
        Via::Multicast => ("multicast", "counts towards the quota"),
        Via::Narrowcast => ("narrowcast", "counts towards the quota"),
        Via::Broadcast => ("broadcast", "counts towards the quota"),
        Via::Notification => ("notification", "billed by itself"),
    };
    let to = to.map(|to| format!(" to {}", harmless(to))).unwrap_or_default();
    let quoted = quoted.map(|quoted| format!(" · quotes {quoted}")).unwrap_or_default();
    format!("{way}{to}, {price}{quoted}")
}

/// Short times with a decimal, for a good answer takes a millisecond or two.
pub(super) fn millis(time: Duration) -> String {
    let ms = time.as_secs_f64() * 1000.0;
    if ms < 9.95 { format!("{ms:.1} ms") } else { format!("{ms:.0} ms") }
}

/// What was said may hold anything, and a terminal obeys.
fn harmless(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// The next happening as text, apart from what was before if somebody begins to speak; `None` when there will be no more.
pub(super) async fn next(happenings: &mut Receiver<Happening>, look: Look) -> Option<String> {
    match happenings.recv().await {
        Ok(happening @ Happening::Person { .. }) => Some(format!("\n{}", look.happening(&happening))),
        Ok(happening) => Some(look.happening(&happening)),
        Err(RecvError::Lagged(missed)) => Some(look.wire(&format!("({missed} lines missed)"))),
        Err(RecvError::Closed) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_said_cannot_steer_the_terminal() {
        let shown = Look::PLAIN.person("Al\x1bice", "one\ntwo \x1b[2J");
        assert_eq!(shown, "  Al\u{fffd}ice  one\n          two \u{fffd}[2J");
    }

    #[test]
    fn colours_are_only_there_when_wanted() {
        assert!(!Look::PLAIN.good("fine").contains('\x1b'));
        assert!(Look { colours: true }.good("fine").contains('\x1b'));
    }

    #[test]
    fn short_times_have_a_decimal() {
        assert_eq!(millis(Duration::from_micros(1840)), "1.8 ms");
        assert_eq!(millis(Duration::from_micros(12_400)), "12 ms");
    }
}
