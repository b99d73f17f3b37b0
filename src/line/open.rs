//! Open sets of words: LINE adds to them without notice, and what is new must not fail what it stands in.

/// An enum of LINE's words, with `Unknown` for a word this version does not know.
macro_rules! open_words {
    ($(#[$doc:meta])* pub enum $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$vdoc])* $variant,)*
            /// A value this version does not know.
            Unknown(Box<str>),
        }

        impl $name {
            /// LINE's word for it.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)*
                    Self::Unknown(word) => word,
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let word = crate::line::lenient::Text::deserialize(d)?;
                Ok(match &*word {
                    $($word => Self::$variant,)*
                    word => Self::Unknown(word.into()),
                })
            }
        }
    };
}
