//! Sign-in with forum accounts in an axum program.
//!
//! Run it: `cargo run -p example-embed-in-axum`, then
//! `curl -d '{"username":"Alice","password":"correct horse"}' -H content-type:application/json http://127.0.0.1:8081/sign-in`.
//! With `-- --once` it asks itself and ends. The forum is a small sample Phorum in a temporary file.
#![allow(clippy::print_stdout)]

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context as _;
use axum::extract::{ConnectInfo, State};
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use im_auth::{
    AuthError, ExternalAuthenticator, Login, Realm, RealmConfig, Shared, ThrottleLimits, Verdict,
    build, site,
};
use serde_json::{Value, json};

#[derive(serde::Deserialize)]
struct Credentials {
    username: String,
    password: String,
}

async fn sign_in(
    State(forum): State<Arc<dyn ExternalAuthenticator>>,
    ConnectInfo(client): ConnectInfo<SocketAddr>,
    Json(credentials): Json<Credentials>,
) -> (StatusCode, Json<Value>) {
    let login = Login::new(credentials.username, credentials.password).from_address(client.ip());
    match forum.authenticate(&login).await {
        // Here you would start a session of your own. Keep the identity, not the name: names change.
        Ok(Verdict::Accepted(user)) => (
            StatusCode::OK,
            Json(json!({ "id": user.identity.to_string(), "name": user.shown_name() })),
        ),
        // Strangers are not told which of the two was wrong.
        Ok(_) => (
            StatusCode::UNAUTHORIZED,
            Json(json!({ "error": "wrong name or password" })),
        ),
        Err(AuthError::TooManyAttempts { .. }) => (
            StatusCode::TOO_MANY_REQUESTS,
            Json(json!({ "error": "try again later" })),
        ),
        // "Broken" is not "wrong password": the cause is for the log, not for the visitor.
        Err(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            Json(json!({ "error": "try again later" })),
        ),
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let once = std::env::args().any(|argument| argument == "--once");
    let board = sample_board().await?;

    let config = RealmConfig::new("phorum", board.url());
    let shared = Shared::default();
    let forum = build(&Realm::new("forum")?, &config, &shared)?;
    let door = site(
        vec![forum],
        ThrottleLimits::default(),
        Arc::clone(&shared.clock),
    )?;

    let app = Router::new()
        .route("/sign-in", post(sign_in))
        .with_state(door);
    let listener =
        tokio::net::TcpListener::bind(("127.0.0.1", if once { 0 } else { 8081 })).await?;
    let address = listener.local_addr()?;
    println!("listening on http://{address}/sign-in");
    let server = tokio::spawn(async move {
        axum::serve(
            listener,
            app.into_make_service_with_connect_info::<SocketAddr>(),
        )
        .await
    });
    if once {
        ask(address, "correct horse", 200).await?;
        ask(address, "wrong pony", 401).await
    } else {
        server.await?.context("serving")
    }
}

async fn ask(address: SocketAddr, password: &str, expected: u16) -> anyhow::Result<()> {
    let answer = reqwest::Client::new()
        .post(format!("http://{address}/sign-in"))
        .json(&json!({ "username": "alice", "password": password }))
        .send()
        .await?;
    let status = answer.status();
    println!("{status} {}", answer.text().await?);
    anyhow::ensure!(status.as_u16() == expected, "expected {expected}");
    Ok(())
}

/// A Phorum with one member, in a temporary file.
async fn sample_board() -> anyhow::Result<im_testkit::SqliteFile> {
    use im_auth_phorum::sample::{Board, Member};
    let board = Board::sqlite("phorum")?;
    let file = im_testkit::SqliteFile::create().await;
    file.execute(&board.create()).await;
    file.execute(&board.register(&Member::new("Alice", "correct horse")))
        .await;
    Ok(file)
}
