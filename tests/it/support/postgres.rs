//! A PostgreSQL for the tests: found on this machine, started on a loopback port, gone with the process.
//!
//! ```ignore
//! let Some(server) = postgres::server() else { return };   // shared: never stop it, work in a schema of your own
//! let schema = postgres::schema();
//!
//! let Some(server) = Server::start(Options::default()).await else { return };   // private: stop it as you like
//! let proxy = Proxy::to(&server).await;
//! proxy.freeze().await;
//! ```
//!
//! Where PostgreSQL is not installed these tests print that they were skipped; with `CI=true` they fail instead.
#![allow(clippy::print_stderr)]

mod clock;
mod fresh;
mod install;
mod proxy;
mod server;

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

pub(crate) use clock::DatabaseClock;
pub(crate) use fresh::Fresh;
pub(crate) use proxy::Proxy;
pub(crate) use server::{Options, Server, Stop};

use install::Installation;

/// The server that the tests of this process share; the first to ask waits until it runs. It forgets everything when
/// the process ends, so it does not wait for the disk.
pub(crate) fn server() -> Option<&'static Server> {
    static SHARED: OnceLock<Option<Server>> = OnceLock::new();
    let shared = || installation().map(|found| Server::start_blocking(found, &Options::careless()));
    SHARED.get_or_init(shared).as_ref()
}

/// The name of a schema that no other test has; nothing is made yet.
pub(crate) fn schema() -> String {
    static LAST: AtomicU32 = AtomicU32::new(0);
    format!("test_{}", LAST.fetch_add(1, Ordering::Relaxed))
}

/// What is installed here.
fn installation() -> Option<&'static Installation> {
    static FOUND: OnceLock<Option<Installation>> = OnceLock::new();
    let found = FOUND.get_or_init(Installation::find).as_ref();
    if found.is_none() {
        let ci = std::env::var_os("CI").is_some_and(|ci| ci == "true");
        assert!(!ci, "PostgreSQL is not installed, and CI=true says that its tests are not to be skipped");
        eprintln!("skipped: PostgreSQL is not installed (no initdb on PATH or in /usr/lib/postgresql/*/bin)");
    }
    found
}
