//! Places that can be set: variables, entries of arrays, properties, and what is set there.

use std::sync::Arc;

use php_ast::{ArrayElementKind, AssignExpr, AssignOp, Expr, ExprKind};

use super::scalar::to_key;
use super::walk::Walker;
use crate::key::Key;
use crate::value::{Node, Table, Value};

/// How many steps a place may have.
const MAX_STEPS: usize = 32;

/// Where a place starts.
enum Base {
    Variable(String),
    Property(String, String),
    /// The environment or the request: PHP's own arrays.
    Outside(String),
}

enum Index {
    Key(Key),
    /// `[]`.
    Push,
    Unknown,
}

struct Place {
    base: Base,
    steps: Vec<Index>,
}

impl Walker {
    /// The place an expression names, if it names one.
    fn place(&mut self, expr: &Expr<'_, '_>) -> Option<Place> {
        let mut steps = Vec::new();
        let mut at = expr;
        let base = loop {
            if steps.len() > MAX_STEPS {
                return None;
            }
            match &at.kind {
                ExprKind::Variable(name) => break Base::Variable(name.as_str().to_owned()),
                ExprKind::ArrayAccess(access) => {
                    steps.push(match access.index {
                        None => Index::Push,
                        Some(index) => {
                            to_key(&self.eval(index).value).map_or(Index::Unknown, Index::Key)
                        }
                    });
                    at = access.array;
                }
                ExprKind::PropertyAccess(access) | ExprKind::NullsafePropertyAccess(access) => {
                    steps.push(self.property(access.property));
                    at = access.object;
                }
                ExprKind::StaticPropertyAccess(access) => {
                    let (ExprKind::Variable(name) | ExprKind::Identifier(name)) =
                        &access.member.kind
                    else {
                        return None;
                    };
                    break Base::Property(self.class_name(access.class)?, name.as_str().to_owned());
                }
                ExprKind::Parenthesized(inner) => at = inner,
                _ => return None,
            }
        };
        steps.reverse();
        Some(self.resolved(Place { base, steps }))
    }

    fn property(&mut self, property: &Expr<'_, '_>) -> Index {
        match &property.kind {
            ExprKind::Identifier(name) => {
                Index::Key(Key::from_text(&self.source.bytes(name.as_str().as_bytes())))
            }
            _ => to_key(&self.eval(property).value).map_or(Index::Unknown, Index::Key),
        }
    }

    /// `$GLOBALS['x']` is `$x`, `$this->x` in a class is its property, `$_ENV` is not the file's.
    fn resolved(&self, mut place: Place) -> Place {
        let Base::Variable(name) = &place.base else {
            return place;
        };
        let first = match place.steps.first() {
            Some(Index::Key(Key::Name(first))) => String::from_utf8_lossy(first).into_owned(),
            _ => String::new(),
        };
        let base = match (name.as_str(), &self.class) {
            ("GLOBALS", _) if !first.is_empty() => Base::Variable(first),
            ("this", Some(class)) if !first.is_empty() => Base::Property(class.clone(), first),
            (
                "_ENV" | "_SERVER" | "_GET" | "_POST" | "_COOKIE" | "_REQUEST" | "_SESSION"
                | "_FILES",
                _,
            ) => {
                place.base = Base::Outside(format!("${name}['{first}']"));
                return place;
            }
            _ => return place,
        };
        place.base = base;
        place.steps.remove(0);
        place
    }

    /// What stands at a place.
    pub(super) fn read(&mut self, expr: &Expr<'_, '_>) -> Node {
        let line = self.line(expr);
        // `foo()['x']`, `(new X)->y`: not a place, and may be a value all the same.
        let Some(place) = self.place(expr) else {
            return self.read_value(expr, line);
        };
        let (node, name) = match &place.base {
            Base::Variable(name) => (
                self.state.variables.get(name).cloned(),
                format!("`${name}`"),
            ),
            Base::Property(class, name) => {
                let class = self.state.classes.get(class);
                (
                    class.and_then(|class| class.properties.get(name).cloned()),
                    format!("`${name}` of a class"),
                )
            }
            Base::Outside(what) => return self.node(Value::unknown(what), line),
        };
        let missing = || Value::unknown(format!("{name}, which the file does not set"));
        let Some(mut node) = node else {
            return self.node(missing(), line);
        };
        for step in &place.steps {
            let entry = match step {
                Index::Key(key) => node.entry(key),
                Index::Push | Index::Unknown => None,
            };
            let Some(entry) = entry else {
                return self.node(missing(), line);
            };
            node = entry;
        }
        node
    }

    fn read_value(&mut self, expr: &Expr<'_, '_>, line: u32) -> Node {
        let (inner, key) = match &expr.kind {
            ExprKind::ArrayAccess(access) => {
                let index = access.index.map(|index| self.eval(index).value);
                (access.array, index.as_ref().and_then(to_key))
            }
            ExprKind::PropertyAccess(access) | ExprKind::NullsafePropertyAccess(access) => {
                match self.property(access.property) {
                    Index::Key(key) => (access.object, Some(key)),
                    _ => (access.object, None),
                }
            }
            _ => return self.node(Value::unknown("an expression"), line),
        };
        let node = self.eval(inner);
        let entry = key.and_then(|key| node.entry(&key));
        entry.unwrap_or_else(|| self.node(Value::unknown("an expression"), line))
    }

    pub(super) fn assign(&mut self, assign: &AssignExpr<'_, '_>, line: u32) -> Node {
        let mut value = self.eval(assign.value);
        match assign.op {
            AssignOp::Assign => {}
            AssignOp::Concat => {
                let before = self.read(assign.target);
                value = self.concat(before, value);
            }
            AssignOp::Coalesce => {
                let before = self.read(assign.target);
                match before.value {
                    // Not set by the file so far: this is what it sets.
                    Value::Null | Value::Unknown(_) => {}
                    _ => return before,
                }
            }
            AssignOp::Plus => {
                let before = self.read(assign.target);
                value.value = match (&before.value, &value.value) {
                    (Value::Table(a), Value::Table(b)) => {
                        let mut union = self.table_of(b);
                        for (key, node) in a.in_order() {
                            if self.spend(64) {
                                union.insert(key.clone(), node.clone());
                            }
                        }
                        Value::table(union)
                    }
                    _ => Value::unknown("a calculation"),
                };
            }
            _ => value.value = Value::unknown("a calculation"),
        }
        value.line = line;
        value.doubt = value.doubt.or(self.doubt);
        if let ExprKind::Array(targets) = &assign.target.kind {
            for (at, target) in targets.iter().enumerate() {
                let key = match &target.key {
                    Some(key) => to_key(&self.eval(key).value),
                    None => Some(Key::Index(i64::try_from(at).unwrap_or(i64::MAX))),
                };
                let entry = key.and_then(|key| value.entry(&key));
                let entry =
                    entry.unwrap_or_else(|| self.node(Value::unknown("an expression"), line));
                if matches!(target.kind, ArrayElementKind::Value(_)) {
                    self.store(target.value(), entry);
                }
            }
        } else {
            self.store(assign.target, value.clone());
        }
        value
    }

    /// Puts a value where an expression says.
    pub(super) fn store(&mut self, target: &Expr<'_, '_>, mut node: Node) {
        let Some(place) = self.place(target) else {
            return;
        };
        let slot = match place.base {
            Base::Variable(name) => self.state.variables.entry(name),
            Base::Property(class, name) => {
                node.doubt = node.doubt.or(self.method);
                self.state
                    .classes
                    .entry(class)
                    .or_default()
                    .properties
                    .entry(name)
            }
            Base::Outside(_) => return,
        };
        let slot = slot.or_insert_with(|| Node::new(Value::Null, node.line));
        let mut cost = 0;
        put(slot, &place.steps, node, &mut cost);
        self.spend(cost);
    }

    /// A loop or a function decides what is here.
    pub(super) fn forget(&mut self, target: &Expr<'_, '_>, what: &str) {
        let line = self.line(target);
        let node = self.node(Value::unknown(what), line);
        self.store(target, node);
    }

    pub(super) fn unset(&mut self, target: &Expr<'_, '_>) {
        let line = self.line(target);
        if self.doubt.is_none()
            && let ExprKind::Variable(name) = &target.kind
        {
            self.state.variables.remove(name.as_str());
            return;
        }
        let node = self.node(Value::Null, line);
        self.store(target, node);
    }
}

/// Sets the entry at the end of `steps`; the tables on the way are made where they are missing. `cost` is what had to
/// be copied because somebody else holds the same table.
fn put(slot: &mut Node, steps: &[Index], node: Node, cost: &mut usize) {
    let Some((step, rest)) = steps.split_first() else {
        *slot = node;
        return;
    };
    if matches!(step, Index::Unknown) {
        return;
    }
    if !matches!(slot.value, Value::Table(_)) {
        *slot = Node::new(Value::table(Table::default()), node.line);
    }
    let Value::Table(table) = &mut slot.value else {
        return;
    };
    if Arc::strong_count(table) > 1 {
        *cost += table.len() * 64;
    }
    let table = Arc::make_mut(table);
    // What is set now is in force whatever the rest of the table is.
    if let Some(doubt) = slot.doubt.take() {
        *cost += table.len() * 16;
        table.doubt(doubt);
    }
    match step {
        Index::Key(key) => {
            let line = node.line;
            let mut entry = table
                .take(key)
                .unwrap_or_else(|| Node::new(Value::Null, line));
            put(&mut entry, rest, node, cost);
            table.insert(key.clone(), entry);
        }
        Index::Push => {
            let mut entry = Node::new(Value::Null, node.line);
            put(&mut entry, rest, node, cost);
            table.push(entry);
        }
        Index::Unknown => {}
    }
}
