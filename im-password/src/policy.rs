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
    stored: Box<dyn Recognised + 'a>,
}

impl Policy {
    /// Accepts these formats, each tried only on stored values of its shape, in this order. The
    /// password is taken as it is (`raw`) unless [`inputs`](Self::inputs) says otherwise.
    #[must_use]
    pub fn new(formats: impl IntoIterator<Item = Format>) -> Self {
        Self {
            formats: formats.into_iter().collect(),
            inputs: vec![Input::default()],
            limits: CostLimits::default(),
        }
    }

    /// Tries each of these ways to make the password's bytes, instead of `raw` alone. An empty
    /// list leaves `raw`.
    #[must_use]
    pub fn inputs(mut self, inputs: impl IntoIterator<Item = Input>) -> Self {
        self.inputs = inputs.into_iter().collect();
        if self.inputs.is_empty() {
            self.inputs.push(Input::default());
        }
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
    /// [`VerifyError::TooCostly`] when it is over a limit (nothing is computed then),
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
        if attempt.password.len() > self.limits.password_bytes {
            return Ok(Outcome::Mismatch);
        }
        let mut tried: Vec<Zeroizing<Vec<u8>>> = Vec::with_capacity(self.inputs.len());
        for input in &self.inputs {
            let password = input.apply(attempt.password);
            if tried.contains(&password) {
                continue;
            }
            let material = Material {
                password: &password,
                salt: attempt.salt,
                username: attempt.username,
                secret: attempt.secret,
            };
            for candidate in &candidates {
                if candidate.stored.matches(&material) {
                    return Ok(Outcome::Match {
                        format: candidate.format.clone(),
                        input: input.clone(),
                    });
                }
            }
            tried.push(password);
        }
        Ok(Outcome::Mismatch)
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

    /// The formats of this shape, at least one, none of them too costly.
    fn candidates<'a>(&'a self, stored: &'a [u8]) -> Result<Vec<Candidate<'a>>, VerifyError> {
        if stored.len() > LONGEST_STORED {
            return Err(unsupported(stored));
        }
        let mut candidates = Vec::new();
        for format in &self.formats {
            if let Some(recognised) = format.recognise(stored) {
                recognised.allowed(&self.limits)?;
                candidates.push(Candidate {
                    format,
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
        _ => false,
    })
}
