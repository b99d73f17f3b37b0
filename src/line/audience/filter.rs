//! Which audiences are listed.

use super::words::{AudienceCreateRoute, AudienceStatus};
use crate::line::InvalidField;

/// The most audiences on a page of a list
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-audience-groups)).
pub const AUDIENCE_PAGE_MAX: u32 = 40;

/// What both lists can be asked for, and what one of them can besides: `field`, as LINE names it.
macro_rules! filter {
    ($(#[$doc:meta])* $name:ident, $(#[$field_doc:meta])* $field:ident = $parameter:literal, $setter_doc:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct $name {
            /// Part of the name; upper and lower case are the same.
            pub description: Option<String>,
            /// How far they are.
            pub status: Option<AudienceStatus>,
            /// Audiences on a page, 1 to [`AUDIENCE_PAGE_MAX`]; LINE's default is 20.
            pub size: Option<u32>,
            /// Where they were made.
            pub create_route: Option<AudienceCreateRoute>,
            $(#[$field_doc])*
            pub $field: Option<bool>,
        }

        impl $name {
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

            #[doc = $setter_doc]
            #[must_use]
            pub fn $field(mut self, yes: bool) -> Self {
                self.$field = Some(yes);
                self
            }

            /// Whether LINE would take it.
            ///
            /// # Errors
            /// The size of a page is beyond its limits.
            pub fn check(&self) -> Result<(), InvalidField> {
                match self.size {
                    Some(size) if !(1..=AUDIENCE_PAGE_MAX).contains(&size) => {
                        Err(InvalidField::new("size", format!("{size}, 1 to {AUDIENCE_PAGE_MAX} are allowed")))
                    }
                    _ => Ok(()),
                }
            }

            pub(crate) fn query(&self) -> Vec<(&'static str, String)> {
                [
                    ("description", self.description.clone()),
                    ("status", self.status.as_ref().map(|it| it.as_str().to_owned())),
                    ("size", self.size.map(|it| it.to_string())),
                    ("createRoute", self.create_route.as_ref().map(|it| it.as_str().to_owned())),
                    ($parameter, self.$field.map(|yes| yes.to_string())),
                ]
                .into_iter()
                .filter_map(|(name, value)| value.map(|value| (name, value)))
                .collect()
            }
        }
    };
}

filter! {
    /// Which of the channel's audiences are listed
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-audience-groups)); by default all.
    ///
    /// ```
    /// use line_bot_server::line::audience::{AudienceFilter, AudienceStatus};
    ///
    /// let ready = AudienceFilter::default().status(AudienceStatus::Ready).description("regular");
    /// assert!(ready.check().is_ok());
    /// ```
    AudienceFilter,
    /// Whether public audiences of the other channels of the same account are among them; LINE's default is yes.
    includes_external_public_groups = "includesExternalPublicGroups",
    "With the public audiences of the account's other channels, or without."
}

filter! {
    /// Which audiences that Business Manager shares are listed
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-shared-audience-list)); by default all.
    SharedAudienceFilter,
    /// Whether the account's own audiences are among them; LINE's default is no.
    includes_owned_audience_groups = "includesOwnedAudienceGroups",
    "With the account's own, or without."
}
