//! `leave` ([reference](https://developers.line.biz/en/reference/messaging-api/#leave-event)).

event! {
    /// The account left a group chat or multi-person chat, or was removed. It cannot be answered.
    pub struct LeaveEvent = "leave" {}
}
