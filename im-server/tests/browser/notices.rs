//! What a member learns while looking elsewhere.

use serde_json::json;

use crate::support::stage;

#[tokio::test]
async fn a_message_is_notified_to_whoever_wants_it_and_looks_elsewhere() {
    let stage = stage().await;
    let (board, garden) = (
        stage.server.nth_member("/im-phpbb2/", 1),
        stage.server.member("/im-phorum/"),
    );
    let bob = stage.signed_in(&board).await;
    let chloe = stage.signed_in(&garden).await;
    chloe
        .devtools(
            "Browser.grantPermissions",
            json!({ "permissions": ["notifications"] }),
        )
        .await;
    stage.introduce(&bob, &chloe, &garden.name).await;
    bob.open_contact().await;
    bob.write("before she is asked").await;

    // Asked once there is something to be told of, never unasked by the browser.
    chloe.shows(".ask").await;
    chloe.until("navigator.serviceWorker.controller").await;
    chloe.click(".ask .button-primary").await;
    chloe
        .until("!document.querySelector('.ask').checkVisibility()")
        .await;
    let shown =
        "navigator.serviceWorker.getRegistration().then((worker) => worker.getNotifications())
        .then((all) => all.map((one) => `${one.title}: ${one.body}`).join())";
    bob.write("while she looks").await;
    chloe.until("document.title.startsWith('(2) ')").await;
    assert_eq!(chloe.eval(shown).await, "");

    // As it is when another window has the focus.
    chloe.eval("document.hasFocus = () => false").await;
    bob.write("while she is elsewhere").await;
    chloe.until("document.title.startsWith('(3) ')").await;
    let says = format!("{}: while she is elsewhere", board.name);
    let first = format!(
        "(async () => {{
            for (let n = 0; n < 200; n += 1) {{
                const all = await {shown};
                if (all) return all;
                await new Promise((resolve) => setTimeout(resolve, 50));
            }}
            return `nothing (${{Notification.permission}})`;
        }})()"
    );
    assert_eq!(chloe.eval(&first).await, says);
}
