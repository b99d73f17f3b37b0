//! What the whole server does while its PostgreSQL is away: webhooks are answered 503 in time, nothing acked is lost,
//! nothing is sent twice, and when the database is back everything goes on by itself.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod network;
mod probes;
mod restarts;
mod scene;
mod sends;
mod slow;
mod standby;
mod start;
