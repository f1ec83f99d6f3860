//! Every column type can be read.

use im_core::Timestamp;

use crate::support::{config, mariadb, open, row, sqlite, statement};

#[tokio::test]
async fn whole_numbers_of_mysql_keep_their_value() {
    let (_keep, database) = mariadb(
        "utf8mb4",
        "utf8mb4_general_ci",
        "CREATE TABLE t (tiny TINYINT, utiny TINYINT(1) UNSIGNED, small SMALLINT UNSIGNED, medium MEDIUMINT, umedium MEDIUMINT UNSIGNED,
           uint INT UNSIGNED, big BIGINT, ubig BIGINT UNSIGNED, bits BIT(12), truth BOOLEAN, year YEAR, zero INT(8) ZEROFILL);
         INSERT INTO t VALUES (-128, 255, 65535, -8388608, 16777215, 4000000000, -9223372036854775808, 18446744073709551615, 4095, TRUE, 2006, 7);",
    )
    .await;
    let row = row(
        &database,
        "SELECT tiny AS tiny, utiny AS utiny, small AS small, medium AS medium, umedium AS umedium, uint AS `uint`, big AS big, ubig AS ubig, bits AS bits, truth AS truth, year AS year, zero AS zero, COUNT(*) AS number FROM t",
    )
    .await;
    for (alias, value) in [
        ("tiny", -128),
        ("utiny", 255),
        ("small", 65_535),
        ("medium", -8_388_608),
        ("umedium", 16_777_215),
        ("uint", 4_000_000_000),
        ("big", i64::MIN),
        ("bits", 4_095),
        ("truth", 1),
        ("year", 2006),
        ("zero", 7),
        ("number", 1),
    ] {
        assert_eq!(row.int(alias).unwrap(), value, "{alias}");
        assert_eq!(row.text(alias).unwrap(), value.to_string(), "{alias}");
    }
    assert_eq!(row.uint("ubig").unwrap(), u64::MAX);
    assert_eq!(
        row.int("ubig").unwrap_err().kind(),
        "schema",
        "never a negative number"
    );
    assert!(row.bool("truth").unwrap());
}

#[tokio::test]
async fn other_types_of_mysql_are_text_or_numbers() {
    let (_keep, database) = mariadb(
        "utf8mb4",
        "utf8mb4_general_ci",
        "SET time_zone = '+00:00'; CREATE TABLE t (price DECIMAL(12,2), whole DECIMAL(10,0), real_ DOUBLE, single FLOAT, kind ENUM('user','admin'), flags SET('a','b'),
           fixed CHAR(8), bin BINARY(4), blob_ BLOB, long_ LONGTEXT, json_ JSON, time_ TIME, mb3 VARCHAR(9) CHARACTER SET utf8mb3 COLLATE utf8mb3_bin, nothing INT);
         INSERT INTO t VALUES (1234567890.50, 4000000000, 0.5, 0.25, 'admin', 'a,b', 'ab', 'xy', 'blob', 'long', '{\"a\":1}', '-12:34:56', 'Zoé', NULL);",
    )
    .await;
    let row = row(
        &database,
        "SELECT price AS price, whole AS whole, real_ AS real_, single AS single, kind AS kind, flags AS flags, fixed AS fixed, bin AS bin, blob_ AS blob_, long_ AS long_, json_ AS json_, time_ AS time_, mb3 AS mb3, nothing AS nothing, SUM(whole) AS total FROM t",
    )
    .await;
    for (alias, value) in [
        ("price", "1234567890.50"),
        ("whole", "4000000000"),
        ("real_", "0.5"),
        ("single", "0.25"),
        ("kind", "admin"),
        ("flags", "a,b"),
        ("fixed", "ab"),
        ("bin", "xy\0\0"),
        ("blob_", "blob"),
        ("long_", "long"),
        ("json_", "{\"a\":1}"),
        ("mb3", "Zoé"),
        ("total", "4000000000"),
    ] {
        assert_eq!(row.text(alias).unwrap(), value, "{alias}");
    }
    assert!(row.text("time_").unwrap().contains("12:34:56"));
    assert_eq!(row.int("whole").unwrap(), 4_000_000_000);
    assert_eq!(row.int("total").unwrap(), 4_000_000_000);
    assert_eq!(row.opt_text("nothing").unwrap(), None);
    assert_eq!(row.text("nothing").unwrap_err().kind(), "schema");
}

#[tokio::test]
async fn dates_of_mysql_are_moments_and_zero_dates_are_unknown() {
    let database = im_testkit::MariaDb::shared()
        .await
        .create_database("utf8mb4", "utf8mb4_general_ci")
        .await;
    database
        .execute(
            "SET sql_mode = '', time_zone = '+00:00';
             CREATE TABLE t (id INT PRIMARY KEY, d DATE, dt DATETIME, ts TIMESTAMP NULL, unix INT);
             INSERT INTO t VALUES (1, '2001-09-09', '2001-09-09 01:46:40', '2001-09-09 01:46:40', 1000000000),
               (2, '0000-00-00', '0000-00-00 00:00:00', '0000-00-00 00:00:00', 0), (3, '2001-00-00', '2001-09-00 01:46:40', NULL, NULL);
             SET sql_mode = 'ALLOW_INVALID_DATES'; INSERT INTO t VALUES (4, '2001-02-31', '2001-02-31 01:46:40', NULL, NULL);",
        )
        .await;
    let moment = Timestamp::from_unix_timestamp(1_000_000_000).unwrap();
    let statement =
        statement("SELECT d AS d, dt AS dt, ts AS ts, unix AS `unix` FROM t WHERE id = :id");
    for old_server in [false, true] {
        let mut config = config(&database.reader_url());
        config.old_server = old_server;
        let foreign = open(config);
        let row = foreign
            .fetch_optional(&statement, &[("id", 1.into())])
            .await
            .unwrap()
            .unwrap();
        assert_eq!(row.timestamp("d").unwrap().unwrap().date(), moment.date());
        assert_eq!(row.timestamp("dt").unwrap(), Some(moment));
        assert_eq!(row.timestamp("unix").unwrap(), Some(moment));
        if !old_server {
            assert_eq!(row.timestamp("ts").unwrap(), Some(moment));
        }
        for id in [2, 3] {
            let row = foreign
                .fetch_optional(&statement, &[("id", id.into())])
                .await
                .unwrap()
                .unwrap();
            for alias in ["d", "dt", "ts", "unix"] {
                assert_eq!(row.timestamp(alias).unwrap(), None, "{id} {alias}");
            }
        }
        let row = foreign
            .fetch_optional(&statement, &[("id", 4.into())])
            .await
            .unwrap()
            .unwrap();
        for alias in ["d", "dt"] {
            let error = row.timestamp(alias).unwrap_err();
            assert_eq!(error.kind(), "schema", "a day that never was");
            assert!(error.to_string().contains(alias), "{error}");
        }
    }
}

#[tokio::test]
async fn sqlite_values_are_read_by_their_own_type() {
    let (_keep, database) = sqlite(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, x INT, y VARCHAR(9), z);
         INSERT INTO t VALUES (1, 4000000000, 'Zoé', x'00ff'), (2, 'text', 12, 0.5), (3, NULL, '', x''), (4, '42', X'5a6fe9', 1);",
    )
    .await;
    let statement = statement("SELECT x AS x, y AS y, z AS z FROM t WHERE id = :id");
    let fetch = async |id: i64| {
        database
            .fetch_optional(&statement, &[("id", id.into())])
            .await
            .unwrap()
            .unwrap()
    };
    let first = fetch(1).await;
    assert_eq!(first.int("x").unwrap(), 4_000_000_000);
    assert_eq!(first.text("y").unwrap(), "Zoé");
    assert_eq!(first.bytes("z").unwrap(), [0, 0xff]);
    let second = fetch(2).await;
    assert_eq!(second.text("x").unwrap(), "text");
    assert_eq!(
        second.int("y").unwrap(),
        12,
        "a number in a text column is its digits"
    );
    assert_eq!(second.text("z").unwrap(), "0.5");
    let third = fetch(3).await;
    assert_eq!(third.opt_int("x").unwrap(), None);
    assert_eq!(third.text("y").unwrap(), "");
    assert_eq!(third.bytes("z").unwrap(), [0_u8; 0]);
    let fourth = fetch(4).await;
    assert_eq!(fourth.int("x").unwrap(), 42);
    assert_eq!(
        fourth.text("y").unwrap(),
        "Zoé",
        "text in an old character set"
    );
    assert!(fourth.bool("z").unwrap());
}

#[tokio::test]
async fn ids_can_be_used_as_parameters_again() {
    let (_keep, database) = mariadb(
        "utf8mb4",
        "utf8mb4_general_ci",
        "CREATE TABLE t (a INT UNSIGNED, b BIGINT UNSIGNED, c VARCHAR(9)); INSERT INTO t VALUES (4000000000, 18446744073709551615, 'x1');",
    )
    .await;
    let row = row(&database, "SELECT a AS a, b AS b, c AS c, NULL AS d FROM t").await;
    assert_eq!(row.value("a").unwrap(), Some(4_000_000_000.into()));
    assert_eq!(row.value("b").unwrap(), None, "too large to be bound");
    assert_eq!(row.value("c").unwrap(), Some("x1".into()));
    assert_eq!(row.value("d").unwrap(), None);
}
