//! The options, checked and complete.

use im_core::AuthError;
use url::Url;

use crate::config::{Config, OneOrMore, Options, Scope};
use crate::dn;
use crate::escape::{DN, NAME, fill};
use crate::id::IdForm;
use crate::preset::Preset;

/// How passwords are checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Search for the entry, then bind as it. With a service account, or anonymously.
    Search {
        /// The service account's name.
        service: Option<String>,
    },
    /// Bind as the member under the entry's own distinguished name, with `{name}` in it.
    BindAsEntry {
        /// The template of the distinguished name.
        template: String,
    },
    /// Bind as the member under a login name (`{name}@example.org`), and search for the entry as the member.
    BindAsLogin {
        /// The template of the login name.
        template: String,
    },
}

/// Everything a question needs to know, beside the server.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) preset: Preset,
    pub(crate) mode: Mode,
    pub(crate) base: String,
    pub(crate) scope: ldap3::Scope,
    pub(crate) filter: String,
    pub(crate) accounts_filter: String,
    pub(crate) id: String,
    pub(crate) id_form: IdForm,
    pub(crate) name: String,
    pub(crate) display_name: Vec<String>,
    pub(crate) email: Vec<String>,
    pub(crate) language: Vec<String>,
    pub(crate) registered: Vec<String>,
    pub(crate) groups: Groups,
    pub(crate) group_name: String,
    /// Below which entry a group's bare name means it, as names are compared.
    pub(crate) names_base: String,
    pub(crate) admin_groups: Vec<String>,
    pub(crate) moderator_groups: Vec<String>,
    pub(crate) required_groups: Vec<String>,
    /// Those of them that are written as distinguished names.
    pub(crate) group_dns: Vec<String>,
    pub(crate) default_policy: Option<String>,
}

/// How an account's groups are found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Groups {
    /// The entry names them.
    Attribute(String),
    /// They name the account.
    Search {
        /// Below which entry.
        base: String,
        /// With `{dn}` or `{name}` in it.
        filter: String,
    },
}

/// Attributes that say how an account stands; which of them a server has tells which server it is.
const STATE: [&str; 16] = [
    "userAccountControl",
    "msDS-User-Account-Control-Computed",
    "accountExpires",
    "lockoutTime",
    "pwdLastSet",
    "pwdAccountLockedTime",
    "pwdPolicySubentry",
    "pwdReset",
    "pwdStartTime",
    "pwdEndTime",
    "shadowExpire",
    "nsAccountLock",
    "accountUnlockTime",
    "passwordExpirationTime",
    "krbPrincipalExpiration",
    "krbPasswordExpiration",
];

impl Plan {
    /// Checks the options and fills in what they leave open.
    ///
    /// # Errors
    /// [`AuthError::Configuration`] naming the key and what to write instead.
    pub(crate) fn new(config: &Config) -> Result<Self, AuthError> {
        let options = &config.options;
        let names = options.preset.names();
        let mode = mode(config)?;
        let base = options.base.clone().unwrap_or_default();
        if base.is_empty() && !matches!(mode, Mode::BindAsEntry { .. }) {
            return Err(wrong(
                "`base` is missing; write such as base = \"ou=people,dc=example,dc=org\"",
            ));
        }
        distinguished("base", &base)?;
        let filter = options
            .filter
            .clone()
            .unwrap_or_else(|| names.filter.into());
        template("filter", &filter, &[NAME])?;
        if !filter.contains(NAME) {
            return Err(wrong(
                "`filter` must have {name} in it, such as filter = \"(uid={name})\"",
            ));
        }
        let accounts_filter = match &options.accounts_filter {
            Some(filter) => {
                template("accounts_filter", filter, &[])?;
                filter.clone()
            }
            None => fill(&filter, &[(NAME, "*")]),
        };
        if ldap3::parse_filter(&accounts_filter).is_err() {
            return Err(wrong(format!(
                "`filter` does not work with any name ({accounts_filter}); write `accounts_filter`, which entries are accounts"
            )));
        }
        let names_base = names_base(options, &base)?;
        let id = attribute("id_attribute", options.id_attribute.as_deref(), names.id)?;
        Ok(Self {
            preset: options.preset,
            mode,
            base,
            scope: match options.scope {
                Scope::Sub => ldap3::Scope::Subtree,
                Scope::One => ldap3::Scope::OneLevel,
            },
            filter,
            accounts_filter,
            id_form: IdForm::of(&id),
            id,
            name: attribute(
                "name_attribute",
                options.name_attribute.as_deref(),
                names.name,
            )?,
            display_name: attributes(
                "display_name_attribute",
                options.display_name_attribute.as_ref(),
                names.display_name,
            )?,
            email: attributes(
                "email_attribute",
                options.email_attribute.as_ref(),
                &["mail"],
            )?,
            language: attributes(
                "language_attribute",
                options.language_attribute.as_ref(),
                &["preferredLanguage"],
            )?,
            registered: attributes(
                "registered_attribute",
                options.registered_attribute.as_ref(),
                names.registered,
            )?,
            groups: groups(options)?,
            names_base,
            group_name: attribute(
                "group_name_attribute",
                options.group_name_attribute.as_deref(),
                "cn",
            )?,
            admin_groups: wanted(&options.admin_groups),
            moderator_groups: wanted(&options.moderator_groups),
            required_groups: wanted(&options.required_group),
            group_dns: [
                &options.admin_groups,
                &options.moderator_groups,
                &options.required_group,
            ]
            .into_iter()
            .flat_map(|groups| &groups.0)
            .filter(|group| dn::is_dn(group))
            .cloned()
            .collect(),
            default_policy: options.default_policy.clone(),
        })
    }

    /// The attributes to ask for.
    pub(crate) fn attributes(&self) -> Vec<String> {
        let mut all = vec![self.id.clone(), self.name.clone()];
        all.extend(self.display_name.iter().cloned());
        all.extend(self.email.iter().cloned());
        all.extend(self.language.iter().cloned());
        all.extend(self.registered.iter().cloned());
        if let Groups::Attribute(attribute) = &self.groups {
            all.push(attribute.clone());
        }
        all.extend(STATE.map(str::to_owned));
        all
    }
}

fn mode(config: &Config) -> Result<Mode, AuthError> {
    let password = config.server.password.is_some();
    let Some(bind_dn) = config
        .options
        .bind_dn
        .as_deref()
        .filter(|dn| !dn.is_empty())
    else {
        if password {
            return Err(wrong(
                "a password is given, but not whose: write `bind_dn`, the service account's distinguished name",
            ));
        }
        return Ok(Mode::Search { service: None });
    };
    template("bind_dn", bind_dn, &[NAME])?;
    if bind_dn.contains(NAME) {
        if password {
            return Err(wrong(
                "`bind_dn` with {name} in it is the member's own; it goes with no `database_password`",
            ));
        }
        let template = bind_dn.to_owned();
        return Ok(if dn::is_dn(bind_dn) {
            Mode::BindAsEntry { template }
        } else {
            Mode::BindAsLogin { template }
        });
    }
    // A server takes a name with an empty password for nobody in particular, and says yes to it.
    if !password {
        return Err(wrong(
            "`bind_dn` needs a password: write `database_password_file` in the realm",
        ));
    }
    Ok(Mode::Search {
        service: Some(bind_dn.to_owned()),
    })
}

fn groups(options: &Options) -> Result<Groups, AuthError> {
    match (&options.group_base, &options.group_filter) {
        (_, None) => Ok(Groups::Attribute(attribute(
            "group_attribute",
            options.group_attribute.as_deref(),
            "memberOf",
        )?)),
        (Some(base), Some(filter)) => {
            if options.group_attribute.is_some() {
                return Err(wrong(
                    "write either `group_attribute` or `group_filter` with `group_base`",
                ));
            }
            template("group_filter", filter, &[NAME, DN])?;
            if !filter.contains(NAME) && !filter.contains(DN) {
                return Err(wrong(
                    "`group_filter` must have {dn} or {name} in it, such as group_filter = \"(member={dn})\"",
                ));
            }
            let tried = fill(filter, &[(NAME, "x"), (DN, "x")]);
            if ldap3::parse_filter(&tried).is_err() {
                return Err(no_filter("group_filter", filter));
            }
            Ok(Groups::Search {
                base: base.clone(),
                filter: filter.clone(),
            })
        }
        (None, Some(_)) => Err(wrong(
            "`group_filter` needs `group_base`, below which groups are searched",
        )),
    }
}

/// Below which entry bare names of groups count: a name alone is anybody's who may make a group somewhere.
fn names_base(options: &Options, base: &str) -> Result<String, AuthError> {
    let group_base = options.group_base.as_deref();
    if let Some(base) = group_base {
        distinguished("group_base", base)?;
    }
    let base = group_base.filter(|base| !base.is_empty()).unwrap_or(base);
    for (key, groups) in [
        ("admin_groups", &options.admin_groups),
        ("moderator_groups", &options.moderator_groups),
        ("required_group", &options.required_group),
    ] {
        if let (true, Some(name)) = (
            base.is_empty(),
            groups.0.iter().find(|group| !dn::is_dn(group)),
        ) {
            return Err(wrong(format!(
                "`{key}` names the group {name:?} alone; write its distinguished name, or `group_base`, below which \
                 names count"
            )));
        }
    }
    Ok(comparable(base))
}

/// Only known placeholders, and a filter that can be read.
fn template(key: &str, text: &str, known: &[&str]) -> Result<(), AuthError> {
    let values: Vec<_> = known.iter().map(|name| (*name, "x")).collect();
    let tried = fill(text, &values);
    if tried.contains(['{', '}']) {
        return Err(wrong(format!(
            "`{key}` = {text:?} has a placeholder that does not exist; there is {}",
            if known.is_empty() {
                "none".into()
            } else {
                known.join(" and ")
            }
        )));
    }
    if tried.contains('\0') {
        return Err(wrong(format!("`{key}` must not have a NUL in it")));
    }
    if key.ends_with("filter") && ldap3::parse_filter(&tried).is_err() {
        return Err(no_filter(key, text));
    }
    Ok(())
}

fn no_filter(key: &str, text: &str) -> AuthError {
    wrong(format!(
        "`{key}` = {text:?} is no search filter; write such as \"(&(objectClass=person)(uid={{name}}))\", with every \
         parenthesis closed"
    ))
}

fn distinguished(key: &str, text: &str) -> Result<(), AuthError> {
    if text.is_empty() || dn::is_dn(text) {
        return Ok(());
    }
    Err(wrong(format!(
        "`{key}` = {text:?} is no distinguished name; write such as \"ou=people,dc=example,dc=org\""
    )))
}

fn attribute(key: &str, written: Option<&str>, default: &str) -> Result<String, AuthError> {
    let name = written.unwrap_or(default);
    let fits = name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b';' | b'_'));
    if fits {
        Ok(name.to_owned())
    } else {
        Err(wrong(format!(
            "`{key}` = {name:?} is no name of an attribute"
        )))
    }
}

fn attributes(
    key: &str,
    written: Option<&OneOrMore>,
    default: &[&str],
) -> Result<Vec<String>, AuthError> {
    match written {
        Some(names) => names
            .0
            .iter()
            .map(|name| attribute(key, Some(name), ""))
            .collect(),
        None => Ok(default.iter().map(|name| (*name).to_owned()).collect()),
    }
}

/// Groups as they are compared.
fn wanted(groups: &OneOrMore) -> Vec<String> {
    groups.0.iter().map(|group| comparable(group)).collect()
}

/// A group's name or distinguished name, as it is compared.
pub(crate) fn comparable(group: &str) -> String {
    dn::normalized(group).unwrap_or_else(|| dn::folded(group))
}

/// An address that can be connected to.
///
/// # Errors
/// [`AuthError::Configuration`] saying what to write.
pub(crate) fn address(url: &str) -> Result<Url, AuthError> {
    // The text itself is not shown: there may be a password in it.
    let parsed = Url::parse(url).ok().filter(|url| {
        matches!(url.scheme(), "ldap" | "ldaps")
            && url.host_str().is_some_and(|host| !host.is_empty())
    });
    let Some(url) = parsed else {
        return Err(wrong(
            "the directory's address must be such as \"ldaps://ldap.example.org\" or \"ldap://ldap.example.org:389\"",
        ));
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong(
            "no name or password in the directory's address: write `bind_dn` and `database_password_file`",
        ));
    }
    if !matches!(url.path(), "" | "/") || url.query().is_some() {
        return Err(wrong(
            "nothing after host and port in the directory's address: write `base` and `filter`",
        ));
    }
    Ok(url)
}

pub(crate) fn wrong(sentence: impl Into<String>) -> AuthError {
    AuthError::configuration(sentence)
}
