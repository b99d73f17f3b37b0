//! What is said of values of LINE's vocabulary: whether they are within its limits, and that they are read and written
//! without loss.

use std::fmt::Debug;

use line_bot_server::line::InvalidField;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// The value is fine.
#[track_caller]
pub(crate) fn fits(result: Result<(), InvalidField>) {
    result.expect("refused what LINE takes");
}

/// The value is refused, and the error says exactly this.
#[track_caller]
pub(crate) fn refused(result: Result<(), InvalidField>, text: &str) {
    assert_eq!(result.expect_err("nothing was refused").to_string(), text);
}

pub(crate) fn read<T: DeserializeOwned>(json: Value) -> T {
    serde_json::from_value(json).unwrap()
}

/// Reads it, also with a field LINE may add, and writes it back the same.
#[track_caller]
pub(crate) fn round_trip<T: DeserializeOwned + Serialize + PartialEq + Debug>(json: Value) -> T {
    let value: T = read(json.clone());
    assert_eq!(serde_json::to_value(&value).unwrap(), json);
    let mut grown = json;
    grown["addedTomorrow"] = json!({"a": [1]});
    assert_eq!(read::<T>(grown), value);
    value
}
