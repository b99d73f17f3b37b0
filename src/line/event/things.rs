//! `things`: LINE Things, withdrawn by LINE in 2025 and read as its last published shape
//! ([guide](https://developers.line.biz/en/docs/line-things/develop-bot/)).

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;

event! {
    /// A LINE Things device was linked, unlinked, or ran a scenario.
    pub struct ThingsEvent = "things" {
        /// Which device, and what happened.
        pub things: ThingsContent,
    }
}

open_objects! {
    /// `things`
    pub enum ThingsContent {
        /// A user linked a device.
        Link(ThingsLink) = "link",
        /// A user unlinked a device.
        Unlink(ThingsUnlink) = "unlink",
        /// A device ran a scenario.
        ScenarioResult(ThingsScenarioResult) = "scenarioResult",
    }
}

/// `things` of type `link`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "link", rename_all = "camelCase")]
#[non_exhaustive]
pub struct ThingsLink {
    /// The device.
    pub device_id: String,
}

/// `things` of type `unlink`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "unlink", rename_all = "camelCase")]
#[non_exhaustive]
pub struct ThingsUnlink {
    /// The device.
    pub device_id: String,
}

/// `things` of type `scenarioResult`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "scenarioResult", rename_all = "camelCase")]
#[non_exhaustive]
pub struct ThingsScenarioResult {
    /// The device.
    pub device_id: String,
    /// How the scenario went.
    pub result: ScenarioResult,
}

/// How a scenario went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ScenarioResult {
    /// The scenario.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scenario_id: Option<String>,
    /// The revision of the scenario set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<i64>,
    /// When it began, by the clock of the LINE app.
    #[serde(with = "super::common::millis")]
    pub start_time: Timestamp,
    /// When it ended, by the clock of the LINE app.
    #[serde(with = "super::common::millis", alias = "endtime")]
    pub end_time: Timestamp,
    /// Whether it succeeded.
    pub result_code: ScenarioResultCode,
    /// One per action of the scenario, in its order; only on success.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action_results: Option<Vec<ActionResult>>,
    /// What the device notified, base64; only of a scenario that a notification triggered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ble_notification_payload: Option<String>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_reason: Option<String>,
}

/// The result of one action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ActionResult {
    /// Whether there is data.
    #[serde(rename = "type")]
    pub kind: ActionResultType,
    /// The data, base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<String>,
}

open_words! {
    /// Whether a scenario succeeded.
    pub enum ScenarioResultCode {
        /// It did.
        Success = "success",
        /// Bluetooth failed.
        GattError = "gatt_error",
        /// The LINE app failed.
        RuntimeError = "runtime_error",
    }
}

open_words! {
    /// Whether an action has data.
    pub enum ActionResultType {
        /// It has none.
        Void = "void",
        /// It has.
        Binary = "binary",
    }
}
