//! Why a server cannot start.

use std::io;
use std::net::SocketAddr;

use crate::client::transport::SetUpError;
use crate::inbox::InboxError;

/// Why a server cannot start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AppError {
    /// The inbox cannot be opened.
    #[error(transparent)]
    Inbox(#[from] InboxError),
    /// There is no way to LINE.
    #[error(transparent)]
    Transport(#[from] SetUpError),
    /// A port cannot be had.
    #[error(
        "cannot listen on {address}: {source}; end what listens there, or choose another address with {knobs}"
    )]
    Bind {
        /// The variables that say where.
        knobs: &'static str,
        /// Where.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// A configuration made by hand has no channel.
    #[error("the configuration has no channel")]
    NoChannel,
}
