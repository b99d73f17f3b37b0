//! What LINE believes to know of a friend, which narrowcasts filter by
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#narrowcast-demographic-filter)).

use std::time::Duration;

use crate::clock::Timestamp;

/// What LINE believes to know of a person; what is not set is unknown. A filter never finds people by what is unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attributes {
    /// For the filter `gender`.
    pub gender: Option<Gender>,
    /// In years, for the filter `age`.
    pub age: Option<u8>,
    /// For the filter `appType`.
    pub app_type: Option<AppType>,
    /// One of LINE's codes (`jp_13`), for the filter `area`.
    pub area: Option<String>,
    /// For the filter `subscriptionPeriod`. A `follow` sets it.
    pub friend_since: Option<Timestamp>,
}

/// A person's gender, as LINE's filter has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gender {
    /// `male`
    Male,
    /// `female`
    Female,
}

/// Which LINE app a person uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppType {
    /// `ios`
    Ios,
    /// `android`
    Android,
}

impl Attributes {
    /// A person of whom nothing is known.
    pub fn unknown() -> Self {
        Self::default()
    }

    /// With this gender.
    #[must_use]
    pub fn gender(self, gender: Gender) -> Self {
        Self { gender: Some(gender), ..self }
    }

    /// With this age in years.
    #[must_use]
    pub fn age(self, years: u8) -> Self {
        Self { age: Some(years), ..self }
    }

    /// With this app.
    #[must_use]
    pub fn app_type(self, app_type: AppType) -> Self {
        Self { app_type: Some(app_type), ..self }
    }

    /// Living in this area, one of LINE's codes; one that LINE does not have is in no filter.
    #[must_use]
    pub fn area(self, code: &str) -> Self {
        Self { area: Some(code.to_owned()), ..self }
    }

    /// A friend since then.
    #[must_use]
    pub fn friend_since(self, at: Timestamp) -> Self {
        Self { friend_since: Some(at), ..self }
    }

    /// The member with this number of a crowd: genders, ages, apps, areas and times vary, the same for the same number.
    pub(super) fn of_member(number: usize, now: Timestamp) -> Self {
        let turn = |of: usize| u8::try_from(number % of).unwrap_or(0);
        let days = u64::from(turn(100)) * 4;
        Self::unknown()
            .gender(if turn(2) == 0 { Gender::Female } else { Gender::Male })
            .age(15 + turn(60))
            .app_type(if turn(3) == 0 { AppType::Android } else { AppType::Ios })
            .area(&format!("jp_{:02}", turn(47) + 1))
            .friend_since(now.before(Duration::from_secs(days * 86_400)))
    }

    /// Users under 20 in Thailand get no filtered messages
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#send-narrowcast-message)). By which filters
    /// LINE does not say; here by any.
    pub(super) fn sheltered(&self) -> bool {
        self.age.is_some_and(|age| age < 20) && self.area.as_ref().is_some_and(|area| area.starts_with("th_"))
    }
}

impl Gender {
    pub(super) const WORDS: [&str; 2] = ["male", "female"];

    pub(super) fn parse(word: &str) -> Option<Self> {
        match word {
            "male" => Some(Self::Male),
            "female" => Some(Self::Female),
            _ => None,
        }
    }

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Male => "male",
            Self::Female => "female",
        }
    }
}

impl AppType {
    pub(super) const WORDS: [&str; 2] = ["ios", "android"];

    pub(super) fn parse(word: &str) -> Option<Self> {
        match word {
            "ios" => Some(Self::Ios),
            "android" => Some(Self::Android),
            _ => None,
        }
    }

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Ios => "ios",
            Self::Android => "android",
        }
    }
}

/// How many areas each country has: `jp_01` to `jp_47` and so on. The Indonesian ones are in LINE's schema only.
const AREAS: [(&str, u8); 4] = [("jp", 47), ("tw", 22), ("th", 8), ("id", 12)];

/// Whether LINE has an area of this code.
pub(super) fn is_area(code: &str) -> bool {
    AREAS.iter().any(|(country, count)| (1..=*count).any(|number| code == format!("{country}_{number:02}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_are_those_of_line() {
        for good in ["jp_01", "jp_47", "tw_22", "th_08", "id_12"] {
            assert!(is_area(good), "{good}");
        }
        for bad in ["jp_00", "jp_48", "jp_1", "tw_23", "th_09", "id_13", "us_01", "jp", ""] {
            assert!(!is_area(bad), "{bad}");
        }
    }

    #[test]
    fn a_crowd_is_the_same_each_time_and_mixed() {
        let now = Timestamp::from_millis(1_793_000_000_000);
        let crowd: Vec<_> = (0..120).map(|number| Attributes::of_member(number, now)).collect();
        assert_eq!(crowd[7], Attributes::of_member(7, now));
        let women = crowd.iter().filter(|it| it.gender == Some(Gender::Female)).count();
        assert_eq!(women, 60);
        assert!(crowd.iter().all(|it| it.area.as_deref().is_some_and(is_area)));
    }
}
