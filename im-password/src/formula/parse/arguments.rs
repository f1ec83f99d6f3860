//! Arguments of functions that take more than one.

use super::Parser;
use crate::FormatError;
use crate::formula::lex::Token;
use crate::formula::{Count, Hash, Kind, Value};

/// Most bytes of a PBKDF2 result: more than any product asks for.
const LONGEST_PBKDF2: u32 = 256;

impl Parser<'_> {
    /// `word=`
    fn word(&mut self, word: &str, otherwise: String) -> Result<(), FormatError> {
        if *self.peek() != Token::Name(word.to_owned()) {
            return self.error_here(otherwise);
        }
        self.take();
        self.expect(&Token::Equals, &format!("follows `{word}`"))
    }

    /// `salt=expr,rounds=N,length=BYTES,expr`
    pub(super) fn pbkdf2(
        &mut self,
        hash: Hash,
        name: &str,
        depth: usize,
    ) -> Result<Kind, FormatError> {
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
    pub(super) fn repeat(&mut self, depth: usize) -> Result<Kind, FormatError> {
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
    pub(super) fn hmac(
        &mut self,
        hash: Hash,
        name: &str,
        depth: usize,
    ) -> Result<Kind, FormatError> {
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
    pub(super) fn substr(&mut self, depth: usize) -> Result<Kind, FormatError> {
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
