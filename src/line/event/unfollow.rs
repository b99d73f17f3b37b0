//! `unfollow` ([reference](https://developers.line.biz/en/reference/messaging-api/#unfollow-event)).

event! {
    /// The account was blocked. It cannot be answered.
    pub struct UnfollowEvent = "unfollow" {}
}
