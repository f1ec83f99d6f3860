//! Scenario 3: two addresses with different options on one store, seen by two people who want many contacts.
//!
//! Run it: `cargo run -p example-two-sites`. It needs nothing; the store is a temporary SQLite file.
#![allow(clippy::print_stdout)]

use std::path::Path;

use im_server::config::{Config, Environment};
use im_server::{Start, serve, start};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpListener;

const CONFIGURATION: &str = r#"
listen = "127.0.0.1:0"
public_url = "http://127.0.0.1"
database = "sqlite:im.db"

[[site]]
path = "/intramessenger-a/"
realms = ["local"]
options = { max_contacts = 3, max_connected = 50 }

[[site]]
path = "/intramessenger-b/"
realms = ["local"]
options = { max_contacts = 20, max_connected = 200 }
"#;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let config = Config::parse(
        CONFIGURATION,
        &folder.path().join("im.toml"),
        &Environment::of_process(),
    )?;
    let app = start(&config, Start::default()).await?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let server = format!("http://{}", listener.local_addr()?);
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(async move {
        serve(listener, app, async {
            let _ = stopped.await;
        })
        .await;
    });

    let client = Client::new();
    for name in ["bob", "carol", "dave", "erin"] {
        register(&client, &server, name).await?;
    }
    register(&client, &server, "alice").await?;
    for site in ["intramessenger-a", "intramessenger-b"] {
        println!("at /{site}/ Alice asks four people:");
        let token = sign_in(&client, &format!("{server}/{site}"), "alice").await?;
        for name in ["bob", "carol", "dave", "erin"] {
            let answer = client
                .post(format!("{server}/{site}/api/v1/contacts"))
                .bearer_auth(&token)
                .json(&json!({ "username": name }))
                .send()
                .await?;
            let status = answer.status();
            let body: Value = answer.json().await?;
            let said = body["code"]
                .as_str()
                .or(body["state"].as_str())
                .unwrap_or_default();
            println!("  {name}: {status} {said}");
            let last = name == "erin";
            let refused = status == StatusCode::CONFLICT && said == "too_many_contacts";
            anyhow::ensure!(
                site != "intramessenger-a" || last == refused,
                "three and no more at A"
            );
            anyhow::ensure!(
                site != "intramessenger-b" || !last || status == StatusCode::CREATED,
                "the fourth at B"
            );
        }
    }
    let _ = stop.send(());
    serving.await?;
    anyhow::ensure!(Path::new(&folder.path().join("im.db")).exists());
    Ok(())
}

const PASSWORD: &str = "a long and good one";

async fn register(client: &Client, server: &str, name: &str) -> anyhow::Result<()> {
    let answer = client
        .post(format!("{server}/intramessenger-a/api/v1/registration"))
        .json(&json!({ "username": name, "password": PASSWORD }))
        .send()
        .await?;
    anyhow::ensure!(
        answer.status() == StatusCode::CREATED,
        "{name}: {}",
        answer.text().await?
    );
    Ok(())
}

async fn sign_in(client: &Client, site: &str, name: &str) -> anyhow::Result<String> {
    let answer = client
        .post(format!("{site}/api/v1/session"))
        .json(&json!({ "username": name, "password": PASSWORD }))
        .send()
        .await?;
    let body: Value = answer.error_for_status()?.json().await?;
    Ok(body["token"].as_str().unwrap_or_default().to_owned())
}
