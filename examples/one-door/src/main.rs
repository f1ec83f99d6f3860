//! One form for the members of a forum, of a portal that a file describes, and of a list in code; what to do with every
//! answer; and who is to be signed out later.
//!
//! Run it: `cargo run -p example-one-door`. It needs nothing: forum and portal are small samples in temporary files.
#![allow(clippy::print_stdout, clippy::expect_used)]

use std::time::Duration;

use im_auth::{
    AdapterInfo, AuthError, ExternalAuthenticator, ExternalUser, Identity, Login, Lookup, Realm,
    RealmConfig, Rejection, Shared, Standing, System, ThrottleLimits, Verdict, build, protect,
    site,
};
use im_testkit::SqliteFile;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let (forum_file, portal_file) = (sample_forum().await?, sample_portal().await);
    let shared = Shared::default();

    // A realm out of a configuration file; `im_auth::realms` reads a whole one.
    let realm = Realm::new("forum")?;
    let block = format!(
        r#"
        system = "phpbb2"
        database = "{}"
        prefix = "phpbb_"
        "#,
        forum_file.url()
    );
    let config = RealmConfig::from_toml(&realm, &block)?;
    let forum = build(&realm, &config, &shared)?;

    // A system of one's own, in a file that is part of this program, configured from code.
    let mut config = RealmConfig::new("club-portal", portal_file.url());
    config.query_timeout = Some(Duration::from_secs(1).into());
    let portal = System::parse(include_str!("../portal.toml"), "portal.toml")?;
    let portal = portal.build(&Realm::new("portal")?, &config, &shared)?;

    // An authenticator of one's own.
    let staff = Staff(AdapterInfo::new("staff", "Staff", Realm::new("staff")?));
    let staff = protect(staff, Duration::from_secs(5), shared.clock.clone());

    let clock = shared.clock.clone();
    let door = site(vec![forum, portal, staff], ThrottleLimits::default(), clock)?;

    let mut signed_in = Vec::new();
    for (name, password) in [
        ("alice", "correct horse"),
        ("bob", "battery staple"),
        ("carol", "battery staple"),
        ("zoe", "open sesame"),
        ("alice", "wrong pony"),
        ("nobody", "wrong pony"),
    ] {
        let login = Login::new(name, password).from_address([203, 0, 113, 7]);
        let verdict = door.authenticate(&login).await;
        if let Ok(Verdict::Accepted(user)) = &verdict {
            signed_in.push(user.identity.clone());
        }
        println!("{name}: {}", answer(verdict));
    }
    anyhow::ensure!(
        signed_in == ["forum:2", "portal:1", "staff:7"].map(identity),
        "{signed_in:?}"
    );

    // Later, somebody is deactivated. Those whose realm cannot look anybody up stay.
    portal_file.execute("UPDATE members SET status = 'x'").await;
    let mut ended = Vec::new();
    for identity in &signed_in {
        match door.find(&[Lookup::of(identity)]).await {
            Ok(found) => match &found[..] {
                [Some(found)] if found.standing == Standing::Good => {}
                _ => ended.push(identity.clone()),
            },
            Err(AuthError::Unsupported(_)) => {}
            Err(error) => println!("{identity}: {error}"),
        }
    }
    println!("to be signed out: {ended:?}");
    anyhow::ensure!(ended == [identity("portal:1")]);
    Ok(())
}

/// As it is kept in a table of sessions.
fn identity(text: &str) -> Identity {
    // The texts stand above; a program that reads them from its own table hands the error on.
    text.parse().expect("realm and id")
}

/// What to tell whoever signs in.
fn answer(result: Result<Verdict, AuthError>) -> String {
    match result {
        Ok(Verdict::Accepted(user)) => {
            format!("welcome, {} ({})", user.shown_name(), user.identity)
        }
        // Alike: strangers are not told which names exist.
        Ok(Verdict::Rejected(
            Rejection::UnknownUser | Rejection::WrongPassword | Rejection::Deleted,
        )) => "wrong name or password".into(),
        Ok(Verdict::Rejected(reason)) => match reason.until() {
            Some(until) => format!("not before {until}: {reason}"),
            None => format!("not now: {reason}"),
        },
        Ok(_) => "you may not come in".into(),
        Err(AuthError::TooManyAttempts { retry_after }) => format!("try again in {retry_after:?}"),
        // The cause is for the log, and an error that does not pass by itself for a person.
        Err(error) if error.is_temporary() => "try again later".into(),
        Err(_) => "sign-in is out of order".into(),
    }
}

/// The people who work here.
struct Staff(AdapterInfo);

#[async_trait::async_trait]
impl ExternalAuthenticator for Staff {
    fn info(&self) -> &AdapterInfo {
        &self.0
    }

    async fn authenticate(&self, login: &Login) -> Result<Verdict, AuthError> {
        // In earnest: ask, compare in constant time, and do the same work for a name that nobody has.
        Ok(match (login.name(), login.password().expose()) {
            ("zoe", "open sesame") => {
                let identity = Identity::new(self.0.realms[0].clone(), 7);
                Verdict::accepted(ExternalUser::new(identity, "Zoë"))
            }
            ("zoe", _) => Rejection::WrongPassword.into(),
            _ => Rejection::UnknownUser.into(),
        })
    }
}

/// A phpBB 2 with one member, in a temporary file.
async fn sample_forum() -> anyhow::Result<SqliteFile> {
    use im_auth_phpbb2::sample::{Board, Member};
    let board = Board::sqlite("phpbb_")?;
    let file = SqliteFile::create().await;
    file.execute(&board.create()).await;
    file.execute(&board.register(&Member::new("Alice", "correct horse")))
        .await;
    Ok(file)
}

/// A portal with a member and somebody who was one, both with the same password.
async fn sample_portal() -> SqliteFile {
    let file = SqliteFile::create().await;
    file.execute(
        "CREATE TABLE members (id INTEGER PRIMARY KEY, login TEXT, pass TEXT, salt TEXT, status TEXT); \
         INSERT INTO members VALUES (1, 'bob', 'd3256ffdd92e4c5b3d531a24d8d076ea', 's1', 'ok'), (2, 'carol', 'd3256ffdd92e4c5b3d531a24d8d076ea', 's1', 'x')",
    )
    .await;
    file
}
