//! French and English, complete in both.

use std::collections::BTreeSet;

use im_server::problem::CODES;
use serde_json::Value;

use crate::files::sources;
use crate::support::{Look, stage};

#[tokio::test]
async fn a_french_browser_is_spoken_to_in_french_and_a_member_may_choose() {
    let stage = stage().await;
    let member = stage.server.member("/im-phorum/");
    let look = Look {
        language: "fr",
        ..Look::default()
    };
    let tab = stage.driver.tab(&look).await;
    tab.open(&member.site).await;
    tab.shows("#sign-in-name").await;
    assert_eq!(tab.text("form .button-primary").await, "Se connecter");
    assert_eq!(tab.eval("document.documentElement.lang").await, "fr");
    tab.sign_in(&member.name, "pas le bon").await;
    tab.says("Ce nom et ce mot de passe ne vont pas ensemble.")
        .await;
    tab.sign_in(&member.name, &member.password).await;
    tab.says("Aucune conversation pour l’instant").await;

    tab.click(".sidebar-head .icon-button:last-child").await;
    tab.choose("#settings-language", "en").await;
    tab.says("No conversations yet").await;
    tab.until("document.querySelector('dialog h2')?.textContent === 'Settings'")
        .await;
    tab.reload().await;
    tab.says("No conversations yet").await;
    assert_eq!(tab.eval("document.documentElement.lang").await, "en");
}

#[tokio::test]
async fn both_languages_have_the_same_words_and_no_word_is_missing() {
    let stage = stage().await;
    let tab = stage.at_sign_in(&stage.server.member("/im-phpbb2/")).await;
    let english = words(&tab, "en").await;
    let french = words(&tab, "fr").await;
    let keys = |words: &Value| -> BTreeSet<String> {
        words.as_object().expect("words").keys().cloned().collect()
    };
    assert_eq!(keys(&english), keys(&french));
    for (key, value) in english.as_object().expect("words") {
        assert_eq!(
            value, &french[key],
            "the {{names}} and plural forms of {key}"
        );
    }

    let keys = keys(&english);
    for (code, ..) in CODES {
        assert!(
            keys.contains(&format!("error.{code}")),
            "the refusal {code} has words"
        );
    }
    let used = sources("js")
        .into_iter()
        .filter(|(name, _)| !name.contains("strings/"));
    let mut checked = 0;
    for (name, source) in used {
        for key in keys_in(&source) {
            checked += 1;
            assert!(
                keys.contains(&key),
                "{name} speaks of {key}, which no language has"
            );
        }
    }
    assert!(checked > 150, "{checked} keys found in the sources");
}

/// Every key of a language with what its text must agree on between languages: `{names}`, and plural forms or not.
async fn words(tab: &crate::support::Tab, language: &str) -> Value {
    tab.eval(&format!(
        "import(new URL('assets/js/strings/{language}.js', document.baseURI)).then((module) => Object.fromEntries(
            Object.entries(module.default).map(([key, value]) => {{
                const forms = typeof value === 'string' ? {{ other: value }} : value;
                const names = [...new Set(Object.values(forms).flatMap((form) => form.match(/\\{{\\w+\\}}/g) ?? []))].sort();
                const empty = Object.values(forms).some((form) => form.trim() === '');
                return [key, {{ names, plural: typeof value !== 'string' && 'one' in value && 'other' in value, empty }}];
            }})))"
    ))
    .await
}

/// The keys a source asks for: `t('key'` and `t(condition ? 'key' : 'key'`.
fn keys_in(source: &str) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for call in source.split("t(").skip(1) {
        let call = call.split(')').next().unwrap_or_default();
        for (n, quoted) in call.split('\'').enumerate() {
            let dotted = quoted.contains('.')
                && quoted
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || "._".contains(c));
            if n % 2 == 1 && dotted && !quoted.ends_with('.') {
                keys.insert(quoted.to_owned());
            }
        }
    }
    keys
}
