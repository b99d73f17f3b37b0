//! `deactivated` ([reference](https://developers.line.biz/en/reference/partner-docs/#deactivated-event)).

event! {
    /// A module channel lost chat control: it is now the standby channel.
    pub struct DeactivatedEvent = "deactivated" {}
}
