//! Who is banned: by id, by address, by e-mail, as phpBB 2 applies its list when it begins a session.
//!
//! Bans have no end. Nobody is exempt, not even administrators. The product looks at address bans with wildcards at
//! the end only, and takes the *account's* e-mail address as the pattern of a `LIKE` over the banned ones; a ban of
//! `*@example.com` therefore stops new registrations, not existing accounts, unless the realm is strict.

use std::net::{IpAddr, Ipv4Addr};

use serde::Deserialize;

/// Which bans refuse a sign-in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum BanPolicy {
    /// Those that stop an existing account in phpBB 2 itself.
    #[default]
    Product,
    /// Also those that only stop registration there: e-mail patterns such as `*@example.com`.
    Strict,
}

/// How an address may stand in `ban_ip`: hexadecimal, exact or with `ff` for its last octets.
///
/// `None` for an IPv6 address, which phpBB 2 does not know.
pub(crate) fn listed_forms(address: IpAddr) -> Option<[String; 4]> {
    let IpAddr::V4(address) = address.to_canonical() else {
        return None;
    };
    Some([32, 24, 16, 8].map(|bits| wildcards_after(address, bits)))
}

fn wildcards_after(address: Ipv4Addr, bits: u32) -> String {
    let rest = u32::MAX.checked_shr(bits).unwrap_or(0);
    format!("{:08x}", address.to_bits() | rest)
}

/// The `LIKE` patterns that an account's e-mail address makes: the address, and `@` with what follows it.
///
/// `None` for an empty address: as a pattern it would match the empty cells of other people's bans.
pub(crate) fn patterns(email: &str) -> Option<[&str; 2]> {
    if email.is_empty() {
        return None;
    }
    let domain = email.find('@').map_or(email, |at| &email[at..]);
    Some([email, domain])
}

/// Whether a banned e-mail with `*` for any characters covers an address; letter case does not matter.
pub(crate) fn covers(pattern: &str, email: &str) -> bool {
    let pattern = pattern.trim().to_lowercase();
    let email = email.to_lowercase();
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = email.strip_prefix(first) else {
        return false;
    };
    let Some(last) = pieces.next_back() else {
        return rest.is_empty();
    };
    for piece in pieces {
        match rest.find(piece) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms(address: &str) -> Option<[String; 4]> {
        listed_forms(address.parse().unwrap())
    }

    #[test]
    fn an_address_is_listed_in_hexadecimal_with_ff_for_its_last_octets() {
        let expected = ["cb007107", "cb0071ff", "cb00ffff", "cbffffff"].map(String::from);
        assert_eq!(forms("203.0.113.7"), Some(expected.clone()));
        assert_eq!(forms("::ffff:203.0.113.7"), Some(expected));
        assert_eq!(forms("2001:db8::1"), None);
    }

    #[test]
    fn the_accounts_address_and_its_domain_are_the_patterns() {
        assert_eq!(patterns("a@b.org"), Some(["a@b.org", "@b.org"]));
        assert_eq!(patterns("no-at"), Some(["no-at", "no-at"]));
        assert_eq!(patterns(""), None);
    }

    #[test]
    fn a_star_covers_any_characters_between_anchored_ends() {
        assert!(covers("*@example.com", "Someone@Example.COM"));
        assert!(covers("spam*@*.example", "spammer@mail.example"));
        assert!(covers("a@b.org", "a@b.org"));
        assert!(covers("*", ""));
        assert!(!covers("*@example.com", "a@example.com.evil"));
        assert!(!covers("a*a", "a"), "the two ends may not overlap");
        assert!(
            !covers("*@mail.ru", "a@mailxru"),
            "a full stop is a full stop"
        );
        assert!(!covers("", "a@b.org"));
    }
}
