//! The audiences of the channel: who is in each, how it came to be, and from when it can be sent to.

mod controls;
mod lines;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::clock::Timestamp;
use crate::line::{RequestId, UserId};

pub use controls::AudienceFate;
pub(super) use lines::{Lines, is_ifa};

/// LINE keeps an audience for at most 180 days …
const LIFE: Duration = Duration::from_secs(180 * 86_400);
/// … and one that has expired for another month.
const AFTERLIFE: Duration = Duration::from_secs(30 * 86_400);
/// Users that clicks or impressions need.
const FEW: usize = 50;
/// Uploads to one audience at the same time.
const JOBS_AT_ONCE: usize = 10;

/// The audiences of the channel.
#[derive(Debug, Default)]
pub(super) struct Audiences {
    pub(super) by_id: BTreeMap<u64, Audience>,
    /// How long LINE takes to make one, and for each upload.
    takes: Duration,
    jobs: u64,
    /// Ids that were looked at for new ones.
    numbered: u64,
}

/// One audience.
#[derive(Debug)]
pub(super) struct Audience {
    pub(super) id: u64,
    pub(super) description: String,
    pub(super) kind: AudienceKind,
    /// Those who were uploaded later are in it at once; only their job's status takes its time.
    pub(super) members: BTreeSet<UserId>,
    /// Of an audience of IFAs how many there are: the simulator does not know whose they are.
    pub(super) ifas: usize,
    /// Its own channel's, from uploaded user ids: a narrowcast to it needs no fifty recipients.
    pub(super) made_from_user_ids: bool,
    pub(super) created: Timestamp,
    /// From when it is `READY`.
    pub(super) ready_at: Timestamp,
    pub(super) jobs: Vec<Job>,
    /// Who shares it, if it is not the channel's own.
    pub(super) owner: Option<String>,
    fate: Option<AudienceFate>,
    /// Not made by the bot: it is ready even if nobody is in it.
    given: bool,
}

/// How an audience came to be: LINE's `type`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum AudienceKind {
    /// `UPLOAD`
    Upload { ifa: bool },
    /// `CLICK`
    Click { request: RequestId, url: Option<String> },
    /// `IMP`
    Impression { request: RequestId },
}

/// How far an audience is: LINE's `status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AudienceStatus {
    /// `IN_PROGRESS`
    InProgress,
    /// `READY`
    Ready,
    /// `FAILED`, and LINE's word why.
    Failed(&'static str),
    /// `EXPIRED`
    Expired,
    /// `INACTIVE`
    Inactive,
}

/// One upload of ids.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) id: u64,
    pub(super) description: String,
    pub(super) added: usize,
    pub(super) created: Timestamp,
    pub(super) done_at: Timestamp,
    pub(super) failed: Option<&'static str>,
}

/// Ids that were uploaded.
#[derive(Debug, Default)]
pub(super) struct Uploaded {
    pub(super) members: BTreeSet<UserId>,
    pub(super) ifas: usize,
    /// The upload's name, or its file's.
    pub(super) description: String,
}

/// The first id, as long as LINE's are.
const FIRST_ID: u64 = 1_000_000_000_000;

impl Audiences {
    /// An audience by its `audienceGroupId`.
    pub(super) fn get(&self, id: u64) -> Option<&Audience> {
        self.by_id.get(&id)
    }

    /// Makes an audience of these user ids that is ready at `ready_at`; returns its id.
    pub(super) fn upload(
        &mut self,
        description: &str,
        members: impl IntoIterator<Item = UserId>,
        ready_at: Timestamp,
    ) -> u64 {
        let id = self.next_id();
        self.upload_as(id, description, members, ready_at);
        id
    }

    /// The same, with this id.
    pub(super) fn upload_as(
        &mut self,
        id: u64,
        description: &str,
        members: impl IntoIterator<Item = UserId>,
        ready_at: Timestamp,
    ) {
        let mut audience = Audience::new(id, description, AudienceKind::Upload { ifa: false }, ready_at);
        audience.members = members.into_iter().collect();
        audience.given = true;
        self.by_id.insert(id, audience);
    }

    /// Makes one that is ready once LINE's time for it is over.
    pub(super) fn make(&mut self, description: &str, kind: AudienceKind, now: Timestamp) -> &mut Audience {
        let id = self.next_id();
        let mut audience = Audience::new(id, description, kind, now);
        audience.ready_at = now.after(self.takes);
        self.by_id.entry(id).or_insert(audience)
    }

    /// An id that no audience has or had; others may have been given theirs.
    fn next_id(&mut self) -> u64 {
        loop {
            let id = FIRST_ID + self.numbered;
            self.numbered += 1;
            if !self.by_id.contains_key(&id) {
                return id;
            }
        }
    }

    /// Adds ids to an audience, in a job of its own.
    pub(super) fn add(&mut self, id: u64, uploaded: Uploaded, now: Timestamp) {
        let done_at = now.after(self.takes);
        self.jobs += 1;
        let job = self.jobs;
        let Some(audience) = self.by_id.get_mut(&id) else { return };
        let before = audience.size();
        audience.members.extend(uploaded.members);
        audience.ifas += uploaded.ifas;
        let added = audience.size() - before;
        let description = uploaded.description;
        audience.jobs.push(Job { id: job, description, added, created: now, done_at, failed: None });
    }

    /// Forgets what LINE has deleted by now.
    pub(super) fn sweep(&mut self, now: Timestamp) {
        self.by_id.retain(|_, audience| now < audience.expires().after(AFTERLIFE));
    }

    /// How many are the channel's own.
    pub(super) fn count_own(&self) -> usize {
        self.by_id.values().filter(|audience| audience.owner.is_none()).count()
    }
}

impl Audience {
    fn new(id: u64, description: &str, kind: AudienceKind, now: Timestamp) -> Self {
        Self {
            id,
            description: description.to_owned(),
            made_from_user_ids: kind == (AudienceKind::Upload { ifa: false }),
            kind,
            members: BTreeSet::new(),
            ifas: 0,
            created: now,
            ready_at: now,
            jobs: Vec::new(),
            owner: None,
            fate: None,
            given: false,
        }
    }

    pub(super) fn status(&self, now: Timestamp) -> AudienceStatus {
        match self.fate {
            Some(AudienceFate::Failed(why)) => return AudienceStatus::Failed(why),
            Some(AudienceFate::Inactive) => return AudienceStatus::Inactive,
            Some(AudienceFate::UploadFailed(_)) | None => {}
        }
        let small = match self.kind {
            AudienceKind::Upload { .. } => self.size() == 0 && !self.given,
            AudienceKind::Click { .. } | AudienceKind::Impression { .. } => false,
        };
        if now >= self.expires() {
            AudienceStatus::Expired
        } else if now < self.ready_at || small {
            // An empty one stays so for ever.
            AudienceStatus::InProgress
        } else if self.is_insufficient() {
            AudienceStatus::Failed("AUDIENCE_GROUP_AUDIENCE_INSUFFICIENT")
        } else {
            AudienceStatus::Ready
        }
    }

    /// Too few clicks or impressions. (Whether LINE fails such an audience or leaves it in progress is not said.)
    fn is_insufficient(&self) -> bool {
        !matches!(self.kind, AudienceKind::Upload { .. }) && self.members.len() < FEW
    }

    pub(super) fn size(&self) -> usize {
        self.members.len() + self.ifas
    }

    pub(super) fn expires(&self) -> Timestamp {
        self.created.after(LIFE)
    }

    pub(super) fn is_ifa(&self) -> bool {
        self.kind == (AudienceKind::Upload { ifa: true })
    }

    /// Whether as many uploads are under way as may be.
    pub(super) fn is_busy(&self, now: Timestamp) -> bool {
        self.jobs.iter().filter(|job| now < job.done_at).count() >= JOBS_AT_ONCE
    }
}
