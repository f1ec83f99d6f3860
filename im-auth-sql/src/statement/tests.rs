use super::*;

fn statement(sql: &str) -> Statement {
    Statement::new(sql).unwrap_or_else(|error| panic!("{sql}: {error}"))
}

fn refused(sql: &str) -> String {
    let error = Statement::new(sql).expect_err(sql);
    assert_eq!(error.kind(), "configuration");
    error.to_string()
}

#[test]
fn parameters_become_question_marks_in_order() {
    let statement = statement("SELECT a FROM t WHERE id = :id AND name = :login OR other=:id");
    assert_eq!(
        statement.sql(),
        "SELECT a FROM t WHERE id = ? AND name = ? OR other=?"
    );
    assert_eq!(statement.parameters().collect::<Vec<_>>(), ["id", "login"]);
    let values = [
        ("login", Value::from("x")),
        ("id", Value::Int(3)),
        ("unused", Value::Null),
    ];
    let bound = statement.bind(&values).unwrap();
    assert_eq!(bound, [Value::Int(3), Value::from("x"), Value::Int(3)]);
}

#[test]
fn a_parameter_without_a_value_is_named() {
    let error = statement("SELECT 1 WHERE 1 = :id")
        .bind(&[("login", Value::Null)])
        .unwrap_err();
    assert!(error.to_string().contains(":id"), "{error}");
}

#[test]
fn colons_in_quotes_comments_and_casts_are_no_parameters() {
    for sql in [
        "SELECT ':a', \":a\", `:a`",
        "SELECT 'it''s :a'",
        r"SELECT 'a\\', ':a'",
        r"SELECT 'a\b :a'",
        "SELECT 1 -- :a\n",
        "SELECT 1 -- 'never closed :a\n",
        "SELECT 1 # :a",
        "SELECT 1 /* :a ' */",
        "SELECT a::text",
        "SELECT @a := 1",
    ] {
        assert_eq!(statement(sql).parameters().count(), 0, "{sql}");
    }
}

#[test]
fn comments_are_not_sent() {
    let sent = statement("SELECT 1 /* who */ -- when\n + 2 # why\n;  -- done");
    assert_eq!(sent.sql(), "SELECT 1    \n + 2");
}

#[test]
fn what_servers_read_differently_is_refused() {
    for (sql, word) in [
        (r"SELECT 'a\' OR 1=1 -- '", "write the quote twice"),
        (r#"SELECT "a\" OR :a "#, "write the quote twice"),
        ("SELECT 1--1", "space after --"),
        ("SELECT 1 /* /* */ 2 */", "comments inside comments"),
        ("SELECT 1 /*! , 2 */", "a server executes"),
        ("SELECT 1 /*M!100000 , 2 */", "a server executes"),
        ("SELECT /*+ MAX_EXECUTION_TIME(0) */ 1", "a server executes"),
        ("SELECT $$a$$", "only taken inside quotes"),
        ("SELECT [a]", "only taken inside quotes"),
        (r"SELECT \N", "only taken inside quotes"),
        ("SELECT 'é'", "only ASCII"),
        ("SELECT '\0'", "only ASCII"),
        ("SELECT 'open", "never closed"),
        ("SELECT `open", "never closed"),
        ("SELECT /* open", "never closed"),
        ("SELECT ``", "must not be empty"),
        ("SELECT `a``b`", "must not be empty"),
    ] {
        assert!(refused(sql).contains(word), "{sql}: {}", refused(sql));
    }
}

#[test]
fn only_one_reading_statement_is_taken() {
    for sql in [
        "",
        "  ",
        "-- nothing",
        ";",
        "DELETE FROM t",
        "UPDATE t SET a=1",
        "WITH x AS (DELETE FROM t) SELECT 1",
        "SET @a = 1",
        "'x'",
        "(SELECT 1)",
        "SELECT 1; SELECT 2",
        "SELECT 1; DROP TABLE t",
        "SELECT 1;;",
        "SELECT 1 INTO OUTFILE '/tmp/x'",
        "SELECT a into @x FROM t",
        "SELECT a FROM t FOR UPDATE",
        "SELECT a FROM t for /* all */ share",
        "SELECT a FROM t LOCK IN SHARE MODE",
        "SELECT a FROM t PROCEDURE ANALYSE()",
        "SELECT sleep (9)",
        "SELECT GET_LOCK('a', 9)",
        "SELECT LOAD_FILE('/etc/passwd')",
        "SELECT BENCHMARK(1,1)",
        "SELECT pg_sleep/* a */ -- b\n (9)",
        "SELECT \"pg_sleep\"(9)",
        "SELECT `pg_sleep` (9)",
        "SELECT U&\"pg!005fsleep\"(9)",
        "SELECT pg_catalog.pg_read_binary_file('/etc/passwd')",
        "SELECT pg_ls_dir('.')",
        "SELECT pg_advisory_lock(1)",
        "SELECT pg_terminate_backend(1)",
        "SELECT set_config('a', 'b', false)",
        "SELECT a FROM dblink_exec('a')",
        "SELECT lo_import('/etc/passwd')",
        "SELECT query_to_xml('DELETE', true, true, '')",
        "SELECT nextval('a')",
        "SELECT setval('a', 1)",
        "SELECT RELEASE_LOCK('a')",
        "SELECT IS_FREE_LOCK('a')",
        "SELECT MASTER_POS_WAIT('a', 1)",
    ] {
        refused(sql);
    }
    for sql in [
        "SELECT 1",
        "select 1;",
        "\n SELECT 1 ; -- done",
        "/* look */ SELECT 1",
        "SELECT a.sleep FROM a",
        "SELECT pg_table_is_visible(c.oid) FROM pg_class c WHERE c.relname IN (SELECT 'pg_sleep')",
        "SELECT current_setting('a'), CURRENT_TIMESTAMP, NOW(), UUID_SHORT()",
        "SELECT pg_sleep FROM a WHERE (b)",
        "SELECT u.a FROM u WHERE u & 'x'",
        "SELECT `into` FROM a",
        "SELECT SUBSTRING(a FROM 1 FOR 3) FROM a",
        "SELECT 'FOR UPDATE'",
        "SELECT id FROM a UNION SELECT id FROM b",
    ] {
        statement(sql);
    }
}

#[test]
fn parameters_are_written_by_name() {
    assert!(refused("SELECT a FROM t WHERE a = ?").contains(":login"));
    assert!(refused("SELECT a FROM t WHERE a = : login").contains(":login"));
    assert!(refused("SELECT a FROM t WHERE a = :1").contains(":login"));
    statement("SELECT '?', `?` /* ? */ -- ?\n");
}

#[test]
fn the_prefix_becomes_part_of_a_quoted_name() {
    let prefix = Prefix::new("my-forum$_").unwrap();
    let statement = Statement::prefixed(
        "SELECT u.a FROM {prefix}users u, {prefix}bans WHERE '{prefix}' = :a",
        &prefix,
    )
    .unwrap();
    assert_eq!(
        statement.sql(),
        "SELECT u.a FROM `my-forum$_users` u, `my-forum$_bans` WHERE '{prefix}' = ?"
    );
    assert_eq!(
        statement.quoted_names(),
        ["my-forum$_users", "my-forum$_bans"]
    );
    assert!(refused("SELECT a FROM {prefix}users").contains("prefix"));
    assert!(Statement::prefixed("SELECT {pre}", &prefix).is_err());
    assert!(Statement::prefixed("SELECT a FROM `{prefix}users`", &prefix).is_err());
    let empty = Statement::prefixed("SELECT a FROM {prefix}users", &Prefix::default()).unwrap();
    assert_eq!(empty.sql(), "SELECT a FROM `users`");
}

#[test]
fn errors_say_where() {
    assert!(refused("SELECT a FROM t WHERE a = ?").contains("at character 27"));
}
