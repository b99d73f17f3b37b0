//! Events per second through the inbox: accepted only, the whole cycle (accept, claim, settle), and the cycle with one
//! journaled send per event, which prices the journal.
//!
//! `cargo bench --bench inbox`, with rounds and events as arguments if others than 3 and 60000 are wanted.
//! `INBOX_URL=postgres://…` measures that database with one, two and three replicas instead of the embedded inboxes, or,
//! with a third argument, with none and with so many ids remembered (everything in its schemas `bench_0` and `bench_1` is lost).
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]
#![allow(clippy::disallowed_methods)] // a variable of its own: no server reads it here

mod database;
mod load;

use std::sync::Arc;
use std::time::Duration;

use line_bot_server::inbox::{Inbox, Settings, open};

use database::Database;
use load::{Measured, Work, run};

const SUBMITTERS: [usize; 2] = [64, 256];

fn main() {
    let mut arguments = std::env::args().skip(1).filter_map(|argument| argument.parse().ok());
    let mut argument = |otherwise| arguments.next().unwrap_or(otherwise);
    let (rounds, events, remembered) = (argument(3), argument(60_000), argument(0));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async {
        match std::env::var("INBOX_URL") {
            Ok(url) => shared(&url, rounds, events, remembered).await,
            Err(_) => embedded(rounds, events).await,
        }
    });
}

async fn embedded(rounds: usize, events: usize) {
    println!(
        "{:<8} {:>10} {:>12} {:>12} {:>14} {:>8}",
        "inbox", "submitters", "accept/s", "cycle/s", "journaled/s", "ratio"
    );
    for backend in ["memory", "sqlite"] {
        for submitters in SUBMITTERS {
            let mut best = [0.0_f64; 3];
            for _ in 0..rounds {
                for (best, work) in best.iter_mut().zip([Work::Accept, Work::Cycle, Work::Journal]) {
                    *best = best.max(once(backend, submitters, events, work).await.per_second);
                }
            }
            let [accept, cycle, journal] = best;
            let ratio = journal / cycle;
            println!(
                "{backend:<8} {submitters:>10} {accept:>12.0} {cycle:>12.0} {journal:>14.0} {ratio:>8.2}"
            );
        }
    }
}

async fn once(backend: &str, submitters: usize, events: usize, work: Work) -> Measured {
    let dir = tempfile::Builder::new().prefix("bench").tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let url = match backend {
        "memory" => "memory://".to_owned(),
        _ => format!("sqlite://{}/inbox.db", dir.path().display()),
    };
    let inbox = open(&Settings::new(url, u64::MAX)).await.unwrap();
    let measured = run(std::slice::from_ref(&inbox), submitters, events, work).await;
    inbox.close().await.unwrap();
    measured
}

async fn shared(url: &str, rounds: usize, events: usize, remembered: usize) {
    println!(
        "{:<8} {:>10} {:>12} {:>10} {:>9} {:>9} {:>14} {:>10} {:>12} {:>14}",
        "replicas",
        "submitters",
        "ids",
        "accept/s",
        "p50 ms",
        "p99 ms",
        "crowd",
        "WAL bytes",
        "cycle/s",
        "journaled/s"
    );
    let database = Database::connect(url).await;
    if remembered > 0 {
        return compare(&database, url, (rounds, events), SUBMITTERS[0], 1, &[0, remembered]).await;
    }
    for submitters in SUBMITTERS {
        for replicas in 1..=3 {
            compare(&database, url, (rounds, events), submitters, replicas, &[0]).await;
        }
    }
}

/// Rounds in turn over how many ids are remembered; the medians.
async fn compare(
    database: &Database,
    url: &str,
    (rounds, events): (usize, usize),
    submitters: usize,
    replicas: usize,
    remembered: &[usize],
) {
    let mut sides = Vec::new();
    for (n, ids) in remembered.iter().enumerate() {
        let schema = format!("bench_{n}");
        database.drop_schema(&schema).await;
        let inboxes = open_all(url, &schema, replicas).await;
        if *ids > 0 {
            database.remember(&schema, *ids).await;
        }
        sides.push((schema, inboxes, Vec::new()));
    }
    for _ in 0..rounds {
        for (schema, inboxes, lines) in &mut sides {
            lines.push(figures(database, schema, inboxes, submitters, events).await);
        }
    }
    for (ids, (schema, inboxes, lines)) in remembered.iter().zip(sides) {
        for inbox in inboxes {
            inbox.close().await.unwrap();
        }
        database.drop_schema(&schema).await;
        let [accept, p50, p99, crowd, wal, cycle, journal] = medians(&lines);
        println!(
            "{replicas:<8} {submitters:>10} {ids:>12} {accept:>10.0} {p50:>9.1} {p99:>9.1} {crowd:>14.1} {wal:>10.0} \
             {cycle:>12.0} {journal:>14.0}"
        );
    }
}

async fn open_all(url: &str, schema: &str, replicas: usize) -> Vec<Arc<dyn Inbox>> {
    let mut inboxes = Vec::new();
    for _ in 0..replicas {
        let mut settings = Settings::new(url, u64::MAX);
        settings.postgres.schema = schema.into();
        inboxes.push(open(&settings).await.unwrap());
    }
    inboxes
}

async fn figures(
    database: &Database,
    schema: &str,
    inboxes: &[Arc<dyn Inbox>],
    submitters: usize,
    events: usize,
) -> [f64; 7] {
    let before = database.cost(schema).await;
    let accept = run(inboxes, submitters, events, Work::Accept).await;
    let after = database.cost(schema).await;
    let statements = (after.statements - before.statements).max(1) as f64;
    let wal = (after.wal - before.wal) as f64 / events as f64;
    database.empty(schema).await;
    let cycle = run(inboxes, submitters, events, Work::Cycle).await;
    let journal = run(inboxes, submitters, events, Work::Journal).await;
    let at = |percent: usize| ms(accept.accepts[(accept.accepts.len() - 1) * percent / 100]);
    [accept.per_second, at(50), at(99), events as f64 / statements, wal, cycle.per_second, journal.per_second]
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn medians(lines: &[[f64; 7]]) -> [f64; 7] {
    std::array::from_fn(|column| {
        let mut values: Vec<f64> = lines.iter().map(|line| line[column]).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    })
}
