//! One test per line of `tests/vectors/*.tsv`; `tests/vectors/README.md` says what made them.
//!
//! A name to run some of them alone: `cargo test -p im-password --test vectors -- bcrypt.tsv:12`.

#![expect(clippy::expect_used, reason = "helpers of tests fail loudly, too")]

use std::path::Path;
use std::process::ExitCode;

use im_password::{Attempt, Format, Input, Outcome, Policy, VerifyError, describe};
use libtest_mimic::{Arguments, Failed, Trial};

const COLUMNS: [&str; 9] = [
    "format", "input", "password", "salt", "username", "secret", "stored", "expect", "note",
];

struct Vector {
    format: Format,
    input: Input,
    password: String,
    salt: Option<Vec<u8>>,
    username: Option<Vec<u8>>,
    secret: Option<Vec<u8>>,
    stored: Vec<u8>,
    expect: String,
}

fn main() -> ExitCode {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .expect("tests/vectors is there")
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "tsv"))
        .collect();
    files.sort();
    let mut trials = Vec::new();
    for path in files {
        let file = path
            .file_name()
            .expect("a file has a name")
            .to_string_lossy()
            .into_owned();
        let text = std::fs::read_to_string(&path).expect("vectors are UTF-8");
        let mut lines = text.lines().zip(1..);
        let (header, _) = lines.next().expect("a header");
        assert_eq!(
            header.split('\t').collect::<Vec<_>>(),
            COLUMNS,
            "header of {file}"
        );
        let before = trials.len();
        for (line, number) in lines {
            let line = line.to_owned();
            let note = line.rsplit('\t').next().unwrap_or_default();
            let expect = line.rsplit('\t').nth(1).unwrap_or_default();
            let name = format!("{file}:{number} {expect}: {note}");
            trials.push(Trial::test(name, move || run(&line)));
        }
        assert!(
            trials.len() > before + 50,
            "{file} holds too few vectors to be whole"
        );
    }
    assert!(
        trials.len() > 7_000,
        "vectors are missing: {}",
        trials.len()
    );
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn run(line: &str) -> Result<(), Failed> {
    let vector = Vector::parse(line)?;
    let attempt = Attempt {
        password: &vector.password,
        salt: vector.salt.as_deref(),
        username: vector.username.as_deref(),
        secret: vector.secret.as_deref(),
        rounds: None,
        of: 1,
    };
    let policy = Policy::new([vector.format.clone()]).inputs([vector.input.clone()]);
    let outcome = policy.verify(&attempt, &vector.stored);
    let found = match &outcome {
        Ok(Outcome::Match { format, input }) => {
            if (format, input) != (&vector.format, &vector.input) {
                return Err("the match names another format or input".into());
            }
            "match"
        }
        Ok(Outcome::Mismatch) => "mismatch",
        Err(VerifyError::UnsupportedHash { .. }) => "unsupported",
        Err(VerifyError::TooCostly { .. }) => "too-costly",
        Err(VerifyError::Missing { .. }) => "missing",
        Err(_) => "another error",
    };
    if found != vector.expect {
        return Err(format!("expected {}, found {found}", vector.expect).into());
    }
    check_recognition(&policy, &vector, &outcome)?;
    check_secrecy(
        &vector,
        &format!("{outcome:?} {}", describe(&vector.stored)),
    )
}

/// What is recognised has a shape, a decoy of which is recognised as the same shape.
fn check_recognition(
    policy: &Policy,
    vector: &Vector,
    outcome: &Result<Outcome, VerifyError>,
) -> Result<(), Failed> {
    match (policy.recognise(&vector.stored), outcome) {
        (Ok(shape), Ok(_) | Err(VerifyError::Missing { .. })) => {
            check_secrecy(vector, &format!("{shape} {shape:?}"))?;
            policy.verify_decoy(&Attempt::new(&vector.password), &shape);
            if policy.recognise(&vector.stored).as_ref() != Ok(&shape) {
                return Err("its shape differs from itself".into());
            }
            policy
                .memory(&vector.stored)
                .map(drop)
                .map_err(|error| error.to_string().into())
        }
        (Err(recognised), Err(verified)) if recognised == *verified => Ok(()),
        _ => Err("recognise and verify disagree about the stored value".into()),
    }
}

/// No text about it repeats the stored value, its second half or the password.
fn check_secrecy(vector: &Vector, text: &str) -> Result<(), Failed> {
    let stored = String::from_utf8_lossy(&vector.stored);
    let half = &vector.stored[vector.stored.len() / 2..];
    for secret in [
        stored,
        String::from_utf8_lossy(half),
        vector.password.as_str().into(),
    ] {
        // Shorter ones occur by accident.
        if secret.len() >= 12 && text.contains(&*secret) && !FIXED.contains(&&*secret) {
            return Err("a text about the vector repeats a secret".into());
        }
    }
    Ok(())
}

/// Stored values that are no secret and have a name.
const FIXED: [&str; 4] = [
    "*NO PASSWORD SET*",
    "$argon2id$",
    "$pbkdf2-sha256$",
    "pbkdf2_sha256$",
];

impl Vector {
    fn parse(line: &str) -> Result<Self, Failed> {
        let cells: Vec<&str> = line.split('\t').collect();
        let [
            format,
            input,
            password,
            salt,
            username,
            secret,
            stored,
            expect,
            _note,
        ] = cells[..]
        else {
            return Err(format!("{} cells instead of {}", cells.len(), COLUMNS.len()).into());
        };
        let optional = |cell: &str| (cell != "-").then(|| unescape(cell)).transpose();
        Ok(Self {
            format: format.parse()?,
            input: input.parse()?,
            password: String::from_utf8(unescape(password)?)?,
            salt: optional(salt)?,
            username: optional(username)?,
            secret: optional(secret)?,
            stored: unescape(stored)?,
            expect: expect.to_owned(),
        })
    }
}

/// `\0 \t \n \r \\ \- \xHH`
fn unescape(cell: &str) -> Result<Vec<u8>, Failed> {
    let mut out = Vec::new();
    let mut bytes = cell.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        out.push(match bytes.next() {
            Some(b'0') => 0,
            Some(b't') => b'\t',
            Some(b'n') => b'\n',
            Some(b'r') => b'\r',
            Some(same @ (b'\\' | b'-')) => same,
            Some(b'x') => {
                let digits: String = bytes.by_ref().take(2).map(char::from).collect();
                u8::from_str_radix(&digits, 16)?
            }
            _ => return Err("a backslash with nothing known behind it".into()),
        });
    }
    Ok(out)
}
