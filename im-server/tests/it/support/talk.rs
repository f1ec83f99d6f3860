//! What people do again and again.

use super::{User, json};

/// Makes two people contacts.
pub async fn befriend(a: &User, b: &User) {
    a.post("api/v1/contacts", json!({ "user": b.id }))
        .await
        .expect(201);
    b.patch(
        &format!("api/v1/contacts/{}", a.id),
        json!({ "action": "accept" }),
    )
    .await
    .expect(200);
}

/// The conversation of two people.
pub async fn conversation(a: &User, b: &User) -> String {
    let answer = a
        .post("api/v1/conversations", json!({ "user": b.id }))
        .await;
    assert!(matches!(answer.status, 200 | 201), "{}", answer.text);
    answer.body["id"].as_str().unwrap().to_owned()
}

/// Sends a text that is its own client id.
pub async fn say(from: &User, conversation: &str, text: &str) {
    from.post(
        &format!("api/v1/conversations/{conversation}/messages"),
        json!({ "text": text, "client_id": text }),
    )
    .await
    .expect(201);
}

/// The texts of a conversation, oldest first, page by page.
pub async fn history(of: &User, conversation: &str) -> Vec<String> {
    let (mut texts, mut after) = (Vec::new(), 0);
    loop {
        let page = of
            .get(&format!(
                "api/v1/conversations/{conversation}/messages?after={after}&limit=200"
            ))
            .await
            .expect(200);
        for message in page["messages"].as_array().unwrap() {
            let seq = message["seq"].as_u64().unwrap();
            assert_eq!(seq, after + 1, "messages are numbered without gaps");
            after = seq;
            texts.push(message["text"].as_str().unwrap().to_owned());
        }
        if page["more"] == false {
            return texts;
        }
    }
}
