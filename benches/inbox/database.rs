//! The schemas that are measured, and what PostgreSQL itself counts.

use tokio_postgres::{Client, NoTls};

pub(crate) struct Database {
    client: Client,
}

/// Statements that stored events (each draws a number) and bytes of the write-ahead log so far.
#[derive(Clone, Copy)]
pub(crate) struct Cost {
    pub(crate) statements: i64,
    pub(crate) wal: i64,
}

impl Database {
    pub(crate) async fn connect(url: &str) -> Self {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
        tokio::spawn(connection);
        Self { client }
    }

    pub(crate) async fn drop_schema(&self, schema: &str) {
        self.client.batch_execute(&format!("DROP SCHEMA IF EXISTS {schema} CASCADE")).await.unwrap();
    }

    /// Remembers so many ids of the last week, and settles down.
    pub(crate) async fn remember(&self, schema: &str, ids: usize) {
        let fill = format!(
            "INSERT INTO {schema}.channel (no, name) VALUES (0, 'default') ON CONFLICT DO NOTHING;
             INSERT INTO {schema}.seen (channel, id)
             SELECT 0, (lpad(to_hex(now.ms - 604800000 + n::bigint * 604800000 / {ids}), 12, '0') || substr(md5(n::text), 1, 20))::uuid
             FROM (SELECT {schema}.now_ms() AS ms) AS now, generate_series(1, {ids}) AS n"
        );
        self.client.batch_execute(&fill).await.unwrap();
        self.client.batch_execute(&format!("VACUUM ANALYZE {schema}.seen")).await.unwrap();
        self.client.batch_execute("CHECKPOINT").await.unwrap();
    }

    /// Nothing waits any more.
    pub(crate) async fn empty(&self, schema: &str) {
        self.client.batch_execute(&format!("TRUNCATE {schema}.event, {schema}.lane")).await.unwrap();
    }

    pub(crate) async fn cost(&self, schema: &str) -> Cost {
        let cost = format!(
            "SELECT last_value, pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint FROM {schema}.arrival"
        );
        let row = self.client.query_one(&cost, &[]).await.unwrap();
        Cost { statements: row.get(0), wal: row.get(1) }
    }
}
