use zeroize::Zeroizing;

use crate::format::{Material, Recognised};
use crate::{Attempt, CostLimits, Format, Input, Shape, VerifyError, describe};

/// What one realm accepts: formats, ways in which the password's bytes are made, and cost limits.
///
/// Immutable; share it in an [`Arc`](std::sync::Arc).
///
/// ```
/// use im_password::{Attempt, Outcome, Policy};
///
/// // phpBB 2 on a western board: MD5 of the slashed windows-1252 bytes.
/// let policy = Policy::new(["md5($pass)".parse()?]).inputs(["cp1252+addslashes".parse()?]);
/// let stored = b"b7e35baec0642390845fd63359114a77";
/// let outcome = policy.verify(&Attempt::new("prix 12€ – façade"), stored)?;
/// assert!(outcome.is_match());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Policy {
    formats: Vec<Format>,
    /// For each format the inputs that are its own, if it has any.
    own: Vec<Option<Vec<Input>>>,
    inputs: Vec<Input>,
    limits: CostLimits,
}

/// What a comparison found.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Outcome {
    /// The password is right.
    Match {
        /// The format that fitted.
        format: Format,
        /// How the password's bytes were made when it fitted.
        input: Input,
    },
    /// The password is wrong.
    Mismatch,
}

impl Outcome {
    /// Whether the password is right.
    #[must_use]
    pub fn is_match(&self) -> bool {
        matches!(self, Self::Match { .. })
    }
}

/// A longer stored value is nobody's hash; columns of passwords are not that wide.
const LONGEST_STORED: usize = 4096;

struct Candidate<'a> {
    format: &'a Format,
    inputs: &'a [Input],
    stored: Box<dyn Recognised + 'a>,
}

impl Policy {
    /// Accepts these formats, each tried only on stored values of its shape, in this order. The
    /// password is taken as it is (`raw`) unless [`inputs`](Self::inputs) says otherwise.
    #[must_use]
    pub fn new(formats: impl IntoIterator<Item = Format>) -> Self {
        let formats: Vec<_> = formats.into_iter().collect();
        Self {
            own: vec![None; formats.len()],
            formats,
            inputs: vec![Input::default()],
            limits: CostLimits::default(),
        }
    }

    /// Tries each of these ways to make the password's bytes, instead of `raw` alone, with every
    /// format that has none of its own. An empty list leaves `raw`.
    #[must_use]
    pub fn inputs(mut self, inputs: impl IntoIterator<Item = Input>) -> Self {
        self.inputs = or_raw(inputs);
        self
    }

    /// Accepts one format more, tried after the others, with inputs of its own. An empty list is
    /// `raw`.
    ///
    /// ```
    /// use im_password::Policy;
    ///
    /// // FluxBB trims; its oldest rows hold passwords as browsers sent them in windows-1252.
    /// let policy = Policy::new(["sha1($pass)".parse()?])
    ///     .inputs(["trim-unicode".parse()?])
    ///     .with("md5($pass)".parse()?, ["raw".parse()?, "cp1252".parse()?]);
    /// assert_eq!(policy.formats().len(), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with(mut self, format: Format, inputs: impl IntoIterator<Item = Input>) -> Self {
        self.formats.push(format);
        self.own.push(Some(or_raw(inputs)));
        self
    }

    /// Other cost limits than the default ones.
    #[must_use]
    pub fn limits(mut self, limits: CostLimits) -> Self {
        self.limits = limits;
        self
    }

    /// The formats it accepts, in the order tried.
    #[must_use]
    pub fn formats(&self) -> &[Format] {
        &self.formats
    }

    /// Compares a password with a stored value.
    ///
    /// Formats are tried by what the stored value looks like, each with every input that gives
    /// other bytes; the time taken depends on the password typed and on the stored value's shape,
    /// not on how much of a digest fits.
    ///
    /// # Errors
    /// [`VerifyError::UnsupportedHash`] when no accepted format has the stored value's shape,
    /// [`VerifyError::TooCostly`] when it, or all that the sign-in would compute, is over a limit
    /// (nothing is computed then),
    /// [`VerifyError::Missing`] when every fitting format needs a value the attempt lacks.
    pub fn verify(&self, attempt: &Attempt<'_>, stored: &[u8]) -> Result<Outcome, VerifyError> {
        let mut candidates = self.candidates(stored)?;
        let mut missing = None;
        candidates.retain(|candidate| match lacking(candidate.format, attempt) {
            None => true,
            Some(what) => {
                missing = Some(what);
                false
            }
        });
        if let (true, Some(what)) = (candidates.is_empty(), missing) {
            return Err(VerifyError::Missing { what });
        }
        if let Some(rounds) = attempt.rounds {
            for candidate in &candidates {
                candidate.stored.rounds_allowed(rounds, &self.limits)?;
            }
        }
        if attempt.password.len() > self.limits.password_bytes {
            return Ok(Outcome::Mismatch);
        }
        // What the inputs made of the password, each computed once.
        let mut made: Vec<(&Input, Zeroizing<Vec<u8>>)> = Vec::new();
        // What is to be computed: a candidate, and an input that gives other bytes than those before.
        let mut tries: Vec<(&Candidate<'_>, usize)> = Vec::new();
        for candidate in &candidates {
            let first = tries.len();
            for input in candidate.inputs {
                let at = made.iter().position(|(known, _)| *known == input);
                let at = at.unwrap_or_else(|| {
                    made.push((input, input.apply(attempt.password)));
                    made.len() - 1
                });
                let password = &made[at].1;
                let mut before = tries[first..].iter();
                if !before.any(|(_, before)| made[*before].1 == *password) {
                    tries.push((candidate, at));
                }
            }
        }
        self.whole_allowed(&candidates, tries.len(), attempt)?;
        for (candidate, at) in tries {
            let (input, password) = &made[at];
            let material = Material {
                password,
                salt: attempt.salt,
                username: attempt.username,
                secret: attempt.secret,
                rounds: attempt.rounds,
            };
            if candidate.stored.matches(&material) {
                return Ok(Outcome::Match {
                    format: candidate.format.clone(),
                    input: (*input).clone(),
                });
            }
        }
        Ok(Outcome::Mismatch)
    }

    /// The first value that an accepted format of the stored value's shape cannot do without and
    /// the attempt does not carry: `$secret`, `$salt`, `$username` or `$rounds`.
    ///
    /// [`verify`](Self::verify) leaves such a format out where another one of the same shape can
    /// be tried, so a password that is right by it is [`Outcome::Mismatch`]: who examines an
    /// installation asks here whether that may be the reason. `None` also for a value that no
    /// accepted format recognises.
    #[must_use]
    pub fn lacking(&self, attempt: &Attempt<'_>, stored: &[u8]) -> Option<&'static str> {
        let candidates = self.candidates(stored).unwrap_or_default();
        candidates
            .iter()
            .find_map(|candidate| lacking(candidate.format, attempt))
    }

    /// What a stored value is: the first accepted format of its shape, and its cost.
    ///
    /// # Errors
    /// [`VerifyError::UnsupportedHash`] and [`VerifyError::TooCostly`], as
    /// [`verify`](Self::verify).
    pub fn recognise(&self, stored: &[u8]) -> Result<Shape, VerifyError> {
        let candidates = self.candidates(stored)?;
        match candidates.first() {
            Some(first) => Ok(Shape::new(
                first.format.clone(),
                first.stored.blank(),
                first.stored.label(),
            )),
            None => Err(unsupported(stored)),
        }
    }

    /// Bytes of memory that verifying this stored value takes, beyond small change: what the pool
    /// accounts for.
    ///
    /// # Errors
    /// As [`recognise`](Self::recognise).
    pub fn memory(&self, stored: &[u8]) -> Result<usize, VerifyError> {
        let candidates = self.candidates(stored)?;
        Ok(candidates
            .iter()
            .map(|candidate| candidate.stored.memory())
            .max()
            .unwrap_or(0))
    }

    /// Whether all of a sign-in may be computed, of which this comparison is so many tries.
    fn whole_allowed(
        &self,
        candidates: &[Candidate<'_>],
        tries: usize,
        attempt: &Attempt<'_>,
    ) -> Result<(), VerifyError> {
        let all = u64::try_from(tries).unwrap_or(u64::MAX);
        let all = all.saturating_mul(attempt.of.max(1).into());
        let limits = self.limits.shared_by(all);
        let allowed = |candidate: &Candidate<'_>| {
            candidate.stored.allowed(&limits)?;
            match attempt.rounds {
                Some(rounds) => candidate.stored.rounds_allowed(rounds, &limits),
                None => Ok(()),
            }
        };
        candidates
            .iter()
            .try_for_each(allowed)
            .map_err(|error| match error {
                VerifyError::TooCostly { what } => VerifyError::TooCostly {
                    what: format!("{what} where a sign-in computes {all} of them"),
                },
                other => other,
            })
    }

    /// The formats of this shape, at least one, none of them too costly.
    fn candidates<'a>(&'a self, stored: &'a [u8]) -> Result<Vec<Candidate<'a>>, VerifyError> {
        if stored.len() > LONGEST_STORED {
            return Err(unsupported(stored));
        }
        let mut candidates = Vec::new();
        for (format, own) in self.formats.iter().zip(&self.own) {
            if let Some(recognised) = format.recognise(stored) {
                recognised.allowed(&self.limits)?;
                candidates.push(Candidate {
                    format,
                    inputs: own.as_deref().unwrap_or(&self.inputs),
                    stored: recognised,
                });
            }
        }
        // Clear text is compared only with what is nothing else: a stolen hash is no password.
        if candidates
            .iter()
            .any(|candidate| !candidate.format.is_last_resort())
        {
            candidates.retain(|candidate| !candidate.format.is_last_resort());
        }
        if candidates.is_empty() {
            return Err(unsupported(stored));
        }
        Ok(candidates)
    }
}

fn or_raw(inputs: impl IntoIterator<Item = Input>) -> Vec<Input> {
    let mut inputs: Vec<_> = inputs.into_iter().collect();
    if inputs.is_empty() {
        inputs.push(Input::default());
    }
    inputs
}

fn unsupported(stored: &[u8]) -> VerifyError {
    VerifyError::UnsupportedHash {
        shape: describe(stored),
    }
}

/// The first value that the format needs and the attempt does not carry.
fn lacking(format: &Format, attempt: &Attempt<'_>) -> Option<&'static str> {
    format.needs().iter().copied().find(|need| match *need {
        "$salt" => attempt.salt.is_none(),
        "$username" => attempt.username.is_none(),
        "$secret" => attempt.secret.is_none(),
        "$rounds" => attempt.rounds.is_none(),
        _ => false,
    })
}
