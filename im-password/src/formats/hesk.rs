//! HESK before 3.0: the SHA-1 of the SHA-1s of each byte of the password, behind each other.

use sha1::{Digest, Sha1};

use super::Named;
use super::computed::{Computed, Found, finish, hex_digest};
use super::digits::unhex;
use crate::cost::Work;

pub(super) static FORMAT: Named = Named {
    name: "hesk",
    description: "SHA-1 of the SHA-1s of each byte, HESK before 3.0",
    weak: true,
    recognise,
};

fn recognise(stored: &[u8]) -> Found<'_> {
    let digest = unhex(stored).filter(|digest| digest.len() == 20)?;
    Computed {
        label: "HESK SHA-1".to_owned(),
        blank: b"0".repeat(40),
        digest,
        work: Work::Little,
        compute: Box::new(|material| {
            let mut hasher = Sha1::new();
            for byte in material.password {
                hasher.update(&*hex_digest::<Sha1>(&[&[*byte]]));
            }
            finish(hasher)
        }),
    }
    .found()
}
