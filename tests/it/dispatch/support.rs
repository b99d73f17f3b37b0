//! What the tests of dispatch and journal run on: a world with one inbox, one LINE and one clock that stands still.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod line;
mod on;
mod stuck;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use line_bot_server::client::{self, Client, TokenSource};
use line_bot_server::clock::{Clock, Now, Timestamp};
use line_bot_server::dispatch::{Context, Fallback, Handler, HandlerError, Settings, Step, Worker};
use line_bot_server::inbox::{Delivery, Filter, Inbox, ParkReason, Shown};
use line_bot_server::line::{Channel, ChatId, GroupId, MessageId, RawEvent, RoomId, UserId, WebhookEventId};
use serde_json::Value;
use tokio::sync::Notify;

pub(crate) use line::{Delivered, Fault, Line};
pub(crate) use on::{On, on_every_inbox, on_one_inbox};
pub(crate) use stuck::{Point, Stuck};

use on::Place;

pub(crate) const LEASE: Duration = Duration::from_secs(30);
pub(crate) const START: Timestamp = Timestamp::from_millis(1_793_001_600_000);

pub(crate) fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

pub(crate) fn secs(s: u64) -> Duration {
    Duration::from_secs(s)
}

pub(crate) struct World {
    pub(crate) clock: Clock,
    pub(crate) inbox: Arc<dyn Inbox>,
    pub(crate) line: Arc<Line>,
    pub(crate) wake: Arc<Notify>,
    pub(crate) settings: Settings,
    place: Place,
}

impl On {
    /// A world on an empty inbox.
    pub(crate) async fn world(self) -> World {
        let (inbox, place) = self.open(START).await;
        let clock = Clock::manual(START);
        let settings = Settings {
            concurrency: 8,
            timeout: secs(60),
            attempts: 6,
            backoff: secs(1),
            lease: LEASE,
            fallback: Fallback::Push,
        };
        World { clock, inbox, line: Arc::default(), wake: Arc::default(), settings, place }
    }
}

impl World {
    /// Moves the clock, and the database's with it.
    pub(crate) async fn advance(&self, by: Duration) {
        self.clock.advance(by);
        if let Place::Schema(database) = &self.place {
            database.set(self.clock.now().wall.as_millis()).await;
        }
    }

    pub(crate) fn client(&self) -> Client {
        let settings = client::Settings {
            channel: channel(),
            api_base_url: "http://line.test".to_owned(),
            data_api_base_url: "http://data.line.test".to_owned(),
            manager_base_url: "http://manager.line.test".to_owned(),
            attempt_timeout: secs(10),
            attempts: 1,
            backoff: ms(1),
            pacing_wait: secs(10),
        };
        let line: Arc<Line> = Arc::clone(&self.line);
        Client::new(settings, line, TokenSource::fixed("channel-access-token".into()), self.clock.clone())
    }

    /// A server on this inbox; several may follow each other, as after a crash, or run beside each other.
    pub(crate) fn worker<H: Handler>(&self, handler: H) -> Worker<H> {
        self.worker_on(Arc::clone(&self.inbox), handler)
    }

    pub(crate) fn worker_on<H: Handler>(&self, inbox: Arc<dyn Inbox>, handler: H) -> Worker<H> {
        let clients = HashMap::from([(channel(), self.client())]);
        let (wake, clock) = (Arc::clone(&self.wake), self.clock.clone());
        Worker::new(self.settings.clone(), inbox, handler, clients, wake, clock)
    }

    pub(crate) async fn accept(&self, events: impl IntoIterator<Item = RawEvent>) {
        self.accept_now(events.into_iter().collect(), self.clock.now()).await;
        self.wake.notify_one();
    }

    /// Accepts them at another time by this machine's clock, which was set since.
    pub(crate) async fn accept_at(&self, wall: Timestamp, events: impl IntoIterator<Item = RawEvent>) {
        let now = self.clock.now();
        self.accept_now(events.into_iter().collect(), Now { wall, ..now }).await;
    }

    async fn accept_now(&self, events: Vec<RawEvent>, now: Now) {
        let delivery = Delivery { channel: channel(), destination: "Ubot".into(), events };
        self.inbox.accept(delivery, now).await.unwrap();
    }

    /// Handles what is due, with a server of its own.
    pub(crate) async fn run<H: Handler>(&self, handler: H) {
        let worker = self.worker(handler);
        while let Step::Started(_) = worker.step().await {
            worker.settled().await;
        }
    }

    /// Lets the next attempt fall due and handles it.
    pub(crate) async fn run_again<H: Handler>(&self, handler: H) {
        self.advance(secs(2)).await;
        self.run(handler).await;
    }

    /// Runs a handler on a server that dies at `point`, and waits until its lease is over.
    pub(crate) async fn crash<H: Handler>(&self, point: Point, handler: H) {
        let stuck = Arc::new(Stuck::new(Arc::clone(&self.inbox), point));
        if point == Point::AfterCall {
            self.line.fault(Fault::HangsAfter);
        }
        let worker = self.worker_on(Arc::clone(&stuck) as Arc<dyn Inbox>, handler);
        assert_eq!(worker.step().await, Step::Started(1));
        if point == Point::AfterCall {
            self.line.hung.notified().await;
        } else {
            stuck.reached.notified().await;
        }
        self.advance(LEASE + secs(1)).await;
    }

    pub(crate) async fn show(&self, id: &str) -> Option<Shown> {
        self.inbox.show(&channel(), &WebhookEventId::from(id)).await.unwrap()
    }

    /// Why an event was parked; `None` if it was not.
    pub(crate) async fn parked(&self, id: &str) -> Option<ParkReason> {
        self.show(id).await?.listed.parked.map(|(parked, _)| parked.reason)
    }

    /// What the CLI says of a parked event.
    pub(crate) async fn detail(&self, id: &str) -> String {
        self.show(id).await.unwrap().listed.parked.unwrap().0.detail
    }

    /// What the CLI says of an event that failed.
    pub(crate) async fn last_error(&self, id: &str) -> String {
        self.show(id).await.unwrap().listed.last_error.unwrap()
    }

    pub(crate) async fn is_done(&self, id: &str) -> bool {
        self.show(id).await.is_none()
    }

    pub(crate) async fn retry(&self, resend: bool) -> u64 {
        self.inbox.retry(Filter::default(), resend, self.clock.now()).await.unwrap()
    }
}

pub(crate) fn channel() -> Channel {
    Channel::from("default")
}

/// A text message of user `U1`, with a reply token.
pub(crate) fn text(id: &str) -> RawEvent {
    text_in(id, ChatId::User(UserId::from("U1")))
}

/// A text message in a chat, with a reply token.
pub(crate) fn text_in(id: &str, chat: ChatId) -> RawEvent {
    event(id, Some(chat), serde_json::json!({ "replyToken": format!("token-{id}") }))
}

/// A text message with these fields besides the usual ones.
pub(crate) fn event(id: &str, chat: Option<ChatId>, more: impl Into<Value>) -> RawEvent {
    let source = match &chat {
        Some(ChatId::User(id)) => serde_json::json!({ "type": "user", "userId": id }),
        Some(ChatId::Group(id)) => serde_json::json!({ "type": "group", "groupId": id, "userId": "U9" }),
        Some(ChatId::Room(id)) => serde_json::json!({ "type": "room", "roomId": id, "userId": "U9" }),
        None => Value::Null,
    };
    let mut json = serde_json::json!({
        "type": "message",
        "message": { "type": "text", "id": format!("m-{id}"), "text": "hi", "quoteToken": "q" },
        "webhookEventId": id,
        "deliveryContext": { "isRedelivery": false },
        "timestamp": START.as_millis(),
        "mode": "active",
    });
    let fields = json.as_object_mut().unwrap();
    if !source.is_null() {
        fields.insert("source".to_owned(), source);
    }
    fields.extend(more.into().as_object().unwrap().clone());
    RawEvent {
        id: id.into(),
        kind: fields["type"].as_str().unwrap().into(),
        chat,
        timestamp: Some(START),
        redelivery: false,
        message_id: Some(MessageId::from(format!("m-{id}"))),
        unsends: None,
        json: Bytes::from(json.to_string()),
    }
}

/// The user takes back the message of event `of`.
pub(crate) fn unsend(id: &str, of: &str) -> RawEvent {
    let message = format!("m-{of}");
    let more = serde_json::json!({ "type": "unsend", "unsend": { "messageId": message } });
    RawEvent { message_id: None, unsends: Some(message.into()), ..event(id, user("U1"), more) }
}

pub(crate) fn user(id: &str) -> Option<ChatId> {
    Some(ChatId::User(UserId::from(id)))
}

pub(crate) fn group(id: &str) -> ChatId {
    ChatId::Group(GroupId::from(id))
}

pub(crate) fn room(id: &str) -> ChatId {
    ChatId::Room(RoomId::from(id))
}

/// The ways, as a handler takes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    Reply,
    Push,
    Multicast,
    Narrowcast,
    Broadcast,
}

impl By {
    pub(crate) const ALL: [Self; 5] =
        [Self::Reply, Self::Push, Self::Multicast, Self::Narrowcast, Self::Broadcast];
    /// Those under a retry key.
    pub(crate) const KEYED: [Self; 4] = [Self::Push, Self::Multicast, Self::Narrowcast, Self::Broadcast];
}

/// Says one text by one way.
pub(crate) async fn say(cx: &Context, by: By, text: &str) -> Result<(), HandlerError> {
    match by {
        By::Reply => drop(cx.respond(text).reply_only().await?),
        By::Push => drop(cx.push(text).await?),
        By::Multicast => drop(cx.multicast(["U5", "U6"], text).await?),
        By::Narrowcast => drop(cx.narrowcast(text).await?),
        By::Broadcast => drop(cx.broadcast(text).await?),
    }
    Ok(())
}
