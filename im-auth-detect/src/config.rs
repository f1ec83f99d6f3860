//! A configuration file that was read, and what its keys say.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::error::ReadError;
use crate::file;
use crate::key::{self, Key, PhpKey, Step};
use crate::kind::Kind;
use crate::patience;
use crate::php;
use crate::secret::Secret;
use crate::text::{Doubt, Text};
use crate::tree;
use crate::value::{Node, Value};

/// How a configuration file is read.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    kind: Option<Kind>,
    within: Option<PathBuf>,
    follow_includes: bool,
    links_may_lead_out: bool,
}

impl ReadOptions {
    /// The language is told by the name, the file lies in its own folder, includes are not followed.
    pub fn new() -> Self {
        Self::default()
    }

    /// States the language.
    #[must_use]
    pub fn kind(mut self, kind: Kind) -> Self {
        self.kind = Some(kind);
        self
    }

    /// The product's folder: neither links nor includes lead out of it. Default: the folder that the file is in.
    #[must_use]
    pub fn within(mut self, folder: impl Into<PathBuf>) -> Self {
        self.within = Some(folder.into());
        self
    }

    /// Follows the includes of a PHP file whose path is known, inside the folder, up to 8 files and 4 deep. An include
    /// that cannot be followed is [noted](ConfigFile::notes).
    #[must_use]
    pub fn follow_includes(mut self, follow: bool) -> Self {
        self.follow_includes = follow;
        self
    }

    /// Lets the file itself be a link out of the folder, as some installations keep their settings. Includes still
    /// stay inside.
    #[must_use]
    pub fn links_may_lead_out(mut self, allowed: bool) -> Self {
        self.links_may_lead_out = allowed;
        self
    }
}

/// A configuration file that was read; see the [crate] for its keys.
pub struct ConfigFile {
    kind: Kind,
    path: Option<PathBuf>,
    source: Zeroizing<Vec<u8>>,
    content: Content,
}

enum Content {
    Php(Box<php::State>),
    Tree(Node),
}

impl ConfigFile {
    /// Reads a file as its name says.
    ///
    /// # Errors
    /// When it is no file of at most 1 MiB inside its folder, or does not follow the rules of its language.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, ReadError> {
        Self::read_with(path, &ReadOptions::default())
    }

    /// Reads a file.
    ///
    /// # Errors
    /// When it is no file of at most 1 MiB inside the folder, or does not follow the rules of its language.
    pub fn read_with(path: impl AsRef<Path>, options: &ReadOptions) -> Result<Self, ReadError> {
        let path = path.as_ref();
        let guessed = options.kind.or_else(|| Kind::guess(path));
        let kind = guessed.ok_or_else(|| ReadError::UnknownKind {
            path: path.to_owned(),
        })?;
        let folder = match (&options.within, path.parent()) {
            (Some(folder), _) => folder.as_path(),
            (None, Some(parent)) if parent != Path::new("") => parent,
            _ => Path::new("."),
        };
        let root = folder.canonicalize().map_err(|source| ReadError::Io {
            path: path.to_owned(),
            source,
        })?;
        let (real, bytes) = file::read(
            path,
            Some(root.as_path()).filter(|_| !options.links_may_lead_out),
        )?;
        let includes = Some(root).filter(|_| options.follow_includes);
        let mut read = Self::content(
            kind,
            bytes,
            php::Setting {
                path: Some(real),
                includes,
            },
        )?;
        read.path = Some(path.to_owned());
        Ok(read)
    }

    /// Reads a file that is already in memory.
    ///
    /// # Errors
    /// When it is too large or does not follow the rules of its language.
    pub fn parse(kind: Kind, bytes: impl Into<Vec<u8>>) -> Result<Self, ReadError> {
        Self::content(kind, Zeroizing::new(bytes.into()), php::Setting::default())
    }

    fn content(
        kind: Kind,
        bytes: Zeroizing<Vec<u8>>,
        setting: php::Setting,
    ) -> Result<Self, ReadError> {
        if bytes.len() as u64 > file::MAX_BYTES {
            return Err(ReadError::TooLarge {
                limit: file::MAX_BYTES,
            });
        }
        let (source, content) = patience::within(move || {
            let content = match kind {
                Kind::Php => Content::Php(Box::new(php::read(&bytes, &setting)?)),
                _ => Content::Tree(tree::read(kind, &bytes)?),
            };
            Ok((bytes, content))
        })?;
        Ok(Self {
            kind,
            path: None,
            source,
            content,
        })
    }

    /// The language of the file.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The path it was read from.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Whether the file contains this text, wherever: to tell products apart whose files have the same name.
    pub fn contains(&self, text: &str) -> bool {
        let text = text.as_bytes();
        text.is_empty() || self.source.windows(text.len()).any(|window| window == text)
    }

    /// Why includes were not followed, a sentence each.
    pub fn notes(&self) -> &[String] {
        match &self.content {
            Content::Php(state) => &state.notes,
            Content::Tree(_) => &[],
        }
    }

    /// What the key says; `None` when the file does not set it, or sets it to nothing (`null`).
    ///
    /// # Errors
    /// [`ReadError::BadKey`] when the key is not spelled as it should be, [`ReadError::NotText`] when it names a table.
    pub fn get(&self, key: &str) -> Result<Option<Text>, ReadError> {
        let Some(node) = self.node(key)? else {
            return Ok(None);
        };
        let (value, computed) = match &node.value {
            Value::Unknown(unknown) => (unknown.default.as_ref(), Some(unknown.what.clone())),
            value => (Some(value), None),
        };
        let value = match value {
            Some(Value::Null) | None if computed.is_none() => return Ok(None),
            Some(value) => self.text(key, value)?,
            None => None,
        };
        Ok(Some(Text {
            value,
            computed,
            doubt: node.doubt,
            line: node.line,
        }))
    }

    /// Whether the file sets the key, to whatever.
    ///
    /// # Errors
    /// [`ReadError::BadKey`] when the key is not spelled as it should be.
    pub fn has(&self, key: &str) -> Result<bool, ReadError> {
        Ok(self.node(key)?.is_some())
    }

    /// The names of the entries of a table, in the order of the file; empty when the key is no table.
    ///
    /// # Errors
    /// [`ReadError::BadKey`] when the key is not spelled as it should be.
    pub fn entries(&self, key: &str) -> Result<Vec<String>, ReadError> {
        Ok(match self.node(key)?.map(|node| node.value) {
            Some(Value::Table(table)) => table
                .in_order()
                .into_iter()
                .map(|(key, _)| key.display())
                .collect(),
            _ => Vec::new(),
        })
    }

    /// The text of a scalar; nothing for null.
    fn text(&self, key: &str, value: &Value) -> Result<Option<Arc<Secret>>, ReadError> {
        let text = match value {
            Value::Null => return Ok(None),
            Value::Text(text) => return Ok(Some(Arc::clone(text))),
            // PHP's own idea of a truth as text.
            Value::Bool(truth) if self.kind == Kind::Php => {
                if *truth { "1" } else { "" }.to_owned()
            }
            Value::Bool(truth) => truth.to_string(),
            Value::Int(number) => number.to_string(),
            Value::Float(number) => number.to_string(),
            Value::Table(_) | Value::Unknown(_) => {
                return Err(ReadError::NotText {
                    key: key.to_owned(),
                    found: value.noun(),
                });
            }
        };
        Ok(Some(Arc::new(Secret::new(text))))
    }

    fn node(&self, key: &str) -> Result<Option<Node>, ReadError> {
        let bad = |what| ReadError::BadKey {
            key: key.to_owned(),
            kind: self.kind,
            what,
        };
        match &self.content {
            Content::Php(state) => {
                let key = PhpKey::parse(key).map_err(bad)?;
                let Some(mut node) = state.start(&key) else {
                    return Ok(None);
                };
                for step in &key.steps {
                    let Some(next) = follow(&node, step) else {
                        return Ok(None);
                    };
                    node = next;
                }
                Ok(Some(node))
            }
            Content::Tree(top) => {
                let (segments, separator) = key::path(key).map_err(bad)?;
                Ok(tree::find(top, &segments, separator))
            }
        }
    }
}

/// One step into a table.
fn follow(node: &Node, step: &Step) -> Option<Node> {
    match (step, &node.value) {
        (Step::Entry(key), _) => node.entry(key),
        (Step::Any, Value::Table(table)) => {
            let first = table.first()?;
            let several = Some(Doubt::Several).filter(|_| table.len() > 1);
            Some(Node {
                doubt: node.doubt.or(first.doubt).or(several),
                ..first.clone()
            })
        }
        (Step::Any, Value::Unknown(_)) => node.entry(&Key::Index(0)),
        (Step::Any, _) => None,
    }
}

impl fmt::Debug for ConfigFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConfigFile")
            .field("kind", &self.kind)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}
