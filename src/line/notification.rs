//! LINE notification messages: to people known by their phone number
//! ([reference](https://developers.line.biz/en/reference/line-notification-messages/)). For corporate users.

mod template;

use std::fmt::{self, Write as _};

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::{InvalidField, Message};
use crate::line::hidden::hide_content;

pub use template::{
    BUTTON_URL_MAX, BUTTONS_MAX, EMPHASIZED_MAX, ITEM_MAX, ITEMS_MAX, NotificationBody, NotificationButton,
    NotificationItem, NotificationTemplate,
};

/// The most digits of a phone number in E.164.
pub const PHONE_DIGITS_MAX: usize = 15;
/// The fewest characters of a delivery tag
/// ([reference](https://developers.line.biz/en/reference/line-notification-messages/#send-line-notification-message-flexible)).
pub const DELIVERY_TAG_MIN: usize = 16;
/// The most characters of a delivery tag.
pub const DELIVERY_TAG_MAX: usize = 100;

/// A phone number that LINE is told the SHA-256 of
/// ([guide](https://developers.line.biz/en/docs/partner-docs/line-notification-messages/technical-specs/#phone-number-hashed)).
/// Neither the number nor its hash, which gives the number away to whoever tries all numbers, is ever printed.
///
/// ```
/// use line_bot_server::line::notification::PhoneNumber;
///
/// let phone = PhoneNumber::new("+818000001234")?;
/// assert_eq!(format!("{phone:?}"), "PhoneNumber(…)");
/// assert_eq!(phone.hash(), "d41e0ad70dddfeb68f149ad6fc61574b9c5780ab7bcb2fba5517771ffbb2409c");
/// assert!(PhoneNumber::new("080-0000-1234").is_err());
/// # Ok::<(), line_bot_server::line::InvalidField>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct PhoneNumber {
    hash: Box<str>,
}

hide_content!(PhoneNumber);

impl PhoneNumber {
    /// A number in E.164: `+`, the country code and the number without its leading zero; digits alone.
    ///
    /// # Errors
    /// It is not of that form.
    pub fn new(e164: &str) -> Result<Self, InvalidField> {
        let refused = |problem| Err(InvalidField::new("to", problem));
        let Some(digits) = e164.strip_prefix('+') else {
            return refused("a phone number without + and country code; E.164 is needed, as +818000001234");
        };
        if digits.starts_with('0') || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return refused("a phone number with other than digits, or a country code that begins with 0");
        }
        if !(2..=PHONE_DIGITS_MAX).contains(&digits.len()) {
            return refused("a phone number with too few or too many digits, up to 15 are allowed");
        }
        Ok(Self { hash: hex(&Sha256::digest(e164)).into() })
    }

    /// The hash as LINE takes it: the SHA-256, in hexadecimal.
    pub fn hash(&self) -> &str {
        &self.hash
    }
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        // Writing to a string cannot fail.
        _ = write!(text, "{byte:02x}");
    }
    text
}

impl Serialize for PhoneNumber {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&self.hash)
    }
}

/// `X-Line-Delivery-Tag`: comes back in the `delivery` event, once the message has reached the user. Without one the
/// event brings the hash of the phone number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryTag(Box<str>);

impl DeliveryTag {
    /// A tag of [`DELIVERY_TAG_MIN`] to [`DELIVERY_TAG_MAX`] visible ASCII characters.
    ///
    /// # Errors
    /// It is shorter or longer, or has others.
    pub fn new(tag: impl Into<Box<str>>) -> Result<Self, InvalidField> {
        let tag = tag.into();
        let refused = |problem: String| Err(InvalidField::new("X-Line-Delivery-Tag", problem));
        if !tag.bytes().all(|b| b.is_ascii_graphic()) {
            return refused("other characters, visible ASCII is allowed in a header".to_owned());
        }
        if !(DELIVERY_TAG_MIN..=DELIVERY_TAG_MAX).contains(&tag.len()) {
            let length = tag.len();
            return refused(format!(
                "{length} characters, {DELIVERY_TAG_MIN} to {DELIVERY_TAG_MAX} are allowed"
            ));
        }
        Ok(Self(tag))
    }

    /// The tag.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DeliveryTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Checks what is said in a flexible notification: LINE takes no images, videos and audio there
/// ([guide](https://developers.line.biz/en/docs/partner-docs/line-notification-messages/technical-specs/#message-types-that-can-be-sent)).
pub(crate) fn check_notified(messages: &[Message]) -> Result<(), InvalidField> {
    for (at, message) in messages.iter().enumerate() {
        let path = format!("messages[{at}]");
        if matches!(message, Message::Image(_) | Message::Video(_) | Message::Audio(_)) {
            let problem = "an image, a video or an audio; LINE allows none in a notification message";
            return Err(InvalidField::new(format!("{path}.type"), problem));
        }
        message.check(&path)?;
    }
    Ok(())
}
