//! `accountLink` ([reference](https://developers.line.biz/en/reference/messaging-api/#account-link-event)).

use serde::{Deserialize, Serialize};

use crate::line::LinkNonce;

event! {
    /// A user linked their LINE account with a service's. A failed link has neither source nor reply token.
    pub struct AccountLinkEvent = "accountLink" {
        /// How it went.
        pub link: Link,
    }
}

/// `link`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Link {
    /// Whether the accounts are linked.
    pub result: LinkResult,
    /// The nonce that the service gave when it verified the user.
    pub nonce: LinkNonce,
}

open_words! {
    /// How an account link went.
    pub enum LinkResult {
        /// The accounts are linked.
        Ok = "ok",
        /// They are not.
        Failed = "failed",
    }
}
