//! Find, judge, map: reads like the README.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use im_auth_sql::{Checked, ForeignDatabase, PasswordCheck, Row, TextCharset, verify_error};
use im_core::{
    AdapterInfo, AuthError, Clock, ExternalAuthenticator, ExternalUser, Found, Identity, Login,
    Lookup, Probe, Realm, Rejection, Standing, Verdict,
};
use im_password::{Job, OwnedAttempt, VerifyPool};

use crate::account::{Account, Candidate, NOBODY, NOT_REMEMBERED};
use crate::board::Columns;
use crate::config::{ClosedBoard, Config};
use crate::finder::{Finder, user_id};
use crate::installation::{Installation, Known};
use crate::standing::{Around, Place, around};
use crate::{BanPolicy, language, probe};

/// Signs in with the accounts of a phpBB 2.0.0 to 2.0.23 board.
///
/// ```no_run
/// use im_auth_phpbb2::{Config, Phpbb2};
/// use im_auth_sql::DatabaseConfig;
/// use im_core::{ExternalAuthenticator, Login, Realm, Verdict};
/// use im_password::VerifyPool;
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let database = DatabaseConfig::new("mysql://im_ro@10.0.0.5/forum");
/// let forum = Phpbb2::new(Config::new(Realm::new("forum")?, database, VerifyPool::default()))?;
/// match forum.authenticate(&Login::new("Alice", "correct horse")).await? {
///     Verdict::Accepted(user) => println!("welcome, {}", user.name),
///     Verdict::Rejected(rejection) => println!("no: {}", rejection.as_str()),
///     _ => {}
/// }
/// # Ok(())
/// # }
/// ```
pub struct Phpbb2 {
    info: AdapterInfo,
    realm: Realm,
    installation: Installation,
    bans: BanPolicy,
    board_disable: ClosedBoard,
    pool: VerifyPool,
    clock: Arc<dyn Clock>,
}

impl Phpbb2 {
    /// Takes a configuration; connects to nothing yet.
    ///
    /// # Errors
    /// [`AuthError::Configuration`] when the database's address or the prefix cannot be used.
    pub fn new(config: Config) -> Result<Self, AuthError> {
        let Config {
            realm,
            mut database,
            options,
            pool,
            clock,
        } = config;
        let mut foreign = ForeignDatabase::new(database.clone())?;
        let mut charset = options.board_charset.label().and_then(language::charset);
        // What the columns really hold is what browsers sent, and read here so that names compare to the byte.
        let columns = match database.charset.take() {
            None => None,
            Some(text) if text == TextCharset::TEXT => Some(Columns::Text),
            Some(bytes) => {
                let label = bytes.to_string();
                charset = charset.or_else(|| language::charset(label.trim_start_matches("bytes:")));
                foreign = ForeignDatabase::new(database)?;
                Some(Columns::Bytes)
            }
        };
        Ok(Self {
            info: AdapterInfo::new("phpbb2", "phpBB 2", realm.clone()),
            realm,
            installation: Installation::new(
                foreign,
                options.prefix,
                charset,
                columns,
                Arc::clone(&clock),
            )?,
            bans: options.bans,
            board_disable: options.board_disable,
            pool,
            clock,
        })
    }

    /// How many statements have been sent to the board's database. For tests that count.
    #[must_use]
    pub fn statements_run(&self) -> u64 {
        self.database().statements_run()
    }

    fn database(&self) -> &ForeignDatabase {
        self.installation.database()
    }

    /// Bans, groups and rights of accounts that exist.
    async fn around(&self, known: &Known, places: &[Place<'_>]) -> Result<Vec<Around>, AuthError> {
        around(self.database(), known, self.bans, places).await
    }

    fn user(&self, known: &Known, account: &Account, around: &Around) -> ExternalUser {
        account.user(&self.realm, &known.board, &around.groups, around.moderates)
    }

    /// Judges who gave the right password, in the product's order.
    async fn admit(&self, known: &Known, login: &Login, id: i64) -> Result<Verdict, AuthError> {
        let Some(account) = self.account(known, id).await? else {
            // Deleted since the password was read.
            return Ok(Rejection::UnknownUser.into());
        };
        if let Some(inactive) = account.inactive() {
            return Ok(inactive.into());
        }
        let around = self
            .around(known, &[(&account, login.address())])
            .await?
            .into_iter()
            .next()
            .unwrap_or_default();
        if let Some(ban) = around.ban() {
            return Ok(ban.into());
        }
        let closed = known.board.closed && self.board_disable == ClosedBoard::Follow;
        if closed && !account.is_admin() {
            return Err(AuthError::closed(
                "the board is closed (its setting board_disable): only its administrators may sign in",
            ));
        }
        Ok(Verdict::accepted(self.user(known, &account, &around)))
    }

    async fn account(&self, known: &Known, id: i64) -> Result<Option<Account>, AuthError> {
        let by_id = &known.statements.queries.by_id;
        let row = self
            .database()
            .fetch_optional(by_id, &[("id0", id.into())])
            .await?;
        row.map(|row| Account::read(&row, &known.board)).transpose()
    }

    /// How an account stands that gives no password. A lock-out comes last: strangers can cause it, and it must
    /// not hide a ban.
    fn standing(&self, known: &Known, account: &Account, around: &Around) -> Standing {
        account
            .inactive()
            .or_else(|| around.ban())
            .or_else(|| account.failures.locked_out(&known.board, self.clock.now()))
            .map_or(Standing::Good, Standing::Refused)
    }
}

#[async_trait]
impl ExternalAuthenticator for Phpbb2 {
    fn info(&self) -> &AdapterInfo {
        &self.info
    }

    async fn authenticate(&self, login: &Login) -> Result<Verdict, AuthError> {
        let known = self.installation.known().await?;
        let name = known.board.looked_up(login.name());
        let check = Check {
            forum: self,
            known: &known,
            login,
            met: AtomicBool::new(false),
        };
        let verdict = known.statements.by_name.sign_in(&name, &check).await?;
        if check.met.into_inner() {
            Ok(verdict)
        } else {
            Ok(Rejection::UnknownUser.into())
        }
    }

    async fn find(&self, lookups: &[Lookup]) -> Result<Vec<Option<Found>>, AuthError> {
        let known = self.installation.known().await?;
        let finder = Finder {
            database: self.database(),
            known: &known,
        };
        let accounts = finder.accounts(lookups).await?;
        let places: Vec<_> = accounts
            .iter()
            .zip(lookups)
            .filter_map(|(account, lookup)| Some((account.as_ref()?, lookup.address)))
            .collect();
        let mut around = self.around(&known, &places).await?.into_iter();
        let found = accounts.iter().map(|account| {
            let account = account.as_ref()?;
            let around = around.next()?;
            let standing = self.standing(&known, account, &around);
            Some(Found::new(self.user(&known, account, &around), standing))
        });
        Ok(found.collect())
    }

    async fn unread_private_messages(&self, identity: &Identity) -> Result<Option<u32>, AuthError> {
        let Some(id) = user_id(&identity.id) else {
            return Ok(None);
        };
        let known = self.installation.known().await?;
        let statement = &known.statements.queries.unread;
        let row = self
            .database()
            .fetch_optional(statement, &[("id", id.into())])
            .await?;
        row.map(|row| Ok(u32::try_from(row.uint("unread")?).unwrap_or(u32::MAX)))
            .transpose()
    }

    async fn probe(&self) -> Result<Probe, AuthError> {
        probe::probe(&self.installation).await
    }
}

impl fmt::Debug for Phpbb2 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Phpbb2")
            .field("realm", &self.realm)
            .field("database", self.database())
            .field("prefix", self.installation.prefix())
            .finish_non_exhaustive()
    }
}

/// One sign-in, as the look-up by name asks about it.
struct Check<'a> {
    forum: &'a Phpbb2,
    known: &'a Known,
    login: &'a Login,
    /// Whether there was anybody of that name.
    met: AtomicBool,
}

/// A digest that is no password's: what one is compared with for the work's sake. The statements give it to nobody.
const NOBODYS_DIGEST: &[u8; 32] = b"00000000000000000000000000000000";

impl Check<'_> {
    async fn fits(&self, stored: &[u8]) -> Result<bool, AuthError> {
        let attempt = OwnedAttempt::new(self.login.password().expose());
        let job = Job::check(Arc::clone(&self.known.policy), attempt, stored);
        let outcome = self.forum.pool.verify(job).await.map_err(verify_error)?;
        Ok(outcome.is_match())
    }
}

#[async_trait]
impl PasswordCheck for Check<'_> {
    async fn check(&self, row: &Row) -> Result<Checked, AuthError> {
        let Self {
            forum,
            known,
            login,
            met,
        } = self;
        let candidate = Candidate::read(row)?;
        if candidate.id == NOT_REMEMBERED {
            return Ok(Checked::Nobody);
        }
        // Nobody takes the same way as everybody: there is a digest to compare with, which is no password's.
        met.fetch_or(candidate.id != NOBODY, Ordering::Relaxed);
        if let Some(locked) = candidate
            .failures
            .locked_out(&known.board, forum.clock.now())
        {
            return Ok(Checked::Decided(locked.into()));
        }
        if candidate.stored.is_empty() {
            self.decoy().await?;
            return Ok(Checked::WrongPassword);
        }
        let fits = self.fits(&candidate.stored).await;
        if fits.map_err(|error| error.with("user_id", candidate.id.to_string()))?
            && candidate.id != NOBODY
        {
            Ok(Checked::Decided(
                forum.admit(known, login, candidate.id).await?,
            ))
        } else {
            Ok(Checked::WrongPassword)
        }
    }

    async fn decoy(&self) -> Result<(), AuthError> {
        self.fits(NOBODYS_DIGEST).await.map(drop)
    }
}
