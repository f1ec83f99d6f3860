//! The named formats. A new one is a file here with a [`Named`] in it, and a line below.

use crate::format::Recognised;

mod argon2;
mod bcrypt;
mod computed;
mod crypt;
mod des_crypt;
mod digits;
mod discourse;
mod django;
mod drupal7;
mod espocrm_old;
mod ext_des_crypt;
mod flarum_old;
mod gitea;
mod hesk;
mod ldap;
mod magento2;
mod mahara;
mod md5_crypt;
mod mediawiki;
mod mysql;
mod mysql_encode;
mod passlib_pbkdf2;
mod pbkdf2;
mod phpass;
mod phpbb3;
mod plain;
mod scrypt;
mod seafile;
mod sha_crypt;
mod silverstripe_old;
mod symfony;
mod wcf2;
mod woltlab;
mod wp_bcrypt;

pub(crate) use argon2::hash as argon2_hash;

/// Names to formats: one line per format, in the order of the documentation.
pub(crate) static ALL: &[&dyn Scheme] = &[
    &bcrypt::FORMAT,
    &phpass::FORMAT,
    &argon2::FORMAT,
    &des_crypt::FORMAT,
    &ext_des_crypt::FORMAT,
    &md5_crypt::MD5_CRYPT,
    &md5_crypt::APR1,
    &sha_crypt::SHA256_CRYPT,
    &sha_crypt::SHA512_CRYPT,
    &sha_crypt::SHA512_CRYPT_64,
    &scrypt::FORMAT,
    &passlib_pbkdf2::FORMAT,
    &symfony::FORMAT,
    &drupal7::FORMAT,
    &wp_bcrypt::FORMAT,
    &wcf2::FORMAT,
    &woltlab::FORMAT,
    &phpbb3::FORMAT,
    &django::FORMAT,
    &discourse::FORMAT,
    &mediawiki::FORMAT,
    &ldap::LDAP,
    &ldap::LDAP_PLAIN,
    &magento2::FORMAT,
    &mysql::MYSQL323,
    &mysql::MYSQL41,
    &hesk::FORMAT,
    &flarum_old::FORMAT,
    &seafile::FORMAT,
    &silverstripe_old::FORMAT,
    &gitea::FORMAT,
    &mahara::FORMAT,
    &espocrm_old::FORMAT,
    &mysql_encode::FORMAT,
    &plain::Plain,
];

/// A named format.
pub(crate) trait Scheme: Send + Sync {
    /// As it is written in configurations and system files.
    fn name(&self) -> &'static str;

    /// What it is, in one line of plain words.
    fn description(&self) -> &'static str;

    /// Takes `stored` apart if it has exactly this shape; `None` for anything else. Strict: what
    /// no writer of this format can have written is not of this format.
    fn recognise<'a>(&'a self, stored: &'a [u8]) -> Option<Box<dyn Recognised + 'a>>;

    /// Which of `$salt`, `$username` and `$secret` it cannot do without.
    fn needs(&self) -> &[&'static str] {
        &[]
    }

    /// Whether it is clear text or a fast digest without a salt.
    fn is_weak(&self) -> bool {
        false
    }

    /// Whether it is only ever over a digest of the password: it makes other characters of one and
    /// is none itself.
    fn takes_digest(&self) -> bool {
        false
    }

    /// Whether it is tried only on values that no other accepted format recognises.
    fn is_last_resort(&self) -> bool {
        false
    }
}

/// A named format that needs no other value than the password.
struct Named {
    name: &'static str,
    description: &'static str,
    weak: bool,
    recognise: computed::Recognise,
}

impl Scheme for Named {
    fn name(&self) -> &'static str {
        self.name
    }

    fn description(&self) -> &'static str {
        self.description
    }

    fn recognise<'a>(&'a self, stored: &'a [u8]) -> Option<Box<dyn Recognised + 'a>> {
        (self.recognise)(stored)
    }

    fn is_weak(&self) -> bool {
        self.weak
    }
}

#[cfg(test)]
mod tests {
    use super::ALL;

    /// Calls `check` with the format and the stored value of every vector that some named format
    /// recognises. Cells with other escapes than of a backslash are left out: they hold no shape
    /// that others do not.
    fn for_each_vector(mut check: impl FnMut(&'static dyn super::Scheme, &str)) {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors");
        for entry in std::fs::read_dir(folder).expect("tests/vectors is there") {
            let path = entry.expect("a readable folder").path();
            if path.extension().is_none_or(|extension| extension != "tsv") {
                continue;
            }
            let text = std::fs::read_to_string(path).expect("vectors are UTF-8");
            for line in text.lines().skip(1) {
                let cells: Vec<_> = line.split('\t').collect();
                let expect = cells[7];
                // `name` or `name(expr)`
                let name = cells[0].split_once('(').map_or(cells[0], |(name, over)| {
                    if over.contains(" in ") { "" } else { name }
                });
                let parts: Vec<_> = cells[6].split(r"\\").collect();
                let scheme = ALL.iter().find(|scheme| scheme.name() == name);
                if let (Some(scheme), "match" | "mismatch") = (scheme, expect)
                    && !parts.iter().any(|part| part.contains('\\'))
                {
                    check(*scheme, &parts.join(r"\"));
                }
            }
        }
    }

    #[test]
    fn a_blank_value_has_the_shape_and_the_cost_of_what_it_stands_for() {
        let mut seen = std::collections::BTreeSet::new();
        for_each_vector(|scheme, stored| {
            let name = scheme.name();
            let found = scheme.recognise(stored.as_bytes()).expect(name);
            let blank = found.blank();
            let again = scheme
                .recognise(&blank)
                .unwrap_or_else(|| panic!("{name}: {}", String::from_utf8_lossy(&blank)));
            assert_eq!(again.label(), found.label());
            assert_eq!(again.memory(), found.memory());
            assert_eq!(again.blank(), blank, "{name}");
            if found.label() != "clear text" && !found.label().contains("no password") {
                assert_ne!(blank, stored.as_bytes(), "{name}");
            }
            seen.insert(name);
        });
        let names: Vec<_> = ALL.iter().map(|scheme| scheme.name()).collect();
        assert_eq!(seen.len(), names.len(), "of {names:?} only {seen:?}");
    }

    #[test]
    fn every_name_is_used_once_and_described_in_one_line() {
        let mut names = std::collections::BTreeSet::new();
        for scheme in ALL {
            assert!(names.insert(scheme.name()), "{} twice", scheme.name());
            let description = scheme.description();
            assert!((5..90).contains(&description.len()), "{description}");
            assert!(!description.contains('\n') && !description.ends_with('.'));
        }
    }
}
