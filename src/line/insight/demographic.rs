//! Who the friends are, in percent: what LINE believes of them, about three days old.

use serde::{Deserialize, Serialize};

use crate::line::response::null_is_empty;

/// Who the friends are ([reference](https://developers.line.biz/en/reference/messaging-api/#get-demographic)). Only for
/// accounts of Japan, Thailand and Taiwan that reach 20 people or more; else not available, and empty.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct FriendDemographics {
    /// Whether there is anything.
    pub available: bool,
    /// By gender.
    #[serde(deserialize_with = "null_is_empty")]
    pub genders: Vec<GenderShare>,
    /// By age.
    #[serde(deserialize_with = "null_is_empty")]
    pub ages: Vec<AgeShare>,
    /// By area.
    #[serde(deserialize_with = "null_is_empty")]
    pub areas: Vec<AreaShare>,
    /// By operating system.
    #[serde(deserialize_with = "null_is_empty")]
    pub app_types: Vec<AppTypeShare>,
    /// By how long they have been friends.
    #[serde(deserialize_with = "null_is_empty")]
    pub subscription_periods: Vec<FriendshipShare>,
}

/// How many percent of the friends are so.
macro_rules! share {
    ($(#[$doc:meta])* $name:ident, $(#[$of_doc:meta])* $of:ident: $kind:ty) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(rename_all = "camelCase")]
        #[non_exhaustive]
        pub struct $name {
            $(#[$of_doc])*
            pub $of: $kind,
            /// Percent of the friends, 0 to 100.
            #[serde(default)]
            pub percentage: f64,
        }
    };
}

share! {
    /// The share of a gender.
    GenderShare,
    /// Which.
    gender: Gender
}
share! {
    /// The share of an age.
    AgeShare,
    /// Which.
    age: AgeRange
}
share! {
    /// The share of an area.
    AreaShare,
    /// Its name in the language of the country: `東京`, `台北市`, `Bangkok`; `unknown`.
    area: String
}
share! {
    /// The share of an operating system.
    AppTypeShare,
    /// Which.
    app_type: AppType
}
share! {
    /// The share of a duration of friendship.
    FriendshipShare,
    /// Which.
    subscription_period: FriendshipDuration
}

open_words! {
    /// A gender.
    pub enum Gender {
        /// Male.
        Male = "male",
        /// Female.
        Female = "female",
        /// LINE does not know it.
        NotKnown = "unknown",
    }
}

open_words! {
    /// An age, in years.
    pub enum AgeRange {
        /// Up to 14. Not told for accounts of Thailand.
        From0To14 = "from0to14",
        /// 15 to 19. Not told for accounts of Thailand.
        From15To19 = "from15to19",
        /// 20 to 24.
        From20To24 = "from20to24",
        /// 25 to 29.
        From25To29 = "from25to29",
        /// 30 to 34.
        From30To34 = "from30to34",
        /// 35 to 39.
        From35To39 = "from35to39",
        /// 40 to 44.
        From40To44 = "from40to44",
        /// 45 to 49.
        From45To49 = "from45to49",
        /// 50 and over; the ranges above 50 are parts of it.
        From50 = "from50",
        /// 50 to 54.
        From50To54 = "from50to54",
        /// 55 to 59.
        From55To59 = "from55to59",
        /// 60 to 64.
        From60To64 = "from60to64",
        /// 65 to 69.
        From65To69 = "from65to69",
        /// 70 and over.
        From70 = "from70",
        /// LINE does not know it.
        NotKnown = "unknown",
    }
}

open_words! {
    /// An operating system.
    pub enum AppType {
        /// iOS.
        Ios = "ios",
        /// Android.
        Android = "android",
        /// Another.
        Others = "others",
    }
}

open_words! {
    /// For how long somebody has been a friend, counted from the day after.
    pub enum FriendshipDuration {
        /// Under 7 days.
        Within7Days = "within7days",
        /// 7 days or more, under 30.
        Within30Days = "within30days",
        /// 30 days or more, under 90.
        Within90Days = "within90days",
        /// 90 days or more, under 180.
        Within180Days = "within180days",
        /// 180 days or more, under 365.
        Within365Days = "within365days",
        /// 365 days or more.
        Over365Days = "over365days",
        /// LINE does not know it.
        NotKnown = "unknown",
    }
}
