//! A connection that comes and goes loses nothing and repeats nothing.

use std::time::Duration;

use im_testkit::{CutProxy, free_port};

use crate::support::{Demo, OwnServer, stage_with};

#[tokio::test]
async fn what_is_written_without_a_connection_arrives_once_and_in_order() {
    let port = free_port();
    let proxy = CutProxy::to(port);
    let url = format!("http://127.0.0.1:{}", proxy.port());
    let stage = stage_with(Demo::start(Some((port, url)))).await;
    let (board, garden) = (
        stage.server.nth_member("/im-phpbb2/", 1),
        stage.server.member("/im-phorum/"),
    );
    let bob = stage.signed_in(&board).await;
    let chloe = stage.signed_in(&garden).await;
    stage.introduce(&bob, &chloe, &garden.name).await;
    bob.open_contact().await;
    chloe.open_contact().await;
    bob.write("one").await;
    chloe.hears(&["one"]).await;

    proxy.cut().await;
    bob.says("The connection is lost.").await;
    bob.write("two").await;
    bob.write("three").await;
    bob.says("Waiting for the connection…").await;
    bob.hears(&["one", "two", "three"]).await;
    assert_eq!(chloe.said().await, ["one"]);

    proxy.restore().await;
    for tab in [&bob, &chloe] {
        tab.hears(&["one", "two", "three"]).await;
    }
    bob.until("!document.querySelector('.banner-offline').checkVisibility()")
        .await;

    // The answer to the sending is lost, not the message: sent again, stored once.
    proxy.cut_after(0);
    bob.write("four").await;
    bob.says("Waiting for the connection…").await;
    proxy.restore().await;
    let all = ["one", "two", "three", "four"];
    for tab in [&bob, &chloe] {
        tab.hears(&all).await;
        tab.until(
            "!document.querySelector('.message[data-state=waiting], .message[data-state=sending]')",
        )
        .await;
        tab.reload().await;
        tab.hears(&all).await;
    }
}

#[tokio::test]
async fn what_was_not_sent_survives_a_reload() {
    let port = free_port();
    let proxy = CutProxy::to(port);
    let url = format!("http://127.0.0.1:{}", proxy.port());
    let stage = stage_with(Demo::start(Some((port, url)))).await;
    let (board, garden) = (
        stage.server.nth_member("/im-phpbb2/", 1),
        stage.server.member("/im-phorum/"),
    );
    let bob = stage.signed_in(&board).await;
    let chloe = stage.signed_in(&garden).await;
    stage.introduce(&bob, &chloe, &garden.name).await;
    bob.open_contact().await;
    chloe.open_contact().await;
    bob.until("navigator.serviceWorker.controller").await;

    proxy.cut().await;
    bob.write("kept").await;
    bob.says("Waiting for the connection…").await;
    // Without a network the service worker has the page, which says what is the matter.
    bob.reload().await;
    bob.says("The server does not answer").await;
    proxy.restore().await;
    bob.hears(&["kept"]).await;
    chloe.hears(&["kept"]).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(chloe.said().await, ["kept"]);
    assert_eq!(bob.said().await, ["kept"]);
}

#[tokio::test]
async fn two_windows_of_one_browser_show_the_same() {
    let stage = stage_with(Demo::start(None)).await;
    let (board, garden) = (
        stage.server.nth_member("/im-phpbb2/", 1),
        stage.server.member("/im-phorum/"),
    );
    let bob = stage.signed_in(&board).await;
    let chloe = stage.signed_in(&garden).await;
    stage.introduce(&bob, &chloe, &garden.name).await;
    bob.open_contact().await;
    let address = bob.client.current_url().await.expect("an address");
    let first = bob.client.window().await.expect("a window");
    let second = bob
        .client
        .new_window(true)
        .await
        .expect("another tab")
        .handle;
    bob.client
        .switch_to_window(second)
        .await
        .expect("it is there");
    bob.open(address.as_str()).await;
    bob.shows("#message").await;
    bob.write("from the second").await;
    bob.hears(&["from the second"]).await;

    bob.client
        .switch_to_window(first)
        .await
        .expect("it is there");
    bob.hears(&["from the second"]).await;
    bob.write("from the first").await;
    bob.hears(&["from the second", "from the first"]).await;
    chloe.open_contact().await;
    chloe.hears(&["from the second", "from the first"]).await;
}

#[tokio::test]
async fn a_server_that_was_killed_is_back_with_everything() {
    let mut stage = stage_with(OwnServer::start("")).await;
    let (dora, emil) = (stage.server.member("Dora"), stage.server.member("Emil"));
    let one = stage.signed_in(&dora).await;
    let other = stage.signed_in(&emil).await;
    stage.introduce(&one, &other, &emil.name).await;
    one.open_contact().await;
    other.open_contact().await;
    one.write("before").await;
    other.hears(&["before"]).await;

    stage.server.kill().await;
    one.says("The connection is lost.").await;
    one.write("meanwhile").await;
    other.write("me too").await;
    one.says("Waiting for the connection…").await;
    stage.server.run().await;
    for tab in [&one, &other] {
        tab.until("!document.querySelector('.banner-offline').checkVisibility()")
            .await;
        tab.until("document.querySelectorAll('.message').length === 3")
            .await;
        tab.until(
            "!document.querySelector('.message[data-state=waiting], .message[data-state=sending]')",
        )
        .await;
    }
    // Whoever was faster, both have seen the same.
    let said = one.said().await;
    assert_eq!(said[0], "before");
    assert_eq!(other.said().await, said);
    one.reload().await;
    one.until("document.querySelectorAll('.message').length === 3")
        .await;
    assert_eq!(one.said().await, said);
}
