//! `videoPlayComplete` ([reference](https://developers.line.biz/en/reference/messaging-api/#video-viewing-complete)).

use serde::{Deserialize, Serialize};

event! {
    /// A user watched a video with a `trackingId` to its end. It can come again when the chat is opened anew.
    pub struct VideoPlayCompleteEvent = "videoPlayComplete" {
        /// Which video.
        pub video_play_complete: VideoPlayComplete,
    }
}

/// `videoPlayComplete`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct VideoPlayComplete {
    /// The `trackingId` of the video message.
    pub tracking_id: String,
}
