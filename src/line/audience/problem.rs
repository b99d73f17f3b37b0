//! LINE's codes for what is wrong with a call about audiences.

use serde::Deserialize as _;
use serde::de::value::{BorrowedStrDeserializer, Error};

open_words! {
    /// What is wrong with a call about audiences: LINE's code in `details[].message`
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#manage-audience-error)). All come with
    /// status 400, a missing audience too.
    pub enum AudienceProblem {
        /// The audience has expired, so nothing can be added: make a new one.
        Expired = "AUDIENCE_GROUP_CAN_NOT_UPLOAD_STATUS_EXPIRED",
        /// The channel has as many audiences as it may: delete one.
        TooManyAudiences = "AUDIENCE_GROUP_COUNT_MAX_OVER",
        /// The name is too long.
        NameTooLong = "AUDIENCE_GROUP_NAME_SIZE_OVER",
        /// The name has characters in it that LINE does not take.
        NameInvalid = "AUDIENCE_GROUP_NAME_WRONG",
        /// There is no name.
        NameEmpty = "AUDIENCE_GROUP_NAME_EMPTY",
        /// There is no such audience, or it is another channel's.
        NotFound = "AUDIENCE_GROUP_NOT_FOUND",
        /// There is such an audience of this request already.
        RequestIdDuplicate = "AUDIENCE_GROUP_REQUESTID_DUPLICATE",
        /// The name of the upload is too long.
        UploadDescriptionTooLong = "AUDIENCE_GROUP_UPLOAD_DESCRIPTION_SIZE_OVER",
        /// No broadcast or narrowcast has this request id.
        RequestNotFound = "REQUEST_NOT_FOUND",
        /// The message was sent more than 60 days ago.
        MessageTooOld = "TOO_OLD_MESSAGES",
        /// An id is malformed, or of the other kind; nothing was added.
        InvalidIdFormat = "UPLOAD_AUDIENCE_GROUP_INVALID_AUDIENCE_ID_FORMAT",
        /// No id is good.
        NoValidIds = "UPLOAD_AUDIENCE_GROUP_NO_VALID_AUDIENCE_IDS",
        /// More ids than one request may have: send them in several.
        TooManyIds = "UPLOAD_AUDIENCE_GROUP_TOO_MANY_AUDIENCE_IDS",
        /// The audience is another account's.
        WrongBot = "WRONG_BOT_ID",
        /// It is active already.
        AlreadyActive = "ALREADY_ACTIVE",
    }
}

impl AudienceProblem {
    /// Reads a code; none if `text` is a sentence.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let is_code = text.contains('_')
            && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
        is_code.then(|| Self::deserialize(BorrowedStrDeserializer::<Error>::new(text)).ok()).flatten()
    }
}
