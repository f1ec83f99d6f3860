//! PBKDF2 as passlib and TYPO3 write it: `$pbkdf2-sha256$rounds$salt$digest`, in a base 64 with
//! `.` for `+`. `$pbkdf2$` is the one with SHA-1.

use base64::Engine;

use super::Named;
use super::computed::{Computed, Found};
use super::digits::decimal;
use super::pbkdf2::{AB64, Prf};

pub(super) static FORMAT: Named = Named {
    name: "passlib-pbkdf2",
    description: "PBKDF2 as passlib and TYPO3 write it, $pbkdf2-sha256$",
    weak: false,
    recognise,
};

fn recognise(stored: &[u8]) -> Found<'_> {
    let mut fields = stored.split(|byte| *byte == b'$');
    if !fields.next()?.is_empty() {
        return None;
    }
    let (name, prf) = match fields.next()? {
        b"pbkdf2" => ("pbkdf2", Prf::SHA1),
        b"pbkdf2-sha256" => ("pbkdf2-sha256", Prf::SHA256),
        b"pbkdf2-sha512" => ("pbkdf2-sha512", Prf::SHA512),
        _ => return None,
    };
    let rounds = decimal(fields.next()?).filter(|rounds| *rounds > 0)?;
    let salt = AB64.decode(fields.next()?).ok()?;
    let digest = AB64.decode(fields.next()?).ok()?;
    if fields.next().is_some() || digest.len() != prf.len() {
        return None;
    }
    let [blank_salt, blank_digest] =
        [&salt, &digest].map(|bytes| AB64.encode(vec![0; bytes.len()]));
    Computed {
        label: format!("${name}$, {rounds} rounds"),
        blank: format!("${name}${rounds}${blank_salt}${blank_digest}").into_bytes(),
        work: prf.work(rounds, digest.len()),
        compute: prf.compute(salt, rounds, digest.len()),
        digest,
    }
    .found()
}
