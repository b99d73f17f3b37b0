//! The inboxes that a test of dispatch or journal runs on: every one there is.

use std::sync::Arc;

use line_bot_server::clock::Timestamp;
use line_bot_server::inbox::{Inbox, Settings, open};

use crate::support::postgres::{self, DatabaseClock, Fresh};

/// More than any test lets wait.
const MAX_PENDING: u64 = 1000;

/// Which inbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum On {
    Memory,
    File,
    Database,
}

/// What an inbox needs to stay.
pub(super) enum Place {
    Nowhere,
    Directory(#[expect(dead_code, reason = "removed when dropped")] tempfile::TempDir),
    Schema(DatabaseClock),
}

impl On {
    /// Whether there is one here; without PostgreSQL its tests are skipped.
    pub(crate) fn is_here(self) -> bool {
        self != Self::Database || postgres::server().is_some()
    }

    /// An empty inbox, whose clock stands at `start`.
    pub(super) async fn open(self, start: Timestamp) -> (Arc<dyn Inbox>, Place) {
        let opened = async |url: String| open(&Settings::new(url, MAX_PENDING)).await.unwrap();
        match self {
            Self::Memory => (opened("memory://".into()).await, Place::Nowhere),
            Self::File => {
                let dir = tempfile::tempdir().unwrap();
                let url = format!("sqlite://{}", dir.path().join("inbox.db").display());
                (opened(url).await, Place::Directory(dir))
            }
            Self::Database => {
                let fresh = Fresh::at(start.as_millis(), MAX_PENDING).await.unwrap();
                (fresh.inbox, Place::Schema(fresh.clock))
            }
        }
    }
}

/// Makes every rule, a function of where it runs, a test on every inbox.
macro_rules! on_every_inbox {
    ($($rules:tt)*) => {
        $crate::dispatch::support::on_one_inbox! { memory Memory $($rules)* }
        $crate::dispatch::support::on_one_inbox! { sqlite File $($rules)* }
        $crate::dispatch::support::on_one_inbox! { postgres Database $($rules)* }
    };
}

macro_rules! on_one_inbox {
    ($place:ident $on:ident $($room:ident: $($rule:ident),* $(,)?;)*) => {
        mod $place {
            $(mod $room {
                $(#[tokio::test]
                async fn $rule() {
                    let on = $crate::dispatch::support::On::$on;
                    if on.is_here() {
                        super::super::$room::$rule(on).await;
                    }
                })*
            })*
        }
    };
}

pub(crate) use {on_every_inbox, on_one_inbox};
