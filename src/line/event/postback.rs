//! `postback` ([reference](https://developers.line.biz/en/reference/messaging-api/#postback-event)).

use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::line::hidden::hide_fields;
use crate::line::lenient::Text;

event! {
    /// A user used a postback action.
    pub struct PostbackEvent = "postback" {
        /// What the action carries, and what the user chose.
        pub postback: Postback,
    }
}

/// `postback`
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Postback {
    /// The action's data.
    pub data: String,
    /// What the user chose; only from a datetime picker or a rich menu switch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub params: Option<PostbackParams>,
}

hide_fields!(Postback { params } hidden { data });

/// `postback.params`: one of `date`, `time` and `datetime` from a datetime picker, or `status` and the alias from a
/// rich menu switch.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct PostbackParams {
    /// `YYYY-MM-DD`, without a zone.
    pub date: Option<String>,
    /// `HH:MM`, without a zone.
    pub time: Option<String>,
    /// `YYYY-MM-DDTHH:MM`, without a zone.
    pub datetime: Option<String>,
    /// The rich menu that was switched to; absent when the switch failed.
    pub new_rich_menu_alias_id: Option<String>,
    /// How the switch went.
    pub status: Option<RichMenuSwitchStatus>,
    /// What this version does not know.
    pub other: Map<String, Value>,
}

open_words! {
    /// How a rich menu switch went.
    pub enum RichMenuSwitchStatus {
        /// The rich menu was switched.
        Success = "SUCCESS",
        /// There is no such alias.
        AliasNotFound = "RICHMENU_ALIAS_ID_NOTFOUND",
        /// The alias leads to no rich menu.
        RichMenuNotFound = "RICHMENU_NOTFOUND",
        /// It failed for another reason.
        Failed = "FAILED",
    }
}

impl Serialize for PostbackParams {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let mut map = s.serialize_map(None)?;
        let texts = [
            ("date", self.date.as_deref()),
            ("time", self.time.as_deref()),
            ("datetime", self.datetime.as_deref()),
            ("newRichMenuAliasId", self.new_rich_menu_alias_id.as_deref()),
            ("status", self.status.as_ref().map(RichMenuSwitchStatus::as_str)),
        ];
        for (key, text) in texts {
            if let Some(text) = text {
                map.serialize_entry(key, text)?;
            }
        }
        for (key, value) in &self.other {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for PostbackParams {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_map(ParamsVisitor)
    }
}

struct ParamsVisitor;

impl<'de> Visitor<'de> for ParamsVisitor {
    type Value = PostbackParams;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of strings")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut params = PostbackParams::default();
        while let Some(key) = map.next_key::<Text<'_>>()? {
            match &*key {
                "date" => params.date = map.next_value()?,
                "time" => params.time = map.next_value()?,
                "datetime" => params.datetime = map.next_value()?,
                "newRichMenuAliasId" => params.new_rich_menu_alias_id = map.next_value()?,
                "status" => params.status = map.next_value()?,
                _ => _ = params.other.insert(key.into(), map.next_value()?),
            }
        }
        Ok(params)
    }
}
