//! A configuration file with `[realm.NAME]` blocks.

use std::collections::BTreeMap;
use std::path::Path;

use im_core::{AuthError, Realm};

use super::{RealmConfig, in_realm};

/// Every `[realm.NAME]` block of a TOML file, by name. What else is in the file is left alone: it is yours.
///
/// Files that a block names (`database_password_file`, `secret_file`, `system = "./my-portal.toml"`) lie relative to
/// the file itself; the secrets are read at once.
///
/// ```
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("mine.toml");
/// # std::fs::write(folder.path().join("forum.password"), "hush\n")?;
/// # std::fs::write(&path, r#"
/// # listen = "127.0.0.1:8080"
/// # [realm.forum]
/// # system = "phpbb2"
/// # database = "mysql://im_ro@10.0.0.5/forum"
/// # database_password_file = "forum.password"
/// # "#)?;
/// let mut realms = im_auth::realms(&path)?;
/// let forum = realms.remove("forum").ok_or("the block [realm.forum] is missing")?;
/// assert_eq!(forum.system, "phpbb2");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`AuthError::Configuration`] naming the file, the line or the realm, and what to write instead.
pub fn realms(path: impl AsRef<Path>) -> Result<BTreeMap<Realm, RealmConfig>, AuthError> {
    let path = path.as_ref();
    let of_file = |error: AuthError| error.with("file", path.display().to_string());
    let text = std::fs::read_to_string(path)
        .map_err(|error| AuthError::configuration("cannot be read").with_source(error))
        .map_err(of_file)?;
    read(&text, path.parent()).map_err(of_file)
}

fn read(text: &str, folder: Option<&Path>) -> Result<BTreeMap<Realm, RealmConfig>, AuthError> {
    let mut file = parse(text).map_err(AuthError::configuration)?;
    let blocks = match file.remove("realm") {
        None => toml::Table::new(),
        Some(toml::Value::Table(blocks)) => blocks,
        Some(_) => return Err(AuthError::configuration(NO_TABLE)),
    };
    let mut realms = BTreeMap::new();
    for (name, block) in blocks {
        let realm = Realm::new(name)
            .map_err(|error| AuthError::configuration(error.to_string()).with_source(error))?;
        let toml::Value::Table(block) = block else {
            return Err(in_realm(&realm, NO_TABLE));
        };
        let mut config = RealmConfig::from_table(&realm, block)?;
        if let Some(folder) = folder {
            config.resolve_system(folder);
        }
        config
            .resolve_secrets(folder, |_| None)
            .map_err(|error| error.with("realm", realm.as_str()))?;
        realms.insert(realm, config);
    }
    Ok(realms)
}

const NO_TABLE: &str = "a realm is a table with a name, such as `[realm.forum]`";

/// Text to a table, or the line and what is wrong there. The line itself may hold a password and is not repeated.
pub(super) fn parse(text: &str) -> Result<toml::Table, String> {
    text.parse().map_err(|error: toml::de::Error| {
        let before = error.span().and_then(|span| text.get(..span.start));
        let line = before.unwrap_or_default().matches('\n').count() + 1;
        format!("line {line}: {}", error.message().trim())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_block_is_a_realm_and_the_rest_is_the_programs_own() {
        let text = "listen = 1\n[realm.a]\nsystem = \"phorum\"\n[realm.b]\nsystem = \"./b.toml\"";
        let realms = read(text, Some(Path::new("/etc/mine"))).unwrap();
        assert_eq!(realms["a"].system, "phorum");
        assert_eq!(realms["b"].system, "/etc/mine/./b.toml");
        assert!(read("listen = 1", None).unwrap().is_empty());
    }

    #[test]
    fn what_is_wrong_names_the_place_and_repeats_no_secret() {
        for (text, words) in [
            ("[realm.a]\ndatabase_password = \"hush", "line 2"),
            ("[realm.A]\nsystem = \"phorum\"", "\"A\""),
            ("realm = \"hush\"", "[realm.forum]"),
            ("[realm]\na = \"hush\"", "[realm.a]"),
            ("[realm.a]\nsystm = \"hush\"", "did you mean `system`"),
        ] {
            let error = read(text, None).unwrap_err();
            assert_eq!(error.kind(), "configuration");
            let error = error.to_string();
            assert!(error.contains(words) && !error.contains("hush"), "{error}");
        }
    }
}
