//! What a PHP file sets: the result of reading it.

use std::collections::BTreeMap;

use crate::key::{Key, PhpKey, Start};
use crate::value::Node;

/// Everything a file sets, by the names under which PHP knows it.
#[derive(Default)]
pub(crate) struct State {
    pub(super) constants: BTreeMap<String, Node>,
    pub(super) variables: BTreeMap<String, Node>,
    /// By lower-case name, without namespace.
    pub(super) classes: BTreeMap<String, Class>,
    /// By lower-case name: `connect`, `class::connect`, `->connect`, `new class`.
    pub(super) calls: BTreeMap<String, Vec<Call>>,
    pub(super) functions: BTreeMap<String, Node>,
    pub(super) returned: Option<Node>,
    /// Why includes were not followed, for the owner.
    pub(crate) notes: Vec<String>,
}

#[derive(Clone, Default)]
pub(super) struct Class {
    pub(super) constants: BTreeMap<String, Node>,
    pub(super) properties: BTreeMap<String, Node>,
}

pub(super) struct Call {
    pub(super) arguments: Vec<Node>,
}

impl State {
    /// What stands where the key starts; its steps are the caller's.
    pub(crate) fn start(&self, key: &PhpKey) -> Option<Node> {
        match &key.start {
            Start::Constant(name) => self.constants.get(name).cloned(),
            Start::ClassConstant(class, name) => {
                self.classes.get(class)?.constants.get(name).cloned()
            }
            Start::Property(class, name) => self.classes.get(class)?.properties.get(name).cloned(),
            Start::Variable(name) => self.variables.get(name).cloned(),
            Start::Returned => self.returned.clone(),
            Start::Function(name) => self.functions.get(name).cloned(),
            Start::Argument {
                callee,
                given,
                index,
            } => {
                let fits = |call: &&Call| {
                    given.iter().enumerate().all(|(at, text)| {
                        let argument = call
                            .arguments
                            .get(at)
                            .and_then(|node| super::scalar::to_key(&node.value));
                        argument == Some(Key::from_text(text))
                    })
                };
                let calls = self.calls.get(callee)?;
                calls
                    .iter()
                    .rev()
                    .find(fits)?
                    .arguments
                    .get(*index)
                    .cloned()
            }
        }
    }
}
