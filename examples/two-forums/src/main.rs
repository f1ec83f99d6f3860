//! Scenario 4: a member of a phpBB 2 and a member of a Phorum talk with each other. Three databases, all on MariaDB.
//!
//! Run it: `cargo run -p example-two-forums`. It starts a MariaDB of its own in a temporary folder; `scripts/install-test-tools` installs one.
#![allow(clippy::print_stdout)]

use std::path::Path;

use im_server::config::{Config, Environment};
use im_server::{Start, serve, start};
use im_testkit::MariaDb;
use reqwest::Client;
use serde_json::{Value, json};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    // The two forums, each with a member called Alice; in real life they exist already.
    let server = MariaDb::start().await;
    let phpbb2 = server.create_database("latin1", "latin1_swedish_ci").await;
    let board = im_auth_phpbb2::sample::Board::mysql("phpbb_")?;
    phpbb2.execute(&board.create()).await;
    phpbb2
        .execute(&board.register(&im_auth_phpbb2::sample::Member::new(
            "Alice",
            "correct horse",
        )))
        .await;
    let phorum = server
        .create_database("utf8mb3", "utf8mb3_general_ci")
        .await;
    let board = im_auth_phorum::sample::Board::mysql("phorum")?;
    phorum.execute(&board.create()).await;
    phorum
        .execute(&board.register(&im_auth_phorum::sample::Member::new(
            "Alice",
            "battery staple",
        )))
        .await;
    let store = server.create_database("utf8mb4", "utf8mb4_bin").await;

    let configuration = format!(
        r#"
listen = "127.0.0.1:0"
public_url = "http://127.0.0.1"
database = "{store}"

[realm.phpbb2]
title = "The Example Forum"
system = "phpbb2"
database = "{phpbb2}"
prefix = "phpbb_"

[realm.phorum]
title = "The Other Place"
system = "phorum"
database = "{phorum}"
prefix = "phorum"

[[site]]
path = "/im-phpbb2/"
realms = ["phpbb2"]
options = {{ max_contacts = 3, max_connected = 50 }}

[[site]]
path = "/im-phorum/"
realms = ["phorum"]
options = {{ max_contacts = 20, max_connected = 200 }}
"#,
        store = store.owner_url(),
        phpbb2 = phpbb2.reader_url(),
        phorum = phorum.reader_url(),
    );
    let config = Config::parse(
        &configuration,
        Path::new("im.toml"),
        &Environment::of_process(),
    )?;
    let app = start(&config, Start::default()).await?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}", listener.local_addr()?);
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(async move {
        serve(listener, app, async {
            let _ = stopped.await;
        })
        .await;
    });

    let one = Person::sign_in(format!("{address}/im-phpbb2"), "alice", "correct horse").await?;
    let other = Person::sign_in(format!("{address}/im-phorum"), "alice", "battery staple").await?;
    anyhow::ensure!(one.id != other.id, "one name in two forums is two people");
    one.post(
        "contacts",
        &json!({ "username": "phorum:Alice", "greeting": "Hello from the other forum" }),
    )
    .await?;
    other
        .patch(
            &format!("contacts/{}", one.id),
            &json!({ "action": "accept" }),
        )
        .await?;
    let conversation = one
        .post("conversations", &json!({ "user": other.id }))
        .await?;
    let path = format!(
        "conversations/{}/messages",
        conversation["id"].as_str().unwrap_or_default()
    );
    one.post(&path, &json!({ "text": "Is that you?", "client_id": "1" }))
        .await?;
    other
        .post(&path, &json!({ "text": "No, it is me.", "client_id": "1" }))
        .await?;
    let history = one.get(&path).await?;
    for message in history["messages"].as_array().into_iter().flatten() {
        let who = if message["sender"] == one.id.as_str() {
            "phpbb2:Alice"
        } else {
            "phorum:Alice"
        };
        println!("{who}: {}", message["text"].as_str().unwrap_or_default());
    }
    anyhow::ensure!(history["messages"].as_array().map(Vec::len) == Some(2));
    let _ = stop.send(());
    serving.await?;
    Ok(())
}

/// Somebody who is signed in at a site.
struct Person {
    client: Client,
    site: String,
    token: String,
    id: String,
}

impl Person {
    async fn sign_in(site: String, name: &str, password: &str) -> anyhow::Result<Self> {
        let client = Client::new();
        let answer: Value = client
            .post(format!("{site}/api/v1/session"))
            .json(&json!({ "username": name, "password": password }))
            .send()
            .await?
            .error_for_status()?
            .json()
            .await?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Ok(Self {
            client,
            site,
            token: text(&answer["token"]),
            id: text(&answer["user"]["id"]),
        })
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> anyhow::Result<Value> {
        Ok(request
            .bearer_auth(&self.token)
            .send()
            .await?
            .error_for_status()?
            .json()
            .await?)
    }

    fn url(&self, path: &str) -> String {
        format!("{}/api/v1/{path}", self.site)
    }

    async fn get(&self, path: &str) -> anyhow::Result<Value> {
        self.send(self.client.get(self.url(path))).await
    }

    async fn post(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        self.send(self.client.post(self.url(path)).json(body)).await
    }

    async fn patch(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        self.send(self.client.patch(self.url(path)).json(body))
            .await
    }
}
