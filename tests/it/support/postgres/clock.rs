//! The database's clock, made to stand still: the schema's `now_ms()` is replaced by one that reads a table.

use tokio_postgres::Client;

use super::Server;

/// The clock of one schema.
pub(crate) struct DatabaseClock {
    client: Client,
    schema: String,
}

impl DatabaseClock {
    /// Stops the clock of a schema that has its tables, at `ms` since the Unix epoch.
    pub(crate) async fn stop(server: &Server, schema: &str, ms: i64) -> Self {
        let clock = Self { client: server.client().await, schema: format!("\"{schema}\"") };
        let table = "CREATE TABLE $S.test_clock (ms bigint NOT NULL); INSERT INTO $S.test_clock VALUES (0);
            CREATE OR REPLACE FUNCTION $S.now_ms() RETURNS bigint LANGUAGE sql VOLATILE AS
                'SELECT ms FROM $S.test_clock';";
        clock.run(table).await;
        clock.set(ms).await;
        clock
    }

    /// Sets it to `ms` since the Unix epoch.
    pub(crate) async fn set(&self, ms: i64) {
        self.run(&format!("UPDATE $S.test_clock SET ms = {ms}")).await;
    }

    async fn run(&self, statements: &str) {
        self.client.batch_execute(&statements.replace("$S", &self.schema)).await.unwrap();
    }
}
