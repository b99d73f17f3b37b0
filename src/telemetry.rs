//! Names of metrics and the log's form. The lowest floor: knows nothing of the house.

mod kinds;
mod log;
mod recorder;

pub(crate) use kinds::event_type_index;
pub use kinds::{EVENT_TYPES, event_type};
pub use log::{Format, LogError, Settings, check_filter, init, keep_panics_private};
pub use recorder::{Metrics, metrics};

/// Webhooks by answer: `status`.
pub const WEBHOOKS: &str = "linebot_webhooks_total";
/// Seconds from a webhook's head to its 200.
pub const ACK_SECONDS: &str = "linebot_webhook_ack_seconds";
/// Why a webhook was refused: `reason`.
pub const REFUSALS: &str = "linebot_webhook_refusals_total";
/// Events: `type` (a known one or `unknown`), `outcome` (accepted, duplicate, unsent, handled, retried, parked).
pub const EVENTS: &str = "linebot_events_total";
/// Waiting and in-hand events (gauge).
pub const PENDING: &str = "linebot_pending_events";
/// Age of the oldest pending event in seconds (gauge).
pub const PENDING_AGE: &str = "linebot_pending_oldest_seconds";
/// Parked events by `reason` (gauge).
pub const PARKED: &str = "linebot_parked_events";
/// Seconds a handler took: `outcome`.
pub const HANDLER_SECONDS: &str = "linebot_handler_seconds";
/// Calls to LINE: `endpoint`, `status` (a number, `not-sent` or `no-answer`).
pub const API_CALLS: &str = "linebot_api_calls_total";
/// Seconds a call to LINE took: `endpoint`.
pub const API_SECONDS: &str = "linebot_api_call_seconds";
/// Calls to LINE that its rate limits kept back: `endpoint`, `outcome` (waited, refused: not sent; held: LINE's own
/// refusal keeps callers back for a while).
pub const API_PACED: &str = "linebot_api_paced_total";
/// Seconds a call to LINE waited for its turn under LINE's rate limits, where it had to: `endpoint`.
pub const API_PACE_SECONDS: &str = "linebot_api_pace_seconds";
/// Sends of handlers that LINE took, by `route` (reply, push, multicast, narrowcast, broadcast).
pub const ANSWERS: &str = "linebot_answers_total";
/// Age of a reply token when it was used, in seconds.
pub const TOKEN_AGE_SECONDS: &str = "linebot_reply_token_age_seconds";
/// Seconds one commit of the inbox took.
pub const COMMIT_SECONDS: &str = "linebot_inbox_commit_seconds";
/// Journal notes written before a send.
pub const NOTES: &str = "linebot_journal_notes_total";
/// Connections to PostgreSQL by `state`: open (idle ones included), idle (gauge).
pub const POSTGRES_CONNECTIONS: &str = "linebot_postgres_connections";
/// Statements that wait for a connection to PostgreSQL (gauge).
pub const POSTGRES_WAITING: &str = "linebot_postgres_waiting_statements";
/// Statements to PostgreSQL that failed: `kind` (away, lost, slow, restart, read-only, login, room, conflict, cancelled,
/// refused).
pub const POSTGRES_FAILURES: &str = "linebot_postgres_failures_total";
