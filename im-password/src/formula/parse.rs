//! Words to a tree.

use super::lex::{Token, lex};
use super::{DEEPEST, Formula, Kind, LONGEST, Node, Value};
use crate::FormatError;
use crate::template::Template;

mod arguments;
mod functions;
mod whole;

use functions::{Function, no_such_function};

/// A whole format, as it is written.
pub(crate) struct Parsed {
    pub(crate) base: Base,
    pub(crate) template: Option<Template>,
}

/// What a format says before `in`.
pub(crate) enum Base {
    /// A format's or group's name, perhaps over other bytes than the password.
    Named {
        name: String,
        over: Option<Formula>,
    },
    Formula(Formula),
}

pub(crate) fn parse(source: &str) -> Result<Parsed, FormatError> {
    if source.len() > LONGEST {
        // The last place where a character begins that still fits.
        let at = (0..=LONGEST)
            .rev()
            .find(|at| source.is_char_boundary(*at))
            .unwrap_or(0);
        return Err(FormatError::new(
            source,
            at,
            format!("a format has at most {LONGEST} characters"),
        ));
    }
    let mut parser = Parser {
        source,
        tokens: lex(source)?,
        next: 0,
        in_step: false,
    };
    if *parser.peek() == Token::End {
        return parser
            .error_here("a format is missing: write a name, or a formula such as `md5($pass)`");
    }
    let base = parser.base()?;
    let hash_len = match &base {
        Base::Formula(formula) => formula.len(),
        Base::Named { .. } => None,
    };
    let mut template = None;
    if parser.is_in() {
        parser.take();
        template = Some(parser.template(hash_len)?);
    }
    match parser.peek() {
        Token::End => Ok(Parsed { base, template }),
        Token::Close => parser.error_here("this `)` closes nothing: leave it out"),
        other if template.is_some() => {
            let message = format!("nothing follows a template, not even {}", other.describe());
            parser.error_here(message)
        }
        other => {
            let message = format!(
                "{} cannot follow: write `.` to join two parts",
                other.describe()
            );
            parser.error_here(message)
        }
    }
}

struct Parser<'a> {
    source: &'a str,
    /// Ends with [`Token::End`].
    tokens: Vec<(usize, Token)>,
    next: usize,
    /// Within the step of a `repeat`, where `$value` stands for something.
    in_step: bool,
}

impl Parser<'_> {
    fn peek(&self) -> &Token {
        &self.tokens[self.next].1
    }

    fn at(&self) -> usize {
        self.tokens[self.next].0
    }

    /// Takes the next token; stays on the last one.
    fn take(&mut self) -> Token {
        let token = self.tokens[self.next].1.clone();
        self.next = (self.next + 1).min(self.tokens.len() - 1);
        token
    }

    fn error<T>(&self, at: usize, message: impl Into<String>) -> Result<T, FormatError> {
        Err(FormatError::new(self.source, at, message))
    }

    fn error_here<T>(&self, message: impl Into<String>) -> Result<T, FormatError> {
        self.error(self.at(), message)
    }

    fn expect(&mut self, token: &Token, why: &str) -> Result<(), FormatError> {
        if self.peek() == token {
            self.take();
            return Ok(());
        }
        let message = format!("{} {why}, not {}", token.describe(), self.peek().describe());
        self.error_here(message)
    }

    /// `part . part . part`
    fn concat(&mut self, depth: usize) -> Result<Node, FormatError> {
        let at = self.at();
        if depth > DEEPEST {
            return self.error(at, format!("nested deeper than {DEEPEST}"));
        }
        let mut parts = Vec::new();
        loop {
            match self.part(depth)? {
                // Parentheses around a concatenation change nothing.
                Node {
                    kind: Kind::Concat(inner),
                    ..
                } => parts.extend(inner),
                part => parts.push(part),
            }
            if *self.peek() != Token::Dot {
                break;
            }
            self.take();
        }
        Ok(match parts.len() {
            1 => parts.remove(0),
            _ => Node {
                at,
                kind: Kind::Concat(parts),
            },
        })
    }

    fn part(&mut self, depth: usize) -> Result<Node, FormatError> {
        let at = self.at();
        let kind = match self.take() {
            Token::Value(name) => Kind::Value(self.value(at, &name)?),
            Token::Text(text) => Kind::Literal(text),
            Token::Name(name) => return self.call(at, &name, depth),
            Token::Open => {
                let inner = self.concat(depth + 1)?;
                self.expect(&Token::Close, "closes the parenthesis")?;
                return Ok(inner);
            }
            Token::Number(number) => {
                return self.error(at, format!("write a text in quotes: \"{number}\""));
            }
            other => {
                let message = format!(
                    "a value, a text in quotes or a function belongs here, not {}",
                    other.describe()
                );
                return self.error(at, message);
            }
        };
        Ok(Node { at, kind })
    }

    fn value(&self, at: usize, name: &str) -> Result<Value, FormatError> {
        if let Some(value) = Value::ALL.into_iter().find(|value| value.name() == name) {
            if value == Value::Step && !self.in_step {
                return self.error(
                    at,
                    "$value is the result so far within repeat(…): here it stands for nothing",
                );
            }
            return Ok(value);
        }
        let instead = match name.to_ascii_lowercase().as_str() {
            "$password" | "$plain" | "$pw" | "$p" | "$pwd" => Some("$pass"),
            "$user" | "$login" | "$name" | "$u" => Some("$username"),
            "$key" | "$pepper" | "$sitekey" | "$k" => Some("$secret"),
            "$s" => Some("$salt"),
            "$round" | "$iterations" | "$count" | "$cost" => Some("$rounds"),
            lower => Value::ALL
                .into_iter()
                .map(Value::name)
                .find(|known| *known == lower),
        };
        match instead {
            Some(instead) => self.error(at, format!("there is no value `{name}`: write {instead}")),
            None => self.error(
                at,
                format!(
                    "there is no value `{name}`: write $pass, $salt, $username, $secret or $rounds"
                ),
            ),
        }
    }

    fn call(&mut self, at: usize, name: &str, depth: usize) -> Result<Node, FormatError> {
        let lower = name.to_ascii_lowercase();
        let Some(function) = Function::by_name(&lower) else {
            return self.error(at, no_such_function(name, &lower));
        };
        if name != lower {
            return self.error(at, format!("write `{lower}` in lower case"));
        }
        self.expect(&Token::Open, &format!("follows `{name}`"))?;
        if self.in_step && matches!(function, Function::Repeat | Function::Pbkdf2(_)) {
            return self.error(at, "nothing is repeated within a `repeat`");
        }
        let kind = match function {
            Function::Digest(hash) => Kind::Digest(hash, self.boxed(depth)?),
            Function::RawDigest(hash) => {
                let digest = Kind::Digest(hash, self.boxed(depth)?);
                Kind::Raw(Box::new(Node { at, kind: digest }))
            }
            Function::Hmac(hash) => self.hmac(hash, name, depth)?,
            Function::Pbkdf2(hash) => self.pbkdf2(hash, name, depth)?,
            Function::Repeat => self.repeat(depth)?,
            Function::Raw => {
                let of = self.boxed(depth)?;
                if !of.is_digest() {
                    return self.error(
                        of.at,
                        "`raw` takes a digest, such as raw(sha1($pass)): other values are bytes already",
                    );
                }
                Kind::Raw(of)
            }
            Function::Map(map) => Kind::Map(map, self.boxed(depth)?),
            Function::Substr => self.substr(depth)?,
        };
        if *self.peek() == Token::Comma {
            let message = format!("`{name}` takes no further argument: join values with `.`");
            return self.error_here(message);
        }
        self.expect(&Token::Close, &format!("closes `{name}(`"))?;
        Ok(Node { at, kind })
    }

    fn boxed(&mut self, depth: usize) -> Result<Box<Node>, FormatError> {
        if *self.peek() == Token::Close {
            return self.error_here("an argument is missing, such as $pass");
        }
        Ok(Box::new(self.concat(depth + 1)?))
    }
}
