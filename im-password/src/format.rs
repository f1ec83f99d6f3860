use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::formats::{self, Scheme};
use crate::formula::{self, Formula, Parsed};
use crate::template::Template;
use crate::{CostLimits, FormatError, VerifyError};

mod names;
mod parts;

use names::{GROUPS, group_or_unknown, scheme, start};
pub(crate) use names::{all_names, is_name, no_such_name, takes_digest};
use parts::{Over, Templated};

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
            Base::Named {
                scheme,
                over: Some(over),
            } if scheme.takes_digest() => over.is_weak(),
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
        let taken = template.take(stored, |hash| spec.base.recognise(hash).is_some())?;
        spec.base.recognise(&taken.hash)?;
        Some(Box::new(Templated::new(&spec.base, template, taken)))
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

impl Base {
    fn recognise<'a>(&'a self, stored: &'a [u8]) -> Option<Box<dyn Recognised + 'a>> {
        match self {
            Self::Named { scheme, over: None } => scheme.recognise(stored),
            Self::Named {
                scheme,
                over: Some(over),
            } => {
                let stored = scheme.recognise(stored)?;
                Some(Box::new(Over::new(stored, over)))
            }
            Self::Formula(formula) => formula.recognise(stored),
        }
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
