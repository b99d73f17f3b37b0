//! The tables as the test reads them, past everything of ours: whether they agree with each other, and what is left.

use std::time::Duration;

use line_bot_server::line::WebhookEventId;
use tokio::task::JoinHandle;
use tokio_postgres::{Client, NoTls};
use tokio_util::sync::CancellationToken;

use crate::crash::verdict::{Left, Story};

/// Pause between two looks while the replicas work.
const LOOK: Duration = Duration::from_millis(20);

/// What must never be found, whenever one looks: every statement is one transaction. Each line says what it counts.
const UNSOUND: &str = "
SELECT 'lanes whose count is not that of their events', (
    SELECT count(*) FROM $S.lane l WHERE l.count <> (SELECT count(*) FROM $S.event e WHERE e.lane = l.id))
UNION ALL SELECT 'lanes without events that nobody holds', (
    SELECT count(*) FROM $S.lane l WHERE NOT l.held AND NOT EXISTS (SELECT FROM $S.event e WHERE e.lane = l.id))
UNION ALL SELECT 'events without a lane', (
    SELECT count(*) FROM $S.event e WHERE NOT EXISTS (SELECT FROM $S.lane l WHERE l.id = e.lane))
UNION ALL SELECT 'events that nobody remembers', (
    SELECT count(*) FROM $S.event e
    WHERE NOT EXISTS (SELECT FROM $S.seen s WHERE s.channel = e.channel AND s.id = e.key))
UNION ALL SELECT 'journal rows without an event', (
    SELECT count(*) FROM $S.journal j WHERE NOT EXISTS (SELECT FROM $S.event e WHERE e.seq = j.seq)
        AND NOT EXISTS (SELECT FROM $S.parked p WHERE p.seq = j.seq))
UNION ALL SELECT 'events that wait and are parked', (
    SELECT count(*) FROM $S.event e JOIN $S.parked p USING (channel, key))
";

const COUNTS: &str = "SELECT (SELECT count(*) FROM $S.event), (SELECT count(*) FROM $S.seen),
    (SELECT count(*) FROM $S.lane)";

/// Where the database is away for long, a reply token may grow too old for anybody to find out whether its reply arrived.
/// Nothing else is a reason to give up here.
const EVENTS: &str = "
SELECT e.id, NULL, false, concat('waits in ', row_to_json(l), ', journal: ',
    (SELECT json_agg(j ORDER BY j.noted) FROM $S.journal j WHERE j.seq = e.seq))
FROM $S.event e LEFT JOIN $S.lane l ON l.id = e.lane
UNION ALL
SELECT p.id, p.reason, p.reason = 'outcome-unknown' AND p.at - p.timestamp >= 50000,
    concat(p.reason, ' after ', p.attempts, ' attempts: ', p.detail, ', last error: ', p.last_error)
FROM $S.parked p";

/// One schema.
#[derive(Clone)]
pub(super) struct Books {
    url: String,
    schema: String,
}

impl Books {
    pub(super) fn new(url: &str, schema: &str) -> Self {
        Self { url: url.to_owned(), schema: format!("\"{schema}\"") }
    }

    pub(super) fn sql(&self, statement: &str) -> String {
        statement.replace("$S", &self.schema)
    }

    pub(super) async fn client(&self) -> Client {
        self.connect().await.unwrap()
    }

    async fn connect(&self) -> Result<Client, tokio_postgres::Error> {
        let (client, connection) = tokio_postgres::connect(&self.url, NoTls).await?;
        // It ends with the client, or with the server.
        tokio::spawn(connection);
        Ok(client)
    }

    /// Waits until no event is left.
    pub(super) async fn settled(&self) {
        let client = self.client().await;
        let count = self.sql("SELECT count(*) FROM $S.lane");
        let settled = async {
            while client.query_one(&count, &[]).await.unwrap().get::<_, i64>(0) > 0 {
                tokio::time::sleep(LOOK).await;
            }
        };
        let _ = tokio::time::timeout(crate::crash::PATIENCE, settled).await;
    }

    /// What is left when all have stopped.
    pub(super) async fn left(&self) -> Left {
        let client = self.client().await;
        let counts = client.query_one(&self.sql(COUNTS), &[]).await.unwrap();
        let [events, seen, lanes] = [0, 1, 2].map(|at| counts.get::<_, i64>(at));
        let mut left = Left {
            pending: u64::try_from(events).unwrap(),
            remembered: u64::try_from(seen).unwrap(),
            unsound: self.look(&client).await.unwrap(),
            ..Left::default()
        };
        if events == 0 && lanes > 0 {
            left.unsound.push(format!("{lanes} lanes are left"));
        }
        for row in client.query(&self.sql(EVENTS), &[]).await.unwrap() {
            let reason: Option<String> = row.get(1);
            if let Some(reason) = &reason {
                *left.parked.entry(reason.clone()).or_default() += 1;
            }
            let story = Story { parked: reason.is_some(), unknown: row.get(2), text: row.get(3) };
            left.events.insert(WebhookEventId::from(row.get::<_, String>(0)), story);
        }
        left
    }

    async fn look(&self, client: &Client) -> Result<Vec<String>, tokio_postgres::Error> {
        let rows = client.query(&self.sql(UNSOUND), &[]).await?;
        let found = rows.iter().map(|row| (row.get::<_, String>(0), row.get::<_, i64>(1)));
        Ok(found.filter(|(_, count)| *count > 0).map(|(what, count)| format!("{count} {what}")).collect())
    }

    /// Looks again and again while the replicas work.
    pub(super) fn audit(&self) -> Audit {
        let (books, stop) = (self.clone(), CancellationToken::new());
        let running = tokio::spawn(books.keep_looking(stop.clone()));
        Audit { stop, running }
    }

    async fn keep_looking(self, stop: CancellationToken) -> (u64, Vec<String>) {
        let (mut looks, mut unsound) = (0, Vec::new());
        let mut client = None;
        while !stop.is_cancelled() {
            if client.is_none() {
                client = self.connect().await.ok();
            }
            if let Some(connected) = &client {
                // It is away just now.
                match self.look(connected).await {
                    Ok(found) => {
                        looks += 1;
                        unsound.extend(found);
                    }
                    Err(_) => client = None,
                }
            }
            tokio::time::sleep(LOOK).await;
        }
        (looks, unsound)
    }
}

/// Somebody who looks at the books all the time.
pub(super) struct Audit {
    stop: CancellationToken,
    running: JoinHandle<(u64, Vec<String>)>,
}

impl Audit {
    /// How often was looked, and what was wrong.
    pub(super) async fn end(self) -> (u64, Vec<String>) {
        self.stop.cancel();
        self.running.await.unwrap()
    }
}
