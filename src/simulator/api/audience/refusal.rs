//! What LINE says to calls about audiences that it refuses: a code in `details`
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#manage-audience-error)). Of the sentences in
//! `message` LINE shows one; the others are worded like it.

use http::StatusCode;

use crate::simulator::api::answer::Refusal;

/// Why LINE refuses.
#[derive(Clone, Copy, Debug)]
pub(super) enum Problem {
    NotFound,
    Expired,
    TooManyAudiences,
    NameEmpty,
    NameTooLong,
    NameWrong,
    UploadDescriptionTooLong,
    RequestNotFound,
    RequestTwice,
    TooOld,
    BadId,
    NoGoodIds,
    TooManyIds,
    /// Ten uploads at a time: 429, in the words of the rate limit, for LINE shows no own.
    Busy,
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        let (message, code) = match problem {
            Problem::NotFound => ("audience group not found", "AUDIENCE_GROUP_NOT_FOUND"),
            Problem::Expired => {
                ("audience group has expired", "AUDIENCE_GROUP_CAN_NOT_UPLOAD_STATUS_EXPIRED")
            }
            Problem::TooManyAudiences => ("too many audience groups", "AUDIENCE_GROUP_COUNT_MAX_OVER"),
            Problem::NameEmpty => ("description is empty", "AUDIENCE_GROUP_NAME_EMPTY"),
            Problem::NameTooLong => ("description is too long", "AUDIENCE_GROUP_NAME_SIZE_OVER"),
            Problem::NameWrong => ("description has invalid characters", "AUDIENCE_GROUP_NAME_WRONG"),
            Problem::UploadDescriptionTooLong => {
                ("upload description is too long", "AUDIENCE_GROUP_UPLOAD_DESCRIPTION_SIZE_OVER")
            }
            Problem::RequestNotFound => ("request not found", "REQUEST_NOT_FOUND"),
            Problem::RequestTwice => ("request id is duplicate", "AUDIENCE_GROUP_REQUESTID_DUPLICATE"),
            Problem::TooOld => ("message is too old", "TOO_OLD_MESSAGES"),
            Problem::BadId => ("invalid audience id", "UPLOAD_AUDIENCE_GROUP_INVALID_AUDIENCE_ID_FORMAT"),
            Problem::NoGoodIds => ("no valid audience ids", "UPLOAD_AUDIENCE_GROUP_NO_VALID_AUDIENCE_IDS"),
            Problem::TooManyIds => ("too many audience ids", "UPLOAD_AUDIENCE_GROUP_TOO_MANY_AUDIENCE_IDS"),
            Problem::Busy => {
                let message = "The API rate limit has been exceeded. Try again later.";
                return Self::new(StatusCode::TOO_MANY_REQUESTS, message);
            }
        };
        Self::coded(message, code)
    }
}
