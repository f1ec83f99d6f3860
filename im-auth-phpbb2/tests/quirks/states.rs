//! Who is refused with the right password, on an English board of 2.0.23.

use im_core::{Rejection, Timestamp};

use crate::case::{Case, Expect, case};
use crate::names::PASSWORD;
use crate::support::NOW;

/// Rows of members, bans and groups, beside those of the names and passwords. For every engine and character set.
pub(crate) const SCRIPT: &str = "
UPDATE phpbb_users SET user_active = 0 WHERE user_id IN (300, 301, 303);
UPDATE phpbb_users SET user_active = 2 WHERE user_id = 302;
UPDATE phpbb_users SET user_actkey = 'abc123' WHERE user_id IN (301, 304);
UPDATE phpbb_users SET user_newpasswd = '9ed6210e741906ee73fa04b9225dd63f', user_password = 'e56dd7aa9a18d56bc443d94426a178f2' WHERE user_id = 305;
UPDATE phpbb_users SET user_level = 1 WHERE user_id IN (311, 331);
UPDATE phpbb_users SET user_email = 'Exact@Banned.example' WHERE user_id = 312;
UPDATE phpbb_users SET user_email = 'member@pattern.example' WHERE user_id = 313;
UPDATE phpbb_users SET user_email = 'member@domain.example' WHERE user_id = 314;
UPDATE phpbb_users SET user_email = 'under_score@mail.example' WHERE user_id = 315;
UPDATE phpbb_users SET user_email = '' WHERE user_id = 316;
UPDATE phpbb_users SET user_email = NULL WHERE user_id = 317;
UPDATE phpbb_users SET user_email = 'sp%m@mail.example' WHERE user_id = 318;
UPDATE phpbb_users SET user_login_tries = 5, user_last_login_try = 1780315199 WHERE user_id IN (303, 330, 331);
UPDATE phpbb_users SET user_login_tries = 4, user_last_login_try = 1780315199 WHERE user_id = 332;
UPDATE phpbb_users SET user_login_tries = 99, user_last_login_try = 1780313399 WHERE user_id = 333;
UPDATE phpbb_users SET user_login_tries = 5, user_last_login_try = 1780313400 WHERE user_id = 334;
UPDATE phpbb_users SET user_login_tries = 5, user_last_login_try = 0 WHERE user_id = 335;
INSERT INTO phpbb_banlist (ban_userid, ban_ip, ban_email) VALUES
    (303, '', NULL), (310, '', NULL), (311, '', NULL), (9999, '', ''),
    (0, '', 'exact@banned.example'), (0, '', '*@pattern.example'), (0, '', '@domain.example'),
    (0, '', 'underXscore@mail.example'), (0, '', 'spam@mail.example'),
    (0, 'c6336407', NULL), (0, 'CB0071FF', NULL), (0, 'c0a8ffff', NULL), (0, '0affffff', NULL), (0, 'ac10ff05', NULL);
";

const MEMBERS: &[(i64, &str)] = &[
    (300, "Inactive"),
    (301, "Pending"),
    (302, "Half"),
    (303, "Worse"),
    (304, "Asked"),
    (305, "Newpass"),
    (310, "Banned"),
    (311, "Banned Admin"),
    (312, "Mail"),
    (313, "Pattern"),
    (314, "Domain"),
    (315, "Underscore"),
    (316, "Mailless"),
    (317, "Null"),
    (318, "Percent"),
    (320, "Traveller"),
    (330, "Locked"),
    (331, "Locked Admin"),
    (332, "Nearly"),
    (333, "Long ago"),
    (334, "Last second"),
    (335, "Never failed"),
];

/// Ids, names, stored passwords.
pub(crate) fn members() -> Vec<(i64, String, String)> {
    let stored = "9ed6210e741906ee73fa04b9225dd63f";
    let row = |(id, name): &(i64, &str)| (*id, (*name).to_owned(), stored.to_owned());
    MEMBERS.iter().map(row).collect()
}

const BANNED: Expect = Expect::Refused(Rejection::Banned { until: None });

fn locked(until: i64) -> Expect {
    let until = Timestamp::from_unix_timestamp(until).ok();
    Expect::Refused(Rejection::LockedOut { until })
}

fn right(name: &'static str, typed: &str, expect: Expect) -> Case {
    case(name, typed, PASSWORD, expect)
}

fn wrong(name: &'static str, typed: &str, expect: Expect) -> Case {
    case(name, typed, "wrong", expect)
}

pub(crate) fn cases() -> Vec<Case> {
    let traveller = |name, address: &str, expect| right(name, "Traveller", expect).from(address);
    vec![
        right("inactive", "Inactive", Expect::Refused(Rejection::Inactive)),
        wrong("inactive_and_wrong", "Inactive", Expect::Wrong),
        right(
            "waits_for_activation",
            "Pending",
            Expect::Refused(Rejection::PendingActivation),
        ),
        wrong("waits_for_activation_and_wrong", "Pending", Expect::Wrong),
        right(
            "any_other_state_gets_no_session",
            "Half",
            Expect::Refused(Rejection::Inactive),
        ),
        right("asked_for_a_new_password", "Asked", Expect::In(304)),
        right("the_new_password_is_not_yet_one", "Newpass", Expect::Wrong),
        case(
            "the_old_password_still_is",
            "Newpass",
            "admin-pass",
            Expect::In(305),
        ),
        case(
            "the_activation_key_is_no_password",
            "Asked",
            "abc123",
            Expect::Wrong,
        ),
        // Bans.
        right("banned", "Banned", BANNED),
        wrong("banned_and_wrong", "Banned", Expect::Wrong),
        right("administrators_are_not_exempt", "Banned Admin", BANNED),
        right("banned_by_mail_in_other_case", "Mail", BANNED),
        wrong("banned_by_mail_and_wrong", "Mail", Expect::Wrong),
        right("a_mail_pattern_stops_no_member", "Pattern", Expect::In(313)),
        right(
            "a_mail_pattern_does_where_bans_are_strict",
            "Pattern",
            BANNED,
        )
        .strict(),
        wrong(
            "a_mail_pattern_where_strict_and_wrong",
            "Pattern",
            Expect::Wrong,
        )
        .strict(),
        right("strict_bans_others_not", "Traveller", Expect::In(320)).strict(),
        right("a_bare_domain_stops_members", "Domain", BANNED),
        right(
            "an_underscore_in_the_address_is_a_wildcard",
            "Underscore",
            BANNED,
        ),
        right(
            "a_percent_sign_in_the_address_is_a_wildcard",
            "Percent",
            BANNED,
        ),
        right("no_address_matches_no_ban", "Mailless", Expect::In(316)),
        right("an_unknown_address_matches_no_ban", "Null", Expect::In(317)),
        traveller("an_address", "198.51.100.7", BANNED),
        traveller("its_neighbour", "198.51.100.8", Expect::In(320)),
        traveller(
            "a_range_of_the_last_octet_in_capitals",
            "203.0.113.250",
            BANNED,
        ),
        traveller("beside_the_range", "203.0.114.250", Expect::In(320)),
        traveller("a_range_of_two_octets", "192.168.77.1", BANNED),
        traveller("a_range_of_three_octets", "10.1.2.3", BANNED),
        traveller(
            "a_wildcard_in_the_middle_is_none",
            "172.16.9.5",
            Expect::In(320),
        ),
        traveller("but_an_octet_255", "172.16.255.5", BANNED),
        traveller("an_ipv4_address_in_ipv6", "::ffff:198.51.100.7", BANNED),
        traveller("an_ipv6_address", "2001:db8::c633:6407", Expect::In(320)),
        wrong("a_banned_address_and_wrong", "Traveller", Expect::Wrong).from("198.51.100.7"),
        case(
            "a_banned_address_and_nobody",
            "Nobody",
            PASSWORD,
            Expect::Unknown,
        )
        .from("198.51.100.7"),
        // Failed sign-ins.
        right("locked_out", "Locked", locked(NOW - 1 + 1800)),
        wrong(
            "locked_out_before_the_password",
            "Locked",
            locked(NOW - 1 + 1800),
        ),
        right(
            "an_administrator_locked_out",
            "Locked Admin",
            locked(NOW - 1 + 1800),
        ),
        right("one_failure_short", "Nearly", Expect::In(332)),
        right("failures_of_long_ago", "Long ago", Expect::In(333)),
        right("until_the_last_second", "Last second", locked(NOW)),
        right("tries_without_a_moment", "Never failed", Expect::In(335)),
        right(
            "locked_out_comes_before_everything",
            "Worse",
            locked(NOW - 1 + 1800),
        ),
    ]
}
