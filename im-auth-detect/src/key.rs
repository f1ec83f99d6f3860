//! Keys as an owner sees them in the file: `$config['db']['host']` in PHP, `production.host` elsewhere.

/// The name or number of an entry.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    Index(i64),
    Name(Vec<u8>),
}

impl Key {
    /// PHP's rule: a text that is written as an integer is that integer.
    pub(crate) fn from_text(text: &[u8]) -> Self {
        if let Ok(text) = std::str::from_utf8(text)
            && let Ok(index) = text.parse::<i64>()
            && index.to_string() == text
        {
            return Self::Index(index);
        }
        Self::Name(text.to_vec())
    }

    pub(crate) fn name(text: &str) -> Self {
        Self::from_text(text.as_bytes())
    }

    /// For a list of names: never a value.
    pub(crate) fn display(&self) -> String {
        match self {
            Self::Index(index) => index.to_string(),
            Self::Name(name) => String::from_utf8_lossy(name).into_owned(),
        }
    }
}

/// One step from a table to an entry.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Step {
    Entry(Key),
    /// `*`: the first entry.
    Any,
}

/// Where a PHP key starts.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Start {
    Constant(String),
    ClassConstant(String, String),
    Property(String, String),
    Variable(String),
    /// What the file returns.
    Returned,
    /// What a function declared in the file returns.
    Function(String),
    /// An argument of a call: the callee, texts that the first arguments must be, and which argument.
    Argument {
        callee: String,
        given: Vec<Vec<u8>>,
        index: usize,
    },
}

/// A key of a PHP file.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct PhpKey {
    pub(crate) start: Start,
    pub(crate) steps: Vec<Step>,
}

impl PhpKey {
    /// Reads a key; the error says what is wrong with it.
    pub(crate) fn parse(key: &str) -> Result<Self, &'static str> {
        let mut reader = Reader { rest: key.trim() };
        let start = reader.start()?;
        let mut steps = reader.steps()?;
        // `$db->connect(0)`: the last step is the callee.
        let start = if reader.rest.starts_with('(') {
            match steps.pop() {
                Some(Step::Entry(Key::Name(name))) => {
                    let callee =
                        format!("->{}", String::from_utf8_lossy(&name).to_ascii_lowercase());
                    steps.clear();
                    reader.call(callee)?
                }
                _ => return Err("a call needs a name before `(`"),
            }
        } else {
            start
        };
        steps.extend(reader.steps()?);
        if !reader.rest.is_empty() {
            return Err("there is something after its end");
        }
        if let (Start::Variable(name), Some(Step::Entry(Key::Name(global)))) =
            (&start, steps.first())
            && name == "GLOBALS"
        {
            let start = Start::Variable(String::from_utf8_lossy(global).into_owned());
            steps.remove(0);
            return Ok(Self { start, steps });
        }
        Ok(Self { start, steps })
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn eat(&mut self, token: &str) -> bool {
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// A name, with namespaces if `qualified`.
    fn name(&mut self, qualified: bool) -> Result<&'a str, &'static str> {
        let part = |c: char| {
            c.is_ascii_alphanumeric() || c == '_' || !c.is_ascii() || (qualified && c == '\\')
        };
        let end = self.rest.find(|c| !part(c)).unwrap_or(self.rest.len());
        if end == 0 || self.rest.starts_with(|c: char| c.is_ascii_digit()) {
            return Err("a name is missing");
        }
        let (name, rest) = self.rest.split_at(end);
        self.rest = rest;
        Ok(name)
    }

    fn start(&mut self) -> Result<Start, &'static str> {
        if self.eat("$") {
            return Ok(Start::Variable(self.name(false)?.to_owned()));
        }
        // `->connect(0)`: whatever the object is called.
        if self.eat("->") {
            let callee = format!("->{}", self.name(false)?.to_ascii_lowercase());
            return self.call(callee);
        }
        let mut name = self.name(true)?;
        let created = name == "new" && self.eat(" ");
        if created {
            name = self.name(true)?;
        }
        let class = name.rsplit('\\').next().unwrap_or(name);
        if created {
            return self.call(format!("new {}", class.to_ascii_lowercase()));
        }
        if self.eat("::") {
            if self.eat("$") {
                return Ok(Start::Property(
                    class.to_ascii_lowercase(),
                    self.name(false)?.to_owned(),
                ));
            }
            let member = self.name(false)?;
            if self.rest.starts_with('(') {
                return self.call(format!(
                    "{}::{}",
                    class.to_ascii_lowercase(),
                    member.to_ascii_lowercase()
                ));
            }
            return Ok(Start::ClassConstant(
                class.to_ascii_lowercase(),
                member.to_owned(),
            ));
        }
        if self.rest.starts_with('(') {
            return self.call(class.to_ascii_lowercase());
        }
        if name == "return" {
            return Ok(Start::Returned);
        }
        Ok(Start::Constant(class.to_owned()))
    }

    /// `(0)`, `('db.host', 1)`, or `()` for what the function returns.
    fn call(&mut self, callee: String) -> Result<Start, &'static str> {
        if !self.eat("(") {
            return Err("`(` is missing");
        }
        if self.eat(")") {
            return Ok(Start::Function(callee));
        }
        let mut given = Vec::new();
        loop {
            self.rest = self.rest.trim_start();
            if self.rest.starts_with(['\'', '"']) {
                given.push(self.quoted()?);
                self.rest = self.rest.trim_start();
                if !self.eat(",") {
                    return Err("after the texts, the number of the argument is missing");
                }
            } else {
                let index = self.number()?;
                let index = usize::try_from(index).map_err(|_| "arguments are counted from 0")?;
                if !self.eat(")") {
                    return Err("`)` is missing");
                }
                return Ok(Start::Argument {
                    callee,
                    given,
                    index,
                });
            }
        }
    }

    fn number(&mut self) -> Result<i64, &'static str> {
        let end = self
            .rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at(end);
        self.rest = rest;
        digits.parse().map_err(|_| "a number is missing")
    }

    fn quoted(&mut self) -> Result<Vec<u8>, &'static str> {
        let quote = self.rest.chars().next().ok_or("a text is missing")?;
        let mut text = String::new();
        let mut chars = self.rest.char_indices().skip(1);
        while let Some((at, c)) = chars.next() {
            if c == quote {
                self.rest = &self.rest[at + 1..];
                return Ok(text.into_bytes());
            }
            if c == '\\' {
                match chars.next() {
                    Some((_, escaped)) if escaped == quote || escaped == '\\' => text.push(escaped),
                    Some((_, other)) => text.extend(['\\', other]),
                    None => break,
                }
            } else {
                text.push(c);
            }
        }
        Err("a quote is not closed")
    }

    fn steps(&mut self) -> Result<Vec<Step>, &'static str> {
        let mut steps = Vec::new();
        loop {
            if self.eat("->") {
                steps.push(Step::Entry(Key::name(self.name(false)?)));
            } else if self.eat("[") {
                self.rest = self.rest.trim_start();
                steps.push(if self.eat("*") {
                    Step::Any
                } else if self.rest.starts_with(['\'', '"']) {
                    Step::Entry(Key::from_text(&self.quoted()?))
                } else if self.rest.starts_with(|c: char| c.is_ascii_digit()) {
                    Step::Entry(Key::Index(self.number()?))
                } else {
                    return Err("the brackets need a quoted name, a number or `*`");
                });
                self.rest = self.rest.trim_start();
                if !self.eat("]") {
                    return Err("`]` is missing");
                }
            } else {
                return Ok(steps);
            }
            if steps.len() > 32 {
                return Err("it has too many steps");
            }
        }
    }
}

/// The segments of a path and what separates them: `/` if there is one, otherwise `.`.
pub(crate) fn path(key: &str) -> Result<(Vec<&str>, &'static str), &'static str> {
    let separator = if key.contains('/') { "/" } else { "." };
    let segments: Vec<&str> = key.split(separator).collect();
    if segments.len() > 16 {
        return Err("it has too many steps");
    }
    if segments.iter().any(|segment| segment.is_empty()) {
        return Err("a name is missing");
    }
    Ok((segments, separator))
}
