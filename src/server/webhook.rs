//! `POST /callback`: proof, envelope, inbox, 200. The 200 leaves when the inbox has committed, and not before.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use tokio::time::Instant;
use tracing::Instrument as _;

use super::budget::Share;
use super::signed::Head;
use super::{ReceiveError, ServerState, SignedBody};
use crate::inbox::{Acceptance, Accepted, Delivery, InboxError};
use crate::line::Envelope;
use crate::telemetry::event_type_index;

/// Takes one webhook.
pub(super) async fn receive(
    State(state): State<ServerState>,
    head: Head,
    body: Result<SignedBody, ReceiveError>,
) -> Response {
    let answer = match body {
        Ok(body) => {
            let span = tracing::debug_span!(
                "webhook",
                channel = %body.channel(),
                peer = head.arrival.peer.map(tracing::field::display),
                untrusted_forwarded_for = head.forwarded_for.as_ref().map(tracing::field::debug),
                bytes = body.bytes().len(),
            );
            accept(&state, body, head.arrival.head).instrument(span).await
        }
        Err(refused) => Err(refused),
    };
    match answer {
        Ok(()) => taken(&state, &head),
        Err(why) => refused(&state, &head, why),
    }
}

/// Anything but a POST.
pub(super) async fn wrong_method(State(state): State<ServerState>) -> ReceiveError {
    let why = ReceiveError::WrongMethod;
    state.meters().webhook(why.status());
    state.meters().refusal(&why);
    why
}

/// Scanners, mostly: counted, not logged.
pub(super) async fn unknown_path(State(state): State<ServerState>) -> ReceiveError {
    let why = ReceiveError::UnknownPath;
    state.meters().refusal(&why);
    why
}

async fn accept(state: &ServerState, body: SignedBody, head: Instant) -> Result<(), ReceiveError> {
    if state.is_refusing() {
        return Err(ReceiveError::Stopping);
    }
    let Envelope { destination, events } = Envelope::parse(body.bytes())?;
    if events.is_empty() {
        tracing::debug!("no events: LINE checks the connection");
        return Ok(());
    }
    tracing::debug!(count = events.len(), ids = ?Ids(&events), "events came");
    let kinds = events.iter().map(|event| event_type_index(&event.kind)).collect();
    let (channel, share) = body.into_channel();
    let delivery = Delivery { channel, destination, events };
    let mut accepting = Accepting::new(state.clone(), delivery, kinds, share);
    let deadline = head + state.settings().accept_deadline;
    // An inbox that is done at once needs no timer.
    match futures_util::poll!(&mut accepting) {
        Poll::Ready(accepted) => accepted?,
        Poll::Pending => {
            tokio::time::timeout_at(deadline, &mut accepting).await.map_err(|_| ReceiveError::Deadline)??;
        }
    }
    Ok(())
}

/// So many ids are logged of one body, which may have thousands.
const IDS_MAX: usize = 20;

/// The first ids of events, for the log.
struct Ids<'a>(&'a [crate::line::RawEvent]);

impl std::fmt::Debug for Ids<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut list = f.debug_list();
        list.entries(self.0.iter().take(IDS_MAX).map(|event| event.id.as_str()));
        if self.0.len() > IDS_MAX { list.finish_non_exhaustive() } else { list.finish() }
    }
}

fn taken(state: &ServerState, head: &Head) -> Response {
    state.meters().webhook(StatusCode::OK);
    state.meters().ack(head.arrival.head.elapsed().as_secs_f64());
    StatusCode::OK.into_response()
}

fn refused(state: &ServerState, head: &Head, why: ReceiveError) -> Response {
    state.meters().webhook(why.status());
    state.meters().refusal(&why);
    log(state, head, &why);
    why.into_response()
}

/// Ours is an error and named each time it may have cost events; a stranger's knocking is one line now and then.
fn log(state: &ServerState, head: &Head, why: &ReceiveError) {
    let (reason, peer) = (why.reason(), head.arrival.peer.map(tracing::field::display));
    let untrusted_forwarded_for = head.forwarded_for.as_ref().map(tracing::field::debug);
    if let ReceiveError::TooLarge { .. } = why {
        tracing::error!(reason, peer, untrusted_forwarded_for, "webhook refused: {why}");
        return;
    }
    let (ours, quiet) = match why {
        ReceiveError::Inbox(_) | ReceiveError::Deadline | ReceiveError::Stopping => {
            (true, &state.meters().trouble)
        }
        ReceiveError::Crowded => (true, &state.meters().crowd),
        _ => (false, &state.meters().strangers),
    };
    let Some(kept_back) = quiet.speak(Instant::now()) else {
        tracing::debug!(reason, peer, untrusted_forwarded_for, "webhook refused: {why}");
        return;
    };
    if ours {
        tracing::error!(reason, peer, untrusted_forwarded_for, kept_back, "webhook refused: {why}");
    } else {
        tracing::warn!(reason, peer, untrusted_forwarded_for, kept_back, "webhook refused: {why}");
    }
}

type Outcome = Result<(), InboxError>;

/// An `accept` that is carried to its end even if nobody waits for it any more: what is stored after the deadline, or
/// after the caller has hung up, must still wake the worker.
struct Accepting(Option<Pin<Box<dyn Future<Output = Outcome> + Send>>>);

impl Accepting {
    fn new(state: ServerState, delivery: Delivery, kinds: Box<[usize]>, share: Option<Share>) -> Self {
        Self(Some(Box::pin(async move {
            // A large body's memory is in use until it is stored.
            let _share = share;
            let inbox = Arc::clone(state.inbox());
            let accepted = inbox.accept(delivery, state.clock().now()).await?;
            tell(&state, &kinds, &accepted);
            Ok(())
        })))
    }
}

/// Wakes the worker if there is something new, and counts.
fn tell(state: &ServerState, kinds: &[usize], accepted: &Accepted) {
    // An unsend is an event of its own and wakes the worker too; a duplicate that still waits was announced before.
    if accepted.events.contains(&Acceptance::New) {
        state.wake().notify_one();
    }
    for (kind, what) in kinds.iter().zip(&accepted.events) {
        state.meters().event(*kind, *what);
    }
    tracing::debug!(outcomes = ?accepted.events, "events stored");
}

impl Future for Accepting {
    type Output = Outcome;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Outcome> {
        let Some(future) = self.0.as_mut() else { return Poll::Pending };
        let polled = future.as_mut().poll(cx);
        if polled.is_ready() {
            self.0 = None;
        }
        polled
    }
}

impl Drop for Accepting {
    fn drop(&mut self) {
        if let Some(unfinished) = self.0.take()
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            runtime.spawn(unfinished.instrument(tracing::Span::current()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Envelope, IDS_MAX, Ids};

    fn logged(count: usize) -> String {
        let events: Vec<_> = (0..count)
            .map(|n| format!(r#"{{"type":"follow","timestamp":1,"mode":"active","webhookEventId":"<{n}>"}}"#))
            .collect();
        let body = format!(r#"{{"destination":"U1","events":[{}]}}"#, events.join(","));
        let parsed = Envelope::parse(&bytes::Bytes::from(body)).map(|envelope| envelope.events);
        format!("{:?}", Ids(&parsed.unwrap_or_default()))
    }

    #[test]
    fn the_log_names_a_few_events_of_a_body_and_says_that_there_are_more() {
        assert_eq!(logged(2), r#"["<0>", "<1>"]"#);
        assert_eq!(logged(IDS_MAX).matches('<').count(), IDS_MAX);
        assert!(!logged(IDS_MAX).contains(".."));
        assert_eq!(logged(2000).matches('<').count(), IDS_MAX);
        assert!(logged(2000).ends_with(", ..]"));
    }
}
