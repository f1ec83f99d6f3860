//! What a PHP file says, key by key.

use im_auth_detect::{ConfigFile, Doubt, Kind, ReadError, ReadOptions};

use crate::say::{certain, found, php};

#[test]
fn constants_are_read_however_they_are_defined() {
    let file =
        php("define('A', 'one'); const B = \"two\"; \\define(\"C\", 3); define('D', A . '-' . B);");
    assert_eq!(certain(&file, "A"), "one");
    assert_eq!(certain(&file, "B"), "two");
    assert_eq!(certain(&file, "C"), "3");
    assert_eq!(certain(&file, "D"), "one-two");
    assert!(file.get("E").expect("a good key").is_none());
}

#[test]
fn variables_array_elements_and_properties_are_read_as_they_are_written() {
    let file = php(
        "$dbhost = 'h'; $config['database']['hostname'] = 'h2'; $CFG = new stdClass(); $CFG->dbhost = 'h3'; \
         $CFG->dboptions = array('dbport' => 3307, 'x'); $list = ['a', 'b']; $list[] = 'c';",
    );
    assert_eq!(certain(&file, "$dbhost"), "h");
    assert_eq!(certain(&file, "$config['database']['hostname']"), "h2");
    assert_eq!(certain(&file, "$config[\"database\"][\"hostname\"]"), "h2");
    assert_eq!(certain(&file, "$CFG->dbhost"), "h3");
    assert_eq!(certain(&file, "$CFG->dboptions['dbport']"), "3307");
    assert_eq!(certain(&file, "$CFG->dboptions[0]"), "x");
    assert_eq!(certain(&file, "$list[2]"), "c");
    assert_eq!(
        file.entries("$CFG").expect("a table"),
        ["dbhost", "dboptions"]
    );
}

#[test]
fn class_properties_and_constants_are_read_with_what_the_constructor_sets() {
    let file = php(
        "namespace App; class Base { const TYPE = 'mysqli'; protected $port = 3306; } \
         class Config extends Base { public $host = 'localhost'; const DSN = self::TYPE . ':x'; public static $name = 'n'; \
         public string $user; function __construct() { $this->user = 'u'; } function late() { $this->password = 'p'; } \
         static function all() { return ['db' => ['host' => 'h4']]; } }",
    );
    assert_eq!(certain(&file, "Config::$host"), "localhost");
    assert_eq!(certain(&file, "Config::$port"), "3306");
    assert_eq!(certain(&file, "App\\Config::DSN"), "mysqli:x");
    assert_eq!(certain(&file, "config::$name"), "n");
    assert_eq!(certain(&file, "Config::$user"), "u");
    let late = found(&file, "Config::$password");
    assert!(
        matches!(late.doubt(), Some(Doubt::Method { .. })),
        "{late:?}"
    );
    assert_eq!(certain(&file, "Config::all()['db']['host']"), "h4");
}

#[test]
fn what_the_file_or_a_function_of_it_returns_is_read() {
    let file = php(
        "return array_merge(['database' => array('host' => 'a', 'port' => 1)], ['database' => ['host' => 'b']], ['x' => true]);",
    );
    assert_eq!(certain(&file, "return['database']['host']"), "b");
    assert!(
        file.get("return['database']['port']")
            .expect("a good key")
            .is_none()
    );
    assert_eq!(certain(&file, "return['x']"), "1");
    let deep = php(
        "return array_replace_recursive(['db' => ['host' => 'a', 'port' => 1]], ['db' => ['host' => 'b']]);",
    );
    assert_eq!(
        (
            certain(&deep, "return['db']['host']"),
            certain(&deep, "return['db']['port']")
        ),
        ("b".into(), "1".into())
    );
    let function = php("function config() { $all = ['db' => 'n']; return $all; } $all = 1;");
    assert_eq!(certain(&function, "config()['db']"), "n");
}

#[test]
fn arguments_of_calls_are_read_by_number_and_by_the_texts_before_them() {
    let file = php(
        "spip_connect_db('localhost','','user','p\\'w','base','mysql', 'spip'); Configure::write('Database.host', 'h'); \
         Configure::write('Database.port', 3306); $db->Connect('a', 'b'); $pdo = new PDO('mysql:host=x', 'u');",
    );
    assert_eq!(certain(&file, "spip_connect_db(0)"), "localhost");
    assert_eq!(certain(&file, "spip_connect_db(1)"), "");
    assert_eq!(certain(&file, "spip_connect_db(3)"), "p'w");
    assert_eq!(certain(&file, "Configure::write('Database.host', 1)"), "h");
    assert_eq!(
        certain(&file, "Configure::write('Database.port', 1)"),
        "3306"
    );
    assert_eq!(certain(&file, "$db->connect(1)"), "b");
    assert_eq!(certain(&file, "new PDO(0)"), "mysql:host=x");
    assert!(
        file.get("spip_connect_db(9)")
            .expect("a good key")
            .is_none()
    );
}

#[test]
fn the_last_assignment_wins_and_the_first_definition() {
    let file = php(
        "$a = 1; $a = 2; define('A', 1); define('A', 2); $b = 'x'; $b .= 'y'; $c ??= 'new'; $c ??= 'old';",
    );
    assert_eq!(certain(&file, "$a"), "2");
    assert_eq!(certain(&file, "A"), "1");
    assert_eq!(certain(&file, "$b"), "xy");
    assert_eq!(certain(&file, "$c"), "new");
}

#[test]
fn what_is_set_under_a_condition_is_doubtful() {
    let file = php(
        "$a = 'prod';\nif ($_SERVER['HTTP_HOST'] == 'dev') {\n $a = 'dev'; }\nswitch ($x) { case 1: $b = 1; }\n\
         foreach ($list as $key => $value) { $c[$key] = $value; $d = 'in'; }",
    );
    let a = found(&file, "$a");
    assert_eq!(a.text().expect("text").as_str(), "dev");
    assert_eq!(a.doubt(), Some(Doubt::Branch { line: 3 }));
    assert_eq!(
        a.doubt().expect("doubt").to_string(),
        "it is set under a condition on line 3"
    );
    assert!(!a.is_certain());
    assert!(matches!(
        found(&file, "$b").doubt(),
        Some(Doubt::Branch { line: 5 })
    ));
    assert!(matches!(
        found(&file, "$d").doubt(),
        Some(Doubt::Loop { line: 6 })
    ));
}

#[test]
fn what_is_set_for_sure_in_a_doubtful_table_is_sure() {
    let file = php("if (!isset($c)) { $c = array('old' => 1); } $c['new'] = 2;");
    assert_eq!(certain(&file, "$c['new']"), "2");
    assert!(!found(&file, "$c['old']").is_certain());
}

#[test]
fn a_condition_that_the_file_decides_leaves_no_doubt() {
    let file = php(
        "$live = true; if ($live) { $a = 'live'; } else { $a = 'test'; } if (false) { $a = 'never'; } \
         if (!defined('DB')) { define('DB', 'forum'); } defined('P') or define('P', 'x_'); defined('Q') || define('Q', 'q'); \
         !defined('R') && define('R', 'r'); if (!$live) { $b = 1; } elseif ('a' === 'a') { $b = 2; } else { $b = 3; }",
    );
    for (key, value) in [
        ("$a", "live"),
        ("DB", "forum"),
        ("P", "x_"),
        ("Q", "q"),
        ("R", "r"),
        ("$b", "2"),
    ] {
        assert_eq!(certain(&file, key), value);
    }
}

#[test]
fn what_follows_a_sure_end_does_not_count_and_a_guard_is_no_end() {
    let file = php(
        "if (!defined('IN_APP')) { exit; }\nif (!defined('X')) return;\n$a = 1;\nreturn;\n$a = 2;",
    );
    assert_eq!(certain(&file, "$a"), "1");
    assert_eq!(
        certain(&php("$a = 1; __halt_compiler(); $a = 2;"), "$a"),
        "1"
    );
}

#[test]
fn what_the_environment_decides_is_said_and_a_fallback_in_the_file_is_given() {
    let file = php(
        "define('P', getenv('WP_PASS')); define('H', getenv('H') ?: 'localhost'); $u = env('DB_USER', 'root'); \
         $n = $_ENV['NAME'] ?? 'forum'; $s = isset($_SERVER['S']) ? $_SERVER['S'] : 'sock'; $d = 'x' . getenv('D'); \
         $r = getenv_docker('R', 'r1'); $f = file_get_contents('/run/secrets/pw'); $k = SOMEWHERE_ELSE . '/x';",
    );
    let p = found(&file, "P");
    assert_eq!(
        (p.computed(), p.value().is_some(), p.is_certain()),
        (Some("getenv('WP_PASS')"), false, false)
    );
    for (key, what, fallback) in [
        ("H", "getenv('H')", "localhost"),
        ("$u", "env('DB_USER')", "root"),
        ("$n", "$_ENV['NAME']", "forum"),
        ("$s", "$_SERVER['S']", "sock"),
        ("$r", "getenv_docker('R')", "r1"),
    ] {
        let text = found(&file, key);
        assert_eq!(text.computed(), Some(what));
        assert_eq!(text.text().expect("a fallback").as_str(), fallback);
        assert!(!text.is_certain());
    }
    assert_eq!(found(&file, "$d").computed(), Some("getenv('D')"));
    assert_eq!(
        found(&file, "$f").computed(),
        Some("the function `file_get_contents()`")
    );
    assert_eq!(
        found(&file, "$k").computed(),
        Some("the constant `SOMEWHERE_ELSE`")
    );
}

#[test]
fn texts_keep_their_bytes_with_every_way_of_quoting() {
    let file = php(
        "$s = 'a\\'b\\\\c\\n'; $d = \"a\\\"b\\\\c\\n\\x41\\u{e9}\\$z\"; $v = 'x'; $i = \"{$v}-$v-${v}\"; \
         $n = <<<'E'\nraw $v\nE;\n$h = <<<E\nmade $v\nE;\n$neg = -5; $sum = 1 + 2; $cast = (string) 7; $bin = \"\\xff\\x00\";",
    );
    assert_eq!(certain(&file, "$s"), "a'b\\c\\n");
    assert_eq!(certain(&file, "$d"), "a\"b\\c\nA\u{e9}$z");
    assert_eq!(certain(&file, "$i"), "x-x-x");
    assert_eq!(certain(&file, "$n"), "raw $v");
    assert_eq!(certain(&file, "$h"), "made x");
    assert_eq!(certain(&file, "$neg"), "-5");
    assert_eq!(certain(&file, "$sum"), "3");
    assert_eq!(certain(&file, "$cast"), "7");
    assert_eq!(
        found(&file, "$bin").value().expect("a value").expose(),
        b"\xff\x00"
    );
}

#[test]
fn a_file_in_an_old_character_set_keeps_its_bytes() {
    let file = ConfigFile::parse(
        Kind::Php,
        b"<?php // \xe9t\xe9\n$p = 'caf\xe9\xff'; $q = \"\xe8\\n\"; $k['\xe9'] = 1;",
    )
    .expect("PHP");
    assert_eq!(
        found(&file, "$p").value().expect("a value").expose(),
        b"caf\xe9\xff"
    );
    assert_eq!(
        found(&file, "$q").value().expect("a value").expose(),
        b"\xe8\n"
    );
    assert!(found(&file, "$p").text().is_none(), "not UTF-8");
}

#[test]
fn files_of_the_days_of_php_4_are_read() {
    let file = ConfigFile::parse(Kind::Php, "<?\n$a = 'x'; $o =& new Thing(); class DB { var $host = 'h'; }\n?>\nhtml\n<?php $b = 'y' ?>").expect("PHP");
    assert_eq!(certain(&file, "$a"), "x");
    assert_eq!(certain(&file, "DB::$host"), "h");
    assert_eq!(certain(&file, "$b"), "y");
    let upper = ConfigFile::parse(Kind::Php, "\u{feff}<?PHP $a = 1; ?>").expect("PHP");
    assert_eq!(certain(&upper, "$a"), "1");
}

#[test]
fn globals_are_the_variables_they_name() {
    let file = php("$GLOBALS['db']['host'] = 'h'; $db['name'] = 'n';");
    assert_eq!(certain(&file, "$db['host']"), "h");
    assert_eq!(certain(&file, "$GLOBALS['db']['name']"), "n");
}

#[test]
fn a_star_takes_the_first_entry_and_says_so_if_there_are_more() {
    let one = php("$domains['default'] = ['host' => 'h'];");
    assert_eq!(certain(&one, "$domains[*]['host']"), "h");
    let two = php("$domains['z'] = ['host' => '1']; $domains['a'] = ['host' => '2'];");
    let text = found(&two, "$domains[*]['host']");
    assert_eq!(
        (text.text().expect("text").as_str(), text.doubt()),
        ("1", Some(Doubt::Several))
    );
}

#[test]
fn the_folder_of_the_file_is_known_and_paths_are_put_together() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("config.php");
    std::fs::write(&path, "<?php $a = __DIR__ . '/data/db.sqlite'; $b = dirname(__FILE__) . '/x'; $c = dirname(__DIR__, 1);").expect("written");
    let file = ConfigFile::read(&path).expect("read");
    let real = folder.path().canonicalize().expect("a path");
    assert_eq!(
        certain(&file, "$a"),
        format!("{}/data/db.sqlite", real.display())
    );
    assert_eq!(certain(&file, "$b"), format!("{}/x", real.display()));
    assert_eq!(
        certain(&file, "$c"),
        real.parent().expect("a parent").display().to_string()
    );
}

#[test]
fn includes_are_followed_only_when_asked_and_only_inside_the_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let outside = tempfile::tempdir().expect("a folder");
    let write =
        |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("written");
    std::fs::write(outside.path().join("o.php"), "<?php $outside = 1;").expect("written");
    write(
        "a.php",
        &format!(
            "<?php include __DIR__ . '/b.php'; $r = require 'c.php'; @include '{}/o.php'; include X . '/y.php'; include 'a.php';",
            outside.path().display()
        ),
    );
    write(
        "b.php",
        "<?php $b = 'in b'; include 'b.php'; return; $b = 'never';",
    );
    write("c.php", "<?php return ['k' => 'in c'];");
    let alone = ConfigFile::read(folder.path().join("a.php")).expect("read");
    assert!(!alone.has("$b").expect("a good key"));
    let options = ReadOptions::new().follow_includes(true);
    let file = ConfigFile::read_with(folder.path().join("a.php"), &options).expect("read");
    assert_eq!(certain(&file, "$b"), "in b");
    assert_eq!(certain(&file, "$r['k']"), "in c");
    assert!(!file.has("$outside").expect("a good key"));
    assert_eq!(file.notes().len(), 2, "{:?}", file.notes());
    assert!(
        file.notes()[0].contains("outside of the product's folder"),
        "{:?}",
        file.notes()
    );
}

#[test]
fn a_key_that_is_spelled_wrong_is_refused_with_what_is_wrong() {
    let file = php("$a = ['b' => 1];");
    for (key, what) in [
        ("$a[b]", "quoted name"),
        ("$a['b", "not closed"),
        ("$a['b'", "`]` is missing"),
        ("", "a name is missing"),
        ("$", "a name is missing"),
        ("$a['b'] x", "after its end"),
        ("f('a')", "number of the argument"),
        ("f(1", "`)` is missing"),
    ] {
        let error = file.get(key).expect_err(key);
        assert!(
            matches!(&error, ReadError::BadKey { .. }) && error.to_string().contains(what),
            "{key}: {error}"
        );
    }
    assert!(matches!(file.get("$a"), Err(ReadError::NotText { .. })));
}

#[test]
fn nothing_that_can_be_printed_shows_a_value() {
    let file = php("$p = 'sesame'; $q = getenv('X') ?: 'sesame'; $t = ['sesame' => 'sesame'];");
    let mut shown = format!("{file:?}");
    for key in ["$p", "$q"] {
        let text = found(&file, key);
        shown += &format!("{text:?} {:?} {:?}", text.value(), text.doubt());
    }
    let broken = ConfigFile::parse(Kind::Php, "<?php $p = 'sesame").expect_err("broken");
    shown += &format!(
        "{broken} {broken:?} {:?} {}",
        file.get("$t"),
        file.get("$t").expect_err("a table")
    );
    assert!(!shown.contains("sesame"), "{shown}");
}
