//! Systems that files describe: one that is compiled in, and a portal of the owner's own.

use im_testkit::{MariaDb, TestDatabase};

use crate::support::{Conf, Store, StoreKind, TestApp, on_both_stores};

on_both_stores!(
    members_of_a_portal_of_ones_own_come_in,
    a_password_of_unknown_format_is_not_called_wrong,
);

const PORTAL: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../docs/examples/my-portal.toml"
);

/// The tables of a description, empty, under a prefix.
async fn tables_of(file: &str, prefix: &str) -> TestDatabase {
    let text = std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{file}: {error}"));
    let description: toml::Table = text.parse().unwrap();
    let schema = description["schema"]["mysql"].as_str().unwrap();
    let database = MariaDb::shared()
        .await
        .create_database("utf8mb4", "utf8mb4_general_ci")
        .await;
    database.execute(&schema.replace("{prefix}", prefix)).await;
    database
}

async fn members_of_a_portal_of_ones_own_come_in(kind: StoreKind) {
    let portal = tables_of(PORTAL, "club_").await;
    portal
        .execute(
            "INSERT INTO club_members (id, login, pass, salt, first_name, last_name, status, banned_until, role) VALUES \
             (7, 'zoe', MD5(CONCAT('k9!x', 'horse battery')), 'k9!x', 'Zoé', 'Martin', 'active', NULL, 'board'), \
             (8, 'adam', MD5(CONCAT('abcd', 'horse battery')), 'abcd', 'Adam', 'Smith', 'active', NULL, 'member'), \
             (9, 'mallory', MD5(CONCAT('abcd', 'horse battery')), 'abcd', 'M', 'M', 'blocked', '2099-01-01', 'member'), \
             (10, 'newbie', MD5(CONCAT('abcd', 'horse battery')), 'abcd', 'N', 'N', 'new', NULL, 'member'); \
             INSERT INTO club_letters (to_id) VALUES (7), (7)",
        )
        .await;
    let before = portal.checksums().await;
    let store = Store::new(kind).await;
    let conf = Conf::new(&store)
        .realm("portal", PORTAL, &portal.reader_url(), "club_")
        .site("/im/", &["portal"], "");
    let app = TestApp::start(&conf).await;
    let site = app.site("/im/");
    let zoe = site.sign_in("ZOE", "horse battery").await;
    let me = zoe.get("api/v1/me").await.expect(200);
    assert_eq!(me["username"], "zoe");
    assert_eq!(me["display_name"], "Zoé Martin");
    assert_eq!(me["unread_forum_messages"], 2);
    site.sign_in("adam", " horse battery ").await;
    for (name, code) in [("mallory", "account_banned"), ("newbie", "account_pending")] {
        site.try_sign_in(name, "horse battery")
            .await
            .problem(403, code);
        site.try_sign_in(name, "wrong")
            .await
            .problem(401, "invalid_credentials");
    }
    site.try_sign_in("nobody", "horse battery")
        .await
        .problem(401, "invalid_credentials");
    assert_eq!(portal.checksums().await, before, "the portal is only read");
}

async fn a_password_of_unknown_format_is_not_called_wrong(kind: StoreKind) {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../im-auth-cms/systems/forum/xmb.toml"
    );
    let board = tables_of(file, "xmb_").await;
    board
        .execute(
            "INSERT INTO xmb_members (uid, username, password) VALUES \
             (1, 'alice', MD5('horse battery')), (2, 'bob', '{NEW}c29tZXRoaW5nIG5ldw')",
        )
        .await;
    let store = Store::new(kind).await;
    let conf = Conf::new(&store)
        .realm("board", "xmb", &board.reader_url(), "xmb_")
        .throttle("name_and_address = 5\nname = 5\naddress = 50\n")
        .site("/im/", &["board"], "");
    let app = TestApp::start(&conf).await;
    let site = app.site("/im/");
    // More often than a wrong password may be tried: it does not count as one.
    for _ in 0..8 {
        site.try_sign_in("bob", "horse battery")
            .await
            .problem(503, "unsupported_hash");
    }
    site.sign_in("alice", "horse battery").await;
}
