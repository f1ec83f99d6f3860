//! The names of formats and of groups of formats.

use super::Format;
use crate::formats::{self, Scheme};
use crate::suggest::nearest;

/// Names that stand for several formats.
pub(super) static GROUPS: &[(&str, &[&str])] = &[
    ("crypt", &CRYPT),
    (
        "php-password",
        &[
            CRYPT[0], CRYPT[1], CRYPT[2], CRYPT[3], CRYPT[4], CRYPT[5], "argon2",
        ],
    ),
];

/// What PHP's `crypt()` knows.
const CRYPT: [&str; 6] = [
    "bcrypt",
    "sha512-crypt",
    "sha256-crypt",
    "md5-crypt",
    "ext-des-crypt",
    "des-crypt",
];

/// Where the first word begins.
pub(super) fn start(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

pub(super) fn scheme(name: &str) -> Option<&'static dyn Scheme> {
    let known = formats::ALL.iter().find(|scheme| scheme.name() == name);
    known.copied()
}

/// Whether it is a format's or a group's.
pub(crate) fn is_name(name: &str) -> bool {
    all_names().any(|known| known == name)
}

/// Whether the format of that name is only ever over a digest of the password.
pub(crate) fn takes_digest(name: &str) -> bool {
    scheme(name).is_some_and(Scheme::takes_digest)
}

/// Of formats and groups.
pub(crate) fn all_names() -> impl Iterator<Item = &'static str> {
    Format::names().chain(GROUPS.iter().map(|(group, _)| *group))
}

pub(super) fn group_or_unknown(name: &str) -> String {
    match GROUPS.iter().find(|(group, _)| *group == name) {
        Some((_, members)) => format!(
            "`{name}` stands for several formats: name one of them here, `{}`",
            members.join("`, `")
        ),
        None => no_such_name(name),
    }
}

pub(crate) fn no_such_name(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    if lower.is_empty() {
        return format!("a format is missing: write one of {}, or a formula", list());
    }
    if crate::formula::is_digest(&lower) {
        return format!("`{name}` is not a format: write the formula `{lower}($pass)`");
    }
    let instead = match lower.as_str() {
        "clear" | "cleartext" | "clear-text" | "plaintext" | "plain-text" | "text" | "none" => {
            Some("plain")
        }
        "des" | "descrypt" => Some("des-crypt"),
        "argon2i" | "argon2d" | "argon2id" => Some("argon2"),
        "blowfish" => Some("bcrypt"),
        _ => None,
    };
    let nearest = || nearest(name, all_names().map(str::to_owned));
    match instead.map(str::to_owned).or_else(nearest) {
        Some(instead) => format!("there is no format `{name}`: did you mean `{instead}`?"),
        None => format!(
            "there is no format `{name}`: write one of {}, or a formula such as `md5($pass.$salt)`",
            list()
        ),
    }
}

fn list() -> String {
    Format::names()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}
