//! Where an image, video or sound is ([reference](https://developers.line.biz/en/reference/messaging-api/#wh-image)).

use serde::{Deserialize, Serialize};

/// `contentProvider`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ContentProvider {
    /// Who keeps the content.
    #[serde(rename = "type")]
    pub kind: ContentProviderType,
    /// Where the content is; only when LINE does not keep it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub original_content_url: Option<String>,
    /// Where its preview is; only when LINE does not keep it, and never of a sound.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preview_image_url: Option<String>,
}

open_words! {
    /// Who keeps a content.
    pub enum ContentProviderType {
        /// LINE: the content API gives it.
        Line = "line",
        /// Someone else: the content is at its URL, and the content API does not give it.
        External = "external",
    }
}
