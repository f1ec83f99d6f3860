//! What was begun is not lost.

use crate::support::stage;

#[tokio::test]
async fn a_message_that_was_begun_waits_through_other_conversations_and_reloads() {
    let stage = stage().await;
    let (board, garden) = (
        stage.server.nth_member("/im-phpbb2/", 1),
        stage.server.member("/im-phorum/"),
    );
    let bob = stage.signed_in(&board).await;
    let chloe = stage.signed_in(&garden).await;
    stage.introduce(&bob, &chloe, &garden.name).await;
    bob.open_contact().await;
    bob.fill("#message", "I was about to").await;
    bob.client.back().await.expect("there was something before");
    bob.click("#tab-chats").await;
    bob.until(
        "document.querySelector('#panel-chats .row-text')?.textContent === 'Draft: I was about to'",
    )
    .await;

    bob.reload().await;
    bob.until(
        "document.querySelector('#panel-chats .row-text')?.textContent === 'Draft: I was about to'",
    )
    .await;
    bob.click("#panel-chats a.row").await;
    bob.shows("#message").await;
    let field = "document.querySelector('#message').value";
    assert_eq!(bob.eval(field).await, "I was about to");
    bob.press(" say hello").await;
    bob.press_enter().await;
    bob.hears(&["I was about to say hello"]).await;
    bob.reload().await;
    bob.shows("#message").await;
    assert_eq!(bob.eval(field).await, "");

    // Whoever uses the browser next finds nothing of it.
    bob.fill("#message", "secret").await;
    bob.click(".sidebar-head .icon-button:last-child").await;
    bob.click(".settings-foot .button").await;
    bob.shows("im-sign-in").await;
    let left = "Object.entries(localStorage).some(([, value]) => value.includes('secret'))";
    assert_eq!(bob.eval(left).await, false);
    tokio::time::sleep(std::time::Duration::from_millis(600)).await;
    assert_eq!(bob.eval(left).await, false);
}
