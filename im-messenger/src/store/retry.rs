//! Repeating transactions that stood in each other's way.

use std::error::Error as _;
use std::time::Duration;

use super::StoreError;
use crate::error::Error;

/// How often a transaction was tried.
pub(crate) struct Attempts(u32);

impl Attempts {
    const MOST: u32 = 12;

    pub(crate) fn new() -> Self {
        Self(0)
    }

    /// Whether `error` is one that the same transaction, tried again, may not meet; waits a moment if so.
    pub(crate) async fn again(&mut self, error: &Error) -> bool {
        let store_error = error
            .source()
            .and_then(|source| source.downcast_ref::<StoreError>());
        let passing = matches!(
            store_error,
            Some(StoreError::Retry(_) | StoreError::Duplicate(_) | StoreError::Changed)
        );
        self.0 += 1;
        if !passing || self.0 >= Self::MOST {
            return false;
        }
        // Longer each time, and uneven, so that two do not meet again.
        let mut jitter = [0; 1];
        let uneven = getrandom::fill(&mut jitter).map_or(7, |()| u64::from(jitter[0]) / 16);
        tokio::time::sleep(Duration::from_millis(
            u64::from(self.0) * 3 + uneven * u64::from(self.0),
        ))
        .await;
        true
    }
}

/// Runs a block in a transaction, `|tx| { … }`, and commits it. The block may run several times, and must change nothing
/// outside the transaction. Its value is an `Ok`; an error rolls everything back.
macro_rules! transaction {
    ($store:expr, |$tx:ident| $body:block) => {{
        let store: &$crate::store::Store = &$store;
        let mut attempts = $crate::store::Attempts::new();
        loop {
            let mut transaction = match store.begin().await {
                Ok(transaction) => transaction,
                Err(error) => break Err($crate::error::Error::from(error)),
            };
            let outcome: Result<_, $crate::error::Error> = {
                let $tx = &mut transaction;
                async { $body }.await
            };
            let error = match outcome {
                Ok(value) => match transaction.commit().await {
                    Ok(()) => break Ok(value),
                    Err(error) => $crate::error::Error::from(error),
                },
                Err(error) => {
                    transaction.rollback().await;
                    error
                }
            };
            if !attempts.again(&error).await {
                break Err(error);
            }
        }
    }};
}
pub(crate) use transaction;
