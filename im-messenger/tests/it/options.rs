//! The table of options, and what the configuration may say.

use std::time::Duration;

use im_messenger::{NewcomersExternal, NewcomersLocal, OptionOverrides, OptionValue, Options};

#[test]
fn every_option_is_documented_and_takes_its_own_default() {
    let table = Options::table();
    assert!(table.len() > 10);
    for option in table {
        assert!(option.doc.len() > 20, "{}", option.name);
        assert!(!option.takes.is_empty());
        let value = match option.default.parse() {
            Ok(number) => OptionValue::Int(number),
            Err(_) => OptionValue::Text(option.default.clone()),
        };
        let mut options = Options::default();
        let set = options.set(option.name, &value);
        set.unwrap_or_else(|error| panic!("{}: {error}", option.name));
        assert_eq!(options, Options::default(), "{}", option.name);
    }
}

#[test]
fn values_are_read_as_they_are_written() {
    let options: Options = serde_json::from_value(serde_json::json!({
        "max_contacts": 3,
        "newcomers_local": "at_once",
        "newcomers_external": "never",
        "session_ttl": "12h",
        "event_retention": 7200,
        "standing_grace": "2d",
        "history_retention": "none",
    }))
    .expect("these fit");
    let mut expected = Options::default();
    expected.max_contacts = 3;
    expected.newcomers_local = NewcomersLocal::AtOnce;
    expected.newcomers_external = NewcomersExternal::Never;
    expected.session_ttl = Duration::from_secs(12 * 3_600);
    expected.event_retention = Duration::from_secs(7_200);
    expected.standing_grace = Some(Duration::from_secs(2 * 86_400));
    assert_eq!(options, expected);
}

#[test]
fn what_does_not_fit_says_what_to_write_instead() {
    for (name, value, says) in [
        (
            "max_contact",
            OptionValue::Int(3),
            "did you mean `max_contacts`?",
        ),
        ("sesion_ttl", "1d".into(), "did you mean `session_ttl`?"),
        ("zzz", OptionValue::Int(3), "the options are `max_contacts`"),
        (
            "max_connected",
            OptionValue::Int(0),
            "takes a whole number from 1 to 1000000",
        ),
        (
            "max_contacts",
            OptionValue::Int(-1),
            "takes a whole number from 0",
        ),
        ("max_contacts", "3".into(), "takes a whole number"),
        (
            "max_contacts",
            OptionValue::Float(3.5),
            "takes a whole number",
        ),
        (
            "newcomers_local",
            "yes".into(),
            "\"at_once\" or \"register\" or \"approval\" or \"never\"",
        ),
        (
            "newcomers_external",
            "register".into(),
            "\"at_once\" or \"approval\" or \"never\"",
        ),
        ("session_ttl", "1 fortnight".into(), "from 1m to 400d"),
        ("session_ttl", OptionValue::Int(5), "from 1m to 400d"),
        (
            "session_ttl",
            "99999999999999999999d".into(),
            "from 1m to 400d",
        ),
        ("standing_grace", OptionValue::Bool(true), "or \"none\""),
    ] {
        let error = Options::default()
            .set(name, &value)
            .expect_err(name)
            .to_string();
        assert!(error.contains(says), "{name}: {error}");
    }
    let error = serde_json::from_str::<Options>(r#"{"max_contcts": 3}"#).expect_err("unknown");
    assert!(
        error.to_string().contains("did you mean `max_contacts`?"),
        "{error}"
    );
}

#[test]
fn a_role_overrides_what_it_may() {
    let mut site = Options::default();
    site.max_contacts = 3;
    let role: OptionOverrides =
        serde_json::from_str(r#"{"max_contacts": 50, "session_ttl": "1h"}"#).expect("these fit");
    let both = site.overridden_by(&role);
    assert_eq!(
        (both.max_contacts, both.max_connected),
        (50, site.max_connected)
    );
    assert_eq!(both.session_ttl, Duration::from_secs(3_600));
    for option in Options::table() {
        let value = match option.default.parse() {
            Ok(number) => OptionValue::Int(number),
            Err(_) => OptionValue::Text(option.default.clone()),
        };
        let set = OptionOverrides::default().set(option.name, &value);
        assert_eq!(set.is_ok(), option.role_may_override, "{}", option.name);
        if let Err(error) = set {
            assert!(error.to_string().contains("`max_contacts`"), "{error}");
        }
    }
}
