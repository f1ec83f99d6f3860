//! Classes: constants, defaults of properties, and what a constructor sets.

use php_ast::{ClassMember, ClassMemberKind, Expr, ExprKind, Name};

use super::state::Class;
use super::walk::Walker;
use crate::text::Doubt;
use crate::value::{Node, Value};

impl Walker {
    pub(super) fn class(
        &mut self,
        name: &str,
        parent: Option<&Name<'_, '_>>,
        members: &[ClassMember<'_, '_>],
    ) {
        let name = name.to_ascii_lowercase();
        let parent = parent.and_then(|parent| {
            parent
                .parts_slice()
                .last()
                .map(|name| name.to_ascii_lowercase())
        });
        let inherited = parent.and_then(|parent| self.state.classes.get(&parent).cloned());
        if let Some(class) = &inherited {
            self.spend((class.constants.len() + class.properties.len()) * 64);
        }
        self.state
            .classes
            .insert(name.clone(), inherited.unwrap_or_default());
        let outer = self.class.replace(name.clone());
        for member in members {
            match &member.kind {
                ClassMemberKind::Property(property) => {
                    let line = self.source.line(member.span.start);
                    let mut node = match &property.default {
                        Some(default) => self.eval(default),
                        None => Node::new(Value::Null, line),
                    };
                    node.doubt = node.doubt.or(self.doubt);
                    if let Some(property) = property.name.as_str() {
                        self.own(&name)
                            .properties
                            .insert(property.trim_start_matches('$').to_owned(), node);
                    }
                }
                ClassMemberKind::ClassConst(constant) => {
                    let mut node = self.eval(&constant.value);
                    node.doubt = node.doubt.or(self.doubt);
                    if let Some(constant) = constant.name.as_str() {
                        self.own(&name).constants.insert(constant.to_owned(), node);
                    }
                }
                _ => {}
            }
        }
        for member in members {
            if let ClassMemberKind::Method(method) = &member.kind
                && let (Some(method_name), Some(body)) = (method.name.as_str(), method.body)
            {
                let method_name = method_name.to_ascii_lowercase();
                let line = self.source.line(member.span.start);
                let constructs = method_name == "__construct" || method_name == name;
                let outer = self.method.take();
                self.method = Some(Doubt::Method { line }).filter(|_| !constructs);
                let returned = self.in_function(|walker| walker.statements(&body.stmts));
                self.method = outer;
                if let Some(returned) = returned {
                    self.state
                        .functions
                        .insert(format!("{name}::{method_name}"), returned);
                }
            }
        }
        self.class = outer;
    }

    fn own(&mut self, class: &str) -> &mut Class {
        self.state.classes.entry(class.to_owned()).or_default()
    }

    /// The lower-case name of a class in an expression, without its namespace.
    pub(super) fn class_name(&self, class: &Expr<'_, '_>) -> Option<String> {
        let name = match &class.kind {
            ExprKind::Name(name) => name.parts_slice().last()?.to_ascii_lowercase(),
            ExprKind::Identifier(name) => name.as_str().to_ascii_lowercase(),
            _ => return None,
        };
        if matches!(name.as_str(), "self" | "static") {
            self.class.clone()
        } else {
            Some(name)
        }
    }

    pub(super) fn class_constant(
        &mut self,
        class: &Expr<'_, '_>,
        member: &Expr<'_, '_>,
        line: u32,
    ) -> Node {
        let class = self.class_name(class);
        let member = match &member.kind {
            ExprKind::Identifier(name) => name.as_str(),
            _ => "",
        };
        let known = class.as_ref().and_then(|class| {
            self.state
                .classes
                .get(class)?
                .constants
                .get(member)
                .cloned()
        });
        known.unwrap_or_else(|| {
            let class = class.unwrap_or_default();
            self.node(
                Value::unknown(format!("the constant `{class}::{member}`")),
                line,
            )
        })
    }
}
