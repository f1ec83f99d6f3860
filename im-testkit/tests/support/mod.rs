//! A foreign system in memory, honest or with one flaw, for the suite to be examined on; and a process to kill.

pub(crate) mod board;
pub(crate) mod flaw;
pub(crate) mod killed;
