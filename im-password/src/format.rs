use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::formats::{self, Scheme};
use crate::formula::{self, Formula, Parsed};
use crate::suggest::nearest;
use crate::template::{Taken, Template};
use crate::{CostLimits, FormatError, VerifyError, compare};

/// One accepted format of stored passwords: a name (`bcrypt`, `phpass`, `argon2`), a name over
/// other bytes than the password (`bcrypt(md5($pass))`) or a formula (`md5(md5($pass).$salt)`);
/// and where the digest is only a part of the stored value, a template behind it
/// (`md5($pass.$salt) in "$hash:$salt"`).
///
/// [`Display`](fmt::Display) gives it back in its plainest spelling.
///
/// ```
/// use im_password::Format;
///
/// let format: Format = "md5( md5($pass) . $salt )".parse()?;
/// assert_eq!(format.to_string(), "md5(md5($pass).$salt)");
///
/// let joomla: Format = "md5($pass.$salt) in '$hash:$salt'".parse()?;
/// assert_eq!(joomla.to_string(), "md5($pass.$salt) in \"$hash:$salt\"");
///
/// let error = "bycrypt".parse::<Format>().unwrap_err();
/// assert_eq!(error.message(), "there is no format `bycrypt`: did you mean `bcrypt`?");
/// # Ok::<(), im_password::FormatError>(())
/// ```
#[derive(Clone)]
pub struct Format(Arc<Spec>);

struct Spec {
    /// The plainest spelling: two formats are equal when theirs are.
    text: String,
    base: Base,
    template: Option<Template>,
    needs: Vec<&'static str>,
}

enum Base {
    Named {
        scheme: &'static dyn Scheme,
        /// What it takes instead of the password.
        over: Option<Formula>,
    },
    Formula(Formula),
}

/// Names that stand for several formats.
static GROUPS: &[(&str, &[&str])] = &[
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

/// The values a format may compute with: the password as bytes, after the input steps.
#[derive(Clone, Copy)]
pub(crate) struct Material<'a> {
    pub(crate) password: &'a [u8],
    pub(crate) salt: Option<&'a [u8]>,
    pub(crate) username: Option<&'a [u8]>,
    pub(crate) secret: Option<&'a [u8]>,
    pub(crate) rounds: Option<u32>,
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

    /// Whether the limits allow to compute it with that many rounds, which the account has in a
    /// column of its own.
    fn rounds_allowed(&self, _rounds: u32, _limits: &CostLimits) -> Result<(), VerifyError> {
        Ok(())
    }

    /// Computes and compares.
    fn matches(&self, material: &Material<'_>) -> bool;
}

impl Format {
    /// The names there are, in the order of the documentation.
    pub fn names() -> impl Iterator<Item = &'static str> {
        formats::ALL.iter().map(|scheme| scheme.name())
    }

    /// The names that stand for several formats, with those.
    pub fn groups() -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
        GROUPS.iter().copied()
    }

    /// The formats of a text: one, or the several that a group's name stands for.
    ///
    /// # Errors
    /// As [`from_str`](Self::from_str), which refuses groups.
    ///
    /// ```
    /// use im_password::Format;
    ///
    /// let formats = Format::parse_all("php-password(md5($pass))")?;
    /// assert!(formats.contains(&"bcrypt(md5($pass))".parse()?));
    /// assert!(formats.contains(&"argon2(md5($pass))".parse()?));
    /// # Ok::<(), im_password::FormatError>(())
    /// ```
    pub fn parse_all(text: &str) -> Result<Vec<Self>, FormatError> {
        let parsed = formula::parse(text)?;
        let formula::Base::Named { name, .. } = &parsed.base else {
            return Ok(vec![Self::new(text, parsed, None)?]);
        };
        let Some((_, members)) = GROUPS.iter().find(|(group, _)| group == name) else {
            return Ok(vec![Self::new(text, parsed, None)?]);
        };
        let known = members.iter().filter(|member| scheme(member).is_some());
        known
            // Once for each, since what it is over belongs to one format alone.
            .map(|member| Self::new(text, formula::parse(text)?, Some(member)))
            .collect()
    }

    /// The values besides the password that it cannot do without: `$salt`, `$username`, `$secret`
    /// and `$rounds`, as far as the account or the configuration has to tell them. Those that the
    /// stored value itself holds are not among them.
    #[must_use]
    pub fn needs(&self) -> &[&'static str] {
        &self.0.needs
    }

    /// Whether whoever steals the table can read the passwords or try them all at once: clear
    /// text, and fast digests without a salt.
    #[must_use]
    pub fn is_weak(&self) -> bool {
        match &self.0.base {
            Base::Named { scheme, .. } => scheme.is_weak(),
            Base::Formula(formula) => formula.is_weak(),
        }
    }

    /// One line in plain words: "bcrypt over MD5 of the password".
    #[must_use]
    pub fn description(&self) -> String {
        let base = match &self.0.base {
            Base::Named { scheme, over: None } => scheme.description().to_owned(),
            Base::Named {
                scheme,
                over: Some(over),
            } => format!("{} over {}", scheme.name(), over.words()),
            Base::Formula(formula) => formula.words(),
        };
        match &self.0.template {
            Some(template) => format!("{base}, {}", template.words()),
            None => base,
        }
    }

    /// Takes `stored` apart if it has exactly this format's shape.
    pub(crate) fn recognise<'a>(&'a self, stored: &'a [u8]) -> Option<Box<dyn Recognised + 'a>> {
        let spec = &*self.0;
        let Some(template) = &spec.template else {
            return spec.base.recognise(stored);
        };
        let taken = template.take(stored)?;
        spec.base.recognise(&taken.hash)?;
        Some(Box::new(Templated {
            base: &spec.base,
            template,
            taken,
        }))
    }

    /// Whether it is tried only on values that no other accepted format recognises.
    pub(crate) fn is_last_resort(&self) -> bool {
        matches!(self.0.base, Base::Named { scheme, .. } if scheme.is_last_resort())
    }

    /// `member` is the format meant, where a group is named.
    fn new(text: &str, parsed: Parsed, member: Option<&str>) -> Result<Self, FormatError> {
        let Parsed { base, template } = parsed;
        let (mut spelling, base) = match base {
            formula::Base::Formula(formula) => (formula.to_string(), Base::Formula(formula)),
            formula::Base::Named { name, over } => {
                let name = member.unwrap_or(&name);
                let Some(scheme) = scheme(name) else {
                    return Err(FormatError::new(text, start(text), group_or_unknown(name)));
                };
                let mut spelling = scheme.name().to_owned();
                if let Some(over) = &over {
                    spelling.push_str(&format!("({over})"));
                }
                (spelling, Base::Named { scheme, over })
            }
        };
        if let Some(template) = &template {
            spelling.push_str(&format!(" in {template}"));
        }
        let own = match &base {
            Base::Named { scheme, .. } => scheme.needs(),
            Base::Formula(formula) => formula.needs(),
        };
        let over = match &base {
            Base::Named {
                over: Some(over), ..
            } => over.needs(),
            _ => &[],
        };
        let given = template.as_ref().map(Template::gives).unwrap_or_default();
        let asked = template.as_ref().map(Template::needs).unwrap_or_default();
        let mut needs: Vec<_> = own.iter().chain(over).copied().collect();
        needs.retain(|need| !given.contains(need));
        needs.extend(asked);
        // In one order, each once.
        let needs = ["$salt", "$username", "$secret", "$rounds"]
            .into_iter()
            .filter(|need| needs.contains(need))
            .collect();
        Ok(Self(Arc::new(Spec {
            text: spelling,
            base,
            template,
            needs,
        })))
    }
}

/// Where the first word begins.
fn start(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

fn scheme(name: &str) -> Option<&'static dyn Scheme> {
    let known = formats::ALL.iter().find(|scheme| scheme.name() == name);
    known.copied()
}

/// Whether it is a format's or a group's.
pub(crate) fn is_name(name: &str) -> bool {
    all_names().any(|known| known == name)
}

/// Of formats and groups.
pub(crate) fn all_names() -> impl Iterator<Item = &'static str> {
    Format::names().chain(GROUPS.iter().map(|(group, _)| *group))
}

fn group_or_unknown(name: &str) -> String {
    match GROUPS.iter().find(|(group, _)| *group == name) {
        Some((_, members)) => format!(
            "`{name}` stands for several formats: name one of them here, `{}`",
            members.join("`, `")
        ),
        None => no_such_name(name),
    }
}

impl Base {
    fn recognise<'a>(&'a self, stored: &'a [u8]) -> Option<Box<dyn Recognised + 'a>> {
        match self {
            Self::Named { scheme, over: None } => scheme.recognise(stored),
            Self::Named {
                scheme,
                over: Some(over),
            } => {
                let stored = scheme.recognise(stored)?;
                Some(Box::new(Over { stored, over }))
            }
            Self::Formula(formula) => formula.recognise(stored),
        }
    }
}

/// A named format that takes a formula's result instead of the password.
struct Over<'a> {
    stored: Box<dyn Recognised + 'a>,
    over: &'a Formula,
}

impl Recognised for Over<'_> {
    fn label(&self) -> String {
        format!("{}, over {}", self.stored.label(), self.over)
    }

    fn blank(&self) -> Vec<u8> {
        self.stored.blank()
    }

    fn memory(&self) -> usize {
        self.stored.memory()
    }

    fn allowed(&self, limits: &CostLimits) -> Result<(), VerifyError> {
        self.over.allowed(None, limits)?;
        self.stored.allowed(limits)
    }

    fn rounds_allowed(&self, rounds: u32, limits: &CostLimits) -> Result<(), VerifyError> {
        self.over.allowed(Some(rounds), limits)?;
        self.stored.rounds_allowed(rounds, limits)
    }

    fn matches(&self, material: &Material<'_>) -> bool {
        self.over.has_rounds(material)
            && self.stored.matches(&Material {
                password: &self.over.compute(material),
                ..*material
            })
    }
}

/// A stored value of which the digest is only a part.
struct Templated<'a> {
    base: &'a Base,
    template: &'a Template,
    taken: Taken<'a>,
}

impl Templated<'_> {
    /// The digest's part taken apart. It was recognised before, so it is again.
    fn inner<T>(&self, ask: impl FnOnce(&dyn Recognised) -> T, otherwise: T) -> T {
        match self.base.recognise(&self.taken.hash) {
            Some(inner) => ask(&*inner),
            None => otherwise,
        }
    }
}

impl Recognised for Templated<'_> {
    fn label(&self) -> String {
        let label = self.inner(|inner| inner.label(), String::new());
        match self.taken.rounds {
            Some(rounds) => format!("{label} in {}, {rounds} rounds", self.template),
            None => format!("{label} in {}", self.template),
        }
    }

    fn blank(&self) -> Vec<u8> {
        let hash = self.inner(|inner| inner.blank(), Vec::new());
        self.template.blank(&self.taken, hash)
    }

    fn memory(&self) -> usize {
        self.inner(|inner| inner.memory(), 0)
    }

    fn allowed(&self, limits: &CostLimits) -> Result<(), VerifyError> {
        self.inner(
            |inner| {
                inner.allowed(limits)?;
                match self.taken.rounds {
                    Some(rounds) => inner.rounds_allowed(rounds, limits),
                    None => Ok(()),
                }
            },
            Ok(()),
        )
    }

    fn rounds_allowed(&self, rounds: u32, limits: &CostLimits) -> Result<(), VerifyError> {
        match self.taken.rounds {
            // Its own count.
            Some(_) => Ok(()),
            None => self.inner(|inner| inner.rounds_allowed(rounds, limits), Ok(())),
        }
    }

    fn matches(&self, material: &Material<'_>) -> bool {
        let own = Material {
            salt: self.taken.salt.as_deref().or(material.salt),
            rounds: self.taken.rounds.or(material.rounds),
            ..*material
        };
        let digest = self.inner(|inner| inner.matches(&own), false);
        // Looked at after the work, so that a decoy takes as long.
        let name = match (self.taken.username, material.username) {
            (Some(own), Some(account)) => compare::equal(own, account),
            (Some(_), None) => false,
            (None, _) => true,
        };
        digest & name
    }
}

impl PartialEq for Format {
    fn eq(&self, other: &Self) -> bool {
        self.0.text == other.0.text
    }
}

impl Eq for Format {}

impl std::hash::Hash for Format {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.text.hash(state);
    }
}

impl FromStr for Format {
    type Err = FormatError;

    fn from_str(text: &str) -> Result<Self, FormatError> {
        let name = text.trim();
        let looks_like_a_name = name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        if looks_like_a_name && !is_name(name) {
            return Err(FormatError::new(text, start(text), no_such_name(name)));
        }
        Self::new(text, formula::parse(text)?, None)
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

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.text)
    }
}

impl fmt::Debug for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Format({self})")
    }
}
