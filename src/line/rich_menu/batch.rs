//! Operations on the rich menus of all users that have one.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::line::RichMenuId;
use crate::line::invalid::{InvalidField, some};

/// The most operations of one batch
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#batch-control-rich-menus-of-users)).
pub const OPERATIONS_MAX: usize = 1000;
/// The most characters of `resumeRequestKey`
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#batch-control-rich-menus-of-users)).
pub const RESUME_REQUEST_KEY_MAX: usize = 100;

/// What is done with the rich menus that users have: [replaced or unlinked](Self::each), menu by menu, or
/// [all unlinked](Self::unlink_all), which LINE takes alone
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#batch-control-rich-menus-of-users)).
///
/// Operations are done at the same time, by what each user had before: where A is replaced by B and B by C, who had A
/// has B in the end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RichMenuBatch {
    operations: Vec<Written>,
    resume_request_key: String,
}

/// What is done with one of the menus
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#batch-control-rich-menus-of-users-operations)).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RichMenuOperation {
    /// Whoever has `from` gets `to`.
    Link {
        /// The menu they have.
        from: RichMenuId,
        /// The menu they get; it must have an image.
        to: RichMenuId,
    },
    /// Whoever has `from` has none any more.
    Unlink {
        /// The menu they have.
        from: RichMenuId,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "camelCase")]
enum Written {
    Link { from: RichMenuId, to: RichMenuId },
    Unlink { from: RichMenuId },
    UnlinkAll,
}

impl RichMenuOperation {
    /// Whoever has `from` gets `to`.
    pub fn link(from: impl Into<RichMenuId>, to: impl Into<RichMenuId>) -> Self {
        Self::Link { from: from.into(), to: to.into() }
    }

    /// Whoever has `from` has none any more.
    pub fn unlink(from: impl Into<RichMenuId>) -> Self {
        Self::Unlink { from: from.into() }
    }
}

impl RichMenuBatch {
    /// 1 to [`OPERATIONS_MAX`] operations, each `from` once.
    pub fn each(operations: impl IntoIterator<Item = RichMenuOperation>) -> Self {
        Self::of(operations.into_iter().map(|operation| match operation {
            RichMenuOperation::Link { from, to } => Written::Link { from, to },
            RichMenuOperation::Unlink { from } => Written::Unlink { from },
        }))
    }

    /// Nobody has a rich menu of their own any more.
    pub fn unlink_all() -> Self {
        Self::of([Written::UnlinkAll])
    }

    fn of(operations: impl IntoIterator<Item = Written>) -> Self {
        Self {
            operations: operations.into_iter().collect(),
            resume_request_key: uuid::Uuid::new_v4().to_string(),
        }
    }

    /// `resumeRequestKey`: sent again under the same key within 14 days, the batch goes on with the users it is not
    /// done with. Without this one it is random, which protects the attempts of one call. 1 to
    /// [`RESUME_REQUEST_KEY_MAX`] of `a-z`, `A-Z`, `0-9`, `_` and `-`.
    #[must_use]
    pub fn resume_key(mut self, key: impl Into<String>) -> Self {
        self.resume_request_key = key.into();
        self
    }

    /// The key under which it can be resumed.
    pub fn key(&self) -> &str {
        &self.resume_request_key
    }

    /// Checks the documented limits.
    ///
    /// # Errors
    /// Names `operations`, the second `from` of a menu, or `resumeRequestKey`.
    pub fn check(&self) -> Result<(), InvalidField> {
        // LINE sets no least number; a batch of nothing would use up one of the three an hour.
        some("operations", self.operations.len(), OPERATIONS_MAX, "operations")?;
        let mut seen = HashSet::new();
        for (at, operation) in self.operations.iter().enumerate() {
            if let Written::Link { from, .. } | Written::Unlink { from } = operation
                && !seen.insert(from)
            {
                let problem = "the rich menu is the `from` of an earlier operation, one is allowed";
                return Err(InvalidField::new(format!("operations[{at}].from"), problem));
            }
        }
        check_key(&self.resume_request_key)
    }
}

fn check_key(key: &str) -> Result<(), InvalidField> {
    let len = key.chars().count();
    if !(1..=RESUME_REQUEST_KEY_MAX).contains(&len) {
        let problem = format!("{len} characters, 1 to {RESUME_REQUEST_KEY_MAX} are allowed");
        return Err(InvalidField::new("resumeRequestKey", problem));
    }
    if key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')) {
        return Ok(());
    }
    Err(InvalidField::new("resumeRequestKey", "other characters, a-z, A-Z, 0-9, _ and - are allowed"))
}

open_words! {
    /// How far a batch is.
    pub enum RichMenuBatchPhase {
        /// LINE is at it.
        Ongoing = "ongoing",
        /// Done.
        Succeeded = "succeeded",
        /// Done for some users at most.
        Failed = "failed",
    }
}

/// How far a batch is, and since when
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-batch-control-rich-menus-progress-status)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RichMenuBatchProgress {
    /// How far it is.
    pub phase: RichMenuBatchPhase,
    /// When LINE took it, in ISO 8601, UTC.
    pub accepted_time: String,
    /// When it was done or given up, likewise; absent before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed_time: Option<String>,
}
