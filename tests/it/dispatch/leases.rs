//! Nothing is sent or settled after the lease, and a crash hands the event to the next claimer (P5, P6).

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use line_bot_server::dispatch::{Context, Handler, SendError, Step, handler_fn};
use line_bot_server::inbox::Inbox;
use tokio::sync::Notify;

use super::support::{LEASE, On, Point, Stuck, secs, text};

/// A handler that waits for `go_on` and then pushes "late"; what came of it is in `sent`.
#[derive(Clone, Default)]
struct Late {
    begun: Arc<Notify>,
    go_on: Arc<Notify>,
    sent: Arc<Mutex<Option<bool>>>,
    dropped: Arc<AtomicBool>,
}

struct SetOnDrop(Arc<AtomicBool>);

impl Drop for SetOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Late {
    fn handler(&self) -> impl Handler + use<> {
        let this = self.clone();
        handler_fn(move |cx: Context, _| {
            let this = this.clone();
            async move {
                let _dropped = SetOnDrop(Arc::clone(&this.dropped));
                this.begun.notify_one();
                this.go_on.notified().await;
                let sent = cx.push("late").await;
                *this.sent.lock().unwrap() = Some(sent.is_ok());
                sent?;
                Ok(())
            }
        })
    }
}

pub(super) async fn a_crash_hands_the_event_to_the_next_claimer_when_the_lease_ends(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    world.crash(Point::BeforeSettle, handler_fn(async |_, _| Ok(()))).await;
    assert!(!world.is_done("E1").await);
    world
        .run(handler_fn(async |cx: Context, _| {
            assert_eq!(cx.attempt(), 2);
            Ok(())
        }))
        .await;
    assert!(world.is_done("E1").await);
}

pub(super) async fn renewals_keep_the_lease_for_as_long_as_the_handler_runs(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    let late = Late::default();
    let worker = world.worker(late.handler());
    worker.step().await;
    late.begun.notified().await;
    for _ in 0..6 {
        world.advance(LEASE / 3).await;
        assert!(worker.renew().await);
    }
    let other = world.worker(handler_fn(async |_, _| Ok(())));
    assert!(matches!(other.step().await, Step::Idle(_)), "still held");
    late.go_on.notify_one();
    worker.settled().await;
    assert_eq!(*late.sent.lock().unwrap(), Some(true));
    assert!(world.is_done("E1").await);
}

pub(super) async fn no_send_begins_after_the_lease_has_ended(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    let late = Late::default();
    let worker = world.worker(late.handler());
    worker.step().await;
    late.begun.notified().await;
    world.advance(LEASE).await;
    late.go_on.notify_one();
    worker.settled().await;
    assert_eq!(*late.sent.lock().unwrap(), Some(false));
    assert!(world.line.calls().is_empty());
    let listed = world.show("E1").await.unwrap().listed;
    assert_eq!((listed.attempts, listed.last_error, listed.parked), (1, None, None), "nor is it settled");
}

pub(super) async fn a_lost_lease_cuts_the_handler(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    let late = Late::default();
    let worker = world.worker(late.handler());
    worker.step().await;
    late.begun.notified().await;
    // The process slept through its lease, and another server took the chat over and finished it.
    world.advance(LEASE + secs(1)).await;
    world.run(handler_fn(async |cx: Context, _| Ok(cx.push("in time").await.map(drop)?))).await;
    worker.renew().await;
    worker.settled().await;
    assert!(late.dropped.load(Ordering::Relaxed));
    assert_eq!(*late.sent.lock().unwrap(), None, "it was dropped where it waited");
    assert_eq!(world.line.texts(), ["in time"]);
}

pub(super) async fn a_lease_that_the_inbox_says_is_lost_cuts_the_handler(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    let late = Late::default();
    let watched = Arc::new(Stuck::nowhere(Arc::clone(&world.inbox)));
    let worker = world.worker_on(Arc::clone(&watched) as Arc<dyn Inbox>, late.handler());
    worker.step().await;
    late.begun.notified().await;
    watched.take_away(world.clock.now()).await;
    worker.renew().await;
    worker.settled().await;
    assert!(late.dropped.load(Ordering::Relaxed));
}

pub(super) async fn a_journal_that_refuses_the_lease_ends_the_attempt(on: On) {
    let world = on.world().await;
    world.accept([text("E1")]).await;
    let late = Late::default();
    let watched = Arc::new(Stuck::nowhere(Arc::clone(&world.inbox)));
    let worker = world.worker_on(Arc::clone(&watched) as Arc<dyn Inbox>, late.handler());
    worker.step().await;
    late.begun.notified().await;
    watched.take_away(world.clock.now()).await;
    late.go_on.notify_one();
    worker.settled().await;
    assert!(world.line.calls().is_empty());
    assert_ne!(*late.sent.lock().unwrap(), Some(true));
}

pub(super) async fn a_context_is_void_once_its_attempt_has_ended(on: On) {
    for timed_out in [false, true] {
        let mut world = on.world().await;
        world.settings.timeout = super::support::ms(5);
        world.accept([text("E1")]).await;
        let kept: Arc<Mutex<Option<Context>>> = Arc::default();
        let keep = Arc::clone(&kept);
        world
            .run(handler_fn(move |cx: Context, _| {
                *keep.lock().unwrap() = Some(cx);
                async move {
                    if timed_out {
                        std::future::pending::<()>().await;
                    }
                    Ok(())
                }
            }))
            .await;
        let cx = kept.lock().unwrap().take().unwrap();
        let token = line_bot_server::line::MarkAsReadToken::from("t");
        assert!(matches!(cx.respond("A").await, Err(SendError::AttemptOver)));
        assert!(matches!(cx.reply("A").await, Err(SendError::AttemptOver)));
        assert!(matches!(cx.push("A").await, Err(SendError::AttemptOver)));
        assert!(matches!(cx.mark_as_read(&token).await, Err(SendError::AttemptOver)));
        assert!(matches!(cx.profile().await, Err(SendError::AttemptOver)));
        assert!(matches!(cx.content(&"1".into()).await, Err(SendError::AttemptOver)));
        assert!(world.line.calls().is_empty());
    }
}
