//! A custom authenticator: two methods, and everything else comes from the wrappers.
//!
//! Run it: `cargo run -p example-write-an-authenticator`. It needs nothing.
#![allow(clippy::print_stdout)]

use std::sync::Arc;

use async_trait::async_trait;
use im_core::wrappers::{Guard, Throttle, ThrottleLimits};
use im_core::{
    AdapterInfo, AuthError, ExternalAuthenticator, ExternalUser, Identity, Login, Realm, Rejection,
    SystemClock, Verdict,
};

/// The ship's crew: whoever knows the watchword may come in.
struct Crew {
    info: AdapterInfo,
    realm: Realm,
}

#[async_trait]
impl ExternalAuthenticator for Crew {
    fn info(&self) -> &AdapterInfo {
        &self.info
    }

    async fn authenticate(&self, login: &Login) -> Result<Verdict, AuthError> {
        let crew = [("7", "ada"), ("9", "grace")];
        let Some((id, name)) = crew
            .iter()
            .find(|(_, name)| name.eq_ignore_ascii_case(login.name()))
        else {
            return Ok(Rejection::UnknownUser.into());
        };
        if login.password().expose() != "starboard" {
            return Ok(Rejection::WrongPassword.into());
        }
        Ok(Verdict::accepted(ExternalUser::new(
            Identity::new(self.realm.clone(), *id),
            *name,
        )))
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let realm = Realm::new("crew")?;
    let crew = Crew {
        info: AdapterInfo::new("crew", "The crew", realm.clone()),
        realm,
    };
    // Empty and endless input, and endless guessing, are not the authenticator's business.
    let door = Guard::new(Throttle::new(
        crew,
        ThrottleLimits::default(),
        Arc::new(SystemClock),
    ));

    for (name, password) in [
        ("Ada", "starboard"),
        ("Ada", "port"),
        ("Blackbeard", "starboard"),
        ("", "starboard"),
    ] {
        match door.authenticate(&Login::new(name, password)).await? {
            Verdict::Accepted(user) => println!("{name:?}: welcome aboard, {}", user.identity),
            Verdict::Rejected(reason) => println!("{name:?}: {}", reason.as_str()),
            _ => println!("{name:?}: no"),
        }
    }
    Ok(())
}
