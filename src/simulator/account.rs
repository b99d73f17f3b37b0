//! What LINE knows of the account beside its chats: whether it is verified, who links accounts, who has which phone.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::time::Duration;

use sha2::{Digest as _, Sha256};

use super::{CannotHappen, Simulator, WebhookEvent, mint};
use crate::clock::Timestamp;
use crate::line::Date;
use crate::line::UserId;
use crate::simulator::act::Act;

/// A link token works this long
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#issue-link-token)).
pub const LINK_TOKEN_LIFE: Duration = Duration::from_secs(10 * 60);

/// What LINE knows of the account beside its chats.
#[derive(Debug)]
pub(super) struct Account {
    /// Verified or premium: may list friends and members.
    pub(super) verified: bool,
    links: HashMap<String, LinkToken>,
    /// People by the SHA-256 of their phone number.
    phones: HashMap<String, UserId>,
    notified: HashMap<(Notice, Date), u64>,
}

#[derive(Debug)]
struct LinkToken {
    user: UserId,
    end: Timestamp,
}

/// The two kinds of LINE notification messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Notice {
    Flexible,
    Templated,
}

impl Default for Account {
    fn default() -> Self {
        let (links, phones, notified) = (HashMap::new(), HashMap::new(), HashMap::new());
        Self { verified: true, links, phones, notified }
    }
}

impl Account {
    /// A new link token for this user.
    pub(super) fn issue_link_token(&mut self, user: UserId, now: Timestamp) -> String {
        let token = mint::token();
        self.links.insert(token.clone(), LinkToken { user, end: now.after(LINK_TOKEN_LIFE) });
        token
    }

    /// Whose link token this is, if it is good; it is spent from now on.
    fn spend_link_token(&mut self, token: &str, now: Timestamp) -> Option<UserId> {
        self.links.remove(token).filter(|link| now < link.end).map(|link| link.user)
    }

    /// Who has the phone number with this SHA-256.
    pub(super) fn by_phone(&self, hash: &str) -> Option<&UserId> {
        self.phones.get(hash)
    }

    /// Somebody was notified.
    pub(super) fn notified(&mut self, notice: Notice, at: Timestamp) {
        *self.notified.entry((notice, Date::of(at))).or_default() += 1;
    }

    /// How many were notified on `day`.
    pub(super) fn notified_on(&self, notice: Notice, day: Date) -> u64 {
        self.notified.get(&(notice, day)).copied().unwrap_or(0)
    }
}

/// What LINE knows of the account.
impl Simulator {
    /// Makes the account verified, which it is at first, or an ordinary one: LINE lists friends and members only to
    /// verified and premium accounts.
    pub fn set_verified(&self, verified: bool) {
        self.sim.state().world.account.verified = verified;
    }

    /// Gives `user` this phone number, as E.164 (`+818000001234`), and their consent to notification messages.
    pub fn phone_number(&self, user: &UserId, e164: &str) {
        let mut hash = String::new();
        for byte in Sha256::digest(e164) {
            // Writing to a string cannot fail.
            _ = write!(hash, "{byte:02x}");
        }
        self.sim.state().world.account.phones.insert(hash, user.clone());
    }

    /// The user whose link token is in `url` opens it, the page that finishes an account link; the `accountLink` event
    /// is on its way when this returns.
    ///
    /// # Errors
    /// The token is unknown, used or older than [`LINK_TOKEN_LIFE`]: LINE sends no event then.
    pub fn finish_account_link(&self, url: &str) -> Result<WebhookEvent, CannotHappen> {
        let query = url.split_once('?').map_or("", |(_, query)| query);
        let field = |name: &str| {
            let found = form_urlencoded::parse(query.as_bytes()).find(|(field, _)| field == name);
            found.map(|(_, value)| value.into_owned()).unwrap_or_default()
        };
        let user = {
            let now = self.sim.now();
            self.sim.state().world.account.spend_link_token(&field("linkToken"), now)
        };
        let user = user.ok_or(CannotHappen::LinkVoid)?;
        self.happen(Act::account_link(&user, &field("nonce")))
    }
}
