//! The LIFF apps of the channel.

use serde_json::{Map, Value, json};

/// The most LIFF apps of a channel
/// ([reference](https://developers.line.biz/en/reference/liff-server/#add-liff-app)).
const APPS_MAX: usize = 30;

/// The LIFF apps of the channel, as LINE lists them, in the order they were added.
#[derive(Debug, Default)]
pub(super) struct LiffApps(Vec<Map<String, Value>>);

/// There are as many as a channel may have.
#[derive(Debug)]
pub(super) struct TooMany;

impl LiffApps {
    /// Adds an app under this id.
    pub(super) fn add(&mut self, id: &str, app: &Map<String, Value>) -> Result<(), TooMany> {
        if self.0.len() >= APPS_MAX {
            return Err(TooMany);
        }
        let mut kept = Map::from_iter([("liffId".to_owned(), json!(id))]);
        kept.extend(app.clone());
        for (field, usual) in
            [("scope", json!(["profile", "chat_message.write"])), ("botPrompt", json!("none"))]
        {
            kept.entry(field).or_insert(usual);
        }
        self.0.push(kept);
        Ok(())
    }

    /// Changes an app; what is not named stays. Whether there is one.
    pub(super) fn update(&mut self, id: &str, changes: &Map<String, Value>) -> bool {
        let Some(app) = self.0.iter_mut().find(|app| app["liffId"] == id) else { return false };
        for (field, value) in changes {
            // A view is changed in part, too.
            match (app.get_mut(field).and_then(Value::as_object_mut), value.as_object()) {
                (Some(old), Some(new)) => old.extend(new.clone()),
                _ => drop(app.insert(field.clone(), value.clone())),
            }
        }
        true
    }

    /// Deletes an app. Whether there was one.
    pub(super) fn delete(&mut self, id: &str) -> bool {
        let before = self.0.len();
        self.0.retain(|app| app["liffId"] != id);
        self.0.len() < before
    }

    /// All of them.
    pub(super) fn all(&self) -> &[Map<String, Value>] {
        &self.0
    }
}
