//! Words to a tree.

use super::lex::{Token, lex};
use super::{Count, DEEPEST, Formula, Hash, Kind, LONGEST, Map, Node, Role, Value};
use crate::suggest::nearest;
use crate::template::Template;
use crate::{FormatError, format};

/// Most bytes of a PBKDF2 result: more than any product asks for.
const LONGEST_PBKDF2: u32 = 256;

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

    fn is_in(&self) -> bool {
        *self.peek() == Token::Name("in".to_owned())
    }

    /// `NAME`, `NAME(expr)` or `expr`
    fn base(&mut self) -> Result<Base, FormatError> {
        let (at, token) = self.tokens[self.next].clone();
        if let Token::Name(name) = token {
            let next = &self.tokens[self.next + 1].1;
            let alone = match next {
                Token::End => true,
                Token::Name(next) => next == "in",
                _ => false,
            };
            if alone && !format::is_name(&name) {
                return self.error(at, format::no_such_name(&name));
            }
            if format::is_name(&name) && (alone || *next == Token::Open) {
                self.take();
                let over = if alone { None } else { Some(self.over(&name)?) };
                return Ok(Base::Named { name, over });
            }
            if *next == Token::Open && Function::by_name(&name.to_ascii_lowercase()).is_none() {
                let names = Function::names().chain(format::all_names().map(str::to_owned));
                if let Some(known) = nearest(&name, names).filter(|name| format::is_name(name)) {
                    let message = format!("there is no format `{name}`: did you mean `{known}`?");
                    return self.error(at, message);
                }
            }
        }
        let root = self.concat(0)?;
        Ok(Base::Formula(Formula::new(
            self.source,
            root,
            Role::Compared,
        )?))
    }

    /// `(expr)` behind a format's name
    fn over(&mut self, name: &str) -> Result<Formula, FormatError> {
        self.expect(&Token::Open, &format!("follows `{name}`"))?;
        let root = *self.boxed(0)?;
        if *self.peek() == Token::Comma {
            let message = format!("`{name}` takes no further argument: join values with `.`");
            return self.error_here(message);
        }
        self.expect(&Token::Close, &format!("closes `{name}(`"))?;
        Formula::new(self.source, root, Role::Password)
    }

    /// `"text with $hash and $salt"`, `php(hash,salt)` or `json(hash,salt)`
    fn template(&mut self, hash_len: Option<usize>) -> Result<Template, FormatError> {
        let at = self.at();
        match self.take() {
            Token::Text(text) => Template::text(self.source, at, &text, hash_len),
            Token::Name(name) if name == "php" => {
                let (hash, salt) = self.keys(&name)?;
                Ok(Template::Php { hash, salt })
            }
            Token::Name(name) if name == "json" => {
                let (hash, salt) = self.keys(&name)?;
                Ok(Template::Json { hash, salt })
            }
            other => {
                let message = format!(
                    "a template follows `in`: a text such as \"$hash:$salt\", php(hash,salt) or \
                     json(hash), not {}",
                    other.describe()
                );
                self.error(at, message)
            }
        }
    }

    /// `(hash)` or `(hash,salt)`: the keys under which they are found.
    fn keys(&mut self, name: &str) -> Result<(String, Option<String>), FormatError> {
        self.expect(&Token::Open, &format!("follows `{name}`"))?;
        let hash = self.key()?;
        let mut salt = None;
        if *self.peek() == Token::Comma {
            self.take();
            let at = self.at();
            let key = self.key()?;
            if key == hash {
                return self.error(at, "this is the digest's key already");
            }
            salt = Some(key);
        }
        self.expect(&Token::Close, &format!("closes `{name}(`"))?;
        Ok((hash, salt))
    }

    fn key(&mut self) -> Result<String, FormatError> {
        let at = self.at();
        match self.take() {
            Token::Name(key) => Ok(key),
            other => self.error(
                at,
                format!("a key belongs here, such as hash, not {}", other.describe()),
            ),
        }
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

    /// `word=`
    fn word(&mut self, word: &str, otherwise: String) -> Result<(), FormatError> {
        if *self.peek() != Token::Name(word.to_owned()) {
            return self.error_here(otherwise);
        }
        self.take();
        self.expect(&Token::Equals, &format!("follows `{word}`"))
    }

    /// `salt=expr,rounds=N,length=BYTES,expr`
    fn pbkdf2(&mut self, hash: Hash, name: &str, depth: usize) -> Result<Kind, FormatError> {
        let example = format!("`{name}(salt=$salt,rounds=1000,length=32,$pass)`");
        self.word("salt", format!("say which value is the salt: {example}"))?;
        let salt = self.boxed(depth)?;
        self.expect(&Token::Comma, "comes behind the salt")?;
        self.word("rounds", format!("say how many rounds: {example}"))?;
        let rounds = self.count()?;
        self.expect(&Token::Comma, "comes behind the rounds")?;
        self.word("length", format!("say how many bytes: {example}"))?;
        let at = self.at();
        let length = self.count_number()?;
        if length > LONGEST_PBKDF2 {
            return self.error(at, format!("at most {LONGEST_PBKDF2} bytes"));
        }
        self.expect(&Token::Comma, "comes between the length and the data")?;
        let of = self.boxed(depth)?;
        Ok(Kind::Pbkdf2 {
            hash,
            salt,
            rounds,
            length: length as usize,
            of,
        })
    }

    /// `N,first,step`
    fn repeat(&mut self, depth: usize) -> Result<Kind, FormatError> {
        let count = self.count()?;
        self.expect(&Token::Comma, "comes behind the number of rounds")?;
        let first = self.boxed(depth)?;
        self.expect(
            &Token::Comma,
            "comes before the step: repeat(1000,$pass,md5($value.$salt))",
        )?;
        let at = self.at();
        self.in_step = true;
        let step = self.boxed(depth)?;
        self.in_step = false;
        if !step.uses(Value::Step) {
            return self.error(
                at,
                "every round gives the same: put $value, the result so far, into the step",
            );
        }
        Ok(Kind::Repeat { count, first, step })
    }

    /// A number from 1, or `$rounds`
    fn count(&mut self) -> Result<Count, FormatError> {
        if *self.peek() == Token::Value("$rounds".to_owned()) {
            self.take();
            return Ok(Count::Rounds);
        }
        self.count_number().map(Count::Fixed)
    }

    fn count_number(&mut self) -> Result<u32, FormatError> {
        let at = self.at();
        match self.take() {
            Token::Number(0) => self.error(at, "at least 1"),
            Token::Number(number) => Ok(number),
            other => self.error(
                at,
                format!("a number belongs here, not {}", other.describe()),
            ),
        }
    }

    /// `key=expr,expr`
    fn hmac(&mut self, hash: Hash, name: &str, depth: usize) -> Result<Kind, FormatError> {
        self.word(
            "key",
            format!("say which value is the key: `{name}(key=$secret,$pass)`"),
        )?;
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
            Token::Number(number) => match u16::try_from(number) {
                Ok(number) => Ok(number.into()),
                Err(_) => self.error(at, "this number is too large"),
            },
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
    Pbkdf2(Hash),
    Repeat,
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
        let keyed = |prefix: &str| {
            let hash = name.strip_prefix(prefix).and_then(Hash::by_name);
            hash.filter(|hash| hash.has_hmac())
        };
        if let Some(hash) = keyed("hmac-") {
            return Some(Self::Hmac(hash));
        }
        if let Some(hash) = keyed("pbkdf2-") {
            return Some(Self::Pbkdf2(hash));
        }
        match name {
            "raw" => Some(Self::Raw),
            "substr" => Some(Self::Substr),
            "repeat" => Some(Self::Repeat),
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
        let keyed = ["hmac", "pbkdf2"].into_iter().flat_map(|keyed| {
            Hash::ALL
                .into_iter()
                .filter(|hash| hash.has_hmac())
                .map(move |hash| format!("{keyed}-{}", hash.name()))
        });
        let maps = Map::ALL.into_iter().map(|map| map.name().to_owned());
        digests
            .chain(keyed)
            .chain(maps)
            .chain(["raw", "substr", "repeat"].map(str::to_owned))
    }
}

fn no_such_function(name: &str, lower: &str) -> String {
    if Value::ALL
        .into_iter()
        .any(|value| value.name()[1..] == *lower)
    {
        return format!("`{name}` is a value: write `${lower}`");
    }
    if format::is_name(lower) {
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
