#![allow(missing_docs)]
use secrecy::SecretString;
use std::sync::Arc;
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    #[error("busy")]
    Busy,
    #[error("unavailable")]
    Unavailable(String),
}
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    #[error("not yet")]
    NotYet,
}
#[derive(Clone)]
pub struct StoreConfig {
    pub url: SecretString,
    pub password: Option<SecretString>,
    pub max_connections: u32,
    pub random: Arc<dyn crate::Random>,
}
impl StoreConfig {
    pub fn new(url: impl Into<SecretString>) -> Self {
        Self {
            url: url.into(),
            password: None,
            max_connections: 10,
            random: Arc::new(crate::SystemRandom),
        }
    }
}
#[derive(Clone)]
pub struct Store;
impl Store {
    pub async fn open(
        config: StoreConfig,
        clock: Arc<dyn im_core::Clock>,
    ) -> Result<Self, OpenError> {
        let _ = (config, clock);
        Err(OpenError::NotYet)
    }
    pub fn warnings(&self) -> &[String] {
        &[]
    }
}
impl crate::LocalAccounts {
    pub fn new(store: Store, pool: im_password::VerifyPool) -> Self {
        let _ = (store, pool);
        Self
    }
}
