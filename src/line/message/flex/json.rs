//! A container as JSON, as the Flex Message Simulator gives it: kept to the byte.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::InvalidField;
use super::bubble::{BUBBLE_BYTES_MAX, check_bytes};
use super::carousel::{CAROUSEL_BYTES_MAX, check_count};

/// A bubble or a carousel as JSON, as the
/// [Flex Message Simulator](https://developers.line.biz/flex-simulator/) gives it.
///
/// What is sent is what was given, to the byte: order, numbers and spaces are kept, and so is what this version does
/// not know. Checked are its form, its `type`, the number of bubbles and their sizes; LINE checks the rest.
#[derive(Clone, Serialize)]
#[serde(transparent)]
pub struct FlexJson(Box<RawValue>);

/// What every container has.
#[derive(Deserialize)]
struct Head<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<Cow<'a, str>>,
}

/// What a carousel has besides.
#[derive(Deserialize)]
struct Bubbles<'a> {
    #[serde(borrow)]
    contents: Vec<&'a RawValue>,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Bubble,
    Carousel,
}

impl FlexJson {
    /// The JSON, as it was given.
    pub fn get(&self) -> &str {
        self.0.get()
    }

    pub(super) fn check(&self) -> Result<(), InvalidField> {
        match kind(&self.0)? {
            Kind::Bubble => check_bytes("contents", self.get().len(), BUBBLE_BYTES_MAX),
            Kind::Carousel => {
                let bubbles: Bubbles<'_> = serde_json::from_str(self.get())
                    .map_err(|_| InvalidField::new("contents.contents", "no list of bubbles"))?;
                check_count(bubbles.contents.len()).map_err(|e| e.within("contents"))?;
                for (i, bubble) in bubbles.contents.iter().enumerate() {
                    let at = format!("contents.contents[{i}]");
                    if kind(bubble).ok() != Some(Kind::Bubble) {
                        return Err(InvalidField::new(at, "no object of type `bubble`"));
                    }
                    check_bytes(&at, bubble.get().len(), BUBBLE_BYTES_MAX)?;
                }
                check_bytes("contents", self.get().len(), CAROUSEL_BYTES_MAX)
            }
        }
    }
}

fn kind(json: &RawValue) -> Result<Kind, InvalidField> {
    let head = serde_json::from_str::<Head<'_>>(json.get()).ok();
    match head.and_then(|head| head.kind).as_deref() {
        Some("bubble") if json.get().starts_with('{') => Ok(Kind::Bubble),
        Some("carousel") if json.get().starts_with('{') => Ok(Kind::Carousel),
        _ => Err(InvalidField::new("contents", "no object of type `bubble` or `carousel`")),
    }
}

impl PartialEq for FlexJson {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl TryFrom<Box<RawValue>> for FlexJson {
    type Error = InvalidField;

    fn try_from(json: Box<RawValue>) -> Result<Self, InvalidField> {
        kind(&json)?;
        Ok(Self(json))
    }
}

impl TryFrom<&RawValue> for FlexJson {
    type Error = InvalidField;

    fn try_from(json: &RawValue) -> Result<Self, InvalidField> {
        json.to_owned().try_into()
    }
}

impl TryFrom<String> for FlexJson {
    type Error = InvalidField;

    fn try_from(json: String) -> Result<Self, InvalidField> {
        json.as_str().try_into()
    }
}

impl TryFrom<&str> for FlexJson {
    type Error = InvalidField;

    fn try_from(json: &str) -> Result<Self, InvalidField> {
        // serde_json tells of the place and never what stands there.
        let raw: Box<RawValue> = serde_json::from_str(json)
            .map_err(|error| InvalidField::new("contents", format!("no JSON: {error}")))?;
        raw.try_into()
    }
}
