//! The `[realm.NAME]` block for an installation.

use im_auth_sql::Engine;
use im_core::{AuthError, Realm};

use super::rights::ACCOUNT;
use super::{Place, setting::printable};
use crate::System;

/// A block of a configuration file, ready to be copied.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Block {
    /// The system.
    pub system: System,
    /// What the realm is called.
    pub realm: Realm,
    /// Where the database is.
    pub place: Place,
    /// What the tables begin with.
    pub prefix: String,
    /// What the text columns really hold, where that is not what they say.
    pub charset: Option<String>,
    /// Whether the site's secret is needed, or may be.
    pub secret: bool,
    /// Remarks, a line each.
    pub remarks: Vec<String>,
}

impl Block {
    /// Of a system in a database.
    #[must_use]
    pub fn new(system: &System, realm: Realm, place: Place, prefix: impl Into<String>) -> Self {
        Self {
            system: system.clone(),
            realm,
            place,
            prefix: prefix.into(),
            charset: None,
            secret: false,
            remarks: Vec::new(),
        }
    }

    /// Takes up what a probe advises about character sets.
    #[must_use]
    pub fn advised(mut self, warnings: &[String]) -> Self {
        for warning in warnings {
            let Some((_, rest)) = warning.split_once("set charset = \"") else {
                continue;
            };
            match rest.split_once('"') {
                Some((charset, _)) if !charset.contains('…') => {
                    self.charset = Some(charset.to_owned());
                }
                _ => self.remarks.push(warning.clone()),
            }
        }
        self
    }

    /// In TOML, with a line break at the end.
    ///
    /// # Errors
    /// [`AuthError::Configuration`] when the kind of database or its name is not known.
    pub fn text(&self) -> Result<String, AuthError> {
        let mut text = format!("[realm.{}]\n", self.realm);
        let mut line = |key: &str, value: &str| {
            text.push_str(&format!("{key} = {}\n", toml::Value::from(value)));
        };
        line("system", self.system.id());
        line("database", &self.place.url(ACCOUNT)?);
        if self.place.engine != Some(Engine::Sqlite) {
            line(
                "database_password_file",
                &format!("/etc/im/{}.password", self.realm),
            );
        }
        line("prefix", &self.prefix);
        if let Some(charset) = &self.charset {
            line("charset", charset);
        }
        if self.secret {
            line("secret_file", &format!("/etc/im/{}.secret", self.realm));
        }
        for remark in &self.remarks {
            text.push_str(&format!("# {}\n", printable(remark)));
        }
        Ok(text)
    }
}
