//! `config explain`: every key with its meaning, as a file that may be used.

use std::fmt::Write as _;

use im_messenger::OptionDoc;

use super::{
    Key, Limits, Log, Passwords, RealmOwnKeys, RoleKeys, Root, Section, SiteKeys, ThrottleKeys,
};

/// A sample of the whole configuration, in which a comment explains every key. It can be used as it stands: what has a
/// default is commented out.
#[must_use]
pub fn explain() -> String {
    let mut out = String::from(
        "# The configuration of im-server, every key explained. What is commented out is the default, or an example.\n\
         # A secret KEY of a [realm.NAME] may also come from the environment variable IM_REALM_NAME_KEY.\n",
    );
    section::<Root>(&mut out, None, &[("database", "\"sqlite:im.sqlite\"")]);
    section::<SiteKeys>(
        &mut out,
        Some("[[site]]"),
        &[("path", "\"/intramessenger/\""), ("realms", "[\"local\"]")],
    );
    out.push_str("\n# The options of a site. Those marked (role) may be overridden by a role.\n");
    out.push_str("# [site.options]\n");
    for option in im_messenger::Options::table() {
        out.push('\n');
        comment(&mut out, &option_text(&option));
        let default = toml_value(&option.default);
        let _ = writeln!(out, "# {} = {default}", option.name);
    }
    section::<RealmOwnKeys>(&mut out, Some("# [realm.NAME]"), &[]);
    for key in im_auth::RealmConfig::keys() {
        out.push('\n');
        comment(&mut out, key.doc);
        let _ = writeln!(out, "# {} = {}", key.name, key.example);
    }
    section::<RoleKeys>(&mut out, Some("# [role.NAME]"), &[]);
    section::<Limits>(&mut out, Some("[limits]"), &[]);
    section::<ThrottleKeys>(&mut out, Some("[throttle]"), &[]);
    section::<Passwords>(&mut out, Some("[passwords]"), &[]);
    section::<Log>(&mut out, Some("[log]"), &[]);
    out
}

fn section<S: Section>(out: &mut String, header: Option<&str>, set: &[(&str, &str)]) {
    out.push('\n');
    comment(out, S::about());
    if let Some(header) = header {
        out.push_str(header);
        out.push('\n');
    }
    for key in S::keys() {
        one(out, &key, set.iter().find(|(name, _)| *name == key.name));
    }
}

fn one(out: &mut String, key: &Key, set: Option<&(&str, &str)>) {
    out.push('\n');
    comment(out, key.doc);
    if let Some((name, value)) = set {
        let _ = writeln!(out, "{name} = {value}");
        return;
    }
    let value = match (&key.default, key.example) {
        (Some(default), Some(example)) if default == "[]" || default == "\"\"" => example,
        (Some(default), _) => default,
        (None, Some(example)) => example,
        (None, None) => "…",
    };
    let _ = writeln!(out, "# {} = {value}", key.name);
}

fn option_text(option: &OptionDoc) -> String {
    let mut text = option.doc.clone();
    if let Some((least, greatest)) = &option.bounds {
        let _ = write!(text, " From {least} to {greatest}.");
    }
    if option.role_may_override {
        text.push_str(" (role)");
    }
    text
}

/// Words and spans of time need quotes in TOML, numbers do not.
fn toml_value(text: &str) -> String {
    if text.parse::<i64>().is_ok() || matches!(text, "true" | "false") {
        text.to_owned()
    } else {
        toml::Value::String(text.to_owned()).to_string()
    }
}

/// Columns of a line of comment.
const WIDTH: usize = 118;

fn comment(out: &mut String, text: &str) {
    let mut line = String::from("#");
    for word in text.split_whitespace() {
        if line.chars().count() + 1 + word.chars().count() > WIDTH {
            let _ = writeln!(out, "{line}");
            line.truncate(1);
        }
        line.push(' ');
        line.push_str(word);
    }
    let _ = writeln!(out, "{line}");
}
