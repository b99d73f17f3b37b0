//! `camera`, `cameraRoll`, `location`: a screen of LINE opens; in quick replies only.

use serde::Serialize;

use super::{InvalidField, Place};

/// An action that has nothing but its label.
macro_rules! screen_action {
    ($(#[$doc:meta])* $name:ident, $kind:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Serialize)]
        #[non_exhaustive]
        pub struct $name {
            /// What the button says, one to [`Place::LABEL_MAX`] grapheme clusters.
            pub label: String,
        }

        impl $name {
            /// A button `label`.
            pub fn new(label: impl Into<String>) -> Self {
                Self { label: label.into() }
            }

            /// Checks the documented limits.
            ///
            /// # Errors
            /// Names the first field beyond its limit; `type` outside of a quick reply.
            pub fn check(&self, place: Place) -> Result<(), InvalidField> {
                place.check_is(Place::QuickReply, $kind)?;
                place.check_label(Some(&self.label))
            }
        }
    };
}

screen_action! {
    /// Opens the camera
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#camera-action)).
    CameraAction, "camera"
}
screen_action! {
    /// Opens the camera roll
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#camera-roll-action)).
    CameraRollAction, "cameraRoll"
}
screen_action! {
    /// Opens the location screen
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#location-action)).
    LocationAction, "location"
}
