//! Values in YAML that are only made when the product runs: Rails' ERB tags and Symfony's environment references.

use crate::value::Value;

/// The value of a scalar.
pub(super) fn value(text: &[u8]) -> Value {
    match std::str::from_utf8(text) {
        Ok(text) if text.contains("<%") => tags(text),
        Ok(text) if text.contains("%env(") => symfony(text),
        _ => Value::text(text),
    }
}

fn symfony(text: &str) -> Value {
    let start = text.find("%env(").unwrap_or_default();
    let name = text[start..].split(")%").next().unwrap_or_default();
    Value::unknown(format!("{name})%"))
}

/// A text with tags: what the first of them asks for, and the text with every tag's fallback if all have one.
fn tags(text: &str) -> Value {
    let mut what = None;
    let mut whole = zeroize::Zeroizing::new(String::new());
    let mut complete = true;
    let mut rest = text;
    while let Some((before, tag)) = rest.split_once("<%") {
        whole.push_str(before);
        let (code, after) = tag.split_once("%>").unwrap_or((tag, ""));
        rest = after;
        if code.starts_with('#') {
            continue;
        }
        let (name, fallback) = environment(code.trim_start_matches('=').trim());
        what = what.or(Some(name));
        match fallback {
            Some(fallback) => whole.push_str(fallback),
            None => complete = false,
        }
    }
    whole.push_str(rest);
    match what {
        None => Value::text(whole.as_bytes()),
        Some(what) if complete => Value::unknown_or(what, Value::text(whole.as_bytes())),
        Some(what) => Value::unknown(what),
    }
}

/// `ENV['X']`, `ENV.fetch('X', 'fallback')`, `ENV.fetch('X') { 'fallback' }`, `ENV['X'] || 'fallback'`.
fn environment(code: &str) -> (String, Option<&str>) {
    let unknown = || ("an ERB tag".to_owned(), None);
    let Some(rest) = code
        .strip_prefix("ENV[")
        .or_else(|| code.strip_prefix("ENV.fetch("))
    else {
        return unknown();
    };
    let Some((name, rest)) = quoted(rest) else {
        return unknown();
    };
    let rest = rest
        .trim_start()
        .trim_start_matches([']', ')'])
        .trim_start();
    let fallback = rest
        .strip_prefix("||")
        .or_else(|| rest.strip_prefix(','))
        .or_else(|| rest.strip_prefix('{'));
    let fallback = fallback
        .map(str::trim_start)
        .and_then(|fallback| match quoted(fallback) {
            Some((text, _)) => Some(text),
            None => {
                let digits = fallback.trim_end_matches([' ', '}', ')']);
                (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
                    .then_some(digits)
            }
        });
    (format!("ENV['{name}']"), fallback)
}

fn quoted(text: &str) -> Option<(&str, &str)> {
    let quote = text.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    text[1..].split_once(quote)
}
