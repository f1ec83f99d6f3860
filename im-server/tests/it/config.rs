//! The configuration file: what it may say, and what it is told when it says something else.

use std::path::Path;

use im_server::config::{
    Config, Environment, Limits, Log, Passwords, RealmOwnKeys, RoleKeys, Root, Section, SiteKeys,
    ThrottleKeys, explain,
};

const SCENARIO_4: &str = r#"
listen = "127.0.0.1:8080"
public_url = "https://chat.example.org"
trusted_proxies = ["127.0.0.1"]   # else every client has the proxy's address
database = "mysql://im@127.0.0.1/intramessenger"

[realm.phpbb2]
system = "phpbb2"
database = "mysql://im_ro@10.0.0.5/forum"
prefix = "phpbb_"

[realm.phorum]
system = "phorum"
database = "mysql://im_ro@10.0.0.6/phorum"
prefix = "phorum"

[[site]]
path = "/im-phpbb2/"
realms = ["phpbb2"]               # several: a Chain in this order; "local": own accounts
options = { max_contacts = 3, max_connected = 50 }

[[site]]
path = "/im-phorum/"
realms = ["phorum"]
options = { max_contacts = 20, max_connected = 200 }
"#;

fn parse(text: &str) -> Result<Config, String> {
    Config::parse(text, Path::new("im.toml"), &Environment::default())
        .map_err(|error| error.to_string())
}

/// What a mistake in the sample is answered with.
fn complaint(good: &str, bad: &str) -> String {
    assert!(SCENARIO_4.contains(good));
    parse(&SCENARIO_4.replacen(good, bad, 1)).expect_err("a complaint")
}

#[test]
fn the_published_sample_is_understood() {
    let config = parse(SCENARIO_4).unwrap();
    assert_eq!(config.sites.len(), 2);
    assert_eq!(config.sites[0].options.max_contacts, 3);
    assert_eq!(config.sites[1].options.max_connected, 200);
    let realms: Vec<_> = config
        .realms
        .iter()
        .map(|realm| realm.name.as_str())
        .collect();
    assert_eq!(realms, ["phorum", "phpbb2"]);
}

#[test]
fn an_unknown_key_is_named_with_its_line_and_what_was_meant() {
    let told = complaint("trusted_proxies", "trusted_proxy");
    assert_eq!(
        told,
        "im.toml:4: unknown key `trusted_proxy`; did you mean `trusted_proxies`?"
    );
    let told = complaint("prefix = \"phpbb_\"", "prefx = \"phpbb_\"");
    assert_eq!(
        told,
        "im.toml:10: unknown key `prefx` in [realm.phpbb2]; did you mean `prefix`?"
    );
    let told = complaint("realms = [\"phpbb2\"] ", "realm = [\"phpbb2\"] ");
    assert!(
        told.contains("im.toml:19: unknown key `realm` in [[site]]; did you mean `realms`?"),
        "{told}"
    );
    let told = complaint("max_contacts = 3", "max_contact = 3");
    assert!(
        told.starts_with("im.toml:20: unknown key `max_contact`"),
        "{told}"
    );
    assert!(told.contains("did you mean `max_contacts`?"), "{told}");
    let told = complaint("[realm.phpbb2]", "[realms.phpbb2]");
    assert!(told.contains("did you mean `realm`?"), "{told}");
}

#[test]
fn every_complaint_comes_at_once() {
    let text = SCENARIO_4
        .replace("listen", "lissten")
        .replace("max_contacts = 20", "max_contact = 20");
    let told = parse(&text).unwrap_err();
    assert_eq!(told.lines().count(), 2, "{told}");
    assert!(told.starts_with("im.toml:2:"), "{told}");
}

#[test]
fn a_value_of_the_wrong_kind_is_named_with_its_line() {
    let told = complaint("max_contacts = 3", "max_contacts = \"three\"");
    assert!(
        told.starts_with("im.toml:20:") && told.contains("max_contacts"),
        "{told}"
    );
    let told = complaint("\"127.0.0.1:8080\"", "8080");
    assert!(told.starts_with("im.toml:2:"), "{told}");
    let told = complaint("[\"127.0.0.1\"]", "[\"proxy\"]");
    assert!(
        told.contains("write such as \"127.0.0.1\" or \"10.0.0.0/8\""),
        "{told}"
    );
    let told = complaint("database = \"mysql://im@", "database = \"\"#");
    assert!(told.contains("`database` is missing"), "{told}");
}

#[test]
fn what_the_parts_say_about_one_another_is_checked() {
    let told = complaint("realms = [\"phpbb2\"] ", "realms = [\"phpbb\"] ");
    assert!(
        told.contains("which is not there; did you mean \"phpbb2\"?"),
        "{told}"
    );
    let told = complaint("path = \"/im-phpbb2/\"", "path = \"im phpbb2\"");
    assert!(told.contains("write \"/imphpbb2/\""), "{told}");
    let told = complaint("path = \"/im-phpbb2/\"", "path = \"/im-phorum/\"");
    assert!(
        told.contains("two sites have the path \"/im-phorum/\""),
        "{told}"
    );
    let told = complaint("https://chat.example.org", "https://chat.example.org/im/");
    assert!(
        told.starts_with("im.toml:3:") && told.contains("scheme and host only"),
        "{told}"
    );
    let told = complaint("[realm.phpbb2]", "[realm.PHPBB2]");
    assert!(told.contains("1 to 32 of a-z, 0-9 and -"), "{told}");
    let told = complaint("[realm.phpbb2]", "[realm.local]");
    assert!(
        told.contains("`local` is the realm of own accounts"),
        "{told}"
    );
}

#[test]
fn secrets_come_from_files_and_from_the_environment() {
    use secrecy::ExposeSecret as _;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("store"), "from a file\n").unwrap();
    std::fs::write(folder.path().join("forum"), "of the forum\n").unwrap();
    let text = SCENARIO_4
        .replacen(
            "[realm.phpbb2]",
            "database_password_file = \"store\"\n[realm.phpbb2]",
            1,
        )
        .replacen(
            "prefix = \"phpbb_\"",
            "prefix = \"phpbb_\"\ndatabase_password_file = \"forum\"",
            1,
        );
    let path = folder.path().join("im.toml");
    let config = Config::parse(&text, &path, &Environment::default()).unwrap();
    let exposed = |config: &Config| {
        config
            .root
            .database_password
            .as_ref()
            .unwrap()
            .0
            .expose_secret()
            .to_owned()
    };
    assert_eq!(exposed(&config), "from a file");
    let of_realm = config.realms[1].adapter.database_password.as_ref().unwrap();
    assert_eq!(of_realm.expose_secret(), "of the forum");

    let environment = Environment::from([
        ("IM_DATABASE_PASSWORD", "from the environment"),
        ("IM_REALM_PHORUM_DATABASE_PASSWORD", "also"),
    ]);
    let config = Config::parse(&text, &path, &environment).unwrap();
    assert_eq!(exposed(&config), "from the environment");
    let of_realm = config.realms[0].adapter.database_password.as_ref().unwrap();
    assert_eq!(of_realm.expose_secret(), "also");
    for secret in [
        "from a file",
        "of the forum",
        "from the environment",
        "mysql://",
    ] {
        assert!(
            !format!("{config:?}{environment:?}").contains(secret),
            "{secret}"
        );
    }
}

#[test]
fn a_forum_in_a_file_is_looked_for_where_the_configuration_lies() {
    use secrecy::ExposeSecret as _;
    for (written, path) in [
        ("sqlite:forum.db", "sqlite:/etc/im/forum.db"),
        ("sqlite:/srv/forum.db", "sqlite:/srv/forum.db"),
    ] {
        let text = SCENARIO_4.replacen("mysql://im_ro@10.0.0.5/forum", written, 1);
        let config =
            Config::parse(&text, Path::new("/etc/im/im.toml"), &Environment::default()).unwrap();
        let database = config.realms[1].adapter.database.as_ref().unwrap();
        assert_eq!(database.expose_secret(), path);
    }
}

#[test]
fn a_missing_secret_file_is_named() {
    let told = complaint(
        "[realm.phpbb2]",
        "database_password_file = \"nowhere\"\n[realm.phpbb2]",
    );
    assert!(
        told.contains("`database_password_file`: nowhere cannot be read"),
        "{told}"
    );
}

#[test]
fn a_realm_may_say_how_people_see_it() {
    let text = SCENARIO_4.replacen(
        "prefix = \"phpbb_\"",
        "prefix = \"phpbb_\"\ntitle = \"The Board\"\nregister_url = \"https://forum.example.org/r\"",
        1,
    );
    let config = parse(&text).unwrap();
    let own = &config.realms[1].own;
    assert_eq!(own.title.as_deref(), Some("The Board"));
    assert_eq!(
        own.register_url.as_ref().unwrap().as_str(),
        "https://forum.example.org/r"
    );
}

#[test]
fn roles_keep_the_order_of_the_file() {
    let text = format!(
        "{SCENARIO_4}\n[role.staff]\noptions = {{ max_contacts = 100 }}\ngroups = [\"phpbb2:Moderators\"]\n\
         [role.friends]\noptions = {{ max_contacts = 30 }}\n"
    );
    let names: Vec<_> = parse(&text)
        .unwrap()
        .roles
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(names, ["staff", "friends"]);
    let told = parse(&text.replace("phpbb2:Moderators", "phbb:Moderators")).unwrap_err();
    assert!(
        told.contains("must be `realm:group` with a realm of this file"),
        "{told}"
    );
    let told =
        parse(&text.replace("max_contacts = 100", "standing_interval = \"5s\"")).unwrap_err();
    assert!(told.contains("standing_interval"), "{told}");
}

#[test]
fn what_config_explain_prints_can_be_used_and_explains_every_key() {
    let text = explain();
    let config = parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(config.sites[0].path, "/intramessenger/");
    let keys = [
        Root::keys(),
        SiteKeys::keys(),
        RealmOwnKeys::keys(),
        RoleKeys::keys(),
        Limits::keys(),
        ThrottleKeys::keys(),
        Passwords::keys(),
        Log::keys(),
    ];
    let lines: Vec<&str> = text.lines().collect();
    let mut names: Vec<String> = keys.iter().flatten().map(|key| key.name.into()).collect();
    names.extend(
        im_auth::RealmConfig::keys()
            .iter()
            .map(|key| key.name.into()),
    );
    names.extend(
        im_messenger::Options::table()
            .iter()
            .map(|option| option.name.into()),
    );
    for name in names {
        let line = lines
            .iter()
            .position(|line| {
                line.trim_start_matches("# ")
                    .starts_with(&format!("{name} = "))
            })
            .unwrap_or_else(|| panic!("{name} is not explained"));
        assert!(lines[line - 1].starts_with("# "), "{name} has no words");
    }
}

#[test]
fn every_explained_default_and_example_is_a_value_of_its_key() {
    // Uncommented as a whole, the explanation is a configuration again, realm and role included.
    let text: String = explain()
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(inner) if looks_like_toml(inner) => format!("{inner}\n"),
            _ => format!("{line}\n"),
        })
        .collect();
    let text = text
        .replace("database_password_file", "#")
        .replace("secret_file", "#")
        .replace("[realm.NAME]", "[realm.phpbb2]");
    parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
}

fn looks_like_toml(line: &str) -> bool {
    let key = line.split(" = ").next().unwrap_or_default();
    let is_key = line.contains(" = ")
        && key
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    // A site's options are written once as a table, once as a block.
    (is_key && !line.starts_with("options = { max_contacts = 3,")) || line.starts_with('[')
}

#[test]
fn every_mistake_names_its_key_and_says_what_to_write() {
    let long = "x".repeat(220);
    let long_role = format!("database = \"mysql:\"\n[role.{}]", &long[..65]);
    for (good, bad, says) in [
        (
            "\"127.0.0.1:8080\"",
            "\"localhost\"",
            "`listen`: invalid socket address syntax; write an address and port, such as `listen = \"127.0.0.1:8080\"`",
        ),
        (
            "\"https://chat.example.org\"",
            "\"chat.example.org\"",
            "`public_url`: relative URL without a base: \"chat.example.org\"; write an address (URL), such as `public_url = \"https://",
        ),
        (
            "https://chat",
            "https://me:seeded@chat",
            "write scheme and host only",
        ),
        (
            "[\"127.0.0.1\"]",
            "\"127.0.0.1\"",
            "`trusted_proxies`: invalid type: string \"127.0.0.1\", expected a sequence; write a list, such as `trusted_proxies = [\"127.0.0.1\"]`",
        ),
        (
            "[\"127.0.0.1\"]",
            "[\"::/0\"]",
            "`trusted_proxies` holds ::/0, everybody",
        ),
        (
            "[\"127.0.0.1\"]",
            "[\n  \"127.0.0.1\",\n  5 ]",
            "`trusted_proxies`: ",
        ),
        (
            "[\"phpbb2\"] ",
            "\"phpbb2\"",
            "[[site]]: `realms`: invalid type",
        ),
        (
            "path = \"/im-phpbb2/\"\n",
            "",
            "a [[site]] has no `path`; write such as",
        ),
        ("/im-phpbb2/", &format!("/{long}/"), "longer than 200 bytes"),
        (
            "system = \"phpbb2\"\n",
            "",
            "[realm.phpbb2]: `system` is missing; write such as `system = \"phpbb2\"`",
        ),
        (
            "system = \"phpbb2\"",
            "system = \"phpbb2\"\nold_server = \"yes\"",
            "[realm.phpbb2]: `old_server`: invalid type",
        ),
        (
            "listen =",
            "listen = \"127.0.0.1:1\"\nlisten =",
            "the key `listen` stands there twice",
        ),
        (
            "listen =",
            "operator_listen = \"127.0.0.1:8080\"\nlisten =",
            "`operator_listen` and `listen` are both 127.0.0.1:8080",
        ),
        (
            "listen =",
            "reserved_names = [\"a\\tb\"]\nlisten =",
            "`reserved_names`: the reserved name",
        ),
        (
            "listen =",
            "max_contacts = 3\nlisten =",
            "unknown key `max_contacts`; it is an option: write `options = { max_contacts = … }` in a [[site]]",
        ),
        (
            "listen =",
            "prefix = \"x_\"\nlisten =",
            "unknown key `prefix`; it belongs to a [realm.NAME]",
        ),
        (
            "listen =",
            "max_connections = 3\nlisten =",
            "it belongs to [limits]",
        ),
        (
            "realms = [\"phpbb2\"] ",
            "realms = [\"phpbb2\"]\nlist_sites = true",
            "unknown key `list_sites` in [[site]]; it belongs to the top of the file",
        ),
        (
            "[realm.phpbb2]",
            "[log]\nlevel = \"inf\"\n[realm.phpbb2]",
            "the log level \"inf\" makes no sense; write `error`",
        ),
        (
            "[realm.phpbb2]",
            "[log]\nformat = \"xml\"\n[realm.phpbb2]",
            "[log]: `format`: unknown variant `xml`, expected `text` or `json`; write \"text\" or \"json\"",
        ),
        (
            "database = \"mysql://im@127.0.0.1/intramessenger\"",
            &long_role,
            "must have 1 to 64 characters",
        ),
    ] {
        let told = complaint(good, bad);
        assert!(told.contains(says), "{says}\nin {told}");
        assert!(told.starts_with("im.toml:"), "{told}");
        assert!(!told.contains("seeded"), "{told}");
    }
}

#[test]
fn what_is_probably_a_mistake_is_warned_of() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret");
    std::fs::write(&secret, " horse\n").unwrap();
    let warnings = |mode: u32, text: &str| {
        std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(mode)).unwrap();
        let path = folder.path().join("im.toml");
        let config = Config::parse(text, &path, &Environment::default()).unwrap();
        config.warnings().join("\n")
    };
    assert_eq!(warnings(0o600, SCENARIO_4), "");
    let text = SCENARIO_4.replacen(
        "prefix = \"phpbb_\"",
        "prefix = \"phpbb_\"\ndatabase_password_file = \"secret\"",
        1,
    );
    let told = warnings(0o644, &text);
    assert!(
        told.contains("chmod 600") && told.contains("[realm.phpbb2]"),
        "{told}"
    );
    let told = warnings(0o600, &text);
    assert!(
        told.contains("begins or ends with a blank") && !told.contains("horse"),
        "{told}"
    );
    assert!(!told.contains("chmod"), "{told}");
    for (good, bad, says) in [
        (
            "https://chat",
            "http://chat",
            "passwords travel unprotected",
        ),
        (
            "trusted_proxies = [\"127.0.0.1\"]",
            "",
            "`trusted_proxies` is not set",
        ),
        (
            "listen =",
            "operator_addresses = [\"0.0.0.0/0\"]\nlisten =",
            "everybody may read /metrics",
        ),
    ] {
        let told = warnings(0o600, &SCENARIO_4.replacen(good, bad, 1));
        assert!(told.contains(says), "{told}");
    }
}

#[test]
fn a_limit_that_would_stop_everything_is_refused() {
    for (limit, expected) in [
        (
            "ping_interval = \"0s\"",
            "`ping_interval` must be more than 0",
        ),
        ("ping_interval = \"18446744073709551615s\"", "at most 1d"),
        ("header_timeout = 0", "`header_timeout` must be more than 0"),
        (
            "stop_timeout = \"9999999d\"",
            "`stop_timeout` must be at most 1d",
        ),
        ("write_timeout = 0", "`write_timeout` must be more than 0"),
        (
            "max_connections_per_address = 0",
            "`max_connections_per_address` must be at least 1",
        ),
        (
            "max_connections = 0",
            "`max_connections` must be at least 1",
        ),
    ] {
        let error = parse(&format!("{SCENARIO_4}[limits]\n{limit}\n")).unwrap_err();
        assert!(error.contains(expected), "{limit}: {error}");
    }
}

#[test]
fn a_site_cannot_have_an_address_of_the_server_or_of_another_site() {
    for path in [
        "/healthz/",
        "/readyz/",
        "/metrics/",
        "/sites.css/",
        "/im-phpbb2/sw.js/",
        "/im-phpbb2/api/v1/site/",
        "/im-phpbb2/assets/",
    ] {
        let error = complaint("\"/im-phorum/\"", &format!("{path:?}"));
        assert!(
            error.contains(path) && error.contains("write another"),
            "{error}"
        );
    }
}

#[test]
fn a_secret_that_is_no_text_is_not_shown() {
    let root = "listen = \"127.0.0.1:8080\"";
    let realm = "system = \"phorum\"";
    for (place, bad) in [
        (root, "database_password = 987654321"),
        (root, "database_password = 98765.4321"),
        (root, "database_password = [\"987654321\"]"),
        (realm, "database_password = 987654321"),
        (realm, "secret = 987654321"),
        (realm, "secret = { a = 987654321 }"),
    ] {
        let error = complaint(place, &format!("{place}\n{bad}"));
        assert!(error.contains("between quotes"), "{bad}: {error}");
        assert!(!error.contains("98765"), "{bad}: {error}");
    }
}
