//! What LINE says of audiences. Times are in seconds. LINE's schemas promise no field of it, so what is left out is 0,
//! empty or none; in practice ids, names, types and statuses are always there.

use serde::{Deserialize, Serialize};

use super::words::{
    AudienceCreateRoute, AudienceFailedType, AudienceJobStatus, AudienceJobType, AudiencePermission,
    AudienceStatus, AudienceType,
};
use crate::line::{EpochSeconds, RequestId};

/// An audience that LINE began to make
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#create-upload-audience-group)). It cannot be sent
/// to before it is [`Ready`](AudienceStatus::Ready).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct CreatedAudience {
    /// Its id.
    pub audience_group_id: u64,
    /// `type`: what it is made of.
    #[serde(rename = "type")]
    pub kind: AudienceType,
    /// Its name.
    pub description: String,
    /// Where it was made: by API.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub create_route: Option<AudienceCreateRoute>,
    /// When it was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<EpochSeconds>,
    /// What may be done with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permission: Option<AudiencePermission>,
    /// When it expires: 180 days on, at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expire_timestamp: Option<EpochSeconds>,
    /// Whether its ids are IFAs.
    pub is_ifa_audience: bool,
    /// The request that sent the message it is about; click and impression audiences. (Of an answer it is
    /// `answer.value.request_id`; `answer.request_id` is the call's own.)
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<RequestId>,
    /// The link it is about; click audiences.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub click_url: Option<String>,
}

/// An audience
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-audience-groups)).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct AudienceGroup {
    /// Its id.
    pub audience_group_id: u64,
    /// `type`: what it is made of.
    #[serde(rename = "type")]
    pub kind: AudienceType,
    /// Its name.
    pub description: String,
    /// How far it is.
    pub status: AudienceStatus,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed_type: Option<AudienceFailedType>,
    /// How many users are in it; 0 below 20, except of uploaded user IDs and chat tags.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audience_count: Option<u64>,
    /// When it was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<EpochSeconds>,
    /// Where it was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub create_route: Option<AudienceCreateRoute>,
    /// What may be done with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permission: Option<AudiencePermission>,
    /// When it expires; some types only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expire_timestamp: Option<EpochSeconds>,
    /// Whether its ids are IFAs.
    pub is_ifa_audience: bool,
    /// The message it is about; click and impression audiences.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<RequestId>,
    /// The link it is about; click audiences.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub click_url: Option<String>,
    /// When it was activated; some types only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub activated: Option<EpochSeconds>,
    /// When it becomes inactive, in the spelling of LINE's examples: see [`inactive_from`](Self::inactive_from).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inactive_timestamp: Option<EpochSeconds>,
    /// The same in the spelling of LINE's list of fields.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inactivated_timestamp: Option<EpochSeconds>,
}

impl AudienceGroup {
    /// When it becomes inactive; some types only. LINE documents the field under two names.
    pub fn inactive_from(&self) -> Option<EpochSeconds> {
        self.inactive_timestamp.or(self.inactivated_timestamp)
    }
}

/// One upload of ids to an audience
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-audience-group)).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct AudienceJob {
    /// Its id.
    pub audience_group_job_id: u64,
    /// The audience.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audience_group_id: Option<u64>,
    /// Its name: `uploadDescription`, or the file's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// `type`: what it does.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<AudienceJobType>,
    /// How far it is.
    pub job_status: AudienceJobStatus,
    /// Why it failed. Example answers of LINE have one beside `FINISHED`: `job_status` decides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed_type: Option<AudienceFailedType>,
    /// How many ids it added.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audience_count: Option<u64>,
    /// When it was begun.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<EpochSeconds>,
}

/// An audience, and the uploads to it
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-audience-group)).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct AudienceData {
    /// The audience.
    pub audience_group: AudienceGroup,
    /// Up to 50 uploads; none for types that are not made of uploaded ids.
    pub jobs: Vec<AudienceJob>,
    /// The account of LINE Ads it is from.
    #[serde(rename = "adaccount", skip_serializing_if = "Option::is_none")]
    pub ad_account: Option<AdAccount>,
}

/// An account of LINE Ads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct AdAccount {
    /// Its name.
    pub name: String,
}

/// An audience that Business Manager shares with this account, and the uploads to it
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-shared-audience)).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct SharedAudienceData {
    /// The audience.
    pub audience_group: AudienceGroup,
    /// Up to 50 uploads; none for types that are not made of uploaded ids.
    pub jobs: Vec<AudienceJob>,
    /// Whose it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<AudienceOwner>,
}

/// Whose a shared audience is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct AudienceOwner {
    /// The service it was made in: `lap`.
    pub service_type: String,
    /// The owner's id there.
    pub id: String,
    /// The owner's name.
    pub name: String,
}

/// One page of audiences
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-audience-groups)).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct AudienceGroups {
    /// The audiences on this page.
    pub audience_groups: Vec<AudienceGroup>,
    /// Whether there is another page.
    pub has_next_page: bool,
    /// How many audiences the filter lets through.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_count: Option<u64>,
    /// How many of them may be changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_write_audience_group_total_count: Option<u64>,
    /// The number of this page, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<u64>,
    /// The most audiences on a page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
}
