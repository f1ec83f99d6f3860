//! Certificates that are made when they are needed.

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, KeyUsagePurpose};

/// Files by name: an authority, the server's certificate and key, and an authority that signed nothing.
pub(super) fn generate() -> [(&'static str, String); 4] {
    let (authority, pem) = authority();
    let (_, other) = self::authority();
    let key = KeyPair::generate().expect("a key");
    let names = ["localhost", "127.0.0.1"].map(str::to_owned);
    let certificate = CertificateParams::new(names)
        .expect("names for a certificate")
        .signed_by(&key, &authority)
        .expect("a certificate");
    [
        ("ca.pem", pem),
        ("server.pem", certificate.pem()),
        ("server.key", key.serialize_pem()),
        ("other-ca.pem", other),
    ]
}

fn authority() -> (Issuer<'static, KeyPair>, String) {
    let key = KeyPair::generate().expect("a key");
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let certificate = params.self_signed(&key).expect("an authority");
    let pem = certificate.pem();
    (Issuer::new(params, key), pem)
}
