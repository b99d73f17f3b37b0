//! By reply: free, once, while the token is fresh; there is no retry key, so an outcome that is not known stays so
//! unless the same reply, repeated while the token is fresh, settles it.

use super::{Part, Replied, Send, hash_of, taken_unread};
use crate::client::api::message::{Reply, Sent};
use crate::client::{ClientError, ErrorKind, Until};
use crate::dispatch::context::SendError;
use crate::dispatch::context::journal::{Meeting, NOT_SENT, Refusal, Standing};
use crate::inbox::{Route, SendEntry, SendResult};
use crate::line::ReplyToken;

impl Send<'_> {
    /// Replies, if the token allows it.
    pub(super) async fn reply(&self, part: &Part) -> Result<Replied, SendError> {
        let send = part.entry(Route::Reply);
        if let Some(closed) = self.closed(part, &send)? {
            return Ok(Replied::Closed(closed));
        }
        let Some(reply) = self.reply_builder(part) else {
            return Ok(Replied::Closed(SendError::NoReplyToken));
        };
        let hash = hash_of(&reply.into_request()?);
        let now = self.attempt.common.clock.now().wall;
        let (entry, repeats) = match self.journal().meet(&send, hash, now) {
            Meeting::New(entry) => (self.attempt.noted(entry, hash).await?, false),
            Meeting::Begun(entry) => (self.attempt.noted(entry, hash).await?, true),
            Meeting::Unresolved(entry, _) if self.attempt.is_fresh() => (entry, true),
            Meeting::Unresolved(..) => return Err(part.outcome_unknown("its token is no longer fresh")),
            Meeting::Accepted(request_id, messages) => {
                return Ok(Replied::Sent(Sent { request_id, messages }));
            }
            Meeting::Diverged => return Err(part.diverged()),
            Meeting::TokenSpent => return Ok(Replied::Closed(SendError::ReplyTokenSpent)),
        };
        self.send_reply(part, &entry, repeats).await
    }

    /// Why the free way is closed before anything is tried; `None` while it is open, or was taken before.
    fn closed(&self, part: &Part, send: &SendEntry) -> Result<Option<SendError>, SendError> {
        if self.attempt.token.is_none() {
            return Ok(Some(SendError::NoReplyToken));
        }
        match self.journal().standing(send) {
            Standing::Unresolved | Standing::Accepted => Ok(None),
            Standing::Refused(refusal) => self.closed_by(part, &refusal),
            Standing::Absent if self.journal().token_spent_by_other(send) => {
                Ok(Some(SendError::ReplyTokenSpent))
            }
            Standing::Absent if self.attempt.is_fresh() => Ok(None),
            Standing::Absent => Ok(Some(SendError::ReplyTokenStale)),
        }
    }

    /// After a refusal that an earlier attempt wrote down. One that concerns neither the token nor the moment (never
    /// left, rate) closes no way: it is tried again while the token is fresh, and never a reason to push.
    fn closed_by(&self, part: &Part, refusal: &Refusal) -> Result<Option<SendError>, SendError> {
        let error = refusal.to_error();
        if error.is_reply_token_invalid() {
            self.token_refused(part, error).map(Some)
        } else if self.attempt.is_fresh() {
            Ok(None)
        } else if error.is_retryable() {
            Ok(Some(SendError::ReplyTokenStale))
        } else {
            Err(error.into())
        }
    }

    async fn send_reply(&self, part: &Part, entry: &SendEntry, repeats: bool) -> Result<Replied, SendError> {
        let Some(reply) = self.reply_builder(part) else {
            return Ok(Replied::Closed(SendError::NoReplyToken));
        };
        let attempt = self.attempt;
        let age = attempt.common.clock.now().wall.since(attempt.event.arrived);
        attempt.common.meters.token_age(age);
        let until = Until { begin: Some(attempt.fresh_until), end: Some(attempt.hold.end()) };
        match reply.until(until).repeats_unknown(repeats).send().await {
            Ok(sent) => Ok(Replied::Sent(self.attempt.accepted(entry, sent).await)),
            Err(error) => match taken_unread(&error) {
                Some(sent) => Ok(Replied::Sent(self.attempt.accepted(entry, sent).await)),
                None => self.reply_failed(part, entry, repeats, error).await,
            },
        }
    }

    async fn reply_failed(
        &self,
        part: &Part,
        entry: &SendEntry,
        repeats: bool,
        error: ClientError,
    ) -> Result<Replied, SendError> {
        if error.is_outcome_unknown() {
            return Err(part.outcome_unknown("LINE did not say before its token was stale"));
        }
        if repeats {
            // This one failed for certain, but says nothing of the one before.
            let another = error.is_retryable() && self.attempt.is_fresh();
            return Err(if another {
                error.into()
            } else {
                part.outcome_unknown("its repetition was refused or came too late")
            });
        }
        let refusal = Refusal::of(&error);
        let never_left = refusal.status == NOT_SENT;
        self.attempt.result(entry, refusal.into()).await?;
        if error.is_reply_token_invalid() {
            self.token_refused(part, error).map(Replied::Closed)
        } else if never_left && !self.attempt.is_fresh() {
            Ok(Replied::Closed(SendError::ReplyTokenStale))
        } else {
            Err(error.into())
        }
    }

    /// LINE refused the token for certain. Whoever had the event before us may have used it, if somebody had.
    fn token_refused(&self, part: &Part, error: ClientError) -> Result<SendError, SendError> {
        if self.attempt.event.first_seen_redelivered {
            Err(part.outcome_unknown(
                "LINE refused the reply token of an event that came here only as a redelivery, so it may have been \
                 answered before",
            ))
        } else {
            Ok(error.into())
        }
    }

    fn reply_builder(&self, part: &Part) -> Option<Reply> {
        let token = ReplyToken::new(self.attempt.token.clone()?);
        let reply = self.attempt.client.reply_with(token, part.messages.clone());
        Some(reply.notification_disabled(self.quiet))
    }
}

impl Refusal {
    /// What kept a send from arriving.
    pub(super) fn of(error: &ClientError) -> Self {
        match &error.kind {
            ErrorKind::Refused { status, message, .. } => Self { status: *status, message: message.clone() },
            other => Self { status: NOT_SENT, message: other.to_string() },
        }
    }

    /// The error it was.
    fn to_error(&self) -> ClientError {
        let message = self.message.clone();
        let kind = match self.status {
            NOT_SENT => ErrorKind::NotSent(message),
            status => ErrorKind::Refused { status, message, details: Vec::new() },
        };
        ClientError { endpoint: "reply", kind, request_id: None }
    }
}

impl From<Refusal> for SendResult {
    fn from(Refusal { status, message }: Refusal) -> Self {
        Self::Refused { status, message }
    }
}
