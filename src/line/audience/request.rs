//! What LINE is asked for when audiences are made and changed.

use serde::Serialize;

use super::{AUDIENCE_IDS_MAX, CLICK_URL_MAX, check_name, check_upload_description};
use crate::line::invalid::{at_most, count, some};
use crate::line::text::Unit;
use crate::line::{InvalidField, RequestId, UserId};

/// One id of an upload; never printed, as lists of users are nobody's business but the bot's.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AudienceMember {
    /// A user ID, or an IFA.
    pub id: String,
}

/// A new audience of user IDs or IFAs
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#create-upload-audience-group)).
///
/// One malformed id fails the whole request; ids of users who are unknown or have not agreed to LINE's privacy policy
/// are left out without a word. An id cannot be taken out again.
///
/// ```
/// use line_bot_server::line::audience::NewAudience;
///
/// let audience = NewAudience::of_users("Regulars", ["U00000000000000000000000000000001"])
///     .upload_description("first batch");
/// assert!(audience.check().is_ok());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NewAudience {
    /// Its name: one to [`AUDIENCE_NAME_MAX`](super::AUDIENCE_NAME_MAX) UTF-16 code units without control characters;
    /// upper and lower case are the same to LINE.
    pub description: String,
    /// Whether the ids are IFAs (identifiers for advertisers); an audience has one kind of id for ever.
    pub is_ifa_audience: bool,
    /// The name of this first upload among the audience's jobs; at most
    /// [`UPLOAD_DESCRIPTION_MAX`](super::UPLOAD_DESCRIPTION_MAX) UTF-16 code units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upload_description: Option<String>,
    /// Up to [`AUDIENCE_IDS_MAX`]; none at first is fine, but LINE does not call an empty audience ready.
    pub audiences: Vec<AudienceMember>,
}

impl NewAudience {
    /// Of user IDs.
    pub fn of_users<U: Into<UserId>>(name: impl Into<String>, users: impl IntoIterator<Item = U>) -> Self {
        Self::new(name.into(), false, users_as_members(users))
    }

    /// Of IFAs (identifiers for advertisers).
    pub fn of_ifas<I: Into<String>>(name: impl Into<String>, ifas: impl IntoIterator<Item = I>) -> Self {
        Self::new(name.into(), true, ifas_as_members(ifas))
    }

    fn new(description: String, is_ifa_audience: bool, audiences: Vec<AudienceMember>) -> Self {
        Self { description, is_ifa_audience, upload_description: None, audiences }
    }

    /// Names this first upload.
    #[must_use]
    pub fn upload_description(mut self, text: impl Into<String>) -> Self {
        self.upload_description = Some(text.into());
        self
    }

    /// Whether LINE would take it.
    ///
    /// # Errors
    /// What is beyond a limit.
    pub fn check(&self) -> Result<(), InvalidField> {
        check_name(&self.description)?;
        check_upload_description(self.upload_description.as_deref())?;
        count("audiences", self.audiences.len(), AUDIENCE_IDS_MAX, "ids")
    }
}

/// More ids for an audience of uploaded ids, of the kind it has
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#update-upload-audience-group)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AddToAudience {
    /// The audience.
    pub audience_group_id: u64,
    /// The name of this upload among the audience's jobs; at most
    /// [`UPLOAD_DESCRIPTION_MAX`](super::UPLOAD_DESCRIPTION_MAX) UTF-16 code units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upload_description: Option<String>,
    /// One to [`AUDIENCE_IDS_MAX`].
    pub audiences: Vec<AudienceMember>,
}

impl AddToAudience {
    /// User IDs.
    pub fn users<U: Into<UserId>>(audience: u64, users: impl IntoIterator<Item = U>) -> Self {
        Self { audience_group_id: audience, upload_description: None, audiences: users_as_members(users) }
    }

    /// IFAs (identifiers for advertisers).
    pub fn ifas<I: Into<String>>(audience: u64, ifas: impl IntoIterator<Item = I>) -> Self {
        Self { audience_group_id: audience, upload_description: None, audiences: ifas_as_members(ifas) }
    }

    /// Names this upload.
    #[must_use]
    pub fn upload_description(mut self, text: impl Into<String>) -> Self {
        self.upload_description = Some(text.into());
        self
    }

    /// Whether LINE would take it.
    ///
    /// # Errors
    /// What is beyond a limit.
    pub fn check(&self) -> Result<(), InvalidField> {
        check_upload_description(self.upload_description.as_deref())?;
        some("audiences", self.audiences.len(), AUDIENCE_IDS_MAX, "ids")
    }
}

/// A new audience of those who clicked a link in a message
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#create-click-audience-group)). LINE makes none
/// of fewer than 50 users.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ClickAudience {
    /// Its name, as in [`NewAudience::description`].
    pub description: String,
    /// The request that sent the message: a broadcast or narrowcast of the last 60 days.
    pub request_id: RequestId,
    /// The link; none is any link of the message. At most [`CLICK_URL_MAX`] UTF-16 code units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub click_url: Option<String>,
}

impl ClickAudience {
    /// Who clicked any link in what `request` sent.
    pub fn new(name: impl Into<String>, request: impl Into<RequestId>) -> Self {
        Self { description: name.into(), request_id: request.into(), click_url: None }
    }

    /// Who clicked this link.
    #[must_use]
    pub fn click_url(mut self, url: impl Into<String>) -> Self {
        self.click_url = Some(url.into());
        self
    }

    /// Whether LINE would take it.
    ///
    /// # Errors
    /// What is beyond a limit.
    pub fn check(&self) -> Result<(), InvalidField> {
        check_name(&self.description)?;
        at_most("clickUrl", self.click_url.as_deref().unwrap_or_default(), CLICK_URL_MAX, Unit::Utf16)
    }
}

/// A new audience of those who saw a message
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#create-imp-audience-group)). LINE makes none of
/// fewer than 50 users.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ImpressionAudience {
    /// Its name, as in [`NewAudience::description`].
    pub description: String,
    /// The request that sent the message: a broadcast or narrowcast of the last 60 days.
    pub request_id: RequestId,
}

impl ImpressionAudience {
    /// Who saw what `request` sent.
    pub fn new(name: impl Into<String>, request: impl Into<RequestId>) -> Self {
        Self { description: name.into(), request_id: request.into() }
    }

    /// Whether LINE would take it.
    ///
    /// # Errors
    /// What is beyond a limit.
    pub fn check(&self) -> Result<(), InvalidField> {
        check_name(&self.description)
    }
}

/// Another name for an audience
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#set-description-audience-group)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AudienceName {
    /// Its name, as in [`NewAudience::description`].
    pub description: String,
}

impl AudienceName {
    /// This name.
    pub fn new(name: impl Into<String>) -> Self {
        Self { description: name.into() }
    }

    /// Whether LINE would take it.
    ///
    /// # Errors
    /// What is beyond a limit.
    pub fn check(&self) -> Result<(), InvalidField> {
        check_name(&self.description)
    }
}

fn users_as_members<U: Into<UserId>>(users: impl IntoIterator<Item = U>) -> Vec<AudienceMember> {
    ifas_as_members(users.into_iter().map(|user| user.into().as_str().to_owned()))
}

fn ifas_as_members<I: Into<String>>(ifas: impl IntoIterator<Item = I>) -> Vec<AudienceMember> {
    ifas.into_iter().map(|id| AudienceMember { id: id.into() }).collect()
}

crate::line::hidden::hide_content!(AudienceMember);
