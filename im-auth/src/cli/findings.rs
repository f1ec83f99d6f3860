//! What was found in a database, for people and as JSON.

use std::fmt::Write as _;

use im_core::FormatCount;
use serde_json::{Value, json};

use crate::detect::Examined;

/// An examination as JSON: labels and counts, never a stored password.
pub(crate) fn json(found: &Examined) -> Value {
    let formats: Vec<Value> = found
        .probe
        .formats
        .iter()
        .map(|format| {
            let mut entry = json!({
                "format": format.format,
                "accounts": format.accounts,
                "supported": format.supported,
            });
            if !format.supported {
                entry["why"] = why(found, format).into();
            }
            entry
        })
        .collect();
    json!({
        "server": found.probe.server,
        "version": found.probe.version,
        "accounts": found.probe.accounts,
        "formats": formats,
        "unverifiable": found.unverifiable(),
        "reads": found.reads,
        "read_only_session": found.read_only,
        "clock_ahead_seconds": found.clock_ahead,
        "warnings": warnings(found),
    })
}

/// The same for people, indented by two.
pub(crate) fn text(found: &Examined) -> String {
    let mut out = String::new();
    let mut line = |name: &str, value: &str| {
        // Writing into a text cannot fail.
        let _ = writeln!(out, "  {name:10} {value}");
    };
    if let Some(server) = &found.probe.server {
        line("server", server);
    }
    if let Some(version) = &found.probe.version {
        line("version", &format!("{version} (as the database tells it)"));
    }
    if let Some(accounts) = found.probe.accounts {
        line("accounts", &accounts.to_string());
    }
    if !found.reads.is_empty() {
        line("reads", &found.reads.join(", "));
    }
    match found.read_only {
        Some(true) => line("session", "read-only"),
        Some(false) => line(
            "session",
            "could write: the server has no read-only sessions, or they are switched off",
        ),
        None => {}
    }
    if let Some(ahead) = found.clock_ahead {
        line("clock", &format!("{ahead} s ahead of this machine's"));
    }
    if !found.probe.formats.is_empty() {
        let _ = writeln!(out, "  stored passwords:");
        let width = found
            .probe
            .formats
            .iter()
            .map(|format| format.format.len())
            .max();
        let width = width.unwrap_or_default();
        for format in &found.probe.formats {
            let _ = write!(out, "    {:width$} {:>8}", format.format, format.accounts);
            if !format.supported {
                let _ = write!(out, "  cannot be verified: {}", why(found, format));
            }
            out.push('\n');
        }
    }
    for warning in warnings(found) {
        let _ = writeln!(out, "  warning: {warning}");
    }
    out
}

/// Everything to be told to the owner, what stops people first.
pub(crate) fn warnings(found: &Examined) -> Vec<String> {
    let mut all = Vec::new();
    let unknown: u64 = found
        .probe
        .formats
        .iter()
        .filter(|format| !format.supported && !needs_secret(format))
        .map(|format| format.accounts)
        .sum();
    if unknown > 0 {
        all.push(format!(
            "{unknown} accounts have passwords stored in a way that is not known: they get unsupported_hash, and are \
             never told that their password is wrong"
        ));
    }
    if found.secret_missing
        && let Ok(Some(spec)) = found.system.spec()
        && let Some(secret) = spec.secret()
    {
        let accounts = found.probe.accounts.unwrap_or_default();
        all.push(format!(
            "all {accounts} accounts need the secret {}, which was not given; it stands in {}",
            secret.name, secret.place
        ));
    }
    if found.secret_unsaid
        && let Ok(Some(spec)) = found.system.spec()
        && let Some(secret) = spec.secret()
    {
        all.push(format!(
            "the stored passwords look the same with and without {}: set `secret`, or `secret = \"\"` if this site has \
             none, or nobody can sign in; it stands in {}",
            secret.name, secret.place
        ));
    }
    all.extend(found.clock_warning());
    all.extend(found.probe.warnings.iter().cloned());
    all
}

/// Why passwords of a format cannot be verified.
fn why(found: &Examined, format: &FormatCount) -> String {
    if needs_secret(format) {
        return "it needs the site's secret, which was not given".to_owned();
    }
    format!("no format of {} looks like this", found.system.name())
}

/// The format is known, and only the secret is missing: the label says so.
fn needs_secret(format: &FormatCount) -> bool {
    !format.supported && format.format.ends_with("which needs the secret")
}
