use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::formats::{self, Scheme};
use crate::formula::Formula;
use crate::suggest::nearest;
use crate::{CostLimits, FormatError, VerifyError};

/// One accepted format of stored passwords: a name (`bcrypt`, `phpass`, `argon2`) or a formula
/// (`md5(md5($pass).$salt)`).
///
/// [`Display`](fmt::Display) gives its name back, or the formula in its plainest spelling.
///
/// ```
/// use im_password::Format;
///
/// let format: Format = "md5( md5($pass) . $salt )".parse()?;
/// assert_eq!(format.to_string(), "md5(md5($pass).$salt)");
///
/// let error = "bycrypt".parse::<Format>().unwrap_err();
/// assert_eq!(error.message(), "there is no format `bycrypt`: did you mean `bcrypt`?");
/// # Ok::<(), im_password::FormatError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Format(Kind);

#[derive(Clone)]
enum Kind {
    Named(&'static dyn Scheme),
    Formula(Arc<Formula>),
}

impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Named(a), Self::Named(b)) => a.name() == b.name(),
            (Self::Formula(a), Self::Formula(b)) => a == b,
            _ => false,
        }
    }
}

impl Eq for Kind {}

impl std::hash::Hash for Kind {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        match self {
            Self::Named(scheme) => scheme.name().hash(state),
            Self::Formula(formula) => formula.hash(state),
        }
    }
}

/// The values a format may compute with: the password as bytes, after the input steps.
#[derive(Clone, Copy)]
pub(crate) struct Material<'a> {
    pub(crate) password: &'a [u8],
    pub(crate) salt: Option<&'a [u8]>,
    pub(crate) username: Option<&'a [u8]>,
    pub(crate) secret: Option<&'a [u8]>,
}

/// A stored value that a format recognised and took apart.
pub(crate) trait Recognised {
    /// What this is, with its cost: "bcrypt $2y$, cost 10". No part of the digest or the salt.
    fn label(&self) -> String;

    /// A value of the same shape and cost whose salt and digest are blank: verifying it is the
    /// same work, and it holds no secret.
    fn blank(&self) -> Vec<u8>;

    /// Bytes of memory one verification takes, beyond small change.
    fn memory(&self) -> usize {
        0
    }

    /// Whether the limits allow to compute it.
    fn allowed(&self, limits: &CostLimits) -> Result<(), VerifyError>;

    /// Computes and compares.
    fn matches(&self, material: &Material<'_>) -> bool;
}

impl Format {
    /// The names there are, in the order of the documentation.
    pub fn names() -> impl Iterator<Item = &'static str> {
        formats::ALL.iter().map(|scheme| scheme.name())
    }

    /// Takes `stored` apart if it has exactly this format's shape.
    pub(crate) fn recognise<'a>(&'a self, stored: &'a [u8]) -> Option<Box<dyn Recognised + 'a>> {
        match &self.0 {
            Kind::Named(scheme) => scheme.recognise(stored),
            Kind::Formula(formula) => formula.recognise(stored),
        }
    }

    /// Whether it is tried only on values that no other accepted format recognises.
    pub(crate) fn is_last_resort(&self) -> bool {
        matches!(self.0, Kind::Named(scheme) if scheme.is_last_resort())
    }

    /// The values besides the password that it cannot do without.
    pub(crate) fn needs(&self) -> &[&'static str] {
        match &self.0 {
            Kind::Named(scheme) => scheme.needs(),
            Kind::Formula(formula) => formula.needs(),
        }
    }
}

impl FromStr for Format {
    type Err = FormatError;

    fn from_str(text: &str) -> Result<Self, FormatError> {
        let name = text.trim();
        if let Some(scheme) = formats::ALL.iter().find(|scheme| scheme.name() == name) {
            return Ok(Self(Kind::Named(*scheme)));
        }
        let looks_like_a_name = name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        if looks_like_a_name {
            let start = text.len() - text.trim_start().len();
            return Err(FormatError::new(text, start, no_such_name(name)));
        }
        Ok(Self(Kind::Formula(Arc::new(Formula::parse(text)?))))
    }
}

fn no_such_name(name: &str) -> String {
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
        "crypt" | "des" | "descrypt" => Some("des-crypt"),
        "argon2i" | "argon2d" | "argon2id" => Some("argon2"),
        "blowfish" => Some("bcrypt"),
        _ => None,
    };
    let nearest = || nearest(name, Format::names().map(str::to_owned));
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

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Named(scheme) => f.write_str(scheme.name()),
            Kind::Formula(formula) => formula.fmt(f),
        }
    }
}

impl fmt::Debug for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Format({self})")
    }
}
