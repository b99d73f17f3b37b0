//! The trait a bot implements, and the error that says what is to become of the event.

mod error;

use std::future::Future;
use std::sync::Arc;

use crate::dispatch::Context;
use crate::line::Event;

pub use error::HandlerError;
pub(crate) use error::refused_for_good;
pub(super) use error::{Verdict, shortened};

/// A bot.
///
/// ```
/// use line_bot_server::dispatch::{Context, Handler, HandlerError};
/// use line_bot_server::line::Event;
///
/// struct Silent;
///
/// impl Handler for Silent {
///     async fn handle(&self, cx: Context, event: Event) -> Result<(), HandlerError> {
///         let _ = (cx.event_id(), event);
///         Ok(())
///     }
/// }
/// ```
pub trait Handler: Send + Sync + 'static {
    /// Handles one event; called again after a failure, a time-out or a crash, so at least once. What was sent
    /// through `cx` is not sent again; for everything else, [`Context::event_id`] tells a repetition.
    fn handle(&self, cx: Context, event: Event) -> impl Future<Output = Result<(), HandlerError>> + Send;
}

impl<H: Handler> Handler for Arc<H> {
    fn handle(&self, cx: Context, event: Event) -> impl Future<Output = Result<(), HandlerError>> + Send {
        H::handle(self, cx, event)
    }
}

/// A handler from a closure: `handler_fn(|cx, event| async move { … })` or `handler_fn(async |cx, event| { … })`.
pub fn handler_fn<F, Fut>(f: F) -> HandlerFn<F>
where
    F: Fn(Context, Event) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<(), HandlerError>> + Send,
{
    HandlerFn(f)
}

/// What [`handler_fn`] makes.
#[derive(Clone, Debug)]
pub struct HandlerFn<F>(F);

impl<F, Fut> Handler for HandlerFn<F>
where
    F: Fn(Context, Event) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<(), HandlerError>> + Send,
{
    fn handle(&self, cx: Context, event: Event) -> impl Future<Output = Result<(), HandlerError>> + Send {
        (self.0)(cx, event)
    }
}
