//! Finding one's way in what was said.

use fantoccini::key::Key;
use serde_json::json;

use crate::support::{Look, Stage, Tab, stage};

/// A conversation of two in which the first has said much, and the second has seen nothing of it.
async fn much_to_read(stage: &Stage, look: &Look, messages: usize) -> (Tab, Tab) {
    let (board, garden) = (
        stage.server.nth_member("/im-phpbb2/", 1),
        stage.server.member("/im-phorum/"),
    );
    let bob = stage.signed_in(&board).await;
    let chloe = stage.signed_in_with(&garden, look).await;
    stage.introduce(&bob, &chloe, &garden.name).await;
    bob.open_contact().await;
    bob.write("message 0").await;
    bob.hears(&["message 0"]).await;
    bob.posts("message", 1..messages).await;
    chloe
        .until(&format!(
            "document.querySelector('#tab-chats .badge').textContent === '{}'",
            if messages > 99 {
                "99+".to_owned()
            } else {
                messages.to_string()
            }
        ))
        .await;
    (bob, chloe)
}

#[tokio::test]
async fn one_begins_to_read_where_one_left_off_and_the_page_stays_where_it_is() {
    let stage = stage().await;
    let (_bob, chloe) = much_to_read(&stage, &Look::phone(), 120).await;
    chloe.click("#tab-chats").await;
    chloe.click("#panel-chats a.row").await;
    chloe.shows(".divider").await;
    // All that is new is there at once, the first of it in sight below the line.
    assert_eq!(chloe.said().await.len(), 120);
    let places = "(() => {
        const [head, log, line, first] = ['.conversation-head', '.log', '.divider', '.divider + .message']
            .map((selector) => document.querySelector(selector).getBoundingClientRect());
        return head.top === 0 && line.top >= head.bottom && first.bottom <= log.bottom
            && document.scrollingElement.scrollTop === 0 && document.scrollingElement.scrollHeight <= innerHeight;
    })()";
    chloe.until(places).await;
    chloe.says("120 unread messages").await;
    chloe.click(".jump").await;
    chloe.until("!document.title.startsWith('(')").await;
    let head = "document.querySelector('.conversation-head').getBoundingClientRect().top";
    assert_eq!(chloe.eval(head).await, 0);
}

#[tokio::test]
async fn what_one_reads_stays_in_place_while_earlier_messages_come() {
    let stage = stage().await;
    let (bob, _chloe) = much_to_read(&stage, &Look::default(), 130).await;
    bob.reload().await;
    bob.until("document.querySelectorAll('.message').length === 50")
        .await;
    bob.eval("document.querySelector('.log').scrollTo({ top: 300, behavior: 'instant' })")
        .await;
    let place = "Math.round([...document.querySelectorAll('.message')].find((one) => one.textContent.includes('message 90')).getBoundingClientRect().top)";
    let before = bob.eval(place).await;
    bob.until("document.querySelectorAll('.message').length > 50")
        .await;
    let after = bob.eval(place).await;
    let moved = before.as_i64().expect("a place") - after.as_i64().expect("a place");
    assert!(moved.abs() <= 2, "moved by {moved} pixels");
}

#[tokio::test]
async fn every_message_of_mine_says_how_far_it_got() {
    let stage = stage().await;
    let (board, garden) = (
        stage.server.nth_member("/im-phpbb2/", 1),
        stage.server.member("/im-phorum/"),
    );
    let bob = stage.signed_in(&board).await;
    let chloe = stage.signed_in(&garden).await;
    stage.introduce(&bob, &chloe, &garden.name).await;
    bob.open_contact().await;
    let states = "JSON.stringify([...document.querySelectorAll('.message.own')].map((one) => one.dataset.state))";
    bob.write("one").await;
    bob.until(&format!("{states} === '[\"sent\"]'")).await;
    chloe.open_contact().await;
    bob.until(&format!("{states} === '[\"read\"]'")).await;
    chloe.press(&Key::Escape.to_string()).await;
    chloe.until("!document.querySelector('#message')").await;
    bob.write("two").await;
    bob.until(&format!("{states} === '[\"read\",\"sent\"]'"))
        .await;
    let words = "[...document.querySelectorAll('.mark-of-state')].map((mark) => mark.textContent)";
    assert_eq!(bob.eval(words).await, json!(["Read", "Sent"]));
}

#[tokio::test]
async fn a_message_can_be_copied_with_the_mouse_and_with_the_keyboard() {
    let stage = stage().await;
    let (board, garden) = (
        stage.server.nth_member("/im-phpbb2/", 1),
        stage.server.member("/im-phorum/"),
    );
    let bob = stage.signed_in(&board).await;
    let chloe = stage.signed_in(&garden).await;
    stage.introduce(&bob, &chloe, &garden.name).await;
    bob.open_contact().await;
    bob.write("first words").await;
    bob.write("last words").await;
    bob.hears(&["first words", "last words"]).await;

    let pasted =
        |words: &'static str| format!("document.querySelector('#message').value === '{words}'");
    bob.points_at(".message .bubble").await;
    bob.click(".message .copy").await;
    bob.says("Copied.").await;
    bob.click("#message").await;
    bob.press(&format!("{}v{}", Key::Control, Key::Null)).await;
    bob.until(&pasted("first words")).await;
    bob.fill("#message", "").await;

    // Of all the messages Tab reaches one; from it the arrows go to the others.
    let stops = "document.querySelectorAll('.copy[tabindex=\"0\"]').length";
    assert_eq!(bob.eval(stops).await, 1);
    bob.eval("document.querySelector('.log').focus()").await;
    bob.press(&Key::Tab.to_string()).await;
    bob.press(&Key::Up.to_string()).await;
    bob.press(&Key::Down.to_string()).await;
    bob.press(&Key::Enter.to_string()).await;
    bob.click("#message").await;
    bob.press(&format!("{}v{}", Key::Control, Key::Null)).await;
    bob.until(&pasted("last words")).await;
    assert_eq!(bob.eval(stops).await, 1);
}
