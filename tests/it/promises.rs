//! Every promise, P1 to P12, held by the whole house: the real server, the real inbox, a LINE over HTTP.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod answers;
mod attempts;
mod channels;
mod durable;
mod heard;
mod hostile;
mod kitchensink;
mod lanes;
mod metrics;
mod once;
mod private;
mod standby;
mod stopping;
mod unsend;
