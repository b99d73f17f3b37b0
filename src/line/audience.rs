//! Audiences: groups of users, made once and sent to by narrowcast again and again
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#manage-audience-group)).
//!
//! LINE calls an audience's name its `description`, and its id `audienceGroupId`. Of its many types only three can be
//! made by API: from uploaded ids, from the clicks on a message, and from those who saw one. Only accounts of Japan,
//! Thailand and Taiwan can make any.

mod filter;
mod problem;
mod request;
mod response;
mod words;

pub use filter::{AUDIENCE_PAGE_MAX, AudienceFilter, SharedAudienceFilter};
pub use problem::AudienceProblem;
pub use request::{
    AddToAudience, AudienceMember, AudienceName, ClickAudience, ImpressionAudience, NewAudience,
};
pub use response::{
    AdAccount, AudienceData, AudienceGroup, AudienceGroups, AudienceJob, AudienceOwner, CreatedAudience,
    SharedAudienceData,
};
pub use words::{
    AudienceCreateRoute, AudienceFailedType, AudienceJobStatus, AudienceJobType, AudiencePermission,
    AudienceStatus, AudienceType,
};

use super::InvalidField;
use super::invalid::{at_most, one_to};
use super::text::Unit;

/// The most characters of an audience's name
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#create-upload-audience-group)). LINE does not
/// say which; counted here, as nearly everywhere, in UTF-16 code units.
pub const AUDIENCE_NAME_MAX: usize = 120;
/// The most characters of `uploadDescription`, the name of one upload
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#create-upload-audience-group)).
pub const UPLOAD_DESCRIPTION_MAX: usize = 300;
/// The most ids of one request as JSON
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#create-upload-audience-group)). Longer lists
/// go as a file, or in several requests: an audience has no limit.
pub const AUDIENCE_IDS_MAX: usize = 10_000;
/// The most ids, one a line, of one file
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#create-upload-audience-group-by-file)).
pub const AUDIENCE_FILE_IDS_MAX: usize = 1_500_000;
/// The most characters of `clickUrl`
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#create-click-audience-group)).
pub const CLICK_URL_MAX: usize = 2000;
/// The most audiences of a channel; LINE refuses one more
/// ([guide](https://developers.line.biz/en/docs/messaging-api/using-audience/)).
pub const AUDIENCES_MAX: usize = 1000;

/// An audience's name: one to [`AUDIENCE_NAME_MAX`] UTF-16 code units without control characters.
pub(crate) fn check_name(name: &str) -> Result<(), InvalidField> {
    one_to("description", name, AUDIENCE_NAME_MAX, Unit::Utf16)?;
    if name.chars().any(char::is_control) {
        return Err(InvalidField::new("description", "a control character, none is allowed"));
    }
    Ok(())
}

/// The name of an upload: up to [`UPLOAD_DESCRIPTION_MAX`] UTF-16 code units.
pub(crate) fn check_upload_description(text: Option<&str>) -> Result<(), InvalidField> {
    at_most("uploadDescription", text.unwrap_or_default(), UPLOAD_DESCRIPTION_MAX, Unit::Utf16)
}
