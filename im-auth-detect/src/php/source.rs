//! The text of a PHP file in the form the parser takes, and back.

use std::path::PathBuf;

use zeroize::Zeroizing;

use crate::bytes::{narrow, widen};
use crate::error::ReadError;
use crate::kind::Kind;

/// Reading a heredoc that is not closed means reading to the end of the file, once for each.
const MAX_HEREDOCS: usize = 64;

/// A PHP file on its way through the parser.
pub(super) struct Source {
    pub(super) text: Zeroizing<String>,
    pub(super) path: Option<PathBuf>,
    lines: Vec<usize>,
    shifted: bool,
}

impl Source {
    pub(super) fn new(bytes: &[u8], path: Option<PathBuf>) -> Result<Self, ReadError> {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        if !bytes.windows(2).any(|pair| pair == b"<?") {
            return Err(ReadError::NotPhp);
        }
        let (mut text, shifted) = widen(bytes);
        if text.matches("<<<").count() > MAX_HEREDOCS {
            return Err(ReadError::TooComplex {
                what: "it has too many heredoc texts",
            });
        }
        // The short opening tag of the days of PHP 4; the parser knows only the long one.
        let start = text.len() - text.trim_start().len();
        let tag = text.get(start..).unwrap_or_default();
        let short = tag
            .strip_prefix("<?")
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_whitespace()));
        if short {
            text = Zeroizing::new(format!("{}<?php{}", &text[..start], &text[start + 2..]));
        } else if !tag_is_there(&text) {
            return Err(ReadError::NotPhp);
        }
        let lines = text
            .bytes()
            .enumerate()
            .filter(|(_, b)| *b == b'\n')
            .map(|(at, _)| at)
            .collect();
        Ok(Self {
            text,
            path,
            lines,
            shifted,
        })
    }

    /// The line of an offset, from 1.
    pub(super) fn line(&self, offset: u32) -> u32 {
        let before = self.lines.partition_point(|at| *at < offset as usize);
        u32::try_from(before + 1).unwrap_or(u32::MAX)
    }

    /// A value of the parser as the bytes of the file.
    pub(super) fn bytes(&self, value: &[u8]) -> Vec<u8> {
        if self.shifted {
            narrow(value)
        } else {
            value.to_vec()
        }
    }

    pub(super) fn syntax(&self, error: &php_rs_parser::diagnostics::ParseError) -> ReadError {
        use php_rs_parser::diagnostics::ParseError;
        let line = self.line(error.span().start);
        let what = match error {
            ParseError::NestingTooDeep { .. } => return ReadError::TooDeep { line },
            ParseError::UnterminatedString { .. } => "a text is not closed",
            ParseError::UnclosedDelimiter { .. } => "a bracket is not closed",
            ParseError::UnmatchedDelimiter { .. } => "a bracket closes nothing",
            ParseError::SourceTooLarge { .. } => "it is too large",
            _ => "something is missing here or should not be here",
        };
        ReadError::Syntax {
            kind: Kind::Php,
            line,
            what,
        }
    }
}

fn tag_is_there(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr_tag(bytes).any(|at| {
        let rest = &bytes[at + 2..];
        rest.starts_with(b"=")
            || rest
                .get(..3)
                .is_some_and(|tag| tag.eq_ignore_ascii_case(b"php"))
    })
}

fn memchr_tag(bytes: &[u8]) -> impl Iterator<Item = usize> {
    bytes
        .windows(2)
        .enumerate()
        .filter(|(_, pair)| *pair == b"<?")
        .map(|(at, _)| at)
}
