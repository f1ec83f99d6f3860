//! Talking.

use crate::support::talk::{befriend, conversation, history, say};
use crate::support::{Conf, Store, StoreKind, TestApp, User, json, on_both_stores};

on_both_stores!(
    a_message_reaches_the_other_and_ones_own_devices_once,
    a_repetition_is_answered_like_the_first_time,
    reading_is_counted_and_seen,
);

struct Two {
    _store: Store,
    app: TestApp,
    anna: User,
    berta: User,
}

async fn two(kind: StoreKind) -> Two {
    let store = Store::new(kind).await;
    let conf = Conf::new(&store).site("/im/", &["local"], "message_max_chars = 20");
    let app = TestApp::start(&conf).await;
    let site = app.site("/im/");
    let two = Two {
        anna: site.register("Anna", "long enough").await,
        berta: site.register("Berta", "long enough").await,
        _store: store,
        app,
    };
    befriend(&two.anna, &two.berta).await;
    two
}

async fn a_message_reaches_the_other_and_ones_own_devices_once(kind: StoreKind) {
    let Two {
        app, anna, berta, ..
    } = &two(kind).await;
    let phone = app.site("/im/").sign_in("Anna", "long enough").await;
    let mut streams = [
        anna.events(None).await,
        phone.events(None).await,
        berta.events(None).await,
    ];
    let talk = conversation(anna, berta).await;
    assert_eq!(
        conversation(berta, anna).await,
        talk,
        "there is one per pair"
    );
    for text in ["one", "two", "three"] {
        say(anna, &talk, text).await;
    }
    for stream in &mut streams {
        for text in ["one", "two", "three"] {
            assert_eq!(stream.message().await, text);
        }
    }
    assert_eq!(history(berta, &talk).await, ["one", "two", "three"]);
}

async fn a_repetition_is_answered_like_the_first_time(kind: StoreKind) {
    let Two { anna, berta, .. } = &two(kind).await;
    let talk = conversation(anna, berta).await;
    let path = format!("api/v1/conversations/{talk}/messages");
    let first = anna
        .post(&path, json!({ "text": "hello", "client_id": "1" }))
        .await
        .expect(201);
    let again = anna
        .post(&path, json!({ "text": "hello", "client_id": "1" }))
        .await
        .expect(200);
    assert_eq!(first, again);
    anna.post(&path, json!({ "text": "other", "client_id": "1" }))
        .await
        .problem(409, "client_id_reused");
    berta
        .post(&path, json!({ "text": "other", "client_id": "1" }))
        .await
        .expect(201);
    assert_eq!(history(anna, &talk).await, ["hello", "other"]);
}

async fn reading_is_counted_and_seen(kind: StoreKind) {
    let Two { anna, berta, .. } = &two(kind).await;
    let talk = conversation(anna, berta).await;
    let mut of_anna = anna.events(None).await;
    for text in ["one", "two"] {
        say(anna, &talk, text).await;
    }
    let list = berta.get("api/v1/conversations").await.expect(200);
    assert_eq!(
        (
            &list["conversations"][0]["unread"],
            &list["conversations"][0]["last_message"]["text"]
        ),
        (&json!(2), &json!("two"))
    );
    berta
        .post(&format!("api/v1/conversations/{talk}/typing"), json!({}))
        .await
        .expect(204);
    berta
        .post(
            &format!("api/v1/conversations/{talk}/read"),
            json!({ "seq": 2 }),
        )
        .await
        .expect(204);
    let read = loop {
        let read = of_anna.next("read").await;
        if read["user"] == berta.id.as_str() {
            break read;
        }
    };
    assert_eq!(read["read_seq"], 2);
    let list = berta.get("api/v1/conversations").await.expect(200);
    assert_eq!(list["conversations"][0]["unread"], 0);
    let list = anna.get("api/v1/conversations").await.expect(200);
    assert_eq!(list["conversations"][0]["peer_read_seq"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn typing_is_told_to_the_other() {
    let Two { anna, berta, .. } = &two(StoreKind::Sqlite).await;
    let talk = conversation(anna, berta).await;
    let mut of_anna = anna.events(None).await;
    berta
        .post(&format!("api/v1/conversations/{talk}/typing"), json!({}))
        .await
        .expect(204);
    assert_eq!(
        of_anna.next("typing").await,
        json!({ "conversation": talk, "user": berta.id })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_sent_says_why() {
    let Two {
        app, anna, berta, ..
    } = &two(StoreKind::Sqlite).await;
    let talk = conversation(anna, berta).await;
    let path = format!("api/v1/conversations/{talk}/messages");
    let text = |text: &str| json!({ "text": text, "client_id": "x" });
    anna.post(&path, text(""))
        .await
        .problem(400, "empty_message");
    anna.post(&path, text(&"x".repeat(21)))
        .await
        .problem(413, "message_too_long");
    let carla = app.site("/im/").register("Carla", "long enough").await;
    carla
        .post(&path, text("hello"))
        .await
        .problem(404, "unknown_conversation");
    carla.get(&path).await.problem(404, "unknown_conversation");
    berta
        .patch("api/v1/me", json!({ "presence": { "state": "dnd" } }))
        .await
        .expect(200);
    anna.post(&path, text("hello"))
        .await
        .problem(403, "do_not_disturb");
    berta
        .patch(
            &format!("api/v1/contacts/{}", anna.id),
            json!({ "action": "vip", "vip": true }),
        )
        .await
        .expect(200);
    anna.post(&path, text("hello")).await.expect(201);
    berta
        .delete(&format!("api/v1/contacts/{}", anna.id))
        .await
        .expect(204);
    anna.post(&path, json!({ "text": "more", "client_id": "y" }))
        .await
        .problem(403, "not_a_contact");
    assert_eq!(history(anna, &talk).await, ["hello"], "the history stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn history_comes_in_pages() {
    let Two { anna, berta, .. } = &two(StoreKind::Sqlite).await;
    let talk = conversation(anna, berta).await;
    for number in 1..=5 {
        say(anna, &talk, &number.to_string()).await;
    }
    let page = |query: &str| format!("api/v1/conversations/{talk}/messages?{query}");
    let texts = |page: &serde_json::Value| -> Vec<String> {
        let messages = page["messages"].as_array().unwrap().iter();
        messages
            .map(|message| message["text"].as_str().unwrap().to_owned())
            .collect()
    };
    let last = berta.get(&page("limit=2")).await.expect(200);
    assert_eq!(
        (texts(&last), &last["more"]),
        (vec!["4".into(), "5".into()], &json!(true))
    );
    let before = berta.get(&page("before=4&limit=3")).await.expect(200);
    assert_eq!(
        (texts(&before), &before["more"]),
        (vec!["1".into(), "2".into(), "3".into()], &json!(false))
    );
    let after = berta.get(&page("after=3")).await.expect(200);
    assert_eq!(texts(&after), ["4", "5"]);
    berta
        .get(&page("limit=many"))
        .await
        .problem(400, "invalid_request");
}
