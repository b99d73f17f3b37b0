//! What may stand in a box, in a block, and in place of a video.

use serde::Serialize;

use super::{
    Button, Filler, FlexBox, Icon, Image, InvalidField, Placement, Position, Separator, Text, Video,
};

/// What the checks ask of every component.
pub(super) trait Part {
    fn check(&self) -> Result<(), InvalidField>;

    /// Separators, fillers and videos stand where they stand.
    fn placement(&self) -> Option<&Placement> {
        None
    }

    /// How many images in it play.
    fn playing(&self) -> usize {
        0
    }

    /// As a block of a bubble.
    fn check_block(&self) -> Result<(), InvalidField> {
        self.check()
    }

    fn is_absolute(&self) -> bool {
        self.placement().and_then(|placement| placement.position) == Some(Position::Absolute)
    }
}

/// An enum of components, each of which is its own JSON.
macro_rules! one_of {
    ($(#[$doc:meta])* pub enum $name:ident { $($(#[$vdoc:meta])* $variant:ident($of:ty),)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Serialize)]
        #[serde(untagged)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$vdoc])* $variant(Box<$of>),)+
        }

        $(impl From<$of> for $name {
            fn from(component: $of) -> Self {
                Self::$variant(Box::new(component))
            }
        })+

        impl Part for $name {
            fn check(&self) -> Result<(), InvalidField> {
                match self {
                    $(Self::$variant(component) => component.check(),)+
                }
            }

            fn placement(&self) -> Option<&Placement> {
                match self {
                    $(Self::$variant(component) => component.placement(),)+
                }
            }

            fn playing(&self) -> usize {
                match self {
                    $(Self::$variant(component) => component.playing(),)+
                }
            }

            fn check_block(&self) -> Result<(), InvalidField> {
                match self {
                    $(Self::$variant(component) => component.check_block(),)+
                }
            }
        }
    };
}

/// A text becomes a component, a plain one.
macro_rules! of_text {
    ($($name:ident),+) => {$(
        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Text::new(text).into()
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Text::new(text).into()
            }
        }
    )+};
}

of_text!(Component, BaselineComponent);

one_of! {
    /// What stands in a horizontal or vertical [`FlexBox`]. A text converts to it, as a plain [`Text`].
    pub enum Component {
        /// A horizontal or vertical box.
        Box(FlexBox),
        /// A baseline box.
        Baseline(FlexBox<BaselineComponent>),
        /// A button.
        Button(Button),
        /// An image.
        Image(Image),
        /// A text.
        Text(Text),
        /// A line.
        Separator(Separator),
        /// A space. Deprecated by LINE, in favour of margins and paddings.
        Filler(Filler),
    }
}

one_of! {
    /// What stands in a baseline [`FlexBox`]. A text converts to it, as a plain [`Text`].
    pub enum BaselineComponent {
        /// An icon.
        Icon(Icon),
        /// A text.
        Text(Text),
        /// A space. Deprecated by LINE, in favour of margins and paddings.
        Filler(Filler),
    }
}

one_of! {
    /// What a header, a body or a footer is: a box, however it is laid out.
    pub enum Block {
        /// A horizontal or vertical box.
        Box(FlexBox),
        /// A baseline box.
        Baseline(FlexBox<BaselineComponent>),
    }
}

one_of! {
    /// What a hero is.
    pub enum Hero {
        /// A horizontal or vertical box.
        Box(FlexBox),
        /// A baseline box.
        Baseline(FlexBox<BaselineComponent>),
        /// An image.
        Image(Image),
        /// A video, in a bubble of [`BubbleSize::Kilo`](super::BubbleSize::Kilo) or wider that is not in a carousel.
        Video(Video),
    }
}

one_of! {
    /// What stands in place of a video where LINE is too old to show it.
    pub enum AltContent {
        /// A horizontal or vertical box.
        Box(FlexBox),
        /// A baseline box.
        Baseline(FlexBox<BaselineComponent>),
        /// An image.
        Image(Image),
    }
}
