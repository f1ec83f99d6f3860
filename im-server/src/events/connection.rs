//! One socket: events out, pings out, whatever comes in, until one side has had enough.

use std::future::Future;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message};
use futures_util::{Sink, Stream, StreamExt};
use im_messenger::{CloseReason, EventStream, StreamItem};
use serde::Serialize;
use tokio::time::{Instant, MissedTickBehavior};
use tokio_tungstenite::tungstenite::error::{Error as Fault, ProtocolError};

use super::outbox::{NotSent, send};

/// Where events come from: a stream of the messenger, or a test's.
pub trait Events: Send {
    /// The next event; waits for it.
    fn next(&mut self) -> impl Future<Output = StreamItem> + Send;
}

impl Events for EventStream {
    async fn next(&mut self) -> StreamItem {
        EventStream::next(self).await
    }
}

/// How patient a connection is.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// How often to ping; two pings without any sign of life end the connection.
    pub ping: Duration,
    /// How long one frame may take to leave.
    pub send: Duration,
}

/// How a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The stream was over, and the client was told why.
    Closed(CloseReason),
    /// The client closed it.
    ByClient,
    /// The client did not take a frame in time, or gave no sign of life.
    Silent,
    /// The client sent frame after frame, and nothing asks for any.
    Talkative,
    /// The connection broke.
    Broken,
}

/// Runs one socket to its end. Dropping the future at any point leaves nothing behind.
pub async fn run<S, E>(mut socket: S, events: E, pace: Pace) -> Ended
where
    S: Sink<Message> + Stream<Item = Result<Message, axum::Error>> + Unpin + Send,
    E: Events,
{
    // The stream keeps a question that is under way: a frame that comes in must not cut it off and cost the store its
    // connection.
    let mut events = Box::pin(futures_util::stream::unfold(events, async |mut events| {
        let item = events.next().await;
        Some((item, events))
    }));
    let mut ping = tokio::time::interval_at(Instant::now() + pace.ping, pace.ping);
    ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut unanswered = 0_u32;
    let mut heard = Heard::default();
    // What came while a ping was leaving.
    let mut waiting = None;
    loop {
        let sent = tokio::select! {
            item = next(&mut events, &mut waiting) => match item {
                StreamItem::Event(event) => send(&mut socket, frame(&event), pace.send).await,
                StreamItem::Closed(reason) => {
                    close(&mut socket, reason.code(), pace.send).await;
                    return Ended::Closed(reason);
                }
            },
            incoming = socket.next() => match incoming {
                Some(Ok(Message::Close(_))) => {
                    drop(events);
                    finish(&mut socket).await;
                    return Ended::ByClient;
                }
                None => return Ended::ByClient,
                Some(Err(error)) => {
                    drop(events);
                    if let Some(code) = breach(error) {
                        close(&mut socket, code, pace.send).await;
                    }
                    return Ended::Broken;
                }
                // Nothing a client may say yet; any sign of life will do.
                Some(Ok(_)) if heard.is_bearable() => {
                    unanswered = 0;
                    Ok(())
                }
                Some(Ok(_)) => {
                    drop(events);
                    close(&mut socket, TALKATIVE, pace.send).await;
                    return Ended::Talkative;
                }
            },
            _ = ping.tick() => {
                if unanswered >= 2 {
                    drop(events);
                    close(&mut socket, CloseReason::Slow.code(), pace.send).await;
                    return Ended::Silent;
                }
                unanswered += 1;
                let mut sent = std::pin::pin!(send(&mut socket, Message::Ping(Vec::new().into()), pace.send));
                loop {
                    // A question under way goes on, and with it the store's connection comes free.
                    tokio::select! {
                        sent = &mut sent => break sent,
                        item = events.next(), if waiting.is_none() => waiting = item,
                    }
                }
            }
        };
        match sent {
            Ok(()) => {}
            Err(NotSent::Gone) => return Ended::Broken,
            Err(NotSent::Slow) => {
                drop(events);
                // Who takes frames again meanwhile hears why.
                close(&mut socket, CloseReason::Slow.code(), pace.send).await;
                return Ended::Silent;
            }
        }
    }
}

/// What came first: the one that waits, or the next of the stream. Nothing is lost when it is dropped.
async fn next<S>(events: &mut S, waiting: &mut Option<StreamItem>) -> StreamItem
where
    S: Stream<Item = StreamItem> + Unpin,
{
    if let Some(item) = waiting.take() {
        return item;
    }
    match events.next().await {
        Some(item) => item,
        // An unfolded stream that never says `None` has no end.
        None => std::future::pending().await,
    }
}

/// Close codes of RFC 6455, 7.4.1: what a client did wrong.
const BREACH: u16 = 1002;
const NO_TEXT: u16 = 1007;
const TALKATIVE: u16 = 1008;
const TOO_LONG: u16 = 1009;
/// Frames a client may send within [`PATIENCE`]; a browser answers pings, and that is all.
const BEARABLE: u32 = 64;
const PATIENCE: Duration = Duration::from_secs(10);

/// Counts the frames of a client.
struct Heard {
    since: Instant,
    frames: u32,
}

impl Default for Heard {
    fn default() -> Self {
        Self {
            since: Instant::now(),
            frames: 0,
        }
    }
}

impl Heard {
    /// Counts one more; whether there are not too many.
    fn is_bearable(&mut self) -> bool {
        if self.since.elapsed() >= PATIENCE {
            *self = Self::default();
        }
        self.frames += 1;
        self.frames <= BEARABLE
    }
}

/// A frame of text.
fn frame(event: &impl Serialize) -> Message {
    // Plain structs of strings and numbers always serialise; an empty object would be ignored as an unknown type.
    Message::text(serde_json::to_string(event).unwrap_or_else(|_| "{}".into()))
}

/// The code for a client that does not keep to the protocol; none when the connection broke.
fn breach(error: axum::Error) -> Option<u16> {
    match *error.into_inner().downcast::<Fault>().ok()? {
        Fault::Protocol(ProtocolError::ResetWithoutClosingHandshake) => None,
        Fault::Protocol(_) => Some(BREACH),
        Fault::Utf8(_) => Some(NO_TEXT),
        Fault::Capacity(_) => Some(TOO_LONG),
        _ => None,
    }
}

/// Reads on to the end of a socket that the client closes: only so does the answer to its Close leave.
async fn finish<S>(socket: &mut S)
where
    S: Stream<Item = Result<Message, axum::Error>> + Unpin + Send,
{
    let answered = async { while let Some(Ok(_)) = socket.next().await {} };
    let _ = tokio::time::timeout(Duration::from_secs(2), answered).await;
}

/// Says why, and waits a moment for the other end to have read it: closing at once could overtake the words.
pub async fn close<S>(socket: &mut S, code: u16, limit: Duration)
where
    S: Sink<Message> + Stream<Item = Result<Message, axum::Error>> + Unpin + Send,
{
    let words = Message::Close(Some(CloseFrame {
        code,
        reason: words(code).into(),
    }));
    if send(socket, words, limit).await.is_err() {
        return;
    }
    finish(socket).await;
}

/// For who looks at the connection with a tool; programs look at the code.
fn words(code: u16) -> &'static str {
    match code {
        BREACH => "protocol error",
        NO_TEXT => "text is not UTF-8",
        TALKATIVE => "too many frames",
        TOO_LONG => "frame too long",
        4001 => "session ended",
        4008 => "too slow",
        4013 => "site full",
        _ => "going away",
    }
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;
    use std::task::{Context, Poll};

    use im_messenger::{Event, Presence};
    use tokio::sync::mpsc;

    use super::*;

    /// A socket of two channels.
    struct Pair {
        out: tokio_util::sync::PollSender<Message>,
        incoming: mpsc::Receiver<Message>,
    }

    impl Stream for Pair {
        type Item = Result<Message, axum::Error>;
        fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            self.incoming.poll_recv(cx).map(|message| message.map(Ok))
        }
    }

    impl Sink<Message> for Pair {
        type Error = ();
        fn poll_ready(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), ()>> {
            self.out.poll_reserve(cx).map_err(drop)
        }
        fn start_send(mut self: Pin<&mut Self>, message: Message) -> Result<(), ()> {
            self.out.send_item(message).map_err(drop)
        }
        fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<Result<(), ()>> {
            Poll::Ready(Ok(()))
        }
        fn poll_close(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<Result<(), ()>> {
            Poll::Ready(Ok(()))
        }
    }

    struct Script(mpsc::Receiver<StreamItem>);

    impl Events for Script {
        async fn next(&mut self) -> StreamItem {
            match self.0.recv().await {
                Some(item) => item,
                None => std::future::pending().await,
            }
        }
    }

    struct Client {
        frames: mpsc::Receiver<Message>,
        says: mpsc::Sender<Message>,
        events: mpsc::Sender<StreamItem>,
        ended: tokio::task::JoinHandle<Ended>,
    }

    fn connect(room: usize) -> Client {
        let (events, script) = mpsc::channel(64);
        let mut client = connect_to(room, Script(script));
        client.events = events;
        client
    }

    fn connect_to(room: usize, source: impl Events + 'static) -> Client {
        let (out, frames) = mpsc::channel(room);
        let (says, incoming) = mpsc::channel(8);
        let (events, _) = mpsc::channel(1);
        let pair = Pair {
            out: tokio_util::sync::PollSender::new(out),
            incoming,
        };
        let pace = Pace {
            ping: Duration::from_secs(25),
            send: Duration::from_secs(10),
        };
        Client {
            frames,
            says,
            events,
            ended: tokio::spawn(run(pair, source, pace)),
        }
    }

    fn presence() -> StreamItem {
        StreamItem::Event(Event::Presence {
            user: "u_1".into(),
            presence: Presence::offline(),
        })
    }

    fn code(message: Option<Message>) -> u16 {
        match message {
            Some(Message::Close(Some(frame))) => frame.code,
            other => panic!("not a close frame: {other:?}"),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_event_leaves_as_json_text() {
        let mut client = connect(8);
        client.events.send(presence()).await.unwrap();
        let Some(Message::Text(text)) = client.frames.recv().await else {
            panic!("no text");
        };
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["type"], "presence");
        assert_eq!(value["data"]["user"], "u_1");
    }

    #[tokio::test(start_paused = true)]
    async fn the_end_of_the_stream_is_told_with_its_code() {
        for (reason, expected) in [
            (CloseReason::SessionEnded, 4001),
            (CloseReason::Slow, 4008),
            (CloseReason::SiteFull, 4013),
        ] {
            let mut client = connect(8);
            client
                .events
                .send(StreamItem::Closed(reason))
                .await
                .unwrap();
            assert_eq!(code(client.frames.recv().await), expected);
            assert_eq!(client.ended.await.unwrap(), Ended::Closed(reason));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_answers_pings_stays() {
        let mut client = connect(8);
        for _ in 0..10 {
            let frame = client.frames.recv().await.unwrap();
            assert!(matches!(frame, Message::Ping(_)), "{frame:?}");
            client
                .says
                .send(Message::Pong(Vec::new().into()))
                .await
                .unwrap();
        }
        assert!(!client.ended.is_finished());
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_client_is_closed_after_two_pings() {
        let mut client = connect(8);
        for _ in 0..2 {
            assert!(matches!(client.frames.recv().await, Some(Message::Ping(_))));
        }
        assert_eq!(code(client.frames.recv().await), 4008);
        assert_eq!(client.ended.await.unwrap(), Ended::Silent);
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_takes_no_frames_is_let_go() {
        let client = connect(1);
        for _ in 0..5 {
            client.events.send(presence()).await.unwrap();
        }
        let started = Instant::now();
        assert_eq!(client.ended.await.unwrap(), Ended::Silent);
        assert!(started.elapsed() <= Duration::from_secs(20));
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_may_leave() {
        let client = connect(8);
        client.says.send(Message::Close(None)).await.unwrap();
        drop(client.says);
        assert_eq!(client.ended.await.unwrap(), Ended::ByClient);
    }

    /// Takes a minute for its event, from the moment it is asked.
    struct Slow;

    impl Events for Slow {
        async fn next(&mut self) -> StreamItem {
            tokio::time::sleep(Duration::from_secs(60)).await;
            presence()
        }
    }

    #[tokio::test(start_paused = true)]
    async fn frames_and_pings_do_not_cut_off_a_question_under_way() {
        let started = Instant::now();
        let mut client = connect_to(8, Slow);
        for _ in 0..2 {
            assert!(matches!(client.frames.recv().await, Some(Message::Ping(_))));
            let pong = Message::Pong(Vec::new().into());
            client.says.send(pong).await.unwrap();
        }
        assert!(matches!(client.frames.recv().await, Some(Message::Text(_))));
        assert_eq!(started.elapsed().as_secs(), 60);
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_does_not_stop_talking_is_closed() {
        let mut client = connect(8);
        for _ in 0..=BEARABLE {
            client.says.send(Message::text("hello")).await.unwrap();
        }
        assert_eq!(code(client.frames.recv().await), 1008);
        drop(client.says);
        assert_eq!(client.ended.await.unwrap(), Ended::Talkative);
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_talks_now_and_then_stays() {
        let mut client = connect(8);
        for _ in 0..3 {
            for _ in 0..BEARABLE {
                client.says.send(Message::text("hello")).await.unwrap();
            }
            tokio::time::sleep(PATIENCE).await;
        }
        assert!(matches!(client.frames.recv().await, Some(Message::Ping(_))));
        assert!(!client.ended.is_finished());
    }
}
