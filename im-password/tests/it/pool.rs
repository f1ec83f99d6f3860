use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use im_password::{Job, OwnedAttempt, Policy, PoolError, PoolLimits, VerifyError, VerifyPool};
use tokio::task::JoinHandle;

use super::{BCRYPT, MD5, policy};

fn pool(threads: usize, memory_bytes: usize, queue: usize) -> VerifyPool {
    VerifyPool::new(PoolLimits {
        threads,
        memory_bytes,
        queue,
    })
}

fn check(policy: &Arc<Policy>, password: &str, stored: &str) -> Job {
    Job::check(policy.clone(), OwnedAttempt::new(password), stored)
}

/// Work that goes on until its gate is opened (dropped).
fn held(pool: &VerifyPool, memory: usize) -> (mpsc::Sender<()>, JoinHandle<Result<(), PoolError>>) {
    let (gate, opened) = mpsc::channel::<()>();
    let pool = pool.clone();
    let work = move || {
        let _closed = opened.recv();
    };
    (
        gate,
        tokio::spawn(async move { pool.run(memory, work).await }),
    )
}

async fn until(what: impl Fn() -> bool) {
    let deadline = Duration::from_secs(30);
    tokio::time::timeout(deadline, async {
        while !what() {
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("it comes to pass");
}

/// Puts work into the queue behind what is running.
async fn queued<T: Send + 'static>(
    pool: &VerifyPool,
    work: impl Future<Output = T> + Send + 'static,
) -> JoinHandle<T> {
    let before = pool.stats().queued;
    let handle = tokio::spawn(work);
    until(|| pool.stats().queued == before + 1).await;
    handle
}

#[tokio::test]
async fn right_and_wrong_passwords_and_decoys_are_counted() {
    let pool = VerifyPool::default();
    let policy = Arc::new(policy(&["md5($pass)"]));
    let shape = policy.recognise(MD5.as_bytes()).expect("recognised");
    assert!(
        pool.verify(check(&policy, "secret", MD5))
            .await
            .expect("compared")
            .is_match()
    );
    assert!(
        !pool
            .verify(check(&policy, "wrong", MD5))
            .await
            .expect("compared")
            .is_match()
    );
    let decoy = Job::decoy(policy.clone(), OwnedAttempt::new("secret"), shape);
    assert!(!pool.verify(decoy).await.expect("compared").is_match());
    assert_eq!(pool.run(0, || 2 + 2).await.expect("computed"), 4);
    let stats = pool.stats();
    assert_eq!((stats.verified, stats.decoys, stats.other), (2, 1, 1));
    assert_eq!((stats.queued, stats.running, stats.memory_bytes), (0, 0, 0));
    assert_eq!((stats.refused, stats.abandoned, stats.panicked), (0, 0, 0));
}

#[tokio::test]
async fn what_cannot_be_compared_is_an_error_and_takes_no_thread() {
    let pool = VerifyPool::default();
    let policy = Arc::new(policy(&["md5($pass)", "bcrypt"]));
    let unknown = pool.verify(check(&policy, "secret", "secret")).await;
    assert!(matches!(
        unknown,
        Err(PoolError::Verify(VerifyError::UnsupportedHash { .. }))
    ));
    let costly = pool
        .verify(check(&policy, "secret", &BCRYPT.replace("$05$", "$31$")))
        .await;
    assert!(matches!(
        costly,
        Err(PoolError::Verify(VerifyError::TooCostly { .. }))
    ));
    assert_eq!(pool.stats().verified, 0);
}

#[tokio::test]
async fn a_full_queue_is_busy_and_nothing_is_computed() {
    let pool = pool(1, 1_000, 2);
    let (gate, running) = held(&pool, 0);
    until(|| pool.stats().running == 1).await;
    let policy = Arc::new(policy(&["md5($pass)"]));
    let mut waiting = Vec::new();
    for _ in 0..2 {
        let (pool_, job) = (pool.clone(), check(&policy, "secret", MD5));
        waiting.push(queued(&pool, async move { pool_.verify(job).await }).await);
    }
    let refused = pool.verify(check(&policy, "secret", MD5)).await;
    assert!(matches!(refused, Err(PoolError::Busy)));
    let stats = pool.stats();
    assert_eq!(
        (stats.refused, stats.queued, stats.running, stats.verified),
        (1, 2, 1, 0)
    );
    drop(gate);
    running.await.expect("a task").expect("it ran");
    for job in waiting {
        assert!(job.await.expect("a task").expect("compared").is_match());
    }
    assert!(
        pool.verify(check(&policy, "secret", MD5))
            .await
            .expect("room again")
            .is_match()
    );
    assert_eq!((pool.stats().verified, pool.stats().refused), (3, 1));
}

#[tokio::test]
async fn without_a_queue_as_many_run_as_there_are_threads() {
    let pool = pool(2, 1_000, 0);
    let (gate_a, a) = held(&pool, 0);
    let (gate_b, b) = held(&pool, 0);
    until(|| pool.stats().running == 2).await;
    assert!(matches!(pool.run(0, || ()).await, Err(PoolError::Busy)));
    drop((gate_a, gate_b));
    a.await.expect("a task").expect("it ran");
    b.await.expect("a task").expect("it ran");
    pool.run(0, || ()).await.expect("room again");
}

#[tokio::test]
async fn an_abandoned_job_is_not_run_and_leaves_its_place_at_once() {
    let pool = pool(1, 1_000, 1);
    let (gate, running) = held(&pool, 0);
    until(|| pool.stats().running == 1).await;
    let ran = Arc::new(AtomicUsize::new(0));
    for _ in 0..10 {
        let (pool_, ran) = (pool.clone(), ran.clone());
        let work = move || ran.fetch_add(1, Ordering::SeqCst);
        let job = queued(&pool, async move { pool_.run(0, work).await }).await;
        job.abort();
        assert!(job.await.expect_err("abandoned").is_cancelled());
        assert_eq!(pool.stats().queued, 0);
    }
    drop(gate);
    running.await.expect("a task").expect("it ran");
    pool.run(0, || ()).await.expect("the pool goes on");
    assert_eq!(ran.load(Ordering::SeqCst), 0);
    assert_eq!((pool.stats().abandoned, pool.stats().other), (10, 2));
}

#[tokio::test]
async fn a_job_abandoned_while_it_runs_leaves_the_pool_whole() {
    let pool = pool(1, 1_000, 1);
    let (gate, running) = held(&pool, 600);
    until(|| pool.stats().running == 1).await;
    running.abort();
    assert!(running.await.expect_err("abandoned").is_cancelled());
    assert_eq!((pool.stats().running, pool.stats().memory_bytes), (1, 600));
    drop(gate);
    assert_eq!(pool.run(1_000, || 7).await.expect("computed"), 7);
    assert_eq!((pool.stats().abandoned, pool.stats().other), (0, 2));
}

#[tokio::test]
async fn a_panic_stays_in_its_job() {
    let pool = pool(1, 1_000, 8);
    for _ in 0..3 {
        let broken = pool.run(1_000, || panic!("this test's own panic")).await;
        assert!(matches!(broken, Err(PoolError::Panicked)));
        assert_eq!(pool.run(1_000, || 5).await.expect("the pool goes on"), 5);
    }
    let stats = pool.stats();
    assert_eq!((stats.panicked, stats.other, stats.memory_bytes), (3, 6, 0));
}

/// Something that cannot even be thrown away.
struct Cursed;

impl Drop for Cursed {
    fn drop(&mut self) {
        panic!("this test's own panic");
    }
}

#[tokio::test]
async fn a_panic_in_a_destructor_costs_no_thread() {
    let pool = pool(1, 1_000, 8);
    let message = pool.run(10, || std::panic::panic_any(Cursed)).await;
    assert!(matches!(message, Err(PoolError::Panicked)));

    let (gate, opened) = mpsc::channel::<()>();
    let pool_ = pool.clone();
    let work = move || {
        let _closed = opened.recv();
        Cursed
    };
    let unwanted = tokio::spawn(async move { pool_.run(10, work).await.map(std::mem::forget) });
    until(|| pool.stats().running == 1).await;
    unwanted.abort();
    assert!(unwanted.await.is_err());
    drop(gate);
    assert_eq!(pool.run(1_000, || 5).await.expect("the pool goes on"), 5);
    assert_eq!((pool.stats().panicked, pool.stats().other), (1, 3));
}

#[tokio::test]
async fn memory_is_shared_and_large_jobs_are_not_overtaken() {
    let pool = pool(2, 100, 8);
    let too_much = pool.run(101, || ()).await;
    assert!(matches!(
        too_much,
        Err(PoolError::TooMuchMemory {
            needed: 101,
            limit: 100
        })
    ));

    let (gate, running) = held(&pool, 60);
    until(|| pool.stats().running == 1).await;
    let mut waiting = Vec::new();
    for memory in [60, 10] {
        let pool_ = pool.clone();
        waiting.push(queued(&pool, async move { pool_.run(memory, || ()).await }).await);
    }
    // Long enough for the idle thread to take what it must not take: the large job has no memory,
    // and the small one keeps its turn.
    tokio::time::sleep(Duration::from_millis(100)).await;
    let stats = pool.stats();
    assert_eq!(
        (stats.running, stats.queued, stats.memory_bytes),
        (1, 2, 60)
    );
    drop(gate);
    running.await.expect("a task").expect("it ran");
    for job in waiting {
        job.await.expect("a task").expect("it ran");
    }
    assert_eq!(pool.stats().memory_bytes, 0);
}

#[tokio::test]
async fn an_abandoned_large_job_lets_small_ones_through() {
    let pool = pool(2, 100, 8);
    let (gate, running) = held(&pool, 60);
    until(|| pool.stats().running == 1).await;
    let pool_ = pool.clone();
    let large = queued(&pool, async move { pool_.run(60, || ()).await }).await;
    let pool_ = pool.clone();
    let small = queued(&pool, async move { pool_.run(10, || ()).await }).await;
    large.abort();
    small
        .await
        .expect("a task")
        .expect("it ran while the first still holds its memory");
    assert_eq!(pool.stats().running, 1);
    drop(gate);
    running.await.expect("a task").expect("it ran");
}

/// The most jobs that ran at once, out of 200.
async fn most_at_once(pool: &VerifyPool, memory: usize) -> usize {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let jobs: Vec<_> = (0..200)
        .map(|_| {
            let (pool, now, most) = (pool.clone(), now.clone(), most.clone());
            let work = move || {
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                // Others would begin meanwhile.
                std::thread::yield_now();
                now.fetch_sub(1, Ordering::SeqCst);
            };
            tokio::spawn(async move { pool.run(memory, work).await })
        })
        .collect();
    for job in jobs {
        job.await.expect("a task").expect("it ran");
    }
    assert_eq!(pool.stats().other, 200);
    most.load(Ordering::SeqCst)
}

#[tokio::test]
async fn no_more_run_at_once_than_there_are_threads() {
    assert!(most_at_once(&pool(3, 100, 400), 0).await <= 3);
}

#[tokio::test]
async fn no_more_run_at_once_than_there_is_memory_for() {
    assert_eq!(most_at_once(&pool(4, 100, 400), 60).await, 1);
    assert!(most_at_once(&pool(4, 100, 400), 40).await <= 2);
}

#[tokio::test]
async fn work_runs_on_threads_of_the_pool_alone() {
    let pool = VerifyPool::default();
    let name = pool
        .run(0, || std::thread::current().name().map(str::to_owned))
        .await;
    assert_eq!(name.expect("it ran").as_deref(), Some("im-password"));
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn work_has_a_lower_priority_than_the_rest() {
    /// The 19th field of proc(5)'s stat, counted behind the name in parentheses.
    fn nice() -> i32 {
        let stat = std::fs::read_to_string("/proc/thread-self/stat").expect("proc");
        let (_, fields) = stat.rsplit_once(") ").expect("a name");
        fields
            .split(' ')
            .nth(16)
            .expect("nice")
            .parse()
            .expect("a number")
    }
    let before = nice();
    let inside = VerifyPool::default().run(0, nice).await.expect("it ran");
    assert_eq!(inside, (before + 10).min(19));
    assert_eq!(nice(), before);
}

#[tokio::test]
async fn the_threads_end_with_the_last_clone() {
    struct Ending(mpsc::Sender<()>);
    impl Drop for Ending {
        fn drop(&mut self) {
            self.0.send(()).expect("the test waits");
        }
    }
    thread_local! {
        static ENDING: std::cell::RefCell<Option<Ending>> = const { std::cell::RefCell::new(None) };
    }
    let pool = VerifyPool::default();
    let other = pool.clone();
    let (sender, ended) = mpsc::channel();
    let plant = move || ENDING.with(|ending| *ending.borrow_mut() = Some(Ending(sender)));
    pool.run(0, plant).await.expect("it ran");
    drop(pool);
    other.run(0, || ()).await.expect("a clone keeps the pool");
    assert!(ended.try_recv().is_err());
    drop(other);
    ended
        .recv_timeout(Duration::from_secs(30))
        .expect("the thread ends");
}

#[tokio::test]
async fn an_argon2_value_larger_than_the_pool_is_refused() {
    let pool = pool(1, 1024 * 1024, 8);
    let policy = Arc::new(policy(&["argon2"]));
    let stored = "$argon2id$v=19$m=65536,t=4,p=1$Zml4ZWRzYWx0Zml4ZWQwMQ$\
                  0sqBfVZeEI6lnZzujJRJzQl6u/CcI2GeYzvCzf7wHxs";
    let refused = pool.verify(check(&policy, "secret", stored)).await;
    assert!(matches!(
        refused,
        Err(PoolError::TooMuchMemory { needed, limit }) if needed > limit && limit == 1024 * 1024
    ));
}
