//! On a phone: one pane at a time.

use serde_json::json;

use crate::support::{Look, stage};

#[tokio::test]
async fn a_phone_shows_the_list_or_the_conversation() {
    let stage = stage().await;
    let (board, garden) = (
        stage.server.nth_member("/im-phpbb2/", 1),
        stage.server.member("/im-phorum/"),
    );
    let bob = stage.signed_in_with(&board, &Look::phone()).await;
    let chloe = stage.signed_in(&garden).await;
    stage.introduce(&bob, &chloe, &garden.name).await;

    let panes = "[document.querySelector('im-sidebar').checkVisibility(), document.querySelector('main').checkVisibility()]";
    assert_eq!(bob.eval(panes).await, json!([true, false]));
    bob.open_contact().await;
    assert_eq!(bob.eval(panes).await, json!([false, true]));
    let overflow = "document.documentElement.scrollWidth > innerWidth || document.documentElement.scrollHeight > innerHeight";
    assert_eq!(bob.eval(overflow).await, false);

    // With a finger, Enter begins a line; the button sends.
    bob.fill("#message", "Hello\nthere").await;
    bob.click(".send").await;
    chloe.open_contact().await;
    chloe.hears(&["Hello\nthere"]).await;

    bob.click(".conversation-head .icon-button").await;
    assert_eq!(bob.eval(panes).await, json!([true, false]));
    bob.click("#tab-chats").await;
    bob.click("#panel-chats a.row").await;
    bob.shows("#message").await;
    bob.client.back().await.expect("there was something before");
    bob.until("document.querySelector('im-sidebar').checkVisibility()")
        .await;
    bob.has_a_clean_console().await;
}

#[tokio::test]
async fn a_browser_may_install_each_site_as_a_program_of_its_own() {
    let stage = stage().await;
    let mut ids = Vec::new();
    for path in ["/im-phpbb2/", "/im-phorum/"] {
        let site = stage.server.member(path).site;
        let tab = stage.driver.tab(&Look::phone()).await;
        tab.open(&site).await;
        tab.until("navigator.serviceWorker.controller").await;
        let manifest = tab.devtools("Page.getAppManifest", json!({})).await;
        assert_eq!(manifest["errors"], json!([]), "{manifest}");
        let id = tab.devtools("Page.getAppId", json!({})).await;
        assert_eq!(id["appId"], site);
        ids.push(id);
        let read: serde_json::Value =
            serde_json::from_str(manifest["data"].as_str().expect("a manifest")).expect("JSON");
        for icon in read["icons"].as_array().expect("icons") {
            let there = format!(
                "fetch(new URL({}, document.querySelector('link[rel=manifest]').href)).then((answer) => answer.ok)",
                icon["src"]
            );
            assert_eq!(tab.eval(&there).await, true, "{icon}");
        }
    }
    assert_ne!(ids[0], ids[1]);
}

#[tokio::test]
async fn the_settings_offer_to_install_what_the_browser_can_install() {
    let stage = stage().await;
    let tab = stage.signed_in(&stage.server.member("/im-phpbb2/")).await;
    // As a browser says that it could; a headless one may say so by itself.
    tab.eval("dispatchEvent(new Event('beforeinstallprompt'))")
        .await;
    tab.click(".sidebar-head .icon-button:last-child").await;
    tab.says("Install as an app").await;
}
