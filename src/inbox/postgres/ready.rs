//! Whether the database takes commits just now.

use tokio_postgres::types::Type;

use super::core::Core;
use super::crowd::{Asked, fail};

/// A commit that hurts nobody: each replica has a row of its own. What has not been heard of for a day goes.
const BEAT: &str = "
WITH clock AS MATERIALIZED (SELECT $S.now_ms() AS now, set_config('synchronous_commit', 'on', true)),
gone AS (DELETE FROM $S.replica r USING clock WHERE r.at < clock.now - 86400000 AND r.id <> $1)
INSERT INTO $S.replica (id, at) SELECT $1, clock.now FROM clock
ON CONFLICT (id) DO UPDATE SET at = excluded.at
";

impl Core {
    /// Commits something, once for all who ask meanwhile: whoever probes often must not take the connections that
    /// webhooks need. Reading would not do: a standby can be read, and a full disk too.
    pub(super) async fn ready(&self, crowd: Vec<Asked<(), ()>>) {
        let crowd: Vec<_> = crowd.into_iter().filter(|asked| !asked.is_abandoned()).collect();
        if crowd.is_empty() {
            return;
        }
        match self.run(BEAT, &[(&self.holder, Type::UUID)]).await {
            Ok(_) => crowd.into_iter().for_each(|asked| {
                asked.answer(Ok(()));
            }),
            Err(error) => fail(crowd, &error),
        }
    }
}
