//! What the housekeeping of a database reads: never the whole of the ids it remembers.

use std::sync::Arc;
use std::time::Duration;

use line_bot_server::clock::Clock;
use line_bot_server::inbox::*;
use tokio_postgres::Client;

use super::rig::*;
use crate::support::postgres;

const IDS: i64 = 50_000;
const PARKED: i64 = 2_000;
const WAITING: i64 = 2_000;

/// Ids of three kinds: old and with a date, old and telling it themselves, new. And events among the new ones.
const FILL: &str = "
INSERT INTO $S.channel (no, name) VALUES (0, 'default');
INSERT INTO $S.seen (at, id, channel)
SELECT CASE WHEN n % 3 = 0 THEN 1000 + n END,
    (CASE WHEN n % 3 = 2 THEN lpad(to_hex($S.now_ms()), 12, '0') ELSE lpad(to_hex(1000 + n), 12, '0') END
        || CASE WHEN n % 3 = 0 THEN '8' ELSE '0' END || right(md5(n::text), 19))::uuid, 0
FROM generate_series(1, $IDS) AS n ORDER BY md5(n::text);
INSERT INTO $S.seen (at, id, channel) SELECT NULL, md5('event' || n)::uuid, 0
FROM generate_series(1, $PARKED + $WAITING) AS n;
INSERT INTO $S.parked (seq, lane, arrived, key, channel, redelivered, destination, id, kind, json, unsent, attempts,
    reason, detail, at)
SELECT n, md5('lane' || n)::uuid, 0, md5('event' || n)::uuid, 0, false, 'U', 'id' || n, 'message', '{}', false, 1,
    'attempts', '', CASE WHEN n % 2 = 0 THEN 0 ELSE $S.now_ms() END
FROM generate_series(1, $PARKED) AS n;
INSERT INTO $S.event (lane, seq, arrived, came, key, channel, redelivered, destination, id, kind, json)
SELECT md5('lane' || n)::uuid, n, 0, 0, md5('event' || n)::uuid, 0, false, 'U', 'id' || n, 'message', '{}'
FROM generate_series($PARKED + 1, $PARKED + $WAITING) AS n;
INSERT INTO $S.lane (id, ready, turn, came, count) SELECT lane, 0, seq, 0, 1 FROM $S.event;
ANALYZE $S.seen; ANALYZE $S.event; ANALYZE $S.parked; ANALYZE $S.lane;
";

/// Ends an inbox, and waits until its sessions have ended: only then have they told what they read.
async fn end(inbox: Arc<dyn Inbox>, client: &Client, schema: &str) {
    inbox.close().await.unwrap();
    drop(inbox);
    let quoted = format!("\"{schema}\".");
    let left =
        "SELECT count(*) FROM pg_stat_activity WHERE strpos(query, $1) > 0 AND pid <> pg_backend_pid()";
    while client.query_one(left, &[&quoted]).await.unwrap().get::<_, i64>(0) > 0 {
        tokio::task::yield_now().await;
    }
}

/// How often the table of ids was read in whole, and by an index.
async fn reads(client: &Client, schema: &str) -> (i64, i64) {
    let select =
        "SELECT seq_scan, idx_scan FROM pg_stat_user_tables WHERE schemaname = $1 AND relname = 'seen'";
    let row = client.query_one(select, &[&schema]).await.unwrap();
    (row.get(0), row.get(1))
}

#[tokio::test]
async fn no_verb_and_no_sweep_reads_all_ids() {
    let Some(server) = postgres::server() else { return };
    let mut settings = Settings::new(server.url(), 100_000);
    settings.postgres.schema = postgres::schema();
    let schema = settings.postgres.schema.clone();
    let client = server.client().await;
    // Making its indexes reads a table too.
    end(open(&settings).await.unwrap(), &client, &schema).await;
    let inbox = open(&settings).await.unwrap();
    let fill = FILL
        .replace("$S", &format!("\"{schema}\""))
        .replace("$IDS", &IDS.to_string())
        .replace("$PARKED", &PARKED.to_string())
        .replace("$WAITING", &WAITING.to_string());
    client.batch_execute(&fill).await.unwrap();
    let (whole, by_index) = reads(&client, &schema).await;

    let now = Clock::system().now();
    let week = Duration::from_secs(7 * 86_400);
    let retention = Retention { dedupe: week, parked: 4 * week };
    let (mut ids, mut parked) = (0, 0);
    loop {
        let swept = inbox.sweep(retention, now).await.unwrap();
        (ids, parked) = (ids + swept.ids, parked + swept.parked);
        if !swept.more {
            break;
        }
    }
    let aged = (1..=IDS).filter(|n| n % 3 != 2).count() as u64;
    assert_eq!((ids, parked), (aged, PARKED as u64 / 2));
    let some = |limit| Filter { limit: Some(limit), ..Filter::default() };
    assert_eq!(inbox.retry(some(300), true, now).await.unwrap(), 300);
    assert_eq!(inbox.discard(some(1500), now).await.unwrap(), 1500);
    let only_parked = Filter { state: Some(State::Parked), ..some(300) };
    assert_eq!(inbox.discard(only_parked, now).await.unwrap(), 300);
    assert!(inbox.accept(delivery(vec![event("a", "1")]), now).await.is_ok());

    end(inbox, &client, &schema).await;
    let (whole_now, by_index_now) = reads(&client, &schema).await;
    assert!(by_index_now > by_index, "nothing was told");
    assert_eq!(whole_now, whole, "something reads all ids");
}

#[tokio::test]
async fn what_replicas_sweep_at_once_is_swept_once() {
    let Some(rig) = Rig::postgres().await else { return };
    let ids: Vec<_> = (0..3000).map(|n| event("", &ulid(START, n))).collect();
    rig.accept(ids).await;
    for claimed in rig.claim(5000).await {
        rig.done(&claimed).await;
    }
    let week = Duration::from_secs(7 * 86_400);
    rig.advance(week + 4 * HOUR).await;
    let retention = Retention { dedupe: week, parked: week };
    let now = rig.now();
    let sweeps = (0..4).map(|_| rig.inbox.sweep(retention, now));
    let swept = futures_util::future::join_all(sweeps).await;
    assert_eq!(swept.into_iter().map(|swept| swept.unwrap().ids).sum::<u64>(), 3000);
}
