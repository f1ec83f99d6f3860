use std::fmt;

use zeroize::Zeroizing;

/// What is compared with a stored value: everything a formula may use, borrowed.
///
/// The password is text as the client sent it (UTF-8); [`Input`](crate::Input) makes bytes of it.
/// The other values are bytes as the foreign database holds them.
#[derive(Clone, Copy)]
pub struct Attempt<'a> {
    /// The password as typed.
    pub password: &'a str,
    /// The account's salt, where it lies in a column of its own.
    pub salt: Option<&'a [u8]>,
    /// The account's name as the product stores it, not as typed.
    pub username: Option<&'a [u8]>,
    /// The secret of the whole installation, out of the product's configuration.
    pub secret: Option<&'a [u8]>,
    /// How many rounds the account's password took, where that lies in a column of its own.
    pub rounds: Option<u32>,
    /// How many comparisons like this one the sign-in may make, at least 1: with other secrets, or
    /// with rows of other tables. [`CostLimits::whole`](crate::CostLimits::whole) bounds all of them
    /// together.
    pub of: u32,
}

impl<'a> Attempt<'a> {
    /// An attempt with a password alone.
    #[must_use]
    pub fn new(password: &'a str) -> Self {
        Self {
            password,
            salt: None,
            username: None,
            secret: None,
            rounds: None,
            of: 1,
        }
    }

    /// With the account's salt.
    #[must_use]
    pub fn salt(mut self, salt: &'a [u8]) -> Self {
        self.salt = Some(salt);
        self
    }

    /// With the account's name as stored.
    #[must_use]
    pub fn username(mut self, username: &'a [u8]) -> Self {
        self.username = Some(username);
        self
    }

    /// With the installation's secret.
    #[must_use]
    pub fn secret(mut self, secret: &'a [u8]) -> Self {
        self.secret = Some(secret);
        self
    }

    /// With the account's number of rounds.
    #[must_use]
    pub fn rounds(mut self, rounds: u32) -> Self {
        self.rounds = Some(rounds);
        self
    }

    /// As one of so many comparisons that the sign-in may make.
    #[must_use]
    pub fn one_of(mut self, of: u32) -> Self {
        self.of = of;
        self
    }
}

impl fmt::Debug for Attempt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attempt").finish_non_exhaustive()
    }
}

/// An [`Attempt`] that owns its values, to be sent to a [`VerifyPool`](crate::VerifyPool). Its
/// memory is overwritten when it is dropped.
#[derive(Clone)]
pub struct OwnedAttempt {
    password: Zeroizing<String>,
    salt: Option<Zeroizing<Vec<u8>>>,
    username: Option<Vec<u8>>,
    secret: Option<Zeroizing<Vec<u8>>>,
    rounds: Option<u32>,
    of: u32,
}

impl OwnedAttempt {
    /// An attempt with a password alone.
    #[must_use]
    pub fn new(password: impl Into<String>) -> Self {
        Self {
            password: Zeroizing::new(password.into()),
            salt: None,
            username: None,
            secret: None,
            rounds: None,
            of: 1,
        }
    }

    /// With the account's salt.
    #[must_use]
    pub fn salt(mut self, salt: impl Into<Vec<u8>>) -> Self {
        self.salt = Some(Zeroizing::new(salt.into()));
        self
    }

    /// With the account's name as stored.
    #[must_use]
    pub fn username(mut self, username: impl Into<Vec<u8>>) -> Self {
        self.username = Some(username.into());
        self
    }

    /// With the installation's secret.
    #[must_use]
    pub fn secret(mut self, secret: impl Into<Vec<u8>>) -> Self {
        self.secret = Some(Zeroizing::new(secret.into()));
        self
    }

    /// With the account's number of rounds.
    #[must_use]
    pub fn rounds(mut self, rounds: u32) -> Self {
        self.rounds = Some(rounds);
        self
    }

    /// As one of so many comparisons that the sign-in may make.
    #[must_use]
    pub fn one_of(mut self, of: u32) -> Self {
        self.of = of;
        self
    }

    /// The same, borrowed.
    #[must_use]
    pub fn borrow(&self) -> Attempt<'_> {
        Attempt {
            password: &self.password,
            salt: self.salt.as_deref().map(Vec::as_slice),
            username: self.username.as_deref(),
            secret: self.secret.as_deref().map(Vec::as_slice),
            rounds: self.rounds,
            of: self.of,
        }
    }
}

impl fmt::Debug for OwnedAttempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnedAttempt").finish_non_exhaustive()
    }
}
