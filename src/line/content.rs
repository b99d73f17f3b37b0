//! What LINE says of the images, videos, audios and files that users send
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#get-content)).

use serde::{Deserialize, Serialize};

open_words! {
    /// How far LINE is with preparing a video or audio
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#verify-video-or-audio-preparation-status)).
    pub enum TranscodingStatus {
        /// It is at it.
        Processing = "processing",
        /// It can be fetched.
        Succeeded = "succeeded",
        /// It could not be prepared, and cannot be fetched.
        Failed = "failed",
    }
}

/// How far LINE is with preparing a video or audio
/// ([reference](https://developers.line.biz/en/reference/messaging-api/#verify-video-or-audio-preparation-status)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Transcoding {
    /// How far.
    pub status: TranscodingStatus,
}
