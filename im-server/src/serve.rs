//! The connection loop: accepts, bounds, and stops gracefully.

mod patience;
mod places;

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::HeaderValue;
use axum::response::{IntoResponse, Response};
use hyper::body::Incoming;
use hyper::header::CONNECTION;
use hyper::server::conn::http1::Builder;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use crate::app::App;
use crate::metrics::Metrics;
use crate::middleware::{client_address, network};
use crate::problem::Problem;
use patience::Patient;
use places::{OfAddress, Places};

/// The address at the other end of the connection, a proxy's if there is one in front.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub SocketAddr);

/// Holds a connection's place among `max_connections`, and its address's; a WebSocket takes it along.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    _connection: Arc<OwnedSemaphorePermit>,
    _of_address: Option<Arc<OfAddress>>,
}

/// Connections over their address's limit that are told so; any more are just closed.
const TOLD_AT_ONCE: usize = 64;
/// How long such a one has for its request, and to read the answer.
const TOLD_WITHIN: Duration = Duration::from_secs(3);
/// When who has too many connections may look again.
const COME_BACK: Duration = Duration::from_secs(10);
/// How often the log hears of addresses with too many connections.
const SELDOM: Duration = Duration::from_secs(60);

/// Accepts connections until `shutdown` resolves, then lets requests under way finish, for `stop_timeout` at most.
///
/// WebSockets are not requests under way: whoever calls this closes them.
pub async fn accept(
    listener: TcpListener,
    router: Router,
    app: &Arc<App>,
    shutdown: impl Future<Output = ()>,
) {
    let limits = &app.settings.limits;
    let places = Arc::new(Semaphore::new(limits.max_connections as usize));
    let gate = Arc::new(Gate {
        places: Places::new(limits.max_connections_per_address),
        app: Arc::clone(app),
        told: Arc::new(Semaphore::new(TOLD_AT_ONCE)),
        logged: Mutex::new(None),
    });
    let (running, stop) = (TaskTracker::new(), CancellationToken::new());
    let mut builder = Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_timeout.0)
        .max_buf_size(limits.max_header_bytes.max(8_192))
        .keep_alive(true);
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            accepted = accept_one(&listener, &places) => accepted,
            () = &mut shutdown => break,
        };
        let Some((stream, peer, permit)) = accepted else {
            continue;
        };
        let of_address = match gate.admit(peer.ip()) {
            Ok(of_address) => of_address,
            Err(TooMany) => {
                gate.turn_away(stream, permit);
                continue;
            }
        };
        let place = Place {
            _connection: Arc::new(permit),
            _of_address: of_address.map(Arc::new),
        };
        let (router, gate) = (router.clone(), Arc::clone(&gate));
        let service = service_fn(move |mut request: hyper::Request<Incoming>| {
            let behind_proxy = gate.admit_by_proxy(peer.ip(), &request);
            request.extensions_mut().insert(Peer(peer));
            let mut place = place.clone();
            let router = router.clone();
            async move {
                let of_client = match behind_proxy {
                    Ok(of_client) => of_client.map(Arc::new),
                    Err(TooMany) => return Ok::<_, Infallible>(too_many()),
                };
                if of_client.is_some() {
                    place._of_address = of_client;
                }
                request.extensions_mut().insert(place.clone());
                let response = router.oneshot(request.map(Body::new)).await;
                drop(place);
                Ok(response.unwrap_or_else(|never| match never {}))
            }
        });
        let stream = Patient::new(stream, limits.write_timeout.0, Metrics::connection_cut);
        let connection = builder
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades();
        let stop = stop.clone();
        running.spawn(async move {
            let mut connection = std::pin::pin!(connection);
            let ended = tokio::select! {
                ended = connection.as_mut() => ended,
                () = stop.cancelled() => {
                    // The request under way is answered, then the connection closes; an idle one closes now.
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            };
            if let Err(error) = ended {
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }
    drop(listener);
    stop.cancel();
    running.close();
    if tokio::time::timeout(limits.stop_timeout.0, running.wait())
        .await
        .is_err()
    {
        tracing::warn!("requests under way were cut off at the stop");
    }
}

/// The address has as many connections as it may.
struct TooMany;

/// Decides how many connections each address has.
struct Gate {
    places: Arc<Places>,
    app: Arc<App>,
    told: Arc<Semaphore>,
    logged: Mutex<Option<Instant>>,
}

impl Gate {
    /// A place for a new connection. A trusted proxy needs none: it speaks for many, and each of them is counted.
    fn admit(&self, peer: IpAddr) -> Result<Option<OfAddress>, TooMany> {
        let trusted = &self.app.settings.trusted_proxies;
        if trusted.iter().any(|network| network.contains(peer)) {
            return Ok(None);
        }
        self.take(peer).map(Some)
    }

    /// A place for a request that a trusted proxy passes on, if it says for whom.
    fn admit_by_proxy(
        &self,
        peer: IpAddr,
        request: &hyper::Request<Incoming>,
    ) -> Result<Option<OfAddress>, TooMany> {
        let trusted = &self.app.settings.trusted_proxies;
        if !trusted.iter().any(|network| network.contains(peer)) {
            return Ok(None);
        }
        let client = client_address::of(peer, request.headers(), trusted);
        if client.is_proxy {
            return Ok(None);
        }
        self.take(client.address).map(Some)
    }

    fn take(&self, address: IpAddr) -> Result<OfAddress, TooMany> {
        self.places.take(address).ok_or_else(|| {
            Metrics::connection_refused();
            let mut logged = self.logged.lock().unwrap_or_else(PoisonError::into_inner);
            if logged.is_none_or(|at| at.elapsed() >= SELDOM) {
                *logged = Some(Instant::now());
                tracing::warn!(
                    network = %network(address),
                    limit = self.app.settings.limits.max_connections_per_address,
                    "an address has too many connections; the key `max_connections_per_address` in [limits] is the limit"
                );
            }
            TooMany
        })
    }

    /// Says why, if not too many have to be told at once.
    fn turn_away(&self, stream: TcpStream, permit: OwnedSemaphorePermit) {
        let Ok(told) = Arc::clone(&self.told).try_acquire_owned() else {
            return;
        };
        tokio::spawn(async move {
            let _held = (permit, told);
            let service =
                service_fn(async |_: hyper::Request<Incoming>| Ok::<_, Infallible>(too_many()));
            let answered = Builder::new()
                .keep_alive(false)
                .serve_connection(TokioIo::new(stream), service);
            // Who does not want to know need not.
            let _ = tokio::time::timeout(TOLD_WITHIN, answered).await;
        });
    }
}

fn too_many() -> Response {
    let mut response = Problem::new("too_many_connections")
        .retry_after(COME_BACK)
        .into_response();
    response
        .headers_mut()
        .insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

async fn accept_one(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    // The place first: who is over the limit waits in the operating system's queue and costs nothing here.
    let permit = Arc::clone(places).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => {
            // Small frames are to leave at once; without it they would only be late.
            let _ = stream.set_nodelay(true);
            Some((stream, peer, permit))
        }
        Err(error) => {
            tracing::warn!(%error, "a connection could not be accepted");
            tokio::time::sleep(Duration::from_millis(100)).await;
            None
        }
    }
}
