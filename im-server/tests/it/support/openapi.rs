//! Compares what the server answers with what its description promises.

use std::sync::LazyLock;

use reqwest::header::HeaderMap;
use serde_json::Value;

pub static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(im_server::routes::openapi::DOCUMENT).unwrap());

/// The description of a call, by the address below the site.
pub fn operation(method: &str, path: &str) -> Option<&'static Value> {
    let path = path.split('?').next().unwrap();
    let paths = DOCUMENT["paths"].as_object().unwrap();
    paths
        .iter()
        .find(|(template, _)| {
            let (template, path) = (template.trim_start_matches('/').split('/'), path.split('/'));
            template.clone().count() == path.clone().count()
                && template
                    .zip(path)
                    .all(|(a, b)| a == b || a.starts_with('{'))
        })
        .and_then(|(_, item)| item.get(method.to_lowercase()))
}

#[track_caller]
pub fn check_answer(method: &str, path: &str, status: u16, headers: &HeaderMap, body: &Value) {
    let Some(operation) = operation(method, path) else {
        assert!(
            matches!(status, 404 | 405),
            "{method} {path} answers {status} and is not described"
        );
        return;
    };
    let responses = &operation["responses"];
    let described = responses.get(status.to_string());
    if described.is_none() {
        assert!(status >= 400, "{method} {path}: {status} is not described");
    }
    let described = described.unwrap_or(&responses["default"]);
    if status >= 400 {
        let words = described["description"].as_str().unwrap();
        let named = words.split(|c: char| !(c.is_ascii_lowercase() || c == '_'));
        let code = body["code"].as_str().unwrap_or("no code");
        assert!(
            named.into_iter().any(|word| word == code),
            "{method} {path} answers {status} {code}, which is not described"
        );
    }
    let kind = headers
        .get("content-type")
        .map_or("", |value| value.to_str().unwrap());
    match described.get("content") {
        None => assert_eq!(kind, "", "{method} {path} {status} has a body"),
        Some(content) => {
            let schema = content
                .get(kind)
                .unwrap_or_else(|| panic!("{method} {path} {status}: {kind} is not described"));
            check(&schema["schema"], body, "body");
        }
    }
}

#[track_caller]
pub fn check_frame(frame: &Value) {
    check(&DOCUMENT["components"]["schemas"]["Event"], frame, "frame");
    let schemas = &DOCUMENT["components"]["schemas"];
    let data = &frame["data"];
    match frame["type"].as_str().unwrap() {
        "message" => check(&schemas["Message"], &data["message"], "message"),
        "contact" if data.get("contact").is_some() => {
            check(&schemas["Contact"], &data["contact"], "contact");
        }
        "presence" => check(&schemas["Presence"], &data["presence"], "presence"),
        "profile" => check(&schemas["User"], &data["user"], "user"),
        _ => {}
    }
}

/// The part of JSON Schema that the description uses.
#[track_caller]
pub fn check(schema: &Value, value: &Value, place: &str) {
    if let Err(error) = try_check(schema, value, place) {
        panic!("{error}\n{value:#}");
    }
}

fn try_check(schema: &Value, value: &Value, place: &str) -> Result<(), String> {
    if let Some(reference) = schema["$ref"].as_str() {
        let schema = DOCUMENT.pointer(&reference[1..]).ok_or(reference)?;
        return try_check(schema, value, place);
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let fitting = choices
            .iter()
            .filter(|choice| try_check(choice, value, place).is_ok())
            .count();
        return if fitting == 1 {
            Ok(())
        } else {
            Err(format!("{place}: {fitting} of the choices fit"))
        };
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => return Err(format!("{place}: the description names no type")),
    };
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_u64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    if !kinds.contains(&kind) {
        return Err(format!("{place}: is {kind}, should be {kinds:?}"));
    }
    if let Some(words) = schema["enum"].as_array()
        && !words.contains(value)
    {
        return Err(format!("{place}: {value} is none of {words:?}"));
    }
    if schema["format"] == "date-time" && !value.is_null() {
        let text = value.as_str().unwrap_or_default();
        if !text.ends_with('Z') || text.len() < 20 {
            return Err(format!("{place}: {text} is no RFC 3339 time in UTC"));
        }
    }
    if let Value::Array(items) = value {
        for (index, item) in items.iter().enumerate() {
            try_check(&schema["items"], item, &format!("{place}[{index}]"))?;
        }
    }
    if let (Value::Object(members), Some(properties)) = (value, schema["properties"].as_object()) {
        for required in schema["required"].as_array().into_iter().flatten() {
            if !members.contains_key(required.as_str().unwrap_or_default()) {
                return Err(format!("{place}: {required} is missing"));
            }
        }
        for (name, member) in members {
            let schema = properties
                .get(name)
                .ok_or_else(|| format!("{place}: {name} is not described"))?;
            try_check(schema, member, &format!("{place}.{name}"))?;
        }
    }
    Ok(())
}
