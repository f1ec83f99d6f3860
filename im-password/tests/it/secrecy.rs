use std::error::Error;

use im_password::{Attempt, Outcome, OwnedAttempt, hash_argon2id};

use super::{BCRYPT, MD5, policy};

const SECRETS: [&str; 4] = ["pa55-seeded", "sa1t-seeded", "us3r-seeded", "s3cret-seeded"];

fn check(text: &str) {
    for secret in SECRETS
        .iter()
        .chain([&MD5, &BCRYPT, &&BCRYPT[29..], &&BCRYPT[7..29]])
    {
        assert!(!text.contains(secret), "{text}");
        let bytes = format!("{:?}", secret.as_bytes());
        assert!(!text.contains(bytes.trim_matches(['[', ']'])), "{text}");
    }
}

#[test]
fn no_text_of_any_public_type_holds_a_secret() {
    let [pass, salt, username, secret] = SECRETS;
    let attempt = Attempt::new(pass)
        .salt(salt.as_bytes())
        .username(username.as_bytes())
        .secret(secret.as_bytes());
    let owned = OwnedAttempt::new(pass)
        .salt(salt)
        .username(username)
        .secret(secret);
    check(&format!("{attempt:?} {attempt:#?} {owned:?} {owned:#?}"));

    let policy = policy(&["bcrypt", "md5($pass.$salt)", "plain"]);
    check(&format!("{policy:?}"));
    for stored in [MD5, BCRYPT, pass] {
        let shape = policy.recognise(stored.as_bytes()).expect("recognised");
        check(&format!("{shape:?} {shape:#?} {shape}"));
        check(&format!("{:?}", policy.verify(&attempt, stored.as_bytes())));
    }
    let outcome = policy
        .verify(&attempt, pass.as_bytes())
        .expect("clear text");
    assert!(matches!(outcome, Outcome::Match { .. }));
    check(&format!("{outcome:?}"));

    let refused = super::policy(&["phpass"]);
    for stored in [MD5, BCRYPT, pass, &BCRYPT[..50]] {
        let error = refused
            .verify(&attempt, stored.as_bytes())
            .expect_err("another shape");
        check(&format!("{error:?} {error} {:?}", error.source()));
    }
    let costly = super::policy(&["bcrypt"]).recognise(BCRYPT.replace("$05$", "$20$").as_bytes());
    check(&format!("{costly:?}"));
}

#[cfg(feature = "pool")]
#[tokio::test]
async fn no_text_of_the_pool_holds_a_secret() {
    use std::sync::Arc;

    use im_password::{Job, PoolLimits, VerifyPool};

    let [pass, salt, ..] = SECRETS;
    let pool = VerifyPool::new(PoolLimits::default());
    let policy = Arc::new(policy(&["md5($pass.$salt)"]));
    let attempt = OwnedAttempt::new(pass).salt(salt);
    let job = Job::check(policy.clone(), attempt.clone(), MD5);
    check(&format!("{job:?} {job:#?} {pool:?}"));
    assert!(!pool.verify(job).await.expect("compared").is_match());
    let shape = policy.recognise(MD5.as_bytes()).expect("recognised");
    check(&format!(
        "{:?}",
        Job::decoy(policy.clone(), attempt.clone(), shape)
    ));
    let error = pool
        .verify(Job::check(policy, attempt, BCRYPT))
        .await
        .expect_err("another shape");
    check(&format!("{error:?} {error} {pool:?}"));
}

#[test]
fn two_hashes_of_one_password_differ() {
    let [a, b] = [(); 2].map(|()| hash_argon2id("secret").expect("a hash"));
    assert_ne!(a, b);
    let policy = policy(&["argon2"]);
    for stored in [&a, &b] {
        assert_eq!(super::matches(&policy, "secret", stored), Ok(true));
        assert_eq!(super::matches(&policy, "Secret", stored), Ok(false));
    }
}
