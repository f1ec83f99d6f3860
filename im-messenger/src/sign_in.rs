//! Signing in and registering: from a name and password to an account, a session and a place at the site.

use std::sync::Arc;

use im_core::{ExternalUser, Identity, Login, Password, Realm, Rejection, Verdict};

use crate::account::{self, Account, AccountState, Profile};
use crate::clock::from_millis;
use crate::error::{Error, ErrorCode};
use crate::lease;
use crate::messenger::{Inner, Messenger};
use crate::option::{NewcomersExternal, NewcomersLocal};
use crate::session::{Device, Registration, SignedIn, table};
use crate::site::Site;
use crate::store::{StoreError, args, transaction};

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
}

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
        let (user, new) = match site.authenticator.authenticate(&login).await? {
            Verdict::Accepted(user) => (*user, false),
            Verdict::Rejected(Rejection::UnknownUser) if joins_at_once(&site, &login) => {
                self.0.join_at_once(&site, &login).await?
            }
            Verdict::Rejected(rejection) => {
                return Err(Error::rejected(rejection, self.0.store.now()));
            }
            _ => return Err(Error::rejected(Rejection::UnknownUser, self.0.store.now())),
        };
        self.0.come_in(&site, user, &device, new).await
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
        let state = match site.options.newcomers_local {
            NewcomersLocal::Approval => AccountState::Pending,
            _ => AccountState::Active,
        };
        let shortest = site.options.password_min_chars;
        let user = self
            .0
            .local
            .create(&self.0.names, username, &password, shortest, state)
            .await?;
        match self.0.come_in(&site, user, &device, true).await {
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
    /// Makes an account of the messenger's own out of a first sign-in. Tells whether it did.
    async fn join_at_once(
        &self,
        site: &Site,
        login: &Login,
    ) -> Result<(ExternalUser, bool), Error> {
        let shortest = site.options.password_min_chars;
        let made = self
            .local
            .create(
                &self.names,
                login.name(),
                login.password(),
                shortest,
                AccountState::Active,
            )
            .await;
        match made {
            Ok(user) => Ok((user, true)),
            // Two devices at the same moment: one makes the account, the other must know its password.
            Err(error) if error.code() == ErrorCode::NameTaken => {
                match self.local.check(login.name(), login.password()).await? {
                    Verdict::Accepted(user) => Ok((*user, false)),
                    _ => Err(Error::rejected(Rejection::WrongPassword, self.store.now())),
                }
            }
            Err(error) => Err(error),
        }
    }

    /// Lets an accepted user in: the account, a place at the site, a session.
    async fn come_in(
        &self,
        site: &Arc<Site>,
        user: ExternalUser,
        device: &Device,
        made: bool,
    ) -> Result<SignedIn, Error> {
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
        for _ in 0..4 {
            match self.try_come_in(site, &user, device).await? {
                Outcome::In(mut entered) => {
                    entered.new |= made;
                    return Ok(self.welcome(*entered).await);
                }
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
    ) -> Result<Outcome, Error> {
        transaction!(self.store, |tx| {
            let now = self.store.now_millis();
            let known = account::lock_identity(tx, &user.identity).await?;
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
            )
            .await?;
            // The site's row last: others wait for it.
            let appeared =
                lease::claim(tx, &self.store, site.id, account.id, options.max_connected).await?;
            Ok(Outcome::In(Box::new(In {
                account,
                session,
                new,
                visible,
                appeared,
            })))
        })
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
