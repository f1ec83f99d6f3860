//! Which Phorum it is, and what that means for passwords.

use im_auth_sql::BoardCharset;
use im_core::AuthError;
use im_password::{Format, Input, Policy};

/// The versions that differ for a sign-in, oldest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Version {
    V3,
    V5_0,
    V5_1,
    V5_2,
    V6_0,
    V10,
}

impl Version {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::V3 => "3",
            Self::V5_0 => "5.0",
            Self::V5_1 => "5.1",
            Self::V5_2 => "5.2",
            Self::V6_0 => "6.0",
            Self::V10 => "10",
        }
    }

    /// The table of accounts after the prefix, and its key.
    pub(crate) fn user_table(self) -> (&'static str, &'static str) {
        match self {
            Self::V3 => ("_auth", "id"),
            _ => ("_users", "user_id"),
        }
    }

    /// Whether its ban lists are known.
    pub(crate) fn has_ban_lists(self) -> bool {
        self != Self::V3
    }

    /// Whether `password_temp` is a second password.
    pub(crate) fn has_temporary_password(self) -> bool {
        (Self::V5_0..=Self::V6_0).contains(&self)
    }

    /// Whether the sign-in page trims the password.
    pub(crate) fn trims_password(self) -> bool {
        (Self::V5_1..=Self::V6_0).contains(&self)
    }

    /// Whether the sign-in page itself looks at address bans.
    pub(crate) fn checks_address_at_sign_in(self) -> bool {
        self == Self::V6_0
    }

    fn formats(self) -> &'static [&'static str] {
        match self {
            Self::V3 => &["md5($pass)", "des-crypt"],
            Self::V5_0 | Self::V5_1 | Self::V5_2 => &["md5($pass)"],
            Self::V6_0 | Self::V10 => &["md5($pass)", "bcrypt", "argon2"],
        }
    }

    /// How the product made the bytes that it hashed: the character sets to try, after what it does to the text.
    fn inputs(self, board: &BoardCharset) -> Vec<String> {
        let steps = if self.trims_password() { "trim" } else { "raw" };
        let default = (self <= Self::V5_0).then_some("windows-1252");
        let charset = board.label().or(default);
        let mut inputs = vec![steps.to_owned()];
        inputs.extend(charset.map(|label| format!("{steps}+charset={label}")));
        inputs
    }

    /// What passwords of this version's tables are compared by.
    ///
    /// # Errors
    /// Never for a [`BoardCharset`], which was parsed; the formats are tested below.
    pub(crate) fn policy(self, board: &BoardCharset) -> Result<Policy, AuthError> {
        let broken = |error: String| AuthError::configuration(error);
        let formats = self
            .formats()
            .iter()
            .map(|name| {
                name.parse::<Format>()
                    .map_err(|error| broken(error.to_string()))
            })
            .collect::<Result<Vec<_>, _>>()?;
        let inputs = self
            .inputs(board)
            .iter()
            .map(|steps| {
                steps
                    .parse::<Input>()
                    .map_err(|error| broken(error.to_string()))
            })
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Policy::new(formats).inputs(inputs))
    }
}

/// Columns of `…_users` that are read where they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Columns {
    pub(crate) language: bool,
    pub(crate) force_password_change: bool,
    pub(crate) shadow_banned: bool,
}

/// Columns of `…_users` that 5.1 brought; 5.0 kept some of it in `user_data`. Several, for an account that may read
/// single columns only.
const SINCE_5_1: [&str; 10] = [
    "cookie_sessid_lt",
    "sessid_st",
    "sessid_st_timeout",
    "show_signature",
    "email_notify",
    "tz_offset",
    "is_dst",
    "user_language",
    "user_template",
    "moderator_data",
];

/// What the columns of `…_users` say.
#[derive(Debug, Clone, Default)]
pub(crate) struct Traits {
    /// Their names.
    pub(crate) user_columns: Vec<String>,
    /// How many characters `password` holds, where the server says.
    pub(crate) password_width: Option<u64>,
}

impl Traits {
    fn has(&self, column: &str) -> bool {
        self.user_columns
            .iter()
            .any(|name| name.eq_ignore_ascii_case(column))
    }

    /// Which of the columns that not every database has are there.
    pub(crate) fn columns(&self) -> Columns {
        Columns {
            language: self.has("user_language"),
            force_password_change: self.has("force_password_change"),
            shadow_banned: self.has("shadow_banned"),
        }
    }

    /// The version of a database that has a `…_users` table.
    pub(crate) fn version(&self) -> Version {
        if self.has("shadow_banned") || self.has("pm_new_count") {
            Version::V10
        } else if self.has("display_name") {
            if self.password_width.is_some_and(|width| width > 50) {
                Version::V6_0
            } else {
                Version::V5_2
            }
        } else if SINCE_5_1.iter().any(|column| self.has(column)) {
            Version::V5_1
        } else {
            Version::V5_0
        }
    }
}

#[cfg(test)]
mod tests {
    use im_password::Attempt;

    use super::*;

    fn traits(columns: &[&str]) -> Traits {
        Traits {
            user_columns: columns.iter().map(|name| (*name).to_owned()).collect(),
            ..Traits::default()
        }
    }

    #[test]
    fn the_columns_tell_the_version() {
        assert_eq!(traits(&["user_id", "user_data"]).version(), Version::V5_0);
        assert_eq!(
            traits(&["user_data", "cookie_sessid_lt"]).version(),
            Version::V5_1
        );
        assert_eq!(traits(&["display_name"]).version(), Version::V5_2);
        assert_eq!(
            traits(&["display_name", "pm_new_count"]).version(),
            Version::V10
        );
        assert_eq!(
            traits(&["DISPLAY_NAME", "shadow_banned"]).version(),
            Version::V10
        );
    }

    #[test]
    fn wider_passwords_are_those_of_6_0() {
        let width = |password_width| Traits {
            password_width,
            ..traits(&["display_name"])
        };
        assert_eq!(width(Some(50)).version(), Version::V5_2);
        assert_eq!(width(Some(255)).version(), Version::V6_0);
        assert_eq!(width(None).version(), Version::V5_2);
    }

    #[test]
    fn any_column_that_5_1_brought_tells_it() {
        for column in SINCE_5_1 {
            assert_eq!(traits(&["user_id", column]).version(), Version::V5_1);
        }
    }

    /// Version, typed password, stored value, right or wrong.
    const ANSWERS: &[(Version, &str, &str, bool)] = &[
        (
            Version::V5_0,
            "correct horse 42",
            "9ed6210e741906ee73fa04b9225dd63f",
            true,
        ),
        (
            Version::V5_0,
            "crème brûlée é1",
            "b3520ade44e4ee63d289cc64670465ee",
            true,
        ),
        (
            Version::V5_1,
            "crème brûlée é1",
            "51ffdf3874691d18e4b2c5f9fcf8b068",
            true,
        ),
        (
            Version::V5_2,
            "crème brûlée é1",
            "b3520ade44e4ee63d289cc64670465ee",
            false,
        ),
        (
            Version::V5_0,
            "it's \"A&B\" <c>\\d",
            "1acd0b5957cf731664c99fb3f2bbf491",
            true,
        ),
        (
            Version::V5_2,
            "it's \"A&B\" <c>\\d",
            "1027d44e664f6c096409f19e7cc8a036",
            false,
        ),
        (
            Version::V5_1,
            " correct horse 42 ",
            "9ed6210e741906ee73fa04b9225dd63f",
            true,
        ),
        (
            Version::V5_2,
            "\t correct horse 42\r\n",
            "9ed6210e741906ee73fa04b9225dd63f",
            true,
        ),
        (
            Version::V5_0,
            " correct horse 42 ",
            "9ed6210e741906ee73fa04b9225dd63f",
            false,
        ),
        (
            Version::V10,
            " correct horse 42 ",
            "9ed6210e741906ee73fa04b9225dd63f",
            false,
        ),
        (Version::V3, "sesame77", "seVrV9NttVI/s", true),
        (Version::V3, "sesame77 and more", "seVrV9NttVI/s", true),
        (Version::V3, "opensesame", "opC5z1Yv1Ew3o", true),
        (Version::V3, "opensesami", "opC5z1Yv1Ew3o", true),
        (Version::V3, "openses", "opC5z1Yv1Ew3o", false),
        (
            Version::V3,
            "correct horse 42",
            "9ed6210e741906ee73fa04b9225dd63f",
            true,
        ),
        (
            Version::V6_0,
            "correct horse 42",
            "$2y$10$N0tRandomSaltForAlice.k5YAJYNg6.hnz5Hqsqm5bv.lJns.cdq",
            true,
        ),
        (
            Version::V6_0,
            "9ed6210e741906ee73fa04b9225dd63f",
            "$2y$10$N0tRandomSaltForAlice.k5YAJYNg6.hnz5Hqsqm5bv.lJns.cdq",
            false,
        ),
        (
            Version::V10,
            "it's \"A&B\" <c>\\d",
            "$2y$10$AnotherFixedSalt/1234O4jKX0HyX5ch8rbyxFKfXmOXZ/ZCXapq",
            true,
        ),
        (
            Version::V10,
            "crème brûlée é1",
            "$2y$12$AnotherFixedSalt/1234OsBdWzaMnXontAFm4P8vaJvjMKe7uDsW",
            true,
        ),
    ];

    #[test]
    fn passwords_are_compared_as_each_version_does() {
        for (version, password, stored, right) in ANSWERS {
            let outcome = version
                .policy(&BoardCharset::AUTO)
                .unwrap()
                .verify(&Attempt::new(password), stored.as_bytes())
                .unwrap();
            assert_eq!(outcome.is_match(), *right, "{version:?} {password:?}");
        }
    }

    #[test]
    fn a_newer_board_can_accept_the_bytes_of_its_first_years() {
        let policy = Version::V5_2
            .policy(&"iso-8859-1".parse().unwrap())
            .unwrap();
        for stored in [
            "b3520ade44e4ee63d289cc64670465ee",
            "51ffdf3874691d18e4b2c5f9fcf8b068",
        ] {
            let outcome = policy
                .verify(&Attempt::new("crème brûlée é1"), stored.as_bytes())
                .unwrap();
            assert!(outcome.is_match(), "{stored}");
        }
    }

    #[test]
    fn formats_of_other_versions_are_unknown() {
        for (version, stored) in [
            (
                Version::V5_2,
                "$2y$10$N0tRandomSaltForAlice.k5YAJYNg6.hnz5Hqsqm5bv.lJns.cdq",
            ),
            (Version::V5_2, "seVrV9NttVI/s"),
            (Version::V6_0, "seVrV9NttVI/s"),
            (
                Version::V3,
                "$2y$10$N0tRandomSaltForAlice.k5YAJYNg6.hnz5Hqsqm5bv.lJns.cdq",
            ),
        ] {
            let policy = version.policy(&BoardCharset::AUTO).unwrap();
            assert!(
                policy
                    .verify(&Attempt::new("x"), stored.as_bytes())
                    .is_err()
            );
        }
    }
}
