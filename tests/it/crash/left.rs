//! What is in the file after the last stop.

use std::fmt::Write as _;

use line_bot_server::clock::Clock;
use line_bot_server::inbox::{self, Filter, Listed, ParkReason, State};

use super::bot::Site;
use super::verdict::{Left, Story};

pub(super) fn of(site: &Site) -> Left {
    let operator = inbox::operator(&inbox::Settings::new(site.inbox_url(), 1)).unwrap();
    let counts = operator.counts(Clock::system().now()).unwrap();
    let listed = operator.list(&Filter::default()).unwrap();
    let conn = rusqlite::Connection::open(site.file()).unwrap();
    let integrity: String = conn.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    Left {
        pending: counts.pending,
        remembered: counts.remembered,
        parked: counts.parked.iter().map(|(reason, count)| (format!("{reason:?}"), *count)).collect(),
        events: listed.into_iter().map(|one| (one.id.clone(), story(&one))).collect(),
        unsound: if integrity == "ok" { Vec::new() } else { vec![integrity] },
    }
}

fn story(event: &Listed) -> Story {
    let mut text = format!("{:?} after {} attempts", event.state, event.attempts);
    if let Some((parked, _)) = &event.parked {
        let _ = write!(text, ", {}: {}", parked.reason.as_str(), parked.detail);
    }
    if let Some(error) = &event.last_error {
        let _ = write!(text, ", last error: {error}");
    }
    let reason = event.parked.as_ref().map(|(parked, _)| parked.reason);
    Story { parked: event.state == State::Parked, unknown: reason == Some(ParkReason::OutcomeUnknown), text }
}
