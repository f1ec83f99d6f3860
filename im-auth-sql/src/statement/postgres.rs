//! A checked text in PostgreSQL's spelling.

/// `` `name` `` as `"name"`, and each `?` as `$1`, `$2`, …; what stands in quotes stays.
///
/// The text was scanned: every quote is closed, and no backslash stands before a closing one.
pub(super) fn spelled(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len() + 8);
    let mut quote = None;
    let mut parameters = 0;
    for c in sql.chars() {
        match (quote, c) {
            (None, '`') => {
                quote = Some('`');
                out.push('"');
            }
            (Some('`'), '`') => {
                quote = None;
                out.push('"');
            }
            (None, '\'' | '"') => {
                quote = Some(c);
                out.push(c);
            }
            // A doubled quote ends one text and begins the next.
            (Some(open), c) if c == open => {
                quote = None;
                out.push(c);
            }
            (None, '?') => {
                parameters += 1;
                out.push_str(&format!("${parameters}"));
            }
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::spelled;

    #[test]
    fn names_and_parameters_are_spelled_anew_and_texts_are_not() {
        assert_eq!(
            spelled("SELECT u.x, 'it''s `?`' FROM `p_users` u WHERE u.a = ? AND u.b = ?"),
            "SELECT u.x, 'it''s `?`' FROM \"p_users\" u WHERE u.a = $1 AND u.b = $2"
        );
    }
}
