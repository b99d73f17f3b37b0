//! Builder methods, written once for all components.

/// One builder method for each optional property; `in group` for a property that stands in a group of them.
macro_rules! setters {
    ($($(#[$doc:meta])* $name:ident: $type:ty $(, in $group:ident)?;)+) => {$(
        $(#[$doc])*
        #[must_use]
        pub fn $name(mut self, $name: impl Into<$type>) -> Self {
            self$(.$group)?.$name = Some($name.into());
            self
        }
    )+};
}

/// The same for numbers: a plain `2` would not know what to be made of.
macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident: $type:ty;)+) => {$(
        $(#[$doc])*
        #[must_use]
        pub fn $name(mut self, $name: $type) -> Self {
            self.$name = Some($name);
            self
        }
    )+};
}

/// The builder methods of [`Placement`](super::Placement), for a component that has a `placement`.
macro_rules! placed {
    ($([$($generic:ident)?] $name:ty),+ $(,)?) => {$(
        impl$(<$generic>)? $name {
            $crate::line::message::flex::set::setters! {
                /// The least space before it, instead of the `spacing` of the box it is in.
                margin: $crate::line::message::flex::Spacing, in placement;
                /// What the offsets are counted from.
                position: $crate::line::message::flex::Position, in placement;
                /// Moves it down; if absolute, its distance from the top of the box it is in.
                offset_top: $crate::line::message::flex::Offset, in placement;
                /// Moves it up; if absolute, its distance from the bottom of the box it is in. Not in baseline boxes.
                offset_bottom: $crate::line::message::flex::Offset, in placement;
                /// Moves it away from where text begins; if absolute, its distance from that edge.
                offset_start: $crate::line::message::flex::Offset, in placement;
                /// Moves it away from where text ends; if absolute, its distance from that edge.
                offset_end: $crate::line::message::flex::Offset, in placement;
            }
        }
    )+};
}

/// The builder methods of [`Font`](super::Font), for a component that has a `font`.
macro_rules! lettered {
    ($($name:ident),+ $(,)?) => {$(
        impl $name {
            $crate::line::message::flex::set::setters! {
                /// How large its letters are.
                size: $crate::line::message::flex::FontSize, in font;
                /// The colour of its letters.
                color: $crate::line::message::flex::Color, in font;
                /// How thick its letters are.
                weight: $crate::line::message::flex::Weight, in font;
                /// Whether its letters slant.
                style: $crate::line::message::flex::FontStyle, in font;
                /// A line below it or through it.
                decoration: $crate::line::message::flex::Decoration, in font;
            }

            /// In bold letters.
            #[must_use]
            pub fn bold(self) -> Self {
                self.weight($crate::line::message::flex::Weight::Bold)
            }
        }
    )+};
}

pub(super) use {lettered, numbers, placed, setters};
