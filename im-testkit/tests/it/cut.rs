use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use im_testkit::CutProxy;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

const SOON: Duration = Duration::from_secs(5);
const A_MOMENT: Duration = Duration::from_millis(100);

/// A server that says everything back.
async fn echo() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            tokio::spawn(async move {
                let (mut from, mut to) = client.split();
                tokio::io::copy(&mut from, &mut to).await.ok();
            });
        }
    });
    port
}

async fn connect(proxy: &CutProxy) -> std::io::Result<TcpStream> {
    TcpStream::connect((Ipv4Addr::LOCALHOST, proxy.port())).await
}

async fn say(stream: &mut TcpStream, text: &str) -> std::io::Result<String> {
    stream.write_all(text.as_bytes()).await?;
    let mut answer = vec![0; text.len()];
    stream.read_exact(&mut answer).await?;
    Ok(String::from_utf8(answer).unwrap())
}

#[tokio::test]
async fn what_goes_in_comes_out() {
    let proxy = CutProxy::to(echo().await);
    let mut stream = connect(&proxy).await.unwrap();
    assert_eq!(say(&mut stream, "hello").await.unwrap(), "hello");
    proxy.chunk(1);
    assert_eq!(say(&mut stream, "in pieces").await.unwrap(), "in pieces");
    assert_eq!((proxy.open(), proxy.accepted()), (1, 1));
}

#[tokio::test]
async fn a_cut_line_ends_connections_and_refuses_new_ones_until_restored() {
    let proxy = CutProxy::to(echo().await);
    let mut stream = connect(&proxy).await.unwrap();
    say(&mut stream, "hello").await.unwrap();
    proxy.cut().await;
    assert!(say(&mut stream, "still there?").await.is_err());
    assert!(connect(&proxy).await.is_err());
    assert_eq!(proxy.open(), 0);
    proxy.restore().await;
    let mut stream = connect(&proxy).await.unwrap();
    assert_eq!(say(&mut stream, "back").await.unwrap(), "back");
}

#[tokio::test]
async fn a_stalled_line_stays_open_and_says_nothing() {
    let proxy = CutProxy::to(echo().await);
    let mut stream = connect(&proxy).await.unwrap();
    proxy.stall_after(3);
    stream.write_all(b"abcdef").await.unwrap();
    let mut answer = [0; 6];
    stream.read_exact(&mut answer[..3]).await.unwrap();
    assert!(
        timeout(A_MOMENT, stream.read(&mut answer[3..]))
            .await
            .is_err()
    );
    // New connections are accepted, too, and get no more than that.
    let mut second = connect(&proxy).await.unwrap();
    assert!(timeout(A_MOMENT, say(&mut second, "four")).await.is_err());
    proxy.restore().await;
    let rest = timeout(SOON, stream.read_exact(&mut answer[3..])).await;
    assert_eq!(rest.unwrap().unwrap(), 3);
    assert_eq!(&answer, b"abcdef");
}

#[tokio::test]
async fn a_response_can_break_off_in_the_middle() {
    let proxy = CutProxy::to(echo().await);
    let mut stream = connect(&proxy).await.unwrap();
    proxy.cut_after(3);
    stream.write_all(b"abcdef").await.unwrap();
    let mut answer = Vec::new();
    timeout(SOON, stream.read_to_end(&mut answer))
        .await
        .unwrap()
        .ok();
    assert_eq!(answer, b"abc");
}

#[tokio::test]
async fn a_slow_line_is_slow() {
    let proxy = CutProxy::to(echo().await);
    let mut stream = connect(&proxy).await.unwrap();
    proxy.delay(A_MOMENT);
    let start = Instant::now();
    assert_eq!(say(&mut stream, "late").await.unwrap(), "late");
    assert!(start.elapsed() >= A_MOMENT);
}

#[tokio::test]
async fn a_dropped_proxy_ends_its_connections() {
    let proxy = CutProxy::to(echo().await);
    let mut stream = connect(&proxy).await.unwrap();
    say(&mut stream, "hello").await.unwrap();
    drop(proxy);
    let end = timeout(SOON, stream.read(&mut [0; 1])).await.unwrap();
    assert!(matches!(end, Ok(0) | Err(_)));
}
