//! Which audiences are listed.

use super::words::{AudienceCreateRoute, AudienceStatus};
use crate::line::InvalidField;

/// The most audiences on a page of a list
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-audience-groups)).
pub const AUDIENCE_PAGE_MAX: u32 = 40;

/// Which of the channel's audiences are listed
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-audience-groups)); by default all.
///
/// ```
/// use line_bot_server::line::audience::{AudienceFilter, AudienceStatus};
///
/// let ready = AudienceFilter::default().status(AudienceStatus::Ready).description("regular");
/// assert!(ready.check().is_ok());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AudienceFilter {
    /// Part of the name; upper and lower case are the same.
    pub description: Option<String>,
    /// How far they are.
    pub status: Option<AudienceStatus>,
    /// Audiences on a page, 1 to [`AUDIENCE_PAGE_MAX`]; LINE's default is 20.
    pub size: Option<u32>,
    /// Where they were made.
    pub create_route: Option<AudienceCreateRoute>,
    /// Whether public audiences of the other channels of the same account are among them; LINE's default is yes.
    pub includes_external_public_groups: Option<bool>,
}

impl AudienceFilter {
    /// Those whose name has this in it.
    #[must_use]
    pub fn description(mut self, part: impl Into<String>) -> Self {
        self.description = Some(part.into());
        self
    }

    /// Those that are so far.
    #[must_use]
    pub fn status(mut self, status: AudienceStatus) -> Self {
        self.status = Some(status);
        self
    }

    /// So many on a page.
    #[must_use]
    pub fn size(mut self, audiences: u32) -> Self {
        self.size = Some(audiences);
        self
    }

    /// Those made there.
    #[must_use]
    pub fn create_route(mut self, route: AudienceCreateRoute) -> Self {
        self.create_route = Some(route);
        self
    }

    /// With the public audiences of the account's other channels, or without.
    #[must_use]
    pub fn includes_external_public_groups(mut self, yes: bool) -> Self {
        self.includes_external_public_groups = Some(yes);
        self
    }

    /// Whether LINE would take it.
    ///
    /// # Errors
    /// The size of a page is beyond its limits.
    pub fn check(&self) -> Result<(), InvalidField> {
        check_size(self.size)
    }

    pub(crate) fn query(&self) -> Vec<(&'static str, String)> {
        let external = self.includes_external_public_groups.map(|yes| yes.to_string());
        [
            ("description", self.description.clone()),
            ("status", self.status.as_ref().map(|it| it.as_str().to_owned())),
            ("size", self.size.map(|it| it.to_string())),
            ("createRoute", self.create_route.as_ref().map(|it| it.as_str().to_owned())),
            ("includesExternalPublicGroups", external),
        ]
        .into_iter()
        .filter_map(|(name, value)| value.map(|value| (name, value)))
        .collect()
    }
}

/// Which audiences that Business Manager shares are listed
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-shared-audience-list)); by default all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SharedAudienceFilter {
    /// Part of the name; upper and lower case are the same.
    pub description: Option<String>,
    /// How far they are.
    pub status: Option<AudienceStatus>,
    /// Audiences on a page, 1 to [`AUDIENCE_PAGE_MAX`]; LINE's default is 20.
    pub size: Option<u32>,
    /// Where they were made.
    pub create_route: Option<AudienceCreateRoute>,
    /// Whether the account's own audiences are among them; LINE's default is no.
    pub includes_owned_audience_groups: Option<bool>,
}

impl SharedAudienceFilter {
    /// Those whose name has this in it.
    #[must_use]
    pub fn description(mut self, part: impl Into<String>) -> Self {
        self.description = Some(part.into());
        self
    }

    /// Those that are so far.
    #[must_use]
    pub fn status(mut self, status: AudienceStatus) -> Self {
        self.status = Some(status);
        self
    }

    /// So many on a page.
    #[must_use]
    pub fn size(mut self, audiences: u32) -> Self {
        self.size = Some(audiences);
        self
    }

    /// Those made there.
    #[must_use]
    pub fn create_route(mut self, route: AudienceCreateRoute) -> Self {
        self.create_route = Some(route);
        self
    }

    /// With the account's own, or without.
    #[must_use]
    pub fn includes_owned_audience_groups(mut self, yes: bool) -> Self {
        self.includes_owned_audience_groups = Some(yes);
        self
    }

    /// Whether LINE would take it.
    ///
    /// # Errors
    /// The size of a page is beyond its limits.
    pub fn check(&self) -> Result<(), InvalidField> {
        check_size(self.size)
    }

    pub(crate) fn query(&self) -> Vec<(&'static str, String)> {
        let owned = self.includes_owned_audience_groups.map(|yes| yes.to_string());
        [
            ("description", self.description.clone()),
            ("status", self.status.as_ref().map(|it| it.as_str().to_owned())),
            ("size", self.size.map(|it| it.to_string())),
            ("createRoute", self.create_route.as_ref().map(|it| it.as_str().to_owned())),
            ("includesOwnedAudienceGroups", owned),
        ]
        .into_iter()
        .filter_map(|(name, value)| value.map(|value| (name, value)))
        .collect()
    }
}

fn check_size(size: Option<u32>) -> Result<(), InvalidField> {
    match size {
        Some(size) if size == 0 || size > AUDIENCE_PAGE_MAX => {
            Err(InvalidField::new("size", format!("{size}, 1 to {AUDIENCE_PAGE_MAX} are allowed")))
        }
        _ => Ok(()),
    }
}
