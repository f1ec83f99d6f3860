use std::time::{Duration, Instant};

use im_password::Attempt;

use super::{BCRYPT, MD5, policy};

const PHPASS: &str = "$H$9kP2xq9Lz79oYQp792AzAqrgtdOeqx.";

#[test]
fn values_of_one_format_and_cost_have_one_shape() {
    let policy = policy(&["bcrypt", "phpass", "md5($pass)"]);
    let shape = |stored: &str| policy.recognise(stored.as_bytes()).expect("recognised");
    assert_eq!(shape(MD5), shape("00000000000000000000000000000000"));
    assert_eq!(shape(PHPASS), shape(&PHPASS.replace("kP2x", "aaaa")));
    assert_ne!(shape(PHPASS), shape(&PHPASS.replace("$9", "$B")));
    assert_ne!(shape(PHPASS), shape(&PHPASS.replace("$H$", "$P$")));
    assert_ne!(shape(BCRYPT), shape(&BCRYPT.replace("$05$", "$06$")));
    assert_ne!(shape(BCRYPT), shape(MD5));
}

#[test]
fn a_shape_tells_format_and_cost() {
    let policy = policy(&[
        "bcrypt",
        "phpass",
        "argon2",
        "md5($pass)",
        "plain",
        "des-crypt",
    ]);
    let shape = |stored: &str| {
        policy
            .recognise(stored.as_bytes())
            .expect("recognised")
            .to_string()
    };
    assert_eq!(shape(BCRYPT), "bcrypt $2a$, cost 5");
    assert_eq!(shape(PHPASS), "phpass $H$, 2^11 rounds");
    assert_eq!(shape(MD5), "md5($pass)");
    assert_eq!(shape("abBdKvT6BqSGg"), "DES crypt");
    assert_eq!(shape("hunter2"), "clear text");
    let argon2 = "$argon2id$v=19$m=65536,t=4,p=1$Zml4ZWRzYWx0Zml4ZWQwMQ$\
                  0sqBfVZeEI6lnZzujJRJzQl6u/CcI2GeYzvCzf7wHxs";
    assert_eq!(shape(argon2), "argon2id, v=19, m=65536, t=4, p=1");
}

#[test]
fn the_shapes_of_wrapped_formats_tell_both() {
    let policy = policy(&[
        "django",
        "wcf2",
        "mediawiki",
        "ldap",
        "phpbb3",
        "flarum-old",
    ]);
    let shape = |stored: &str| {
        policy
            .recognise(stored.as_bytes())
            .expect("recognised")
            .to_string()
    };
    assert_eq!(
        shape(&format!("bcrypt_sha256${BCRYPT}")),
        "Django SHA-256 in bcrypt $2a$, cost 5"
    );
    assert_eq!(shape(BCRYPT), "double bcrypt $2a$, cost 5");
    assert_eq!(
        shape(&format!("{{crypt}}{BCRYPT}")),
        "LDAP bcrypt $2a$, cost 5"
    );
    assert_eq!(
        shape("{ssha}ZUZtyWL0+pcY7Hps6WzTgmlEJBpzYWx0"),
        "LDAP {SSHA}"
    );
    assert_eq!(
        shape(&format!(
            ":pbkdf2-legacyB:!sha256:1000:32!42!c2FsdA==!{}=",
            "A".repeat(43)
        )),
        "MediaWiki PBKDF2 with SHA-256, 1000 rounds over salted MD5"
    );
    assert_eq!(
        shape("$H\\2y$9kP2xq9Lz$10\\N0tRandomSaltForAlice.$relouvXwKgyCiqs2/0S4W75n4fJv9CW"),
        "phpBB combined: phpass $H$, 2^11 rounds, in bcrypt $2y$, cost 10"
    );
    assert_eq!(
        shape(&format!(
            "{{\"type\":\"md5-bcrypt\",\"password\":\"{BCRYPT}\"}}"
        )),
        "Flarum old password md5-bcrypt, bcrypt $2a$, cost 5"
    );
    assert_eq!(shape("!"), "Django's mark for no password");
}

#[test]
fn a_decoy_takes_as_long_as_a_wrong_password() {
    let cost_8 = BCRYPT.replace("$05$", "$08$");
    let sha512_crypt = format!("$6$rounds=20000$salt${}", ".".repeat(86));
    let magento = format!("{}:salt:0:1:3_32_1_8192000", "a".repeat(64));
    let django = format!("pbkdf2_sha256$50000$salt${}=", "A".repeat(43));
    for stored in [
        cost_8.as_str(),
        &PHPASS.replace("$9", "$D"),
        MD5,
        &sha512_crypt,
        &magento,
        &django,
        &format!("#{cost_8}"),
        &format!("a:1:{{s:4:\"hash\";s:60:\"{cost_8}\";}}"),
        &format!("3000$some salt${MD5}"),
    ] {
        let policy = policy(&[
            "bcrypt",
            "phpass",
            "md5(md5($pass).$salt)",
            "md5($pass)",
            "sha512-crypt",
            "magento2",
            "django",
            "bcrypt(md5($pass)) in \"#$hash\"",
            "bcrypt in php(hash)",
            "repeat($rounds,$pass,md5($value.$salt)) in \"$rounds$$$salt$$$hash\"",
        ])
        .inputs(["raw", "cp1252"].map(|input| input.parse().expect("an input")));
        let shape = policy.recognise(stored.as_bytes()).expect("recognised");
        let attempt = Attempt::new("mot de passe érroné").salt(b"12345");
        // Interleaved, and the quickest of each: other work on the machine only adds time.
        let mut quickest = [Duration::MAX; 2];
        for _ in 0..25 {
            let start = Instant::now();
            let outcome = policy
                .verify(&attempt, stored.as_bytes())
                .expect("compared");
            quickest[0] = quickest[0].min(start.elapsed());
            assert!(!outcome.is_match());
            let start = Instant::now();
            policy.verify_decoy(&Attempt::new("mot de passe érroné"), &shape);
            quickest[1] = quickest[1].min(start.elapsed());
        }
        let ratio = quickest[1].as_secs_f64() / quickest[0].as_secs_f64();
        assert!((0.5..2.0).contains(&ratio), "{shape}: {quickest:?}");
    }
}
