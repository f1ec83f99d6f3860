//! One small runtime for what must outlive the runtime of a single test.

use std::sync::OnceLock;

use tokio::runtime::{Builder, Handle, Runtime};

/// Proxies and clean-up run here: every `#[tokio::test]` has a runtime of its own, which may stand still (paused
/// time) or be gone when they are needed.
pub(crate) fn background() -> &'static Handle {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME
        .get_or_init(|| {
            Builder::new_multi_thread()
                .worker_threads(1)
                .thread_name("im-testkit")
                .enable_all()
                .build()
                .expect("a runtime of one thread")
        })
        .handle()
}
