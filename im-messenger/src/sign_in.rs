//! Signing in and registering: from a name and password to an account, a session and a place at the site.

use std::sync::Arc;

use im_core::{ExternalUser, Identity, Login, Password, Realm, Rejection, Verdict};

use crate::account::{self, Account, AccountState, Profile};
use crate::clock::from_millis;
use crate::error::{Error, ErrorCode};
use crate::lease;
use crate::local::{NewLocal, has_hash};
use crate::messenger::{Inner, Messenger};
use crate::option::{NewcomersExternal, NewcomersLocal};
use crate::session::{Device, Registration, SignedIn, table};
use crate::site::Site;
use crate::store::{StoreError, Transaction, args, transaction};

fn approval_pending() -> Error {
    Error::new(
        ErrorCode::ApprovalPending,
        "an administrator has to approve this account first",
    )
}

/// What a transaction of a sign-in comes to.
enum Outcome {
    In(Box<In>),
    /// The account waits for approval: kept, but no session.
    Pending,
    /// The external id belongs to another person than the account.
    Another(i64),
    /// The password is not the one that was checked.
    Unproven,
}

/// Why a user of the messenger's own realm is believed to be who they are.
#[derive(Clone, Copy)]
enum Proof<'a> {
    /// The password was checked, against this hash.
    Checked(Option<&'a str>),
    /// The account is made now.
    New(&'a NewLocal),
}

/// How often a sign-in is tried that meets changes to its account.
const ROUNDS: usize = 4;

struct In {
    account: Account,
    session: table::NewSession,
    new: bool,
    /// Others see another name or picture.
    visible: bool,
    /// The account was connected nowhere before.
    appeared: bool,
}

impl Messenger {
    /// Signs in at a site.
    ///
    /// # Errors
    /// The sign-in codes of the HTTP API; at a full site no session is made.
    pub async fn sign_in(
        &self,
        site: &str,
        login: Login,
        device: Device,
    ) -> Result<SignedIn, Error> {
        let site = self.0.site(site)?;
        for _ in 0..ROUNDS {
            // Looked at before the password is checked: if it is the same where the session is made, it was checked.
            let hash = self.0.local_hash(&site, &login).await?;
            let user = match site.authenticator.authenticate(&login).await? {
                Verdict::Accepted(user) => *user,
                Verdict::Rejected(Rejection::UnknownUser) if joins_at_once(&site, &login) => {
                    match self.0.join_at_once(&site, &login, &device).await {
                        // Two devices at the same moment: one makes the account, the other must know its password.
                        Err(error) if error.code() == ErrorCode::NameTaken => {
                            let hash = self.0.local_hash(&site, &login).await?;
                            let local = &self.0.local;
                            match local.check(login.name(), login.password()).await? {
                                Verdict::Accepted(user) => {
                                    let proof = Proof::Checked(hash.as_deref());
                                    match self.0.come_in(&site, *user, &device, proof).await? {
                                        Some(signed_in) => return Ok(signed_in),
                                        None => continue,
                                    }
                                }
                                _ => {
                                    return Err(Error::rejected(
                                        Rejection::WrongPassword,
                                        self.0.store.now(),
                                    ));
                                }
                            }
                        }
                        joined => return joined,
                    }
                }
                Verdict::Rejected(rejection) => {
                    return Err(Error::rejected(rejection, self.0.store.now()));
                }
                _ => return Err(Error::rejected(Rejection::UnknownUser, self.0.store.now())),
            };
            let proof = Proof::Checked(hash.as_deref());
            if let Some(signed_in) = self.0.come_in(&site, user, &device, proof).await? {
                return Ok(signed_in);
            }
        }
        Err(StoreError::Changed.into())
    }

    /// Makes an account of the messenger's own, and signs it in unless an administrator has to approve it.
    ///
    /// # Errors
    /// `registration_closed`, `name_taken`, `name_not_allowed`, `invalid_name`, `invalid_password`, `site_full`.
    pub async fn register(
        &self,
        site: &str,
        username: &str,
        password: Password,
        device: Device,
    ) -> Result<Registration, Error> {
        let site = self.0.site(site)?;
        let closed = Error::new(
            ErrorCode::RegistrationClosed,
            "this site takes no registrations",
        );
        if !site.has_realm(Realm::LOCAL) || site.options.newcomers_local == NewcomersLocal::Never {
            return Err(closed);
        }
        match self.0.join(&site, username, &password, &device).await {
            Ok(signed_in) => Ok(Registration::SignedIn(signed_in)),
            Err(error) if error.code() == ErrorCode::ApprovalPending => {
                Ok(Registration::ApprovalPending)
            }
            Err(error) => Err(error),
        }
    }
}

/// Whether an unknown name becomes an account of the messenger's own by signing in.
fn joins_at_once(site: &Site, login: &Login) -> bool {
    site.has_realm(Realm::LOCAL)
        && site.options.newcomers_local == NewcomersLocal::AtOnce
        && login
            .realm()
            .is_none_or(|realm| realm.as_str() == Realm::LOCAL)
}

impl Inner {
    /// The stored hash of the own account that a sign-in may mean.
    async fn local_hash(&self, site: &Site, login: &Login) -> Result<Option<String>, Error> {
        if !site.has_realm(Realm::LOCAL) {
            return Ok(None);
        }
        self.local.hash_of(login.name()).await
    }

    /// Makes an account of the messenger's own out of a first sign-in.
    async fn join_at_once(
        &self,
        site: &Arc<Site>,
        login: &Login,
        device: &Device,
    ) -> Result<SignedIn, Error> {
        self.join(site, login.name(), login.password(), device)
            .await
    }

    /// Makes an account of the messenger's own, and lets it in, in one transaction: at a full site none is made.
    async fn join(
        &self,
        site: &Arc<Site>,
        name: &str,
        password: &Password,
        device: &Device,
    ) -> Result<SignedIn, Error> {
        let shortest = site.options.password_min_chars;
        let new = self
            .local
            .prepare(&self.names, name, password, shortest)
            .await?;
        self.come_in(site, new.user(), device, Proof::New(&new))
            .await?
            .ok_or_else(|| StoreError::Changed.into())
    }

    /// Lets an accepted user in: the account, a place at the site, a session. `None`: the password was changed meanwhile,
    /// and must be checked again.
    async fn come_in(
        &self,
        site: &Arc<Site>,
        user: ExternalUser,
        device: &Device,
        proof: Proof<'_>,
    ) -> Result<Option<SignedIn>, Error> {
        if !site.realms.contains(&user.identity.realm) {
            return Err(Error::internal(format!(
                "the site {} got an account of realm {}, which is not one of its own",
                site.path, user.identity.realm
            )));
        }
        if self.names.is_banned(&user.name) {
            return Err(Error::new(
                ErrorCode::NameNotAllowed,
                "this name may not be used here",
            ));
        }
        for _ in 0..ROUNDS {
            match self.try_come_in(site, &user, device, proof).await? {
                Outcome::In(entered) => return Ok(Some(self.welcome(*entered).await)),
                Outcome::Unproven => return Ok(None),
                Outcome::Pending => return Err(approval_pending()),
                Outcome::Another(account) => self.close_account(account).await?,
            }
        }
        Err(StoreError::Changed.into())
    }

    async fn try_come_in(
        &self,
        site: &Arc<Site>,
        user: &ExternalUser,
        device: &Device,
        proof: Proof<'_>,
    ) -> Result<Outcome, Error> {
        transaction!(self.store, |tx| {
            let now = self.store.now_millis();
            if let Proof::New(new) = proof {
                new.insert(tx).await?;
            }
            let known = account::lock_identity(tx, &user.identity).await?;
            // With the account's row held: who changes a password ends sessions afterwards, with the row held as well.
            if let Proof::Checked(hash) = proof
                && user.identity.realm.as_str() == Realm::LOCAL
                && !has_hash(tx, user.identity.id.as_str(), hash).await?
            {
                return Ok(Outcome::Unproven);
            }
            let (mut account, new) = match known {
                Some(account) if account.is_another(user) => {
                    return Ok(Outcome::Another(account.id));
                }
                Some(account) => (account, false),
                None => {
                    let state = newcomer(site, &user.identity)?;
                    let account = account::insert(tx, &self.store, user, state, now).await?;
                    (account, true)
                }
            };
            let visible = Profile::of(user).apply(tx, &mut account).await?;
            match account.state {
                AccountState::Active => {}
                AccountState::Pending => return Ok(Outcome::Pending),
                AccountState::Refused | AccountState::Closed => return Err(turned_away()),
            }
            tx.run(
                "UPDATE im_account SET verified_at = ?, last_address = ? WHERE id = ?",
                args![
                    now,
                    device.address.map(|address| address.to_string()),
                    account.id
                ],
            )
            .await?;
            let (_, options) = site.binding(&self.roles, &account);
            let session = table::create(
                tx,
                &self.store,
                (site.id, account.id),
                &options,
                device,
                now,
                self.last_uses(account.id),
            )
            .await?;
            // The site's row last: others wait for it.
            let appeared =
                lease::claim(tx, &self.store, site.id, account.id, options.max_connected).await?;
            if appeared && self.is_shared(&account) {
                self.tidy(tx, &account).await?;
            }
            Ok(Outcome::In(Box::new(In {
                account,
                session,
                new,
                visible,
                appeared,
            })))
        })
    }

    /// Makes an account that several people use as it was at first, as far as it hinders who uses it next. Contacts and
    /// conversations stay: who looks from both sides needs them.
    async fn tidy(&self, tx: &mut Transaction, account: &Account) -> Result<(), StoreError> {
        for sql in [
            "UPDATE im_presence SET state = 'online', reason = NULL WHERE account_id = ?",
            "UPDATE im_account SET own_language = NULL, offline_messages = 'all' WHERE id = ?",
            "UPDATE im_contact SET hidden = 0 WHERE owner_id = ?",
            "DELETE FROM im_contact WHERE owner_id = ? AND state = 'refused'",
        ] {
            tx.run(sql, args![account.id]).await?;
        }
        // Who refuses has the only line of the two.
        let refusals = tx
            .rows(
                concat!(
                    "SELECT ",
                    account::account_columns!(),
                    " FROM im_contact c JOIN im_account a ON a.id = c.owner_id \
                     WHERE c.peer_id = ? AND c.state = 'refused'"
                ),
                args![account.id],
            )
            .await?;
        for row in &refusals {
            let other = Account::from_row(row)?;
            if self.is_shared(&other) {
                tx.run(
                    "DELETE FROM im_contact WHERE owner_id = ? AND peer_id = ? AND state = 'refused'",
                    args![other.id, account.id],
                )
                .await?;
            }
        }
        Ok(())
    }

    async fn welcome(&self, entered: In) -> SignedIn {
        let account = &entered.account;
        for session in &entered.session.ended {
            self.hub.end_session(account.id, *session);
        }
        if entered.visible {
            self.tell_profile(account).await;
        }
        if entered.appeared {
            self.tell_presence(account.id).await;
        }
        SignedIn {
            token: entered.session.token,
            expires_at: from_millis(entered.session.expires_at),
            account: self.user(account),
            new: entered.new,
        }
    }
}

fn turned_away() -> Error {
    Error::new(
        ErrorCode::RegistrationClosed,
        "this site takes no new accounts",
    )
}

/// What becomes of somebody without an account here.
fn newcomer(site: &Site, identity: &Identity) -> Result<AccountState, Error> {
    if identity.realm.as_str() == Realm::LOCAL {
        // Own accounts are made together with their place here, so this one's was closed.
        return match site.options.newcomers_local {
            NewcomersLocal::AtOnce | NewcomersLocal::Register => Ok(AccountState::Active),
            NewcomersLocal::Approval => Ok(AccountState::Pending),
            NewcomersLocal::Never => Err(turned_away()),
        };
    }
    match site.options.newcomers_external {
        NewcomersExternal::AtOnce => Ok(AccountState::Active),
        NewcomersExternal::Approval => Ok(AccountState::Pending),
        NewcomersExternal::Never => Err(turned_away()),
    }
}
