//! Orders to a running server that owns a SQLite store: a socket beside the database file, for its owner only.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio_util::task::AbortOnDropHandle;

use super::Order;
use crate::app::App;
use crate::config::Config;

/// The longest order.
const LONGEST: u64 = 16 * 1024;

#[derive(Serialize, Deserialize)]
enum Answer {
    Done(Vec<String>),
    Failed(String),
}

/// Where the socket is; `None` when processes may share the store, and no socket is needed.
fn path(config: &Config) -> Option<PathBuf> {
    let url = config.root.database.0.expose_secret();
    let file = url.strip_prefix("sqlite:")?;
    if file.starts_with(':') {
        return None;
    }
    let file = file.strip_prefix("//").unwrap_or(file);
    let mut path = config.resolve(file.as_ref()).into_os_string();
    path.push(".control");
    Some(path.into())
}

/// Removes the socket at the end.
#[derive(Debug)]
pub(in crate::cli) struct Listening {
    path: PathBuf,
    _task: AbortOnDropHandle<()>,
}

impl Drop for Listening {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Takes orders while the answer is held. The store's own lock has made sure that no other server does.
pub(in crate::cli) fn listen(config: &Config, app: &Arc<App>) -> Option<Listening> {
    let path = path(config)?;
    let _ = std::fs::remove_file(&path);
    let listener = match bind(&path) {
        Ok(listener) => listener,
        Err(error) => {
            tracing::warn!(path = %path.display(), %error, "`im-server admin` cannot reach this server");
            return None;
        }
    };
    let app = Arc::clone(app);
    let task = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let app = Arc::clone(&app);
            tokio::spawn(async move {
                if let Err(error) = take(stream, &app).await {
                    tracing::warn!(%error, "an order could not be taken");
                }
            });
        }
    });
    Some(Listening {
        path,
        _task: AbortOnDropHandle::new(task),
    })
}

fn bind(path: &std::path::Path) -> std::io::Result<UnixListener> {
    use std::os::unix::fs::PermissionsExt;
    let listener = UnixListener::bind(path)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

async fn take(mut stream: UnixStream, app: &App) -> anyhow::Result<()> {
    let mut text = Vec::new();
    (&mut stream).take(LONGEST).read_to_end(&mut text).await?;
    if text.is_empty() {
        // Somebody only looked whether there is a server.
        return Ok(());
    }
    let order: Order = serde_json::from_slice(&text)
        .map_err(|_| anyhow::anyhow!("it is not an order of this version"))?;
    let answer = match order.carry_out(&app.messenger).await {
        Ok(lines) => Answer::Done(lines),
        Err(error) => Answer::Failed(format!("{error:#}")),
    };
    stream.write_all(&serde_json::to_vec(&answer)?).await?;
    Ok(())
}

/// Whether a running server has the SQLite store of this configuration.
pub(in crate::cli) async fn is_running(config: &Config) -> bool {
    match path(config) {
        Some(path) => UnixStream::connect(&path).await.is_ok(),
        None => false,
    }
}

/// Gives the order to a running server; `None` when there is none.
pub(super) async fn ask(config: &Config, order: &Order) -> anyhow::Result<Option<Vec<String>>> {
    let Some(path) = path(config) else {
        return Ok(None);
    };
    let Ok(mut stream) = UnixStream::connect(&path).await else {
        return Ok(None);
    };
    stream.write_all(&serde_json::to_vec(order)?).await?;
    stream.shutdown().await?;
    let mut text = Vec::new();
    stream.read_to_end(&mut text).await?;
    match serde_json::from_slice(&text).context("the running server did not answer")? {
        Answer::Done(lines) => Ok(Some(lines)),
        Answer::Failed(error) => Err(anyhow::anyhow!(error)),
    }
}
