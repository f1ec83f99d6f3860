//! What a realm's configuration takes from elsewhere: secrets from files and the environment, and paths that are
//! relative to the file they stand in.

use std::path::{Path, PathBuf};

use im_core::AuthError;
use secrecy::SecretString;

use super::RealmConfig;

impl RealmConfig {
    /// Takes the path of a description (`system = "./my-portal.toml"`) as relative to `folder`, that of the
    /// configuration file.
    pub fn resolve_system(&mut self, folder: &Path) {
        if crate::system::is_path(&self.system) {
            self.system = folder.join(&self.system).to_string_lossy().into_owned();
        }
    }

    /// Fills in secrets that come from elsewhere: `lookup` is asked for `database`, `database_password` and `secret`
    /// (from the environment, say) and wins; then come the files, relative to `folder`, which are read once.
    ///
    /// [`build`](crate::build) reads those that nobody has read, relative to the working directory.
    ///
    /// # Errors
    /// [`AuthError::Configuration`] when a file cannot be read or is empty, or a secret is given twice.
    pub fn resolve_secrets(
        &mut self,
        folder: Option<&Path>,
        lookup: impl Fn(&str) -> Option<SecretString>,
    ) -> Result<(), AuthError> {
        if let Some(url) = lookup("database") {
            self.database = Some(url);
        }
        resolve(
            "database_password",
            &mut self.database_password,
            self.database_password_file.take(),
            folder,
            &lookup,
        )?;
        resolve(
            "secret",
            &mut self.secret,
            self.secret_file.take(),
            folder,
            &lookup,
        )
    }
}

fn resolve(
    name: &str,
    secret: &mut Option<SecretString>,
    file: Option<PathBuf>,
    folder: Option<&Path>,
    lookup: &impl Fn(&str) -> Option<SecretString>,
) -> Result<(), AuthError> {
    if let Some(found) = lookup(name) {
        *secret = Some(found);
        return Ok(());
    }
    let Some(file) = file else {
        return Ok(());
    };
    if secret.is_some() {
        return Err(AuthError::configuration(format!(
            "give either `{name}` or `{name}_file`, not both"
        )));
    }
    let path = match folder {
        Some(folder) => folder.join(file),
        None => file,
    };
    let text = std::fs::read_to_string(&path).map_err(|error| {
        AuthError::configuration(format!("`{name}_file` cannot be read"))
            .with("file", path.display().to_string())
            .with_source(error)
    })?;
    // A password is a line; of secrets there may be several, one a line.
    let found = if name == "secret" {
        text.trim_end_matches(['\r', '\n'])
    } else {
        text.lines().next().unwrap_or_default()
    };
    if found.is_empty() {
        return Err(AuthError::configuration(format!("`{name}_file` is empty"))
            .with("file", path.display().to_string()));
    }
    *secret = Some(found.into());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_come_from_elsewhere_and_that_wins() {
        use secrecy::ExposeSecret as _;
        let mut config = RealmConfig::new("phorum", "sqlite:a");
        config.database_password = Some("written".into());
        let elsewhere = |key: &str| (key == "database_password").then(|| "elsewhere".into());
        config.resolve_secrets(None, elsewhere).unwrap();
        let password = config.database_password.unwrap();
        assert_eq!(password.expose_secret(), "elsewhere");
    }

    #[test]
    fn a_secret_is_the_first_line_of_its_file_beside_the_configuration() {
        use secrecy::ExposeSecret as _;
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("password"), "from file \nmore\n").unwrap();
        let mut config = RealmConfig::new("phorum", "sqlite:a");
        config.database_password_file = Some("password".into());
        config
            .resolve_secrets(Some(folder.path()), |_| None)
            .unwrap();
        let password = config.database_password.clone().unwrap();
        assert_eq!(password.expose_secret(), "from file ");
        // Read once; what was found is as if it had been written.
        config
            .resolve_secrets(Some(folder.path()), |_| None)
            .unwrap();
        config.database_password_file = Some("password".into());
        let twice = config
            .resolve_secrets(Some(folder.path()), |_| None)
            .unwrap_err();
        assert!(twice.to_string().contains("not both"), "{twice}");
    }

    #[test]
    fn a_secret_file_that_cannot_be_read_is_named() {
        let mut config = RealmConfig::new("phorum", "sqlite:a");
        config.secret_file = Some("/no/such/file".into());
        let error = config.resolve_secrets(None, |_| None).unwrap_err();
        assert!(error.to_string().contains("/no/such/file"), "{error}");
    }

    #[test]
    fn debug_shows_no_secret() {
        let mut config = RealmConfig::new("phorum", "mysql://someone:hush@db/forum");
        config.database_password = Some("hush".into());
        config.secret = Some("hush".into());
        assert!(!format!("{config:?}").contains("hush"));
    }
}
