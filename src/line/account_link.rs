//! Linking a LINE account with an account of one's own service: the page that finishes it
//! ([guide](https://developers.line.biz/en/docs/messaging-api/linking-accounts/)).

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::text::utf16_len;
use super::{InvalidField, LinkNonce, LinkToken};

/// The fewest characters of a nonce ([guide](https://developers.line.biz/en/docs/messaging-api/linking-accounts/)).
pub const NONCE_MIN: usize = 10;
/// The most characters of a nonce.
pub const NONCE_MAX: usize = 255;

const DIALOG: &str = "https://access.line.me/dialog/bot/accountLink";

/// The URL to redirect a user to who has logged in to the service: LINE then sends an `accountLink` event with the
/// nonce. Whoever opens it links *their* LINE account only if the token is theirs, and an old or used token gives no
/// event at all. Users must be told that they can unlink, and be able to at any time.
///
/// ```
/// use line_bot_server::line::account_link::account_link_url;
/// use line_bot_server::line::{LinkNonce, LinkToken};
///
/// let url = account_link_url(&LinkToken::new("NMZTNuVr"), &LinkNonce::random())?;
/// assert!(url.starts_with("https://access.line.me/dialog/bot/accountLink?linkToken=NMZTNuVr&nonce="));
/// # Ok::<(), line_bot_server::line::InvalidField>(())
/// ```
///
/// # Errors
/// The nonce does not have [`NONCE_MIN`] to [`NONCE_MAX`] characters.
pub fn account_link_url(token: &LinkToken, nonce: &LinkNonce) -> Result<String, InvalidField> {
    let length = utf16_len(nonce.as_str());
    if !(NONCE_MIN..=NONCE_MAX).contains(&length) {
        let problem = format!("{length} characters, {NONCE_MIN} to {NONCE_MAX} are allowed");
        return Err(InvalidField::new("nonce", problem));
    }
    let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let (token, nonce) = (encoded(token.as_str()), encoded(nonce.as_str()));
    Ok(format!("{DIALOG}?linkToken={token}&nonce={nonce}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_has_10_to_255_characters() {
        let url = |length: usize| account_link_url(&"t".into(), &"n".repeat(length).into());
        assert!(url(10).is_ok() && url(255).is_ok());
        assert_eq!(url(9).unwrap_err().to_string(), "nonce: 9 characters, 10 to 255 are allowed");
        assert_eq!(url(256).unwrap_err().to_string(), "nonce: 256 characters, 10 to 255 are allowed");
    }

    #[test]
    fn base64_survives_the_query() {
        let url = account_link_url(&"a+b/c=".into(), &"wxyz/+==ab".into()).unwrap();
        assert!(url.ends_with("?linkToken=a%2Bb%2Fc%3D&nonce=wxyz%2F%2B%3D%3Dab"), "{url}");
    }

    #[test]
    fn a_random_nonce_is_new_each_time() {
        let (one, two) = (LinkNonce::random(), LinkNonce::random());
        assert_ne!(one, two);
        assert!(account_link_url(&"t".into(), &one).is_ok());
    }
}
