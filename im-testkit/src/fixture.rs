//! The accounts that a subject's foreign system holds, and what is to be answered about them.

use std::net::IpAddr;

use im_core::{ExternalUser, Identity, Realm, Rejection, Standing};

/// Everything the suite knows about the accounts of a foreign system.
///
/// The richer the fixture, the more the suite asks. It must hold at least one account that is let in; what else it
/// lacks (an account that is banned, one with a quote in its name, …) the subject has to declare as
/// [`Absent`](crate::Absent) with a reason.
#[derive(Debug, Clone)]
pub struct Fixture {
    /// The realm that the authenticator was opened for.
    pub realm: Realm,
    /// The accounts.
    pub accounts: Vec<TestAccount>,
    /// Names that nobody has, beside those the suite makes up: near misses that only this product could confuse.
    pub unknown: Vec<String>,
}

impl Fixture {
    /// A fixture without accounts.
    #[must_use]
    pub fn new(realm: Realm) -> Self {
        Self {
            realm,
            accounts: Vec::new(),
            unknown: Vec::new(),
        }
    }

    /// Adds an account.
    #[must_use]
    pub fn account(mut self, account: TestAccount) -> Self {
        self.accounts.push(account);
        self
    }

    /// Adds names that nobody has.
    #[must_use]
    pub fn nobody<T: Into<String>>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        self.unknown.extend(names.into_iter().map(Into::into));
        self
    }

    /// The accounts that are let in.
    pub fn accepted(&self) -> impl Iterator<Item = &TestAccount> {
        self.accounts
            .iter()
            .filter(|account| account.refused.is_none())
    }

    /// The accounts that are not let in although the password is right.
    pub fn refused(&self) -> impl Iterator<Item = (&TestAccount, Rejection)> {
        self.accounts
            .iter()
            .filter_map(|account| account.refused.map(|rejection| (account, rejection)))
    }

    /// The first account that is let in: the one that cases break and mend.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn first(&self) -> &TestAccount {
        self.accepted()
            .next()
            .expect("a fixture needs an account that is let in")
    }

    /// Who an account is.
    #[must_use]
    pub fn identity(&self, account: &TestAccount) -> Identity {
        Identity::new(self.realm.clone(), account.id.as_str())
    }
}

/// One account of the foreign system, and how it is to be answered.
#[derive(Clone)]
#[non_exhaustive]
pub struct TestAccount {
    /// The product's own id.
    pub id: String,
    /// The name in its canonical spelling, as [`ExternalUser::name`] is to say it.
    pub name: String,
    /// The right password.
    pub password: String,
    /// Why the account is not let in with the right password; `None`: it is let in.
    pub refused: Option<Rejection>,
    /// How the account stands when it is looked up without a password; `None`: the look-up finds nobody.
    pub standing: Option<Standing>,
    /// Other spellings of the name that the product takes for this account: other case, trailing spaces, an e-mail.
    pub spellings: Vec<String>,
    /// Spellings that the product takes for this account and a wrapper may refuse, such as one with a NUL at the end.
    pub maybe_spelled: Vec<String>,
    /// Spellings that the product takes for nobody.
    pub not_spellings: Vec<String>,
    /// Other passwords that the product takes: with spaces around, in other case.
    pub also_passwords: Vec<String>,
    /// Passwords that must not do, beside those the suite makes up.
    pub wrong_passwords: Vec<String>,
    /// Passwords that the suite makes up as wrong ones and this product takes, because it trims, cuts or folds.
    pub tolerated: Vec<String>,
    /// The address to come from; for accounts that only an address bans.
    pub address: Option<IpAddr>,
    /// Everything that is to be known of the user. `None`: only identity and name are compared.
    pub user: Option<ExternalUser>,
    /// How many private messages wait unread. `None`: not asked.
    pub unread: Option<u32>,
}

impl TestAccount {
    /// An account that is let in.
    pub fn new(
        id: impl Into<String>,
        name: impl Into<String>,
        password: impl Into<String>,
    ) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            password: password.into(),
            refused: None,
            standing: Some(Standing::Good),
            spellings: Vec::new(),
            maybe_spelled: Vec::new(),
            not_spellings: Vec::new(),
            also_passwords: Vec::new(),
            wrong_passwords: Vec::new(),
            tolerated: Vec::new(),
            address: None,
            user: None,
            unread: None,
        }
    }

    /// The right password is answered by this rejection. The standing follows: nobody for
    /// [`Rejection::UnknownUser`], good for [`Rejection::WrongPassword`] (an account whose stored password fits no
    /// password), else refused likewise.
    #[must_use]
    pub fn refused(mut self, rejection: Rejection) -> Self {
        self.refused = Some(rejection);
        self.standing = match rejection {
            Rejection::UnknownUser => None,
            Rejection::WrongPassword => Some(Standing::Good),
            other => Some(Standing::Refused(other)),
        };
        self
    }

    /// What a look-up without a password says, where that does not follow from the sign-in.
    #[must_use]
    pub fn standing(mut self, standing: Option<Standing>) -> Self {
        self.standing = standing;
        self
    }

    /// Adds spellings of the name that are this account.
    #[must_use]
    pub fn spelled<T: Into<String>>(mut self, spellings: impl IntoIterator<Item = T>) -> Self {
        self.spellings.extend(spellings.into_iter().map(Into::into));
        self
    }

    /// Adds spellings that are this account or nobody: the product takes them, a wrapper in front may refuse them.
    #[must_use]
    pub fn maybe_spelled<T: Into<String>>(
        mut self,
        spellings: impl IntoIterator<Item = T>,
    ) -> Self {
        self.maybe_spelled
            .extend(spellings.into_iter().map(Into::into));
        self
    }

    /// Adds spellings that are nobody.
    #[must_use]
    pub fn not_spelled<T: Into<String>>(mut self, spellings: impl IntoIterator<Item = T>) -> Self {
        self.not_spellings
            .extend(spellings.into_iter().map(Into::into));
        self
    }

    /// Adds passwords that are right as well.
    #[must_use]
    pub fn also<T: Into<String>>(mut self, passwords: impl IntoIterator<Item = T>) -> Self {
        self.also_passwords
            .extend(passwords.into_iter().map(Into::into));
        self
    }

    /// Adds passwords that are wrong.
    #[must_use]
    pub fn wrong<T: Into<String>>(mut self, passwords: impl IntoIterator<Item = T>) -> Self {
        self.wrong_passwords
            .extend(passwords.into_iter().map(Into::into));
        self
    }

    /// Names passwords that the suite would make up as wrong ones (longer, in other case, with a NUL at the end) and
    /// that the product takes: they may be right or wrong, since a wrapper in front may refuse them.
    #[must_use]
    pub fn tolerates<T: Into<String>>(mut self, passwords: impl IntoIterator<Item = T>) -> Self {
        self.tolerated.extend(passwords.into_iter().map(Into::into));
        self
    }

    /// The account comes from this address.
    #[must_use]
    pub fn from_address(mut self, address: impl Into<IpAddr>) -> Self {
        self.address = Some(address.into());
        self
    }

    /// Everything that is to be known of the user.
    #[must_use]
    pub fn user(mut self, user: ExternalUser) -> Self {
        self.user = Some(user);
        self
    }

    /// How many private messages wait unread.
    #[must_use]
    pub fn unread(mut self, messages: u32) -> Self {
        self.unread = Some(messages);
        self
    }

    /// What a wrong password must be answered: whoever does not know the password learns nothing of the account's
    /// state, except for a lock, which the product decides first.
    #[must_use]
    pub(crate) fn wrong_password(&self) -> Rejection {
        match self.refused {
            Some(rejection @ (Rejection::UnknownUser | Rejection::LockedOut { .. })) => rejection,
            _ => Rejection::WrongPassword,
        }
    }
}

/// Hand-written: the suite itself shows no password either.
impl std::fmt::Debug for TestAccount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TestAccount")
            .field("id", &self.id)
            .field("name", &self.name)
            .field("refused", &self.refused)
            .finish_non_exhaustive()
    }
}
