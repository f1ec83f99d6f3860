//! People and groups as LDIF, and an authenticator on them.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use im_auth_ldap::{Config, Options, Server};
use im_core::Realm;
use sha1::{Digest as _, Sha1};

/// The realm of every test.
pub(crate) fn realm() -> Realm {
    Realm::new("company").unwrap()
}

/// An entry as LDIF. Every value is written in base64, so that any letter can be in it.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    dn: String,
    lines: Vec<(String, String)>,
}

impl Record {
    pub(crate) fn new(dn: impl Into<String>) -> Self {
        Self {
            dn: dn.into(),
            lines: Vec::new(),
        }
    }

    /// A folder for others.
    pub(crate) fn unit(dn: impl Into<String>) -> Self {
        let dn = dn.into();
        let name = dn[3..].split(',').next().unwrap().to_owned();
        Self::new(dn)
            .with("objectClass", "organizationalUnit")
            .with("ou", name)
    }

    /// A person whose name is `uid`, below `base`.
    pub(crate) fn person(uid: &str, password: &str, base: &str) -> Self {
        Self::new(format!("uid={},{base}", escaped(uid)))
            .with("objectClass", "inetOrgPerson")
            .with("uid", uid)
            .with("cn", format!("{uid} Lastname"))
            .with("sn", "Lastname")
            .with("userPassword", ssha(password))
    }

    /// A group of these.
    pub(crate) fn group(cn: &str, base: &str, members: &[&str]) -> Self {
        members.iter().fold(
            Self::new(format!("cn={},{base}", escaped(cn)))
                .with("objectClass", "groupOfNames")
                .with("cn", cn),
            |group, member| group.with("member", *member),
        )
    }

    /// A password policy, and what it demands.
    pub(crate) fn policy(dn: &str) -> Self {
        Self::new(dn)
            .with("objectClass", "organizationalRole")
            .with("objectClass", "pwdPolicy")
            .with("cn", dn[3..].split(',').next().unwrap())
            .with("pwdAttribute", "userPassword")
    }

    pub(crate) fn with(mut self, attribute: &str, value: impl Into<String>) -> Self {
        self.lines.push((attribute.to_owned(), value.into()));
        self
    }

    /// With a stable id whose last digits these are.
    pub(crate) fn id(self, digits: u32) -> Self {
        self.with("entryUUID", uuid(digits))
    }

    pub(crate) fn dn(&self) -> &str {
        &self.dn
    }

    pub(crate) fn ldif(&self) -> String {
        let mut text = format!("dn:: {}\n", BASE64.encode(&self.dn));
        for (attribute, value) in &self.lines {
            text += &format!("{attribute}:: {}\n", BASE64.encode(value));
        }
        text + "\n"
    }
}

/// All of them as one text.
pub(crate) fn ldif<'a>(records: impl IntoIterator<Item = &'a Record>) -> String {
    records.into_iter().map(Record::ldif).collect()
}

/// The id that ends with these digits.
pub(crate) fn uuid(digits: u32) -> String {
    format!("5a1f0c3e-0000-4000-8000-{digits:012}")
}

/// As OpenLDAP stores passwords.
fn ssha(password: &str) -> String {
    let salt = b"saltsalt";
    let mut digest = Sha1::digest([password.as_bytes(), salt].concat()).to_vec();
    digest.extend(salt);
    format!("{{SSHA}}{}", BASE64.encode(digest))
}

/// A value inside a distinguished name, for the few letters that the tests have.
pub(crate) fn escaped(value: &str) -> String {
    value
        .replace('\\', "\\5c")
        .replace('"', "\\22")
        .replace(',', "\\2c")
        .replace('+', "\\2b")
        .replace('=', "\\3d")
}

/// A server with short limits.
pub(crate) fn server(url: impl Into<String>) -> Server {
    let mut server = Server::new(url);
    server.connect_timeout = Duration::from_secs(1);
    server.operation_timeout = Duration::from_secs(1);
    server
}

pub(crate) fn config(server: Server, options: Options) -> Config {
    Config::new(realm(), server, options)
}
