//! `botResumed` ([reference](https://developers.line.biz/en/reference/partner-docs/#botresumed-event)).

event! {
    /// The account of a module channel is no longer suspended.
    pub struct BotResumedEvent = "botResumed" {}
}
