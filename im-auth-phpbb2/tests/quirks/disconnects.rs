//! Clients that go away in mid-sign-in.

use std::sync::Arc;
use std::time::{Duration, Instant};

use im_auth_phpbb2::{Options, Phpbb2};
use im_core::{ExternalAuthenticator, Login, Lookup, SystemClock, Verdict};
use im_testkit::{CutProxy, MariaDb};

use crate::boards;
use crate::support::{NOW, POOL, SCHEMA, board_by, patient};

const PASSWORD: &str = "correct horse 42";
const STORED: &str = "9ed6210e741906ee73fa04b9225dd63f";
const SLOTS: u32 = 4;
const MEMBERS: u32 = 5_000;

/// For a minute, sign-ins and batches are dropped at random moments, over a line that brings answers in pieces; then
/// as many as there are slots must be answered at the same time.
pub(crate) async fn leave_every_slot_usable() {
    let seconds = std::env::var("IM_DISCONNECT_SECONDS")
        .ok()
        .and_then(|text| text.parse().ok());
    let database = MariaDb::shared()
        .await
        .create_database("latin1", "latin1_swedish_ci")
        .await;
    database.execute(SCHEMA).await;
    database
        .execute(&boards::settings(&[
            ("version", ".0.23"),
            ("default_lang", "english"),
        ]))
        .await;
    database
        .execute(&format!(
            "INSERT INTO phpbb_users (user_id, username, user_password, user_regdate, user_email, user_avatar) \
             SELECT seq, CONCAT('member', seq), '{STORED}', {NOW}, REPEAT('e', 200), REPEAT('a', 90) FROM seq_2_to_{MEMBERS}"
        ))
        .await;
    let proxy = CutProxy::to(database.port());
    proxy.chunk(1_448);
    let mut config = patient(&database.reader_url_at(proxy.port()));
    config.max_connections = SLOTS;
    // By the real clock, so that settings are read anew in between.
    let forum = board_by(
        Arc::new(SystemClock),
        config,
        Options::default(),
        POOL.clone(),
    );
    let forum = Arc::new(forum);
    let until = Instant::now() + Duration::from_secs(seconds.unwrap_or(60));
    let clients: Vec<_> = (0..3 * SLOTS)
        .map(|seed| {
            let forum = Arc::clone(&forum);
            tokio::spawn(async move {
                let mut random = Random(u64::from(seed) + 1);
                let mut dropped = 0_u32;
                while Instant::now() < until {
                    let patience = Duration::from_micros(random.below(6_000));
                    let id = 2 + random.below(u64::from(MEMBERS) - 2);
                    let answered = if random.below(8) == 0 {
                        let lookups: Vec<_> = (id..id + 200)
                            .map(|id| Lookup::by_id(id.to_string()))
                            .collect();
                        tokio::time::timeout(patience, forum.find(&lookups))
                            .await
                            .is_ok()
                    } else {
                        let login = Login::new(format!("member{id}"), PASSWORD);
                        tokio::time::timeout(patience, forum.authenticate(&login))
                            .await
                            .is_ok()
                    };
                    dropped += u32::from(!answered);
                }
                dropped
            })
        })
        .collect();
    let mut dropped = 0;
    for client in clients {
        dropped += client.await.expect("a client does not panic");
    }
    assert!(
        dropped > 100,
        "only {dropped} were dropped: nothing was tested"
    );
    // What nobody waits for any more ends first, at the server's own limit.
    sign_in(&forum).await;
    at_once(&forum, SLOTS).await;
    // On a slow line it shows how many are answered at the same time: three times as many as there are slots take as
    // long as three one after the other. With a slot less it would be four; a busy machine may take longer now and
    // then, and never less.
    proxy.delay(Duration::from_millis(200));
    let mut seen = Vec::new();
    while seen.len() < 5 {
        let one = at_once(&forum, 1).await;
        let many = at_once(&forum, 3 * SLOTS).await;
        if many < one * 7 / 2 {
            return;
        }
        seen.push((one, many));
    }
    panic!(
        "a slot is blocked: one answer and {} answers take {seen:?}",
        3 * SLOTS
    );
}

async fn sign_in(forum: &Phpbb2) {
    let login = Login::new("member2", PASSWORD);
    let answer = tokio::time::timeout(Duration::from_secs(60), forum.authenticate(&login)).await;
    assert!(matches!(answer, Ok(Ok(Verdict::Accepted(_)))), "{answer:?}");
}

/// How long it takes to answer so many questions asked at the same time.
async fn at_once(forum: &Arc<Phpbb2>, questions: u32) -> Duration {
    let start = Instant::now();
    let questions: Vec<_> = (0..questions)
        .map(|n| {
            let forum = Arc::clone(forum);
            tokio::spawn(async move { forum.find(&[Lookup::by_id((n + 2).to_string())]).await })
        })
        .collect();
    for question in questions {
        let found = question.await.expect("a question does not panic");
        assert!(matches!(found.as_deref(), Ok([Some(_)])), "{found:?}");
    }
    start.elapsed()
}

/// Enough of a random sequence for moments to be any; the same in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}
