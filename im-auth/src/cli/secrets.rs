//! Where the command's secrets come from: a file, the environment, standard input, a terminal.

use std::io::{IsTerminal as _, Read as _};
use std::path::Path;

use anyhow::{Context as _, bail};
use secrecy::SecretString;

/// A secret given in one of several ways.
pub(crate) struct Sources<'a> {
    /// What it is called in messages: `--database`.
    pub(crate) flag: &'static str,
    /// From the argument itself, which other users of the machine can see.
    pub(crate) argument: Option<&'a SecretString>,
    /// From the first line of a file.
    pub(crate) file: Option<&'a Path>,
    /// From an environment variable.
    pub(crate) variable: &'static str,
}

impl Sources<'_> {
    /// The secret: from the argument, else the file, else the environment.
    pub(crate) fn read(&self) -> anyhow::Result<Option<SecretString>> {
        if let Some(secret) = self.argument {
            return Ok(Some(secret.clone()));
        }
        if let Some(file) = self.file {
            return from_file(file)
                .with_context(|| format!("{}-file", self.flag))
                .map(Some);
        }
        match std::env::var(self.variable) {
            Ok(secret) if !secret.is_empty() => Ok(Some(secret.into())),
            Ok(_) | Err(std::env::VarError::NotPresent) => Ok(None),
            Err(std::env::VarError::NotUnicode(_)) => bail!("{} is not UTF-8", self.variable),
        }
    }
}

/// The file's text without its last line ending.
fn from_file(path: &Path) -> anyhow::Result<SecretString> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let secret = without_line_ending(&text);
    if secret.is_empty() {
        bail!("{} is empty", path.display());
    }
    Ok(secret.into())
}

/// The password to check: all of standard input without its last line ending, or asked for on the terminal.
pub(crate) fn password(from_standard_input: bool) -> anyhow::Result<SecretString> {
    if from_standard_input {
        let mut bytes = Vec::new();
        std::io::stdin()
            .read_to_end(&mut bytes)
            .context("standard input")?;
        let text = String::from_utf8(bytes)
            .ok()
            .context("the password on standard input is not UTF-8")?;
        return Ok(without_line_ending(&text).into());
    }
    if !std::io::stdin().is_terminal() {
        bail!("standard input is no terminal; give the password with --password-stdin");
    }
    Ok(rpassword::prompt_password("Password: ")
        .context("asking for the password")?
        .into())
}

fn without_line_ending(text: &str) -> &str {
    let text = text.strip_suffix('\n').unwrap_or(text);
    text.strip_suffix('\r').unwrap_or(text)
}

/// Whether an address holds a password: `scheme://user:password@host/…`.
pub(crate) fn holds_a_password(url: &str) -> bool {
    let Some((_, rest)) = url.split_once("://") else {
        return false;
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    authority
        .rsplit_once('@')
        .and_then(|(user, _)| user.split_once(':'))
        .is_some_and(|(_, password)| !password.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_line_ending_goes() {
        assert_eq!(without_line_ending("secret \n"), "secret ");
        assert_eq!(without_line_ending("secret\r\n"), "secret");
        assert_eq!(without_line_ending("two\n\n"), "two\n");
    }

    #[test]
    fn a_password_in_an_address_is_seen() {
        assert!(holds_a_password("mysql://im_ro:geheim@10.0.0.5/forum"));
        assert!(holds_a_password("mysql://im_ro:a@b@10.0.0.5/forum"));
        assert!(!holds_a_password("mysql://im_ro@10.0.0.5:3306/forum"));
        assert!(!holds_a_password("mysql://im_ro:@10.0.0.5/forum"));
        assert!(!holds_a_password("sqlite:/srv/a:b@c.db"));
    }
}
