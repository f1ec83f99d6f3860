//! Two members of two forums find each other and talk.

use crate::support::stage;

#[tokio::test]
async fn members_of_two_forums_become_contacts_and_talk_live() {
    let stage = stage().await;
    let (board, garden) = (
        stage.server.nth_member("/im-phpbb2/", 1),
        stage.server.member("/im-phorum/"),
    );
    let bob = stage.signed_in(&board).await;
    let chloe = stage.signed_in(&garden).await;

    bob.ask(&garden.name, "Hello from the other forum").await;
    bob.close_dialog().await;
    bob.click("#tab-people").await;
    bob.says("has not answered yet").await;

    chloe
        .until("document.querySelector('#tab-people .badge')?.textContent === '1'")
        .await;
    chloe.click("#tab-people").await;
    assert_eq!(
        chloe.text(".request blockquote").await,
        "Hello from the other forum"
    );
    assert_eq!(chloe.text(".request .row-name").await, board.name);
    assert!(
        !chloe.text(".request .origin").await.is_empty(),
        "the realm is shown"
    );
    chloe.click(".request .button-primary").await;

    bob.until(
        "document.querySelector('#panel-people .with-menu .row-text')?.textContent === 'Online'",
    )
    .await;
    bob.open_contact().await;
    bob.write("Do you play chess?").await;
    bob.hears(&["Do you play chess?"]).await;

    // Not open yet: counted in the list, in the title, and under what is new.
    chloe.until("document.title.startsWith('(1) ')").await;
    let icon = "document.querySelector('link[rel=icon]').href.endsWith('/icon-unread.svg')";
    assert_eq!(chloe.eval(icon).await, true);
    chloe.open_contact().await;
    chloe.hears(&["Do you play chess?"]).await;
    chloe.until("!document.title.startsWith('(')").await;
    assert_eq!(chloe.eval(icon).await, false);
    bob.until("document.querySelector('.mark-of-state')?.textContent === 'Read'")
        .await;

    chloe.fill("#message", "Badly, ").await;
    bob.until(
        "document.querySelector('.conversation-head .row-text').textContent === 'is writing…'",
    )
    .await;
    chloe.write("Badly, but gladly.").await;
    bob.hears(&["Do you play chess?", "Badly, but gladly."])
        .await;

    for tab in [&bob, &chloe] {
        tab.reload().await;
        tab.hears(&["Do you play chess?", "Badly, but gladly."])
            .await;
        tab.has_a_clean_console().await;
    }
    bob.write("Thursday then.").await;
    chloe
        .hears(&["Do you play chess?", "Badly, but gladly.", "Thursday then."])
        .await;
}

#[tokio::test]
async fn the_same_name_in_both_forums_is_two_people_told_apart() {
    let stage = stage().await;
    let (one, other) = (
        stage.server.member("/im-phpbb2/"),
        stage.server.nth_member("/im-phorum/", 1),
    );
    assert_eq!(
        one.name, other.name,
        "the demonstration has the same name in both forums"
    );
    let bob = stage
        .signed_in(&stage.server.nth_member("/im-phpbb2/", 1))
        .await;
    let _one = stage.signed_in(&one).await;
    let _other = stage.signed_in(&other).await;

    bob.click(".sidebar-head .icon-button").await;
    bob.fill("#people-search", &one.name).await;
    bob.until("document.querySelectorAll('.result').length === 2")
        .await;
    let origins = bob.eval("new Set([...document.querySelectorAll('.result .row-origin')].map((tag) => tag.innerText)).size").await;
    assert_eq!(origins, 2);
    let colours = bob.eval("new Set([...document.querySelectorAll('.result im-avatar')].map((face) => face.dataset.hue)).size").await;
    assert!(colours.as_u64() >= Some(1), "{colours}");
}

#[tokio::test]
async fn a_refused_message_says_why_and_can_be_tried_again() {
    let stage = stage().await;
    let (board, garden) = (
        stage.server.nth_member("/im-phpbb2/", 1),
        stage.server.member("/im-phorum/"),
    );
    let bob = stage.signed_in(&board).await;
    let chloe = stage.signed_in(&garden).await;
    stage.introduce(&bob, &chloe, &garden.name).await;

    chloe.click(".me").await;
    chloe.click(".option input[value=dnd]").await;
    chloe.click(".dialog form .button-primary").await;
    bob.open_contact().await;
    bob.says("does not want to be disturbed; only those they let through can write")
        .await;
    bob.write("Are you there?").await;
    bob.says("They do not want to be disturbed just now.").await;

    chloe.click(".me").await;
    chloe.click(".option input[value=online]").await;
    chloe.click(".dialog form .button-primary").await;
    chloe
        .until("document.querySelector('.me .row-text').textContent === 'Online'")
        .await;
    bob.click(".message[data-state=failed] .status .link").await;
    chloe.open_contact().await;
    chloe.hears(&["Are you there?"]).await;
    bob.hears(&["Are you there?"]).await;
}

#[tokio::test]
async fn earlier_messages_come_as_one_scrolls_up() {
    let stage = stage().await;
    let (board, garden) = (
        stage.server.nth_member("/im-phpbb2/", 1),
        stage.server.member("/im-phorum/"),
    );
    let bob = stage.signed_in(&board).await;
    let chloe = stage.signed_in(&garden).await;
    stage.introduce(&bob, &chloe, &garden.name).await;
    bob.open_contact().await;
    bob.write("message 0").await;
    bob.hears(&["message 0"]).await;
    bob.posts("message", 1..130).await;

    bob.reload().await;
    bob.until("document.querySelectorAll('.message').length >= 50")
        .await;
    let loaded = bob.said().await.len();
    assert!((50..130).contains(&loaded), "{loaded} loaded at first");
    for _ in 0..3 {
        bob.eval("document.querySelector('.log').scrollTo({ top: 0, behavior: 'instant' })")
            .await;
        bob.until("document.querySelector('.log-top').dataset.what !== 'loading'")
            .await;
    }
    bob.says("This is where it began.").await;
    let all: Vec<String> = (0..130).map(|n| format!("message {n}")).collect();
    assert_eq!(bob.said().await, all);
}
