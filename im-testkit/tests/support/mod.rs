//! A foreign system in memory, honest or with one flaw, for the suite to be examined on.

pub(crate) mod board;
pub(crate) mod flaw;
