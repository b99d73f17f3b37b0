//! `botSuspended` ([reference](https://developers.line.biz/en/reference/partner-docs/#botsuspend-event)).

event! {
    /// The account of a module channel was suspended.
    pub struct BotSuspendedEvent = "botSuspended" {}
}
