//! Words that components share.

use serde::Serialize;

/// Enums of LINE's words.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)+ })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $word)] $variant,)+
        }
    )+};
}

words! {
    /// What the offsets of a component are counted from.
    Position {
        /// `relative`: where it would stand without them. Holds if nothing is said.
        Relative = "relative",
        /// `absolute`: the edges of the box it is in. The first component of a block cannot be absolute.
        Absolute = "absolute",
    }
    /// Where it stands from side to side, in the space it has.
    Align {
        /// `start`: where text begins.
        Start = "start",
        /// `end`: where text ends.
        End = "end",
        /// `center`
        Center = "center",
    }
    /// Where it stands from top to bottom, in the space it has. Without effect in a baseline box.
    Gravity {
        /// `top`: holds if nothing is said.
        Top = "top",
        /// `bottom`
        Bottom = "bottom",
        /// `center`
        Center = "center",
    }
    /// How thick letters are.
    Weight {
        /// `regular`: holds if nothing is said.
        Regular = "regular",
        /// `bold`
        Bold = "bold",
    }
    /// Whether letters slant.
    FontStyle {
        /// `normal`: holds if nothing is said.
        Normal = "normal",
        /// `italic`
        Italic = "italic",
    }
    /// A line below a text or through it.
    Decoration {
        /// `none`: holds if nothing is said.
        None = "none",
        /// `underline`
        Underline = "underline",
        /// `line-through`
        LineThrough = "line-through",
    }
    /// What happens to a text that is too wide for its component.
    AdjustMode {
        /// `shrink-to-fit`: its letters get smaller, as well as the device can.
        ShrinkToFit = "shrink-to-fit",
    }
    /// What happens to an image of another aspect ratio than its component.
    AspectMode {
        /// `fit`: all of it is shown. Holds if nothing is said.
        Fit = "fit",
        /// `cover`: it fills the component; what is beyond is cut.
        Cover = "cover",
    }
    /// How the components of a box share the space that is left along it. Only while their `flex` is 0.
    JustifyContent {
        /// `center`
        Center = "center",
        /// `flex-start`
        FlexStart = "flex-start",
        /// `flex-end`
        FlexEnd = "flex-end",
        /// `space-between`: space between them alone.
        SpaceBetween = "space-between",
        /// `space-around`: each has the same space on either side.
        SpaceAround = "space-around",
        /// `space-evenly`: the same space between them and at the ends.
        SpaceEvenly = "space-evenly",
    }
    /// How the components of a box are lined up across it.
    AlignItems {
        /// `center`
        Center = "center",
        /// `flex-start`
        FlexStart = "flex-start",
        /// `flex-end`
        FlexEnd = "flex-end",
    }
    /// Whether text, and horizontal boxes, run from left to right.
    Direction {
        /// `ltr`: from left to right. Holds if nothing is said.
        Ltr = "ltr",
        /// `rtl`: from right to left.
        Rtl = "rtl",
    }
    /// How wide a bubble is, from the narrowest to the widest.
    BubbleSize {
        /// `nano`
        Nano = "nano",
        /// `micro`
        Micro = "micro",
        /// `deca`: on a LINE before 13.6.0 (on a PC 7.17.0) as wide as `kilo`.
        Deca = "deca",
        /// `hecto`: on a LINE before 13.6.0 (on a PC 7.17.0) as wide as `kilo`.
        Hecto = "hecto",
        /// `kilo`
        Kilo = "kilo",
        /// `mega`: holds if nothing is said.
        Mega = "mega",
        /// `giga`
        Giga = "giga",
    }
    /// How high a button is.
    ButtonHeight {
        /// `sm`
        Sm = "sm",
        /// `md`: holds if nothing is said.
        Md = "md",
    }
    /// How a button looks.
    ButtonStyle {
        /// `primary`: light letters on a dark button.
        Primary = "primary",
        /// `secondary`: dark letters on a light button.
        Secondary = "secondary",
        /// `link`: like a link. Holds if nothing is said.
        Link = "link",
    }
    /// How a box lays out what is in it.
    Layout {
        /// `horizontal`: from side to side.
        Horizontal = "horizontal",
        /// `vertical`: from top to bottom.
        Vertical = "vertical",
        /// `baseline`: from side to side, on the line that letters stand on.
        Baseline = "baseline",
    }
}
