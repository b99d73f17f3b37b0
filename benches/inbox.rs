//! Events per second through the inbox: accepted only, the whole cycle (accept, claim, settle), and the cycle with one
//! journaled send per event, which prices the journal. `cargo bench --bench inbox`, with `ROUNDS` and `EVENTS` as
//! arguments if others than 3 and 60000 are wanted.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use line_bot_server::clock::{Clock, Timestamp};
use line_bot_server::inbox::*;
use line_bot_server::line::{ChatId, RawEvent, UserId};
use tokio::sync::Notify;

const CHATS: usize = 1000;
const SLOTS: usize = 64;
const LEASE: Duration = Duration::from_secs(30);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Work {
    Accept,
    Cycle,
    Journal,
}

fn main() {
    let mut arguments = std::env::args().skip(1).filter_map(|argument| argument.parse().ok());
    let (rounds, events) = (arguments.next().unwrap_or(3), arguments.next().unwrap_or(60_000));
    println!(
        "{:<8} {:>10} {:>12} {:>12} {:>14} {:>8}",
        "inbox", "submitters", "accept/s", "cycle/s", "journaled/s", "ratio"
    );
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    for backend in ["memory", "sqlite"] {
        for submitters in [64, 256] {
            let best = |work| {
                let run = |_| runtime.block_on(measure(backend, submitters, events, work));
                (0..rounds).map(run).fold(0.0, f64::max)
            };
            let (accept, cycle, journal) = (best(Work::Accept), best(Work::Cycle), best(Work::Journal));
            let ratio = journal / cycle;
            println!(
                "{backend:<8} {submitters:>10} {accept:>12.0} {cycle:>12.0} {journal:>14.0} {ratio:>8.2}"
            );
        }
    }
}

/// A ULID of about now, with a random-looking end.
fn id(n: usize) -> String {
    let random = (n as u128).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835) & ((1 << 80) - 1);
    let mut number = (Clock::system().now().wall.as_millis() as u128) << 80 | random;
    let mut digits = [0_u8; 26];
    for digit in digits.iter_mut().rev() {
        *digit = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ"[(number & 31) as usize];
        number >>= 5;
    }
    String::from_utf8_lossy(&digits).into_owned()
}

fn delivery(n: usize, json: &Bytes, chats: &[UserId], proto: &Delivery) -> Delivery {
    let event = RawEvent {
        id: id(n).into(),
        kind: "message".into(),
        chat: Some(ChatId::User(chats[n % CHATS].clone())),
        timestamp: Some(Timestamp::from_millis(Clock::system().now().wall.as_millis())),
        redelivery: false,
        message_id: Some(format!("46123096684206{n:05}").into()),
        unsends: None,
        json: json.clone(),
    };
    Delivery { events: vec![event], ..proto.clone() }
}

async fn measure(backend: &str, submitters: usize, events: usize, work: Work) -> f64 {
    let dir = tempfile::Builder::new().prefix("bench").tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let url = match backend {
        "memory" => "memory://".to_owned(),
        _ => format!("sqlite://{}/inbox.db", dir.path().display()),
    };
    let inbox = open(&Settings { url, max_pending: u64::MAX }).await.unwrap();
    let wake = Arc::new(Notify::new());
    let started = Instant::now();
    let submitting = submit(&inbox, &wake, submitters, events);
    if work != Work::Accept {
        handle(&inbox, &wake, events, work == Work::Journal).await;
    }
    for submitter in submitting {
        submitter.await.unwrap();
    }
    let took = started.elapsed();
    inbox.close().await.unwrap();
    events as f64 / took.as_secs_f64()
}

fn submit(
    inbox: &Arc<dyn Inbox>,
    wake: &Arc<Notify>,
    submitters: usize,
    events: usize,
) -> Vec<tokio::task::JoinHandle<()>> {
    let json = Bytes::from("x".repeat(700));
    let chats: Arc<Vec<UserId>> = Arc::new((0..CHATS).map(|n| format!("U{n:032}").into()).collect());
    let proto =
        Delivery { channel: "default".into(), destination: format!("U{:032}", 0).into(), events: vec![] };
    let next = Arc::new(AtomicUsize::new(0));
    let submitter = |_| {
        let (inbox, wake, next) = (Arc::clone(inbox), Arc::clone(wake), Arc::clone(&next));
        let (json, chats, proto) = (json.clone(), Arc::clone(&chats), proto.clone());
        tokio::spawn(async move {
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                if n >= events {
                    break;
                }
                let delivery = delivery(n, &json, &chats, &proto);
                inbox.accept(delivery, Clock::system().now()).await.unwrap();
                wake.notify_one();
            }
        })
    };
    (0..submitters).map(submitter).collect()
}

/// A worker of 64 slots with a handler that does nothing, or makes one send.
async fn handle(inbox: &Arc<dyn Inbox>, wake: &Arc<Notify>, events: usize, journal: bool) {
    let free = Arc::new(AtomicUsize::new(SLOTS));
    let done = Arc::new(AtomicUsize::new(0));
    while done.load(Ordering::Acquire) < events {
        let woken = wake.notified();
        let slots = free.load(Ordering::Acquire);
        let claims = if slots == 0 {
            Claims::default()
        } else {
            inbox.claim(slots, LEASE, Clock::system().now()).await.unwrap()
        };
        if claims.chats.is_empty() {
            if done.load(Ordering::Acquire) < events {
                woken.await;
            }
            continue;
        }
        free.fetch_sub(claims.chats.len(), Ordering::AcqRel);
        for claimed in claims.chats {
            let (inbox, wake) = (Arc::clone(inbox), Arc::clone(wake));
            let (free, done) = (Arc::clone(&free), Arc::clone(&done));
            tokio::spawn(async move {
                if journal {
                    send(&*inbox, &claimed.lease).await;
                }
                inbox.settle(&claimed.lease, Outcome::Done, Clock::system().now()).await.unwrap();
                free.fetch_add(1, Ordering::AcqRel);
                done.fetch_add(1, Ordering::AcqRel);
                wake.notify_one();
            });
        }
    }
}

async fn send(inbox: &dyn Inbox, lease: &Lease) {
    let entry = SendEntry { key: "#0".into(), part: 0, route: Route::Reply };
    let note = SendNote { entry: entry.clone(), hash: [7; 32] };
    inbox.note(lease, vec![note], Clock::system().now()).await.unwrap();
    let result = SendResult::Accepted { request_id: Some("an id of a request".into()), sent: vec![] };
    inbox.result(lease, entry, result).await.unwrap();
}
