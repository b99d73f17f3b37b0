//! Who submits events, and who handles them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use line_bot_server::clock::{Clock, Timestamp};
use line_bot_server::inbox::*;
use line_bot_server::line::{ChatId, RawEvent, UserId};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

const CHATS: usize = 1000;
const SLOTS: usize = 64;
const LEASE: Duration = Duration::from_secs(30);

/// What is done with an event after it was accepted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Work {
    Accept,
    Cycle,
    Journal,
}

/// What came of it.
pub(crate) struct Measured {
    pub(crate) per_second: f64,
    /// How long each accept took, sorted.
    pub(crate) accepts: Vec<Duration>,
}

/// Lets `submitters` share out `events` over replicas, each with an inbox and a worker of its own.
pub(crate) async fn run(
    replicas: &[Arc<dyn Inbox>],
    submitters: usize,
    events: usize,
    work: Work,
) -> Measured {
    let started = Instant::now();
    let (next, done) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let mut submitting = Vec::new();
    let mut handling = Vec::new();
    for (n, inbox) in replicas.iter().enumerate() {
        let wake = Arc::new(Notify::new());
        for _ in (n..submitters).step_by(replicas.len()) {
            submitting.push(submit(Arc::clone(inbox), Arc::clone(&wake), Arc::clone(&next), events));
        }
        if work != Work::Accept {
            let journal = work == Work::Journal;
            handling.push(tokio::spawn(handle(Arc::clone(inbox), wake, Arc::clone(&done), events, journal)));
        }
    }
    let mut accepts = Vec::with_capacity(events);
    for submitter in submitting {
        accepts.extend(submitter.await.unwrap());
    }
    for handler in handling {
        handler.await.unwrap();
    }
    accepts.sort_unstable();
    Measured { per_second: events as f64 / started.elapsed().as_secs_f64(), accepts }
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

fn delivery(n: usize, json: &Bytes) -> Delivery {
    let event = RawEvent {
        id: id(n).into(),
        kind: "message".into(),
        chat: Some(ChatId::User(UserId::from(format!("U{:032}", n % CHATS)))),
        timestamp: Some(Timestamp::from_millis(Clock::system().now().wall.as_millis())),
        redelivery: false,
        message_id: Some(format!("46123096684206{n:05}").into()),
        unsends: None,
        json: json.clone(),
    };
    let destination = format!("U{:032}", 0).into();
    Delivery { channel: "default".into(), destination, events: vec![event] }
}

fn submit(
    inbox: Arc<dyn Inbox>,
    wake: Arc<Notify>,
    next: Arc<AtomicUsize>,
    events: usize,
) -> JoinHandle<Vec<Duration>> {
    let json = Bytes::from("x".repeat(700));
    tokio::spawn(async move {
        let mut took = Vec::new();
        loop {
            let n = next.fetch_add(1, Ordering::Relaxed);
            if n >= events {
                return took;
            }
            let delivery = delivery(n, &json);
            let begun = Instant::now();
            inbox.accept(delivery, Clock::system().now()).await.unwrap();
            took.push(begun.elapsed());
            wake.notify_one();
        }
    })
}

/// A worker of 64 slots with a handler that does nothing, or makes one send.
async fn handle(
    inbox: Arc<dyn Inbox>,
    wake: Arc<Notify>,
    done: Arc<AtomicUsize>,
    events: usize,
    journal: bool,
) {
    let free = Arc::new(AtomicUsize::new(SLOTS));
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
                // A claim in PostgreSQL passes over a chat that is just being changed.
                let _ = tokio::time::timeout(Duration::from_millis(5), woken).await;
            }
            continue;
        }
        free.fetch_sub(claims.chats.len(), Ordering::AcqRel);
        for claimed in claims.chats {
            let (inbox, wake) = (Arc::clone(&inbox), Arc::clone(&wake));
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
