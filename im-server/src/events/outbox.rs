//! Sending with a time limit: a socket that takes no frames must not hold its account's events for ever.

use std::time::Duration;

use axum::extract::ws::Message;
use futures_util::{Sink, SinkExt};

/// Why a frame was not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotSent {
    /// The other end did not take it in time.
    Slow,
    /// The other end is gone.
    Gone,
}

/// Sends one frame; the frames that wait meanwhile are bounded by the stream they come from.
///
/// # Errors
/// [`NotSent`].
pub async fn send<S>(socket: &mut S, message: Message, limit: Duration) -> Result<(), NotSent>
where
    S: Sink<Message> + Unpin,
{
    match tokio::time::timeout(limit, socket.send(message)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err(NotSent::Gone),
        Err(_) => Err(NotSent::Slow),
    }
}
