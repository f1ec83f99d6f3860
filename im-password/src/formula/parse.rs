//! Words to a tree.

use super::lex::{Token, lex};
use super::{DEEPEST, Hash, Kind, LONGEST, Map, Node, Value};
use crate::FormatError;
use crate::suggest::nearest;

pub(super) fn parse(source: &str) -> Result<Node, FormatError> {
    if source.len() > LONGEST {
        // The last place where a character begins that still fits.
        let at = (0..=LONGEST)
            .rev()
            .find(|at| source.is_char_boundary(*at))
            .unwrap_or(0);
        return Err(FormatError::new(
            source,
            at,
            format!("a formula has at most {LONGEST} characters"),
        ));
    }
    let mut parser = Parser {
        source,
        tokens: lex(source)?,
        next: 0,
    };
    if *parser.peek() == Token::End {
        return parser
            .error_here("a format is missing: write a name, or a formula such as `md5($pass)`");
    }
    let root = parser.concat(0)?;
    match parser.peek() {
        Token::End => Ok(root),
        Token::Close => parser.error_here("this `)` closes nothing: leave it out"),
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
            return Ok(value);
        }
        let instead = match name.to_ascii_lowercase().as_str() {
            "$password" | "$plain" | "$pw" | "$p" | "$pwd" => Some("$pass"),
            "$user" | "$login" | "$name" | "$u" => Some("$username"),
            "$key" | "$pepper" | "$sitekey" | "$k" => Some("$secret"),
            "$s" => Some("$salt"),
            lower => Value::ALL
                .into_iter()
                .map(Value::name)
                .find(|known| *known == lower),
        };
        match instead {
            Some(instead) => self.error(at, format!("there is no value `{name}`: write {instead}")),
            None => self.error(
                at,
                format!("there is no value `{name}`: write $pass, $salt, $username or $secret"),
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
        let kind = match function {
            Function::Digest(hash) => Kind::Digest(hash, self.boxed(depth)?),
            Function::RawDigest(hash) => {
                let digest = Kind::Digest(hash, self.boxed(depth)?);
                Kind::Raw(Box::new(Node { at, kind: digest }))
            }
            Function::Hmac(hash) => self.hmac(hash, name, depth)?,
            Function::Raw => {
                let of = self.boxed(depth)?;
                if !matches!(of.kind, Kind::Digest(..) | Kind::Hmac { .. }) {
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

    /// `key=expr,expr`
    fn hmac(&mut self, hash: Hash, name: &str, depth: usize) -> Result<Kind, FormatError> {
        if *self.peek() != Token::Name("key".to_owned()) {
            return self.error_here(format!(
                "say which value is the key: `{name}(key=$secret,$pass)`"
            ));
        }
        self.take();
        self.expect(&Token::Equals, "follows `key`")?;
        let key = self.boxed(depth)?;
        self.expect(&Token::Comma, "comes between the key and the data")?;
        let data = self.boxed(depth)?;
        Ok(Kind::Hmac { hash, key, data })
    }

    /// `expr,start` or `expr,start,length`
    fn substr(&mut self, depth: usize) -> Result<Kind, FormatError> {
        let of = self.boxed(depth)?;
        self.expect(
            &Token::Comma,
            "comes before the first place: substr($salt,0,8)",
        )?;
        let start = self.number()?;
        let mut length = None;
        if *self.peek() == Token::Comma {
            self.take();
            let at = self.at();
            let number = self.number()?;
            if number == 0 {
                return self.error(at, "a length of 0 takes nothing: leave the call out");
            }
            length = Some(number);
        }
        Ok(Kind::Substr { of, start, length })
    }

    fn number(&mut self) -> Result<usize, FormatError> {
        let at = self.at();
        match self.take() {
            Token::Number(number) => Ok(number),
            other => self.error(
                at,
                format!("a number belongs here, not {}", other.describe()),
            ),
        }
    }
}

#[derive(Clone, Copy)]
enum Function {
    Digest(Hash),
    /// hashcat's `sha1_bin(…)`: the same as `raw(sha1(…))`.
    RawDigest(Hash),
    Hmac(Hash),
    Raw,
    Map(Map),
    Substr,
}

impl Function {
    fn by_name(name: &str) -> Option<Self> {
        if let Some(hash) = Hash::by_name(name) {
            return Some(Self::Digest(hash));
        }
        if let Some(hash) = name.strip_suffix("_bin").and_then(Hash::by_name) {
            return Some(Self::RawDigest(hash));
        }
        if let Some(hash) = name.strip_prefix("hmac-").and_then(Hash::by_name) {
            return Some(Self::Hmac(hash));
        }
        match name {
            "raw" => Some(Self::Raw),
            "substr" => Some(Self::Substr),
            // As hashcat and PHP call them.
            "strtolower" => Some(Self::Map(Map::Lower)),
            "strtoupper" => Some(Self::Map(Map::Upper)),
            _ => Map::ALL
                .into_iter()
                .find(|map| map.name() == name)
                .map(Self::Map),
        }
    }

    /// The names that documentation and messages use.
    fn names() -> impl Iterator<Item = String> {
        let digests = Hash::ALL.into_iter().map(|hash| hash.name().to_owned());
        let keyed = Hash::ALL
            .into_iter()
            .map(|hash| format!("hmac-{}", hash.name()));
        let maps = Map::ALL.into_iter().map(|map| map.name().to_owned());
        digests
            .chain(keyed)
            .chain(maps)
            .chain(["raw".to_owned(), "substr".to_owned()])
    }
}

fn no_such_function(name: &str, lower: &str) -> String {
    if Value::ALL
        .into_iter()
        .any(|value| value.name()[1..] == *lower)
    {
        return format!("`{name}` is a value: write `${lower}`");
    }
    if crate::Format::names().any(|known| known == lower) {
        return format!("`{name}` is a format of its own: it cannot stand in a formula");
    }
    match nearest(lower, Function::names()) {
        Some(known) => format!("there is no function `{name}`: did you mean `{known}`?"),
        None => format!(
            "there is no function `{name}`: there are {}",
            Function::names().collect::<Vec<_>>().join(", ")
        ),
    }
}
