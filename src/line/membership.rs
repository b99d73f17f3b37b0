//! Memberships: the plans that an account offers, and who subscribes to them. For accounts in Japan.

use serde::{Deserialize, Serialize};

use super::coupon::Currency;
use super::{EpochSeconds, UserId};

/// The most user IDs on one page of a plan's members
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-membership-user-ids)).
pub const USERS_PER_PAGE_MAX: u32 = 1000;

/// The plans that are offered
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-membership-plans)).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MembershipList {
    /// Five at most; not those under review, and not those that ended.
    pub memberships: Vec<MembershipPlan>,
}

/// A plan, and how many subscribe to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct MembershipPlan {
    /// What it offers.
    #[serde(flatten)]
    pub offer: MembershipOffer,
    /// How many subscribe to it.
    pub member_count: u64,
    /// How many can at most; none is no limit.
    pub member_limit: Option<u64>,
    /// Whether it is paid for within the app, else in a browser.
    pub is_in_app_purchase: bool,
    /// Whether new members are taken; a plan that was withdrawn goes on for those it has.
    pub is_published: bool,
}

/// What a plan offers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct MembershipOffer {
    /// The plan's ID, as in membership events.
    pub membership_id: i64,
    /// What it is called.
    pub title: String,
    /// What it is.
    pub description: String,
    /// What members get; five at most.
    pub benefits: Vec<String>,
    /// What it costs a month: 1500.00.
    pub price: f64,
    /// In which currency.
    pub currency: Currency,
}

/// What a user subscribes to
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-a-users-membership-subscription-status)).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MembershipSubscriptions {
    /// The subscriptions.
    pub subscriptions: Vec<MembershipSubscription>,
}

/// A subscription.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MembershipSubscription {
    /// The plan.
    pub membership: MembershipOffer,
    /// The user as its member.
    pub user: Member,
}

/// A user as a member of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Member {
    /// The number the user has there.
    pub membership_no: u64,
    /// When the user subscribed.
    pub joined_time: EpochSeconds,
    /// When the user pays next: `yyyy-MM-dd`, in UTC+9.
    pub next_billing_date: String,
    /// For how many months the user has subscribed without a break.
    pub total_subscription_months: u64,
}

/// A page of a plan's members
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-membership-user-ids)).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct MembershipUsers {
    /// Friends who agreed to LINE's privacy policy; others are left out, so a page may be short.
    pub user_ids: Vec<UserId>,
    /// Where the next page starts; valid for 24 hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}
