//! Which formats of stored passwords a description takes, and for which rows.

use std::sync::Arc;

use im_password::{Format, Input, Policy};

use super::file::FormatEntry;
use super::flexible::Short;

/// A format as a description names it.
#[derive(Debug, Clone)]
pub struct FormatRule {
    text: String,
    formats: Vec<Format>,
    when: Option<Vec<String>>,
    inputs: Option<Vec<Input>>,
}

impl FormatRule {
    pub(super) fn new(entry: &Short<FormatEntry>) -> Result<Self, (&'static str, String)> {
        let entry = &entry.0;
        let formats =
            Format::parse_all(&entry.format).map_err(|error| ("format", error.to_string()))?;
        let inputs = entry
            .input
            .as_ref()
            .map(|steps| inputs(steps))
            .transpose()
            .map_err(|error| ("input", error))?;
        Ok(Self {
            text: entry.format.clone(),
            formats,
            when: entry.when.as_ref().map(|when| when.0.clone()),
            inputs,
        })
    }

    /// The name or formula as it is written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether a vector may call it so: as it is written, or by a member of the group.
    #[must_use]
    pub fn is_called(&self, format: &str) -> bool {
        self.text == format
            || format
                .parse()
                .is_ok_and(|format| self.formats.contains(&format))
    }

    /// What it stands for: one format, or those of a group.
    #[must_use]
    pub fn formats(&self) -> &[Format] {
        &self.formats
    }

    /// The values of the alias `format` for which it is taken; `None`: all.
    #[must_use]
    pub fn when(&self) -> Option<&[String]> {
        self.when.as_deref()
    }

    /// How the password's bytes are made for it, where not as for the others.
    #[must_use]
    pub fn inputs(&self) -> Option<&[Input]> {
        self.inputs.as_deref()
    }

    fn is_for(&self, value: &str) -> bool {
        self.when
            .as_ref()
            .is_none_or(|when| when.iter().any(|known| known == value))
    }

    /// Whether it computes with the installation's secret.
    #[must_use]
    pub fn needs_secret(&self) -> bool {
        self.formats
            .iter()
            .any(|format| format.needs().contains(&"$secret"))
    }
}

/// Input variants, or what is wrong with one.
pub(super) fn inputs(steps: &[String]) -> Result<Vec<Input>, String> {
    steps
        .iter()
        .map(|steps| steps.parse::<Input>().map_err(|error| error.to_string()))
        .collect()
}

/// What is compared with a row's stored password.
#[derive(Debug, Clone)]
pub(crate) struct Rules {
    /// By the value of the alias `format`.
    special: Vec<(String, RuleSet)>,
    /// For every other value.
    general: Option<RuleSet>,
}

/// The formats for one kind of row.
#[derive(Debug, Clone)]
pub(crate) struct RuleSet {
    pub(crate) policy: Arc<Policy>,
    /// Any of its formats computes with the installation's secret.
    pub(crate) needs_secret: bool,
}

impl Rules {
    pub(super) fn new(rules: &[FormatRule], inputs: &[Input]) -> Self {
        let mut values: Vec<&String> = rules
            .iter()
            .flat_map(|rule| rule.when.iter().flatten())
            .collect();
        values.sort();
        values.dedup();
        let set = |fits: &dyn Fn(&FormatRule) -> bool| {
            let rules: Vec<&FormatRule> = rules.iter().filter(|rule| fits(rule)).collect();
            RuleSet::new(&rules, inputs)
        };
        Self {
            special: values
                .into_iter()
                .filter_map(|value| Some((value.clone(), set(&|rule| rule.is_for(value))?)))
                .collect(),
            general: set(&|rule| rule.when.is_none()),
        }
    }

    /// The formats for a row, by the value of its alias `format`.
    pub(crate) fn of(&self, value: &str) -> Option<&RuleSet> {
        self.special
            .iter()
            .find(|(known, _)| known == value)
            .map(|(_, set)| set)
            .or(self.general.as_ref())
    }

    /// All of them, the most general first.
    pub(crate) fn all(&self) -> impl Iterator<Item = &RuleSet> {
        self.general
            .iter()
            .chain(self.special.iter().map(|(_, set)| set))
    }
}

impl RuleSet {
    fn new(rules: &[&FormatRule], inputs: &[Input]) -> Option<Self> {
        if rules.is_empty() {
            return None;
        }
        let mut policy = Policy::new([]);
        for rule in rules {
            let inputs = rule.inputs.as_deref().unwrap_or(inputs);
            for format in &rule.formats {
                policy = policy.with(format.clone(), inputs.iter().cloned());
            }
        }
        Some(Self {
            policy: Arc::new(policy),
            needs_secret: rules.iter().any(|rule| rule.needs_secret()),
        })
    }
}
