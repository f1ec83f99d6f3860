//! Why there is no connection, or none that is encrypted as the address demands, and what to do about it.

use std::io::ErrorKind;

use im_core::AuthError;
use sqlx::Error;

/// What an error means that came before the server said anything of its own.
pub(super) fn not_reached(error: &Error) -> AuthError {
    let (text, is_handshake) = match error {
        // What rustls refuses comes as data that make no sense; all other errors are the network's.
        Error::Io(cause) => (cause.to_string(), cause.kind() == ErrorKind::InvalidData),
        Error::Tls(cause) => match cause.downcast_ref::<std::io::Error>() {
            Some(cause) if cause.kind() != ErrorKind::InvalidData => {
                return AuthError::unavailable(
                    "the foreign database ended the connection during the TLS handshake",
                );
            }
            _ => (cause.to_string(), true),
        },
        _ => (String::new(), false),
    };
    if !is_handshake {
        return AuthError::unavailable("cannot connect to the foreign database");
    }
    AuthError::configuration(remedy(&text))
}

/// By the words of rustls and sqlx, neither of which quotes a secret.
fn remedy(text: &str) -> &'static str {
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if says(&["does not support TLS"]) {
        "the foreign database offers no encryption, which ssl-mode in its address demands: switch TLS on there (MySQL: \
         ssl_cert and ssl_key, PostgreSQL: ssl = on), or reach it by a tunnel or a network of your own, without ssl-mode"
    } else if says(&["UnknownIssuer", "BadSignature"]) {
        "the foreign database's certificate was signed by an authority that is not known here: write \
         ssl-ca=/path/to/ca.pem in its address, with the certificate of the authority that signed it"
    } else if says(&["not valid for name", "NotValidForName"]) {
        "the foreign database's certificate is for another name: write the name that it is for as the host of the \
         address, have a certificate made for this one, or check the authority alone (MySQL: ssl-mode=VERIFY_CA, \
         PostgreSQL: ssl-mode=verify-ca)"
    } else if says(&["expired", "Expired", "not valid yet", "NotValidYet"]) {
        "the foreign database's certificate is not valid at this time: have it renewed, or set this host's clock"
    } else if says(&["CaUsedAsEndEntity"]) {
        "the foreign database shows the certificate of an authority as its own: make a second one that the authority \
         signs (CA:FALSE) and give it to the server; ssl-ca stays as it is"
    } else if says(&["UnsupportedCertVersion"]) {
        "the foreign database's certificate is of an old form: make one of version 3, with the server's name in \
         subjectAltName"
    } else if says(&["Invalid certificate"]) {
        "the file of ssl-ca in the database address holds no certificate in PEM form"
    } else if says(&["invalid peer certificate"]) {
        "the foreign database's certificate cannot be checked: have one made anew, of version 3, with the server's name \
         in subjectAltName, or write another ssl-mode in its address"
    } else {
        "no encrypted connection to the foreign database: it may know no TLS 1.2 (servers before MySQL 5.7): over a \
         network of your own write ssl-mode=DISABLED (PostgreSQL: disable) in its address; otherwise use a tunnel"
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn a_network_that_fails_is_no_matter_of_encryption() {
        for kind in [ErrorKind::ConnectionRefused, ErrorKind::UnexpectedEof] {
            let error = not_reached(&Error::Io(io::Error::new(kind, "x")));
            assert_eq!(error.kind(), "unavailable");
        }
        let cut = io::Error::new(ErrorKind::ConnectionReset, "x");
        assert_eq!(
            not_reached(&Error::Tls(Box::new(cut))).kind(),
            "unavailable"
        );
    }

    #[test]
    fn what_a_handshake_lacks_is_named() {
        for (text, word) in [
            ("server does not support TLS", "switch TLS on"),
            ("invalid peer certificate: UnknownIssuer", "ssl-ca="),
            (
                "invalid peer certificate: certificate not valid for name \"db\"; certificate is not valid for any names",
                "another name",
            ),
            (
                "invalid peer certificate: certificate expired: 1",
                "renewed",
            ),
            (
                "invalid peer certificate: Other(OtherError(CaUsedAsEndEntity))",
                "CA:FALSE",
            ),
            ("invalid peer certificate: BadEncoding", "subjectAltName"),
            ("received fatal alert: ProtocolVersion", "TLS 1.2"),
        ] {
            let error = Error::Io(io::Error::new(ErrorKind::InvalidData, text));
            let error = not_reached(&error);
            assert_eq!(error.kind(), "configuration", "{text}");
            assert!(error.to_string().contains(word), "{text}: {error}");
        }
    }
}
