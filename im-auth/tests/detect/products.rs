//! Folders of products, with the configuration files that they write.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::ran::{Ran, builds, own_folder, run, shared_folder};

/// A folder, the system (several where only the database tells them apart), and what the file says.
struct Product {
    folder: &'static str,
    system: &'static str,
    engine: &'static str,
    host: &'static str,
    database: &'static str,
    user: &'static str,
    prefix: &'static str,
    password: &'static str,
}

macro_rules! products {
    ($($folder:literal $system:literal $engine:literal $host:literal $database:literal $user:literal $prefix:literal $password:literal;)+) => {
        &[$(Product {
            folder: $folder,
            system: $system,
            engine: $engine,
            host: $host,
            database: $database,
            user: $user,
            prefix: $prefix,
            password: $password,
        }),+]
    };
}

const PRODUCTS: &[Product] = products! {
    "aef" "aef" "mysql" "localhost" "advanced" "electric" "aef_" "spark";
    "chamilo" "chamilo" "mysql" "localhost:3306" "campus" "chameleon" "" "leaf-green";
    "concrete" "concrete" "mysql" "localhost" "pillars" "mason" "" "lime-mortar";
    "concrete5" "concrete" "mysql" "localhost" "bricks" "bricklayer" "" "trowel";
    "contao" "contao" "mysql" "localhost:3306" "gallery" "curator" "tl_" "frame 9";
    "discourse" "discourse" "postgres" "pg.talk.example:5432" "discourse" "talker" "" "loud = clear";
    "dolibarr" "dolibarr" "mysql" "localhost:3306" "ledger" "clerk" "llx_" "ink+blotter";
    "dotclear" "dotclear2" "mysql" "localhost" "carnet" "dot" "dc_" "clear-water";
    "drupal" "drupal8" "mysql" "127.0.0.1:3307" "garden" "gardener" "gd_" "compost#heap";
    "drupal6" "drupal" "mysql" "localhost" "orchard6" "orchard" "or_" "p@ear/plum";
    "e107" "e107" "mysql" "localhost" "e_site" "seven" "e107_" "one-o-seven";
    "e107-old" "e107" "mysql" "localhost" "e_old" "six" "e1_" "one-o-six";
    "egroupware" "egroupware" "mysql" "localhost:3306" "groupbase" "grouper" "egw_" "reef";
    "elgg" "elgg3" "mysql" "localhost:3306" "friends" "circle" "elgg_" "round-table";
    "flarum" "flarum" "mysql" "localhost:3306" "gorge" "flare" "fl_" "signal";
    "fudforum" "fudforum" "mysql" "localhost" "fud" "fudd" "fud30_" "hunter-cap";
    "glpi" "glpi" "mysql" "localhost" "assets" "helpdesk" "glpi_" "cable tie&zip";
    "groupoffice" "groupoffice" "mysql" "localhost:3306" "office" "desk" "" "stapler";
    "ipb" "invision4|ipboard|ipboard3" "mysql" "localhost:3306" "community" "steward" "ibf_" "lantern";
    "joomla" "joomla" "mysql" "db.joom.example" "joom_site" "joom" "q7k2_" "lantern-4411";
    "laravel" "laravel" "mysql" "127.0.0.1:3306" "bakery" "baker" "" "rye#3";
    "magento" "magento" "mysql" "localhost" "emporium" "merchant" "mg_" "a<b>&c";
    "magento2" "magento2" "mysql" "db" "bazaar" "trader" "m2_" "saffron";
    "mambo" "mambo" "mysql" "localhost" "mambo_db" "mambo_u" "mos_" "mamba-green";
    "mantisbt" "mantisbt" "mysql" "localhost" "insects" "beetle" "mantis_" "chitin";
    "mediawiki" "mediawiki" "mysql" "wiki-db:3308" "lichen" "moss" "mw_" "dollar$sign";
    "minibb" "minibb" "mysql" "localhost" "tiny" "mini" "minibbtable_" "small-key";
    "modx" "modx-revolution" "mysql" "localhost" "engine" "modder" "modx_" "chrome";
    "moodle" "moodle" "postgres" "pg.school.example:5433" "school" "teacher" "mdl_" "chalk-dust";
    "mybb" "mybb" "mysql" "localhost" "hive" "bee" "mybb_" "honey\"comb";
    "nextcloud" "nextcloud" "postgres" "localhost" "cumulus" "nimbus" "oc_" "stratus";
    "opencart" "opencart" "mysql" "localhost:3306" "cart" "carter" "oc_" "wheel&axle";
    "oscommerce" "oscommerce" "mysql" "localhost" "shopfloor" "vendor" "" "till-roll";
    "osticket" "osticket" "mysql" "localhost" "tickets" "usher" "ost_" "row-F";
    "oxwall" "oxwall" "mysql" "localhost" "pasture" "yoke" "ow_" "plough";
    "phorum" "phorum" "mysql" "localhost:3306" "agora" "orator" "phorum" "rostrum";
    "phpbb2" "phpbb2" "mysql" "localhost" "board2" "elder" "phpbb_" "oak";
    "phpbb3" "phpbb3" "mysql" "localhost:3306" "board3" "younger" "phpbb3_" "ash's \\ leaf";
    "phplist" "phplist" "mysql" "localhost" "newsletters" "postman" "phplist_" "stamp";
    "phpmyfaq" "phpmyfaq" "mysql" "localhost:3306" "answers" "asker" "faq_" "why?";
    "prestashop" "prestashop" "mysql" "127.0.0.1" "teashop" "tea" "ps_" "oolong 88";
    "prestashop16" "prestashop" "mysql" "localhost" "oldtea" "oldleaf" "ps_" "earl_grey";
    "punbb" "punbb|punbb1.4" "mysql" "localhost" "pun" "punster" "pun_" "groan";
    "question2answer" "question2answer" "mysql" "127.0.0.1" "qanda" "curious" "qa_" "how+why";
    "redmine" "redmine" "mysql" "localhost" "tracker" "redm" "" "ore: #7";
    "silverstripe" "silverstripe" "mysql" "localhost" "stripes" "zebra" "" "black # white";
    "silverstripe3" "silverstripe" "mysql" "localhost" "savanna" "okapi" "" "half-stripe";
    "smf" "smf" "mysql" "localhost" "workshop" "turner" "smf_" "burr";
    "spip" "spip" "mysql" "localhost" "revue" "squirrel" "spip_" "hazel-nut";
    "suitecrm" "suitecrm" "mysql" "localhost:3306" "leads" "agent" "" "handshake";
    "textpattern" "textpattern" "mysql" "localhost" "patterns" "weaver" "tx_" "warp/weft";
    "tiki" "tikiwiki" "mysql" "localhost" "island" "lagoon" "" "coral";
    "typo3" "typo3" "mysql" "127.0.0.1:3306" "atelier" "painter" "" "easel[1]";
    "typo3-old" "typo3" "mysql" "localhost" "studio" "old_painter" "" "turpentine";
    "typolight" "contao|typolight" "mysql" "localhost" "lamp" "lighter" "tl_" "wick";
    "vanilla" "vanilla" "mysql" "localhost" "scoops" "cone" "GDN_" "waffle";
    "vbulletin" "vbulletin|vbulletin5" "mysql" "localhost:3306" "bulletin" "herald" "vb_" "trumpet";
    "vtiger" "vtigercrm" "mysql" "localhost:3306" "jungle" "tiger" "vtiger_" "amber-eye";
    "woltlab" "woltlab" "mysql" "localhost:3306" "wcf" "suite" "wcf1_" "burn-in";
    "wordpress" "wordpress" "mysql" "localhost" "pottery_blog" "pottery" "clay_" "kiln's \"glow\" & ash";
    "xenforo2" "xenforo" "mysql" "localhost:3306" "orbit" "xeno" "xf_" "far-star";
    "xmb" "xmb|xmb1.10" "mysql" "localhost" "xmbdata" "extreme" "xmb_" "message";
    "xoops" "xoops" "mysql" "localhost" "portal" "xylo" "x5f_" "phone";
    "zikula13" "zikula" "mysql" "localhost" "zebra" "zik" "" "baobab";
    "zikula2" "zikula" "mysql" "127.0.0.1" "acacia" "zik2" "" "it's thorny";
};

/// What they say with `--no-database`, as JSON and in words.
fn look(folder: &Path) -> [Ran; 2] {
    let path = folder.to_str().expect("UTF-8");
    [
        run(&["detect", path, "--no-database", "--json"], &[]),
        run(&["detect", path, "--no-database"], &[]),
    ]
}

#[test]
fn folders_of_at_least_45_products_are_recognised() {
    let mut failed = Vec::new();
    let mut systems = BTreeSet::new();
    for product in PRODUCTS {
        let [json, text] = look(&shared_folder(product.folder));
        let mut say = |what: String| failed.push(format!("{}: {what}\n{json}", product.folder));
        if json.code != Some(0) || text.code != Some(0) {
            say("not found".into());
            continue;
        }
        for ran in [&json, &text] {
            if ran.out.contains(product.password) || ran.err.contains(product.password) {
                say(format!("shows {}", product.password));
            }
        }
        let found = json.json();
        let system = found["system"].as_str().unwrap();
        if !product.system.split('|').any(|expected| expected == system) {
            say(format!("{system} is not {}", product.system));
            continue;
        }
        systems.insert(product.system);
        let host = match found["port"].as_u64() {
            Some(port) => format!("{}:{port}", found["host"].as_str().unwrap()),
            None => found["host"].as_str().unwrap_or_default().to_owned(),
        };
        for (what, is, should) in [
            ("engine", found["engine"].as_str(), product.engine),
            ("host", Some(&*host), product.host),
            ("database", found["database"].as_str(), product.database),
            ("user", found["user"].as_str(), product.user),
            ("prefix", found["prefix"].as_str(), product.prefix),
            ("password", found["password"].as_str(), "in the file"),
        ] {
            if is != Some(should) {
                say(format!("{what} is {is:?}, not {should}"));
            }
        }
        let block = found["block"].as_str().unwrap();
        let config = builds(block);
        if config.system != system || config.prefix.as_deref() != Some(product.prefix) {
            say("the block is of something else".into());
        }
        if config.database_password_file.is_none() || !text.out.contains(block) {
            say("the block is not whole".into());
        }
        let grants = found["grants"].to_string();
        if !grants.contains("im_ro") || !grants.contains("GRANT SELECT ON") {
            say(format!("no rights are granted: {grants}"));
        }
    }
    assert!(
        failed.is_empty(),
        "{} failed:\n{}",
        failed.len(),
        failed.join("\n")
    );
    assert!(systems.len() >= 45, "only {} products", systems.len());
}

#[test]
fn a_folder_is_looked_at_within_a_second() {
    let _alone = crate::hostile::alone();
    let path = shared_folder("wordpress");
    let mut took = Duration::MAX;
    // On a machine with other work the quickest of a few counts.
    for _ in 0..5 {
        let start = Instant::now();
        let found = im_auth::detect::look_in(&path).unwrap();
        assert_eq!(found.installations[0].system.id(), "wordpress");
        took = took.min(start.elapsed());
        if took < Duration::from_secs(1) {
            return;
        }
    }
    panic!("it took {took:?}");
}

#[test]
fn the_version_in_the_products_files_chooses_the_generation() {
    for (folder, system, version) in [
        ("phpbb3", "phpbb3", "3.3.11"),
        ("smf21", "smf2.1", "2.1.4"),
        ("ipb34", "ipboard3|invision4|ipboard", ""),
        ("wcf21", "wcf2", "2.1.24"),
        ("drupal7", "drupal7", "7.98"),
        ("fluxbb", "fluxbb", "1.5.11"),
        ("phorum10", "phorum", ""),
        ("wordpress", "wordpress", "6.8.3"),
        ("joomla", "joomla", "5.1.2"),
    ] {
        let [json, _] = look(&own_folder(folder));
        assert_eq!(json.code, Some(0), "{folder}: {json}");
        let found = json.json();
        let is = found["system"].as_str().unwrap();
        assert!(system.split('|').any(|one| one == is), "{folder}: {json}");
        assert_eq!(
            found["version"].as_str().unwrap_or_default(),
            version,
            "{folder}"
        );
    }
}

/// Simple Machines Forum writes `$db_port = 0;` into every Settings.php.
#[test]
fn a_port_of_0_is_the_usual_one() {
    let [json, _] = look(&own_folder("smf21"));
    let found = json.json();
    assert_eq!(found["host"], "localhost", "{json}");
    let block = found["block"].as_str().unwrap();
    assert!(block.contains("@localhost/workshop21"), "{block}");
}

#[test]
fn the_packages_of_a_folder_tell_products_with_the_same_file_apart() {
    for (folder, system) in [
        ("kimai2", "kimai2"),
        ("shopware6", "shopware6"),
        ("sylius", "sylius"),
        ("symfony", "symfony"),
    ] {
        let [json, text] = look(&own_folder(folder));
        assert_eq!(json.json()["system"], system, "{json}");
        assert!(
            !text.out.contains("t@ck") && !text.out.contains("t%40ck"),
            "{text}"
        );
    }
}

#[test]
fn settings_written_for_pdo_are_taken_apart() {
    for (folder, system, version, engine, host, port, database, user) in [
        (
            "humhub",
            "humhub",
            Some("1.16.2"),
            "mysql",
            "db.hum.example",
            3307,
            "hive",
            "bumble",
        ),
        (
            "limesurvey",
            "limesurvey",
            None,
            "postgres",
            "lime.example",
            5433,
            "orchard",
            "picker",
        ),
    ] {
        let [json, text] = look(&own_folder(folder));
        let found = json.json();
        assert_eq!(found["system"], system, "{json}");
        assert_eq!(found["version"].as_str(), version, "{json}");
        assert_eq!(found["engine"], engine, "{json}");
        assert_eq!(found["host"], host, "{json}");
        assert_eq!(found["port"], port, "{json}");
        assert_eq!(found["database"], database, "{json}");
        assert_eq!(found["user"], user, "{json}");
        for hidden in ["nectar", "zest"] {
            assert!(!text.out.contains(hidden), "{text}");
        }
    }
}

#[test]
fn a_port_may_have_its_colon() {
    let [json, _] = look(&shared_folder("vtiger"));
    assert_eq!(json.json()["port"], 3306, "{json}");
}

#[test]
fn owncloud_and_nextcloud_are_told_apart_by_the_version() {
    let [json, _] = look(&own_folder("owncloud"));
    assert_eq!(json.json()["system"], "owncloud", "{json}");
    let [json, _] = look(&shared_folder("nextcloud"));
    assert_eq!(json.json()["system"], "nextcloud", "{json}");
}

#[test]
fn an_encrypted_password_is_asked_for_and_not_tried() {
    let path = own_folder("dolibarr-encrypted");
    let ran = run(&["detect", path.to_str().unwrap()], &[]);
    assert_eq!(ran.code, Some(0), "{ran}");
    for part in ["only the product can decrypt", "--database-password-file"] {
        assert!(ran.out.contains(part), "{part}: {ran}");
    }
    assert!(!ran.out.contains("123c5b5f1d"), "{ran}");
}

#[test]
fn what_only_running_the_product_would_tell_is_named() {
    let path = own_folder("computed");
    let ran = run(&["detect", path.to_str().unwrap()], &[]);
    assert_eq!(ran.code, Some(0), "{ran}");
    for part in [
        "comes from getenv('WORDPRESS_DB_PASSWORD')",
        "--database-password-file",
        "IM_AUTH_DATABASE_PASSWORD",
    ] {
        assert!(ran.out.contains(part), "{part}: {ran}");
    }
}

#[test]
fn a_file_that_holds_a_secret_is_named_and_the_secret_is_not_shown() {
    let [json, text] = look(&shared_folder("prestashop16"));
    let source =
        std::fs::read_to_string(shared_folder("prestashop16/config/settings.inc.php")).unwrap();
    let (_, rest) = source.split_once("_COOKIE_KEY_'").unwrap();
    let secret = rest.split('\'').nth(1).unwrap();
    assert!(secret.len() > 8, "{secret}");
    assert!(
        builds(json.json()["block"].as_str().unwrap())
            .secret_file
            .is_some(),
        "{json}"
    );
    for ran in [json, text] {
        assert!(
            ran.out.contains("_COOKIE_KEY_ in config/settings.inc.php"),
            "{ran}"
        );
        assert!(!ran.out.contains(secret), "{ran}");
    }
}

#[test]
fn a_configuration_file_can_be_named_itself_and_one_above_the_folder_is_found() {
    let file = shared_folder("wordpress/wp-config.php");
    let ran = run(
        &[
            "detect",
            file.to_str().unwrap(),
            "--no-database",
            "--json",
            "--realm",
            "blog",
        ],
        &[],
    );
    assert_eq!(ran.json()["system"], "wordpress", "{ran}");
    assert!(
        ran.json()["block"]
            .as_str()
            .unwrap()
            .starts_with("[realm.blog]\n"),
        "{ran}"
    );
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(&file, folder.path().join("wp-config.php")).unwrap();
    let public = folder.path().join("public");
    std::fs::create_dir(&public).unwrap();
    let ran = run(
        &[
            "detect",
            public.to_str().unwrap(),
            "--no-database",
            "--json",
        ],
        &[],
    );
    assert_eq!(ran.json()["system"], "wordpress", "{ran}");
}

#[test]
fn a_folder_of_nothing_known_is_1_and_says_what_was_looked_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    let ran = run(&["detect", path], &[]);
    assert_eq!(ran.code, Some(1), "{ran}");
    for part in ["wp-config.php", "include/db/config.php", "--database"] {
        assert!(ran.out.contains(part), "{part}: {ran}");
    }
    let ran = run(&["detect", path, "--json"], &[]);
    assert_eq!(
        (ran.code, &ran.json()["found"]),
        (Some(1), &false.into()),
        "{ran}"
    );
    let ran = run(&["detect", "/no/such/folder"], &[]);
    assert_eq!(ran.code, Some(2), "{ran}");
    assert!(ran.err.contains("/no/such/folder"), "{ran}");
}

#[test]
fn an_sqlite_file_is_named_by_its_path_and_needs_no_account() {
    let folder = own_folder("flarum-sqlite");
    let [json, _] = look(&folder);
    let found = json.json();
    assert_eq!(
        (found["system"].as_str(), found["engine"].as_str()),
        (Some("flarum"), Some("sqlite")),
        "{json}"
    );
    let block = found["block"].as_str().unwrap();
    let config = builds(block);
    assert!(
        block.contains("tests/detect/flarum-sqlite/storage/flarum.sqlite"),
        "{block}"
    );
    assert!(
        config.database_password_file.is_none() && found["grants"] == serde_json::json!([]),
        "{json}"
    );
}

#[test]
fn a_name_of_an_sqlite_database_is_made_a_file_as_the_product_makes_it() {
    for (folder, system, file) in [
        (
            "mediawiki-sqlite",
            "mediawiki",
            "/srv/wiki/data/lichen.sqlite",
        ),
        (
            "spip-sqlite",
            "spip",
            "/spip-sqlite/config/bases/revue.sqlite",
        ),
        (
            "wordpress-sqlite",
            "wordpress",
            "/wordpress-sqlite/wp-content/database/.ht.sqlite",
        ),
    ] {
        let [json, _] = look(&own_folder(folder));
        let found = json.json();
        assert_eq!(found["system"].as_str(), Some(system), "{json}");
        assert_eq!(found["engine"].as_str(), Some("sqlite"), "{json}");
        let database = found["database"].as_str().unwrap();
        assert!(database.ends_with(file), "{database}");
        assert!(!database.contains("//"), "{database}");
    }
}

#[test]
fn a_schema_of_the_product_is_granted_and_looked_into() {
    let [json, text] = look(&own_folder("mediawiki-postgres"));
    let found = json.json();
    assert_eq!(found["engine"].as_str(), Some("postgres"), "{json}");
    let grants: Vec<&str> = found["grants"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|s| s.as_str())
        .collect();
    let usage = grants
        .iter()
        .position(|s| *s == "GRANT USAGE ON SCHEMA \"bark\" TO im_ro;");
    assert_eq!(
        usage.map(|at| grants[at + 1]),
        Some("ALTER ROLE im_ro IN DATABASE \"lichen\" SET search_path = \"bark\";"),
        "{json}"
    );
    assert!(!json.out.contains("SCHEMA public"), "{json}");
    assert!(text.out.contains("in the schema \"bark\""), "{text}");
}

#[test]
fn a_word_behind_the_prefix_stands_alone_where_there_is_none() {
    for (folder, system, prefix) in [
        ("phpwcms", "phpwcms", "phpwcms_"),
        ("phpwcms-prefix", "phpwcms", "dam_phpwcms_"),
        ("phpboost", "phpboost4.1", "stage_"),
    ] {
        let [json, _] = look(&own_folder(folder));
        let found = json.json();
        assert_eq!(found["system"].as_str(), Some(system), "{json}");
        assert_eq!(found["prefix"].as_str(), Some(prefix), "{json}");
    }
}
