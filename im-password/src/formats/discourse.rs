//! Discourse keeps three columns: the algorithm, `$pbkdf2-sha256$i=600000,l=32$`, a salt and the
//! digest in hex digits. Put behind each other, with a dollar sign between the last two, they are
//! one value. The salt counts as the text that it is, hex digits or not.

use super::Named;
use super::computed::{Computed, Found};
use super::digits::{decimal, unhex};
use super::pbkdf2::Prf;

pub(super) static FORMAT: Named = Named {
    name: "discourse",
    description: "PBKDF2 of Discourse: algorithm, salt, `$` and hex digits behind each other",
    weak: false,
    recognise,
};

fn recognise(stored: &[u8]) -> Found<'_> {
    let rest = stored.strip_prefix(b"$pbkdf2-sha256$i=")?;
    let mut fields = rest.split(|byte| *byte == b'$');
    let mut costs = fields.next()?.split(|byte| *byte == b',');
    let rounds = decimal(costs.next()?).filter(|rounds| *rounds > 0)?;
    let len = decimal(costs.next()?.strip_prefix(b"l=")?)?;
    // Whoever joins the columns may write a dollar sign more.
    let mut salt = fields.next()?;
    let mut doubled = "";
    if salt.is_empty() {
        salt = fields.next()?;
        doubled = "$";
    }
    let digest = unhex(fields.next()?)?;
    if costs.next().is_some()
        || fields.next().is_some()
        || salt.is_empty()
        || !(16..=64).contains(&digest.len())
        || u32::try_from(digest.len()) != Ok(len)
    {
        return None;
    }
    let mut blank = format!("$pbkdf2-sha256$i={rounds},l={len}${doubled}").into_bytes();
    blank.resize(blank.len() + salt.len(), b'0');
    blank.push(b'$');
    blank.resize(blank.len() + 2 * digest.len(), b'0');
    Computed {
        label: format!("Discourse PBKDF2, {rounds} rounds"),
        blank,
        work: Prf::SHA256.work(rounds, digest.len()),
        compute: Prf::SHA256.compute(salt.to_vec(), rounds, digest.len()),
        digest,
    }
    .found()
}
