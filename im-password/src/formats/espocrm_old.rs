//! EspoCRM before version 9: the 86 digits of sha512-crypt over the MD5 of the password. The salt
//! is one for all accounts and stands in the configuration.

use md5::Md5;

use super::computed::{Computed, Found, hex_digest};
use super::digits::are_digits;
use super::{Scheme, sha_crypt};
use crate::cost::Work;

pub(super) static FORMAT: EspoCrm = EspoCrm;

pub(super) struct EspoCrm;

impl Scheme for EspoCrm {
    fn name(&self) -> &'static str {
        "espocrm-old"
    }

    fn description(&self) -> &'static str {
        "sha512-crypt over MD5 without its salt, which is EspoCRM's passwordSalt"
    }

    fn recognise<'a>(&'a self, stored: &'a [u8]) -> Found<'a> {
        // 512 bits leave two to the last digit.
        if stored.len() != 86 || !are_digits(stored, 3) {
            return None;
        }
        Computed {
            label: "sha512-crypt over MD5, without its salt".to_owned(),
            blank: b".".repeat(86),
            digest: stored.to_vec(),
            work: Work::ShaCrypt {
                rounds: sha_crypt::DEFAULT_ROUNDS,
            },
            compute: Box::new(|material| {
                let salt = material.secret.unwrap_or_default();
                let password = hex_digest::<Md5>(&[material.password]);
                // crypt(3) reads no longer ones, and nothing behind a dollar sign.
                let end = salt.iter().position(|byte| *byte == b'$');
                let salt = &salt[..end.unwrap_or(salt.len()).min(16)];
                sha_crypt::sha512_digits(sha_crypt::DEFAULT_ROUNDS, salt, &password)
            }),
        }
        .found()
    }

    fn needs(&self) -> &[&'static str] {
        &["$secret"]
    }
}
