//! What an owner should know before members sign in.

use im_auth_sql::{LoginColumn, format_counts};
use im_core::{AuthError, Probe};

use crate::board::{Board, Columns, Version};
use crate::installation::Installation;
use crate::query::{ProbeQueries, TABLES};

/// Looks at the tables, the settings, and the members.
///
/// # Errors
/// When the database cannot be reached or the tables are not those of phpBB 2.
pub(crate) async fn probe(installation: &Installation) -> Result<Probe, AuthError> {
    let database = installation.database();
    let prefix = installation.prefix();
    let tables = TABLES
        .iter()
        .map(|(table, columns)| Ok((prefix.table(table)?, *columns)))
        .collect::<Result<Vec<_>, AuthError>>()?;
    let expected: Vec<_> = tables
        .iter()
        .map(|(table, columns)| (table, *columns))
        .collect();
    let login = LoginColumn::new(prefix.table("users")?, "username");
    let mut probe = im_auth_sql::probe(database, &expected, &login).await?;
    let known = installation.known().await?;
    if known.board.columns == Columns::Bytes {
        // Known and dealt with: names are read as the board's bytes.
        probe
            .warnings
            .retain(|warning| !warning.contains("is declared latin1"));
    }
    probe.version.clone_from(&known.board.version);
    let queries = ProbeQueries::new(prefix, database.engine())?;
    if let Some(row) = database.fetch_optional(&queries.count, &[]).await? {
        probe.accounts = Some(row.uint("accounts")?);
    }
    probe.formats = format_counts(database, &queries.passwords, &known.policy).await?;
    let unknown: u64 = probe
        .formats
        .iter()
        .filter(|format| !format.supported)
        .map(|format| format.accounts)
        .sum();
    if unknown > 0 {
        probe.warnings.push(format!(
            "{unknown} accounts have no MD5 stored as their password and cannot sign in: phpBB 2 itself writes \
             nothing else"
        ));
    }
    let names = database.fetch_all(&queries.names, &[]).await?;
    let names = names
        .iter()
        .map(|row| row.text("name"))
        .collect::<Result<Vec<_>, _>>()?;
    probe.warnings.extend(warnings(&known.board, &names));
    // The one statement that sorts the whole table; a large board may not have the time for it.
    if let Ok(Some(row)) = database.fetch_scan_optional(&queries.twins, &[]).await {
        let twins = row.uint("names")?;
        if twins > 0 {
            probe.warnings.push(format!(
                "{twins} names are those of several accounts, which cannot sign in: rename all but one of each"
            ));
        }
    }
    Ok(probe)
}

fn warnings(board: &Board, names: &[String]) -> Vec<String> {
    let mut warnings = Vec::new();
    match board.version.as_deref() {
        None => warnings.push(
            "the configuration row `version` is missing: names are cleaned as 2.0.23 does".into(),
        ),
        Some(version) if Version::parse(version).is_none() => warnings.push(format!(
            "the version {version} is none of phpBB 2.0: names are cleaned as 2.0.23 does"
        )),
        Some(_) => {}
    }
    if let Some(folder) = &board.unknown_language {
        warnings.push(format!(
            "the language pack {folder:?} (configuration row `default_lang`) is not known: its pages are taken to \
             be in windows-1252. Set board_charset to what ENCODING in its lang_main.php says"
        ));
    }
    let charset = board.charset.name().to_ascii_lowercase();
    let foreign = names
        .iter()
        .filter(|name| board.columns == Columns::Text && board.charset.encode(name).2)
        .count();
    if foreign > 0 {
        warnings.push(format!(
            "{foreign} names or more have letters that {charset} lacks, so the board's pages are not in it: set \
             board_charset, to \"utf-8\" most likely"
        ));
    }
    if board.closed {
        warnings.push(
            "the board is closed (configuration row `board_disable`); members sign in here all the same unless \
             board_disable = \"follow\""
                .into(),
        );
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn warnings_of(rows: &[(&str, &str)], names: &[&str]) -> String {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let board = Board::read(&rows.iter().map(own).collect(), None, true).unwrap();
        let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
        warnings(&board, &names).join("\n")
    }

    const PLAIN: [(&str, &str); 2] = [("version", ".0.23"), ("default_lang", "english")];

    #[test]
    fn a_board_in_order_has_none() {
        assert_eq!(warnings_of(&PLAIN, &["Zoé", "Euro€"]), "");
    }

    #[test]
    fn letters_the_charset_lacks_tell_of_another() {
        assert!(warnings_of(&PLAIN, &["Łukasz"]).contains("board_charset"));
    }

    #[test]
    fn what_is_assumed_is_said() {
        let text = warnings_of(&[("default_lang", "klingon"), ("board_disable", "1")], &[]);
        for word in ["version", "klingon", "lang_main.php", "closed"] {
            assert!(text.contains(word), "{text}");
        }
    }
}
