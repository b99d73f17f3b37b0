//! `join` ([reference](https://developers.line.biz/en/reference/messaging-api/#join-event)).

event! {
    /// The account joined a group chat or multi-person chat.
    pub struct JoinEvent = "join" {}
}
