//! Everything without a mouse.

use fantoccini::key::Key;

use crate::support::{Tab, stage};

/// Goes forward with Tab until something has the focus.
async fn tab_to(tab: &Tab, selector: &str) {
    for _ in 0..40 {
        tab.press(&Key::Tab.to_string()).await;
        let quoted = serde_json::json!(selector);
        if tab
            .eval(&format!("document.activeElement.matches({quoted})"))
            .await
            == true
        {
            assert_eq!(
                tab.eval("getComputedStyle(document.activeElement).outlineStyle !== 'none' || document.activeElement.closest('.composer-field') !== null").await,
                true,
                "the focus on {selector} can be seen"
            );
            return;
        }
    }
    panic!("{selector} is not reached with Tab");
}

#[tokio::test]
async fn signing_in_and_talking_needs_no_mouse() {
    let stage = stage().await;
    let (board, garden) = (
        stage.server.nth_member("/im-phpbb2/", 1),
        stage.server.member("/im-phorum/"),
    );
    let chloe = stage.signed_in(&garden).await;
    let bob = stage.at_sign_in(&board).await;

    bob.shows("#sign-in-name").await;
    tab_to(&bob, "#sign-in-name").await;
    bob.press(&board.name).await;
    tab_to(&bob, "#sign-in-password").await;
    bob.press(&format!("{}{}", board.password, Key::Enter))
        .await;
    bob.shows("im-shell").await;

    // Adding somebody.
    tab_to(&bob, ".sidebar-head .icon-button").await;
    bob.press(&Key::Enter.to_string()).await;
    bob.until("document.activeElement.id === 'people-search'")
        .await;
    bob.press(&garden.name).await;
    bob.shows(".result .button-primary").await;
    tab_to(&bob, ".result .button-primary").await;
    bob.press(&Key::Enter.to_string()).await;
    bob.until("document.activeElement.matches('.greeting input')")
        .await;
    bob.press(&format!("Hello{}", Key::Enter)).await;
    bob.shows(".result .tag").await;
    bob.press(&Key::Escape.to_string()).await;
    bob.until("document.activeElement.matches('.sidebar-head .icon-button')")
        .await;

    chloe.click("#tab-people").await;
    chloe.click(".request .button-primary").await;

    // The tabs by arrow, the contact by Tab, and its menu.
    tab_to(&bob, "[role=tab]").await;
    bob.press(&Key::Right.to_string()).await;
    bob.shows("#panel-people .with-menu .menu-anchor").await;
    tab_to(&bob, "#panel-people .menu-anchor button").await;
    bob.press(&Key::Enter.to_string()).await;
    bob.until("document.activeElement.matches('[role=menuitem]')")
        .await;
    bob.press(&Key::Down.to_string()).await;
    bob.press(&Key::Escape.to_string()).await;
    bob.until("document.activeElement.matches('.menu-anchor button')")
        .await;
    bob.press(&Key::Enter.to_string()).await;
    bob.until("document.activeElement.matches('[role=menuitem]')")
        .await;
    bob.press(&Key::Enter.to_string()).await;

    bob.until("document.activeElement.id === 'message'").await;
    bob.press(&format!("Without a mouse{}", Key::Enter)).await;
    bob.hears(&["Without a mouse"]).await;
    chloe.open_contact().await;
    chloe.hears(&["Without a mouse"]).await;

    // Escape goes back to the list, and the focus with it.
    bob.press(&Key::Escape.to_string()).await;
    bob.until("!document.querySelector('#message')").await;
    bob.has_a_clean_console().await;
}
