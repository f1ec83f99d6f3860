//! A JSON schema for editors.

use schemars::schema_for;

use super::file::File;

pub(super) fn json_schema() -> serde_json::Value {
    schema_for!(File).to_value()
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_editor_learns_every_key_and_that_there_are_no_others() {
        let schema = super::json_schema();
        let keys = schema["properties"].as_object().unwrap();
        for key in ["id", "formats", "user", "config", "schema", "vector"] {
            assert!(keys.contains_key(key), "{key}");
        }
        assert_eq!(schema["additionalProperties"], false);
        assert!(keys["id"]["description"].as_str().unwrap().contains("a-z"));
    }
}
