//! Every call of the client, one request each, in an order that the simulator can follow.

mod audiences;
mod menus;
mod others;
mod sends;
mod tokens;

use crate::client::scripted;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::BoxFuture;
use line_bot_server::client::{Client, ClientError, HttpTransport, Settings, TokenSource, Transport};
use line_bot_server::clock::{Clock, Timestamp};
use line_bot_server::line::ChannelSecret;
use line_bot_server::simulator::{self, Simulator};
use secrecy::SecretString;

use super::spec::{Operation, Spec};
use super::transports::{Exchange, Parrot, Recorder};

/// Why a call failed.
#[derive(Debug)]
pub(crate) struct Failed {
    status: Option<u16>,
    told: String,
}

impl Failed {
    pub(crate) fn status(&self) -> Option<u16> {
        self.status
    }

    pub(crate) fn new(status: Option<u16>, told: impl Into<String>) -> Self {
        Self { status, told: told.into() }
    }
}

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.told)
    }
}

impl From<ClientError> for Failed {
    fn from(error: ClientError) -> Self {
        Self { status: error.status(), told: error.to_string() }
    }
}

pub(crate) type Done<'a> = BoxFuture<'a, Result<(), Failed>>;
/// Makes one call.
pub(crate) type Make = for<'a> fn(&'a Stage) -> Done<'a>;

/// A call by name: `bot_info => |s| s.client.bot_info()`. What it gives may be kept for the calls that follow.
macro_rules! calls {
    ($($name:ident => |$stage:ident| $call:expr;)+) => {
        vec![$({
            fn make($stage: &$crate::contract::calls::Stage) -> $crate::contract::calls::Done<'_> {
                Box::pin(async move {
                    $call.await?;
                    Ok(())
                })
            }
            (stringify!($name), make as $crate::contract::calls::Make)
        }),+]
    };
}

pub(crate) use calls;

/// All of them, in order.
pub(crate) fn all() -> Vec<(&'static str, Make)> {
    [audiences::first(), sends::calls(), audiences::then(), menus::calls(), others::calls(), tokens::calls()]
        .concat()
}

/// Where calls are made: on a simulator in which there is something to be asked for, or in front of a parrot.
pub(crate) struct Stage {
    pub(crate) client: Client,
    pub(crate) simulator: Option<Simulator>,
    pub(crate) clock: Clock,
    recorder: Arc<Recorder>,
    /// What earlier calls gave: `rich-menu`, `coupon`, …
    kept: Mutex<BTreeMap<&'static str, String>>,
}

impl Stage {
    /// On a simulator.
    pub(crate) async fn set() -> Self {
        let clock = Clock::manual(Timestamp::from_millis(1_795_161_600_000));
        let simulator = Simulator::start(simulator::Settings {
            clock: clock.clone(),
            secret: ChannelSecret::new("00112233445566778899aabbccddeeff").unwrap(),
            assertion_key: Some(tokens::registered()),
            narrowcast: simulator::NarrowcastRules::default().without_minimums(),
            ..Default::default()
        });
        let simulator = simulator.await.unwrap();
        let recorder = Recorder::before(http());
        let token = TokenSource::fixed(SecretString::from(simulator.access_token()));
        let client = Client::new(settings(&simulator.base_url()), recorder.clone(), token, clock.clone());
        let stage = Self { client, simulator: Some(simulator), clock, recorder, kept: Mutex::default() };
        others::set(&stage).await;
        stage
    }

    /// In front of a parrot.
    pub(crate) fn hearing(parrot: Arc<Parrot>) -> Self {
        let clock = Clock::manual(Timestamp::from_millis(1_795_161_600_000));
        let recorder = Recorder::before(parrot);
        let token = TokenSource::fixed(SecretString::from("token"));
        let client = Client::new(settings("http://127.0.0.1:1"), recorder.clone(), token, clock.clone());
        Self { client, simulator: None, clock, recorder, kept: Mutex::default() }
    }

    /// What went over the wire since this was last asked.
    pub(crate) fn exchanges(&self) -> Vec<Exchange> {
        self.recorder.take()
    }

    pub(crate) fn keep(&self, name: &'static str, value: &(impl ToString + ?Sized)) {
        self.kept.lock().unwrap().insert(name, value.to_string());
    }

    /// What was kept under this name; something of its form if nothing was.
    pub(crate) fn kept(&self, name: &str) -> String {
        let kept = self.kept.lock().unwrap().get(name).cloned();
        kept.unwrap_or_else(|| "1234567890".to_owned())
    }
}

/// The operations that a call's request belongs to.
pub(crate) async fn operations_of(spec: &Spec, name: &str, call: Make) -> Vec<Operation> {
    let stage = Stage::hearing(Parrot::says(200, "{}"));
    // What becomes of it does not matter here.
    drop(call(&stage).await);
    let asked = stage.exchanges();
    assert_eq!(asked.len(), 1, "{name} makes one request: {asked:?}");
    asked.iter().filter_map(|it| spec.operation_of(&it.method, &it.path)).collect()
}

fn settings(url: &str) -> Settings {
    Settings { attempts: 1, ..scripted::settings(url) }
}

fn http() -> Arc<dyn Transport> {
    Arc::new(HttpTransport::new(Duration::from_secs(5)).unwrap())
}
