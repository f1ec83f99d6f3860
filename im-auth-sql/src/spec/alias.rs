//! What a SELECT of accounts may give.

use super::select::Select;
use super::user::Problem;
use crate::target::closest;

/// Everything that a SELECT of accounts may give.
const ALIASES: [&str; 20] = [
    "id",
    "name",
    "password",
    "salt",
    "rounds",
    "secret",
    "username",
    "format",
    "state",
    "until",
    "active_from",
    "active_until",
    "locked_until",
    "registered_at",
    "display_name",
    "email",
    "language",
    "avatar",
    "admin",
    "moderator",
];
/// Close to what people write, and not taken.
const NOT_TAKEN: [(&str, &str); 2] = [
    (
        "active",
        "`state`, with [states] saying what its values mean",
    ),
    ("groups", "[groups], a statement of its own"),
];
const REQUIRED: [&str; 3] = ["id", "name", "password"];

/// The aliases must be known ones, and those there that every account needs.
pub(super) fn known_aliases(select: &Select) -> Result<(), Problem> {
    for required in REQUIRED {
        if !select.has(required) {
            return Err(Problem::new(
                "select",
                format!("the alias `{required}` is missing: write `… AS {required}`"),
            ));
        }
    }
    for (n, item) in select.items.iter().enumerate() {
        let alias = &*item.alias;
        if select.items[..n].iter().any(|before| before.alias == alias) {
            return Err(Problem::new(
                "select",
                format!("the alias `{alias}` is there twice"),
            ));
        }
        if let Some((_, instead)) = NOT_TAKEN.iter().find(|(known, _)| *known == alias) {
            return Err(Problem::new(
                "select",
                format!("there is no alias `{alias}`: use {instead}"),
            ));
        }
        if !ALIASES.contains(&alias) {
            let hint = match closest(alias, ALIASES) {
                Some(close) => format!("did you mean `{close}`?"),
                None => format!("write one of {}", ALIASES.join(", ")),
            };
            return Err(Problem::new(
                "select",
                format!("there is no alias `{alias}`: {hint}"),
            ));
        }
    }
    Ok(())
}
