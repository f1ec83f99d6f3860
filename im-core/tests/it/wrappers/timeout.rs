use std::time::Duration;

use im_core::wrappers::Timeout;
use im_core::{ExternalAuthenticator, Identity, Login, Lookup};
use tokio::time::Instant;

use crate::support::{Play, Scripted, kind, realm};

const LIMIT: Duration = Duration::from_secs(5);
const BULK: Duration = Duration::from_secs(60);

#[tokio::test(start_paused = true)]
async fn every_question_that_hangs_is_given_up_as_unavailable() {
    let bounded = Timeout::new(Scripted::new("club", [Play::Hang]), LIMIT).bulk(BULK);
    let identity = Identity::new(realm("club"), "7");

    let start = Instant::now();
    let error = bounded
        .authenticate(&Login::new("Alice", "x"))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), start.elapsed().as_secs()),
        ("unavailable", 5)
    );
    assert_eq!(
        error.to_string(),
        "unavailable: no answer within 5s (system: scripted, question: authenticate)"
    );

    let start = Instant::now();
    let error = bounded
        .unread_private_messages(&identity)
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), start.elapsed().as_secs()),
        ("unavailable", 5)
    );

    let start = Instant::now();
    let error = bounded.find(&[Lookup::by_id("7")]).await.unwrap_err();
    assert_eq!(
        (error.kind(), start.elapsed().as_secs()),
        ("unavailable", 60)
    );

    let start = Instant::now();
    let error = bounded.probe().await.unwrap_err();
    assert_eq!(
        (error.kind(), start.elapsed().as_secs()),
        ("unavailable", 60)
    );
}

#[tokio::test(start_paused = true)]
async fn answers_in_time_go_through_as_they_are() {
    let bounded = Timeout::new(Scripted::new("club", [Play::Accept]), LIMIT);
    let identity = Identity::new(realm("club"), "7");
    let answer = bounded.authenticate(&Login::new("Alice", "x")).await;
    assert_eq!(kind(&answer), "accepted");
    assert!(bounded.find(&[Lookup::by_id("7")]).await.unwrap()[0].is_some());
    assert_eq!(
        bounded.unread_private_messages(&identity).await.unwrap(),
        Some(3)
    );
    assert_eq!(bounded.probe().await.unwrap().accounts, Some(10));

    let broken = Timeout::new(Scripted::new("club", [Play::NoSuchTable]), LIMIT);
    let answer = broken.authenticate(&Login::new("Alice", "x")).await;
    assert_eq!(kind(&answer), "schema");
}
