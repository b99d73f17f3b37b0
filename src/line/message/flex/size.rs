//! Sizes: keywords, pixels and percentages, each property with those it takes
//! ([guide](https://developers.line.biz/en/docs/messaging-api/flex-message-layout/#component-size)).

use std::fmt;

use serde::{Serialize, Serializer};

use super::InvalidField;

/// A number of pixels, as [`px`] makes it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Px(f64);

/// A percentage, as [`percent`] makes it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Percent(f64);

/// So many pixels: `px(50)`, `px(23.5)`. Not below 0, but for an [`Offset`].
pub fn px(number: impl Into<f64>) -> Px {
    Px(number.into())
}

/// So many percent: `percent(50)`, `percent(23.5)`. Not below 0, but for an [`Offset`].
pub fn percent(number: impl Into<f64>) -> Percent {
    Percent(number.into())
}

impl Px {
    /// As `lineSpacing`, which must be more than nothing.
    pub(super) fn check_positive(self, field: &str) -> Result<(), InvalidField> {
        if self.0 == 0.0 {
            return Err(InvalidField::new(field, "0px, more than 0px is needed"));
        }
        not_negative(field, self.0, "px")
    }
}

impl Percent {
    /// As a place on a way that ends at 100%.
    pub(super) fn check_part(self, field: &str) -> Result<(), InvalidField> {
        if (0.0..=100.0).contains(&self.0) {
            return Ok(());
        }
        Err(InvalidField::new(field, format!("{}%, 0% to 100% are allowed", self.0)))
    }
}

impl fmt::Display for Px {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}px", self.0)
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", self.0)
    }
}

macro_rules! written {
    ($($name:ident),+) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }
    )+};
}

written!(Px, Percent);

fn finite(field: &str, number: f64, unit: &str) -> Result<(), InvalidField> {
    if number.is_finite() {
        return Ok(());
    }
    Err(InvalidField::new(field, format!("{number}{unit}, a number is needed")))
}

fn not_negative(field: &str, number: f64, unit: &str) -> Result<(), InvalidField> {
    finite(field, number, unit)?;
    if number < 0.0 {
        return Err(InvalidField::new(field, format!("{number}{unit}, 0{unit} or more is needed")));
    }
    Ok(())
}

/// An enum of keywords with the units that the property takes besides.
macro_rules! sizes {
    (
        $(#[$doc:meta])*
        pub enum $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)* }
        units { $($unit:ident($sign:literal)),+ } $check:ident
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$vdoc])* $variant,)*
            $(
                #[doc = concat!("A number of `", $sign, "`.")]
                $unit($unit),
            )+
        }

        impl $name {
            pub(super) fn check(self, field: &str) -> Result<(), InvalidField> {
                match self {
                    $(Self::$unit($unit(number)) => $check(field, number, $sign),)+
                    #[allow(unreachable_patterns)] // A length has no keywords.
                    _ => Ok(()),
                }
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant => s.serialize_str($word),)*
                    $(Self::$unit(number) => number.serialize(s),)+
                }
            }
        }

        $(impl From<$unit> for $name {
            fn from(number: $unit) -> Self {
                Self::$unit(number)
            }
        })+
    };
}

sizes! {
    /// The space between components: `spacing` and `margin`; how round corners are: `cornerRadius`.
    pub enum Spacing {
        /// `none`: no space, sharp corners.
        None = "none",
        /// `xs`
        Xs = "xs",
        /// `sm`
        Sm = "sm",
        /// `md`
        Md = "md",
        /// `lg`
        Lg = "lg",
        /// `xl`
        Xl = "xl",
        /// `xxl`
        Xxl = "xxl",
    }
    units { Px("px") } not_negative
}

sizes! {
    /// The space between the border of a box and what is in it; a percentage is one of the width of the box around.
    pub enum Padding {
        /// `none`: no space.
        None = "none",
        /// `xs`
        Xs = "xs",
        /// `sm`
        Sm = "sm",
        /// `md`
        Md = "md",
        /// `lg`
        Lg = "lg",
        /// `xl`
        Xl = "xl",
        /// `xxl`
        Xxl = "xxl",
    }
    units { Px("px"), Percent("%") } not_negative
}

// LINE documents no sign for offsets, and messages in use have negative ones: either is taken.
sizes! {
    /// How far a component is moved; a percentage is one of the width or height of the box around. May be negative.
    pub enum Offset {
        /// `none`: not at all.
        None = "none",
        /// `xs`
        Xs = "xs",
        /// `sm`
        Sm = "sm",
        /// `md`
        Md = "md",
        /// `lg`
        Lg = "lg",
        /// `xl`
        Xl = "xl",
        /// `xxl`
        Xxl = "xxl",
    }
    units { Px("px"), Percent("%") } finite
}

sizes! {
    /// How wide the border of a box is.
    pub enum BorderWidth {
        /// `none`: no border.
        None = "none",
        /// `light`
        Light = "light",
        /// `normal`
        Normal = "normal",
        /// `medium`
        Medium = "medium",
        /// `semi-bold`
        SemiBold = "semi-bold",
        /// `bold`
        Bold = "bold",
    }
    units { Px("px") } not_negative
}

sizes! {
    /// How large letters and icons are
    /// ([guide](https://developers.line.biz/en/docs/messaging-api/flex-message-layout/#other-component-size)).
    pub enum FontSize {
        /// `xxs`
        Xxs = "xxs",
        /// `xs`
        Xs = "xs",
        /// `sm`
        Sm = "sm",
        /// `md`: what holds if nothing is said.
        Md = "md",
        /// `lg`
        Lg = "lg",
        /// `xl`
        Xl = "xl",
        /// `xxl`
        Xxl = "xxl",
        /// `3xl`
        Xl3 = "3xl",
        /// `4xl`
        Xl4 = "4xl",
        /// `5xl`
        Xl5 = "5xl",
    }
    units { Px("px") } not_negative
}

sizes! {
    /// How wide an image is at most; a percentage is one of its own width
    /// ([guide](https://developers.line.biz/en/docs/messaging-api/flex-message-layout/#image-size)).
    pub enum ImageSize {
        /// `xxs`
        Xxs = "xxs",
        /// `xs`
        Xs = "xs",
        /// `sm`
        Sm = "sm",
        /// `md`: what holds if nothing is said.
        Md = "md",
        /// `lg`
        Lg = "lg",
        /// `xl`
        Xl = "xl",
        /// `xxl`
        Xxl = "xxl",
        /// `3xl`
        Xl3 = "3xl",
        /// `4xl`
        Xl4 = "4xl",
        /// `5xl`
        Xl5 = "5xl",
        /// `full`: as wide as what it is in.
        Full = "full",
    }
    units { Px("px"), Percent("%") } not_negative
}

sizes! {
    /// The width or height of a box; a percentage is one of the width or height of what it is in.
    pub enum Length {}
    units { Px("px"), Percent("%") } not_negative
}

/// The first of these sizes that is none.
pub(super) fn check_each<T: Copy>(
    sizes: &[(&str, Option<T>)],
    check: impl Fn(T, &str) -> Result<(), InvalidField>,
) -> Result<(), InvalidField> {
    sizes.iter().filter_map(|(field, size)| size.map(|size| (field, size))).try_for_each(|(f, s)| check(s, f))
}
