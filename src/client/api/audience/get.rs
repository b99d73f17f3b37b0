//! `GET /v2/bot/audienceGroup/{audienceGroupId}`
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#get-audience-group)); asked again and again, how
//! an audience is waited for.

use std::fmt;
use std::future::IntoFuture;

use futures_util::future::BoxFuture;

use super::RATE;
use crate::client::call::json;
use crate::client::{Answer, Call, Client, ClientError, Endpoint, Patience, Request, Until, WaitError, wait};
use crate::line::audience::{
    AudienceData, AudienceFailedType, AudienceJob, AudienceJobStatus, AudienceStatus,
};

static AUDIENCE: Endpoint = Endpoint::get("audience", "/v2/bot/audienceGroup/{audienceGroupId}").rate(RATE);

/// An audience, by its id: awaiting it asks LINE for it once, [`wait_until_ready`](Self::wait_until_ready) until it
/// can be sent to.
#[must_use = "awaiting it asks for the audience"]
pub struct AudienceLookup {
    client: Client,
    id: u64,
    until: Until,
}

impl Client {
    /// An audience and the uploads to it
    /// ([reference](https://developers.line.biz/en/reference/messaging-api/#get-audience-group)). One that does not exist
    /// is 400: [`ClientError::audience_problem`].
    pub fn audience(&self, audience: u64) -> AudienceLookup {
        AudienceLookup { client: self.clone(), id: audience, until: Until::default() }
    }
}

impl AudienceLookup {
    /// Limits in time, for each look.
    pub fn until(mut self, until: Until) -> Self {
        self.until = until;
        self
    }

    /// The request, unsent.
    ///
    /// # Errors
    /// LINE would refuse it.
    pub fn into_request(self) -> Result<Request, ClientError> {
        self.call().into_request()
    }

    /// Waits until the audience can be sent to and all uploads to it are through, looking ever more seldom. LINE
    /// calls an audience ready again while more ids are still being added, so after
    /// [`add_to_audience`](Client::add_to_audience) this waits for those, too.
    ///
    /// It can take hours; and an audience that is empty or too small is never ready.
    ///
    /// # Errors
    /// [`WaitError::Failed`] says what became of the audience, or of the last upload to it;
    /// [`WaitError::NotInTime`] when it is still under way.
    pub async fn wait_until_ready(
        self,
        patience: Patience,
    ) -> Result<AudienceData, WaitError<AudienceFailure>> {
        wait::until(patience, || async {
            let data = self.call().await?.value;
            match verdict(&data) {
                Verdict::Ready => Ok(Some(data)),
                Verdict::Wait => Ok(None),
                Verdict::Failed(failure) => Err(WaitError::Failed(failure)),
            }
        })
        .await
    }

    fn call(&self) -> Call<AudienceData> {
        Call::new(&self.client, &AUDIENCE, &[&self.id.to_string()], json()).until(self.until)
    }
}

impl IntoFuture for AudienceLookup {
    type Output = Result<Answer<AudienceData>, ClientError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        self.call().into_future()
    }
}

/// Why an audience cannot be sent to, or lacks the ids that were added last.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AudienceFailure {
    /// `FAILED`: LINE could not make it.
    Failed(Option<AudienceFailedType>),
    /// `EXPIRED`: it is too old.
    Expired,
    /// `INACTIVE`: it was not used for long.
    Inactive,
    /// The audience is there, but the last upload to it failed.
    UploadFailed(Box<AudienceJob>),
}

impl std::error::Error for AudienceFailure {}

/// Says what to do, too.
impl fmt::Display for AudienceFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(why) => {
                write!(f, "LINE could not make the audience ({}): {}", code(why), advice(why))
            }
            Self::Expired => f.write_str("the audience has expired and LINE will delete it: make a new one"),
            Self::Inactive => f.write_str(
                "the audience is inactive: activate it in LINE Official Account Manager, or make a new one",
            ),
            Self::UploadFailed(job) => {
                let name = job.description.as_deref().unwrap_or("without a name");
                let (id, why) = (job.audience_group_job_id, &job.failed_type);
                write!(f, "the upload {id} ({name}) to the audience failed ({}): ", code(why))?;
                f.write_str("the audience can be sent to, without those ids; add them again")
            }
        }
    }
}

fn code(why: &Option<AudienceFailedType>) -> &str {
    why.as_ref().map_or("no reason given", AudienceFailedType::as_str)
}

fn advice(why: &Option<AudienceFailedType>) -> &'static str {
    match why {
        Some(AudienceFailedType::Insufficient) => {
            "it has too few users (clicks and impressions need 50); make a new one of more, or send to its users by \
             multicast"
        }
        Some(AudienceFailedType::InternalError) => "the fault is LINE's; make it anew",
        Some(AudienceFailedType::Unknown(_)) | None => {
            "look at it in LINE Official Account Manager, or make it anew"
        }
    }
}

enum Verdict {
    Ready,
    Wait,
    Failed(AudienceFailure),
}

fn verdict(data: &AudienceData) -> Verdict {
    let group = &data.audience_group;
    match &group.status {
        AudienceStatus::Ready => of_jobs(&data.jobs),
        AudienceStatus::Failed => Verdict::Failed(AudienceFailure::Failed(group.failed_type.clone())),
        AudienceStatus::Expired => Verdict::Failed(AudienceFailure::Expired),
        AudienceStatus::Inactive => Verdict::Failed(AudienceFailure::Inactive),
        // What a new word means is not known; sending would be 400 unless it is ready.
        AudienceStatus::InProgress | AudienceStatus::Activating | AudienceStatus::Unknown(_) => Verdict::Wait,
    }
}

/// Of the uploads that are over the last one decides: those before it were the business of earlier calls. LINE does
/// not say in which order it lists them; their ids grow.
fn of_jobs(jobs: &[AudienceJob]) -> Verdict {
    let over =
        |job: &AudienceJob| matches!(job.job_status, AudienceJobStatus::Finished | AudienceJobStatus::Failed);
    if !jobs.iter().all(over) {
        return Verdict::Wait;
    }
    match jobs.iter().max_by_key(|job| job.audience_group_job_id) {
        Some(last) if last.job_status == AudienceJobStatus::Failed => {
            Verdict::Failed(AudienceFailure::UploadFailed(Box::new(last.clone())))
        }
        _ => Verdict::Ready,
    }
}
