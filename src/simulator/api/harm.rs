//! Plays a fault on a call: what is done of it, and what comes of its answer.

use std::time::Duration;

use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use http::StatusCode;

use crate::simulator::fault::Harm;
use crate::simulator::listen::HangUp;

/// Does the work, or not, and answers as `harm` has it.
pub(super) async fn play(
    harm: Harm,
    after_doing: bool,
    work: impl Future<Output = Response> + Send + 'static,
) -> Response {
    match harm {
        Harm::Answer { status, body } => {
            if after_doing {
                work.await;
            }
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, axum::Json(body)).into_response()
        }
        Harm::HangUp => {
            if after_doing {
                work.await;
            }
            hang_up()
        }
        Harm::Delay(wait) => {
            // On a task of its own: what has arrived is done, even if the bot does not wait for it.
            let late = tokio::spawn(async move {
                if after_doing {
                    let response = work.await;
                    tokio::time::sleep(wait).await;
                    response
                } else {
                    tokio::time::sleep(wait).await;
                    work.await
                }
            });
            late.await.unwrap_or_else(|_| hang_up())
        }
        Harm::SlowBody { every } => spoilt(work.await, Spoil::Slow(every)).await,
        Harm::CutBody => spoilt(work.await, Spoil::Cut).await,
    }
}

enum Spoil {
    Slow(Duration),
    Cut,
}

async fn spoilt(response: Response, spoil: Spoil) -> Response {
    let (mut parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    parts.headers.insert(http::header::CONTENT_LENGTH, bytes.len().into());
    let body = match spoil {
        Spoil::Slow(every) => Body::from_stream(stream::unfold((bytes, every), one_byte)),
        Spoil::Cut => {
            let half = bytes.slice(..bytes.len() / 2);
            let cut = async {
                // Only what is waited for gives hyper time to send what it has, the head at least.
                tokio::task::yield_now().await;
                Err(std::io::Error::other("cut on demand"))
            };
            Body::from_stream(stream::iter([Ok(half)]).chain(stream::once(cut)))
        }
    };
    Response::from_parts(parts, body)
}

async fn one_byte(
    (mut bytes, every): (Bytes, Duration),
) -> Option<(std::io::Result<Bytes>, (Bytes, Duration))> {
    if bytes.is_empty() {
        return None;
    }
    tokio::time::sleep(every).await;
    let piece = bytes.split_to(1);
    Some((Ok(piece), (bytes, every)))
}

fn hang_up() -> Response {
    let mut response = Response::default();
    response.extensions_mut().insert(HangUp);
    response
}
