//! How each version cleans a name, by its own rules.

use libtest_mimic::Trial;

use crate::boards::{Place, ask};
use crate::case::Expect;
use crate::trial;

const PASSWORD: &str = "correct horse 42";
const STORED: &str = "9ed6210e741906ee73fa04b9225dd63f";

/// Members of boards of every age: as the first versions stored names, and as later ones did.
const MEMBERS: [(i64, &str); 9] = [
    (3, "R&D"),
    (4, "Q&amp;A"),
    (5, "O'Reilly"),
    (6, "bob\\"),
    (7, "alan"),
    (8, "&#321;ukasz"),
    (9, "&amp;#321;ucja"),
    (10, "aaaaaaaaaaaaaaaaaaaaaaaaa"),
    (11, "bob"),
];

const RAW: &[(&str, Expect)] = &[
    ("R&D", Expect::In(3)),
    ("Q&A", Expect::Unknown),
    ("Q&amp;A", Expect::In(4)),
    ("O'Reilly", Expect::In(5)),
    ("bob\\", Expect::In(6)),
    ("bob\\\\", Expect::Unknown),
    (" alan", Expect::Unknown),
    ("alan ", Expect::In(7)),
    ("Łukasz", Expect::In(8)),
    ("Łucja", Expect::Unknown),
    ("aaaaaaaaaaaaaaaaaaaaaaaaaX", Expect::Unknown),
];

const CUT: &[(&str, Expect)] = &[
    ("R&D", Expect::Unknown),
    ("Q&A", Expect::In(4)),
    ("Q&amp;A", Expect::Unknown),
    ("O'Reilly", Expect::In(5)),
    ("bob\\", Expect::In(6)),
    (" alan", Expect::In(7)),
    ("alan ", Expect::In(7)),
    ("Łukasz", Expect::Unknown),
    ("Łucja", Expect::In(9)),
    ("aaaaaaaaaaaaaaaaaaaaaaaaaX", Expect::In(10)),
];

const WITHOUT_BACKSLASHES: &[(&str, Expect)] = &[
    ("R&D", Expect::Unknown),
    ("Q&A", Expect::In(4)),
    ("O'Reilly", Expect::In(5)),
    ("bob\\", Expect::In(11)),
    (" alan ", Expect::In(7)),
    ("Łucja", Expect::In(9)),
    ("aaaaaaaaaaaaaaaaaaaaaaaaaX", Expect::In(10)),
];

/// Version as the configuration row has it, and what names find.
const VERSIONS: [(&str, &[(&str, Expect)]); 8] = [
    (".0.0", RAW),
    (".0.3", RAW),
    (".0.4", RAW),
    (".0.5", CUT),
    (".0.6", CUT),
    (".0.10", CUT),
    (".0.11", WITHOUT_BACKSLASHES),
    (".0.22", WITHOUT_BACKSLASHES),
];

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = Vec::new();
    for (charset, collation) in [
        ("latin1", "latin1_swedish_ci"),
        ("utf8mb3", "utf8mb3_general_ci"),
    ] {
        for (version, names) in VERSIONS {
            trials.push(trial(format!("{charset}::versions::2{version}"), move || async move {
                let rows = [("version", version), ("default_lang", "english")];
                let place = Place::new(charset, collation, &rows).await;
                for (id, name) in MEMBERS {
                    place.member(id, name.as_bytes(), STORED).await;
                }
                let patch: u32 = version[".0.".len()..].parse().expect("a number");
                if patch < 19 {
                    // Before 2.0.19 the table does not count failures.
                    let columns = "ALTER TABLE phpbb_users DROP COLUMN user_login_tries, DROP COLUMN user_last_login_try";
                    place.database.execute(columns).await;
                }
                let forum = place.open("auto");
                for (name, expect) in names {
                    ask(&forum, name, PASSWORD, *expect).await?;
                }
                Ok(())
            }));
        }
    }
    trials
}
