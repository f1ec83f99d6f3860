//! Values as a configuration file builds them, in every language: scalars, tables, and what only running it would tell.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::key::Key;
use crate::secret::Secret;
use crate::text::Doubt;

/// Tables inside tables: no configuration nests deeper, and dropping a value recurses.
pub(crate) const MAX_DEPTH: u16 = 64;

#[derive(Clone)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(Arc<Secret>),
    Table(Arc<Table>),
    Unknown(Arc<Unknown>),
}

/// A value that only running the file would tell.
pub(crate) struct Unknown {
    /// What computes it, in the owner's words.
    pub(crate) what: String,
    /// What it falls back to, never unknown itself.
    pub(crate) default: Option<Value>,
}

/// A value and where it comes from.
#[derive(Clone)]
pub(crate) struct Node {
    pub(crate) value: Value,
    pub(crate) line: u32,
    pub(crate) doubt: Option<Doubt>,
}

/// An array, an object, a section: entries in the order of the file.
#[derive(Clone, Default)]
pub(crate) struct Table {
    entries: BTreeMap<Key, (u32, Node)>,
    order: u32,
    next: i64,
    depth: u16,
}

impl Value {
    pub(crate) fn text(bytes: impl Into<Vec<u8>>) -> Self {
        Self::Text(Arc::new(Secret::new(bytes)))
    }

    pub(crate) fn table(table: Table) -> Self {
        Self::Table(Arc::new(table))
    }

    /// Numbered from 0.
    pub(crate) fn list(values: impl IntoIterator<Item = Node>) -> Self {
        let mut table = Table::default();
        values.into_iter().for_each(|value| table.push(value));
        Self::table(table)
    }

    pub(crate) fn entries(entries: impl IntoIterator<Item = (Key, Node)>) -> Self {
        let mut table = Table::default();
        for (key, node) in entries {
            table.insert(key, node);
        }
        Self::table(table)
    }

    pub(crate) fn unknown(what: impl Into<String>) -> Self {
        Self::Unknown(Arc::new(Unknown {
            what: what.into(),
            default: None,
        }))
    }

    /// Unknown, with a fallback: the fallback's own fallback when that is unknown too.
    pub(crate) fn unknown_or(what: impl Into<String>, default: Self) -> Self {
        let default = match default {
            Self::Unknown(inner) => inner.default.clone(),
            known => Some(known),
        };
        Self::Unknown(Arc::new(Unknown {
            what: what.into(),
            default,
        }))
    }

    pub(crate) fn depth(&self) -> u16 {
        match self {
            Self::Table(table) => table.depth + 1,
            Self::Unknown(unknown) => unknown.default.as_ref().map_or(0, Self::depth),
            _ => 0,
        }
    }

    /// What it is, for a message.
    pub(crate) fn noun(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "a truth",
            Self::Int(_) | Self::Float(_) => "a number",
            Self::Text(_) => "a text",
            Self::Table(_) => "a table of several values",
            Self::Unknown(_) => "computed",
        }
    }
}

impl Node {
    pub(crate) fn new(value: Value, line: u32) -> Self {
        Self {
            value,
            line,
            doubt: None,
        }
    }

    /// The entry `key`, whose doubt is at least this one's.
    pub(crate) fn entry(&self, key: &Key) -> Option<Self> {
        let table = match &self.value {
            Value::Table(table) => table,
            Value::Unknown(unknown) => {
                let inner = match &unknown.default {
                    Some(Value::Table(table)) => table.get(key).map(|node| node.value.clone()),
                    _ => None,
                };
                let value = match inner {
                    Some(value) => Value::unknown_or(&unknown.what, value),
                    None => Value::unknown(&unknown.what),
                };
                return Some(Self {
                    value,
                    line: self.line,
                    doubt: self.doubt,
                });
            }
            _ => return None,
        };
        table.get(key).map(|node| Self {
            doubt: self.doubt.or(node.doubt),
            ..node.clone()
        })
    }
}

impl Table {
    pub(crate) fn get(&self, key: &Key) -> Option<&Node> {
        self.entries.get(key).map(|(_, node)| node)
    }

    /// Sets an entry; one that would nest too deeply becomes unknown.
    pub(crate) fn insert(&mut self, key: Key, mut node: Node) {
        if node.value.depth() >= MAX_DEPTH {
            node.value = Value::unknown("a table that is nested too deeply");
        }
        self.depth = self.depth.max(node.value.depth());
        if let Key::Index(index) = key {
            self.next = self.next.max(index.saturating_add(1));
        }
        match self.entries.get_mut(&key) {
            Some((_, old)) => *old = node,
            None => {
                self.entries.insert(key, (self.order, node));
                self.order = self.order.saturating_add(1);
            }
        }
    }

    pub(crate) fn push(&mut self, node: Node) {
        self.insert(Key::Index(self.next), node);
    }

    /// Takes an entry out to change it; its place in the order stays until it is [inserted](Table::insert) again.
    pub(crate) fn take(&mut self, key: &Key) -> Option<Node> {
        let (_, node) = self.entries.get_mut(key)?;
        let line = node.line;
        Some(std::mem::replace(node, Node::new(Value::Null, line)))
    }

    /// Makes every entry at least this doubtful.
    pub(crate) fn doubt(&mut self, doubt: Doubt) {
        for (_, node) in self.entries.values_mut() {
            node.doubt = node.doubt.or(Some(doubt));
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The entries in the order of the file.
    pub(crate) fn in_order(&self) -> Vec<(&Key, &Node)> {
        let mut entries: Vec<_> = self.entries.iter().collect();
        entries.sort_by_key(|(_, (order, _))| *order);
        entries
            .into_iter()
            .map(|(key, (_, node))| (key, node))
            .collect()
    }

    pub(crate) fn first(&self) -> Option<&Node> {
        self.entries
            .values()
            .min_by_key(|(order, _)| *order)
            .map(|(_, node)| node)
    }
}
