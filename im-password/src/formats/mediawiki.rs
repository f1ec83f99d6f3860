//! MediaWiki's `:type:…`. Its layered types hash the hex digits of an older hash once more, so
//! that old rows became strong without anybody's password.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::Md5;
use zeroize::Zeroizing;

use super::computed::{Computed, Found, Wrapped, as_it_is, hex_digest, raw_digest};
use super::digits::{decimal, unhex};
use super::pbkdf2::Prf;
use super::{Named, argon2, bcrypt};
use crate::VerifyError;
use crate::cost::{CostLimits, Work};
use crate::format::{Material, Recognised};

pub(super) static FORMAT: Named = Named {
    name: "mediawiki",
    description: "MediaWiki's :pbkdf2:, :bcrypt:, :argon2:, :B: and :A:",
    weak: false,
    recognise,
};

fn recognise(stored: &[u8]) -> Found<'_> {
    let rest = stored.strip_prefix(b":")?;
    let end = rest.iter().position(|byte| *byte == b':')?;
    let (kind, rest) = (&rest[..end], &rest[end + 1..]);
    match kind {
        b"A" => md5(":A:".to_owned(), "", b"", rest),
        b"B" => {
            let end = rest.iter().position(|byte| *byte == b':')?;
            let (salt, digits) = (&rest[..end], &rest[end + 1..]);
            md5(format!(":B:{}:", "0".repeat(end)), "salted ", salt, digits)
        }
        b"pbkdf2" => pbkdf2(rest),
        b"pbkdf2-legacyA" => layered(kind, rest, false),
        b"pbkdf2-legacyB" => layered(kind, rest, true),
        b"bcrypt" => bcrypt(rest),
        b"argon2" => Wrapped {
            label: "MediaWiki ",
            before: b":argon2:",
            inner: argon2::recognise(rest)?,
            password: as_it_is,
        }
        .found(),
        _ => None,
    }
}

/// The two old types. Without a salt it is the MD5 alone.
fn md5<'a>(before: String, name: &str, salt: &'a [u8], digits: &[u8]) -> Found<'a> {
    let digest = unhex(digits).filter(|digest| digest.len() == 16)?;
    let salted = before.starts_with(":B:");
    Computed {
        label: format!("MediaWiki {name}MD5"),
        blank: format!("{before}{}", "0".repeat(32)).into_bytes(),
        digest,
        work: Work::Little,
        compute: Box::new(move |material| {
            if salted {
                let inner = hex_digest::<Md5>(&[material.password]);
                raw_digest::<Md5>(&[salt, b"-", &inner])
            } else {
                raw_digest::<Md5>(&[material.password])
            }
        }),
    }
    .found()
}

/// `algorithm:rounds:length`, salt and digest in base 64.
struct Pbkdf2 {
    prf: Prf,
    parameters: String,
    rounds: u32,
    salt: Vec<u8>,
    digest: Vec<u8>,
}

impl Pbkdf2 {
    fn parse(parameters: &[u8], salt: &[u8], digest: &[u8]) -> Option<Self> {
        let mut fields = parameters.split(|byte| *byte == b':');
        let prf = Prf::by_name(fields.next()?)?;
        let rounds = decimal(fields.next()?).filter(|rounds| *rounds > 0)?;
        let len = decimal(fields.next()?)?;
        let salt = STANDARD.decode(salt).ok()?;
        let digest = STANDARD.decode(digest).ok()?;
        if fields.next().is_some()
            || !(16..=512).contains(&digest.len())
            || u32::try_from(digest.len()) != Ok(len)
        {
            return None;
        }
        Some(Self {
            prf,
            parameters: String::from_utf8_lossy(parameters).into_owned(),
            rounds,
            salt,
            digest,
        })
    }

    fn blanks(&self) -> [String; 2] {
        [&self.salt, &self.digest].map(|bytes| STANDARD.encode(vec![0; bytes.len()]))
    }

    fn found<'a>(self, blank: String, over: &str) -> Found<'a> {
        Computed {
            label: format!(
                "MediaWiki PBKDF2 with {}, {} rounds{over}",
                self.prf.title(),
                self.rounds
            ),
            blank: blank.into_bytes(),
            work: self.prf.work(self.rounds, self.digest.len()),
            compute: self.prf.compute(self.salt, self.rounds, self.digest.len()),
            digest: self.digest,
        }
        .found()
    }
}

fn pbkdf2(rest: &[u8]) -> Found<'static> {
    let mut fields = rest.rsplitn(3, |byte| *byte == b':');
    let (digest, salt, parameters) = (fields.next()?, fields.next()?, fields.next()?);
    let parsed = Pbkdf2::parse(parameters, salt, digest)?;
    let [salt, digest] = parsed.blanks();
    let blank = format!(":pbkdf2:{}:{salt}:{digest}", parsed.parameters);
    parsed.found(blank, "")
}

/// PBKDF2 over the hex digits of an old type, whose salt is in the third field.
struct Layered<'a> {
    salt: Option<&'a [u8]>,
    outer: Box<dyn Recognised + 'a>,
}

fn layered<'a>(kind: &[u8], rest: &'a [u8], salted: bool) -> Found<'a> {
    let fields: Vec<_> = rest.split(|byte| *byte == b'!').collect();
    let [b"", parameters, old, salt, digest] = fields[..] else {
        return None;
    };
    if !salted && !old.is_empty() {
        return None;
    }
    let parsed = Pbkdf2::parse(parameters, salt, digest)?;
    let [salt, digest] = parsed.blanks();
    let blank = format!(
        ":{}:!{}!{}!{salt}!{digest}",
        String::from_utf8_lossy(kind),
        parsed.parameters,
        "0".repeat(old.len())
    );
    let over = if salted {
        " over salted MD5"
    } else {
        " over MD5"
    };
    Some(Box::new(Layered {
        salt: salted.then_some(old),
        outer: parsed.found(blank, over)?,
    }))
}

impl Recognised for Layered<'_> {
    fn label(&self) -> String {
        self.outer.label()
    }

    fn blank(&self) -> Vec<u8> {
        self.outer.blank()
    }

    fn memory(&self) -> usize {
        self.outer.memory()
    }

    fn allowed(&self, limits: &CostLimits) -> Result<(), VerifyError> {
        self.outer.allowed(limits)
    }

    fn matches(&self, material: &Material<'_>) -> bool {
        let mut password: Zeroizing<Vec<u8>> = hex_digest::<Md5>(&[material.password]);
        if let Some(salt) = self.salt {
            password = hex_digest::<Md5>(&[salt, b"-", &password]);
        }
        self.outer.matches(&Material {
            password: &password,
            ..*material
        })
    }
}

/// `cost$salt$digest`, the cost without a zero before it.
struct Bcrypt {
    cost: u32,
    inner: bcrypt::Stored,
}

fn bcrypt(rest: &[u8]) -> Found<'static> {
    let fields: Vec<_> = rest.split(|byte| *byte == b'$').collect();
    let [cost, salt, digest] = fields[..] else {
        return None;
    };
    let cost = decimal(cost)?;
    if salt.len() != 22 {
        return None;
    }
    let whole = [format!("$2y${cost:02}$").as_bytes(), salt, digest].concat();
    Some(Box::new(Bcrypt {
        cost,
        inner: bcrypt::Stored::parse(&whole)?,
    }))
}

impl Recognised for Bcrypt {
    fn label(&self) -> String {
        format!("MediaWiki {}", self.inner.label())
    }

    fn blank(&self) -> Vec<u8> {
        format!(
            ":bcrypt:{}${}${}",
            self.cost,
            ".".repeat(22),
            ".".repeat(31)
        )
        .into_bytes()
    }

    fn memory(&self) -> usize {
        self.inner.memory()
    }

    fn allowed(&self, limits: &CostLimits) -> Result<(), VerifyError> {
        self.inner.allowed(limits)
    }

    fn matches(&self, material: &Material<'_>) -> bool {
        self.inner.matches(material)
    }
}
