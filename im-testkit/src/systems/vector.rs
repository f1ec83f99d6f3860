//! Signing in with one vector.

use im_auth_sql::SpecAuthenticator;
use im_auth_sql::spec::{Expect, ExpectedUser, Vector};
use im_core::{
    AuthError, Avatar, ExternalAuthenticator, ExternalUser, Found, Identity, Login, Lookup,
    Rejection, Standing, Timestamp, Verdict,
};

use super::Complaints;

/// Signs in with the right password and the wrong ones, and looks the account up.
pub(super) async fn examine(
    authenticator: &SpecAuthenticator,
    vector: &Vector,
    complaints: &mut Complaints<'_>,
) {
    let mut identity = None;
    for login in vector.logins() {
        let answer = authenticator
            .authenticate(&Login::new(login, vector.password.as_str()))
            .await;
        if let Some(complaint) = compare(&answer, vector) {
            complaints.add(format!("login {login:?}: {complaint}"));
            continue;
        }
        if let Ok(Verdict::Accepted(user)) = answer {
            if let Some(expected) = &vector.user {
                for complaint in differences(&user, expected) {
                    complaints.add(format!("login {login:?}: {complaint}"));
                }
            }
            identity = Some(user.identity.clone());
        }
    }
    let Some(first) = vector.logins().first() else {
        return;
    };
    wrong_passwords(authenticator, vector, first, complaints).await;
    look_up(authenticator, vector, first, identity, complaints).await;
}

/// The word for an answer.
pub(super) fn word(answer: &Result<Verdict, AuthError>) -> String {
    match answer {
        Ok(Verdict::Accepted(user)) => format!("accepted (id {})", user.identity.id),
        Ok(Verdict::Rejected(rejection)) => rejection.as_str().to_owned(),
        Ok(_) => "a verdict of a new kind".to_owned(),
        Err(error) => format!("an error: {error}{}", source(error)),
    }
}

fn source(error: &AuthError) -> String {
    std::error::Error::source(error)
        .map(|cause| format!(" ({cause})"))
        .unwrap_or_default()
}

fn kind(answer: &Result<Verdict, AuthError>) -> &'static str {
    match answer {
        Ok(Verdict::Accepted(_)) => "accepted",
        Ok(Verdict::Rejected(rejection)) => rejection.as_str(),
        Ok(_) => "new",
        Err(error) => error.kind(),
    }
}

fn compare(answer: &Result<Verdict, AuthError>, vector: &Vector) -> Option<String> {
    if kind(answer) != vector.expect.as_str() {
        return Some(format!(
            "expected {}, got {}",
            vector.expect.as_str(),
            word(answer)
        ));
    }
    let ends = match answer {
        Ok(Verdict::Rejected(Rejection::Banned { until } | Rejection::LockedOut { until })) => {
            until.map(Timestamp::unix_timestamp)
        }
        _ => return None,
    };
    (vector.until.is_some() && vector.until != ends)
        .then(|| format!("expected `until` {:?}, got {ends:?}", vector.until))
}

async fn wrong_passwords(
    authenticator: &SpecAuthenticator,
    vector: &Vector,
    login: &str,
    complaints: &mut Complaints<'_>,
) {
    // Whoever does not know the password learns nothing of the state, locks aside.
    let expected = match vector.expect {
        Expect::Accepted
        | Expect::WrongPassword
        | Expect::Inactive
        | Expect::PendingActivation
        | Expect::Banned
        | Expect::Deleted
        | Expect::PasswordExpired => "wrong_password",
        expect => expect.as_str(),
    };
    for password in &vector.wrong {
        let answer = authenticator
            .authenticate(&Login::new(login, password.as_str()))
            .await;
        if kind(&answer) != expected {
            complaints.add(format!(
                "wrong password {password:?}: expected {expected}, got {}",
                word(&answer)
            ));
        }
    }
}

/// The account by name and by id, and its unread messages.
async fn look_up(
    authenticator: &SpecAuthenticator,
    vector: &Vector,
    login: &str,
    identity: Option<Identity>,
    complaints: &mut Complaints<'_>,
) {
    let by_name = match authenticator.find(&[Lookup::by_name(login)]).await {
        Ok(mut found) => found.pop().flatten(),
        Err(AuthError::Ambiguous(_)) if vector.expect == Expect::Ambiguous => return,
        Err(error) => {
            complaints.add(format!("looked up by name: {error}{}", source(&error)));
            return;
        }
    };
    match (&by_name, vector.expect) {
        (None, Expect::UnknownUser) => return,
        (None, _) => {
            complaints.add("looked up by name, it is not found");
            return;
        }
        (Some(_), Expect::UnknownUser) => {
            complaints.add("looked up by name, it is found although nobody signs in with it");
            return;
        }
        (Some(_), Expect::Ambiguous) => {
            complaints.add("looked up by name, one account is found although two sign in with it");
            return;
        }
        _ => {}
    }
    let identity = identity.or_else(|| by_name.map(|found| found.user.identity));
    let Some(identity) = identity else { return };
    let by_id = authenticator
        .find(&[Lookup::by_id(identity.id.clone())])
        .await;
    match by_id.map(|mut found| found.pop().flatten()) {
        Ok(Some(found)) => {
            if let Some(complaint) = standing(&found, vector) {
                complaints.add(complaint);
            }
            if found.user.identity != identity {
                complaints.add(format!(
                    "looked up by id {}, the account {} is found",
                    identity.id, found.user.identity.id
                ));
            }
            if let Some(expected) = &vector.user {
                for complaint in differences(&found.user, expected) {
                    complaints.add(format!("looked up by id: {complaint}"));
                }
            }
        }
        Ok(None) => complaints.add(format!("looked up by id {}, it is not found", identity.id)),
        Err(error) => complaints.add(format!("looked up by id: {error}{}", source(&error))),
    }
    if let Some(unread) = vector.user.as_ref().and_then(|user| user.unread) {
        match authenticator.unread_private_messages(&identity).await {
            Ok(Some(found)) if found == unread => {}
            Ok(found) => complaints.add(format!("expected {unread} unread, got {found:?}")),
            Err(error) => complaints.add(format!("unread: {error}{}", source(&error))),
        }
    }
}

fn standing(found: &Found, vector: &Vector) -> Option<String> {
    let came = match &found.standing {
        Standing::Good => "good",
        Standing::Refused(rejection) => rejection.as_str(),
        _ => "new",
    };
    let expected = match vector.expect {
        Expect::Accepted => "good",
        Expect::WrongPassword | Expect::UnsupportedHash | Expect::Configuration => return None,
        expect => expect.as_str(),
    };
    (came != expected).then(|| format!("looked up by id, it stands {came}, expected {expected}"))
}

/// What of the user is not as it must be.
fn differences(user: &ExternalUser, expected: &ExpectedUser) -> Vec<String> {
    let mut differences = Vec::new();
    let mut text = |key: &str, expected: &Option<String>, came: Option<&str>| {
        if let Some(expected) = expected
            && *expected != came.unwrap_or_default()
        {
            differences.push(format!("expected {key} {expected:?}, got {came:?}"));
        }
    };
    let avatar = user.avatar.as_ref().and_then(|avatar| match avatar {
        Avatar::Url(url) => Some(&**url),
        Avatar::Path(path) => Some(&**path),
        _ => None,
    });
    text("id", &expected.id, Some(user.identity.id.as_str()));
    text("name", &expected.name, Some(&user.name));
    // One that is the name itself says nothing and is left out.
    let display_name = match (&expected.display_name, &user.display_name) {
        (Some(expected), None) if *expected == user.name => Some(&**expected),
        (_, display_name) => display_name.as_deref(),
    };
    text("display_name", &expected.display_name, display_name);
    text("email", &expected.email, user.email.as_deref());
    // A vector may say the product's own word.
    let language = expected
        .language
        .as_deref()
        .map(|word| im_auth_sql::language_tag(word).unwrap_or_default());
    text("language", &language, user.language.as_deref());
    text("avatar", &expected.avatar, avatar);
    for (key, expected, came) in [
        ("admin", expected.admin, user.is_admin),
        ("moderator", expected.moderator, user.is_moderator),
    ] {
        if expected.is_some_and(|expected| expected != came) {
            differences.push(format!("expected {key} {}, got {came}", !came));
        }
    }
    if let Some(groups) = &expected.groups {
        let sorted = |groups: &[String]| {
            let mut groups = groups.to_vec();
            groups.sort();
            groups
        };
        if sorted(groups) != sorted(&user.groups) {
            differences.push(format!("expected groups {groups:?}, got {:?}", user.groups));
        }
    }
    if let Some(expected) = expected.registered_at {
        let came = user.registered_at.map_or(0, Timestamp::unix_timestamp);
        if came != expected {
            differences.push(format!("expected registered_at {expected}, got {came}"));
        }
    }
    differences
}
