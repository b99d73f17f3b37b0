//! `textV2`: a text with placeholders for mentions and LINE emojis.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;

use super::text::{EMOJIS_MAX, TEXT_MAX};
use super::{ChatMessage, InvalidField, QuickReply, QuoteToken, Sender};
use crate::line::UserId;
use crate::line::invalid::{count, needed, too_long};
use crate::line::text::{Unit, utf16_len};

/// The most entries of `substitution`
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#text-message-v2)).
pub const SUBSTITUTION_MAX: usize = 100;
/// The most characters of a key of `substitution`
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#text-message-v2)).
pub const SUBSTITUTION_KEY_MAX: usize = 20;
/// The most mentions of a message
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#text-message-v2-mention-object)).
pub const MENTIONS_MAX: usize = 20;

/// A text in which `{key}` stands for a mention or a LINE emoji
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#text-message-v2)).
///
/// ```
/// use line_bot_server::line::{TextMessageV2, UserId};
///
/// let newcomer = UserId::new("U49585cd0d5...");
/// let welcome = TextMessageV2::new("Welcome, {user1}! {laugh}\n{everyone} There is a newcomer!")
///     .mention("user1", newcomer)
///     .emoji("laugh", "5a8555cfe6256cc92ea23c2a", "002")
///     .mention_all("everyone");
/// assert!(welcome.check().is_ok());
/// ```
///
/// A brace that is meant is written twice, `{{` or `}}`; [`escape_braces`] does so for a text from elsewhere.
///
/// Mentions work in reply and push alone, in groups and multi-person chats of which the account and everyone
/// mentioned are members. A bot cannot be mentioned.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TextMessageV2 {
    /// At least one character, and at most [`TEXT_MAX`] UTF-16 code units. LINE does not tell whether it counts
    /// before or after the substitution, so what is checked here is what counts either way: the text around the
    /// placeholders.
    pub text: String,
    /// What the placeholders stand for, at most [`SUBSTITUTION_MAX`] entries. Keys are up to
    /// [`SUBSTITUTION_KEY_MAX`] of `0-9`, `a-z`, `A-Z` and `_`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub substitution: BTreeMap<String, Substitution>,
    /// Buttons below it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quick_reply: Option<QuickReply>,
    /// Another name and icon.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender: Option<Sender>,
}

/// What a placeholder stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "camelCase")]
#[non_exhaustive]
pub enum Substitution {
    /// A mention; a message has at most [`MENTIONS_MAX`]
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#text-message-v2-mention-object)).
    Mention {
        /// Who is mentioned.
        mentionee: Mentionee,
    },
    /// A LINE emoji; a message has at most [`EMOJIS_MAX`]
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#text-message-v2-emoji-object)).
    #[serde(rename_all = "camelCase")]
    Emoji {
        /// The set of emojis.
        product_id: String,
        /// The emoji of the set.
        emoji_id: String,
    },
}

/// Who is mentioned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "camelCase")]
#[non_exhaustive]
pub enum Mentionee {
    /// A user
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#text-message-v2-mentionee-user)).
    #[serde(rename_all = "camelCase")]
    User {
        /// A member of the chat, and no bot.
        user_id: UserId,
    },
    /// Everyone in the chat
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#text-message-v2-mentionee-all)).
    All,
}

impl Substitution {
    fn check(&self) -> Result<(), InvalidField> {
        match self {
            Self::Mention { mentionee: Mentionee::User { user_id } } => {
                needed("mentionee.userId", user_id.as_str())
            }
            Self::Mention { mentionee: Mentionee::All } => Ok(()),
            Self::Emoji { product_id, emoji_id } => {
                needed("productId", product_id)?;
                needed("emojiId", emoji_id)
            }
        }
    }
}

impl TextMessageV2 {
    /// A text with placeholders, `{key}`; a brace that is meant is written twice.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), substitution: BTreeMap::new(), quick_reply: None, sender: None }
    }

    /// `{key}` mentions a user.
    #[must_use]
    pub fn mention(self, key: impl Into<String>, user: impl Into<UserId>) -> Self {
        let mentionee = Mentionee::User { user_id: user.into() };
        self.substitute(key, Substitution::Mention { mentionee })
    }

    /// `{key}` mentions everyone in the chat.
    #[must_use]
    pub fn mention_all(self, key: impl Into<String>) -> Self {
        self.substitute(key, Substitution::Mention { mentionee: Mentionee::All })
    }

    /// `{key}` is a LINE emoji ([list](https://developers.line.biz/en/docs/messaging-api/emoji-list/)).
    #[must_use]
    pub fn emoji(
        self,
        key: impl Into<String>,
        product_id: impl Into<String>,
        emoji_id: impl Into<String>,
    ) -> Self {
        let emoji = Substitution::Emoji { product_id: product_id.into(), emoji_id: emoji_id.into() };
        self.substitute(key, emoji)
    }

    /// `{key}` stands for this.
    #[must_use]
    pub fn substitute(mut self, key: impl Into<String>, substitution: Substitution) -> Self {
        self.substitution.insert(key.into(), substitution);
        self
    }

    /// Quotes a message of the same chat. What comes out is accepted by reply and push alone.
    pub fn quote(self, quoted: impl Into<Option<QuoteToken>>) -> ChatMessage {
        ChatMessage::quoting(self, quoted)
    }

    pub(super) fn check_own(&self) -> Result<(), InvalidField> {
        if self.text.is_empty() {
            let problem = format!("0 UTF-16 code units, 1 to {TEXT_MAX} are allowed");
            return Err(InvalidField::new("text", problem));
        }
        self.check_keys()?;
        for (key, substitution) in &self.substitution {
            substitution.check().map_err(|e| e.within(format_args!("substitution.{key}")))?;
        }
        let template = Template::read(&self.text)?;
        if template.literal_len > TEXT_MAX {
            return Err(too_long("text", template.literal_len, TEXT_MAX, Unit::Utf16));
        }
        self.check_placeholders(&template)
    }

    fn check_keys(&self) -> Result<(), InvalidField> {
        count("substitution", self.substitution.len(), SUBSTITUTION_MAX, "entries")?;
        for key in self.substitution.keys() {
            if !key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
                let problem = "a key has other characters, 0-9, a-z, A-Z and _ are allowed";
                return Err(InvalidField::new("substitution", problem));
            }
            if key.is_empty() {
                let problem = format!("0 characters in a key, 1 to {SUBSTITUTION_KEY_MAX} are allowed");
                return Err(InvalidField::new("substitution", problem));
            }
            count("substitution", key.len(), SUBSTITUTION_KEY_MAX, "characters in a key")?;
        }
        Ok(())
    }

    fn check_placeholders(&self, template: &Template<'_>) -> Result<(), InvalidField> {
        let (mut mentions, mut emojis) = (0, 0);
        for &(offset, key) in &template.placeholders {
            match self.substitution.get(key) {
                Some(Substitution::Mention { .. }) => mentions += 1,
                Some(Substitution::Emoji { .. }) => emojis += 1,
                None => return Err(unknown_placeholder(&self.text, offset)),
            }
        }
        count("text", mentions, MENTIONS_MAX, "mentions")?;
        count("text", emojis, EMOJIS_MAX, "LINE emojis")
    }
}

/// Doubles the braces of a text that comes from elsewhere, so that a [`TextMessageV2`] shows it as it is.
///
/// ```
/// use line_bot_server::line::TextMessageV2;
/// use line_bot_server::line::message::escape_braces;
///
/// let said = "{not a placeholder}";
/// let message = TextMessageV2::new(format!("{{who}} said: {}", escape_braces(said))).mention("who", "U1");
/// assert_eq!(message.text, "{who} said: {{not a placeholder}}");
/// assert!(message.check().is_ok());
/// ```
pub fn escape_braces(text: &str) -> Cow<'_, str> {
    if text.contains(['{', '}']) {
        Cow::Owned(text.replace('{', "{{").replace('}', "}}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// A text read as LINE reads it, from left to right.
struct Template<'t> {
    /// UTF-16 code units outside of placeholders; an escaped brace is one.
    literal_len: usize,
    /// Byte offset and key of each placeholder.
    placeholders: Vec<(usize, &'t str)>,
}

impl<'t> Template<'t> {
    fn read(text: &'t str) -> Result<Self, InvalidField> {
        let mut template = Self { literal_len: 0, placeholders: Vec::new() };
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            let (literal, braced) = rest.split_at(at);
            template.literal_len += utf16_len(literal);
            let offset = text.len() - braced.len();
            rest = if let Some(after) = braced.strip_prefix("{{").or_else(|| braced.strip_prefix("}}")) {
                template.literal_len += 1;
                after
            } else {
                let (key, after) = placeholder(braced).ok_or_else(|| unpaired(text, offset))?;
                template.placeholders.push((offset, key));
                after
            };
        }
        template.literal_len += utf16_len(rest);
        Ok(template)
    }
}

/// Key and rest of a text that begins with a placeholder.
fn placeholder(text: &str) -> Option<(&str, &str)> {
    let (key, after) = text.strip_prefix('{')?.split_once('}')?;
    (!key.contains('{')).then_some((key, after))
}

// Neither error shows the key: in a text from elsewhere it is a piece of what somebody said.

fn unpaired(text: &str, offset: usize) -> InvalidField {
    let at = utf16_len(&text[..offset]);
    let problem = format!("the brace at UTF-16 index {at} has no pair; one that is meant is written twice");
    InvalidField::new("text", problem)
}

fn unknown_placeholder(text: &str, offset: usize) -> InvalidField {
    let at = utf16_len(&text[..offset]);
    let problem = format!("the placeholder at UTF-16 index {at} is not in `substitution`");
    InvalidField::new("text", problem)
}
