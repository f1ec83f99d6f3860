//! Whom to trust.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use im_core::AuthError;
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use tokio::sync::OnceCell;

/// The settings of TLS, read when they are first needed.
#[derive(Debug)]
pub(crate) struct Trust {
    ca_file: Option<PathBuf>,
    config: OnceCell<Arc<ClientConfig>>,
}

impl Trust {
    /// The certificates of a PEM file, or those of the operating system.
    pub(crate) fn new(ca_file: Option<PathBuf>) -> Self {
        Self {
            ca_file,
            config: OnceCell::new(),
        }
    }

    /// The settings.
    ///
    /// # Errors
    /// [`AuthError::Configuration`] when there is no certificate to trust.
    pub(crate) async fn config(&self) -> Result<Arc<ClientConfig>, AuthError> {
        let config = self.config.get_or_try_init(|| async {
            let file = self.ca_file.clone();
            tokio::task::spawn_blocking(move || load(file.as_deref()))
                .await
                .map_err(|error| {
                    AuthError::unavailable("the certificates could not be read").with_source(error)
                })?
        });
        config.await.map(Arc::clone)
    }
}

fn load(ca_file: Option<&Path>) -> Result<Arc<ClientConfig>, AuthError> {
    let roots = match ca_file {
        Some(file) => of_file(file)?,
        None => of_system()?,
    };
    // Named here, since a program may have other providers compiled in as well.
    let provider = Arc::new(ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| AuthError::configuration("TLS cannot be set up").with_source(error))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

fn of_file(file: &Path) -> Result<RootCertStore, AuthError> {
    let named = |error: AuthError| error.with("ca_file", file.display().to_string());
    let pem = std::fs::read(file).map_err(|error| {
        named(AuthError::configuration("`ca_file` cannot be read").with_source(error))
    })?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let certificate = certificate.map_err(|error| {
            named(AuthError::configuration("`ca_file` is no PEM file").with_source(error))
        })?;
        roots.add(certificate).map_err(|error| {
            named(
                AuthError::configuration("`ca_file` has a certificate that cannot be trusted")
                    .with_source(error),
            )
        })?;
    }
    if roots.is_empty() {
        return Err(named(AuthError::configuration(
            "`ca_file` has no certificate; it must be PEM, with -----BEGIN CERTIFICATE-----",
        )));
    }
    Ok(roots)
}

fn of_system() -> Result<RootCertStore, AuthError> {
    let mut roots = RootCertStore::empty();
    // Systems have certificates in their stores that nobody can read.
    let (_, _) = roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        return Err(AuthError::configuration(
            "the operating system has no certificates to trust; install them (ca-certificates), or write `ca_file`",
        ));
    }
    Ok(roots)
}
