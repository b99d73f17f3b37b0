//! Waking each other: `NOTIFY` to all replicas that there is something to claim, and `LISTEN` for it. Only ever makes
//! things faster: who does not hear looks around by itself.

use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream;
use secrecy::ExposeSecret as _;
use tokio::sync::Notify;
use tokio_postgres::types::Type;
use tokio_postgres::{AsyncMessage, Error};

use super::connect::{Ends, Road};
use super::pool::Db;
use super::url::{self, Address};
use super::{Settings, problem};
use crate::inbox::InboxError;

/// All that happens within this time is told at once: a commit that notifies holds a lock of the whole database.
const TOGETHER: Duration = Duration::from_millis(20);
/// The pause before the second attempt to listen; doubled each time.
const PAUSE: Duration = Duration::from_millis(100);
const PAUSE_MAX: Duration = Duration::from_secs(5);

/// Tells the other replicas, and this one if it listens, that there is something to claim.
#[derive(Default)]
pub struct Herald {
    asked: Notify,
}

impl Herald {
    /// Has it told soon. Costs nothing and never waits; what is asked in quick succession is told once.
    pub fn call(&self) {
        self.asked.notify_one();
    }

    /// Does the telling, for as long as it is polled. What cannot be told is not told: the others look around anyway.
    pub async fn serve(&self, db: &Db, channel: &str) {
        loop {
            self.asked.notified().await;
            // The pool counts what fails, and whoever works with the database says so.
            let _ = tell(db, channel).await;
            tokio::time::sleep(TOGETHER).await;
        }
    }
}

/// Tells it now.
pub(super) async fn tell(db: &Db, channel: &str) -> Result<(), InboxError> {
    db.query("SELECT pg_notify($1, '')", &[(&channel, Type::TEXT)]).await.map(drop)
}

/// Hears what a [`Herald`] tells, on a connection of its own.
pub struct Listener {
    road: Road,
    channel: String,
}

impl Listener {
    /// Connects to nothing yet. `None` without a [`Settings::listen_url`].
    ///
    /// # Errors
    /// [`InboxError::Open`]: the URL has a fault.
    pub fn new(settings: &Settings) -> Result<Option<Self>, InboxError> {
        let Some(url) = &settings.listen_url else { return Ok(None) };
        let url = url.expose_secret();
        let road = Address::parse(url).and_then(|address| Road::new(&address, settings));
        let road = road.map_err(|problem| InboxError::Open {
            url: url::shown(url),
            problem: format!("INBOX_LISTEN_URL {problem}"),
        })?;
        Ok(Some(Self { road, channel: settings.schema.clone() }))
    }

    /// Listens for as long as it is polled, and wakes one waiter (or the next to come) for whatever it hears; also
    /// whenever it begins to listen, for it may have missed something before.
    pub async fn serve(&self, wake: &Notify) {
        let (mut pause, mut quiet) = (PAUSE, false);
        loop {
            let mut heard = false;
            let why = self.listen(wake, &mut heard, quiet).await;
            if heard {
                (pause, quiet) = (PAUSE, false);
            }
            if !quiet {
                tracing::warn!(
                    "other replicas cannot wake this one, which looks around by itself meanwhile: {}: {why}",
                    self.road.shown
                );
                quiet = true;
            }
            tokio::time::sleep(pause.mul_f32(0.5 + fastrand::f32() / 2.0)).await;
            pause = (pause * 2).min(PAUSE_MAX);
        }
    }

    /// One connection's life. Returns why it ended.
    async fn listen(&self, wake: &Notify, heard: &mut bool, again: bool) -> String {
        let ends = match tokio::time::timeout(self.road.limit, self.road.connect()).await {
            Ok(Ok(ends)) => ends,
            Ok(Err(error)) => return problem::explain(&error),
            Err(_) => return format!("there was no connection within {:?}", self.road.limit),
        };
        let began = || {
            *heard = true;
            wake.notify_one();
            if again {
                tracing::info!("other replicas can wake this one again");
            }
        };
        match self.hear(ends, wake, began).await {
            Ok(()) => "the connection was closed".to_owned(),
            Err(error) => problem::explain(&error),
        }
    }

    async fn hear(&self, (client, mut ends): Ends, wake: &Notify, began: impl FnOnce()) -> Result<(), Error> {
        let listen = format!("LISTEN \"{}\"", self.channel);
        let mut listening = std::pin::pin!(client.batch_execute(&listen));
        let mut messages = stream::poll_fn(|context| ends.poll_message(context));
        let mut began = Some(began);
        loop {
            tokio::select! {
                done = &mut listening, if began.is_some() => {
                    done?;
                    if let Some(began) = began.take() {
                        began();
                    }
                }
                message = messages.next() => match message {
                    Some(Ok(AsyncMessage::Notification(_))) => wake.notify_one(),
                    Some(Ok(_)) => {}
                    Some(Err(error)) => return Err(error),
                    None => return Ok(()),
                },
            }
        }
    }
}
