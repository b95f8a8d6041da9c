//! The socket: connections, how many, how long, and how much of a head they may send.

use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio_io_timeout::TimeoutStream;

use super::guard::Guard;
use super::live::Live;
use super::routes;

/// Connections at once. More of them wait until one ends; an idle one ends by itself.
const CONNECTIONS: usize = 128;
/// How long a client may take for the head of its request, and be idle between two.
const HEAD_WITHIN: Duration = Duration::from_secs(10);
/// Bytes of a head, the parameters included, and headers in it.
const HEAD_BYTES: usize = 16 * 1024;
const HEADERS: usize = 64;
/// How long a client may read nothing of what it is sent.
const READS_WITHIN: Duration = Duration::from_secs(30);
/// A pause after a connection that could not be taken, as when there are no more files to open.
const PAUSE: Duration = Duration::from_millis(50);

/// Serves until the server ends, and then what is under way.
pub async fn serve(listener: TcpListener, live: Arc<Live>, guard: Guard) {
    let mut ending = live.ending.subscribe();
    let (guard, room) = (Arc::new(guard), Arc::new(Semaphore::new(CONNECTIONS)));
    let mut connections = JoinSet::new();
    loop {
        let next = async {
            let place = Arc::clone(&room).acquire_owned().await;
            (listener.accept().await, place)
        };
        let (accepted, place) = tokio::select! {
            _ = ending.wait_for(|ending| *ending) => break,
            Some(_) = connections.join_next() => continue,
            next = next => next,
        };
        let (Ok((stream, _)), Ok(place)) = (accepted, place) else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        let (live, guard, ending) = (Arc::clone(&live), Arc::clone(&guard), ending.clone());
        connections.spawn(async move {
            connection(stream, live, guard, ending).await;
            drop(place);
        });
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

/// One connection to its end. A client that has gone, or that talks nonsense, is no failure of ours.
async fn connection(stream: TcpStream, live: Arc<Live>, guard: Arc<Guard>, mut ending: watch::Receiver<bool>) {
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(READS_WITHIN));
    let service = service_fn(move |request| routes::answer(Arc::clone(&live), Arc::clone(&guard), request));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_WITHIN)
        .max_buf_size(HEAD_BYTES)
        .max_headers(HEADERS)
        .serve_connection(TokioIo::new(Box::pin(stream)), service);
    let mut connection = std::pin::pin!(connection);
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = ending.wait_for(|ending| *ending) => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = connection.await;
}
