//! The questions. Each file is a group; each function is a case and says in its first line what it asks.

mod accepts;
mod find;
mod names;
mod outage;
mod readonly;
mod rejects;
mod secrets;
mod session;
mod states;
mod stored;
mod timing;

use std::future::Future;
use std::pin::Pin;

use crate::Need;
use crate::exam::{CaseResult, Exam};

/// One question that every subject is asked.
#[derive(Debug, Clone, Copy)]
pub struct Case {
    pub(crate) group: &'static str,
    pub(crate) name: &'static str,
    pub(crate) needs: &'static [Need],
    /// What the case does to the foreign system, and so who may be examined beside it.
    pub(crate) touch: Touch,
    pub(crate) run: Run,
}

/// What a case does to the foreign system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Touch {
    /// Nothing: others may ask at the same time.
    Reads,
    /// Nothing, but it must be alone: it counts, compares or listens.
    Alone,
    /// It breaks something: alone, and the subject is reset afterwards.
    Breaks,
}

pub(crate) type Run =
    for<'a> fn(&'a Exam<'a>) -> Pin<Box<dyn Future<Output = CaseResult> + Send + 'a>>;

impl Case {
    /// `rejects::wrong_password`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}::{}", self.group, self.name)
    }
}

/// Declares the cases of a group: what each does to the system, its name, what it needs.
macro_rules! questions {
    ($($touch:ident $name:ident [$($need:ident),*];)+) => {
        pub(super) const CASES: &[$crate::cases::Case] = &[$(
            $crate::cases::Case {
                group: $crate::cases::group(module_path!()),
                name: stringify!($name),
                needs: &[$($crate::Need::$need),*],
                touch: $crate::cases::Touch::$touch,
                run: |exam| Box::pin($name(exam)),
            },
        )+];
    };
}
use questions;

/// The last part of a module's path.
const fn group(path: &'static str) -> &'static str {
    // A constant may not call `rsplit`, and every group lies directly in this module.
    let (_, group) = path.split_at(module_path!().len() + "::".len());
    group
}

/// Every case there is, in the order of the groups.
#[must_use]
pub fn cases() -> Vec<Case> {
    [
        accepts::CASES,
        rejects::CASES,
        states::CASES,
        names::CASES,
        stored::CASES,
        find::CASES,
        outage::CASES,
        secrets::CASES,
        readonly::CASES,
        timing::CASES,
    ]
    .concat()
}
