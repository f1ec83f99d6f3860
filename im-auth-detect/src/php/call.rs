//! Calls: what is handed over is remembered, and a few functions without effects are computed.

use php_ast::{
    Arg, Expr, ExprKind, FunctionCallExpr, MethodCallExpr, NewExpr, StaticMethodCallExpr,
};

use super::functions;
use super::state::Call;
use super::walk::Walker;
use crate::text::Doubt;
use crate::value::{Node, Table, Value};

impl Walker {
    pub(super) fn function_call(&mut self, call: &FunctionCallExpr<'_, '_>, line: u32) -> Node {
        let name = match &call.name.kind {
            ExprKind::Name(name) => name
                .parts_slice()
                .last()
                .map(|name| name.to_ascii_lowercase()),
            _ => None,
        };
        let guarded = name
            .as_deref()
            .and_then(|name| self.guarded(name, &call.args));
        let doubt = self.doubt;
        self.doubt = guarded.unwrap_or(doubt);
        let arguments = self.arguments(&call.args);
        self.doubt = doubt;
        let Some(name) = name else {
            return self.node(Value::unknown("a function"), line);
        };
        if name == "define"
            && let [constant, value, ..] = arguments.as_slice()
            && let Value::Text(constant) = &constant.value
            && let Some(constant) = constant.expose_str()
        {
            let node = Node {
                line,
                doubt: value.doubt,
                value: value.value.clone(),
            };
            self.define(constant, node);
            return self.node(Value::Bool(true), line);
        }
        let value = functions::call(self, &name, &arguments);
        let doubt = arguments.iter().find_map(|argument| argument.doubt);
        if let Some(value) = value {
            return Node {
                value,
                line,
                doubt: doubt.or(self.doubt),
            };
        }
        self.remember(name.clone(), arguments);
        self.node(Value::unknown(format!("the function `{name}()`")), line)
    }

    /// For a `define('X', …)` right under `!defined('X')`: the doubt outside of that condition.
    fn guarded(&self, function: &str, arguments: &[Arg<'_, '_>]) -> Option<Option<Doubt>> {
        let (constant, outer) = self.guard.as_ref()?;
        let first = arguments.first()?.value()?;
        let same =
            matches!(&first.kind, ExprKind::String(text) if text.as_bytes() == constant.as_bytes());
        (function == "define" && same).then_some(*outer)
    }

    pub(super) fn method_call(&mut self, call: &MethodCallExpr<'_, '_>, line: u32) -> Node {
        // A chain of calls can be as long as the file; the evaluation's own depth ends it.
        self.eval(call.object);
        let arguments = self.arguments(&call.args);
        let what = match &call.method.kind {
            ExprKind::Identifier(name) => {
                self.remember(
                    format!("->{}", name.as_str().to_ascii_lowercase()),
                    arguments,
                );
                format!("the method `{}()`", name.as_str())
            }
            _ => "a method".into(),
        };
        self.node(Value::unknown(what), line)
    }

    pub(super) fn static_call(&mut self, call: &StaticMethodCallExpr<'_, '_>, line: u32) -> Node {
        let arguments = self.arguments(&call.args);
        let name = match &call.method.kind {
            ExprKind::Identifier(name) => name.as_str(),
            _ => "",
        };
        let class = self.class_name(call.class).unwrap_or_default();
        let callee = format!("{class}::{}", name.to_ascii_lowercase());
        if let Some(value) = functions::environment(&callee, &arguments) {
            return self.node(value, line);
        }
        self.remember(callee, arguments);
        self.node(
            Value::unknown(format!("the method `{class}::{name}()`")),
            line,
        )
    }

    /// A new object has no properties yet, as far as the file tells.
    pub(super) fn new_object(&mut self, new: &NewExpr<'_, '_>, line: u32) -> Node {
        let arguments = self.arguments(&new.args);
        if let Some(class) = self.class_name(new.class) {
            self.remember(format!("new {class}"), arguments);
        }
        self.node(Value::table(Table::default()), line)
    }

    fn arguments(&mut self, arguments: &[Arg<'_, '_>]) -> Vec<Node> {
        arguments
            .iter()
            .filter_map(Arg::value)
            .map(|argument| self.argument(argument))
            .collect()
    }

    fn argument(&mut self, argument: &Expr<'_, '_>) -> Node {
        let mut node = self.eval(argument);
        node.doubt = node.doubt.or(self.doubt);
        node
    }

    fn remember(&mut self, callee: String, arguments: Vec<Node>) {
        if !self.in_function && !arguments.is_empty() {
            self.state
                .calls
                .entry(callee)
                .or_default()
                .push(Call { arguments });
        }
    }

    /// Sets a constant. The first time counts, as in PHP, unless it was under a condition.
    pub(super) fn define(&mut self, name: &str, mut node: Node) {
        if self.in_function {
            return;
        }
        let around = match &self.guard {
            Some((guarded, outer)) if guarded == name => *outer,
            _ => self.doubt,
        };
        node.doubt = node.doubt.or(around);
        if let Some(old) = self.state.constants.get(name) {
            match old.doubt {
                None => return,
                // Which of the two it is depends on the condition of the first.
                doubt => node.doubt = node.doubt.or(doubt),
            }
        }
        self.state.constants.insert(name.to_owned(), node);
    }
}
