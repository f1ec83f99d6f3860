//! Short ways to ask a file.

use im_auth_detect::{ConfigFile, Kind, Text};

/// The answer to a key, which must be there.
pub(crate) fn found(file: &ConfigFile, key: &str) -> Text {
    match file.get(key) {
        Ok(Some(text)) => text,
        Ok(None) => panic!("{key} is not set"),
        Err(error) => panic!("{key}: {error}"),
    }
}

/// The value of a key that is in force beyond doubt.
pub(crate) fn certain(file: &ConfigFile, key: &str) -> String {
    let text = found(file, key);
    assert!(text.is_certain(), "{key}: {text:?}");
    match text.text() {
        Some(text) => text.to_string(),
        None => panic!("{key} is not UTF-8"),
    }
}

/// A PHP file with this after the opening tag.
pub(crate) fn php(code: &str) -> ConfigFile {
    parse(Kind::Php, &format!("<?php\n{code}"))
}

pub(crate) fn parse(kind: Kind, text: &str) -> ConfigFile {
    ConfigFile::parse(kind, text).unwrap_or_else(|error| panic!("{error}"))
}
