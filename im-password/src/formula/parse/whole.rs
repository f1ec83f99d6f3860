//! What surrounds a formula: a format's name before it, a template behind it.

use super::functions::Function;
use super::{Base, Parser};
use crate::formula::lex::Token;
use crate::formula::{Formula, Role};
use crate::suggest::nearest;
use crate::template::Template;
use crate::{FormatError, format};

impl Parser<'_> {
    pub(super) fn is_in(&self) -> bool {
        *self.peek() == Token::Name("in".to_owned())
    }

    /// `NAME`, `NAME(expr)` or `expr`
    pub(super) fn base(&mut self) -> Result<Base, FormatError> {
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
                if alone && format::takes_digest(&name) {
                    let message = format!(
                        "`{name}` is over a digest: write it behind the name, \
                         `{name}(sha1($pass.$salt))`"
                    );
                    return self.error(at, message);
                }
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
        // What only writes a digest otherwise keeps no secret by itself.
        let role = if format::takes_digest(name) {
            Role::Compared
        } else {
            Role::Password
        };
        Formula::new(self.source, root, role)
    }

    /// `"text with $hash and $salt"`, `php(hash,salt)` or `json(hash,salt)`
    pub(super) fn template(&mut self, hash_len: Option<usize>) -> Result<Template, FormatError> {
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
}
