//! `kill -9` in the middle of everything: what was acknowledged is there, in order, once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use reqwest::Method;
use tokio::sync::watch;

use crate::support::talk::{befriend, conversation, history};
use crate::support::{Conf, Process, Site, Socket, Store, StoreKind, User, json, on_both_stores};

on_both_stores!(every_acknowledged_message_survives_the_servers_death);

/// How often the server dies.
const DEATHS: usize = 3;

async fn every_acknowledged_message_survives_the_servers_death(kind: StoreKind) {
    let store = Store::new(kind).await;
    let conf = Conf::new(&store).site("/im/", &["local"], "");
    let file = store.file("im.toml");
    let mut process = Process::start(&conf, &file).await;
    let site = process.site("/im/");
    let anna = site.register("Anna", "long enough").await;
    let berta = site.register("Berta", "long enough").await;
    befriend(&anna, &berta).await;
    let talk = conversation(&anna, &berta).await;

    // Where the reader begins: before anything is said.
    let last = berta.events(None).await.last;
    let (moved, moves) = watch::channel(process.base.clone());
    let done = Arc::new(AtomicBool::new(false));
    let senders = [("a", &anna), ("b", &berta)].map(|(name, user)| {
        tokio::spawn(send(
            name,
            user.clone(),
            talk.clone(),
            moves.clone(),
            Arc::clone(&done),
        ))
    });
    let reader = tokio::spawn(read(berta.clone(), last, moves.clone()));

    for _ in 0..DEATHS {
        tokio::time::sleep(Duration::from_millis(700)).await;
        process.kill();
        process = Process::start(&conf, &file).await;
        moved.send(process.base.clone()).unwrap();
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    done.store(true, Ordering::Relaxed);
    let mut acknowledged = Vec::new();
    for sender in senders {
        acknowledged.push(sender.await.unwrap());
    }

    let kept = history(&at(&anna, &process.base), &talk).await;
    for texts in &acknowledged {
        assert!(
            texts.len() > DEATHS,
            "there was hardly any traffic: {}",
            texts.len()
        );
        let of_sender: Vec<_> = kept
            .iter()
            .filter(|text| text[..1] == texts[0][..1])
            .collect();
        assert_eq!(
            of_sender,
            texts.iter().collect::<Vec<_>>(),
            "in order, once, and nothing else"
        );
    }
    assert_eq!(kept.len(), acknowledged.iter().map(Vec::len).sum::<usize>());
    // The reader ends with the last message of the history.
    let say_end = at(&anna, &process.base);
    crate::support::talk::say(&say_end, &talk, "end").await;
    let mut seen = reader.await.unwrap();
    assert_eq!(seen.pop().as_deref(), Some("end"));
    assert_eq!(
        seen, kept,
        "a client that comes back has seen each exactly once, in order"
    );
}

/// The same person at the server's new address.
fn at(user: &User, base: &str) -> User {
    user.at(&Site::new(base, "/im/"))
}

/// Sends one after the other, each until it is acknowledged; what was acknowledged.
async fn send(
    name: &'static str,
    user: User,
    talk: String,
    mut moves: watch::Receiver<String>,
    done: Arc<AtomicBool>,
) -> Vec<String> {
    let path = format!("api/v1/conversations/{talk}/messages");
    let mut acknowledged = Vec::new();
    while !done.load(Ordering::Relaxed) {
        let text = format!("{name}{}", acknowledged.len());
        loop {
            let user = at(&user, &moves.borrow_and_update().clone());
            let body = json!({ "text": text, "client_id": text });
            match user.site.try_request(Method::POST, &path, Some(body)).await {
                Ok(answer) if matches!(answer.status, 200 | 201) => break,
                // Shortly after a start the store may still be settling; anything but an answer is tried again.
                Ok(answer) => assert!(answer.status >= 500, "{}", answer.text),
                Err(_) => {
                    let _ = tokio::time::timeout(Duration::from_secs(30), moves.changed()).await;
                }
            }
        }
        acknowledged.push(text);
    }
    acknowledged
}

/// Reads events across deaths until the message `end`; every message text seen.
async fn read(user: User, mut last: u64, mut moves: watch::Receiver<String>) -> Vec<String> {
    let mut seen = Vec::new();
    loop {
        let base = moves.borrow_and_update().clone();
        let Ok(mut socket) = Socket::open_quietly(&at(&user, &base).site, Some(last)).await else {
            let _ = tokio::time::timeout(Duration::from_secs(30), moves.changed()).await;
            continue;
        };
        while let Ok(frame) = socket.frame().await {
            if frame["type"] == "message" {
                let text = frame["data"]["message"]["text"]
                    .as_str()
                    .unwrap()
                    .to_owned();
                let is_end = text == "end";
                seen.push(text);
                if is_end {
                    return seen;
                }
            }
        }
        last = socket.last;
    }
}
