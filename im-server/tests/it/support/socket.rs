//! A client of the event stream.

use std::time::Duration;

use futures_util::StreamExt;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::{Site, openapi};

/// Longer than anything should take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

pub struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// The first frame.
    pub snapshot: Value,
    /// The number of the last durable event seen.
    pub last: u64,
}

impl Socket {
    /// Opens a stream with the headers of the site's client, and reads the snapshot.
    pub async fn open(site: &Site, after: Option<u64>) -> Result<Self, Error> {
        let mut socket = Self::raw(site, after).await?;
        match socket.frame().await {
            Ok(snapshot) => {
                assert_eq!(snapshot["type"], "snapshot");
                socket.last =
                    after.unwrap_or_else(|| snapshot["data"]["last_event"].as_u64().unwrap());
                socket.snapshot = snapshot;
                Ok(socket)
            }
            Err(code) => panic!("closed with {code} instead of a snapshot"),
        }
    }

    /// As [`Socket::open`], for a server that may die meanwhile.
    pub async fn open_quietly(site: &Site, after: Option<u64>) -> Result<Self, u16> {
        let mut socket = Self::raw(site, after).await.map_err(|_| 0_u16)?;
        socket.last = after.unwrap_or(0);
        socket.snapshot = socket.frame().await?;
        Ok(socket)
    }

    /// Opens a stream and reads nothing.
    pub async fn raw(site: &Site, after: Option<u64>) -> Result<Self, Error> {
        let mut address = format!("{}api/v1/events", site.url.replacen("http", "ws", 1));
        if let Some(after) = after {
            address += &format!("?after={after}");
        }
        let mut request = address.into_client_request()?;
        for (name, value) in &site.headers {
            request.headers_mut().insert(
                name.as_str()
                    .parse::<tokio_tungstenite::tungstenite::http::HeaderName>()
                    .unwrap(),
                value.as_bytes().try_into().unwrap(),
            );
        }
        let (stream, _) = timeout(PATIENCE, connect_async(request))
            .await
            .expect("a connection in time")?;
        Ok(Self {
            stream,
            snapshot: Value::Null,
            last: 0,
        })
    }

    /// The next frame, or the code the stream was closed with (0: broken).
    pub async fn frame(&mut self) -> Result<Value, u16> {
        loop {
            let message = timeout(PATIENCE, self.stream.next())
                .await
                .expect("a frame in time");
            match message {
                Some(Ok(Message::Text(text))) => {
                    let frame: Value = serde_json::from_str(&text).unwrap();
                    openapi::check_frame(&frame);
                    if let Some(seq) = frame["seq"].as_u64() {
                        assert_eq!(seq, self.last + 1, "a gap or a repetition: {frame}");
                        self.last = seq;
                    }
                    return Ok(frame);
                }
                Some(Ok(Message::Close(frame))) => {
                    return Err(frame.map_or(1005, |frame| frame.code.into()));
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(0),
            }
        }
    }

    /// The next frame of this type; others are passed over.
    pub async fn next(&mut self, kind: &str) -> Value {
        loop {
            let frame = self
                .frame()
                .await
                .unwrap_or_else(|code| panic!("closed with {code} while waiting for {kind}"));
            if frame["type"] == kind {
                return frame["data"].clone();
            }
        }
    }

    /// The next message's text.
    pub async fn message(&mut self) -> String {
        let data = self.next("message").await;
        data["message"]["text"].as_str().unwrap().to_owned()
    }

    /// Waits until somebody's presence is this.
    pub async fn presence(&mut self, user: &str, state: &str) {
        loop {
            let data = self.next("presence").await;
            if data["user"] == user && data["presence"]["state"] == state {
                return;
            }
        }
    }

    /// Reads on until the stream is closed; the code.
    pub async fn closed(&mut self) -> u16 {
        loop {
            if let Err(code) = self.frame().await {
                return code;
            }
        }
    }
}
