//! Whatever is combined, a tree comes out that LINE takes.

use line_bot_server::line::InvalidField;
use line_bot_server::line::narrowcast::{
    Age, AppType, Area, Demographic, FILTERS_MAX, Gender, LIMIT_MAX, Limit, OneOf, RECIPIENTS_MAX, Range,
    Recipient, SubscriptionPeriod,
};
use proptest::prelude::*;
use serde::Serialize;
use serde_json::{Value, json};

fn json_of(value: impl Serialize) -> Value {
    serde_json::to_value(value).unwrap()
}

fn audience(id: u64) -> Recipient {
    Recipient::audience(id)
}

fn audience_json(id: u64) -> Value {
    json!({ "type": "audience", "audienceGroupId": id })
}

#[test]
fn what_is_combined_by_one_operator_is_one_array_however_it_was_bracketed() {
    let flat = json!({ "type": "operator", "or": [audience_json(1), audience_json(2), audience_json(3)] });
    assert_eq!(json_of(audience(1) | audience(2) | audience(3)), flat);
    assert_eq!(json_of(audience(1) | (audience(2) | audience(3))), flat);
}

#[test]
fn different_operators_stay_nested_and_bind_as_rust_says() {
    let and = json!({ "type": "operator", "and": [audience_json(2), audience_json(3)] });
    let nested = json!({ "type": "operator", "or": [audience_json(1), and] });
    assert_eq!(json_of(audience(1) | audience(2) & audience(3)), nested);
    let not = json!({ "type": "operator", "not": nested });
    assert_eq!(json_of(!(audience(1) | audience(2) & audience(3))), not);
    assert_eq!(json_of(!!audience(1)), audience_json(1));
}

#[test]
fn ten_recipients_pass_and_an_eleventh_is_refused_by_name() {
    let many = |n| (1..=n).map(audience).reduce(|one, other| one & !other).unwrap();
    many(RECIPIENTS_MAX as u64).check().unwrap();
    let error = many(RECIPIENTS_MAX as u64 + 1).check().unwrap_err();
    assert_eq!(error.to_string(), "recipient: 11 audience and redelivery objects, 10 are allowed");
    // Operators do not count.
    (many(5) | !many(5)).check().unwrap();
}

#[test]
fn ten_filters_pass_and_an_eleventh_is_refused_by_name() {
    let many = |n: usize| {
        let one = || !Demographic::gender([Gender::Male]);
        (0..n).map(|_| one()).reduce(|one, other| one | other).unwrap()
    };
    many(FILTERS_MAX).check().unwrap();
    let error = many(FILTERS_MAX + 1).check().unwrap_err();
    assert_eq!(error.to_string(), "filter.demographic: 11 filter objects, 10 are allowed");
}

#[test]
fn every_filter_has_lines_shape() {
    for (filter, shape) in [
        (Demographic::gender([Gender::Female]), json!({ "type": "gender", "oneOf": ["female"] })),
        (Demographic::age(Age::Years15..), json!({ "type": "age", "gte": "age_15" })),
        (Demographic::age(..Age::Years70), json!({ "type": "age", "lt": "age_70" })),
        (
            Demographic::app_type([AppType::Ios, AppType::Android]),
            json!({ "type": "appType", "oneOf": ["ios", "android"] }),
        ),
        (Demographic::area([Area::Hokkaido]), json!({ "type": "area", "oneOf": ["jp_01"] })),
        (
            Demographic::subscription_period(
                Range::try_from(SubscriptionPeriod::Days90..SubscriptionPeriod::Days365).unwrap(),
            ),
            json!({ "type": "subscriptionPeriod", "gte": "day_90", "lt": "day_365" }),
        ),
    ] {
        assert_eq!(json_of(filter), shape);
    }
    let thai = OneOf::new(Area::ALL.iter().copied().filter(|area| area.code().starts_with("th"))).unwrap();
    assert_eq!(json_of(Demographic::area(thai))["oneOf"].as_array().unwrap().len(), 8);
    assert!(OneOf::<Area>::new([]).is_none());
}

#[test]
fn a_range_with_nothing_in_it_cannot_be_built() {
    assert!(Range::between(Age::Years20, Age::Years25).is_ok());
    for (gte, lt) in [(Age::Years20, Age::Years20), (Age::Years25, Age::Years20)] {
        let error: InvalidField = Range::between(gte, lt).unwrap_err();
        assert_eq!(error.field, "gte");
        assert!(Range::try_from(gte..lt).is_err());
    }
}

#[test]
fn every_area_has_a_code_and_a_name_of_its_own() {
    assert_eq!(Area::ALL.len(), 47 + 22 + 8 + 12);
    let mut codes: Vec<_> = Area::ALL.iter().map(|area| area.code()).collect();
    let mut names: Vec<_> = Area::ALL.iter().map(|area| area.name()).collect();
    codes.sort_unstable();
    codes.dedup();
    names.sort_unstable();
    names.dedup();
    assert_eq!((codes.len(), names.len()), (89, 89));
    assert_eq!(
        (Area::Tokyo.code(), Area::Osaka.code(), Area::LienchiangCounty.code()),
        ("jp_13", "jp_27", "tw_22")
    );
    assert_eq!((Area::WesternThailand.code(), Area::Yogyakarta.code()), ("th_08", "id_12"));
}

#[test]
fn a_limit_says_what_it_was_told_and_knows_its_bounds() {
    assert_eq!(json_of(Limit::new()), json!({}));
    assert_eq!(json_of(Limit::new().max(1)), json!({ "max": 1 }));
    let quota = Limit::new().up_to_remaining_quota().forbid_partial_delivery().max(30);
    let shape = json!({ "max": 30, "upToRemainingQuota": true, "forbidPartialDelivery": true });
    assert_eq!(json_of(Limit::from(quota)), shape);
    for (max, fine) in [(0, false), (1, true), (LIMIT_MAX, true), (LIMIT_MAX + 1, false)] {
        let checked = Limit::new().max(max).check();
        assert_eq!(checked.is_ok(), fine, "{max}");
        assert!(checked.is_ok() || checked.unwrap_err().field == "limit.max");
    }
}

fn any_recipient() -> impl Strategy<Value = Recipient> {
    let leaf = prop_oneof![
        any::<u32>().prop_map(|id| audience(u64::from(id))),
        "[a-z0-9-]{1,8}".prop_map(Recipient::redelivery),
    ];
    leaf.prop_recursive(5, 40, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| a & b),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| a | b),
            inner.prop_map(|a| !a),
        ]
    })
}

/// Exactly one operator, with operands; and nothing that could be flatter.
fn assert_well_formed(tree: &Value, above: &str) {
    let object = tree.as_object().unwrap();
    match object["type"].as_str().unwrap() {
        "operator" => {
            assert_eq!(object.len(), 2, "{tree}");
            let (name, operands) = object.iter().find(|(name, _)| *name != "type").unwrap();
            assert_ne!(name, above, "{tree}");
            match name.as_str() {
                "and" | "or" => {
                    let operands = operands.as_array().unwrap();
                    assert!(operands.len() >= 2);
                    operands.iter().for_each(|operand| assert_well_formed(operand, name));
                }
                "not" => assert_well_formed(operands, name),
                other => panic!("{other}"),
            }
        }
        "audience" => assert!(object["audienceGroupId"].is_u64()),
        "redelivery" => assert!(object["requestId"].is_string()),
        other => panic!("{other}"),
    }
}

proptest! {
    #[test]
    fn only_well_formed_trees_come_out(recipient in any_recipient()) {
        assert_well_formed(&json_of(recipient), "");
    }
}
