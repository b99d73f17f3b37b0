//! LINE's error bodies ([reference](https://developers.line.biz/en/reference/messaging-api/#error-responses)).

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::{Value, json};

use crate::simulator::check::{Detail, Report};
use crate::simulator::quota::OverQuota;

/// A request that LINE refuses.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    body: Value,
    accepted_request_id: Option<String>,
}

/// What a handler answers.
pub(super) type Answer = Result<Response, Refusal>;

/// 200 with a JSON body.
pub(super) fn ok(body: Value) -> Answer {
    Ok(Json(body).into_response())
}

/// 202: what was asked for is done later.
pub(super) fn accepted() -> Answer {
    Ok((StatusCode::ACCEPTED, Json(json!({}))).into_response())
}

/// 202 with a JSON body.
pub(super) fn accepted_with(body: Value) -> Answer {
    Ok((StatusCode::ACCEPTED, Json(body)).into_response())
}

impl Refusal {
    /// 400 with a code in `details`, as the calls about audiences have it.
    pub(super) fn coded(message: &str, code: &str) -> Self {
        let body = json!({"message": message, "details": [{"message": code}]});
        Self { body, ..Self::bad_request(message) }
    }

    pub(super) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, body: json!({"message": message.into()}), accepted_request_id: None }
    }

    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    pub(super) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "Not found")
    }

    pub(super) fn unauthorised(reason: &str) -> Self {
        let message = format!("Authentication failed due to the following reason: {reason}");
        Self::new(StatusCode::UNAUTHORIZED, message)
    }

    /// The token endpoints have another form of error.
    pub(super) fn oauth(error: &str, description: &str) -> Self {
        let body = json!({"error": error, "error_description": description});
        Self { status: StatusCode::BAD_REQUEST, body, accepted_request_id: None }
    }

    /// 409: the request was accepted before, as `request_id`.
    pub(super) fn already_accepted(request_id: &str, sent: Option<Value>) -> Self {
        let mut body = json!({"message": "The retry key is already accepted"});
        if let Some(sent) = sent {
            body["sentMessages"] = sent;
        }
        Self { status: StatusCode::CONFLICT, body, accepted_request_id: Some(request_id.to_owned()) }
    }

    /// 400 if there is anything in the report.
    pub(super) fn unless_clean(report: Report) -> Result<(), Self> {
        let details = report.into_details();
        if details.is_empty() { Ok(()) } else { Err(Self::faults(&details)) }
    }

    /// 400 in the older words, for a recipient that is none.
    pub(super) fn property(path: &str) -> Self {
        Self::bad_request(format!(
            "The property, {path}, in the request body is invalid (line: -, column: -)"
        ))
    }

    /// 429: the quota of this month is used, or set aside.
    pub(super) fn over_quota() -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "You have reached your monthly limit.")
    }

    /// 400 with one fault.
    pub(super) fn fault(property: &str, message: &str) -> Self {
        Self::faults(&[Detail { message: message.to_owned(), property: property.to_owned() }])
    }

    /// The same with another status than 400, and no property where the path is at fault.
    pub(super) fn fault_as(status: StatusCode, property: &str, message: &str) -> Self {
        Self { status, ..Self::fault(property, message) }
    }

    /// 400 with one fault, under another title than usual.
    pub(super) fn titled(title: &str, property: &str, message: &str) -> Self {
        let mut refusal = Self::fault(property, message);
        refusal.body["message"] = json!(title);
        refusal
    }

    fn faults(details: &[Detail]) -> Self {
        let message = format!("The request body has {} error(s)", details.len());
        let body = json!({"message": message, "details": details});
        Self { status: StatusCode::BAD_REQUEST, body, accepted_request_id: None }
    }
}

impl From<OverQuota> for Refusal {
    fn from(_: OverQuota) -> Self {
        Self::over_quota()
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let told = Told(self.body["message"].as_str().unwrap_or_default().to_owned());
        let mut response = (self.status, Json(self.body)).into_response();
        response.extensions_mut().insert(told);
        if let Some(id) = self.accepted_request_id.and_then(|id| id.try_into().ok()) {
            response.headers_mut().insert("x-line-accepted-request-id", id);
        }
        response
    }
}

/// A refusal's message, for those who watch.
#[derive(Clone, Debug)]
pub(super) struct Told(pub(super) String);
