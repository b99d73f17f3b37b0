//! The fields that requests about audiences share, checked, and how audiences are written.

use serde_json::{Value, json};

use super::refusal::Problem;
use crate::clock::Timestamp;
use crate::simulator::api::answer::Refusal;
use crate::simulator::audience::{Audience, AudienceKind, AudienceStatus, Job};

/// Characters of a name.
const NAME_MAX: usize = 120;
/// Characters of an upload's name.
const UPLOAD_NAME_MAX: usize = 300;
/// Jobs that are shown.
const JOBS_SHOWN: usize = 50;

/// `description`
pub(super) fn name(body: &Value) -> Result<String, Refusal> {
    Ok(check_name(body["description"].as_str().unwrap_or_default())?.to_owned())
}

pub(super) fn check_name(name: &str) -> Result<&str, Problem> {
    if name.is_empty() {
        Err(Problem::NameEmpty)
    } else if name.encode_utf16().count() > NAME_MAX {
        Err(Problem::NameTooLong)
    } else if name.chars().any(char::is_control) {
        Err(Problem::NameWrong)
    } else {
        Ok(name)
    }
}

pub(super) fn check_upload_name(name: &str) -> Result<&str, Problem> {
    if name.encode_utf16().count() > UPLOAD_NAME_MAX {
        return Err(Problem::UploadDescriptionTooLong);
    }
    Ok(name)
}

/// The answer to a request that makes one; that of an impression audience is shorter.
pub(super) fn created(audience: &Audience) -> Value {
    let mut json = json!({
        "audienceGroupId": audience.id,
        "type": kind(audience),
        "description": audience.description,
        "created": seconds(audience.created),
    });
    if !matches!(audience.kind, AudienceKind::Impression { .. }) {
        json["createRoute"] = json!("MESSAGING_API");
        json["permission"] = json!("READ_WRITE");
        json["expireTimestamp"] = json!(seconds(audience.expires()));
        json["isIfaAudience"] = json!(audience.is_ifa());
    }
    add_cast(&mut json, audience);
    json
}

/// An audience as it is shown.
pub(super) fn group(audience: &Audience, now: Timestamp) -> Value {
    let (status, failed) = match audience.status(now) {
        AudienceStatus::InProgress => ("IN_PROGRESS", None),
        AudienceStatus::Ready => ("READY", None),
        AudienceStatus::Failed(why) => ("FAILED", Some(why)),
        AudienceStatus::Expired => ("EXPIRED", None),
        AudienceStatus::Inactive => ("INACTIVE", None),
    };
    let shared = audience.owner.is_some();
    let mut json = json!({
        "audienceGroupId": audience.id,
        "createRoute": if shared { "AD_MANAGER" } else { "MESSAGING_API" },
        "type": kind(audience),
        "description": audience.description,
        "status": status,
        "audienceCount": shown_size(audience),
        "created": seconds(audience.created),
        "permission": if shared { "READ" } else { "READ_WRITE" },
        "isIfaAudience": audience.is_ifa(),
    });
    if let Some(why) = failed {
        json["failedType"] = json!(why);
    }
    add_cast(&mut json, audience);
    json
}

/// The uploads to an audience, the newest first.
pub(super) fn jobs(audience: &Audience, now: Timestamp) -> Vec<Value> {
    audience.jobs.iter().rev().take(JOBS_SHOWN).map(|it| job(audience.id, it, now)).collect()
}

fn job(audience: u64, job: &Job, now: Timestamp) -> Value {
    let status = match job.failed {
        _ if now < job.done_at => "WORKING",
        Some(_) => "FAILED",
        None => "FINISHED",
    };
    let mut json = json!({
        "audienceGroupJobId": job.id,
        "audienceGroupId": audience,
        "description": job.description,
        "type": "DIFF_ADD",
        "jobStatus": status,
        "audienceCount": job.added,
        "created": seconds(job.created),
    });
    if let (Some(why), "FAILED") = (job.failed, status) {
        json["failedType"] = json!(why);
    }
    json
}

fn add_cast(json: &mut Value, audience: &Audience) {
    match &audience.kind {
        AudienceKind::Upload { .. } => {}
        AudienceKind::Click { request, url } => {
            json["requestId"] = json!(request);
            if let Some(url) = url {
                json["clickUrl"] = json!(url);
            }
        }
        AudienceKind::Impression { request } => json["requestId"] = json!(request),
    }
}

pub(super) fn kind(audience: &Audience) -> &'static str {
    match audience.kind {
        AudienceKind::Upload { .. } => "UPLOAD",
        AudienceKind::Click { .. } => "CLICK",
        AudienceKind::Impression { .. } => "IMP",
    }
}

/// Fewer than 20 are shown as none, except of uploads.
fn shown_size(audience: &Audience) -> usize {
    let shown = matches!(audience.kind, AudienceKind::Upload { .. }) || audience.size() >= 20;
    if shown { audience.size() } else { 0 }
}

fn seconds(at: Timestamp) -> i64 {
    at.as_millis().div_euclid(1000)
}
