//! The server in this process, behind a real listener.

use std::path::Path;
use std::sync::Arc;

use im_core::Clock;
use im_server::config::{Config, Environment};
use im_server::{App, Start};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{Conf, Site, Store, StoreKind};

pub struct TestApp {
    pub base: String,
    pub app: Arc<App>,
    stop: CancellationToken,
    served: JoinHandle<()>,
    /// Kept for as long as the server uses it, if it is the server's own.
    _store: Option<Store>,
}

impl TestApp {
    pub async fn start(conf: &Conf) -> Self {
        Self::with_clock(conf, Start::default().clock).await
    }

    /// With a clock of the test's.
    pub async fn with_clock(conf: &Conf, clock: Arc<dyn Clock>) -> Self {
        let start = Start {
            clock,
            ..Start::default()
        };
        let text = conf.text();
        let config = Config::parse(&text, Path::new("test.toml"), &Environment::default())
            .unwrap_or_else(|error| panic!("{error}\n{text}"));
        let app = im_server::start(&config, start)
            .await
            .unwrap_or_else(|error| panic!("the server does not start: {error:?}"));
        let listener = TcpListener::bind(config.root.listen).await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let stop = CancellationToken::new();
        let served = tokio::spawn(im_server::serve(
            listener,
            Arc::clone(&app),
            stop.clone().cancelled_owned(),
        ));
        Self {
            base,
            app,
            stop,
            served,
            _store: None,
        }
    }

    /// One site with own accounts at `/im/`, on a SQLite store: enough for what HTTP does by itself.
    pub async fn local(options: &str) -> Self {
        Self::local_with(options, |conf| conf).await
    }

    pub async fn local_with(options: &str, change: impl FnOnce(Conf) -> Conf) -> Self {
        let store = Store::new(StoreKind::Sqlite).await;
        let conf = change(Conf::new(&store).site("/im/", &["local"], options));
        let mut app = Self::start(&conf).await;
        app._store = Some(store);
        app
    }

    pub fn site(&self, path: &str) -> Site {
        Site::new(&self.base, path)
    }

    /// The gentle way.
    pub async fn stop(self) {
        self.stop.cancel();
        self.served.await.unwrap();
    }
}
