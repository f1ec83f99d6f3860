//! A part of the shared directory for one test, and the questions that tests ask.

use std::sync::atomic::{AtomicU32, Ordering};

use im_auth_ldap::{Config, Directory, Options, Server};
use im_core::{AuthError, ExternalAuthenticator as _, ExternalUser, Login, Rejection, Verdict};
use im_testkit::Slapd;

use crate::support::{self, Record, ldif};

/// A folder of its own in the server that all tests share.
pub(crate) struct Place {
    pub(crate) server: &'static Slapd,
    pub(crate) unit: String,
    pub(crate) people: String,
}

impl Place {
    /// With an empty `ou=people` in it.
    pub(crate) async fn new() -> Self {
        Self::below(Slapd::SUFFIX).await
    }

    pub(crate) async fn below(parent: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let server = Slapd::shared().await;
        let unit = format!("ou=test{number},{parent}");
        let people = format!("ou=people,{unit}");
        server
            .add(&ldif(&[Record::unit(&unit), Record::unit(&people)]))
            .await;
        Self {
            server,
            unit,
            people,
        }
    }

    pub(crate) async fn add(&self, records: &[Record]) {
        self.server.add(&ldif(records)).await;
    }

    /// A person of this place.
    pub(crate) fn person(&self, uid: &str, password: &str) -> Record {
        Record::person(uid, password, &self.people)
    }

    pub(crate) fn dn(&self, uid: &str) -> String {
        format!("uid={},{}", support::escaped(uid), self.people)
    }

    /// Options for the service account.
    pub(crate) fn options(&self) -> Options {
        let mut options = Options::default();
        options.base = Some(self.people.clone());
        options.bind_dn = Some(self.server.reader().dn.clone());
        options.ca_file = Some(self.server.ca_file());
        options
    }

    /// The server with the service account's password, by StartTLS.
    pub(crate) fn with_password(&self) -> Server {
        support::server(self.server.url()).password(self.server.reader().password.clone())
    }

    pub(crate) fn config(&self) -> Config {
        support::config(self.with_password(), self.options())
    }

    /// As the service account, by StartTLS.
    pub(crate) fn directory(&self) -> Directory {
        Directory::new(self.config()).unwrap()
    }

    /// The same with changed options.
    pub(crate) fn directory_with(&self, change: impl FnOnce(&mut Options)) -> Directory {
        let mut config = self.config();
        change(&mut config.options);
        Directory::new(config).unwrap()
    }

    /// With changed options, and without the service account's password.
    pub(crate) fn without_service(&self, change: impl FnOnce(&mut Options)) -> Directory {
        let mut options = self.options();
        options.bind_dn = None;
        change(&mut options);
        let server = support::server(self.server.url());
        Directory::new(support::config(server, options)).unwrap()
    }
}

pub(crate) async fn sign_in(
    directory: &Directory,
    name: &str,
    password: &str,
) -> Result<Verdict, AuthError> {
    directory.authenticate(&Login::new(name, password)).await
}

/// Who came in.
pub(crate) async fn accepted(directory: &Directory, name: &str, password: &str) -> ExternalUser {
    match sign_in(directory, name, password).await {
        Ok(Verdict::Accepted(user)) => *user,
        other => panic!("{name}: expected accepted, came {other:?}"),
    }
}

/// Why not.
pub(crate) async fn rejected(directory: &Directory, name: &str, password: &str) -> Rejection {
    match sign_in(directory, name, password).await {
        Ok(Verdict::Rejected(rejection)) => rejection,
        other => panic!("{name}: expected rejected, came {other:?}"),
    }
}

/// What went wrong.
pub(crate) async fn failed(directory: &Directory, name: &str, password: &str) -> AuthError {
    match sign_in(directory, name, password).await {
        Err(error) => error,
        Ok(verdict) => panic!("{name}: expected an error, came {verdict:?}"),
    }
}
