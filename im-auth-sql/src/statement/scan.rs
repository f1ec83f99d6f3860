//! Reads an SQL text far enough to find its parameters, and refuses what it would have to guess at.
//!
//! One text goes to servers of several kinds, which disagree about backslashes, comments and operators. Where they
//! agree, the text is taken; where they do not, it is refused. So the scanner cannot see a string end where a
//! server sees it go on.

use im_core::AuthError;

use crate::Prefix;
use crate::ident::is_name_byte;

use super::functions;

/// Begin or do something else than read rows.
const WORDS: &[&str] = &["INTO", "OUTFILE", "DUMPFILE", "PROCEDURE", "LOCK"];

pub(super) struct Scanned {
    pub(super) sql: String,
    pub(super) names: Vec<String>,
    pub(super) order: Vec<usize>,
    pub(super) idents: Vec<String>,
}

pub(super) fn scan(text: &str, prefix: Option<&Prefix>) -> Result<Scanned, AuthError> {
    let mut scanner = Scanner {
        text,
        at: 0,
        prefix,
        words: 0,
        last_word: String::new(),
        called: None,
        out: Scanned {
            sql: String::with_capacity(text.len()),
            names: Vec::new(),
            order: Vec::new(),
            idents: Vec::new(),
        },
    };
    scanner.run()?;
    let mut out = scanner.out;
    out.sql.truncate(out.sql.trim_end().len());
    Ok(out)
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
    prefix: Option<&'a Prefix>,
    words: usize,
    last_word: String,
    /// The name right before, in capitals, and where it stands: a function's if ( follows.
    called: Option<(String, usize)>,
    out: Scanned,
}

impl Scanner<'_> {
    fn run(&mut self) -> Result<(), AuthError> {
        if let Some(at) = self
            .text
            .find(|c: char| !c.is_ascii() || (c.is_control() && !c.is_ascii_whitespace()))
        {
            self.at = at;
            return Err(self.wrong("only ASCII is taken; bind other text as a parameter"));
        }
        while let Some(byte) = self.peek(0) {
            let name = self.called.take();
            match byte {
                b'\'' | b'"' => self.quoted(byte)?,
                b'`' => self.backquoted()?,
                b'-' if self.peek(1) == Some(b'-') => {
                    self.dashes()?;
                    self.called = name;
                }
                b'#' => {
                    self.skip_line();
                    self.called = name;
                }
                b'/' if self.peek(1) == Some(b'*') => {
                    self.comment()?;
                    self.called = name;
                }
                b':' => self.colon()?,
                b'{' => self.prefixed()?,
                b';' => self.end()?,
                b'?' => {
                    return Err(self.wrong("write parameters by name, such as :login, not as ?"));
                }
                b'$' | b'[' | b']' | b'}' | b'\\' => {
                    return Err(self.wrong(
                        "this character is only taken inside quotes; quote names with `…`",
                    ));
                }
                _ if byte.is_ascii_alphanumeric() || byte == b'_' => self.word()?,
                _ => {
                    if self.words == 0 && !byte.is_ascii_whitespace() {
                        return Err(self.wrong("the statement must begin with SELECT"));
                    }
                    if byte.is_ascii_whitespace() {
                        self.called = name;
                    } else if byte == b'(' {
                        self.call(name)?;
                    }
                    self.copy(1);
                }
            }
        }
        if self.words == 0 {
            return Err(self.wrong("the statement must begin with SELECT"));
        }
        Ok(())
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    /// Copies the next `length` bytes, which are ASCII.
    fn copy(&mut self, length: usize) {
        self.out.sql.push_str(&self.text[self.at..self.at + length]);
        self.at += length;
    }

    /// A string. Where one has an odd number of backslashes before a quote, MySQL goes on and others end.
    fn quoted(&mut self, quote: u8) -> Result<(), AuthError> {
        self.begun()?;
        let start = self.at;
        let bytes = self.text.as_bytes();
        let mut at = start + 1;
        let mut backslashes = 0_usize;
        loop {
            match bytes.get(at) {
                None => return Err(self.wrong("this quote is never closed")),
                Some(b'\\') => backslashes += 1,
                Some(byte) if *byte == quote => {
                    if backslashes % 2 == 1 {
                        self.at = at;
                        return Err(self.wrong(
                            "a backslash right before a quote means different things to different servers: \
                             write the quote twice",
                        ));
                    }
                    if bytes.get(at + 1) != Some(&quote) {
                        break;
                    }
                    at += 1;
                    backslashes = 0;
                }
                Some(_) => backslashes = 0,
            }
            at += 1;
        }
        // To some servers these quotes hold a name.
        let inside = self.text[start + 1..at].to_ascii_uppercase();
        self.called = Some((inside, start));
        self.copy(at + 1 - start);
        Ok(())
    }

    fn backquoted(&mut self) -> Result<(), AuthError> {
        self.begun()?;
        let inside = &self.text[self.at + 1..];
        let Some(length) = inside.find('`') else {
            return Err(self.wrong("this ` is never closed"));
        };
        let name = &inside[..length];
        if name.is_empty()
            || inside[length + 1..].starts_with('`')
            || name.contains(['\\', '{', '\n'])
        {
            return Err(self.wrong("a name in `…` must not be empty nor hold ` \\ {"));
        }
        self.ident(name.to_owned());
        self.copy(length + 2);
        Ok(())
    }

    fn ident(&mut self, name: String) {
        self.called = Some((name.to_ascii_uppercase(), self.at));
        if !self.out.idents.contains(&name) {
            self.out.idents.push(name);
        }
        self.last_word.clear();
    }

    /// A comment, if white space follows; `a--1` is one to MySQL 5 only with it, and always one to others.
    fn dashes(&mut self) -> Result<(), AuthError> {
        match self.peek(2) {
            None => self.skip_line(),
            Some(byte) if byte.is_ascii_whitespace() => self.skip_line(),
            Some(_) => {
                return Err(
                    self.wrong("write a space after -- for a comment, or between two minus signs")
                );
            }
        }
        Ok(())
    }

    fn skip_line(&mut self) {
        let length = self.rest().find('\n').unwrap_or(self.rest().len());
        self.at += length;
        self.out.sql.push(' ');
    }

    fn comment(&mut self) -> Result<(), AuthError> {
        let inside = &self.rest()[2..];
        if inside.starts_with(['!', '+']) || inside.starts_with("M!") {
            return Err(
                self.wrong("comments that a server executes (/*! */, /*+ */) are not taken")
            );
        }
        let Some(length) = inside.find("*/") else {
            return Err(self.wrong("this comment is never closed"));
        };
        if inside[..length].contains("/*") {
            return Err(
                self.wrong("comments inside comments mean different things to different servers")
            );
        }
        self.at += length + 4;
        self.out.sql.push(' ');
        Ok(())
    }

    fn colon(&mut self) -> Result<(), AuthError> {
        self.begun()?;
        match self.peek(1) {
            Some(b':' | b'=') => self.copy(2),
            Some(byte) if byte.is_ascii_alphabetic() || byte == b'_' => {
                let name = self.rest()[1..]
                    .split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
                    .next()
                    .unwrap_or_default()
                    .to_owned();
                self.at += 1 + name.len();
                let at = self.out.names.iter().position(|known| *known == name);
                let at = at.unwrap_or_else(|| {
                    self.out.names.push(name);
                    self.out.names.len() - 1
                });
                self.out.order.push(at);
                self.out.sql.push('?');
                self.last_word.clear();
            }
            _ => return Err(self.wrong("a parameter's name must follow the colon, such as :login")),
        }
        Ok(())
    }

    fn prefixed(&mut self) -> Result<(), AuthError> {
        self.begun()?;
        let (Some(rest), Some(prefix)) = (self.rest().strip_prefix("{prefix}"), self.prefix) else {
            return Err(self.wrong("braces stand for the table prefix only: {prefix}users"));
        };
        let length = rest.bytes().take_while(|byte| is_name_byte(*byte)).count();
        let table = prefix.table(&rest[..length])?;
        self.at += "{prefix}".len() + length;
        self.out.sql.push_str(&table.to_string());
        self.ident(table.as_str().to_owned());
        Ok(())
    }

    /// A parenthesis after this name.
    fn call(&mut self, name: Option<(String, usize)>) -> Result<(), AuthError> {
        match name {
            Some((name, at)) if functions::is_refused(&name) => {
                self.at = at;
                Err(self.wrong("this function waits, locks, reads files or changes something"))
            }
            _ => Ok(()),
        }
    }

    /// A semicolon may only be followed by nothing.
    fn end(&mut self) -> Result<(), AuthError> {
        self.begun()?;
        let at = self.at;
        self.at += 1;
        while let Some(byte) = self.peek(0) {
            match byte {
                _ if byte.is_ascii_whitespace() => self.at += 1,
                b'#' => self.skip_line(),
                b'-' if self.peek(1) == Some(b'-') => self.dashes()?,
                b'/' if self.peek(1) == Some(b'*') => self.comment()?,
                _ => {
                    self.at = at;
                    return Err(self.wrong("only one statement is taken"));
                }
            }
        }
        Ok(())
    }

    fn word(&mut self) -> Result<(), AuthError> {
        let length = self
            .rest()
            .bytes()
            .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
            .count();
        let word = self.rest()[..length].to_ascii_uppercase();
        if self.words == 0 && word != "SELECT" {
            return Err(self.wrong("the statement must begin with SELECT"));
        }
        if WORDS.contains(&&*word)
            || (self.last_word == "FOR" && matches!(&*word, "UPDATE" | "SHARE" | "NO" | "KEY"))
        {
            return Err(self.wrong("this would do more than read rows"));
        }
        if word == "U"
            && self.rest()[length..].starts_with('&')
            && self.rest()[length + 1..].starts_with(['\'', '"'])
        {
            return Err(self.wrong("U& before a quote means different things to different servers"));
        }
        self.called = Some((word.clone(), self.at));
        self.words += 1;
        self.last_word = word;
        self.copy(length);
        Ok(())
    }

    fn begun(&self) -> Result<(), AuthError> {
        if self.words == 0 {
            return Err(self.wrong("the statement must begin with SELECT"));
        }
        Ok(())
    }

    fn wrong(&self, what: &str) -> AuthError {
        let shown: String = self.rest().chars().take(20).collect();
        AuthError::configuration(format!(
            "SQL, at character {} ({shown:?}): {what}",
            self.at + 1
        ))
    }
}
