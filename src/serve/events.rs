//! `GET /api/events`: server-sent events (WHATWG HTML, section 9.2), one for each call that is new or told anew.
//!
//! Nobody who listens is waited for: each has the last [`KEPT`] messages to catch up with, and is told how many it has
//! missed (`skipped`). Findings come as `alert`: what stands at once, then each that is new, says something else or is gone.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream;
use http_body_util::{BodyExt, StreamBody};
use hyper::StatusCode;
use hyper::body::{Bytes, Frame};
use serde_json::{Value as Json, json};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{OwnedSemaphorePermit, watch};

use super::live::{Live, lock};
use super::reply::{self, Refusal, Reply};
use crate::report::escape;

/// How many messages are kept for a listener that is slow.
pub const KEPT: usize = 1_024;
/// How many may listen at once.
pub const LISTENERS: usize = 32;
/// A comment that often keeps a proxy from taking the silence for the end.
const STILL_HERE: Duration = Duration::from_secs(15);

/// What a listener waits for.
struct Listener {
    told: Receiver<Bytes>,
    ending: watch::Receiver<bool>,
    greeted: bool,
    /// What stood when it came.
    standing: VecDeque<Bytes>,
    _place: OwnedSemaphorePermit,
}

/// One message: a name, and an object on one line.
pub fn message(name: &str, data: &Json) -> Bytes {
    let mut bytes = format!("event: {name}\ndata: ").into_bytes();
    // Line ends inside of texts are escaped. Writing to memory does not fail.
    let _ = escape::compact(&mut bytes, data);
    bytes.extend(b"\n\n");
    bytes.into()
}

/// The stream, for as long as somebody listens.
pub fn answer(live: &Arc<Live>) -> Result<Reply, Refusal> {
    let place = Arc::clone(&live.listeners).try_acquire_owned();
    let Ok(place) = place else {
        return Err(Refusal::busy(format!("{LISTENERS} clients listen already: close one")));
    };
    let told = live.told.subscribe();
    let standing = lock(&live.watcher).standing().into();
    let listener = Listener { told, ending: live.ending.subscribe(), greeted: false, standing, _place: place };
    let messages = stream::unfold(listener, |mut listener| async move {
        let bytes = listener.next().await?;
        Some((Ok::<_, Infallible>(Frame::data(bytes)), listener))
    });
    Ok(reply::with_body(StatusCode::OK, "text/event-stream", StreamBody::new(messages).boxed_unsync()))
}

impl Listener {
    /// `None`: the server ends.
    async fn next(&mut self) -> Option<Bytes> {
        if !std::mem::replace(&mut self.greeted, true) {
            // Whoever loses the connection tries again after two seconds.
            return Some(Bytes::from_static(b"retry: 2000\n\n"));
        }
        if let Some(event) = self.standing.pop_front() {
            return Some(event);
        }
        tokio::select! {
            _ = self.ending.wait_for(|ending| *ending) => None,
            told = self.told.recv() => match told {
                Ok(bytes) => Some(bytes),
                Err(RecvError::Lagged(missed)) => Some(message("skipped", &json!({"messages": missed}))),
                Err(RecvError::Closed) => None,
            },
            () = tokio::time::sleep(STILL_HERE) => Some(Bytes::from_static(b": still here\n\n")),
        }
    }
}
