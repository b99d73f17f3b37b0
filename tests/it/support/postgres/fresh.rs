//! An empty inbox in a schema of its own, whose clock stands still.

use std::sync::Arc;

use super::super::PATIENCE;
use line_bot_server::inbox::{Inbox, Settings, open};

use super::{DatabaseClock, schema, server};

/// An inbox, and what is needed to open it again and to move its time.
pub(crate) struct Fresh {
    pub(crate) inbox: Arc<dyn Inbox>,
    pub(crate) settings: Settings,
    pub(crate) clock: DatabaseClock,
}

impl Fresh {
    /// With its clock at `ms`; `None` where PostgreSQL is not installed.
    pub(crate) async fn at(ms: i64, max_pending: u64) -> Option<Self> {
        let server = server()?;
        let mut settings = Settings::new(server.url(), max_pending);
        // Many tests share two cores: how long a statement may take is not what they are about.
        settings.postgres.timeout = PATIENCE;
        settings.postgres.schema = schema();
        // The tables are made at the real time, and nothing else happens then.
        open(&settings).await.unwrap().close().await.unwrap();
        let clock = DatabaseClock::stop(server, &settings.postgres.schema, ms).await;
        let inbox = open(&settings).await.unwrap();
        Some(Self { inbox, settings, clock })
    }
}
