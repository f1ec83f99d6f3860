//! What every authenticator must pass, on a real OpenLDAP: with a service account over StartTLS, and without one
//! over ldaps.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod support;

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Arc;

use async_trait::async_trait;
use im_auth_ldap::{Directory, Options};
use im_core::{ExternalUser, Identity, Rejection};
use im_testkit::{Absent, CutProxy, Fixture, Need, Opened, Slapd, Subject, TestAccount, Work, run};
use support::{Record, config, ldif, realm, server, uuid};
use tokio::sync::OnceCell;

/// How the directory is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// A service account, StartTLS, groups by `memberOf`.
    Service,
    /// Nobody in particular, ldaps, groups by a search.
    Anonymous,
}

struct OpenLdap {
    way: Way,
    live: OnceCell<Live>,
}

struct Live {
    server: Slapd,
    proxy: CutProxy,
}

/// Name, password, the last digits of the id, why not.
type Row = (&'static str, &'static str, u32, Option<Rejection>);

const ACCOUNTS: &[Row] = &[
    ("alice", "correct horse", 1, None),
    ("O'Brien \"Bob\"", "battery staple", 2, None),
    ("Zoë", "tr0ubador & naïve", 3, None),
    ("Smith, John+x=y", "comma, plus \\ back", 4, None),
    ("ingrid", "sleeping bear", 5, Some(Rejection::Inactive)),
    (
        "lothar",
        "locked llama",
        6,
        Some(Rejection::LockedOut { until: None }),
    ),
    (
        "paula",
        "passing panda",
        7,
        Some(Rejection::PasswordExpired),
    ),
];

impl OpenLdap {
    fn new(way: Way) -> Self {
        Self {
            way,
            live: OnceCell::new(),
        }
    }

    /// Below which entry everything is.
    fn unit(&self) -> &'static str {
        match self.way {
            Way::Service => "ou=staff,dc=example,dc=org",
            Way::Anonymous => "ou=staff,ou=public,dc=example,dc=org",
        }
    }

    fn people(&self) -> String {
        format!("ou=people,{}", self.unit())
    }

    fn records(&self) -> Vec<Record> {
        let (unit, people) = (self.unit(), self.people());
        let groups = format!("ou=groups,{unit}");
        let policy = format!("cn=strict,{unit}");
        let mut records = vec![
            Record::unit(unit),
            Record::unit(&people),
            Record::unit(&groups),
            Record::policy(&policy)
                .with("pwdLockout", "TRUE")
                .with("pwdMustChange", "TRUE"),
        ];
        for &(name, password, id, _) in ACCOUNTS {
            let person = Record::person(name, password, &people).id(id);
            records.push(match name {
                "alice" => person
                    .with("displayName", "Alice Liddell")
                    .with("mail", "alice@example.org")
                    .with("preferredLanguage", "fr-CA, fr;q=0.8, en;q=0.6")
                    .with("createTimestamp", "20200102030405Z"),
                "ingrid" => person
                    .with("objectClass", "shadowAccount")
                    .with("shadowExpire", "1"),
                "lothar" => person
                    .with("pwdPolicySubentry", &policy)
                    .with("pwdAccountLockedTime", "000001010000Z"),
                "paula" => person
                    .with("pwdPolicySubentry", &policy)
                    .with("pwdReset", "TRUE"),
                _ => person,
            });
        }
        let alice = format!("uid=alice,{people}");
        let ingrid = format!("uid=ingrid,{people}");
        records.push(Record::group("Site, admins", &groups, &[&alice]));
        records.push(Record::group("helpers", &groups, &[&alice, &ingrid]));
        records.push(Record::group("others", &groups, &[&ingrid]));
        records
    }

    async fn live(&self) -> &Live {
        self.live
            .get_or_init(|| async {
                let server = Slapd::start().await;
                server.add(&ldif(&self.records())).await;
                let proxy = CutProxy::to(match self.way {
                    Way::Service => server.port(),
                    Way::Anonymous => server.tls_port(),
                });
                Live { server, proxy }
            })
            .await
    }

    fn dn(&self, id: &str) -> String {
        let (name, ..) = ACCOUNTS
            .iter()
            .find(|(_, _, digits, _)| uuid(*digits) == id)
            .expect("an account of the fixture");
        format!("uid={},{}", support::escaped(name), self.people())
    }
}

#[async_trait]
impl Subject for OpenLdap {
    fn name(&self) -> String {
        match self.way {
            Way::Service => "openldap-service-starttls".into(),
            Way::Anonymous => "openldap-anonymous-ldaps".into(),
        }
    }

    fn fixture(&self) -> Fixture {
        let mut fixture =
            Fixture::new(realm()).nobody(["alic", "alicee", "al ice", "bob", "alice Lastname"]);
        for &(name, password, id, refused) in ACCOUNTS {
            let mut account = TestAccount::new(uuid(id), name, password)
                // Case and spaces around mean nothing in a directory.
                .spelled([
                    name.to_lowercase(),
                    name.to_uppercase(),
                    format!(" {name}  "),
                ])
                .wrong([password.replace(' ', "  ")]);
            if name == "alice" {
                let mut user = ExternalUser::new(Identity::new(realm(), uuid(id)), name);
                user.display_name = Some("Alice Liddell".into());
                user.email = Some("alice@example.org".into());
                user.language = Some("fr-CA".into());
                user.registered_at = im_core::Timestamp::from_unix_timestamp(1_577_934_245).ok();
                user.groups = vec!["Site, admins".into(), "helpers".into()];
                user.is_admin = true;
                user.is_moderator = true;
                account = account.user(user);
            }
            if let Some(rejection) = refused {
                account = account.refused(rejection);
            }
            fixture = fixture.account(account);
        }
        fixture
    }

    async fn open(&self) -> Opened {
        let live = self.live().await;
        let mut options = Options::default();
        options.base = Some(self.people());
        options.ca_file = Some(live.server.ca_file());
        options.admin_groups = [format!("CN=site\\2c admins,ou=groups,{}", self.unit())].into();
        options.moderator_groups = ["Helpers"].into();
        options.group_base = Some(format!("ou=groups,{}", self.unit()));
        let server = match self.way {
            Way::Service => {
                let reader = live.server.reader();
                options.bind_dn = Some(reader.dn.clone());
                server(Slapd::url_at(live.proxy.port())).password(reader.password.clone())
            }
            Way::Anonymous => {
                options.group_filter = Some("(&(objectClass=groupOfNames)(member={dn}))".into());
                server(format!("ldaps://localhost:{}", live.proxy.port()))
            }
        };
        let config = config(server, options);
        let shown = format!("{config:?} {config:#?}");
        let directory = Arc::new(Directory::new(config).expect("a configuration that fits"));
        let shown = format!("{shown} {directory:?}");
        let counted = Arc::clone(&directory);
        Opened::new(directory)
            .counting(move || Work {
                statements: counted.searches_run(),
                verifications: counted.binds_run(),
            })
            .showing(shown)
    }

    fn absent(&self) -> Vec<Absent> {
        vec![
            Need::BannedAccount.absent("a directory has no bans"),
            Need::Unread.absent("a directory has no private messages"),
            Need::StorePassword.absent(
                "the directory compares passwords itself; what is stored, and in which format, is never seen here",
            ),
        ]
    }

    async fn secrets(&self) -> Vec<String> {
        vec![self.live().await.server.reader().password.clone()]
    }

    async fn stored_password(&self, id: &str) -> String {
        let server = &self.live().await.server;
        server
            .value(&self.dn(id), "userPassword")
            .await
            .expect("a stored password")
    }

    async fn delete_account(&self, id: &str) {
        self.live().await.server.delete(&self.dn(id)).await;
    }

    async fn take_table_away(&self) -> String {
        let server = &self.live().await.server;
        server.rename(&self.people(), "ou=moved").await;
        self.people()
    }

    async fn go_down(&self) {
        self.live().await.proxy.cut().await;
    }

    async fn go_silent(&self, after: usize) {
        self.live().await.proxy.stall_after(after);
    }

    async fn come_back(&self) {
        self.live().await.proxy.restore().await;
    }

    async fn contents(&self) -> BTreeMap<String, String> {
        let mut contents = self.live().await.server.contents(Slapd::SUFFIX).await;
        // The server's own note of a wrong password, where a policy is in force.
        for attributes in contents.values_mut() {
            *attributes = attributes
                .lines()
                .filter(|line| !line.starts_with("pwdFailureTime:"))
                .collect::<Vec<_>>()
                .join("\n");
        }
        contents
    }

    async fn reset(&self) {
        self.come_back().await;
        let server = &self.live().await.server;
        server.delete(self.unit()).await;
        server.add(&ldif(&self.records())).await;
    }
}

fn main() -> ExitCode {
    run(vec![
        Box::new(OpenLdap::new(Way::Service)),
        Box::new(OpenLdap::new(Way::Anonymous)),
    ])
}
