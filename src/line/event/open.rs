//! Open sets of values: LINE adds to them without notice, and what is new must not fail an event.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{MapAccessDeserializer, MapDeserializer};
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::line::lenient::Text;

/// An enum of objects told apart by their `type`, with `Unknown` for a type this version does not know.
macro_rules! open_objects {
    ($(#[$doc:meta])* pub enum $name:ident { $($(#[$vdoc:meta])* $variant:ident($object:ty) = $kind:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize)]
        #[serde(untagged)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$vdoc])* $variant($object),)*
            /// A type this version does not know, with its JSON.
            Unknown(crate::line::event::open::UnknownObject),
        }

        impl $name {
            /// `type`.
            pub fn kind(&self) -> &str {
                match self {
                    $(Self::$variant(_) => $kind,)*
                    Self::Unknown(object) => &object.kind,
                }
            }
        }

        impl crate::line::event::open::Tagged for $name {
            fn read<'de, A>(kind: &str, rest: A) -> Result<Self, A::Error>
            where
                A: serde::de::MapAccess<'de>,
            {
                match kind {
                    $($kind => crate::line::event::open::object(rest).map(Self::$variant),)*
                    _ => crate::line::event::open::UnknownObject::read(kind, rest).map(Self::Unknown),
                }
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                crate::line::event::open::tagged(d)
            }
        }
    };
}

/// An object inside an event whose `type` this version does not know.
#[derive(Clone, PartialEq, Serialize)]
#[serde(transparent)]
#[non_exhaustive]
pub struct UnknownObject {
    /// `type`.
    #[serde(skip)]
    pub kind: Box<str>,
    /// The whole object, `type` included. Its numbers are what `serde_json` makes of them; the event's raw JSON is
    /// exact.
    pub json: Value,
}

impl UnknownObject {
    pub(super) fn read<'de, A: MapAccess<'de>>(kind: &str, mut rest: A) -> Result<Self, A::Error> {
        let mut json = Map::new();
        while let Some((key, value)) = rest.next_entry()? {
            json.insert(key, value);
        }
        json.insert("type".to_owned(), kind.into());
        Ok(Self { kind: kind.into(), json: Value::Object(json) })
    }

    /// A field that is a string.
    pub(super) fn text(&self, field: &str) -> Option<&str> {
        self.json.get(field)?.as_str()
    }

    /// A field that is a small natural number.
    pub(super) fn number(&self, field: &str) -> Option<u32> {
        self.json.get(field)?.as_u64()?.try_into().ok()
    }
}

/// Hides the object: nobody knows which of its fields are tokens.
impl fmt::Debug for UnknownObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnknownObject").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// Something that is told apart by its `type`.
pub(super) trait Tagged: Sized {
    /// Reads the fields other than `type`.
    fn read<'de, A: MapAccess<'de>>(kind: &str, rest: A) -> Result<Self, A::Error>;
}

/// Reads an object into the struct that its `type` asks for: in one pass when `type` comes first, as LINE writes
/// it, else by way of a map.
pub(super) fn tagged<'de, T: Tagged, D: Deserializer<'de>>(d: D) -> Result<T, D::Error> {
    d.deserialize_map(TaggedVisitor(PhantomData))
}

pub(super) fn object<'de, T: Deserialize<'de>, A: MapAccess<'de>>(fields: A) -> Result<T, A::Error> {
    T::deserialize(MapAccessDeserializer::new(fields))
}

struct TaggedVisitor<T>(PhantomData<T>);

impl<'de, T: Tagged> Visitor<'de> for TaggedVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with a `type`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let Some(first) = map.next_key::<Text<'_>>()? else { return Err(A::Error::missing_field("type")) };
        if &*first == "type" {
            let kind = map.next_value::<Text<'_>>()?;
            return T::read(&kind, map);
        }
        let mut fields = Map::new();
        fields.insert(first.into(), map.next_value()?);
        while let Some((key, value)) = map.next_entry()? {
            fields.insert(key, value);
        }
        buffered(fields).map_err(A::Error::custom)
    }
}

fn buffered<T: Tagged>(mut fields: Map<String, Value>) -> Result<T, serde_json::Error> {
    let kind = fields.remove("type").ok_or_else(|| serde_json::Error::missing_field("type"))?;
    let kind: String = serde_json::from_value(kind)?;
    T::read(&kind, MapDeserializer::new(fields.into_iter()))
}
