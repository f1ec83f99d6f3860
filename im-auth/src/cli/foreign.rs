//! Which system in which database: what `check` and `doctor` are told.

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::Args;
use im_core::Realm;
use secrecy::{ExposeSecret as _, SecretString};

use super::secrets::{self, Sources};
use crate::{RealmConfig, System};

/// A system and its database.
#[derive(Debug, Args)]
pub(crate) struct Foreign {
    /// The system: phpbb2, wordpress, … (`im-auth systems` lists them), or the path of a description: ./my-portal.toml.
    #[arg(long, value_name = "SYSTEM")]
    pub(crate) system: String,

    /// The foreign database: mysql://user@host/name or sqlite:path. Also from IM_AUTH_DATABASE.
    #[arg(long, value_name = "URL")]
    pub(crate) database: Option<SecretString>,

    /// A file that holds the database's address.
    #[arg(long, value_name = "FILE", conflicts_with = "database")]
    pub(crate) database_file: Option<PathBuf>,

    /// A file that holds the database account's password. Also from IM_AUTH_DATABASE_PASSWORD.
    #[arg(long, value_name = "FILE")]
    pub(crate) database_password_file: Option<PathBuf>,

    /// What the system's tables begin with, as its own configuration says. Not given: the system's default.
    #[arg(long)]
    pub(crate) prefix: Option<String>,

    /// The secret of the site, for systems whose stored passwords need one. Also from IM_AUTH_SECRET.
    #[arg(long)]
    pub(crate) secret: Option<SecretString>,

    /// A file that holds the secret of the site.
    #[arg(long, value_name = "FILE", conflicts_with = "secret")]
    pub(crate) secret_file: Option<PathBuf>,

    /// What the text columns really hold, where that is not what they say: auto, text, bytes:windows-1251, bytes:utf-8, …
    #[arg(long)]
    pub(crate) charset: Option<String>,

    /// The character set of the board's pages, in which it hashed passwords: windows-1252, windows-1251, …
    #[arg(long)]
    pub(crate) board_charset: Option<String>,

    /// Whom to refuse by ban lists: `product` as the product does at sign-in, `strict` everyone whom a list matches.
    #[arg(long, value_name = "POLICY")]
    pub(crate) bans: Option<String>,

    /// phpBB 2: what a board closed for maintenance means: `ignore`, or `follow`: only its administrators sign in.
    #[arg(long, value_name = "POLICY")]
    pub(crate) board_disable: Option<String>,

    /// LDAP: a TOML file with the keys of [realm.NAME.ldap]: base, filter, bind_dn, …
    #[arg(long, value_name = "FILE")]
    pub(crate) ldap_file: Option<PathBuf>,

    /// The database server is old: no utf8mb4, no modern session settings.
    #[arg(long)]
    pub(crate) old_server: bool,
}

impl Foreign {
    /// The realm that the arguments describe.
    pub(crate) fn realm_config(&self) -> anyhow::Result<RealmConfig> {
        if self
            .database
            .as_ref()
            .is_some_and(|url| secrets::holds_a_password(url.expose_secret()))
        {
            super::warn(
                "the password in --database is visible to other users of this machine; give the address by --database-file or IM_AUTH_DATABASE, or the password by --database-password-file",
            );
        }
        if self.secret.is_some() {
            super::warn(
                "--secret is visible to other users of this machine; use --secret-file or IM_AUTH_SECRET",
            );
        }
        let database = Sources {
            flag: "--database",
            argument: self.database.as_ref(),
            file: self.database_file.as_deref(),
            variable: "IM_AUTH_DATABASE",
        };
        let Some(database) = database.read()? else {
            bail!(
                "no database is given; use --database-file FILE, IM_AUTH_DATABASE or --database URL"
            );
        };
        let password = Sources {
            flag: "--database-password",
            argument: None,
            file: self.database_password_file.as_deref(),
            variable: "IM_AUTH_DATABASE_PASSWORD",
        };
        let mut config = RealmConfig::new(self.system.clone(), database);
        config.database_password = password.read()?;
        config.secret = self.site_secret()?;
        config.prefix.clone_from(&self.prefix);
        config.charset.clone_from(&self.charset);
        config.board_charset.clone_from(&self.board_charset);
        config.bans.clone_from(&self.bans);
        config.board_disable.clone_from(&self.board_disable);
        config.old_server = self.old_server;
        config.ldap = self.ldap()?;
        Ok(config)
    }

    fn ldap(&self) -> anyhow::Result<Option<toml::Table>> {
        let Some(file) = &self.ldap_file else {
            return Ok(None);
        };
        let name = file.display();
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("--ldap-file {name} cannot be read"))?;
        let table = text
            .parse()
            .with_context(|| format!("--ldap-file {name} is no TOML"))?;
        Ok(Some(table))
    }

    /// The secret of the site. For a system without one it is warned about and left out, since the environment or a
    /// script may be made for several systems, while a configuration file that has one is mistaken.
    fn site_secret(&self) -> anyhow::Result<Option<SecretString>> {
        let secret = Sources {
            flag: "--secret",
            argument: self.secret.as_ref(),
            file: self.secret_file.as_deref(),
            variable: "IM_AUTH_SECRET",
        }
        .read()?;
        let takes_one = match System::named(&self.system)? {
            Some(system) => system.spec()?.is_some_and(|spec| spec.secret().is_some()),
            None => false,
        };
        if secret.is_some() && !takes_one {
            super::warn(&format!(
                "{} needs no secret; the one given is ignored",
                self.system
            ));
            return Ok(None);
        }
        Ok(secret)
    }
}

/// A realm called after the system, as far as realms may be called so: `punbb1.4` is `punbb1-4`, a path `portal`.
pub(crate) fn realm(system: &str) -> Realm {
    let name: String = system
        .to_ascii_lowercase()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    let name = match name.trim_matches('-') {
        name if crate::system::is_path(system) || name.is_empty() => "portal",
        name => name,
    };
    Realm::new(name).unwrap_or_else(|_| Realm::local())
}
