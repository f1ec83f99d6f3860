//! Functions that do more than compute from what they are given and what tables hold.

/// Wait, lock, count on, reach files or other servers, or run a text as SQL.
const REFUSED: &[&str] = &[
    "BENCHMARK",
    "CURRVAL",
    "EDIT",
    "FTS3_TOKENIZER",
    "GET_LOCK",
    "IS_FREE_LOCK",
    "IS_USED_LOCK",
    "LASTVAL",
    "LOAD_EXTENSION",
    "LOAD_FILE",
    "LOREAD",
    "LOWRITE",
    "MASTER_GTID_WAIT",
    "MASTER_POS_WAIT",
    "NEXTVAL",
    "READFILE",
    "RELEASE_ALL_LOCKS",
    "RELEASE_LOCK",
    "SET_CONFIG",
    "SETVAL",
    "SLEEP",
    "SOURCE_POS_WAIT",
    "SYS_EVAL",
    "SYS_EXEC",
    "TS_STAT",
    "WAIT_FOR_EXECUTED_GTID_SET",
    "WAIT_UNTIL_SQL_THREAD_AFTER_GTIDS",
    "WRITEFILE",
];

/// Whole families: foreign servers, large objects, the server itself.
const REFUSED_PREFIXES: &[&str] = &["DBLINK", "LO_", "PG_"];

/// `query_to_xml`, `table_to_xmlschema`, `database_to_xml_and_xmlschema`, …
const REFUSED_PART: &str = "_TO_XML";

/// Of PostgreSQL's own, those that only tell of the catalogue and of values.
const TAKEN: &[&str] = &[
    "PG_CLIENT_ENCODING",
    "PG_COLUMN_SIZE",
    "PG_ENCODING_TO_CHAR",
    "PG_GET_CONSTRAINTDEF",
    "PG_GET_EXPR",
    "PG_GET_INDEXDEF",
    "PG_GET_SERIAL_SEQUENCE",
    "PG_GET_USERBYID",
    "PG_HAS_ROLE",
    "PG_INDEX_COLUMN_HAS_PROPERTY",
    "PG_IS_IN_RECOVERY",
    "PG_TABLE_IS_VISIBLE",
    "PG_TYPEOF",
];

/// Whether a function of this name, in capitals, may not be called.
pub(super) fn is_refused(name: &str) -> bool {
    !TAKEN.contains(&name)
        && (REFUSED.contains(&name)
            || name.contains(REFUSED_PART)
            || REFUSED_PREFIXES
                .iter()
                .any(|prefix| name.starts_with(prefix)))
}
