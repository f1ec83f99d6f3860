//! The description of the API is true.

use std::collections::BTreeSet;

use crate::support::openapi::DOCUMENT;
use crate::support::{TestApp, Value};

#[test]
fn it_describes_exactly_the_calls_there_are() {
    let there: BTreeSet<(String, String)> = im_server::calls()
        .map(|(method, path)| (method.to_string(), format!("/{path}")))
        .collect();
    let described: BTreeSet<(String, String)> = DOCUMENT["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, item)| {
            let methods = item.as_object().unwrap().keys();
            methods.map(|method| (method.to_uppercase(), path.clone()))
        })
        .collect();
    assert_eq!(there, described);
}

#[test]
fn every_reference_leads_somewhere_and_every_parameter_is_in_its_path() {
    fn walk(value: &Value) {
        match value {
            Value::Object(members) => {
                if let Some(reference) = members.get("$ref").and_then(Value::as_str) {
                    assert!(DOCUMENT.pointer(&reference[1..]).is_some(), "{reference}");
                }
                members.values().for_each(walk);
            }
            Value::Array(items) => items.iter().for_each(walk),
            _ => {}
        }
    }
    walk(&DOCUMENT);
    for (path, item) in DOCUMENT["paths"].as_object().unwrap() {
        for operation in item.as_object().unwrap().values() {
            let parameters = operation["parameters"]
                .as_array()
                .cloned()
                .unwrap_or_default();
            let named = parameters
                .iter()
                .filter(|parameter| parameter["in"] == "path");
            let placeholders = path.matches('{').count();
            assert_eq!(named.count(), placeholders, "{path}");
        }
    }
}

#[test]
fn every_code_it_names_exists() {
    let codes: BTreeSet<&str> = im_server::problem::CODES
        .iter()
        .map(|(code, ..)| *code)
        .collect();
    for item in DOCUMENT["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            let words = operation["responses"]["default"]["description"]
                .as_str()
                .unwrap();
            let named = words
                .split(|c: char| !(c.is_ascii_lowercase() || c == '_'))
                .filter(|word| word.contains('_') && *word != "client_id");
            for code in named {
                assert!(codes.contains(code), "{code}");
            }
        }
    }
}

#[test]
fn every_code_of_the_messenger_has_a_title_here_and_the_same_status() {
    for code in im_messenger::ErrorCode::ALL {
        let known = im_server::problem::CODES
            .iter()
            .find(|(known, ..)| *known == code.as_str());
        let Some((_, status, _)) = known else {
            // Only the command line can get these.
            assert!(
                matches!(code.as_str(), "unknown_site" | "unknown_role"),
                "{code}"
            );
            continue;
        };
        assert_eq!(
            *status,
            if code.as_str() == "unknown_realm" {
                400
            } else {
                code.status()
            },
            "{code}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_served_at_every_site() {
    let app = TestApp::local("").await;
    let served = app
        .site("/im/")
        .get("api/v1/openapi.json")
        .await
        .expect(200);
    assert_eq!(served, *DOCUMENT);
}
