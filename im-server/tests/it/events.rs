//! Coming back to the event stream.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::support::talk::{befriend, conversation, say};
use crate::support::{Conf, Store, StoreKind, TestApp, User, json, on_both_stores};

on_both_stores!(who_comes_back_misses_nothing_and_sees_nothing_twice);

async fn who_comes_back_misses_nothing_and_sees_nothing_twice(kind: StoreKind) {
    let store = Store::new(kind).await;
    let app = TestApp::start(&Conf::new(&store).site("/im/", &["local"], "")).await;
    let site = app.site("/im/");
    let anna = site.register("Anna", "long enough").await;
    let berta = site.register("Berta", "long enough").await;
    befriend(&anna, &berta).await;
    let talk = conversation(&anna, &berta).await;
    let mut stream = berta.events(None).await;
    let mut seen = Vec::new();
    for round in 0..5 {
        say(&anna, &talk, &format!("{round} while there")).await;
        seen.push(stream.message().await);
        let last = stream.last;
        drop(stream);
        say(&anna, &talk, &format!("{round} while away")).await;
        // The socket itself checks that no number is left out or comes twice.
        stream = berta.events(Some(last)).await;
        seen.push(stream.message().await);
    }
    let expected: Vec<String> = (0..5)
        .flat_map(|round| {
            [
                format!("{round} while there"),
                format!("{round} while away"),
            ]
        })
        .collect();
    assert_eq!(seen, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_frame_says_who_is_there() {
    let app = TestApp::local("").await;
    let site = app.site("/im/");
    let anna = site.register("Anna", "long enough").await;
    let berta = site.register("Berta", "long enough").await;
    befriend(&anna, &berta).await;
    let _berta = berta.events(None).await;
    let stream = anna.events(None).await;
    assert_eq!(
        stream.snapshot["data"]["presence"][&berta.id]["state"],
        "online"
    );
    assert_eq!(
        stream.snapshot["data"]["me"],
        json!({ "state": "online", "reason": null })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn leaving_is_seen_by_contacts() {
    let app = TestApp::local("").await;
    let site = app.site("/im/");
    let anna = site.register("Anna", "long enough").await;
    let berta = site.register("Berta", "long enough").await;
    befriend(&anna, &berta).await;
    let mut stream = anna.events(None).await;
    berta.sign_out().await;
    stream.presence(&berta.id, "offline").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_from_the_future_or_nonsense_is_no_reason_to_fall_over() {
    let app = TestApp::local("").await;
    let anna = app.site("/im/").register("Anna", "long enough").await;
    let mut stream = anna.events(Some(1_000_000)).await;
    assert_eq!(stream.next("reset").await["last_event"], 0);
    let answer = anna
        .site
        .http
        .get(format!("{}api/v1/events?after=x", anna.site.url))
        .headers(anna.site.headers.clone())
        .header("connection", "upgrade")
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "13")
        .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 400);
}

/// The frames of a client: `head` as it is, then the payload, masked with zeros unless told otherwise.
fn frame(opcode: u8, payload: &[u8], masked: bool) -> Vec<u8> {
    let mut bytes = vec![0x80 | opcode];
    let mask = if masked { 0x80 } else { 0 };
    match u8::try_from(payload.len()) {
        Ok(short @ ..126) => bytes.push(mask | short),
        _ => {
            bytes.push(mask | 127);
            bytes.extend((payload.len() as u64).to_be_bytes());
        }
    }
    if masked {
        bytes.extend([0; 4]);
    }
    bytes.extend(payload);
    bytes
}

/// What the server says last to a client that sends these bytes: the code of its Close frame, if it has one.
async fn last_words(of: &User, bytes: &[u8]) -> Result<Option<u16>, String> {
    let url = reqwest::Url::parse(&of.site.url).unwrap();
    let address = (url.host_str().unwrap(), url.port().unwrap());
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let token = of.site.headers["authorization"].to_str().unwrap();
    let request = format!(
        "GET {}api/v1/events HTTP/1.1\r\nHost: {}:{}\r\nAuthorization: {token}\r\nConnection: Upgrade\r\n\
         Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        url.path(),
        address.0,
        address.1
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    assert!(head.starts_with(b"HTTP/1.1 101"), "{}", head.escape_ascii());
    stream.write_all(bytes).await.unwrap();
    loop {
        let opcode = stream.read_u8().await.map_err(|error| error.to_string())?;
        let length = match stream.read_u8().await.map_err(|error| error.to_string())? {
            126 => stream.read_u16().await.unwrap(),
            127 => panic!("a long frame"),
            short => short.into(),
        };
        let mut payload = vec![0; length.into()];
        stream.read_exact(&mut payload).await.unwrap();
        if opcode == 0x88 {
            let code = payload.first_chunk().copied().map(u16::from_be_bytes);
            let end = stream.read(&mut [0]).await;
            assert!(matches!(end, Ok(0)), "{end:?} after the Close");
            return Ok(code);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_close_is_answered_with_a_close() {
    let app = TestApp::local("").await;
    let anna = app.site("/im/").register("Anna", "long enough").await;
    for code in [1000_u16, 1001, 4000] {
        let close = frame(8, &code.to_be_bytes(), true);
        assert_eq!(last_words(&anna, &close).await, Ok(Some(code)));
    }
    assert_eq!(last_words(&anna, &frame(8, b"", true)).await, Ok(None));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_keep_to_the_protocol_is_told_so() {
    let app = TestApp::local("").await;
    let anna = app.site("/im/").register("Anna", "long enough").await;
    for (what, bytes, code) in [
        ("unmasked", frame(1, b"hello", false), 1002),
        ("reserved opcode", frame(3, b"hello", true), 1002),
        ("reserved bit", vec![0xc1, 0x80, 0, 0, 0, 0], 1002),
        ("no UTF-8", frame(1, b"\xff\xfe", true), 1007),
        ("no UTF-8 in a Close", frame(8, b"\x03\xe8\xff", true), 1007),
        // Its length alone is too much.
        ("1 MB", frame(2, &[0; 1_000_000], true)[..14].to_vec(), 1009),
    ] {
        assert_eq!(last_words(&anna, &bytes).await, Ok(Some(code)), "{what}");
    }
}
