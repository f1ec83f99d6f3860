//! `im-server admin`: looks after accounts, beside a running server or without one.

pub(super) mod control;

use std::io::Read as _;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use im_core::{Password, Realm};
use im_messenger::{Messenger, User};
use serde::{Deserialize, Serialize};
use time::UtcOffset;
use time::format_description::well_known::Rfc3339;

use super::{ConfigFile, print};
use crate::config::{Config, Log};
use crate::{Start, log, start};

#[derive(Debug, Args)]
pub(super) struct Admin {
    #[command(flatten)]
    config: ConfigFile,
    #[command(subcommand)]
    command: AdminCommand,
}

#[derive(Debug, Subcommand)]
enum AdminCommand {
    /// Make somebody an administrator of the messenger.
    Grant {
        /// Who: `realm:name`, such as `phpbb2:Alice`; `local:Alice` for own accounts.
        #[arg(value_name = "REALM:NAME")]
        who: Who,
        /// Take it away instead.
        #[arg(long)]
        revoke: bool,
    },
    /// List accounts that wait for approval.
    Pending,
    /// Let an account in that waits for approval.
    Approve {
        /// Who.
        #[arg(value_name = "REALM:NAME")]
        who: Who,
    },
    /// Refuse an account that waits for approval; its name is free again.
    Refuse {
        /// Who.
        #[arg(value_name = "REALM:NAME")]
        who: Who,
    },
    /// Make an own account.
    Create {
        /// Its name.
        name: String,
        #[command(flatten)]
        password: PasswordFrom,
    },
    /// Give an own account a new password, and end its sessions.
    Passwd {
        /// Its name.
        name: String,
        #[command(flatten)]
        password: PasswordFrom,
    },
    /// Give somebody a role of the configuration, or take it away.
    Role {
        /// Who.
        #[arg(value_name = "REALM:NAME")]
        who: Who,
        /// The role; `none` takes it away.
        role: String,
    },
}

#[derive(Debug, Args)]
struct PasswordFrom {
    /// Read the password from standard input instead of asking for it twice.
    #[arg(long)]
    password_stdin: bool,
}

impl PasswordFrom {
    fn read(&self) -> anyhow::Result<String> {
        if self.password_stdin {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text)?;
            let line = text.strip_suffix('\n').unwrap_or(&text);
            return Ok(line.strip_suffix('\r').unwrap_or(line).to_owned());
        }
        let first = rpassword::prompt_password("Password: ")?;
        if rpassword::prompt_password("Once more: ")? != first {
            bail!("the two passwords differ");
        }
        Ok(first)
    }
}

/// Somebody, by realm and name.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Who {
    realm: String,
    name: String,
}

impl std::str::FromStr for Who {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let (realm, name) = text
            .split_once(':')
            .filter(|(_, name)| !name.is_empty())
            .ok_or("write realm:name, such as phpbb2:Alice, or local:Alice for an own account")?;
        Realm::new(realm).map_err(|error| error.to_string())?;
        Ok(Self {
            realm: realm.into(),
            name: name.into(),
        })
    }
}

impl Who {
    fn realm(&self) -> anyhow::Result<Realm> {
        Ok(Realm::new(self.realm.clone())?)
    }
}

/// What is to be done; travels to a running server as it is. No `Debug`: it may hold a password.
#[derive(Serialize, Deserialize)]
#[serde(tag = "order", rename_all = "snake_case")]
enum Order {
    Grant { who: Who, admin: bool },
    Pending,
    Approve { who: Who },
    Refuse { who: Who },
    Create { name: String, password: String },
    Passwd { name: String, password: String },
    Role { who: Who, role: Option<String> },
}

impl Admin {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let config = Config::load(&self.config.file)?;
        let quiet = Log {
            level: "warn".into(),
            ..config.log.clone()
        };
        log::init(&quiet).map_err(anyhow::Error::msg)?;
        let order = self.command.order()?;
        // A SQLite store belongs to one process: if that is a running server, the server does it.
        let lines = match control::ask(&config, &order).await? {
            Some(lines) => lines,
            None => alone(&config, order).await?,
        };
        for line in lines {
            print(line)?;
        }
        Ok(())
    }
}

async fn alone(config: &Config, order: Order) -> anyhow::Result<Vec<String>> {
    let app = start(config, Start::default())
        .await
        .context("cannot open the store")?;
    let done = order.carry_out(&app.messenger).await;
    app.messenger.shutdown().await;
    done
}

impl AdminCommand {
    fn order(self) -> anyhow::Result<Order> {
        Ok(match self {
            Self::Grant { who, revoke } => Order::Grant {
                who,
                admin: !revoke,
            },
            Self::Pending => Order::Pending,
            Self::Approve { who } => Order::Approve { who },
            Self::Refuse { who } => Order::Refuse { who },
            Self::Create { name, password } => Order::Create {
                name,
                password: password.read()?,
            },
            Self::Passwd { name, password } => Order::Passwd {
                name,
                password: password.read()?,
            },
            Self::Role { who, role } => Order::Role {
                who,
                role: (role != "none").then_some(role),
            },
        })
    }
}

impl Order {
    /// Does it, and says what was done.
    async fn carry_out(self, messenger: &Messenger) -> anyhow::Result<Vec<String>> {
        let done = match self {
            Self::Grant { who, admin } => {
                let user = messenger
                    .grant_admin(&who.realm()?, &who.name, admin)
                    .await?;
                let now = if admin { "is now" } else { "is no longer" };
                format!("{} {now} an administrator", shown(&user))
            }
            Self::Pending => {
                let pending = messenger.pending().await?;
                return pending
                    .iter()
                    .map(|account| {
                        let since = account.since.to_offset(UtcOffset::UTC).format(&Rfc3339)?;
                        Ok(format!("{}\tsince {since}", shown(&account.user)))
                    })
                    .collect();
            }
            Self::Approve { who } => {
                let user = messenger.approve(&who.realm()?, &who.name).await?;
                format!("{} may come in", shown(&user))
            }
            Self::Refuse { who } => {
                messenger.refuse(&who.realm()?, &who.name).await?;
                format!("{}:{} is refused", who.realm, who.name)
            }
            Self::Create { name, password } => {
                let user = messenger
                    .create_local(&name, Password::from(password))
                    .await?;
                format!("{} is made", shown(&user))
            }
            Self::Passwd { name, password } => {
                messenger
                    .set_password(&name, Password::from(password))
                    .await?;
                format!("local:{name} has a new password")
            }
            Self::Role { who, role } => {
                let user = messenger
                    .set_role(&who.realm()?, &who.name, role.as_deref())
                    .await?;
                match role {
                    Some(role) => format!("{} has the role {role}", shown(&user)),
                    None => format!("{} has no role of their own", shown(&user)),
                }
            }
        };
        Ok(vec![done])
    }
}

fn shown(user: &User) -> String {
    format!("{}:{}", user.realm, user.username)
}
