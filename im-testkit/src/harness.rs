//! Subjects and cases, as named trials.

use std::process::ExitCode;
use std::sync::{Arc, OnceLock};

use libtest_mimic::{Arguments, Completion, Failed, Trial};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::RwLock;

use crate::Subject;
use crate::cases::{Case, Touch, cases};
use crate::exam::{Exam, Failure};

/// Examines the subjects: the whole `main` of a test binary with `harness = false`.
///
/// Every subject is asked every question as a trial of its own, named `subject::group::case`. The arguments are those
/// of any Rust test: `cargo test -p im-auth-phpbb2 --test conformance -- mariadb-latin1::rejects`.
pub fn run(subjects: Vec<Box<dyn Subject>>) -> ExitCode {
    let mut arguments = Arguments::from_args();
    // Much of the time is spent waiting for time limits, so more at once than there are cores.
    arguments.test_threads.get_or_insert(4);
    libtest_mimic::run(&arguments, trials(subjects)).exit_code()
}

/// The trials of [`run`], to add others to.
#[must_use]
pub fn trials(subjects: Vec<Box<dyn Subject>>) -> Vec<Trial> {
    let seats: Vec<Arc<Seat>> = subjects
        .into_iter()
        .map(|subject| Arc::new(Seat::new(subject)))
        .collect();
    // Case by case, since one subject is asked some of them alone: the others need not wait for it.
    cases()
        .into_iter()
        .flat_map(|case| seats.iter().map(move |seat| trial(Arc::clone(seat), case)))
        .collect()
}

fn trial(seat: Arc<Seat>, case: Case) -> Trial {
    let name = format!("{}::{}", seat.subject.name(), case.name());
    Trial::ignorable_test(name, move || {
        match runtime().block_on(seat.examine(&case)) {
            Ok(Outcome::Passed) => Ok(Completion::Completed),
            Ok(Outcome::Absent(reason)) => Ok(Completion::ignored_with(reason)),
            Err(failure) => Err(Failed::from(failure)),
        }
    })
}

/// How a case ended that did not fail.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// Asked, and answered as it must be.
    Passed,
    /// Not asked: the subject declared absent what the case needs, for this reason.
    Absent(String),
}

/// A subject, and who is examining it now.
#[expect(missing_debug_implementations, reason = "a subject need not be Debug")]
pub struct Seat {
    subject: Box<dyn Subject>,
    /// Cases that only read share it; whoever breaks or counts something has it alone.
    turn: RwLock<()>,
}

impl Seat {
    /// Seats a subject.
    #[must_use]
    pub fn new(subject: Box<dyn Subject>) -> Self {
        Self {
            subject,
            turn: RwLock::new(()),
        }
    }

    /// Puts one case to the subject.
    ///
    /// # Errors
    /// When the subject's answers are not what they must be.
    pub async fn examine(&self, case: &Case) -> Result<Outcome, Failure> {
        let absent = self.subject.absent();
        if let Some(absent) = absent.iter().find(|a| case.needs.contains(&a.need)) {
            return Ok(Outcome::Absent(format!(
                "{:?} is absent: {}",
                absent.need, absent.reason
            )));
        }
        let subject = &*self.subject;
        let outcome = match case.touch {
            Touch::Reads => {
                let _together = self.turn.read().await;
                (case.run)(&Exam::of(subject).await).await
            }
            Touch::Alone => {
                let _alone = self.turn.write().await;
                (case.run)(&Exam::of(subject).await).await
            }
            Touch::Breaks => {
                let _alone = self.turn.write().await;
                let outcome = (case.run)(&Exam::of(subject).await).await;
                subject.reset().await;
                outcome
            }
        };
        outcome.map(|()| Outcome::Passed)
    }
}

/// All subjects live on one runtime, so that what they share outlives a single trial.
fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a runtime of two threads")
    })
}
