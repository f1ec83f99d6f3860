//! Seafile's `PBKDF2SHA256$rounds$salt$digest`, salt and digest in hex digits. DokuWiki reads
//! them, too.

use super::Named;
use super::computed::{Computed, Found};
use super::digits::{decimal, unhex};
use super::pbkdf2::Prf;

pub(super) static FORMAT: Named = Named {
    name: "seafile",
    description: "PBKDF2 of Seafile, PBKDF2SHA256$",
    weak: false,
    recognise,
};

fn recognise(stored: &[u8]) -> Found<'_> {
    let mut fields = stored
        .strip_prefix(b"PBKDF2SHA256$")?
        .split(|byte| *byte == b'$');
    let rounds = decimal(fields.next()?).filter(|rounds| *rounds > 0)?;
    let salt = unhex(fields.next()?)?;
    let digest = unhex(fields.next()?)?;
    if fields.next().is_some() || salt.is_empty() || digest.len() != Prf::SHA256.len() {
        return None;
    }
    let mut blank = format!("PBKDF2SHA256${rounds}$").into_bytes();
    blank.resize(blank.len() + 2 * salt.len(), b'0');
    blank.push(b'$');
    blank.resize(blank.len() + 2 * digest.len(), b'0');
    Computed {
        label: format!("Seafile PBKDF2, {rounds} rounds"),
        blank,
        work: Prf::SHA256.work(rounds, digest.len()),
        compute: Prf::SHA256.compute(salt, rounds, digest.len()),
        digest,
    }
    .found()
}
