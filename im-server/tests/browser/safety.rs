//! What people write is text, whatever it looks like.

use fantoccini::key::Key;

use crate::support::stage;

const MARKUP: &str = "<img src=x onerror=\"window.harmed=1\"><script>window.harmed=1</script>";

#[tokio::test]
async fn markup_in_names_and_messages_stays_text() {
    let stage = stage().await;
    let (board, garden) = (
        stage.server.nth_member("/im-phpbb2/", 1),
        stage.server.member("/im-phorum/"),
    );
    let bob = stage.signed_in(&board).await;
    let chloe = stage.signed_in(&garden).await;
    bob.ask(&garden.name, MARKUP).await;
    bob.close_dialog().await;
    chloe.click("#tab-people").await;
    assert_eq!(chloe.text(".request blockquote").await, MARKUP);
    chloe.click(".request .button-primary").await;

    // A name of one's own for a contact, and a reason for one's presence.
    chloe.click("#panel-people .menu-anchor button").await;
    chloe
        .until("document.querySelector('.menu:popover-open') !== null")
        .await;
    chloe.press(&Key::Down.to_string()).await;
    chloe.press(&Key::Enter.to_string()).await;
    chloe.fill("#contact-value", "<b>Bob</b>").await;
    chloe.press(&Key::Enter.to_string()).await;
    chloe
        .until("document.querySelector('#panel-people .row-name')?.textContent === '<b>Bob</b>'")
        .await;
    bob.click(".me").await;
    bob.fill("#presence-reason", "<i>lunch</i>").await;
    bob.press(&Key::Enter.to_string()).await;
    chloe.until("document.querySelector('#panel-people .with-menu .row-text')?.textContent === 'Online: <i>lunch</i>'").await;

    bob.open_contact().await;
    chloe.open_contact().await;
    let link = "see https://example.org/a?b=<c>&d=(e), or javascript:alert(1) or data:text/html,x";
    bob.write(MARKUP).await;
    bob.write(link).await;
    for tab in [&bob, &chloe] {
        tab.hears(&[MARKUP, link]).await;
        assert_eq!(tab.eval("window.harmed === undefined").await, true);
        assert_eq!(
            tab.eval(
                "document.querySelectorAll('im-log img, im-log script, .rows b, .rows i').length"
            )
            .await,
            0
        );
        let links = tab
            .eval(
                "[...document.querySelectorAll('im-log a')].map((a) => [a.href, a.rel, a.target])",
            )
            .await;
        assert_eq!(
            links,
            serde_json::json!([[
                "https://example.org/a?b=",
                "noopener noreferrer nofollow",
                "_blank"
            ]])
        );
        tab.has_a_clean_console().await;
    }
}

#[tokio::test]
async fn the_page_allows_no_script_but_its_own() {
    let stage = stage().await;
    let tab = stage.signed_in(&stage.server.member("/im-phpbb2/")).await;
    let policy = tab
        .eval("fetch('./').then((answer) => answer.headers.get('content-security-policy'))")
        .await;
    let policy = policy.as_str().expect("there is a policy");
    for rule in [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "require-trusted-types-for 'script'",
        "frame-ancestors 'none'",
    ] {
        assert!(policy.contains(rule), "{rule} in {policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    // The policy is one the page can live with, and one that bites.
    tab.has_a_clean_console().await;
    let bites = tab
        .eval(
            "(() => {
                try {
                    document.createElement('div').innerHTML = '<b>markup</b>';
                } catch (error) {
                    return error.name;
                }
            })()",
        )
        .await;
    assert_eq!(bites, "TypeError");
}
