//! What a site allows, said in plain words.

use crate::support::{OwnServer, stage_with};

#[tokio::test]
async fn a_full_site_says_so_and_lets_the_next_in_when_there_is_room() {
    let stage = stage_with(OwnServer::start("max_connected = 1")).await;
    let first = stage.signed_in(&stage.server.member("Dora")).await;
    let emil = stage.server.member("Emil");
    let second = stage.at_sign_in(&emil).await;
    second.sign_in(&emil.name, &emil.password).await;
    second.says("All places here are taken.").await;
    // That is nobody's mistake: no field is blamed, and Enter tries again.
    let blamed = "[document.querySelector('[aria-invalid]'), document.activeElement.type]";
    assert_eq!(
        second.eval(blamed).await,
        serde_json::json!([null, "submit"])
    );

    first.click(".sidebar-head .icon-button:last-child").await;
    first.click(".settings-foot .button").await;
    first.shows("im-sign-in").await;
    second.press_enter().await;
    second.shows("im-shell").await;
}

#[tokio::test]
async fn one_contact_too_many_is_refused_with_the_limit() {
    let stage = stage_with(OwnServer::start("max_contacts = 1")).await;
    let names = ["Dora", "Emil", "Fanny"];
    let mut tabs = Vec::new();
    for name in names {
        tabs.push(stage.signed_in(&stage.server.member(name)).await);
    }
    tabs[0].ask("Emil", "").await;
    tabs[0].says("1 of 1 contact used").await;
    tabs[0].fill("#people-search", "Fanny").await;
    tabs[0].says("Fanny").await;
    tabs[0].click(".result .button-primary").await;
    tabs[0].fill(".greeting input", "Hello").await;
    tabs[0].press_enter().await;
    tabs[0]
        .says("You can have 1 contact here, requests included. Remove it first.")
        .await;

    // Taking the request back makes room.
    tabs[0].close_dialog().await;
    tabs[0].click("#tab-people").await;
    tabs[0].click("#panel-people .with-menu > .button").await;
    tabs[0].says("No contacts yet").await;
    tabs[0].ask("Fanny", "").await;
}

#[tokio::test]
async fn a_new_account_may_have_to_wait_for_approval() {
    let stage = stage_with(OwnServer::start("newcomers_local = \"approval\"")).await;
    let dora = stage.server.member("Dora");
    let tab = stage.at_sign_in(&dora).await;
    tab.click(".sign-in-links button").await;
    tab.says("Choose a name and a password").await;
    tab.sign_in(&dora.name, &dora.password).await;
    tab.says("An administrator has to approve it before you can sign in.")
        .await;
    tab.click(".sign-in-links button").await;
    tab.sign_in(&dora.name, &dora.password).await;
    tab.says("An administrator still has to approve your account.")
        .await;
}
