//! Where an installation's database is, and its address as this program writes it.

use std::path::{Path, PathBuf};

use im_auth_detect::{DatabaseUrl, Server};
use im_auth_sql::{DatabaseConfig, Engine, ForeignDatabase};
use im_core::AuthError;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::SecretString;

/// Everything but what may stand anywhere in an address.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');
const ESCAPED_PATH: &AsciiSet = &ESCAPED.remove(b'/');

/// Where servers of this machine listen when a program says `localhost`, which products take for a socket.
const SOCKETS: [&str; 4] = [
    "/run/mysqld/mysqld.sock",
    "/var/lib/mysql/mysql.sock",
    "/var/run/mysqld/mysqld.sock",
    "/tmp/mysql.sock",
];

/// Where a database is. Without any account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Place {
    /// The kind of database; `None`: not known.
    pub engine: Option<Engine>,
    /// The server; `None` for a file.
    pub host: Option<String>,
    /// Its port, where it is not the usual one.
    pub port: Option<u16>,
    /// Its socket.
    pub socket: Option<String>,
    /// The database's name; for SQLite the file.
    pub database: Option<String>,
    /// PostgreSQL: the schema that the product made for its tables; `None`: the one that accounts look into.
    pub schema: Option<String>,
}

impl Place {
    /// Out of what a configuration in `folder` says.
    pub(super) fn new(
        engine: Option<Engine>,
        server: Server,
        database: Option<String>,
        folder: &Path,
    ) -> Self {
        if engine == Some(Engine::Sqlite) {
            let file = database.map(|file| {
                // What frameworks write for their own folder.
                let file = file.replace("%kernel.project_dir%/", "");
                folder.join(file).to_string_lossy().into_owned()
            });
            return Self {
                engine,
                database: file,
                ..Self::default()
            };
        }
        let socket = server.socket;
        Self {
            engine,
            host: Some(server.host.unwrap_or_else(|| "localhost".to_owned())),
            port: server.port,
            socket,
            database,
            schema: None,
        }
    }

    /// Out of an address as this program takes it; empty where that cannot be read.
    #[must_use]
    pub fn of_url(address: &str) -> Self {
        let Ok(url) = DatabaseUrl::parse(address) else {
            return Self::default();
        };
        let socket = url
            .parameter("socket")
            .and_then(|value| value.expose_str().map(str::to_owned));
        let engine = url.engine.map(|engine| match engine {
            im_auth_detect::Engine::Postgres => Engine::Postgres,
            im_auth_detect::Engine::Sqlite => Engine::Sqlite,
            _ => Engine::MySql,
        });
        let mut place = Self::new(engine, url.server, url.database, Path::new(""));
        place.socket = place.socket.or(socket);
        place
    }

    /// The address for `account`, without a password.
    ///
    /// # Errors
    /// [`AuthError::Configuration`] when the kind of database or its name is not known.
    pub fn url(&self, account: &str) -> Result<String, AuthError> {
        let missing =
            |what: &str| AuthError::configuration(format!("the configuration does not say {what}"));
        let engine = self
            .engine
            .ok_or_else(|| missing("what kind of database it is"))?;
        let database = self
            .database
            .as_deref()
            .ok_or_else(|| missing("the database's name"))?;
        let scheme = match engine {
            Engine::Sqlite => return Ok(format!("sqlite:{database}")),
            Engine::Postgres => "postgres",
            _ => "mysql",
        };
        let host = self.host.as_deref().unwrap_or("localhost");
        let host = if host.contains(':') {
            format!("[{host}]")
        } else {
            utf8_percent_encode(host, ESCAPED).to_string()
        };
        let port = self.port.map(|port| format!(":{port}")).unwrap_or_default();
        let socket = self
            .socket
            .as_deref()
            .map(|socket| format!("?socket={}", utf8_percent_encode(socket, ESCAPED_PATH)))
            .unwrap_or_default();
        Ok(format!(
            "{scheme}://{}@{host}{port}/{}{socket}",
            utf8_percent_encode(account, ESCAPED),
            utf8_percent_encode(database, ESCAPED)
        ))
    }

    /// Connects with an account, and finds the socket where nothing answers on the port of `localhost`.
    ///
    /// # Errors
    /// Why the database cannot be read.
    pub async fn reach(
        &self,
        account: &str,
        password: Option<SecretString>,
        old_server: bool,
    ) -> Result<Reached, AuthError> {
        let first = self.try_reach(account, password.clone(), old_server).await;
        let error = match first {
            Ok(reached) => return Ok(reached),
            Err(error) => error,
        };
        let by_name = self.host.as_deref() == Some("localhost") && self.socket.is_none();
        if by_name && self.engine == Some(Engine::MySql) && self.port.is_none() {
            for socket in SOCKETS.iter().filter(|path| PathBuf::from(path).exists()) {
                let place = Self {
                    socket: Some((*socket).to_owned()),
                    ..self.clone()
                };
                if let Ok(reached) = place.try_reach(account, password.clone(), old_server).await {
                    return Ok(reached);
                }
            }
        }
        Err(error)
    }

    async fn try_reach(
        &self,
        account: &str,
        password: Option<SecretString>,
        old_server: bool,
    ) -> Result<Reached, AuthError> {
        let config = DatabaseConfig {
            password,
            old_server,
            query_timeout: super::examine::PATIENT,
            ..DatabaseConfig::new(self.url(account)?)
        };
        let database = ForeignDatabase::new(config.clone())?;
        database.server_version().await?;
        Ok(Reached {
            place: self.clone(),
            database,
            config,
        })
    }
}

/// A database that answers.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Reached {
    /// Where it is.
    pub place: Place,
    /// The connection.
    pub database: ForeignDatabase,
    /// How it was reached, with the password.
    pub config: DatabaseConfig,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_everything_but_a_password() {
        let place = |host: &str, database: &str| Place {
            engine: Some(Engine::MySql),
            host: Some(host.into()),
            database: Some(database.into()),
            ..Place::default()
        };
        for (place, url) in [
            (
                place("db.example", "forum"),
                "mysql://im_ro@db.example/forum",
            ),
            (place("::1", "a b/c"), "mysql://im_ro@[::1]/a%20b%2Fc"),
            (
                Place {
                    socket: Some("/run/my sock".into()),
                    port: Some(3307),
                    ..place("localhost", "forum")
                },
                "mysql://im_ro@localhost:3307/forum?socket=/run/my%20sock",
            ),
        ] {
            assert_eq!(place.url("im_ro").unwrap(), url);
            assert_eq!(Place::of_url(url), place);
        }
    }

    #[test]
    fn what_is_not_known_is_said() {
        let error = Place::default().url("im_ro").unwrap_err();
        assert!(
            error.to_string().contains("what kind of database"),
            "{error}"
        );
    }
}
