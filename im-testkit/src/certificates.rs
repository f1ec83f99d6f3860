//! Certificates that are made when they are needed.

use std::path::Path;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, KeyUsagePurpose};

/// Files by name: an authority, a server's certificate for these names and its key, and an authority that signed
/// nothing.
pub(crate) fn generate(names: &[&str]) -> [(&'static str, String); 4] {
    let (authority, pem) = authority();
    let (_, other) = self::authority();
    let key = KeyPair::generate().expect("a key");
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
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

/// The same, written into a folder that is made for them.
pub(crate) fn write(folder: &Path, names: &[&str]) -> Result<(), String> {
    let say = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
    std::fs::create_dir(folder).map_err(|error| say(folder, error))?;
    for (name, text) in generate(names) {
        let path = folder.join(name);
        std::fs::write(&path, text).map_err(|error| say(&path, error))?;
    }
    Ok(())
}
