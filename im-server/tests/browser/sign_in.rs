//! Coming in, and being turned away.

use crate::support::{Look, OwnServer, stage, stage_with};

#[tokio::test]
async fn wrong_password_and_unknown_name_are_refused_in_the_same_plain_words() {
    let stage = stage().await;
    let member = stage.server.member("/im-phpbb2/");
    let tab = stage.at_sign_in(&member).await;

    tab.sign_in(&member.name, "not the password").await;
    let refusal = tab.text(".form-error:not(:empty)").await;
    assert_eq!(
        refusal,
        "This name and password do not go together. Check both and try again."
    );
    assert_eq!(
        tab.eval("document.activeElement.id").await,
        "sign-in-password"
    );
    assert_eq!(
        tab.eval("document.querySelector('#sign-in-password').value")
            .await,
        ""
    );
    assert_eq!(
        tab.eval("document.querySelector('.form-error').getAttribute('role')")
            .await,
        "alert"
    );

    tab.sign_in("nobody of that name", "whatever").await;
    tab.shows(".form-error:not(:empty)").await;
    assert_eq!(tab.text(".form-error:not(:empty)").await, refusal);

    tab.sign_in(&member.name, &member.password).await;
    tab.shows("im-shell").await;
}

#[tokio::test]
async fn the_page_says_whose_account_is_meant() {
    let stage = stage().await;
    let tab = stage.at_sign_in(&stage.server.member("/im-phpbb2/")).await;
    let lead = tab.text(".lead").await;
    let title = tab
        .eval("fetch('api/v1/site').then((answer) => answer.json()).then((site) => site.realms[0].title)")
        .await;
    assert_eq!(
        lead,
        format!(
            "Sign in with your account on {}.",
            title.as_str().unwrap_or_default()
        )
    );
    tab.shows(".sign-in-foot .note").await;
    tab.has_a_clean_console().await;
}

#[tokio::test]
async fn an_own_account_is_made_by_registering() {
    let stage = stage().await;
    let tab = stage
        .at_sign_in(&stage.server.member("/intramessenger/"))
        .await;
    tab.click(".sign-in-links button").await;
    tab.says("Choose a name and a password").await;
    tab.sign_in("Fabienne", "a long enough password").await;
    tab.shows("im-shell").await;
    assert_eq!(tab.text(".me .row-name").await, "Fabienne");
    tab.has_a_clean_console().await;
}

#[tokio::test]
async fn a_name_that_is_taken_is_said_so() {
    let stage = stage().await;
    let member = stage.server.member("/intramessenger/");
    let tab = stage.at_sign_in(&member).await;
    tab.click(".sign-in-links button").await;
    tab.says("Choose a name and a password").await;
    tab.sign_in(&member.name, "a long enough password").await;
    assert_eq!(
        tab.text(".form-error:not(:empty)").await,
        "Somebody has this name already. Choose another."
    );
}

#[tokio::test]
async fn a_reload_keeps_the_session_and_signing_out_ends_it() {
    let stage = stage().await;
    let tab = stage.signed_in(&stage.server.member("/im-phpbb2/")).await;
    tab.reload().await;
    tab.shows("im-shell").await;

    tab.click(".sidebar-head .icon-button:last-child").await;
    tab.click(".settings-foot .button").await;
    tab.shows("im-sign-in").await;
    tab.reload().await;
    tab.shows("im-sign-in").await;
    assert_eq!(
        tab.eval("fetch('api/v1/me').then((answer) => answer.status)")
            .await,
        401
    );
}

#[tokio::test]
async fn a_device_can_be_signed_out_from_another() {
    // Not the demonstration, whose accounts are everybody's: there nobody ends another one's session.
    let stage = stage_with(OwnServer::start("")).await;
    let member = stage.server.member("Dora");
    let here = stage.signed_in(&member).await;
    let there = stage.signed_in_with(&member, &Look::phone()).await;

    here.click(".sidebar-head .icon-button:last-child").await;
    here.click(".device .button").await;
    here.until("document.querySelectorAll('.device').length === 1")
        .await;

    there.shows("im-sign-in").await;
    there
        .says("Your session was ended, here or from another device.")
        .await;
    here.close_dialog().await;
    here.shows("im-shell").await;
}
