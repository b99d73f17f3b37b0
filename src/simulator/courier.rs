//! Brings webhooks to the bot: signed, in the order of each chat, and again if they were not answered with 2xx.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;

use crate::line::ChatId;

use super::event::{self, WebhookEvent};
use super::happening::Happening;
use super::ledger::{Delivered, Outcome};
use super::sim::Sim;

/// Whether and when events come again that were not answered with 2xx.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Redelivery {
    /// Never: LINE's default.
    Off,
    /// After each of these waits in turn, then never again. The chat goes on meanwhile, as on LINE: the order may suffer.
    Schedule(Vec<Duration>),
    /// Again and again until a 2xx. The chat's later events wait behind it, so that the order is kept.
    UntilAcked {
        /// The wait before each attempt.
        every: Duration,
    },
}

/// Events that go to the bot in one body.
#[derive(Clone, Debug)]
pub struct Parcel {
    events: Vec<WebhookEvent>,
    copies: u32,
    at_once: bool,
    redelivery: bool,
    attempt: usize,
}

impl Parcel {
    /// One body with these events. It waits its turn behind what is under way in the first event's chat.
    pub fn of(events: impl IntoIterator<Item = WebhookEvent>) -> Self {
        let events = events.into_iter().collect();
        Self { events, copies: 1, at_once: false, redelivery: false, attempt: 0 }
    }

    /// Delivers the same body this many times, one after the other, whatever the answers.
    #[must_use]
    pub fn copies(mut self, copies: u32) -> Self {
        self.copies = copies;
        self
    }

    /// Waits for nothing: deliveries of one chat, copies too, may then be under way at the same time.
    #[must_use]
    pub fn at_once(mut self) -> Self {
        self.at_once = true;
        self
    }

    /// Marks the events as redelivered (`isRedelivery: true`).
    #[must_use]
    pub fn as_redelivery(mut self) -> Self {
        self.redelivery = true;
        self
    }

    fn chat(&self) -> Option<ChatId> {
        if self.at_once { None } else { self.events.first().and_then(|event| event.chat.clone()) }
    }
}

/// Why there is no HTTP client.
pub(super) type NoClient = Box<dyn std::error::Error + Send + Sync>;

/// One POST's answer, or why there is none.
pub(super) struct Posted {
    pub(super) outcome: Outcome,
    pub(super) latency: Duration,
}

/// The way to the bot.
pub(super) struct Courier {
    client: reqwest::Client,
    under_way: Arc<Semaphore>,
    /// What waits in each chat that has a delivery under way.
    lanes: Mutex<HashMap<ChatId, VecDeque<Parcel>>>,
}

impl Courier {
    pub(super) fn new(timeout: Duration, concurrency: usize) -> Result<Self, NoClient> {
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(timeout)
            .tls_backend_preconfigured(no_tls()?)
            .build()?;
        let under_way = Arc::new(Semaphore::new(concurrency.max(1)));
        Ok(Self { client, under_way, lanes: Mutex::default() })
    }

    /// POSTs `body` as LINE does. Without a signature, none is sent.
    pub(super) async fn post(&self, url: Option<&str>, body: Vec<u8>, signature: Option<String>) -> Posted {
        let begun = Instant::now();
        let outcome = match url {
            None => Outcome::CouldNotConnect,
            Some(url) => {
                let mut request = self
                    .client
                    .post(url)
                    .header("content-type", "application/json; charset=utf-8")
                    .header("user-agent", "LineBotWebhook/2.0")
                    .body(body);
                if let Some(signature) = signature {
                    request = request.header("x-line-signature", signature);
                }
                outcome_of(request.send().await)
            }
        };
        Posted { outcome, latency: begun.elapsed() }
    }

    /// Puts `parcel` into its chat's lane; true if the lane needs somebody to empty it.
    fn queue(&self, chat: &ChatId, parcel: Parcel) -> bool {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        let busy = lanes.get_mut(chat);
        let idle = busy.is_none();
        match busy {
            Some(lane) => lane.push_back(parcel),
            None => drop(lanes.insert(chat.clone(), VecDeque::from([parcel]))),
        }
        idle
    }

    /// The next parcel of a lane; an empty lane ends.
    fn next(&self, chat: &ChatId) -> Option<Parcel> {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        let parcel = lanes.get_mut(chat).and_then(VecDeque::pop_front);
        if parcel.is_none() {
            lanes.remove(chat);
        }
        parcel
    }
}

/// Sends `parcel` on its way.
pub(super) fn send(sim: &Sim, parcel: Parcel) {
    match parcel.chat() {
        Some(chat) => {
            if sim.courier.queue(&chat, parcel) {
                sim.spawn(empty_lane(Arc::clone(sim), chat));
            }
        }
        None => {
            let single = Parcel { copies: 1, ..parcel };
            for _ in 1..parcel.copies {
                sim.spawn(carry(Arc::clone(sim), single.clone()));
            }
            sim.spawn(carry(Arc::clone(sim), single));
        }
    }
}

async fn empty_lane(sim: Sim, chat: ChatId) {
    while let Some(parcel) = sim.courier.next(&chat) {
        carry(Arc::clone(&sim), parcel).await;
    }
}

/// Delivers one parcel, and arranges what follows if it is not taken.
async fn carry(sim: Sim, mut parcel: Parcel) {
    for _ in 1..parcel.copies {
        deliver(&sim, &parcel).await;
    }
    parcel.copies = 1;
    while !deliver(&sim, &parcel).await {
        let redelivery = sim.state().redelivery.clone();
        let attempt = parcel.attempt;
        parcel.attempt += 1;
        parcel.redelivery = true;
        match redelivery {
            Redelivery::Off => return,
            Redelivery::UntilAcked { every } => tokio::time::sleep(every).await,
            Redelivery::Schedule(waits) => {
                if let Some(wait) = waits.get(attempt) {
                    send_later(&sim, *wait, parcel);
                }
                return;
            }
        }
    }
}

fn send_later(sim: &Sim, wait: Duration, parcel: Parcel) {
    let later = Arc::clone(sim);
    sim.spawn(async move {
        tokio::time::sleep(wait).await;
        send(&later, parcel);
    });
}

/// One POST with its entry in the ledger; true if the bot took it.
async fn deliver(sim: &Sim, parcel: &Parcel) -> bool {
    let Ok(_permit) = sim.courier.under_way.acquire().await else { return true };
    let (url, body, at) = {
        let mut state = sim.state();
        let now = sim.now();
        for token in parcel.events.iter().filter_map(|event| event.reply_token.as_deref()) {
            state.world.replies.delivered(token, now);
        }
        let body = event::body(&state.world.bot, &parcel.events, parcel.redelivery);
        (state.world.webhook.clone(), body, now)
    };
    let signature = sim.sign(&body);
    let Posted { outcome, latency } = sim.courier.post(url.as_deref(), body, Some(signature)).await;
    let acked = outcome.acked();
    tracing::debug!(events = parcel.events.len(), redelivery = parcel.redelivery, %outcome, "webhook delivered");
    let events: Vec<_> = parcel.events.iter().map(|event| event.id.clone()).collect();
    sim.tell(Happening::Webhook {
        events: events.len(),
        redelivery: parcel.redelivery,
        outcome: outcome.clone(),
        latency,
    });
    let redelivery = parcel.redelivery;
    sim.state().ledger.delivered(Delivered { events, redelivery, outcome, latency, at });
    sim.ring();
    acked
}

fn outcome_of(answer: Result<reqwest::Response, reqwest::Error>) -> Outcome {
    match answer {
        Ok(response) => Outcome::Answered(response.status().as_u16()),
        Err(error) if error.is_timeout() => Outcome::TimedOut,
        Err(error) if error.is_connect() || error.is_builder() => Outcome::CouldNotConnect,
        Err(_) => Outcome::Broken,
    }
}

/// The client wants a TLS set-up even for plain HTTP: one that trusts nobody.
fn no_tls() -> Result<rustls::ClientConfig, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config =
        rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(config.with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth())
}
