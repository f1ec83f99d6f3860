//! A TCP proxy that can be cut, stalled and slowed down.

use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::background::background;
use crate::port::free_port;

/// A proxy on a loopback port in front of another, to make a database fail as networks do.
///
/// It runs on a thread of its own, in real time, also under a test whose time is paused. It ends when it is dropped.
#[derive(Debug)]
pub struct CutProxy {
    port: u16,
    line: watch::Sender<Line>,
    listening: watch::Receiver<bool>,
    traffic: Arc<Traffic>,
}

/// How the line behaves.
#[derive(Debug, Clone, Copy, Default)]
struct Line {
    cut: bool,
    /// From the server to the client: how many more bytes each connection may bring, and what happens then.
    allowance: Option<(usize, Then)>,
    /// Counts the orders: each starts the allowance anew.
    order: u64,
    /// Before each piece from the server.
    delay: Duration,
    piece: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    Stall,
    Close,
}

#[derive(Debug, Default)]
struct Traffic {
    accepted: AtomicUsize,
    open: AtomicUsize,
}

impl CutProxy {
    /// Starts a proxy to `target` on 127.0.0.1.
    ///
    /// # Panics
    /// When no loopback port is free.
    #[must_use]
    pub fn to(target: u16) -> Self {
        let (line, orders) = watch::channel(Line::default());
        let (report, listening) = watch::channel(true);
        let traffic = Arc::<Traffic>::default();
        // Whoever found the same port free may be faster.
        let (port, listener) = (0..100)
            .find_map(|_| {
                let port = free_port();
                bind(port).ok().map(|listener| (port, listener))
            })
            .expect("a free loopback port");
        let proxy = Proxy {
            port,
            target,
            orders,
            report,
            traffic: Arc::clone(&traffic),
        };
        background().spawn(proxy.serve(listener));
        Self {
            port,
            line,
            listening,
            traffic,
        }
    }

    /// The port to connect to, the same before and after a cut.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Ends every connection and refuses new ones. Returns once the port refuses.
    pub async fn cut(&self) {
        self.order(|line| line.cut = true);
        self.until(false).await;
    }

    /// Lets everything through again, at full speed. Returns once the port accepts.
    ///
    /// Connections that were stalled go on where they stopped.
    pub async fn restore(&self) {
        self.order(|line| {
            *line = Line {
                order: line.order,
                ..Line::default()
            };
        });
        self.until(true).await;
    }

    /// Nothing more comes from the server: connections are accepted and stay open, and nobody answers.
    pub fn stall(&self) {
        self.stall_after(0);
    }

    /// Each connection brings `bytes` more from the server and then nothing: a response that stops in the middle.
    pub fn stall_after(&self, bytes: usize) {
        self.order(|line| line.allowance = Some((bytes, Then::Stall)));
    }

    /// Each connection brings `bytes` more from the server and is closed then: a response that breaks off.
    pub fn cut_after(&self, bytes: usize) {
        self.order(|line| line.allowance = Some((bytes, Then::Close)));
    }

    /// Every piece from the server comes this much later: a slow database.
    pub fn delay(&self, by: Duration) {
        self.order(|line| line.delay = by);
    }

    /// What the server sends comes in pieces of at most `bytes`.
    pub fn chunk(&self, bytes: usize) {
        self.order(|line| line.piece = Some(bytes.max(1)));
    }

    /// How many connections are open now.
    #[must_use]
    pub fn open(&self) -> usize {
        self.traffic.open.load(Ordering::SeqCst)
    }

    /// How many connections there have been.
    #[must_use]
    pub fn accepted(&self) -> usize {
        self.traffic.accepted.load(Ordering::SeqCst)
    }

    fn order(&self, change: impl FnOnce(&mut Line)) {
        self.line.send_modify(|line| {
            change(line);
            line.order += 1;
        });
    }

    async fn until(&self, listening: bool) {
        self.listening
            .clone()
            .wait_for(|now| *now == listening)
            .await
            .expect("the proxy runs as long as its handle");
    }
}

struct Proxy {
    port: u16,
    target: u16,
    orders: watch::Receiver<Line>,
    report: watch::Sender<bool>,
    traffic: Arc<Traffic>,
}

impl Proxy {
    /// Runs until the handle is dropped; the connections end with it.
    async fn serve(mut self, listener: std::net::TcpListener) {
        let mut listener = TcpListener::from_std(listener).ok();
        let mut connections = JoinSet::new();
        loop {
            let cut = self.orders.borrow_and_update().cut;
            if cut && listener.is_some() {
                listener = None;
                connections.shutdown().await;
                self.report.send_replace(false);
            } else if !cut && listener.is_none() {
                listener = bind(self.port).and_then(TcpListener::from_std).ok();
                if listener.is_none() {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                    continue;
                }
                self.report.send_replace(true);
            }
            tokio::select! {
                changed = self.orders.changed() => if changed.is_err() {
                    return;
                },
                client = accept(listener.as_ref()) => {
                    self.traffic.accepted.fetch_add(1, Ordering::SeqCst);
                    connections.spawn(carry(
                        client,
                        self.target,
                        self.orders.clone(),
                        Open::new(&self.traffic),
                    ));
                },
                Some(_) = connections.join_next() => {},
            }
        }
    }
}

/// Counts a connection for as long as it lives.
struct Open(Arc<Traffic>);

impl Open {
    fn new(traffic: &Arc<Traffic>) -> Self {
        traffic.open.fetch_add(1, Ordering::SeqCst);
        Self(Arc::clone(traffic))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::SeqCst);
    }
}

fn bind(port: u16) -> io::Result<std::net::TcpListener> {
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

async fn accept(listener: Option<&TcpListener>) -> TcpStream {
    let Some(listener) = listener else {
        return std::future::pending().await;
    };
    loop {
        match listener.accept().await {
            Ok((client, _)) => return client,
            // Out of file descriptors, most likely: spinning would not give them back.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

async fn carry(mut client: TcpStream, target: u16, line: watch::Receiver<Line>, _open: Open) {
    let Ok(mut server) = TcpStream::connect((Ipv4Addr::LOCALHOST, target)).await else {
        return;
    };
    client.set_nodelay(true).ok();
    server.set_nodelay(true).ok();
    let (from_client, to_client) = client.split();
    let (from_server, to_server) = server.split();
    // Whichever side ends, both do: what follows a half-closed connection is of no interest here.
    tokio::select! {
        _ = upstream(from_client, to_server) => {},
        _ = downstream(from_server, to_client, line) => {},
    }
}

async fn upstream(mut client: ReadHalf<'_>, mut server: WriteHalf<'_>) -> io::Result<()> {
    tokio::io::copy(&mut client, &mut server).await.map(drop)
}

async fn downstream(
    mut server: ReadHalf<'_>,
    mut client: WriteHalf<'_>,
    mut line: watch::Receiver<Line>,
) -> io::Result<()> {
    let mut buffer = vec![0; 16 * 1024];
    let mut order = line.borrow().order;
    let mut brought = 0;
    loop {
        let state = *line.borrow_and_update();
        if state.order != order {
            order = state.order;
            brought = 0;
        }
        let room = state
            .allowance
            .map_or(usize::MAX, |(bytes, _)| bytes.saturating_sub(brought));
        if room == 0 {
            if state.allowance.is_some_and(|(_, then)| then == Then::Close) {
                return Ok(());
            }
            line.changed().await.map_err(io::Error::other)?;
            continue;
        }
        let most = buffer
            .len()
            .min(room)
            .min(state.piece.unwrap_or(usize::MAX));
        let read = tokio::select! {
            read = server.read(&mut buffer[..most]) => read?,
            changed = line.changed() => {
                changed.map_err(io::Error::other)?;
                continue;
            },
        };
        if read == 0 {
            return Ok(());
        }
        if !state.delay.is_zero() {
            tokio::time::sleep(state.delay).await;
        }
        client.write_all(&buffer[..read]).await?;
        brought += read;
    }
}
