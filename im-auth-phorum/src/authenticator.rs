//! The authenticator: find, compare, judge, describe.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use im_auth_sql::{Checked, PasswordCheck, Row, Value};
use im_core::{
    AdapterInfo, AuthError, ExternalAuthenticator, ExternalUser, Found, Identity, Login, Lookup,
    LookupKey, Probe, Realm, Rejection, Standing, Verdict,
};
use im_password::{Shape, VerifyPool};

use crate::account::{Account, Candidate, NOBODY, NOT_REMEMBERED};
use crate::ban_source::BanSource;
use crate::bans::{BanList, BanSubject};
use crate::board::Board;
use crate::config::{BanPolicy, Config, Options};
use crate::password::{Attempt, Compared};
use crate::probe;
use crate::query::BATCH;
use crate::text::Databases;

/// Signs in the members of a Phorum board. Cheap to share in an [`Arc`]; nothing is connected until the first
/// question.
pub struct Phorum {
    info: AdapterInfo,
    realm: Realm,
    databases: Databases,
    options: Options,
    pool: VerifyPool,
    /// What the database turned out to be; forgotten when a table or column is missing.
    board: Mutex<Option<Arc<Board>>>,
    /// Held by the first who looks at it, so that others need not as well.
    looking: tokio::sync::Mutex<()>,
    bans: BanSource,
}

impl Phorum {
    /// Takes a configuration; connects to nothing yet.
    ///
    /// # Errors
    /// [`AuthError::Configuration`] when the database's address or a limit cannot be used.
    pub fn new(config: Config) -> Result<Self, AuthError> {
        Ok(Self {
            info: AdapterInfo::new("phorum", "Phorum", config.realm.clone()),
            realm: config.realm,
            databases: Databases::new(config.database)?,
            options: config.options,
            pool: config.pool,
            board: Mutex::new(None),
            looking: tokio::sync::Mutex::default(),
            bans: BanSource::default(),
        })
    }

    /// How many statements have been sent to the database. For tests that count.
    #[must_use]
    pub fn statements_run(&self) -> u64 {
        self.databases.statements_run()
    }

    /// The board; its tables are looked at by the first who asks.
    ///
    /// Who asks meanwhile waits for that one look, and looks too if it failed: all together, so that nobody waits
    /// for more than two looks however many there are.
    async fn board(&self) -> Result<Arc<Board>, AuthError> {
        if let Some(board) = self.known_board() {
            return Ok(board);
        }
        if let Ok(_first) = self.looking.try_lock() {
            return self.look_at_board().await;
        }
        drop(self.looking.lock().await);
        match self.known_board() {
            Some(board) => Ok(board),
            None => self.look_at_board().await,
        }
    }

    /// Looks at the tables, and remembers.
    async fn look_at_board(&self) -> Result<Arc<Board>, AuthError> {
        let board = Arc::new(Board::detect(&self.databases, &self.options).await?);
        *self.remembered() = Some(Arc::clone(&board));
        Ok(board)
    }

    fn known_board(&self) -> Option<Arc<Board>> {
        self.remembered().clone()
    }

    /// Never held while something is asked.
    fn remembered(&self) -> MutexGuard<'_, Option<Arc<Board>>> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Passes an answer on. A missing table or column means that the board was upgraded or moved: look again next
    /// time.
    fn noting_upgrades<T>(&self, answer: Result<T, AuthError>) -> Result<T, AuthError> {
        if matches!(answer, Err(AuthError::Schema(_))) {
            *self.remembered() = None;
        }
        answer
    }

    async fn sign_in(&self, login: &Login) -> Result<Verdict, AuthError> {
        let board = self.board().await?;
        let decoy = board.commonest.shape(&board.database).await?;
        let question = Question {
            phorum: self,
            board: &board,
            login,
            decoy,
            met: AtomicBool::new(false),
        };
        let verdict = board
            .candidates
            .sign_in(&board.names.typed(login.name()), &question)
            .await?;
        if question.met.into_inner() {
            Ok(verdict)
        } else {
            Ok(Rejection::UnknownUser.into())
        }
    }

    /// Judges who gave the right password.
    async fn admit(&self, board: &Board, login: &Login, id: i64) -> Result<Verdict, AuthError> {
        let (statement, values) = board.queries.by_ids.of(&[id]);
        let Some(row) = board.database.fetch_optional(statement, &values).await? else {
            // Deleted since the password was read.
            return Ok(Rejection::UnknownUser.into());
        };
        let account = Account::from_row(&row)?;
        match self.standing(board, &account, login.address()).await? {
            Standing::Refused(rejection) => Ok(rejection.into()),
            _ => {
                let mut users = self.users(board, &[account]).await?;
                Ok(match users.pop() {
                    Some(user) => Verdict::accepted(user),
                    None => Rejection::UnknownUser.into(),
                })
            }
        }
    }

    /// Whether the account may come in, its own state first, then the ban lists.
    async fn standing(
        &self,
        board: &Board,
        account: &Account,
        address: Option<IpAddr>,
    ) -> Result<Standing, AuthError> {
        let own = account.standing();
        if own != Standing::Good || !self.asks_ban_lists(board, address.is_some()) {
            return Ok(own);
        }
        let list = self.bans.list(&board.database, board).await?;
        Ok(self.judge_by(&list, account, address))
    }

    /// Whether a ban list could change the answer.
    fn asks_ban_lists(&self, board: &Board, has_address: bool) -> bool {
        match self.options.bans {
            BanPolicy::Strict => true,
            BanPolicy::Product => has_address && board.version.checks_address_at_sign_in(),
        }
    }

    fn judge_by(&self, list: &BanList, account: &Account, address: Option<IpAddr>) -> Standing {
        let banned = match self.options.bans {
            BanPolicy::Product => address.is_some_and(|address| list.matches_address(address)),
            BanPolicy::Strict => {
                account.shadow_banned
                    || list.matches_anything_of(BanSubject {
                        id: account.id,
                        name: &account.name,
                        email: account.email.as_deref(),
                        address,
                    })
            }
        };
        if banned {
            Standing::Refused(Rejection::Banned { until: None })
        } else {
            Standing::Good
        }
    }

    /// The accounts as users, with their groups and rights, in the same order.
    async fn users(
        &self,
        board: &Board,
        accounts: &[Account],
    ) -> Result<Vec<ExternalUser>, AuthError> {
        let mut users = Vec::with_capacity(accounts.len());
        for batch in accounts.chunks(BATCH) {
            let ids: Vec<i64> = batch.iter().map(Account::key).collect();
            let (statement, values) = board.queries.groups.of(&ids);
            let mut groups: HashMap<u64, Vec<String>> = HashMap::new();
            for row in board.database.fetch_all(statement, &values).await? {
                groups
                    .entry(row.uint("id")?)
                    .or_default()
                    .push(row.text("name")?);
            }
            let (statement, values) = board.queries.moderators.of(&ids);
            let rows = board.database.fetch_all(statement, &values).await?;
            let moderators = rows
                .iter()
                .map(|row| row.uint("id"))
                .collect::<Result<HashSet<_>, _>>()?;
            for account in batch {
                let mut user = account.user(&self.realm, &board.names);
                user.groups = groups.remove(&account.id).unwrap_or_default();
                user.is_moderator = moderators.contains(&account.id);
                users.push(user);
            }
        }
        Ok(users)
    }

    async fn look_up(&self, lookups: &[Lookup]) -> Result<Vec<Option<Found>>, AuthError> {
        let board = self.board().await?;
        let by_id = self.accounts_by_id(&board, lookups).await?;
        // Every account once, and which account answers which lookup.
        let mut accounts = Vec::new();
        let mut at: HashMap<u64, usize> = HashMap::new();
        for account in by_id {
            at.insert(account.id, accounts.len());
            accounts.push(account);
        }
        let mut answers = Vec::with_capacity(lookups.len());
        for lookup in lookups {
            let answer = match &lookup.key {
                LookupKey::Id(id) => number(id.as_str()).and_then(|id| at.get(&id).copied()),
                LookupKey::Name(name) => match board.accounts.find(&board.names.typed(name)).await?
                {
                    Some(row) => {
                        let account = Account::from_row(&row)?;
                        Some(*at.entry(account.id).or_insert_with(|| {
                            accounts.push(account);
                            accounts.len() - 1
                        }))
                    }
                    None => None,
                },
                _ => None,
            };
            answers.push(answer);
        }
        let users = self.users(&board, &accounts).await?;
        let has_address = lookups.iter().any(|lookup| lookup.address.is_some());
        let list = if self.asks_ban_lists(&board, has_address) {
            Some(self.bans.list(&board.database, &board).await?)
        } else {
            None
        };
        Ok(answers
            .into_iter()
            .zip(lookups)
            .map(|(answer, lookup)| {
                let at = answer?;
                let standing = match (accounts[at].standing(), &list) {
                    (Standing::Good, Some(list)) => {
                        self.judge_by(list, &accounts[at], lookup.address)
                    }
                    (standing, _) => standing,
                };
                Some(Found::new(users[at].clone(), standing))
            })
            .collect())
    }

    async fn accounts_by_id(
        &self,
        board: &Board,
        lookups: &[Lookup],
    ) -> Result<Vec<Account>, AuthError> {
        let wanted: HashSet<i64> = lookups
            .iter()
            .filter_map(|lookup| match &lookup.key {
                LookupKey::Id(id) => number(id.as_str()).and_then(|id| i64::try_from(id).ok()),
                _ => None,
            })
            .collect();
        let wanted: Vec<i64> = wanted.into_iter().collect();
        let mut accounts = Vec::with_capacity(wanted.len());
        for batch in wanted.chunks(BATCH) {
            let (statement, values) = board.queries.by_ids.of(batch);
            for row in board.database.fetch_all(statement, &values).await? {
                accounts.push(Account::from_row(&row)?);
            }
        }
        Ok(accounts)
    }

    async fn unread(&self, identity: &Identity) -> Result<Option<u32>, AuthError> {
        let board = self.board().await?;
        let Some(statement) = &board.queries.unread else {
            return Err(AuthError::unsupported(
                "unread_private_messages of Phorum 3, which has none,",
            ));
        };
        let Some(id) = number(identity.id.as_str()).and_then(|id| i64::try_from(id).ok()) else {
            return Ok(None);
        };
        let row = board
            .database
            .fetch_optional(statement, &[("id", Value::Int(id))])
            .await?;
        row.map(|row| {
            let unread = row.uint("unread")?;
            Ok(u32::try_from(unread).unwrap_or(u32::MAX))
        })
        .transpose()
    }
}

/// A member's id as Phorum writes it; anything else is nobody's.
fn number(id: &str) -> Option<u64> {
    let number: u64 = id.parse().ok()?;
    (number.to_string() == id).then_some(number)
}

/// One sign-in on its way: what was typed, and what to compare when there is nobody.
struct Question<'a> {
    phorum: &'a Phorum,
    board: &'a Board,
    login: &'a Login,
    decoy: Shape,
    /// Whether there was anybody of that name.
    met: AtomicBool,
}

impl Question<'_> {
    fn attempt(&self) -> Attempt<'_> {
        Attempt {
            pool: &self.phorum.pool,
            policy: &self.board.policy,
            version: self.board.version,
            password: self.login.password(),
            decoy: &self.decoy,
        }
    }
}

#[async_trait]
impl PasswordCheck for Question<'_> {
    async fn check(&self, row: &Row) -> Result<Checked, AuthError> {
        let candidate = Candidate::from_row(row)?;
        match candidate.id {
            NOT_REMEMBERED => return Ok(Checked::Nobody),
            NOBODY => {
                self.decoy().await?;
                return Ok(Checked::WrongPassword);
            }
            _ => self.met.store(true, Ordering::Relaxed),
        }
        match self.attempt().compare(&candidate).await? {
            Compared::Wrong => Ok(Checked::WrongPassword),
            Compared::Right => Ok(Checked::Decided(
                self.phorum
                    .admit(self.board, self.login, candidate.id)
                    .await?,
            )),
        }
    }

    async fn decoy(&self) -> Result<(), AuthError> {
        self.attempt().pretend().await
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl ExternalAuthenticator for Phorum {
    fn info(&self) -> &AdapterInfo {
        &self.info
    }

    async fn authenticate(&self, login: &Login) -> Result<Verdict, AuthError> {
        let answer = self.sign_in(login).await;
        self.noting_upgrades(answer)
    }

    async fn find(&self, lookups: &[Lookup]) -> Result<Vec<Option<Found>>, AuthError> {
        let answer = self.look_up(lookups).await;
        self.noting_upgrades(answer)
    }

    async fn unread_private_messages(&self, identity: &Identity) -> Result<Option<u32>, AuthError> {
        let answer = self.unread(identity).await;
        self.noting_upgrades(answer)
    }

    async fn probe(&self) -> Result<Probe, AuthError> {
        // What is there now, not what was there; sign-ins go on by what they know.
        let board = self.noting_upgrades(self.look_at_board().await)?;
        let answer = probe::probe(&self.options, &board, &self.bans).await;
        self.noting_upgrades(answer)
    }
}

/// Without credentials.
impl fmt::Debug for Phorum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Phorum")
            .field("realm", &self.realm)
            .field("database", &self.databases.declared)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
