//! Aggregation units: their names, and the two sends that carry one.

use line_bot_server::line::aggregation::UNIT_MAX;
use line_bot_server::line::{AggregationUnit, UserId};
use serde_json::{Value, json};

use crate::client::scripted::Server;

#[tokio::test]
async fn push_and_multicast_carry_one() {
    let client = Server::script([]).await.client();
    let unit = || AggregationUnit::new("Spring_2026").unwrap();
    for request in [
        client.push(UserId::from("U1"), "hi").custom_aggregation_unit(unit()).into_request().unwrap(),
        client.multicast(["U1"], "hi").custom_aggregation_unit(unit()).into_requests().unwrap().remove(0),
    ] {
        let body: Value = serde_json::from_slice(request.body.bytes()).unwrap();
        assert_eq!(body["customAggregationUnits"], json!(["Spring_2026"]));
    }
}

#[test]
fn a_unit_has_1_to_30_letters_digits_and_underscores() {
    for name in ["a", "Z_9", &"x".repeat(UNIT_MAX)] {
        assert_eq!(AggregationUnit::new(name).unwrap().as_str(), name);
    }
    for (name, problem) in [
        (String::new(), "0 characters, 1 to 30 are allowed"),
        ("x".repeat(UNIT_MAX + 1), "31 characters, 1 to 30 are allowed"),
        ("a-b".to_owned(), "other characters, a-z, A-Z, 0-9 and _ are allowed"),
        ("é".to_owned(), "other characters, a-z, A-Z, 0-9 and _ are allowed"),
    ] {
        let error = AggregationUnit::new(name).unwrap_err();
        assert_eq!(error.to_string(), format!("customAggregationUnits[0]: {problem}"));
    }
}
