//! The scanner sees parameters where servers see them, and nowhere else.

use std::cell::Cell;
use std::error::Error as _;

use im_auth_sql::{Statement, Value};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::support::{mariadb, sqlite};

/// One column of a SELECT, and the value it must give if that is the same on every server.
#[derive(Debug, Clone)]
struct Piece {
    sql: String,
    bound: Option<String>,
    value: Option<String>,
}

const HARD: &str = r#"[a-z:?'";#*/!{} \\-]{0,12}"#;

fn pieces() -> impl Strategy<Value = Vec<Piece>> {
    let text = HARD.prop_map(|text| {
        let literal = format!("'{}'", text.replace('\'', "''"));
        let value = (!text.contains('\\')).then_some(text);
        Piece {
            sql: literal,
            bound: None,
            value,
        }
    });
    let parameter = HARD.prop_map(|text| Piece {
        sql: String::new(),
        bound: Some(text.clone()),
        value: Some(text),
    });
    let commented = ("[a-z:?'\";# ]{0,12}", 0..3).prop_map(|(text, kind)| {
        let comment = match kind {
            0 => format!("/* {text} */"),
            1 => format!("-- {text}\n"),
            _ => format!("# {text}\n"),
        };
        Piece {
            sql: format!("{comment} 'x' {comment}"),
            bound: None,
            value: Some("x".into()),
        }
    });
    prop::collection::vec(prop_oneof![text, parameter, commented], 1..6)
}

#[test]
fn columns_hold_what_was_written_and_bound() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (_keep, mysql) = runtime.block_on(mariadb(
        "utf8mb4",
        "utf8mb4_general_ci",
        "CREATE TABLE t (x INT)",
    ));
    let (_file, sqlite) = runtime.block_on(sqlite("CREATE TABLE t (x INT)"));
    let mut runner = TestRunner::new(Config {
        cases: 300,
        failure_persistence: None,
        ..Config::default()
    });
    let accepted = Cell::new(0);
    runner
        .run(&pieces(), |pieces| {
            let mut columns = Vec::new();
            let mut values: Vec<(String, Value)> = Vec::new();
            for (at, piece) in pieces.iter().enumerate() {
                let sql = match &piece.bound {
                    Some(text) => {
                        values.push((format!("p{at}"), text.as_str().into()));
                        format!(":p{at}")
                    }
                    None => piece.sql.clone(),
                };
                columns.push(format!("{sql} AS `c{at}`"));
            }
            let Ok(statement) = Statement::new(format!("SELECT {}", columns.join(", "))) else {
                // Only texts in which servers may disagree are refused.
                prop_assert!(
                    pieces.iter().any(|piece| piece.sql.contains('\\')),
                    "{columns:?}"
                );
                return Ok(());
            };
            accepted.set(accepted.get() + 1);
            let values: Vec<(&str, Value)> = values
                .iter()
                .map(|(name, value)| (name.as_str(), value.clone()))
                .collect();
            for database in [&mysql, &sqlite] {
                let row = runtime
                    .block_on(database.fetch_optional(&statement, &values))
                    .unwrap()
                    .unwrap();
                for (at, piece) in pieces.iter().enumerate() {
                    let read = row.text(&format!("c{at}")).unwrap();
                    if let Some(value) = &piece.value {
                        prop_assert_eq!(&read, value);
                    }
                }
            }
            Ok(())
        })
        .unwrap();
    assert!(accepted.get() > 100, "{accepted:?}");
}

#[test]
fn the_server_counts_as_many_parameters_as_the_scanner() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (_keep, mysql) = runtime.block_on(mariadb(
        "utf8mb4",
        "utf8mb4_general_ci",
        "CREATE TABLE a (a INT)",
    ));
    let mut runner = TestRunner::new(Config {
        cases: 1_500,
        failure_persistence: None,
        ..Config::default()
    });
    let text = r#"[a:'"`#*/!;? \\n1-]{0,24}"#;
    runner
        .run(&text, |text| {
            for sql in [
                format!("SELECT {text}"),
                format!("SELECT 1, '{text}', :a"),
                format!("SELECT 1 {text} :a"),
            ] {
                let Ok(statement) = Statement::new(sql) else {
                    continue;
                };
                let names: Vec<String> = statement.parameters().map(str::to_owned).collect();
                let values: Vec<(&str, Value)> = names
                    .iter()
                    .map(|name| (name.as_str(), Value::Int(1)))
                    .collect();
                if let Err(error) = runtime.block_on(mysql.fetch_all(&statement, &values)) {
                    let cause = error.source().map(ToString::to_string).unwrap_or_default();
                    prop_assert!(
                        !cause.contains("parameters"),
                        "{}: {cause}",
                        statement.sql()
                    );
                }
            }
            Ok(())
        })
        .unwrap();
}

proptest! {
    #[test]
    fn no_text_makes_the_scanner_panic(text in ".{0,60}", start in prop::bool::ANY) {
        let _ = Statement::new(if start { format!("SELECT {text}") } else { text });
    }
}
