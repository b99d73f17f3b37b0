//! `recipient`: audiences and the recipients of earlier narrowcasts
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#narrowcast-recipient)).

use serde::Serialize;

use super::tree::{Tree, operators};
use crate::line::invalid::count;
use crate::line::{InvalidField, RequestId};

/// The most audience and redelivery objects of a narrowcast together; operators do not count
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#send-narrowcast-message)).
pub const RECIPIENTS_MAX: usize = 10;

/// Whom a narrowcast goes to, as an expression
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#narrowcast-recipient)). As everywhere in Rust
/// `!` binds closest, then `&`, then `|`.
///
/// ```
/// use line_bot_server::line::narrowcast::Recipient;
///
/// let earlier = "5b59509c-c57b-11e9-aa8c-2a2ae2dbcce4";
/// let recipient = Recipient::audience(5614991017776) & !Recipient::redelivery(earlier);
/// assert_eq!(
///     serde_json::to_value(&recipient)?,
///     serde_json::json!({"type": "operator", "and": [
///         {"type": "audience", "audienceGroupId": 5614991017776_u64},
///         {"type": "operator", "not": {"type": "redelivery", "requestId": earlier}},
///     ]}),
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// Operands that are only known at run time are reduced: `audiences.map(Recipient::audience).reduce(|a, b| a | b)`
/// gives `None`, which is everybody, when there are none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Recipient(Tree<Object>);

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
enum Object {
    Audience { audience_group_id: u64 },
    Redelivery { request_id: RequestId },
}

operators!(Recipient);

impl Recipient {
    /// The users of an audience, which must be ready: LINE answers 400 for one that is not
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#narrowcast-recipient-audience-object)).
    pub fn audience(audience_group_id: u64) -> Self {
        Self(Tree::Leaf(Object::Audience { audience_group_id }))
    }

    /// Those to whom an earlier narrowcast was sent, by its request id. It must have succeeded, and have been
    /// accepted less than 14 days ago
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#narrowcast-recipient-redelivery-object)).
    pub fn redelivery(request_id: impl Into<RequestId>) -> Self {
        Self(Tree::Leaf(Object::Redelivery { request_id: request_id.into() }))
    }

    /// Checks the number of audience and redelivery objects, at most [`RECIPIENTS_MAX`].
    ///
    /// # Errors
    /// There are more.
    pub fn check(&self) -> Result<(), InvalidField> {
        count("recipient", self.0.leaves(), RECIPIENTS_MAX, "audience and redelivery objects")
    }
}
