//! A LINE Platform on the developer's machine: the other side of the tests, and of `demo`.
//!
//! It knows only [`line`](crate::line): a bot talks to it over HTTP alone, as it does to LINE, and so cannot tell
//! the difference. It keeps LINE's documented rules: single-use reply tokens with their minute, retry keys with
//! their 409, quote tokens bound to their chat, error bodies, request ids; where LINE says nothing, the choice is
//! noted at its place.
//!
//! - People act ([`Act`], [`Simulator::happen`], [`Simulator::say`]) and webhook events come of it.
//! - The events are delivered, signed, each chat in its order ([`Parcel`], [`Redelivery`]).
//! - The bot answers over the API (`src/simulator/api`, one file per chapter of LINE's reference).
//! - What was done is in the [`Ledger`]; [`Simulator::wait_for`] waits for it without polling.
//! - Whom it can send to at once, and under which rules: [`Attributes`], [`Simulator::crowd`], [`Simulator::audience`],
//!   [`NarrowcastRules`].
//! - What goes wrong is said beforehand: [`Fault`].
//!
//! Each endpoint has a name in the ledger and in faults: `push`, `rich-menu-batch`; `unknown` is every path that is
//! LINE's 404. `GET /_sim/endpoints` lists them.
//!
//! # Its own controls over HTTP
//!
//! Beside LINE's paths it serves `/_sim/`, without a token, JSON in and out:
//!
//! | | |
//! |---|---|
//! | `POST /_sim/point` | `{"url": "http://127.0.0.1:8080/callback"}`: the bot's webhook URL |
//! | `POST /_sim/say` | `{"user": "Alice", "text": "hi"}`. Instead of `text`: `sticker: {packageId, stickerId}`, `location: {title?, address?, latitude, longitude}`, `image`, `video` or `audio` (Base64), `file: {name, bytes}` (Base64), `postback: "data"`. Besides: `group` or `room` (a name), `quote` (a message id), `standby`, `copies` |
//! | `POST /_sim/act` | `{"act": "follow", "user": "Alice"}`, also `unfollow`; `{"act": "join", "group": "Team"}`, also `leave`; `{"act": "memberJoined", "group": "Team", "users": ["Bob"]}`, also `memberLeft`; `{"act": "edit", "message": "…", "text": "…"}`; `room` may stand for `group` |
//! | `POST /_sim/unsend` | `{"message": "…"}` |
//! | `POST /_sim/deliver` | `{"events": [{…}], "redelivery": false, "copies": 1}`: ready-made events in one body |
//! | `POST /_sim/post?signature=right` | the body is POSTed to the bot as it is; `right`, `wrong` or `none` |
//! | `POST /_sim/fault` | `{"endpoint": "push", "harm": "answer", "status": 500}`; harms: `answer` (`status`, `body?`), `hangUp`, `delay` (`millis`), `slowBody` (`millis` per byte), `cutBody`; besides `afterDoing`, `skip`, `times` |
//! | `DELETE /_sim/fault` | forgets faults not yet played |
//! | `POST /_sim/person` | `{"user": "Alice", "gender": "female", "age": 31, "appType": "ios", "area": "jp_13", "friendDays": 40}`: everything LINE is to know of her; what is left out is unknown |
//! | `POST /_sim/crowd` | `{"name": "Fan", "count": 120}`: friends `Fan 1` to `Fan 120`, of mixed attributes |
//! | `POST /_sim/audience` | `{"description": "regulars", "users": ["Alice"], "audienceGroupId": 7}` (the id may be left out): an audience of uploaded user ids, ready at once |
//! | `POST /_sim/narrowcast` | any of `minimumReach`, `minimumRecipients`, `minimumAudience` (how many people LINE asks for), `waitingMillis`, `sendingMillis` (how long each takes), `fail` (an `errorCode` for the next), `past: {"requestId": "…", "reached": ["Alice"]}` (one to redeliver to) |
//! | `POST /_sim/membership` | `{"title": "Gold", "price": 500, "members": ["Alice"]}`: a membership plan, and who joins it |
//! | `GET /_sim/ledger`, `GET /_sim/people`, `GET /_sim/endpoints` | what was done; who is there; the names of endpoints |
//!
//! People, groups and rooms named here come into being when first named; their ids are the same at every start.

mod account;
mod act;
mod api;
mod assertion;
mod attributes;
mod audience;
mod calendar;
mod check;
mod control;
mod coupon;
mod courier;
mod crowd;
mod event;
mod fault;
mod happening;
mod ledger;
mod liff;
mod listen;
mod membership;
mod message;
mod mint;
mod modules;
mod narrowcast;
mod offers;
mod people;
mod quota;
mod rich_menu;
mod send;
mod sim;
mod statistics;
mod token;
mod world;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::broadcast;

use crate::clock::{Clock, Timestamp};
use crate::line::{BotUserId, ChannelSecret, ChatId, GroupId, MessageId, RoomId, UserId};

pub use account::LINK_TOKEN_LIFE;
pub use act::{Act, Content, Location, Media, Mentioned, Sticker, Text};
pub use assertion::AssertionKey;
pub use attributes::{AppType, Attributes, Gender};
pub use audience::AudienceFate;
pub use courier::{Parcel, Redelivery};
pub use event::WebhookEvent;
pub use fault::{Fault, Harm};
pub use happening::Happening;
pub use ledger::{Call, Delivered, Heard, Ledger, Outcome, Via};
pub use message::Stuff;
pub use narrowcast::{NARROWCAST_LIFE, NarrowcastFailure, NarrowcastRules};
pub use people::{Gathering, People, Person, Standing};
pub use send::RETRY_KEY_LIFE;
pub use token::{REPLY_TOKEN_LAST, REPLY_TOKEN_LIFE, SHORT_LIVED_TOKEN_LIFE, STATELESS_TOKEN_LIFE};
pub use world::CannotHappen;

use courier::Courier;
use message::Prepared;
use sim::{Shared, Sim};

/// LINE's documented time for a webhook to be answered.
const WEBHOOK_TIMEOUT: Duration = Duration::from_secs(2);
/// POSTs to the bot that may be under way at the same time.
const WEBHOOK_CONCURRENCY: usize = 64;

/// How a simulator is to be. The default listens on a free loopback port, with a throw-away secret and token.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Allows addresses that other machines reach. The controls ask for no token: think twice.
    pub allow_remote: bool,
    /// The channel secret that signs webhooks and issues tokens.
    pub secret: ChannelSecret,
    /// The long-lived channel access token; empty for none.
    pub access_token: SecretString,
    /// The channel id, for issuing tokens.
    pub channel_id: String,
    /// The public key that is registered for the channel; without one, nobody can prove anything by an assertion.
    pub assertion_key: Option<AssertionKey>,
    /// The bot's display name.
    pub bot_name: String,
    /// What all rules about time go by. (Waits of redelivery and faults are real time.)
    pub clock: Clock,
    /// What comes again.
    pub redelivery: Redelivery,
    /// How long the bot may take to answer a webhook.
    pub webhook_timeout: Duration,
    /// How many webhooks may be under way at the same time, at least 1.
    pub webhook_concurrency: usize,
    /// Messages that may be sent, counted per recipient; none is no limit.
    pub quota: Option<u64>,
    /// How many people narrowcasts need, and how long they take.
    pub narrowcast: NarrowcastRules,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            allow_remote: false,
            secret: ChannelSecret::throw_away(),
            access_token: mint::token().into(),
            channel_id: "1234567890".to_owned(),
            assertion_key: None,
            bot_name: "Simulated Bot".to_owned(),
            clock: Clock::system(),
            redelivery: Redelivery::Off,
            webhook_timeout: WEBHOOK_TIMEOUT,
            webhook_concurrency: WEBHOOK_CONCURRENCY,
            quota: None,
            narrowcast: NarrowcastRules::default(),
        }
    }
}

/// Why a simulator does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Its controls ask for no token, so it must not be reachable from elsewhere.
    #[error(
        "the simulator listens on loopback addresses only, not on {0}: use 127.0.0.1, or allow remote access"
    )]
    NotLoopback(SocketAddr),
    /// The address is taken, or not ours.
    #[error("the simulator cannot listen on {address}: {source}")]
    Listen {
        /// Where it was to listen.
        address: SocketAddr,
        /// Why it cannot.
        source: io::Error,
    },
    /// The HTTP client that delivers webhooks could not be made.
    #[error("the simulator's HTTP client could not be made: {0}")]
    Client(Box<dyn std::error::Error + Send + Sync>),
}

/// What was waited for did not come.
#[derive(Debug, thiserror::Error)]
#[error(
    "not within {within:?}; so far the ledger has {calls} calls, {heard} messages heard, {deliveries} deliveries, \
     {acked} events acked"
)]
pub struct NotInTime {
    within: Duration,
    calls: usize,
    heard: usize,
    deliveries: usize,
    acked: usize,
}

/// How a raw body is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signature {
    /// With the channel secret.
    Right,
    /// With another secret.
    Wrong,
    /// No `x-line-signature` at all.
    None,
    /// This header value.
    Given(String),
}

/// A running simulator. Ends with [`stop`](Self::stop), or when dropped.
pub struct Simulator {
    sim: Sim,
    address: SocketAddr,
}

impl Simulator {
    /// Starts listening.
    ///
    /// # Errors
    /// The address is not a loopback one, or cannot be listened on.
    pub async fn start(settings: Settings) -> Result<Self, StartError> {
        let address = settings.listen;
        if !settings.allow_remote && !address.ip().is_loopback() {
            return Err(StartError::NotLoopback(address));
        }
        let courier = Courier::new(settings.webhook_timeout, settings.webhook_concurrency)
            .map_err(StartError::Client)?;
        let listening = |source| StartError::Listen { address, source };
        let listener = TcpListener::bind(address).await.map_err(listening)?;
        let address = listener.local_addr().map_err(listening)?;
        let bot = mint::lasting('U', &format!("bot {}", settings.channel_id));
        let sim = Arc::new(Shared::new(settings, bot, courier));
        let router = api::routes(&sim).nest("/_sim", control::routes(&sim)).with_state(Arc::clone(&sim));
        sim.spawn(listen::accept(Arc::clone(&sim), listener, router));
        Ok(Self { sim, address })
    }

    /// What to set `LINE_API_BASE_URL` and `LINE_DATA_API_BASE_URL` to, without a slash at the end.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops: connections are closed, waiting deliveries dropped.
    pub async fn stop(self) {
        self.sim.stop.cancel();
        self.sim.tasks.close();
        self.sim.tasks.wait().await;
    }

    /// The channel secret.
    pub fn secret(&self) -> &str {
        self.sim.secret.expose()
    }

    /// The long-lived channel access token.
    pub fn access_token(&self) -> &str {
        self.sim.access_token.expose_secret()
    }

    /// The channel id.
    pub fn channel_id(&self) -> &str {
        &self.sim.channel_id
    }

    /// The bot's own user id: `destination` of every webhook.
    pub fn bot_user_id(&self) -> BotUserId {
        self.sim.state().world.bot.as_str().into()
    }

    /// The signature that LINE would give `body`.
    pub fn sign(&self, body: &[u8]) -> String {
        self.sim.sign(body)
    }

    /// Delivers webhooks to `url` from now on, those that wait for redelivery too.
    pub fn point_at(&self, url: impl Into<String>) {
        self.sim.state().world.webhook = Some(url.into());
    }
}

/// People and chats.
impl Simulator {
    /// The friend called `name`; made quietly, without a `follow` event, when first named.
    pub fn user(&self, name: &str) -> UserId {
        self.sim.state().world.people.named(name, Standing::Friend)
    }

    /// As [`user`](Self::user), but not a friend of the bot.
    pub fn stranger(&self, name: &str) -> UserId {
        self.sim.state().world.people.named(name, Standing::Stranger)
    }

    /// The group called `name`, with the bot and these members in it; made quietly when first named.
    pub fn group(&self, name: &str, members: &[UserId]) -> GroupId {
        self.sim.state().world.people.group_named(name, members)
    }

    /// The multi-person chat called `name`, likewise.
    pub fn room(&self, name: &str, members: &[UserId]) -> RoomId {
        self.sim.state().world.people.room_named(name, members)
    }

    /// Looks at the people.
    pub fn people<T>(&self, look: impl FnOnce(&People) -> T) -> T {
        look(&self.sim.state().world.people)
    }

    /// Up to which message the bot has marked `chat` as read.
    pub fn read_up_to(&self, chat: impl Into<ChatId>) -> Option<MessageId> {
        self.sim.state().world.read.get(&chat.into()).cloned()
    }

    /// LINE is (`false`) or is no longer (`true`) preparing a message's content: 202 until ready.
    pub fn content_ready(&self, message: &MessageId, ready: bool) {
        if let Some(file) = self.sim.state().world.messages.get_mut(message).and_then(|it| it.file.as_mut()) {
            file.prepared = if ready { Prepared::Yes } else { Prepared::NotYet };
        }
    }

    /// LINE finds out that it cannot prepare a message's content.
    pub fn content_fails(&self, message: &MessageId) {
        if let Some(file) = self.sim.state().world.messages.get_mut(message).and_then(|it| it.file.as_mut()) {
            file.prepared = Prepared::Never;
        }
    }

    /// Sets the monthly limit; none is no limit. What is used stays used.
    pub fn set_quota(&self, quota: Option<u64>) {
        self.sim.state().world.quota = quota;
    }

    /// Makes every issued token void; the long-lived one stays good.
    pub fn revoke_issued_tokens(&self) {
        self.sim.state().world.access.revoke_all();
    }

    /// A reply token for `chat` as if its event had been delivered just now.
    pub fn issue_reply_token(&self, chat: impl Into<ChatId>) -> String {
        let (token, now) = (mint::token(), self.sim.now());
        let mut state = self.sim.state();
        state.world.replies.know(token.clone(), chat.into(), now);
        state.world.replies.delivered(&token, now);
        token
    }
}

/// Acts and deliveries.
impl Simulator {
    /// `by` says something in the 1:1 chat; the event is on its way when this returns.
    ///
    /// # Errors
    /// LINE would not let it happen.
    pub fn say(&self, by: &UserId, content: impl Into<Content>) -> Result<WebhookEvent, CannotHappen> {
        self.happen(Act::say(by, content))
    }

    /// `by` says something in a group or room.
    ///
    /// # Errors
    /// LINE would not let it happen.
    pub fn say_in(
        &self,
        chat: impl Into<ChatId>,
        by: &UserId,
        content: impl Into<Content>,
    ) -> Result<WebhookEvent, CannotHappen> {
        self.happen(Act::say(by, content).in_chat(chat))
    }

    /// Lets `act` happen; its event is on its way when this returns.
    ///
    /// # Errors
    /// LINE would not let it happen.
    pub fn happen(&self, act: Act) -> Result<WebhookEvent, CannotHappen> {
        let event = self.compose(act)?;
        self.deliver(Parcel::of([event.clone()]));
        Ok(event)
    }

    /// Lets `act` happen, but keeps its event back: for [`deliver`](Self::deliver).
    ///
    /// # Errors
    /// LINE would not let it happen.
    pub fn compose(&self, act: Act) -> Result<WebhookEvent, CannotHappen> {
        compose(&self.sim, act)
    }

    /// Takes a ready-made event (a fixture) as if it had happened, so that its tokens are good once it is delivered.
    ///
    /// # Errors
    /// It is not an object with a `webhookEventId`.
    pub fn adopt(&self, event: Value) -> Result<WebhookEvent, CannotHappen> {
        self.sim.state().world.adopt(event, self.sim.now())
    }

    /// Sends events on their way: batches, copies, redeliveries.
    pub fn deliver(&self, parcel: Parcel) {
        courier::send(&self.sim, parcel);
    }

    /// POSTs any bytes to the bot at once, once.
    pub async fn post(&self, body: impl Into<Vec<u8>>, signature: Signature) -> Outcome {
        post(&self.sim, body.into(), signature).await
    }

    /// Changes what comes again; deliveries under way go by it too.
    pub fn set_redelivery(&self, redelivery: Redelivery) {
        self.sim.state().redelivery = redelivery;
    }

    /// Makes calls of the bot go wrong.
    pub fn fault(&self, fault: Fault) {
        self.sim.state().faults.add(fault);
    }

    /// Forgets the faults that were not played yet.
    pub fn clear_faults(&self) {
        self.sim.state().faults.clear();
    }
}

/// What was done.
impl Simulator {
    /// Looks at the ledger. Everything else waits meanwhile: be quick, and do not call the simulator in `look`.
    pub fn ledger<T>(&self, look: impl FnOnce(&Ledger) -> T) -> T {
        look(&self.sim.state().ledger)
    }

    /// What was heard in `chat`, in order.
    pub fn heard(&self, chat: impl Into<ChatId>) -> Vec<Heard> {
        let chat = chat.into();
        self.ledger(|ledger| ledger.heard(&chat).cloned().collect())
    }

    /// The bot's calls to one endpoint, in order.
    pub fn calls_to(&self, endpoint: &str) -> Vec<Call> {
        self.ledger(|ledger| ledger.calls_to(endpoint).cloned().collect())
    }

    /// Every POST to the bot, in order of its end.
    pub fn deliveries(&self) -> Vec<Delivered> {
        self.ledger(|ledger| ledger.deliveries().to_vec())
    }

    /// Waits until the ledger is as wanted, looking after each change. `until` must not call the simulator.
    ///
    /// # Errors
    /// It did not become so `within` this (real) time.
    pub async fn wait_for(
        &self,
        within: Duration,
        mut until: impl FnMut(&Ledger) -> bool,
    ) -> Result<(), NotInTime> {
        let met = async {
            loop {
                let changed = self.sim.changed.notified();
                tokio::pin!(changed);
                // Asked for before looking, or a change in between is missed.
                changed.as_mut().enable();
                if self.ledger(&mut until) {
                    return;
                }
                changed.await;
            }
        };
        tokio::time::timeout(within, met)
            .await
            .map_err(|_| self.ledger(|ledger| NotInTime::at(within, ledger)))
    }

    /// What happens from now on, to be shown; those who are too slow miss some.
    pub fn happenings(&self) -> broadcast::Receiver<Happening> {
        self.sim.happenings.subscribe()
    }

    /// The simulator's time.
    pub fn now(&self) -> Timestamp {
        self.sim.now()
    }
}

impl NotInTime {
    fn at(within: Duration, ledger: &Ledger) -> Self {
        Self {
            within,
            calls: ledger.calls().len(),
            heard: ledger.all_heard().len(),
            deliveries: ledger.deliveries().len(),
            acked: ledger.acked().len(),
        }
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.sim.stop.cancel();
    }
}

fn compose(sim: &Sim, act: Act) -> Result<WebhookEvent, CannotHappen> {
    let (event, who, chat) = {
        let mut state = sim.state();
        let event = state.world.happen(act, sim.now())?;
        let people = &state.world.people;
        let by = event.json["source"]["userId"].as_str().map(UserId::from);
        let who = by.and_then(|by| people.person(&by)).map(|person| person.name.clone());
        let chat = event.chat.as_ref().map(|chat| people.title(chat));
        (event, who.unwrap_or_default(), chat.unwrap_or_default())
    };
    sim.tell(Happening::Person {
        who,
        chat,
        kind: event.json["type"].as_str().unwrap_or_default().to_owned(),
        what: event.json.get("message").map(happening::in_words).unwrap_or_default(),
    });
    Ok(event)
}

async fn post(sim: &Sim, body: Vec<u8>, signature: Signature) -> Outcome {
    let signature = match signature {
        Signature::Right => Some(sim.sign(&body)),
        Signature::Wrong => Some(ChannelSecret::throw_away().sign(&body)),
        Signature::None => None,
        Signature::Given(signature) => Some(signature),
    };
    let url = sim.state().world.webhook.clone();
    sim.courier.post(url.as_deref(), body, signature).await.outcome
}
