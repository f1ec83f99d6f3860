//! `api/v1/events`: the WebSocket that tells what happens.

use axum::extract::ws::{WebSocket, WebSocketUpgrade};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::header;
use axum::http::request::Parts;
use axum::response::Response;
use im_messenger::{CloseReason, EventStream, StreamItem};
use serde::Deserialize;
use tokio_util::sync::CancellationToken;

use crate::events::{self, Events, Seat};
use crate::extract::{At, Params, signed};
use crate::middleware::{ClientAddress, require_own_origin};
use crate::problem::Problem;
use crate::serve::Place;
use crate::session_token::{self, Carrier};

/// Bytes a socket reads and writes at a time. The library's default costs 128 KiB a connection, for frames that are
/// mostly a few hundred bytes long.
const BUFFER: usize = 4 * 1024;
/// The longest frame a client may send; there is nothing to say yet.
const LONGEST: usize = 16 * 1024;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    after: Option<u64>,
}

pub(crate) async fn connect(State(at): State<At>, request: Request) -> Result<Response, Problem> {
    let (mut parts, _) = request.into_parts();
    let carrier = session_token::of(&parts.headers).map(|(_, carrier)| carrier);
    // A browser always names the origin of the page; a program has no reason to, but must not lie.
    if carrier != Some(Carrier::Header) || parts.headers.contains_key(header::ORIGIN) {
        require_own_origin(&at.app.settings, &parts.headers)?;
    }
    let upgrade = WebSocketUpgrade::from_request_parts(&mut parts, &at)
        .await
        .map_err(|error| Problem::invalid(error.body_text()))?
        .read_buffer_size(BUFFER)
        .write_buffer_size(0)
        .max_write_buffer_size(1024 * 1024)
        .max_message_size(LONGEST)
        .max_frame_size(LONGEST);
    match open(&mut parts, &at).await {
        Ok((stream, seat)) => {
            let place = parts.extensions.get::<Place>().cloned();
            Ok(upgrade.on_upgrade(move |socket| async move {
                let _held = (seat, place);
                talk(socket, stream, &at).await;
            }))
        }
        // A browser cannot read the answer to a failed upgrade, only the code of a closed socket.
        Err(problem) if carrier != Some(Carrier::Header) => match close_code(&problem) {
            Some(code) => Ok(upgrade.on_upgrade(move |mut socket| async move {
                events::connection::close(&mut socket, code, at.app.settings.pace().send).await;
            })),
            None => Err(problem),
        },
        Err(problem) => Err(problem),
    }
}

fn close_code(problem: &Problem) -> Option<u16> {
    match problem.code() {
        "session_invalid" => Some(CloseReason::SessionEnded.code()),
        "site_full" => Some(CloseReason::SiteFull.code()),
        _ => None,
    }
}

/// Opens the stream, and takes a seat for it.
async fn open(parts: &mut Parts, at: &At) -> Result<(EventStream, Seat), Problem> {
    let Params(wanted) = Params::<Wanted>::from_request_parts(parts, at).await?;
    let client = ClientAddress::from_request_parts(parts, at).await?;
    let (acting, _) = signed(parts, at).await?;
    let (token, _) = session_token::of(&parts.headers).ok_or(Problem::new("session_invalid"))?;
    let seat = at
        .app
        .seats
        .take(token, client.address)
        .ok_or(Problem::new("too_many_sockets"))?;
    let stream = at.app.messenger.events(&acting, wanted.after).await?;
    Ok((stream, seat))
}

/// Until one side has had enough, or the server stops.
async fn talk(socket: WebSocket, stream: EventStream, at: &At) {
    let _running = at.app.sockets.token();
    let _counted = Counted::new(at);
    let events = UntilStop {
        stream,
        stop: at.app.stop.clone(),
    };
    let ended = events::run(socket, events, at.app.settings.pace()).await;
    tracing::debug!(?ended, site = at.site.path, "an event stream ended");
}

/// A stream that is over when the server stops.
struct UntilStop {
    stream: EventStream,
    stop: CancellationToken,
}

impl Events for UntilStop {
    async fn next(&mut self) -> StreamItem {
        tokio::select! {
            item = self.stream.next() => item,
            () = self.stop.cancelled() => StreamItem::Closed(CloseReason::Shutdown),
        }
    }
}

/// Counts an open socket in the metrics, however it ends.
struct Counted<'a>(&'a At);

impl<'a> Counted<'a> {
    fn new(at: &'a At) -> Self {
        at.app.metrics.sockets(&at.site.path, 1.0);
        Self(at)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.app.metrics.sockets(&self.0.site.path, -1.0);
    }
}
