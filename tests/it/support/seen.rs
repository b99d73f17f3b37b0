//! What reached the handler, in order.

use std::sync::{Arc, Mutex};

use line_bot_server::{Context, Event};
use serde_json::Value;
use tokio::sync::Notify;

use super::PATIENCE;

/// One run of the handler.
#[derive(Clone, Debug)]
pub(crate) struct One {
    pub(crate) id: String,
    pub(crate) channel: String,
    pub(crate) chat: Option<String>,
    pub(crate) attempt: u32,
    /// It came as [`Event::Unknown`].
    pub(crate) unknown: bool,
    pub(crate) json: Value,
}

impl One {
    /// Its `type`.
    pub(crate) fn kind(&self) -> &str {
        self.json["type"].as_str().unwrap_or_default()
    }

    /// The text of a text message, `""` for others.
    pub(crate) fn text(&self) -> &str {
        self.json["message"]["text"].as_str().unwrap_or_default()
    }
}

/// Every run of the handler. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Seen(Arc<Inner>);

#[derive(Default)]
struct Inner {
    runs: Mutex<Vec<One>>,
    changed: Notify,
}

impl Seen {
    pub(crate) fn note(&self, cx: &Context, event: &Event) -> One {
        let one = One {
            id: cx.event_id().to_string(),
            channel: cx.channel().to_string(),
            chat: cx.chat().map(ToString::to_string),
            attempt: cx.attempt(),
            unknown: matches!(event, Event::Unknown(_)),
            json: serde_json::from_str(cx.raw()).unwrap_or_default(),
        };
        self.0.runs.lock().unwrap().push(one.clone());
        self.0.changed.notify_waiters();
        one
    }

    pub(crate) fn all(&self) -> Vec<One> {
        self.0.runs.lock().unwrap().clone()
    }

    pub(crate) fn ids(&self) -> Vec<String> {
        self.all().into_iter().map(|one| one.id).collect()
    }

    pub(crate) fn texts(&self) -> Vec<String> {
        self.all().iter().map(|one| one.text().to_owned()).collect()
    }

    pub(crate) fn attempts(&self) -> Vec<u32> {
        self.all().iter().map(|one| one.attempt).collect()
    }

    /// Waits until the handler has begun `count` runs, and returns all.
    pub(crate) async fn wait(&self, count: usize) -> Vec<One> {
        let enough = async {
            loop {
                let changed = self.0.changed.notified();
                tokio::pin!(changed);
                changed.as_mut().enable();
                if self.0.runs.lock().unwrap().len() >= count {
                    return;
                }
                changed.await;
            }
        };
        let enough = tokio::time::timeout(PATIENCE, enough).await;
        assert!(enough.is_ok(), "the handler ran {} times, not {count}", self.all().len());
        self.all()
    }
}
