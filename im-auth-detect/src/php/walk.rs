//! Statements: which of them count, and how surely.

use std::path::PathBuf;
use std::rc::Rc;

use php_ast::{Block, Expr, ExprKind, FunctionDecl, NamespaceBody, Stmt, StmtKind, UnaryPrefixOp};

use php_rs_parser::diagnostics::{ForbiddenRule, ParseError};

use super::source::Source;
use super::state::State;
use super::{Setting, eval};
use crate::error::ReadError;
use crate::text::Doubt;
use crate::value::{Node, Value};

/// What evaluating may cost: bytes copied and expressions looked at. A file of the largest size that only sets values
/// needs half of it.
const FUEL: u64 = 24 * 1024 * 1024;

/// A walk over a file and what it includes.
pub(super) struct Walker {
    pub(super) state: State,
    pub(super) source: Rc<Source>,
    pub(super) setting: Setting,
    /// Files already read, so that none is read twice, and how deep the includes are.
    pub(super) included: Vec<PathBuf>,
    pub(super) include_depth: usize,
    pub(super) fuel: u64,
    pub(super) depth: u32,
    /// Why what is set here may not be in force.
    pub(super) doubt: Option<Doubt>,
    /// `if (!defined('X'))` around here, and the doubt outside of it.
    pub(super) guard: Option<(String, Option<Doubt>)>,
    /// The class whose body this is, in lower case.
    pub(super) class: Option<String>,
    /// In a method that may run or not: what it sets of the object is doubtful.
    pub(super) method: Option<Doubt>,
    /// Inside a function: constants and calls do not count.
    pub(super) in_function: bool,
    /// A `return` or `exit` that is reached for sure.
    pub(super) ended: bool,
}

/// Reads a whole file.
pub(crate) fn file(bytes: &[u8], setting: &Setting) -> Result<State, ReadError> {
    let source = Rc::new(Source::new(bytes, setting.path.clone())?);
    let mut walker = Walker {
        state: State::default(),
        source,
        setting: setting.clone(),
        included: setting.path.clone().into_iter().collect(),
        include_depth: 0,
        fuel: FUEL,
        depth: 0,
        doubt: None,
        guard: None,
        class: None,
        method: None,
        in_function: false,
        ended: false,
    };
    walker.program()?;
    if walker.fuel == 0 {
        return Err(ReadError::TooComplex {
            what: "it copies values over and over",
        });
    }
    Ok(walker.state)
}

impl Walker {
    /// Parses and walks the current source.
    pub(super) fn program(&mut self) -> Result<(), ReadError> {
        let arena = php_rs_parser::bumpalo::Bump::new();
        let source = Rc::clone(&self.source);
        let options = php_rs_parser::ParseOptions::default().source_map(false);
        let parsed = php_rs_parser::parse_arena_with(&arena, &source.text, &options);
        // Others say that today's PHP forbids what the PHP of the file's days allowed.
        if let Some(error) = parsed.errors.iter().find(|error| breaks(error)) {
            return Err(source.syntax(error));
        }
        if parsed.errors_truncated {
            return Err(ReadError::TooComplex {
                what: "it has too many errors",
            });
        }
        self.statements(&parsed.program.stmts);
        Ok(())
    }

    /// Takes `amount` of what evaluating may cost; `false` when there is none left.
    pub(super) fn spend(&mut self, amount: usize) -> bool {
        self.fuel = self.fuel.saturating_sub(amount as u64);
        self.fuel > 0
    }

    pub(super) fn line(&self, expr: &Expr<'_, '_>) -> u32 {
        self.source.line(expr.span.start)
    }

    pub(super) fn node(&self, value: Value, line: u32) -> Node {
        Node {
            value,
            line,
            doubt: self.doubt,
        }
    }

    pub(super) fn statements(&mut self, statements: &[Stmt<'_, '_>]) {
        for statement in statements {
            if self.ended {
                return;
            }
            self.statement(statement);
        }
    }

    fn block(&mut self, block: &Block<'_, '_>) {
        self.statements(&block.stmts);
    }

    fn statement(&mut self, statement: &Stmt<'_, '_>) {
        if self.depth >= eval::MAX_DEPTH || !self.spend(16) {
            return;
        }
        self.depth += 1;
        self.statement_inside(statement);
        self.depth -= 1;
    }

    fn statement_inside(&mut self, statement: &Stmt<'_, '_>) {
        let line = self.source.line(statement.span.start);
        let branch = Doubt::Branch { line };
        let repeated = Doubt::Loop { line };
        match &statement.kind {
            StmtKind::Expression(expr) => {
                self.eval(expr);
            }
            StmtKind::Echo(exprs) => {
                for expr in exprs.iter() {
                    self.eval(expr);
                }
            }
            StmtKind::Return(expr) => {
                if let Some(expr) = expr {
                    let mut node = self.eval(expr);
                    let earlier = self.state.returned.as_ref().and_then(|node| node.doubt);
                    node.doubt = node.doubt.or(self.doubt).or(earlier);
                    self.state.returned = Some(node);
                }
                self.ended |= self.doubt.is_none();
            }
            StmtKind::Block(block) => self.block(block),
            StmtKind::If(branches) => self.branches(branches, branch),
            StmtKind::While(repeat) => self.under(repeated, |walker| walker.statement(repeat.body)),
            StmtKind::DoWhile(repeat) => {
                self.under(repeated, |walker| walker.statement(repeat.body))
            }
            StmtKind::For(repeat) => self.under(repeated, |walker| {
                for expr in repeat.init.iter() {
                    walker.eval(expr);
                }
                walker.statement(repeat.body);
            }),
            StmtKind::Foreach(repeat) => self.under(repeated, |walker| {
                for target in repeat.key.iter().chain([&repeat.value]) {
                    walker.forget(target, "a loop");
                }
                walker.statement(repeat.body);
            }),
            StmtKind::Switch(switch) => {
                for case in switch.body.cases.iter() {
                    self.under(branch, |walker| walker.statements(&case.body));
                }
            }
            StmtKind::TryCatch(attempt) => {
                self.block(attempt.body);
                for catch in attempt.catches.iter() {
                    let line = self.source.line(catch.span.start);
                    self.under(Doubt::Branch { line }, |walker| walker.block(catch.body));
                }
                if let Some(block) = attempt.finally {
                    self.block(block);
                }
            }
            StmtKind::Function(function) => self.function(function),
            StmtKind::Class(class) => {
                if let Some(name) = class.name.as_ref().and_then(|name| name.as_str()) {
                    self.class(name, class.extends.as_ref(), &class.body.members);
                }
            }
            StmtKind::Interface(class) => {
                if let Some(name) = class.name.as_str() {
                    self.class(name, None, &class.body.members);
                }
            }
            StmtKind::Trait(class) => {
                if let Some(name) = class.name.as_str() {
                    self.class(name, None, &class.body.members);
                }
            }
            StmtKind::Namespace(namespace) => {
                if let NamespaceBody::Braced(block) = &namespace.body {
                    self.block(block);
                }
            }
            StmtKind::Declare(declare) => {
                if let Some(body) = declare.body {
                    self.statement(body);
                }
            }
            StmtKind::Const(items) => {
                for item in items.iter() {
                    let node = self.eval(&item.value);
                    if let Some(name) = item.name.as_str() {
                        self.define(name, node);
                    }
                }
            }
            StmtKind::StaticVar(variables) => {
                for variable in variables.iter() {
                    if let (Some(name), Some(value)) = (variable.name.as_str(), &variable.default) {
                        let node = self.eval(value);
                        self.state.variables.insert(name.to_owned(), node);
                    }
                }
            }
            StmtKind::Unset(targets) => {
                for target in targets.iter() {
                    self.unset(target);
                }
            }
            StmtKind::HaltCompiler(_) | StmtKind::Throw(_) => self.ended |= self.doubt.is_none(),
            _ => {}
        }
    }

    /// Walks what is only in force under a condition.
    pub(super) fn under(&mut self, doubt: Doubt, inside: impl FnOnce(&mut Self)) {
        let outer = self.doubt;
        self.doubt = Some(outer.unwrap_or(doubt));
        inside(self);
        self.doubt = outer;
    }

    fn branches(&mut self, branches: &php_ast::IfStmt<'_, '_>, doubt: Doubt) {
        let first = [(&branches.condition, branches.then_branch)];
        let more = branches
            .elseif_branches
            .iter()
            .map(|branch| (&branch.condition, &branch.body));
        // Whether the else is in force for sure: when every condition is known not to hold.
        let mut sure = true;
        for (condition, body) in first.into_iter().chain(more) {
            match self.truth(condition) {
                Some(true) if sure => return self.statement(body),
                Some(true) => return self.under(doubt, |walker| walker.statement(body)),
                Some(false) => {}
                None => {
                    let guard = not_defined(condition)
                        .filter(|_| sure)
                        .map(|name| (text_of(name), self.doubt));
                    let outer = std::mem::replace(&mut self.guard, guard);
                    self.under(doubt, |walker| walker.statement(body));
                    self.guard = outer;
                    sure = false;
                }
            }
        }
        match branches.else_branch {
            Some(body) if sure => self.statement(body),
            Some(body) => self.under(doubt, |walker| walker.statement(body)),
            None => {}
        }
    }

    /// A function of the file: what it returns can be asked for, nothing else of it counts.
    fn function(&mut self, function: &FunctionDecl<'_, '_>) {
        if let Some(name) = function.name.as_str() {
            let returned = self.in_function(|walker| walker.block(function.body));
            if let Some(returned) = returned {
                self.state
                    .functions
                    .insert(name.to_ascii_lowercase(), returned);
            }
        }
    }

    /// Walks a body with variables of its own; answers what it returns.
    pub(super) fn in_function(&mut self, inside: impl FnOnce(&mut Self)) -> Option<Node> {
        let variables = std::mem::take(&mut self.state.variables);
        let returned = self.state.returned.take();
        let outer = (self.in_function, self.ended, self.doubt);
        (self.in_function, self.ended, self.doubt) = (true, false, None);
        inside(self);
        (self.in_function, self.ended, self.doubt) = outer;
        self.state.variables = variables;
        std::mem::replace(&mut self.state.returned, returned)
    }
}

/// Whether the file cannot be read past the error.
fn breaks(error: &ParseError) -> bool {
    let rule = error
        .forbidden_rule()
        .map(ForbiddenRule::as_str)
        .unwrap_or_default();
    error.leaves_ast_incomplete()
        || matches!(rule, "unterminated-comment" | "unexpected-character")
        || rule.starts_with("unclosed-")
}

/// The literal text of an expression, or nothing.
fn text_of(expr: &Expr<'_, '_>) -> String {
    match &expr.kind {
        ExprKind::String(text) => text.to_string_lossy().into_owned(),
        _ => String::new(),
    }
}

/// `X` of `!defined('X')`.
pub(super) fn not_defined<'e>(condition: &'e Expr<'_, '_>) -> Option<&'e Expr<'e, 'e>> {
    match &condition.kind {
        ExprKind::UnaryPrefix(not) if not.op == UnaryPrefixOp::BooleanNot => defined(not.operand),
        ExprKind::Parenthesized(inner) => not_defined(inner),
        _ => None,
    }
}

/// `X` of `defined('X')`.
pub(super) fn defined<'e>(condition: &'e Expr<'_, '_>) -> Option<&'e Expr<'e, 'e>> {
    match &condition.kind {
        ExprKind::Parenthesized(inner) => defined(inner),
        ExprKind::FunctionCall(call) => match &call.name.kind {
            ExprKind::Name(name) if name.join_parts().eq_ignore_ascii_case("defined") => {
                call.args.first().and_then(|argument| argument.value())
            }
            _ => None,
        },
        _ => None,
    }
}
