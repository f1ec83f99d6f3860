//! `im-auth check --batch`: many names and passwords over one pool, answers in order.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use im_core::{ExternalAuthenticator, Login, Password};
use tokio::fs::File;
use tokio::io::{AsyncBufRead, AsyncBufReadExt as _, BufReader};
use tokio::task::JoinHandle;

use super::report::{Ending, Report};

/// How many questions are under way at once: enough to keep database and pool busy, few enough not to fill the queue.
const AT_ONCE: usize = 8;

/// One line of the file.
struct Row {
    name: String,
    password: Password,
}

/// What is said of one line, and how it ended.
type Answered = (Report, Ending);

/// Answers every line of the file, or of standard input for `-`.
pub(crate) async fn run(
    file: &Path,
    authenticator: Arc<dyn ExternalAuthenticator>,
    address: Option<IpAddr>,
) -> anyhow::Result<Ending> {
    if file.as_os_str() == "-" {
        let input = BufReader::new(tokio::io::stdin());
        answer_all(input, authenticator, address).await
    } else {
        let opened = File::open(file)
            .await
            .with_context(|| file.display().to_string())?;
        answer_all(BufReader::new(opened), authenticator, address).await
    }
}

async fn answer_all(
    mut input: impl AsyncBufRead + Unpin,
    authenticator: Arc<dyn ExternalAuthenticator>,
    address: Option<IpAddr>,
) -> anyhow::Result<Ending> {
    let mut under_way: VecDeque<JoinHandle<Answered>> = VecDeque::with_capacity(AT_ONCE);
    let mut worst = Ending::Accepted;
    let mut bytes = Vec::new();
    for line in 1_u64.. {
        bytes.clear();
        if input
            .read_until(b'\n', &mut bytes)
            .await
            .context("reading the batch")?
            == 0
        {
            break;
        }
        if under_way.len() == AT_ONCE
            && let Some(first) = under_way.pop_front()
        {
            worst = worst.max(print(first).await?);
        }
        let row = parse(&bytes);
        let authenticator = Arc::clone(&authenticator);
        under_way.push_back(tokio::spawn(async move {
            answer(line, row, &*authenticator, address).await
        }));
    }
    for answer in under_way {
        worst = worst.max(print(answer).await?);
    }
    Ok(worst)
}

/// A line without its line feed: name, TAB, password. The password may hold further TABs.
fn parse(line: &[u8]) -> Result<Row, &'static str> {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let line = std::str::from_utf8(line).map_err(|_| "is not UTF-8")?;
    let (name, password) = line
        .split_once('\t')
        .ok_or("has no TAB between name and password")?;
    Ok(Row {
        name: name.to_owned(),
        password: password.into(),
    })
}

async fn answer(
    line: u64,
    row: Result<Row, &'static str>,
    authenticator: &dyn ExternalAuthenticator,
    address: Option<IpAddr>,
) -> Answered {
    let (report, ending) = match row {
        Ok(row) => {
            let username = row.name.clone();
            let mut login = Login::new(row.name, row.password);
            if let Some(address) = address {
                login = login.from_address(address);
            }
            let answer = authenticator.authenticate(&login).await;
            (Report::from(&answer).about(username), Ending::of(&answer))
        }
        Err(problem) => {
            let detail = format!("line {line} {problem}");
            (Report::failure("input", detail), Ending::Error)
        }
    };
    (report.at_line(line), ending)
}

async fn print(answered: JoinHandle<Answered>) -> anyhow::Result<Ending> {
    let (report, ending) = answered.await.context("answering a line")?;
    super::print(&report.to_line())?;
    Ok(ending)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(line: &str) -> (String, String) {
        let row = parse(line.as_bytes()).unwrap_or_else(|problem| panic!("{problem}"));
        (row.name, row.password.expose().to_owned())
    }

    #[test]
    fn every_character_but_the_first_tab_and_the_line_feed_is_literal() {
        let cases = [
            ("Alice\tsecret\n", ("Alice", "secret")),
            ("Alice\tsecret", ("Alice", "secret")),
            (" A\"li,ce \t \\t'x'#\r\n", (" A\"li,ce ", " \\t'x'#\r")),
            ("Alice\ta\tb\n", ("Alice", "a\tb")),
            ("\t\n", ("", "")),
        ];
        for (line, (name, password)) in cases {
            assert_eq!(
                row(line),
                (name.to_owned(), password.to_owned()),
                "{line:?}"
            );
        }
    }

    #[test]
    fn a_line_that_is_no_row_says_why() {
        assert_eq!(
            parse(b"Alice secret\n").err(),
            Some("has no TAB between name and password")
        );
        assert_eq!(
            parse(b"\n").err(),
            Some("has no TAB between name and password")
        );
        assert_eq!(parse(b"Zo\xe9\tsecret\n").err(), Some("is not UTF-8"));
    }
}
