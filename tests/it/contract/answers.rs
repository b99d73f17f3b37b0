//! Every documented answer is read: with everything in it, with no more than is required, with something new; and
//! every documented refusal is an error with its status.

use serde_json::{Value, json};

use super::calls::{self, Stage};
use super::spec::{Operation, Spec};
use super::transports::Parrot;
use super::{Gaps, examples};

/// Refusals that are none: an accepted retry key is success.
const SUCCESS: u16 = 409;

async fn gaps(spec: &Spec) -> Gaps {
    let mut gaps = Gaps::default();
    for (name, call) in calls::all() {
        for operation in calls::operations_of(spec, name, call).await {
            for (status, body) in answers(spec, &operation) {
                let stage = Stage::hearing(Parrot::says(status, body.clone()));
                let outcome = call(&stage).await;
                match outcome {
                    Ok(()) if status < 400 || status == SUCCESS => {}
                    Err(error) if status >= 400 && error.status() == Some(status) => {}
                    Ok(()) => gaps.add(format!("{name}: {status} is taken for success")),
                    Err(error) => gaps.add(format!("{name}: {status} {body}: {error}")),
                }
            }
        }
    }
    gaps
}

fn answers(spec: &Spec, operation: &Operation) -> Vec<(u16, String)> {
    let file = spec.file(&operation.file);
    let mut made = Vec::new();
    for (status, schema) in &operation.answers {
        let Some(schema) = schema else {
            made.push((*status, String::new()));
            continue;
        };
        let mut bodies = examples::all(file, schema);
        bodies.extend(examples::least(file, schema));
        bodies.extend(bodies.first().cloned().map(with_something_new));
        made.extend(bodies.into_iter().map(|body| (*status, body.to_string())));
    }
    made
}

fn with_something_new(mut body: Value) -> Value {
    if let Value::Object(fields) = &mut body {
        fields.insert("newIn2027".to_owned(), json!({"level": 3}));
    }
    body
}

#[tokio::test]
async fn every_documented_answer_is_read() {
    let Some(spec) = Spec::load() else { return };
    gaps(&spec).await.none();
}
