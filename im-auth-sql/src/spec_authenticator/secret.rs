//! The secret out of a product's configuration.

use base64::Engine as _;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use im_core::AuthError;
use secrecy::{ExposeSecret, SecretSlice, SecretString};

use crate::spec::{SecretEncoding, SecretSpec, SystemSpec, Unsaid};

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The configured secrets, decoded.
pub(super) struct Secrets {
    each: Vec<SecretSlice<u8>>,
    /// The realm says which, or that there is none.
    said: bool,
}

impl Secrets {
    /// Reads what was configured.
    ///
    /// # Errors
    /// [`AuthError::Configuration`] when the description needs a secret and there is none, or wants to be told that
    /// there is none, takes none and there is one, or it is not written as the description says.
    pub(super) fn read(
        spec: &SystemSpec,
        configured: Option<&SecretString>,
    ) -> Result<Self, AuthError> {
        let written = configured
            .map(|secret| secret.expose_secret())
            .unwrap_or("");
        let Some(described) = spec.secret() else {
            if written.is_empty() {
                return Ok(Self {
                    each: Vec::new(),
                    said: true,
                });
            }
            return Err(AuthError::configuration(format!(
                "{} needs no secret; remove `secret`",
                spec.name()
            )));
        };
        let lines: Vec<&str> = if described.several {
            written.lines().filter(|line| !line.is_empty()).collect()
        } else if written.is_empty() {
            Vec::new()
        } else {
            let line = written.strip_suffix('\n').unwrap_or(written);
            // Of a file out of Windows.
            vec![line.strip_suffix('\r').unwrap_or(line)]
        };
        if lines.is_empty() && described.required {
            return Err(missing(spec.name(), described));
        }
        if configured.is_none() && described.unsaid == Unsaid::Refuse {
            return Err(AuthError::configuration(format!(
                "the stored passwords of {} look alike with and without its {}: set `secret`, or `secret = \"\"` if this \
                 site has none; it stands in {}",
                spec.name(),
                described.name,
                described.place
            )));
        }
        let mut secrets: Vec<SecretSlice<u8>> = lines
            .into_iter()
            .map(|line| decoded(spec, described, line).map(SecretSlice::from))
            .collect::<Result<_, _>>()?;
        if described.several {
            // And none at all.
            secrets.push(SecretSlice::from(Vec::new()));
        }
        Ok(Self {
            each: secrets,
            said: configured.is_some(),
        })
    }

    /// Whether the owner said which there is, or that there is none.
    pub(super) fn is_said(&self) -> bool {
        self.said
    }

    pub(super) fn is_empty(&self) -> bool {
        self.each.is_empty()
    }

    /// Each, in the order to be tried.
    pub(super) fn each(&self) -> impl Iterator<Item = &[u8]> {
        self.each.iter().map(ExposeSecret::expose_secret)
    }
}

fn decoded(spec: &SystemSpec, described: &SecretSpec, written: &str) -> Result<Vec<u8>, AuthError> {
    let (bytes, how) = match described.encoding {
        SecretEncoding::Text => return Ok(written.as_bytes().to_vec()),
        SecretEncoding::Base64 => (BASE64.decode(written.trim()).ok(), "base64"),
        SecretEncoding::Hex => (hex::decode(written.trim()).ok(), "hex digits"),
    };
    bytes.ok_or_else(|| {
        AuthError::configuration(format!(
            "the secret of {}, {}, is not {how}: copy it as it stands, from {}",
            spec.name(),
            described.name,
            described.place
        ))
    })
}

/// What to say where a password is wrong unless a secret was forgotten.
pub(super) fn forgotten(product: &str, described: &SecretSpec) -> AuthError {
    AuthError::configuration(format!(
        "a stored password of {product} does not fit, and may need its {}: set `secret`; it stands in {} (or \
         `secret = \"\"` if this site has none)",
        described.name, described.place
    ))
}

/// What to say where a secret is needed and was not configured.
pub(super) fn missing(product: &str, described: &SecretSpec) -> AuthError {
    AuthError::configuration(format!(
        "the stored passwords of {product} need its {}: set `secret`; it stands in {}",
        described.name, described.place
    ))
}
