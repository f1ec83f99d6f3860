//! Expressions, as far as they are constant.

use php_ast::{
    ArrayElement, ArrayElementKind, BinaryExpr, BinaryOp, Expr, ExprKind, MagicConstKind, Name,
    StringPart, TernaryExpr, UnaryPrefixOp,
};

use super::scalar::{arithmetic, cast, same, to_bytes, to_key, truth, unknown_of};
use super::walk::{Walker, defined, not_defined};
use crate::key::Key;
use crate::text::Doubt;
use crate::value::{Node, Table, Value};

/// How deep expressions and statements are followed; the parser stops at 512.
pub(super) const MAX_DEPTH: u32 = 600;

/// The longest text that is put together, in bytes.
const MAX_TEXT: usize = 1024 * 1024;

impl Walker {
    /// The value of an expression. Assignments, calls and includes in it count.
    pub(super) fn eval(&mut self, expr: &Expr<'_, '_>) -> Node {
        let line = self.line(expr);
        if self.depth >= MAX_DEPTH || !self.spend(16) {
            return Node::new(Value::unknown("an expression that is too long"), line);
        }
        self.depth += 1;
        let mut node = self.expression(expr, line);
        self.depth -= 1;
        node.line = line;
        node
    }

    fn expression(&mut self, expr: &Expr<'_, '_>, line: u32) -> Node {
        let value = match &expr.kind {
            ExprKind::Null => Value::Null,
            ExprKind::Bool(truth) => Value::Bool(*truth),
            ExprKind::Int(number) => Value::Int(*number),
            ExprKind::Float(number) => Value::Float(*number),
            ExprKind::String(text) => self.text(text.as_bytes()),
            ExprKind::Nowdoc { value, .. } => self.text(value.as_bytes()),
            ExprKind::InterpolatedString(parts) | ExprKind::Heredoc { parts, .. } => {
                return self.parts(parts, line);
            }
            ExprKind::Parenthesized(inner) | ExprKind::ErrorSuppress(inner) => {
                return self.eval(inner);
            }
            ExprKind::Clone(inner) => return self.eval(inner),
            ExprKind::Variable(_)
            | ExprKind::ArrayAccess(_)
            | ExprKind::PropertyAccess(_)
            | ExprKind::NullsafePropertyAccess(_)
            | ExprKind::StaticPropertyAccess(_) => return self.read(expr),
            ExprKind::Name(name) => return self.constant(name, line),
            ExprKind::ClassConstAccess(access) => {
                return self.class_constant(access.class, access.member, line);
            }
            ExprKind::Assign(assign) => return self.assign(assign, line),
            ExprKind::Binary(_) => return self.binary(expr),
            ExprKind::UnaryPrefix(unary) => {
                let operand = self.eval(unary.operand);
                let value = match (unary.op, operand.value) {
                    (UnaryPrefixOp::BooleanNot, value) => match truth(&value) {
                        Some(truth) => Value::Bool(!truth),
                        None => value,
                    },
                    (UnaryPrefixOp::Negate, Value::Int(number)) => {
                        number.checked_neg().map_or(Value::Null, Value::Int)
                    }
                    (UnaryPrefixOp::Negate, Value::Float(number)) => Value::Float(-number),
                    (UnaryPrefixOp::Plus, value @ (Value::Int(_) | Value::Float(_))) => value,
                    _ => Value::unknown("a calculation"),
                };
                return Node {
                    value,
                    line,
                    doubt: operand.doubt,
                };
            }
            ExprKind::Ternary(ternary) => return self.ternary(ternary, line),
            ExprKind::NullCoalesce(coalesce) => {
                let left = self.eval(coalesce.left);
                return match left.value {
                    Value::Null => self.eval(coalesce.right),
                    Value::Unknown(unknown) => {
                        let right = self.eval(coalesce.right);
                        let value = Value::unknown_or(&unknown.what, right.value);
                        Node {
                            value,
                            line,
                            doubt: left.doubt.or(right.doubt),
                        }
                    }
                    _ => left,
                };
            }
            ExprKind::Array(elements) => return self.array(elements, line),
            ExprKind::Cast(kind, inner) => {
                let inner = self.eval(inner);
                return Node {
                    value: cast(*kind, inner.value),
                    line,
                    doubt: inner.doubt,
                };
            }
            ExprKind::FunctionCall(call) => return self.function_call(call, line),
            ExprKind::MethodCall(call) | ExprKind::NullsafeMethodCall(call) => {
                return self.method_call(call, line);
            }
            ExprKind::StaticMethodCall(call) => return self.static_call(call, line),
            ExprKind::New(new) => return self.new_object(new, line),
            ExprKind::Include(_, path) => return self.include(path, line),
            ExprKind::MagicConst(kind) => self.magic(*kind, line),
            ExprKind::Print(inner) => {
                self.eval(inner);
                Value::Int(1)
            }
            ExprKind::Exit(_) | ExprKind::Throw(_) => {
                self.ended |= self.doubt.is_none();
                Value::Null
            }
            ExprKind::Match(_) => Value::unknown("`match`"),
            ExprKind::ShellExec(_) => Value::unknown("a command that PHP would run"),
            ExprKind::Eval(_) => Value::unknown("`eval`"),
            ExprKind::Isset(_) => Value::unknown("`isset`"),
            ExprKind::Empty(_) => Value::unknown("`empty`"),
            ExprKind::Closure(_) | ExprKind::ArrowFunction(_) => Value::unknown("a function"),
            _ => Value::unknown("an expression"),
        };
        self.node(value, line)
    }

    pub(super) fn text(&self, bytes: &[u8]) -> Value {
        Value::text(self.source.bytes(bytes))
    }

    fn magic(&self, kind: MagicConstKind, line: u32) -> Value {
        let path = self.source.path.as_deref();
        match kind {
            MagicConstKind::Dir => {
                super::folder(path).map_or_else(|| Value::unknown("`__DIR__`"), Value::text)
            }
            MagicConstKind::File => path.map_or_else(
                || Value::unknown("`__FILE__`"),
                |path| Value::text(path.as_os_str().as_encoded_bytes().to_vec()),
            ),
            MagicConstKind::Line => Value::Int(i64::from(line)),
            _ => Value::unknown("a magic constant"),
        }
    }

    fn constant(&mut self, name: &Name<'_, '_>, line: u32) -> Node {
        let name = name.parts_slice().last().copied().unwrap_or_default();
        if let Some(node) = self.state.constants.get(name) {
            return node.clone();
        }
        let value = match name {
            "PHP_EOL" => Value::text("\n"),
            "DIRECTORY_SEPARATOR" => Value::text("/"),
            "PATH_SEPARATOR" => Value::text(":"),
            _ => Value::unknown(format!("the constant `{name}`")),
        };
        self.node(value, line)
    }

    fn parts(&mut self, parts: &[StringPart<'_, '_>], line: u32) -> Node {
        let mut whole = self.node(Value::text(""), line);
        for part in parts {
            let part = match part {
                StringPart::Literal(text) => self.node(self.text(text.as_bytes()), line),
                StringPart::Expr(expr) => self.eval(expr),
                _ => self.node(Value::unknown("an expression"), line),
            };
            whole = self.concat(whole, part);
        }
        whole
    }

    /// Puts two values together; unknown if one is, falling back to what is known.
    pub(super) fn concat(&mut self, left: Node, right: Node) -> Node {
        let (line, doubt) = (left.line, left.doubt.or(right.doubt));
        let what = match (&left.value, &right.value) {
            (Value::Unknown(unknown), _) | (_, Value::Unknown(unknown)) => {
                Some(unknown.what.clone())
            }
            _ => None,
        };
        let known = |value: &Value| match value {
            Value::Unknown(unknown) => unknown.default.as_ref().and_then(to_bytes),
            value => to_bytes(value),
        };
        let whole = match (known(&left.value), known(&right.value)) {
            (Some(left), Some(right)) if left.len() + right.len() <= MAX_TEXT => {
                if !self.spend(4 * (left.len() + right.len())) {
                    return Node {
                        value: Value::unknown("a text that is too long"),
                        line,
                        doubt,
                    };
                }
                let mut whole = Vec::with_capacity(left.len() + right.len());
                whole.extend_from_slice(&left);
                whole.extend_from_slice(&right);
                Some(Value::text(whole))
            }
            _ => None,
        };
        let value = match (what, whole) {
            (None, Some(whole)) => whole,
            (Some(what), Some(whole)) => Value::unknown_or(what, whole),
            (Some(what), None) => Value::unknown(what),
            (None, None) => Value::unknown("an expression"),
        };
        Node { value, line, doubt }
    }

    /// A chain of operators leans to the left and can be as long as the file: it is walked, not descended.
    fn binary(&mut self, expr: &Expr<'_, '_>) -> Node {
        let mut chain: Vec<&BinaryExpr<'_, '_>> = Vec::new();
        let mut first = expr;
        while let ExprKind::Binary(binary) = &first.kind {
            chain.push(binary);
            first = binary.left;
        }
        let mut left = self.eval(first);
        for binary in chain.into_iter().rev() {
            left = self.operate(left, binary);
        }
        left
    }

    fn operate(&mut self, left: Node, binary: &BinaryExpr<'_, '_>) -> Node {
        let line = left.line;
        let known = match binary.op {
            BinaryOp::BooleanAnd | BinaryOp::LogicalAnd => Some(true),
            BinaryOp::BooleanOr | BinaryOp::LogicalOr => Some(false),
            _ => None,
        };
        // `defined('X') or define('X', …)`: the right side counts when the left one lets it.
        if let Some(goes_on) = known {
            return match truth(&left.value) {
                Some(truth) if truth != goes_on => Node {
                    value: Value::Bool(truth),
                    ..left
                },
                Some(_) => {
                    let right = self.eval(binary.right);
                    let value =
                        truth(&right.value).map_or_else(|| right.value.clone(), Value::Bool);
                    Node {
                        value,
                        line,
                        doubt: left.doubt.or(right.doubt),
                    }
                }
                None => {
                    let guard = if goes_on {
                        not_defined(binary.left)
                    } else {
                        defined(binary.left)
                    };
                    let guard = guard.and_then(|name| match &name.kind {
                        ExprKind::String(text) => {
                            Some((text.to_string_lossy().into_owned(), self.doubt))
                        }
                        _ => None,
                    });
                    let outer = std::mem::replace(&mut self.guard, guard);
                    self.under(Doubt::Branch { line }, |walker| {
                        walker.eval(binary.right);
                    });
                    self.guard = outer;
                    left
                }
            };
        }
        let right = self.eval(binary.right);
        let doubt = left.doubt.or(right.doubt);
        let value = match (binary.op, &left.value, &right.value) {
            (BinaryOp::Concat, ..) => return self.concat(left, right),
            (BinaryOp::Add, Value::Table(a), Value::Table(b)) => {
                let mut union = self.table_of(a);
                for (key, node) in b.in_order() {
                    if union.get(key).is_none() && self.spend(64) {
                        union.insert(key.clone(), node.clone());
                    }
                }
                Value::table(union)
            }
            (op, Value::Int(a), Value::Int(b)) if arithmetic(op, *a, *b).is_some() => {
                arithmetic(op, *a, *b).unwrap_or(Value::Null)
            }
            (BinaryOp::Identical | BinaryOp::Equal, a, b) => {
                same(a, b).map_or_else(|| unknown_of(a, b), Value::Bool)
            }
            (BinaryOp::NotIdentical | BinaryOp::NotEqual, a, b) => {
                same(a, b).map_or_else(|| unknown_of(a, b), |same| Value::Bool(!same))
            }
            (_, a, b) => unknown_of(a, b),
        };
        Node { value, line, doubt }
    }

    fn ternary(&mut self, ternary: &TernaryExpr<'_, '_>, line: u32) -> Node {
        let condition = self.eval(ternary.condition);
        let known = truth(&condition.value);
        let chosen = match (known, ternary.then_expr) {
            (Some(true), None) => return condition,
            (Some(true), Some(then)) => Some(self.eval(then)),
            (Some(false), _) => Some(self.eval(ternary.else_expr)),
            (None, _) => None,
        };
        if let Some(mut chosen) = chosen {
            chosen.doubt = chosen.doubt.or(condition.doubt);
            return chosen;
        }
        let what = match &condition.value {
            Value::Unknown(unknown) => unknown.what.clone(),
            _ => "a condition".into(),
        };
        let otherwise = self.eval(ternary.else_expr);
        let then = ternary.then_expr.map(|then| self.eval(then));
        let doubt = condition.doubt.or(otherwise.doubt);
        let value = match then.map(|node| node.value) {
            // What is asked for tells the owner more than that it is asked whether it is there.
            Some(Value::Unknown(then)) => Value::unknown_or(&then.what, otherwise.value),
            Some(then) if matches!(otherwise.value, Value::Unknown(_)) => match &otherwise.value {
                Value::Unknown(other) => Value::unknown_or(&other.what, then),
                _ => Value::unknown(what),
            },
            _ => Value::unknown_or(what, otherwise.value),
        };
        Node { value, line, doubt }
    }

    fn array(&mut self, elements: &[ArrayElement<'_, '_>], line: u32) -> Node {
        let mut table = Table::default();
        for element in elements {
            let key = element
                .key
                .as_ref()
                .map(|key| to_key(&self.eval(key).value));
            let mut node = self.eval(element.value());
            node.doubt = node.doubt.or(self.doubt);
            if !self.spend(64) {
                break;
            }
            match (&element.kind, key, &node.value) {
                (ArrayElementKind::Spread(_), _, Value::Table(spread)) => {
                    for (key, node) in spread.in_order() {
                        if !self.spend(64) {
                            break;
                        }
                        match key {
                            Key::Index(_) => table.push(node.clone()),
                            Key::Name(_) => table.insert(key.clone(), node.clone()),
                        }
                    }
                }
                (ArrayElementKind::Spread(_), ..) | (_, Some(None), _) => {}
                (_, Some(Some(key)), _) => table.insert(key, node),
                (_, None, _) => table.push(node),
            }
        }
        self.node(Value::table(table), line)
    }

    /// A copy of a table, paid for.
    pub(super) fn table_of(&mut self, table: &Table) -> Table {
        if self.spend(table.len() * 64) {
            table.clone()
        } else {
            Table::default()
        }
    }

    /// Whether a condition holds, if the file tells.
    pub(super) fn truth(&mut self, condition: &Expr<'_, '_>) -> Option<bool> {
        let node = self.eval(condition);
        if node.doubt.is_some() {
            None
        } else {
            truth(&node.value)
        }
    }
}
