//! What the usual directory servers call things.

use std::fmt;
use std::str::FromStr;

use im_core::AuthError;
use serde::Deserialize;

/// A kind of directory server, and with it the names of attributes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
#[non_exhaustive]
pub enum Preset {
    /// OpenLDAP with `inetOrgPerson` entries, and most others. `openldap`, the default.
    #[default]
    OpenLdap,
    /// Microsoft Active Directory, and Samba as a domain controller. `active-directory`.
    ActiveDirectory,
    /// FreeIPA. `freeipa`.
    FreeIpa,
    /// 389 Directory Server. `389ds`.
    Ds389,
    /// lldap. `lldap`.
    Lldap,
}

/// The defaults of a preset.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Names {
    pub(crate) filter: &'static str,
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) display_name: &'static [&'static str],
    pub(crate) registered: &'static [&'static str],
}

impl Preset {
    const ALL: [Self; 5] = [
        Self::OpenLdap,
        Self::ActiveDirectory,
        Self::FreeIpa,
        Self::Ds389,
        Self::Lldap,
    ];

    /// As the configuration writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OpenLdap => "openldap",
            Self::ActiveDirectory => "active-directory",
            Self::FreeIpa => "freeipa",
            Self::Ds389 => "389ds",
            Self::Lldap => "lldap",
        }
    }

    pub(crate) fn names(self) -> Names {
        const PERSON: Names = Names {
            filter: "(&(objectClass=inetOrgPerson)(uid={name}))",
            id: "entryUUID",
            name: "uid",
            display_name: &["displayName", "cn"],
            registered: &["createTimestamp"],
        };
        match self {
            Self::OpenLdap => PERSON,
            Self::Ds389 => Names {
                id: "nsUniqueId",
                ..PERSON
            },
            Self::FreeIpa => Names {
                filter: "(&(objectClass=posixAccount)(uid={name}))",
                id: "ipaUniqueID",
                ..PERSON
            },
            Self::Lldap => Names {
                filter: "(&(objectClass=person)(uid={name}))",
                registered: &["createTimestamp", "creationDate"],
                ..PERSON
            },
            Self::ActiveDirectory => Names {
                filter: "(&(objectCategory=person)(objectClass=user)(sAMAccountName={name}))",
                id: "objectGUID",
                name: "sAMAccountName",
                display_name: &["displayName", "cn"],
                registered: &["whenCreated"],
            },
        }
    }
}

impl FromStr for Preset {
    type Err = AuthError;

    fn from_str(text: &str) -> Result<Self, AuthError> {
        Self::ALL
            .into_iter()
            .find(|preset| preset.as_str() == text)
            .ok_or_else(|| {
                let all = Self::ALL.map(Self::as_str).join("\", \"");
                AuthError::configuration(format!(
                    "there is no preset {text:?}; write one of \"{all}\", the nearest of them for another server"
                ))
            })
    }
}

impl TryFrom<String> for Preset {
    type Error = AuthError;
    fn try_from(text: String) -> Result<Self, AuthError> {
        text.parse()
    }
}

impl fmt::Display for Preset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
