//! Database URLs (`mysql://user:password@host:3306/name`) and PDO's DSNs (`mysql:host=…;dbname=…`).

use std::fmt;

use percent_encoding::percent_decode_str;

use super::{Engine, Server};
use crate::secret::Secret;

/// A database URL or DSN, taken apart; its percent signs are decoded.
#[derive(Clone)]
#[non_exhaustive]
pub struct DatabaseUrl {
    /// The scheme in lower case: `mysql`, `mysqli`, `pgsql`, `sqlite3`, ….
    pub scheme: String,
    /// The engine, where the scheme is known.
    pub engine: Option<Engine>,
    /// The database account.
    pub user: Option<String>,
    /// Its password.
    pub password: Option<Secret>,
    /// Where the server listens; a socket may also come from the parameters.
    pub server: Server,
    /// The name of the database; for SQLite the file, with placeholders such as `%kernel.project_dir%` as they are.
    pub database: Option<String>,
    parameters: Vec<(String, Secret)>,
}

/// A text that is neither a database URL nor a DSN. The message does not show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UrlError {
    /// There is no scheme in front.
    #[error("a database URL starts with its kind, such as mysql://")]
    NoScheme,
    /// The port is no number between 1 and 65535.
    #[error("the port in the database URL is not a number between 1 and 65535")]
    Port,
    /// A user, password, host or name is not UTF-8 after decoding.
    #[error("the database URL does not decode to UTF-8")]
    NotUtf8,
}

impl DatabaseUrl {
    /// Takes a URL, or a DSN if there is no `//`, apart.
    ///
    /// # Errors
    /// When there is no scheme, the port is no port, or a part is not UTF-8.
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        let text = text.trim();
        let (scheme, rest) = text.split_once(':').ok_or(UrlError::NoScheme)?;
        let known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '_' | '.');
        if scheme.is_empty() || !scheme.chars().all(known) {
            return Err(UrlError::NoScheme);
        }
        let scheme = scheme.to_ascii_lowercase();
        let url = Self {
            engine: Engine::from_driver(scheme.split('+').next().unwrap_or_default()),
            scheme,
            user: None,
            password: None,
            server: Server::default(),
            database: None,
            parameters: Vec::new(),
        };
        match (rest.strip_prefix("//"), url.engine) {
            (_, Some(Engine::Sqlite)) => url.sqlite(rest),
            (Some(rest), _) => url.hierarchical(rest),
            (None, _) => url.dsn(rest),
        }
    }

    /// A parameter behind the `?` or of the DSN.
    pub fn parameter(&self, name: &str) -> Option<&Secret> {
        self.parameters
            .iter()
            .rev()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value)
    }

    /// `sqlite:///absolute`, `sqlite://relative`, `sqlite:path`, `sqlite::memory:`.
    fn sqlite(mut self, rest: &str) -> Result<Self, UrlError> {
        let rest = rest.strip_prefix("//").unwrap_or(rest);
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        self.query(query)?;
        // `%kernel.project_dir%` is no percent-encoding and stays.
        self.database = Some(decode(path)?).filter(|path| !path.is_empty());
        // Symfony writes an absolute path with a fourth slash.
        if let Some(path) = &mut self.database
            && path.starts_with("//")
        {
            path.remove(0);
        }
        Ok(self)
    }

    fn hierarchical(mut self, rest: &str) -> Result<Self, UrlError> {
        let slash = rest.find('/').unwrap_or(rest.len());
        // A slash in a password should be encoded; where it is not, the last @ before the parameters still tells.
        let end = if rest[..slash].contains('@') {
            slash
        } else {
            rest.find('?').unwrap_or(rest.len())
        };
        let (credentials, rest) = match rest[..end].rfind('@') {
            Some(at) => (&rest[..at], &rest[at + 1..]),
            None => ("", rest),
        };
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (place, query) = (
            place.split('#').next().unwrap_or(place),
            query.split('#').next().unwrap_or(query),
        );
        let (authority, name) = place.split_once('/').unwrap_or((place, ""));
        let (user, password) = match credentials.split_once(':') {
            Some((user, password)) => (user, Some(password)),
            None => (credentials, None),
        };
        self.user = Some(decode(user)?).filter(|user| !user.is_empty());
        self.password = password.map(|password| Secret::new(bytes(password)));
        self.server = address(authority)?;
        self.database = Some(decode(name)?).filter(|name| !name.is_empty());
        self.query(query)?;
        Ok(self)
    }

    fn query(&mut self, query: &str) -> Result<(), UrlError> {
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            self.parameters
                .push((decode(key)?, Secret::new(bytes(value))));
        }
        self.take_parameters(false)
    }

    /// `host=…;port=…;dbname=…`, for PostgreSQL also with blanks between.
    fn dsn(mut self, rest: &str) -> Result<Self, UrlError> {
        let blanks = self.engine == Some(Engine::Postgres) && !rest.contains(';');
        let pairs = rest.split(|c: char| c == ';' || (blanks && c.is_ascii_whitespace()));
        for pair in pairs {
            if let Some((key, value)) = pair.split_once('=') {
                let value = value.trim().trim_matches('\'');
                self.parameters
                    .push((key.trim().to_ascii_lowercase(), Secret::new(value)));
            }
        }
        self.take_parameters(true)?;
        Ok(self)
    }

    /// Puts the parameters that say where the database is in their places.
    fn take_parameters(&mut self, dsn: bool) -> Result<(), UrlError> {
        let text = |url: &Self, name: &str| -> Result<Option<String>, UrlError> {
            let value = url.parameter(name).filter(|value| !value.is_empty());
            value
                .map(|value| {
                    value
                        .expose_str()
                        .map(str::to_owned)
                        .ok_or(UrlError::NotUtf8)
                })
                .transpose()
        };
        if let Some(host) = text(self, "host")? {
            let server = Server::parse(&host);
            self.server.host = server.host.or(self.server.host.take());
            self.server.port = self.server.port.or(server.port);
            self.server.socket = server.socket.or(self.server.socket.take());
        }
        for name in ["unix_socket", "unixsocket", "socket"] {
            if let Some(socket) = text(self, name)? {
                self.server.socket = Some(socket);
            }
        }
        if let Some(port) = text(self, "port")? {
            self.server.port = Some(port_number(&port)?);
        }
        if dsn {
            for name in ["dbname", "database"] {
                if let Some(database) = text(self, name)? {
                    self.database = Some(database);
                }
            }
        }
        for name in ["user", "username"] {
            if self.user.is_none() {
                self.user = text(self, name)?;
            }
        }
        if self.password.is_none() {
            self.password = self.parameter("password").cloned();
        }
        Ok(())
    }
}

/// The part between the `@` and the name.
fn address(authority: &str) -> Result<Server, UrlError> {
    let decoded = decode(authority)?;
    let server = Server::parse(&decoded);
    let port = authority
        .rsplit_once(':')
        .map(|(_, port)| port)
        .filter(|port| !port.is_empty() && !port.contains(']'));
    match port {
        // Something behind a colon that is neither a port, nor part of an address, nor a socket.
        Some(port)
            if server.port.is_none()
                && server.socket.is_none()
                && authority.matches(':').count() == 1 =>
        {
            port_number(port).map(|port| Server {
                port: Some(port),
                ..server
            })
        }
        _ => Ok(server),
    }
}

fn port_number(text: &str) -> Result<u16, UrlError> {
    text.parse()
        .ok()
        .filter(|port| *port > 0)
        .ok_or(UrlError::Port)
}

fn bytes(text: &str) -> Vec<u8> {
    percent_decode_str(text).collect()
}

fn decode(text: &str) -> Result<String, UrlError> {
    String::from_utf8(bytes(text)).map_err(|_| UrlError::NotUtf8)
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DatabaseUrl")
            .field("engine", &self.engine)
            .field("password", &self.password)
            .finish_non_exhaustive()
    }
}
