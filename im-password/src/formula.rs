//! Formulas in hashcat's notation: `md5(md5($pass).$salt)`.
//!
//! [`lex`] makes words of the text, [`parse`] a [`tree`] of the words, [`check`] refuses trees that
//! would be unsafe or endless, [`pieces`] finds out what the result looks like, [`eval`] computes
//! it, [`words`] says it in plain words.

mod check;
mod eval;
mod hash;
mod haval;
mod lex;
mod parse;
mod pieces;
mod tree;
mod words;

use std::fmt;

use zeroize::Zeroizing;

pub(crate) use hash::Hash;
pub(crate) use lex::quoted;
pub(crate) use parse::{Base, Parsed, parse};

use crate::cost::{CostLimits, at_most};
use crate::format::{Material, Recognised};
use crate::{FormatError, VerifyError, compare};
use pieces::{Class, Piece};
use tree::{Count, Kind, Map, Node, Value};

/// The longest format, in bytes. The longest one in use anywhere has about 100.
const LONGEST: usize = 512;

/// How deep calls and parentheses may nest.
const DEEPEST: usize = 16;

/// A checked formula. Equal to another when their plainest spellings are equal.
pub(crate) struct Formula {
    text: String,
    root: Node,
    /// What the result looks like, from left to right.
    pieces: Vec<Piece>,
    needs: Vec<&'static str>,
    work: check::Work,
}

/// What a formula's result is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// It is compared with the stored value.
    Compared,
    /// A named format takes it instead of the password.
    Password,
}

/// Whether `md5` and the like: a digest that takes one argument.
pub(crate) fn is_digest(name: &str) -> bool {
    Hash::by_name(name).is_some()
}

impl Formula {
    fn new(source: &str, root: Node, role: Role) -> Result<Self, FormatError> {
        let (pieces, work) = check::check(source, &root, role)?;
        let needs = Value::NEEDS
            .into_iter()
            .filter(|value| root.uses(*value))
            .map(Value::name)
            .collect();
        Ok(Self {
            text: root.to_string(),
            root,
            pieces,
            needs,
            work,
        })
    }

    /// `$salt`, `$username`, `$secret` and `$rounds`, as far as it uses them.
    pub(crate) fn needs(&self) -> &[&'static str] {
        &self.needs
    }

    /// The length of every result, if it is the same for all.
    pub(crate) fn len(&self) -> Option<usize> {
        self.pieces.iter().map(Piece::len).sum()
    }

    /// Whether it is computed at once, and equal for all accounts with equal passwords.
    pub(crate) fn is_weak(&self) -> bool {
        let own = self.root.uses(Value::Salt) || self.root.uses(Value::Username);
        !own && !self.work.is_slow()
    }

    /// In plain words: "MD5 of the password".
    pub(crate) fn words(&self) -> String {
        words::words(&self.root)
    }

    pub(crate) fn recognise<'a>(&'a self, stored: &'a [u8]) -> Option<Box<dyn Recognised + 'a>> {
        pieces::fits(&self.pieces, stored).then(|| {
            Box::new(Stored {
                formula: self,
                stored,
            }) as Box<dyn Recognised + 'a>
        })
    }

    pub(crate) fn compute(&self, material: &Material<'_>) -> Zeroizing<Vec<u8>> {
        eval::eval(&self.root, material)
    }

    /// Whether the limits allow that many rounds.
    pub(crate) fn allowed(
        &self,
        rounds: Option<u32>,
        limits: &CostLimits,
    ) -> Result<(), VerifyError> {
        let (repeat, pbkdf2) = self.work.total(rounds);
        at_most("repeated digests", repeat, limits.repeat_rounds)?;
        at_most("pbkdf2 rounds", pbkdf2, limits.pbkdf2_rounds)
    }

    /// Whether these values can give a result at all: no round is no digest.
    pub(crate) fn has_rounds(&self, material: &Material<'_>) -> bool {
        material.rounds != Some(0) || !self.needs.contains(&Value::Rounds.name())
    }
}

impl PartialEq for Formula {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Formula {}

impl std::hash::Hash for Formula {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl fmt::Display for Formula {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

struct Stored<'a> {
    formula: &'a Formula,
    stored: &'a [u8],
}

impl Recognised for Stored<'_> {
    fn label(&self) -> String {
        self.formula.text.clone()
    }

    fn blank(&self) -> Vec<u8> {
        pieces::blank(&self.formula.pieces, self.stored.len())
    }

    fn allowed(&self, limits: &CostLimits) -> Result<(), VerifyError> {
        self.formula.allowed(None, limits)
    }

    fn rounds_allowed(&self, rounds: u32, limits: &CostLimits) -> Result<(), VerifyError> {
        self.formula.allowed(Some(rounds), limits)
    }

    fn matches(&self, material: &Material<'_>) -> bool {
        if !self.formula.has_rounds(material) {
            return false;
        }
        let mut computed = self.formula.compute(material);
        if let [Piece::Text(Class::Hex, _)] = self.formula.pieces[..] {
            // Hex digits stand for bytes, so their letter case says nothing.
            computed.make_ascii_lowercase();
            return compare::equal(&computed, &self.stored.to_ascii_lowercase());
        }
        compare::equal(&computed, self.stored)
    }
}
