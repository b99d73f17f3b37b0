//! How a send's route and its result are written down, the same in every database.

use serde::{Deserialize, Serialize};

use super::{Route, SendResult};
use crate::line::response::SentMessage;

#[derive(Serialize, Deserialize)]
enum StoredResult {
    Accepted { request_id: Option<String>, sent: Vec<SentMessage> },
    Refused { status: u16, message: String },
}

pub(super) fn write(result: &SendResult) -> String {
    let stored = match result.clone() {
        SendResult::Accepted { request_id, sent } => {
            StoredResult::Accepted { request_id: request_id.map(|id| id.as_str().to_owned()), sent }
        }
        SendResult::Refused { status, message } => StoredResult::Refused { status, message },
    };
    // Strings and numbers only: this cannot fail.
    serde_json::to_string(&stored).unwrap_or_default()
}

pub(super) fn read(json: &str) -> Option<SendResult> {
    Some(match serde_json::from_str(json).ok()? {
        StoredResult::Accepted { request_id, sent } => {
            SendResult::Accepted { request_id: request_id.map(Into::into), sent }
        }
        StoredResult::Refused { status, message } => SendResult::Refused { status, message },
    })
}

/// A route's number.
pub(super) const fn route(route: Route) -> u8 {
    route as u8
}

/// The route of that number. One of a newer version is taken for a push: whatever is sent under its name here is then
/// another request than it was, and parks its event alone.
pub(super) fn read_route(number: i64) -> Route {
    usize::try_from(number).ok().and_then(|number| Route::ALL.get(number)).copied().unwrap_or(Route::Push)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_is_read_as_it_was_written_and_has_its_number_for_ever() {
        let numbers = Route::ALL.map(|one| (one.as_str(), route(one)));
        let for_ever = [("reply", 0), ("push", 1), ("multicast", 2), ("narrowcast", 3), ("broadcast", 4)];
        assert_eq!(numbers, for_ever);
        for one in Route::ALL {
            assert_eq!(read_route(i64::from(route(one))), one);
        }
    }
}
