//! `uri`: a page, a call or a LINE feature opens.

use serde::Serialize;

use super::{InvalidField, Place, Unit, at_most};
use crate::line::invalid::scheme;

/// The most UTF-16 code units of `uri` and of `altUri.desktop`
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#uri-action)).
pub const URI_MAX: usize = 1000;
/// The schemes of `uri` and of `altUri.desktop`
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#uri-action)).
pub const URI_SCHEMES: [&str; 4] = ["http", "https", "line", "tel"];

/// Opens a URI
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#uri-action)).
///
/// ```
/// use line_bot_server::line::action::{Place, UriAction};
///
/// let details = UriAction::new("View details", "https://example.com/page/222")
///     .desktop("https://example.com/pc/page/222");
/// let call = UriAction::new("Phone order", "tel:09001234567");
/// assert!(details.check(Place::FlexButton).is_ok() && call.check(Place::Template).is_ok());
/// ```
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct UriAction {
    /// What the button says; see [`Place`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Of one of the [`URI_SCHEMES`]; at most [`URI_MAX`] UTF-16 code units.
    pub uri: String,
    /// What opens elsewhere than on a phone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alt_uri: Option<AltUri>,
}

/// `altUri`: what opens elsewhere than on a phone.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AltUri {
    /// What opens on LINE for macOS and Windows; ignored in quick replies. Same limits as `uri`.
    pub desktop: String,
}

super::hide_content!(AltUri);

impl UriAction {
    /// A button `label` that opens `uri`.
    pub fn new(label: impl Into<String>, uri: impl Into<String>) -> Self {
        Self { label: Some(label.into()), ..Self::unlabelled(uri) }
    }

    /// The same where no label is shown: a rich menu, an image, a box.
    pub fn unlabelled(uri: impl Into<String>) -> Self {
        Self { label: None, uri: uri.into(), alt_uri: None }
    }

    /// What opens on LINE for macOS and Windows instead; ignored in quick replies.
    #[must_use]
    pub fn desktop(mut self, uri: impl Into<String>) -> Self {
        self.alt_uri = Some(AltUri { desktop: uri.into() });
        self
    }

    /// Checks the documented limits.
    ///
    /// # Errors
    /// Names the first field beyond its limit.
    pub fn check(&self, place: Place) -> Result<(), InvalidField> {
        place.check_label(self.label.as_deref())?;
        check_uri("uri", &self.uri)?;
        self.alt_uri.as_ref().map_or(Ok(()), |alt| check_uri("altUri.desktop", &alt.desktop))
    }
}

/// A URI that LINE opens: of a scheme it knows, and of at most [`URI_MAX`] UTF-16 code units.
pub(in crate::line) fn check_uri(field: &str, uri: &str) -> Result<(), InvalidField> {
    let opens = |scheme: &str| URI_SCHEMES.iter().any(|known| scheme.eq_ignore_ascii_case(known));
    if !scheme(uri).is_some_and(opens) {
        return Err(InvalidField::new(field, "of another scheme, http, https, line and tel are allowed"));
    }
    at_most(field, uri, URI_MAX, Unit::Utf16)
}
