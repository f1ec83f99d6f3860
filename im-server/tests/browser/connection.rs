//! A connection that comes and goes loses nothing and repeats nothing.

use std::time::Duration;

use im_testkit::{CutProxy, free_port};

use crate::support::{Demo, stage_with};

#[tokio::test]
async fn what_is_written_without_a_connection_arrives_once_and_in_order() {
    let port = free_port();
    let proxy = CutProxy::to(port);
    let url = format!("http://127.0.0.1:{}", proxy.port());
    let stage = stage_with(Demo::start(Some((port, url)))).await;
    let (board, garden) = (
        stage.demo.nth_member("/im-phpbb2/", 1),
        stage.demo.member("/im-phorum/"),
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
        stage.demo.nth_member("/im-phpbb2/", 1),
        stage.demo.member("/im-phorum/"),
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
        stage.demo.nth_member("/im-phpbb2/", 1),
        stage.demo.member("/im-phorum/"),
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
