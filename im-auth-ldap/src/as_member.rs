//! Signing in as the member, without a service account.

use im_core::{AuthError, Rejection, Verdict};
use ldap3::Scope;

use crate::authenticator::Directory;
use crate::bind::Bound;
use crate::connection::Query;
use crate::entry::Entry;
use crate::error::Asking;
use crate::plan::Mode;
use crate::pool::Asker;

impl Directory {
    /// Signs in under `login`, a distinguished name or a login name, and describes whom `name` stands for.
    pub(crate) async fn bind_as(
        &self,
        login: &str,
        password: Option<&str>,
        name: &str,
    ) -> Result<Verdict, AuthError> {
        let Some(password) = password else {
            return Ok(Rejection::WrongPassword.into());
        };
        let target = self.pool.target();
        let (mut connection, _turn) = self.pool.for_member().await?;
        let bound = connection
            .bind(target, login, password)
            .await
            .map_err(|trouble| trouble.explain(Asking::MemberBind))?;
        if let Bound::No(rejection) = bound {
            return Ok(rejection.into());
        }
        let is_entry = matches!(self.plan.mode, Mode::BindAsEntry { .. });
        let asker = &mut Asker::Member(&mut connection, target);
        let entry = if is_entry {
            self.entry_at(login, asker).await?
        } else {
            self.entry_of(name, asker).await?
        };
        let Some(entry) = entry else {
            tracing::warn!(
                realm = %self.realm,
                "the directory accepted somebody whose entry does not fit `filter`, or may not be read by themselves"
            );
            return Ok(Rejection::UnknownUser.into());
        };
        // A login name and the attribute in `filter` are independent: in Active Directory one person's
        // `userPrincipalName` may be another's `sAMAccountName`. Only the password of the entry itself tells that the
        // two are one.
        if !is_entry {
            let bound = connection
                .bind(target, &entry.dn, password)
                .await
                .map_err(|trouble| trouble.explain(Asking::MemberBind))?;
            if bound != Bound::Right {
                tracing::warn!(
                    realm = %self.realm,
                    "the name under which the directory accepted somebody leads `filter` to an entry with another password"
                );
                return Ok(Rejection::WrongPassword.into());
            }
        }
        self.verdict(entry, &mut Asker::Member(&mut connection, target))
            .await
    }

    /// The entry with this distinguished name, if it is an account.
    async fn entry_at(
        &self,
        dn: &str,
        asker: &mut Asker<'_, '_>,
    ) -> Result<Option<Entry>, AuthError> {
        let query = Query {
            base: dn,
            scope: Scope::Base,
            filter: &self.plan.accounts_filter,
            attributes: &self.attributes,
            limit: 1,
        };
        match asker.search(query).await {
            Ok(mut page) => Ok(page.entries.pop()),
            // Just signed in as, and not to be seen.
            Err(AuthError::Schema(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use im_core::{ExternalAuthenticator as _, Login, Realm};
    use im_testkit::Slapd;

    use super::*;
    use crate::{Config, Options, Server};

    /// Two people who may read each other, and a directory that finds them by `description`.
    ///
    /// OpenLDAP knows no login names, so a template of a distinguished name stands for one.
    async fn directory() -> Directory {
        let server = Slapd::shared().await;
        let people = format!("ou=logins,ou=public,{}", Slapd::SUFFIX);
        let mut ldif = format!("dn: {people}\nobjectClass: organizationalUnit\nou: logins\n\n");
        // Mallory's login name is what Alice's entry is found by.
        for (uid, password, found_by) in [
            ("alice", "horse", "mallory"),
            ("mallory", "staple", "nobody"),
            ("bob", "battery", "bob"),
        ] {
            ldif += &format!(
                "dn: uid={uid},{people}\nobjectClass: inetOrgPerson\nuid: {uid}\ncn: {uid}\nsn: {uid}\n\
                 description: {found_by}\nuserPassword: {password}\n\n"
            );
        }
        server.add(&ldif).await;
        let options = Options {
            base: Some(people.clone()),
            filter: Some("(&(objectClass=inetOrgPerson)(description={name}))".into()),
            bind_dn: Some("{name}@corp".into()),
            ca_file: Some(server.ca_file()),
            ..Options::default()
        };
        let realm = Realm::new("corp").unwrap();
        let config = Config::new(realm, Server::new(server.url()), options);
        let mut directory = Directory::new(config).unwrap();
        assert!(matches!(directory.plan.mode, Mode::BindAsLogin { .. }));
        directory.plan.mode = Mode::BindAsLogin {
            template: format!("uid={{name}},{people}"),
        };
        directory
    }

    #[tokio::test]
    async fn a_login_name_that_is_anothers_account_name_opens_nothing() {
        let directory = directory().await;
        for password in ["staple", "horse"] {
            let verdict = directory
                .authenticate(&Login::new("mallory", password))
                .await
                .unwrap();
            assert_eq!(verdict, Rejection::WrongPassword.into(), "{password}");
        }
        let verdict = directory
            .authenticate(&Login::new("bob", "battery"))
            .await
            .unwrap();
        let Verdict::Accepted(user) = verdict else {
            panic!("{verdict:?}")
        };
        assert_eq!(user.name, "bob");
    }
}
