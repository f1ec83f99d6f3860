//! Words of a formula.

use crate::FormatError;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// `$pass`: the name with its dollar sign.
    Value(String),
    /// A function's name, or `key`.
    Name(String),
    Text(Vec<u8>),
    Number(u32),
    Open,
    Close,
    Comma,
    Dot,
    Equals,
    End,
}

impl Token {
    /// As an error message calls it.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Value(name) | Self::Name(name) => format!("`{name}`"),
            Self::Text(_) => "a text in quotes".to_owned(),
            Self::Number(number) => format!("`{number}`"),
            Self::Open => "`(`".to_owned(),
            Self::Close => "`)`".to_owned(),
            Self::Comma => "`,`".to_owned(),
            Self::Dot => "`.`".to_owned(),
            Self::Equals => "`=`".to_owned(),
            Self::End => "the end".to_owned(),
        }
    }
}

/// A text as it is written in a format.
pub(crate) fn quoted(bytes: &[u8]) -> String {
    let mut out = String::from("\"");
    for byte in bytes {
        match byte {
            b'"' | b'\\' => {
                out.push('\\');
                out.push(char::from(*byte));
            }
            b' '..=b'~' => out.push(char::from(*byte)),
            _ => out.push_str(&format!("\\x{byte:02x}")),
        }
    }
    out.push('"');
    out
}

/// The words with their places, [`Token::End`] last.
pub(super) fn lex(source: &str) -> Result<Vec<(usize, Token)>, FormatError> {
    let mut lexer = Lexer { source, at: 0 };
    let mut tokens = Vec::new();
    loop {
        lexer.skip(|c| c.is_ascii_whitespace());
        let at = lexer.at;
        let token = lexer.token()?;
        let done = token == Token::End;
        tokens.push((at, token));
        if done {
            return Ok(tokens);
        }
    }
}

struct Lexer<'a> {
    source: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    fn peek(&self) -> Option<char> {
        self.source[self.at..].chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    /// Passes over the characters of a kind and returns them.
    fn skip(&mut self, of_kind: impl Fn(char) -> bool) -> &'a str {
        let start = self.at;
        while self.peek().is_some_and(&of_kind) {
            self.next();
        }
        &self.source[start..self.at]
    }

    fn error<T>(&self, at: usize, message: impl Into<String>) -> Result<T, FormatError> {
        Err(FormatError::new(self.source, at, message))
    }

    fn token(&mut self) -> Result<Token, FormatError> {
        let start = self.at;
        let Some(c) = self.next() else {
            return Ok(Token::End);
        };
        Ok(match c {
            '(' => Token::Open,
            ')' => Token::Close,
            ',' => Token::Comma,
            '.' => Token::Dot,
            '=' => Token::Equals,
            '$' => {
                self.skip(|c| c.is_ascii_alphanumeric() || c == '_');
                Token::Value(self.source[start..self.at].to_owned())
            }
            '"' | '\'' => Token::Text(self.text(start, c)?),
            '0'..='9' => {
                self.skip(|c| c.is_ascii_digit());
                match self.source[start..self.at].parse() {
                    Ok(number) => Token::Number(number),
                    Err(_) => return self.error(start, "this number is too large"),
                }
            }
            'a'..='z' | 'A'..='Z' => {
                self.skip(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
                Token::Name(self.source[start..self.at].to_owned())
            }
            '+' | '|' | '&' => {
                return self.error(start, format!("`{c}` joins nothing here: write `.`"));
            }
            '“' | '”' | '‘' | '’' => {
                return self.error(start, "write straight quotes: \"…\" or '…'");
            }
            _ => return self.error(start, format!("`{}` means nothing here", c.escape_debug())),
        })
    }

    /// The rest of a text in quotes.
    fn text(&mut self, start: usize, quote: char) -> Result<Vec<u8>, FormatError> {
        let mut text = Vec::new();
        loop {
            let at = self.at;
            let Some(c) = self.next() else {
                return self.error(
                    start,
                    format!("this text does not end: write {quote} after it"),
                );
            };
            match c {
                '\\' => text.push(self.escape(at)?),
                c if c == quote => return Ok(text),
                c => text.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            }
        }
    }

    fn escape(&mut self, at: usize) -> Result<u8, FormatError> {
        Ok(match self.next() {
            Some('n') => b'\n',
            Some('r') => b'\r',
            Some('t') => b'\t',
            Some('0') => 0,
            Some('\\') => b'\\',
            Some('"') => b'"',
            Some('\'') => b'\'',
            Some('x') => {
                let start = self.at;
                for _ in 0..2 {
                    if self.peek().is_some_and(|c| c.is_ascii_hexdigit()) {
                        self.next();
                    }
                }
                match (
                    self.at - start,
                    u8::from_str_radix(&self.source[start..self.at], 16),
                ) {
                    (2, Ok(byte)) => byte,
                    _ => return self.error(at, "write two hex digits after `\\x`"),
                }
            }
            _ => {
                return self.error(
                    at,
                    "a backslash begins \\n, \\r, \\t, \\0, \\x.., \\\\, \\\" or \\': write `\\\\` for one",
                );
            }
        })
    }
}
