//! What a description must say beside what the program needs.

use im_auth_sql::spec::{Expect, SystemSpec};

use super::Complaints;

pub(super) fn on_the_file(spec: &SystemSpec, complaints: &mut Complaints<'_>) {
    for (key, text) in [
        ("versions", spec.versions()),
        ("source", spec.source()),
        ("verified", spec.verified()),
    ] {
        if text.trim().is_empty() {
            complaints.add(format!("`{key}` is missing"));
        }
    }
    let vectors = spec.vectors();
    if vectors.len() < 4 {
        complaints.add(format!(
            "there are {} vectors; a description needs 4 at least",
            vectors.len()
        ));
    }
    if vectors.iter().all(|vector| vector.wrong.is_empty()) {
        complaints.add("no vector has a `wrong` password");
    }
    for rule in spec.formats() {
        let shown = vectors.iter().any(|vector| {
            vector.expect == Expect::Accepted
                && vector
                    .format
                    .as_ref()
                    .is_some_and(|format| rule.is_called(format))
        });
        if !shown {
            complaints.add(format!(
                "no accepted vector has the format {:?}",
                rule.text()
            ));
        }
    }
}
