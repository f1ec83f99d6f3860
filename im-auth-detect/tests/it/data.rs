//! What the languages that are data say: .env, YAML, XML, INI, JSON, TOML, key and value.

use im_auth_detect::{ConfigFile, Doubt, Kind, ReadError};

use crate::say::{certain, found, parse};

#[test]
fn an_env_file_is_read_with_its_quotes_comments_and_references() {
    let file = parse(
        Kind::Env,
        "# a comment\nexport DB_HOST=db.example.org   # behind\nDB_NAME = 'forum $x'\nDB_USER=\"a\\\"b\\n\"\r\nDB_PASSWORD=pa#ss wo'rd'\n\
         EMPTY=\nURL=mysql://${DB_USER_NAME:-im}:x@${DB_HOST}/f\nSELF=\"${DB_HOST}:$DB_NAME\"\nSECRET=${VAULT}\nDOLLAR=pa$word\n\
         LONG=\"two\nlines\"\nnot a setting\nAFTER=1",
    );
    for (key, value) in [
        ("DB_HOST", "db.example.org"),
        ("DB_NAME", "forum $x"),
        ("DB_USER", "a\"b\n"),
        ("DB_PASSWORD", "pa#ss word"),
        ("EMPTY", ""),
        ("SELF", "db.example.org:forum $x"),
        ("LONG", "two\nlines"),
        ("AFTER", "1"),
    ] {
        assert_eq!(certain(&file, key), value, "{key}");
    }
    let url = found(&file, "URL");
    assert_eq!(
        (url.computed(), url.text().expect("text").as_str()),
        (Some("${DB_USER_NAME}"), "mysql://im:x@db.example.org/f")
    );
    assert_eq!(
        (
            found(&file, "SECRET").computed(),
            found(&file, "SECRET").value().is_some()
        ),
        (Some("${VAULT}"), false)
    );
    let dollar = found(&file, "DOLLAR");
    assert_eq!(
        (dollar.text().expect("text").as_str(), dollar.doubt()),
        ("pa$word", Some(Doubt::Template))
    );
    assert_eq!(found(&file, "AFTER").line(), 14);
    assert!(matches!(
        ConfigFile::parse(Kind::Env, "A=1\nB='x"),
        Err(ReadError::Syntax { line: 2, .. })
    ));
}

#[test]
fn yaml_is_read_with_anchors_merges_and_the_spelling_of_its_values() {
    let file = parse(
        Kind::Yaml,
        "default: &default\n  adapter: mysql2\n  host: localhost\n  port: 03306\n  list: [a, b]\n\nproduction:\n  <<: *default\n  \
         host: db\n  password: \"p: \\\"#\\u00e9\"\n  plain: yes\n  none: ~\nextra.dotted:\n  key: v\n",
    );
    for (key, value) in [
        ("production.adapter", "mysql2"),
        ("production.host", "db"),
        ("production/port", "03306"),
        ("production.password", "p: \"#\u{e9}"),
        ("production.plain", "yes"),
        ("production.list.1", "b"),
        ("extra.dotted.key", "v"),
        ("*.adapter", "mysql2"),
    ] {
        assert_eq!(
            found(&file, key).text().expect("text").as_str(),
            value,
            "{key}"
        );
    }
    assert!(file.get("production.none").expect("a key").is_none());
    assert!(file.get("development.host").expect("a key").is_none());
    assert_eq!(file.entries("production").expect("a table")[0], "adapter");
}

#[test]
fn erb_tags_in_yaml_are_computed_with_their_fallback() {
    let file = parse(
        Kind::Yaml,
        "production:\n  password: <%= ENV['DB_PASSWORD'] %>\n  host: <%= ENV.fetch(\"DB_HOST\", \"localhost\") %>\n  \
         pool: <%= ENV.fetch(\"THREADS\") { 5 } %>\n  name: \"x_<%= ENV['N'] || 'redmine' %>\"\n  what: <%= secret %>\n  url: '%env(DATABASE_URL)%'\n",
    );
    for (key, what, fallback) in [
        ("password", "ENV['DB_PASSWORD']", None),
        ("host", "ENV['DB_HOST']", Some("localhost")),
        ("pool", "ENV['THREADS']", Some("5")),
        ("name", "ENV['N']", Some("x_redmine")),
        ("what", "an ERB tag", None),
        ("url", "%env(DATABASE_URL)%", None),
    ] {
        let text = found(&file, &format!("production.{key}"));
        assert_eq!(text.computed(), Some(what));
        assert_eq!(text.text().as_deref().map(String::as_str), fallback);
    }
    let steered = parse(Kind::Yaml, "<% if x %>\na:\n  b: c\n<% end %>\n");
    assert_eq!(found(&steered, "a.b").doubt(), Some(Doubt::Template));
    let commented = parse(Kind::Yaml, "<%# why %>\na:\n  b: c\n");
    assert_eq!(certain(&commented, "a.b"), "c");
}

#[test]
fn xml_is_read_by_elements_and_attributes() {
    let file = parse(
        Kind::Xml,
        "<?xml version=\"1.0\"?>\n<!-- c --><config><db kind='m'>\n  <host><![CDATA[local<host]]></host>\n  <password><![CDATA[ p&w ]]></password>\n  \
         <name>\n    base\n  </name><user>a&amp;b</user><host>second</host></db><empty/></config>",
    );
    assert_eq!(certain(&file, "config/db/host"), "local<host");
    assert_eq!(certain(&file, "config/db/password"), " p&w ");
    assert_eq!(certain(&file, "config.db.name"), "base");
    assert_eq!(certain(&file, "config/db/user"), "a&b");
    assert_eq!(certain(&file, "config/db/@kind"), "m");
    assert_eq!(certain(&file, "config/empty"), "");
}

#[test]
fn ini_is_read_by_sections() {
    let file = parse(
        Kind::Ini,
        "; <?php exit; ?>\ntop = 1\n[db.phorum]\nhost = \"local;host\"\npassword = p'w ; why\nlist[] = a\nlist[] = b\nmap[x] = y\n\
         [other]\nq = 'it''\nenv = ${SECRET}\n[db.phorum]\nport=3306\n",
    );
    for (key, value) in [
        ("top", "1"),
        ("db.phorum.host", "local;host"),
        ("db.phorum.password", "p'w"),
        ("db.phorum.list.1", "b"),
        ("db.phorum.map.x", "y"),
        ("db.phorum.port", "3306"),
        ("other.q", "it"),
    ] {
        assert_eq!(certain(&file, key), value, "{key}");
    }
    assert_eq!(found(&file, "other.env").computed(), Some("${SECRET}"));
}

#[test]
fn json_and_toml_are_read_by_their_tables() {
    let json = parse(
        Kind::Json,
        "<?php die('no'); ?>\n{\"db\": {\"host\": \"h\\u00e9\", \"port\": 3306, \"ssl\": true, \"list\": [\"a\"], \"n\": null}}",
    );
    assert_eq!(certain(&json, "db.host"), "h\u{e9}");
    assert_eq!(certain(&json, "db.port"), "3306");
    assert_eq!(certain(&json, "db.ssl"), "true");
    assert_eq!(certain(&json, "db.list.0"), "a");
    assert!(json.get("db.n").expect("a key").is_none());
    let toml = parse(
        Kind::Toml,
        "[database]\nhost = 'h'\nport = 5432\n[[list]]\nname = \"n\"\n",
    );
    assert_eq!(certain(&toml, "database.host"), "h");
    assert_eq!(certain(&toml, "database.port"), "5432");
    assert_eq!(certain(&toml, "list.0.name"), "n");
}

#[test]
fn lines_of_keys_and_values_are_read() {
    let file = parse(
        Kind::KeyValue,
        "# c\ndb_host = localhost\ndb_port: 5432\ndb_password = \"a = b\"\n",
    );
    assert_eq!(certain(&file, "db_host"), "localhost");
    assert_eq!(certain(&file, "db_port"), "5432");
    assert_eq!(certain(&file, "db_password"), "a = b");
}

#[test]
fn bytes_that_are_not_utf_8_stay_as_they_are() {
    for (kind, bytes, key) in [
        (Kind::Env, b"A=caf\xe9".as_slice(), "A"),
        (Kind::Ini, b"A=caf\xe9", "A"),
        (Kind::KeyValue, b"A: caf\xe9", "A"),
        (Kind::Yaml, b"A: caf\xe9", "A"),
        (Kind::Json, b"{\"A\": \"caf\xe9\"}", "A"),
        (Kind::Toml, b"A = 'caf\xe9'", "A"),
        (
            Kind::Xml,
            b"<?xml version='1.0' encoding='ISO-8859-1'?><r><A>caf\xe9</A></r>",
            "r/A",
        ),
    ] {
        let file = ConfigFile::parse(kind, bytes).unwrap_or_else(|error| panic!("{kind}: {error}"));
        assert_eq!(
            found(&file, key).value().expect("a value").expose(),
            b"caf\xe9",
            "{kind}"
        );
    }
}

#[test]
fn a_mistake_is_said_with_its_line_and_without_the_text() {
    for (kind, text, line) in [
        (Kind::Json, "{\n\"a\": sesame\n}", 2),
        (Kind::Toml, "a = 1\nb = sesame sesame\n", 2),
        (Kind::Xml, "<a>\n<sesame></a>", 2),
        (Kind::Yaml, "a: 1\nb: [sesame", 2),
    ] {
        let error = ConfigFile::parse(kind, text).expect_err("a mistake");
        assert!(
            matches!(error, ReadError::Syntax { line: at, .. } if at >= line),
            "{kind}: {error}"
        );
        assert!(
            !format!("{error} {error:?}").contains("sesame"),
            "{error:?}"
        );
    }
    assert!(matches!(
        ConfigFile::parse(Kind::Json, "{}")
            .expect("JSON")
            .get("a..b"),
        Err(ReadError::BadKey { .. })
    ));
}

#[test]
fn the_name_of_a_file_tells_its_language() {
    for (name, kind) in [
        ("wp-config.php", Some(Kind::Php)),
        (".env", Some(Kind::Env)),
        (".env.local", Some(Kind::Env)),
        (".env.local.php", Some(Kind::Php)),
        ("database.yml", Some(Kind::Yaml)),
        ("local.xml", Some(Kind::Xml)),
        ("config.ini.php", Some(Kind::Ini)),
        ("discourse.conf", Some(Kind::KeyValue)),
        ("config.json", Some(Kind::Json)),
        ("im.toml", Some(Kind::Toml)),
        ("README", None),
    ] {
        assert_eq!(Kind::guess(std::path::Path::new(name)), kind, "{name}");
    }
    for kind in [
        Kind::Php,
        Kind::Env,
        Kind::Yaml,
        Kind::Xml,
        Kind::Ini,
        Kind::Json,
        Kind::Toml,
        Kind::KeyValue,
    ] {
        assert_eq!(Kind::from_name(kind.as_str()), Some(kind));
    }
}
