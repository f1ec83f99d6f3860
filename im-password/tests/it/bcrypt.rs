//! Against the bcrypt crate, which hashes `$2b$` and `$2y$` as crypt_blowfish does.

use im_password::Attempt;
use proptest::prelude::*;

use super::{BCRYPT, matches, policy};

#[test]
fn the_published_hash_of_crypt_blowfish_is_verified() {
    assert_eq!(matches(&policy(&["bcrypt"]), "U*U", BCRYPT), Ok(true));
    assert_eq!(matches(&policy(&["bcrypt"]), "U*V", BCRYPT), Ok(false));
}

#[test]
fn the_mark_2x_is_not_2y() {
    // Published with crypt_blowfish 1.1: the byte a3 under the old mistake and without it.
    let wrong = "$2x$05$/OK.fbVrR/bpIqNJ5ianF.CE5elHaaO4EbggVDjb8P19RukzXSM3e";
    let right = "$2y$05$/OK.fbVrR/bpIqNJ5ianF.Sa7shrm9.OzIxKqpTe8RZAnkUYfu4Ky";
    let policy = policy(&["bcrypt"]).inputs(["cp1252".parse().expect("an input")]);
    let remarked = wrong.replace("$2x$", "$2y$");
    assert_eq!(matches(&policy, "£", wrong), Ok(true));
    assert_eq!(matches(&policy, "£", &remarked), Ok(false));
    // The mistake makes this one the same, whichever way it is computed.
    assert_eq!(matches(&policy, "ÿÿ£", &remarked), Ok(true));
    assert_eq!(matches(&policy, "ÿÿ£", right), Ok(false));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_bcrypt_crate_hashes_alike(
        password in "[^\\x00]{0,90}", salt in any::<[u8; 16]>(), y in any::<bool>()
    ) {
        let version = if y { bcrypt::Version::TwoY } else { bcrypt::Version::TwoB };
        let stored = bcrypt::hash_with_salt(&password, 4, salt)
            .expect("a hash")
            .format_for_version(version);
        let outcome = policy(&["bcrypt"]).verify(&Attempt::new(&password), stored.as_bytes())?;
        prop_assert!(outcome.is_match());
    }
}
