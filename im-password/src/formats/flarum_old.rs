//! The column `migratetoflarum_old_password` of Flarum's extension Old Passwords: JSON with a type,
//! a hash and what stood before and after the password when it was made.
//!
//! Its type `plain` is clear text and not accepted here.

use md5::Md5;
use serde_json::{Map, Value, json};
use sha1::Sha1;
use zeroize::Zeroizing;

use super::computed::{Computed, Found, hex_digest};
use super::digits::{hex, unhex};
use super::{Named, bcrypt, phpass};
use crate::VerifyError;
use crate::cost::{CostLimits, Work};
use crate::format::{Material, Recognised};

pub(super) static FORMAT: Named = Named {
    name: "flarum-old",
    description: "the JSON of Flarum's extension Old Passwords",
    weak: false,
    recognise,
};

/// What is done before the hash of the row.
#[derive(Clone, Copy)]
enum First {
    Nothing,
    Md5,
    Md5Twice,
    Sha1,
    Sha1Twice,
}

struct Stored {
    kind: String,
    before: Option<String>,
    after: Option<String>,
    first: First,
    inner: Box<dyn Recognised>,
}

fn recognise(stored: &[u8]) -> Found<'_> {
    let Value::Object(mut fields) = serde_json::from_slice(stored).ok()? else {
        return None;
    };
    let kind = required(&mut fields, "type")?;
    let password = required(&mut fields, "password")?;
    let before = optional(&mut fields, "salt-before")?;
    let after = optional(&mut fields, "salt-after")?;
    if !fields.is_empty() {
        return None;
    }
    let (base, over_bcrypt) = match kind.strip_suffix("-bcrypt") {
        Some(base) => (base, true),
        None => (kind.as_str(), false),
    };
    let (first, digits) = match base {
        "md5" => (First::Md5, 32),
        "md5-double" => (First::Md5Twice, 32),
        "sha1" => (First::Sha1, 40),
        "sha1-double" => (First::Sha1Twice, 40),
        "bcrypt" | "phpass" | "kmd5" if !over_bcrypt => (First::Nothing, 0),
        _ => return None,
    };
    let value = password.as_bytes();
    let inner: Box<dyn Recognised> = match base {
        _ if over_bcrypt => bcrypt::recognise(value)?,
        "bcrypt" => bcrypt::recognise(value)?,
        // phpass' class takes both of its formats.
        "phpass" => phpass::recognise(value).or_else(|| bcrypt::recognise(value))?,
        "kmd5" => kmd5(value)?,
        _ => as_digits(value, digits)?,
    };
    Some(Box::new(Stored {
        kind,
        before,
        after,
        first,
        inner,
    }))
}

fn required(fields: &mut Map<String, Value>, name: &str) -> Option<String> {
    optional(fields, name)?
}

/// The outer `None` is for what is neither text nor missing.
fn optional(fields: &mut Map<String, Value>, name: &str) -> Option<Option<String>> {
    match fields.remove(name) {
        None | Some(Value::Null) => Some(None),
        Some(Value::String(text)) => Some(Some(text)),
        Some(_) => None,
    }
}

/// The hex digits that the first step makes.
fn as_digits(value: &[u8], len: usize) -> Found<'static> {
    let digest = hex(&unhex(value)?).to_vec();
    if digest.len() != len {
        return None;
    }
    Computed {
        label: String::new(),
        blank: b"0".repeat(len),
        digest,
        work: Work::Little,
        compute: Box::new(|material| Zeroizing::new(material.password.to_vec())),
    }
    .found()
}

/// Unclassified NewsBoard's: 32 hex digits with two letters of salt in the middle.
fn kmd5(value: &[u8]) -> Found<'static> {
    let (start, rest) = value.split_at_checked(16)?;
    let (salt, end) = rest.split_at_checked(2)?;
    let digest = hex(&unhex(&[start, end].concat())?).to_vec();
    if digest.len() != 32 || !salt.iter().all(u8::is_ascii_graphic) {
        return None;
    }
    let salt = salt.to_vec();
    Computed {
        label: String::new(),
        blank: b"0".repeat(34),
        digest,
        work: Work::Little,
        compute: Box::new(move |material| {
            hex_digest::<Md5>(&[&salt, &hex_digest::<Md5>(&[material.password])])
        }),
    }
    .found()
}

impl Stored {
    /// What the hash of the row is over.
    fn first(&self, password: &[u8]) -> Zeroizing<Vec<u8>> {
        let salted = |middle: &[u8]| {
            let [before, after] = [&self.before, &self.after]
                .map(|salt| salt.as_deref().unwrap_or_default().as_bytes());
            Zeroizing::new([before, middle, after].concat())
        };
        match self.first {
            // These types look at no salt.
            First::Nothing => Zeroizing::new(password.to_vec()),
            First::Md5 => hex_digest::<Md5>(&[&salted(password)]),
            First::Md5Twice => hex_digest::<Md5>(&[&salted(&hex_digest::<Md5>(&[password]))]),
            First::Sha1 => hex_digest::<Sha1>(&[&salted(password)]),
            First::Sha1Twice => hex_digest::<Sha1>(&[&salted(&hex_digest::<Sha1>(&[password]))]),
        }
    }
}

impl Recognised for Stored {
    fn label(&self) -> String {
        let inner = self.inner.label();
        let comma = if inner.is_empty() { "" } else { ", " };
        format!("Flarum old password {}{comma}{inner}", self.kind)
    }

    fn blank(&self) -> Vec<u8> {
        let password = String::from_utf8_lossy(&self.inner.blank()).into_owned();
        let mut blank = json!({ "type": self.kind, "password": password });
        for (name, salt) in [("salt-before", &self.before), ("salt-after", &self.after)] {
            if let Some(salt) = salt {
                blank[name] = "0".repeat(salt.len()).into();
            }
        }
        blank.to_string().into_bytes()
    }

    fn memory(&self) -> usize {
        self.inner.memory()
    }

    fn allowed(&self, limits: &CostLimits) -> Result<(), VerifyError> {
        self.inner.allowed(limits)
    }

    fn matches(&self, material: &Material<'_>) -> bool {
        let password = self.first(material.password);
        self.inner.matches(&Material {
            password: &password,
            ..*material
        })
    }
}
