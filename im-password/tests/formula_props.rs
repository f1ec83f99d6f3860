//! Properties of the formula language: any text is parsed or refused without harm, a formula's
//! plainest spelling means the same, and what is computed is what a second, simpler evaluator
//! computes.

#![expect(clippy::expect_used, reason = "helpers of tests fail loudly, too")]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use im_password::{Attempt, Format, Input, Policy};
use md5::{Digest, Md5};
use proptest::prelude::*;
use sha1::Sha1;
use sha2::{Sha256, Sha512};

/// A formula, to be written down and computed in the plainest way.
#[derive(Debug, Clone)]
enum Tree {
    Pass,
    Salt,
    Username,
    Secret,
    Text(Vec<u8>),
    Join(Vec<Tree>),
    Digest(&'static str, Box<Tree>),
    Raw(&'static str, Box<Tree>),
    Hmac(&'static str, Box<Tree>, Box<Tree>),
    Map(&'static str, Box<Tree>),
    Substr(Box<Tree>, usize, Option<usize>),
    /// Hex digits of so many rounds and bytes, with a salt.
    Pbkdf2(&'static str, Box<Tree>, u32, usize, Box<Tree>),
    /// So many times the digest of the result before, a text and the salt.
    Repeat(u32, Box<Tree>, &'static str, bool),
}

struct Values {
    pass: Vec<u8>,
    salt: Vec<u8>,
    username: Vec<u8>,
    secret: Vec<u8>,
}

impl Tree {
    fn write(&self, space: &str) -> String {
        let inner = |tree: &Self| format!("{space}{}{space}", tree.write(space));
        match self {
            Self::Pass => "$pass".into(),
            Self::Salt => "$salt".into(),
            Self::Username => "$username".into(),
            Self::Secret => "$secret".into(),
            Self::Text(bytes) => {
                let escaped: String = bytes.iter().map(|byte| format!("\\x{byte:02X}")).collect();
                format!("'{escaped}'")
            }
            Self::Join(parts) => {
                let parts: Vec<String> = parts
                    .iter()
                    .map(|part| format!("({})", inner(part)))
                    .collect();
                parts.join(&format!("{space}.{space}"))
            }
            Self::Digest(name, of) | Self::Map(name, of) => format!("{name}({})", inner(of)),
            Self::Raw(name, of) => format!("raw({name}({}))", inner(of)),
            Self::Hmac(name, key, data) => {
                format!("hmac-{name}(key={},{})", inner(key), inner(data))
            }
            Self::Substr(of, start, None) => format!("substr({},{start})", inner(of)),
            Self::Substr(of, start, Some(length)) => {
                format!("substr({},{start},{space}{length})", inner(of))
            }
            Self::Pbkdf2(name, salt, rounds, length, of) => format!(
                "pbkdf2-{name}({space}salt={},rounds={space}{rounds},length={length},{})",
                inner(salt),
                inner(of)
            ),
            Self::Repeat(rounds, first, name, raw) => {
                let step = format!("{name}($value{space}.$salt)");
                let step = if *raw { format!("raw({step})") } else { step };
                format!("repeat({rounds}{space},{},{step})", inner(first))
            }
        }
    }

    fn compute(&self, values: &Values) -> Vec<u8> {
        match self {
            Self::Pass => values.pass.clone(),
            Self::Salt => values.salt.clone(),
            Self::Username => values.username.clone(),
            Self::Secret => values.secret.clone(),
            Self::Text(bytes) => bytes.clone(),
            Self::Join(parts) => parts.iter().flat_map(|part| part.compute(values)).collect(),
            Self::Digest(name, of) => hex(&digest(name, &of.compute(values))),
            Self::Raw(name, of) => digest(name, &of.compute(values)),
            Self::Hmac(name, key, data) => {
                hex(&hmac(name, &key.compute(values), &data.compute(values)))
            }
            Self::Map(name, of) => {
                let of = of.compute(values);
                match *name {
                    "lower" => of.to_ascii_lowercase(),
                    "lower-utf8" => match String::from_utf8(of) {
                        Ok(text) => text
                            .chars()
                            .flat_map(char::to_lowercase)
                            .collect::<String>()
                            .into(),
                        Err(other) => other.into_bytes().to_ascii_lowercase(),
                    },
                    "upper" => of.to_ascii_uppercase(),
                    "hex" => hex(&of),
                    "base64" => STANDARD.encode(of).into_bytes(),
                    other => unreachable!("{other}"),
                }
            }
            Self::Substr(of, start, length) => of
                .compute(values)
                .into_iter()
                .skip(*start)
                .take(length.unwrap_or(usize::MAX))
                .collect(),
            Self::Pbkdf2(name, salt, rounds, length, of) => {
                let (of, salt) = (of.compute(values), salt.compute(values));
                hex(&pbkdf2(name, &of, &salt, *rounds, *length))
            }
            Self::Repeat(rounds, first, name, raw) => {
                (0..*rounds).fold(first.compute(values), |value, _| {
                    let digest = digest(name, &[value, values.salt.clone()].concat());
                    if *raw { digest } else { hex(&digest) }
                })
            }
        }
    }
}

fn hex(bytes: &[u8]) -> Vec<u8> {
    bytes
        .iter()
        .flat_map(|byte| format!("{byte:02x}").into_bytes())
        .collect()
}

fn digest(name: &str, data: &[u8]) -> Vec<u8> {
    match name {
        "md5" => Md5::digest(data).to_vec(),
        "sha1" => Sha1::digest(data).to_vec(),
        "sha256" => Sha256::digest(data).to_vec(),
        "sha512" => Sha512::digest(data).to_vec(),
        other => unreachable!("{other}"),
    }
}

fn hmac(name: &str, key: &[u8], data: &[u8]) -> Vec<u8> {
    fn mac<M: Mac + KeyInit>(key: &[u8], data: &[u8]) -> Vec<u8> {
        let mut mac = <M as KeyInit>::new_from_slice(key).expect("any key");
        mac.update(data);
        mac.finalize().into_bytes().to_vec()
    }
    match name {
        "md5" => mac::<Hmac<Md5>>(key, data),
        "sha1" => mac::<Hmac<Sha1>>(key, data),
        "sha256" => mac::<Hmac<Sha256>>(key, data),
        "sha512" => mac::<Hmac<Sha512>>(key, data),
        other => unreachable!("{other}"),
    }
}

/// As RFC 8018 has it.
fn pbkdf2(name: &str, password: &[u8], salt: &[u8], rounds: u32, length: usize) -> Vec<u8> {
    let mut out = Vec::new();
    for block in 1_u32.. {
        let mut last = hmac(name, password, &[salt, &block.to_be_bytes()].concat());
        let mut sum = last.clone();
        for _ in 1..rounds {
            last = hmac(name, password, &last);
            sum.iter_mut()
                .zip(&last)
                .for_each(|(sum, byte)| *sum ^= byte);
        }
        out.extend(sum);
        if out.len() >= length {
            break;
        }
    }
    out.truncate(length);
    out
}

fn digest_name() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["md5", "sha1", "sha256", "sha512"])
}

/// Any part of a formula.
fn part() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![
        3 => Just(Tree::Pass),
        2 => Just(Tree::Salt),
        1 => Just(Tree::Username),
        1 => Just(Tree::Secret),
        1 => prop::collection::vec(any::<u8>(), 0..4).prop_map(Tree::Text),
    ];
    leaf.prop_recursive(4, 12, 3, |inner| {
        let boxed = inner.clone().prop_map(Box::new);
        let map = prop::sample::select(vec!["lower", "lower-utf8", "upper", "hex", "base64"]);
        prop_oneof![
            prop::collection::vec(inner, 2..4).prop_map(Tree::Join),
            (digest_name(), boxed.clone()).prop_map(|(name, of)| Tree::Digest(name, of)),
            (digest_name(), boxed.clone()).prop_map(|(name, of)| Tree::Raw(name, of)),
            (digest_name(), boxed.clone(), boxed.clone())
                .prop_map(|(name, key, data)| Tree::Hmac(name, key, data)),
            (map, boxed.clone()).prop_map(|(name, of)| Tree::Map(name, of)),
            (
                digest_name(),
                boxed.clone(),
                1..4_u32,
                1..80_usize,
                boxed.clone()
            )
                .prop_map(|(name, salt, rounds, length, of)| Tree::Pbkdf2(
                    name, salt, rounds, length, of
                )),
            (1..4_u32, boxed.clone(), digest_name(), any::<bool>())
                .prop_map(|(rounds, first, name, raw)| Tree::Repeat(rounds, first, name, raw)),
            (boxed, 0..3_usize, prop::option::of(1..20_usize))
                .prop_map(|(of, start, length)| Tree::Substr(of, start, length)),
        ]
    })
}

/// A formula that can be accepted: a digest of the password and anything.
fn formula() -> impl Strategy<Value = Tree> {
    (digest_name(), part(), any::<bool>()).prop_map(|(name, part, raw)| {
        let of = Box::new(Tree::Join(vec![Tree::Pass, part]));
        if raw {
            Tree::Raw(name, of)
        } else {
            Tree::Digest(name, of)
        }
    })
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn any_text_is_parsed_or_refused_with_a_place_in_it(text in ".{0,80}") {
        parse_or_point(&text)?;
    }

    #[test]
    fn any_row_of_words_is_parsed_or_refused_with_a_place_in_it(
        words in prop::collection::vec(prop::sample::select(vec![
            "md5", "(", ")", "(", ")", "$pass", "$salt", ".", ",", "key", "=", "hmac-sha1", "raw",
            "substr", "0", "16", "in", "php", "json", "repeat", "$value", "$rounds", "bcrypt",
            "crypt", "'$hash:$salt'", "pbkdf2-md5", "\"a\"", "'", "\\", "lower", "sha1_bin", " ", "hex", "$", "é",
        ]), 0..24)
    ) {
        parse_or_point(&words.concat())?;
    }

    #[test]
    fn any_part_around_a_formula_is_accepted_or_refused_without_harm(
        part in part(), pass in "[ -~]{0,20}", stored in bytes()
    ) {
        if let Ok(format) = part.write("").parse::<Format>() {
            // It was accepted, so it compares a digest: nothing arbitrary fits.
            let outcome = Policy::new([format])
                .verify(&Attempt::new(&pass).salt(b"s").username(b"u").secret(b"k"), &stored);
            prop_assert!(!outcome.is_ok_and(|outcome| outcome.is_match()));
        }
    }

    #[test]
    fn the_plainest_spelling_means_the_same(tree in formula(), space in " {0,2}\\t?") {
        let parsed = tree.write(&space).parse::<Format>();
        // Some are too long, too deep, or take a part that is always empty.
        prop_assume!(parsed.is_ok());
        let format = parsed?;
        let again: Format = format.to_string().parse()?;
        prop_assert_eq!(&format, &again);
        prop_assert_eq!(format.to_string(), again.to_string());
    }

    #[test]
    fn a_second_evaluator_computes_the_same(
        tree in formula(), pass in ".{0,20}", salt in bytes(), username in bytes(), secret in bytes()
    ) {
        let parsed = tree.write("").parse::<Format>();
        prop_assume!(parsed.is_ok());
        let pass_bytes = pass.clone().into_bytes();
        let values = Values { pass: pass_bytes, salt, username, secret };
        let stored = tree.compute(&values);
        let policy = Policy::new([parsed?]);
        let attempt = Attempt {
            password: &pass,
            salt: Some(&values.salt),
            username: Some(&values.username),
            secret: Some(&values.secret),
            rounds: None,
            of: 1,
        };
        prop_assert!(policy.verify(&attempt, &stored)?.is_match());

        let mut other = stored.clone();
        let last = other.last_mut().expect("a digest has bytes");
        *last = if *last == b'0' { b'1' } else { b'0' };
        prop_assert!(!policy.verify(&attempt, &other)?.is_match());

        let longer = format!("{pass}x");
        let wrong = Attempt { password: &longer, ..attempt };
        prop_assert!(!policy.verify(&wrong, &stored)?.is_match());
    }

    #[test]
    fn any_template_is_read_or_refused_with_a_place_in_it(template in "[$a-z\\[\\]0-9:]{0,20}") {
        parse_or_point(&format!("md5($pass.$salt) in \"{template}\""))?;
        parse_or_point(&format!("bcrypt in \"{template}$hash\""))?;
    }

    #[test]
    fn what_a_template_writes_it_takes_apart_again(
        parts in Just(vec!["$hash", "$salt", "$username", "$rounds"]).prop_shuffle(),
        count in 1..5_usize,
        texts in prop::collection::vec("[:;!|]{1,3}\\$?", 5),
        salt in "[a-zA-Z0-9 ]{0,12}",
        pass in "[ -~]{0,12}",
        rounds in 1..20_u32,
    ) {
        let parts = &parts[..count];
        prop_assume!(parts.contains(&"$hash"));
        let mut digest_ = pass.clone().into_bytes();
        for _ in 0..rounds {
            digest_ = hex(&digest("md5", &[digest_.as_slice(), salt.as_bytes()].concat()));
        }
        let digest_ = String::from_utf8(digest_).expect("hex digits");
        let (mut template, mut stored) = (String::new(), String::new());
        for (part, text) in parts.iter().zip(&texts) {
            template += &format!("{part}{}", text.replace('$', "$$"));
            stored += match *part {
                "$hash" => digest_.clone(),
                "$salt" => salt.clone(),
                "$username" => "Ann".to_owned(),
                _ => rounds.to_string(),
            }.as_str();
            stored += text;
        }
        let format: Format =
            format!("repeat($rounds,$pass,md5($value.$salt)) in \"{template}\"").parse()?;
        prop_assert_eq!(format.to_string().parse::<Format>()?, format.clone());
        prop_assert_eq!(format.needs().contains(&"$salt"), !parts.contains(&"$salt"));
        let policy = Policy::new([format]);
        let attempt = |pass| {
            Attempt::new(pass).salt(salt.as_bytes()).rounds(rounds).username(b"Ann")
        };
        prop_assert!(policy.verify(&attempt(&pass), stored.as_bytes())?.is_match());
        let wrong = format!("{pass}x");
        prop_assert!(!policy.verify(&attempt(&wrong), stored.as_bytes())?.is_match());
        policy.verify_decoy(&Attempt::new(&pass), &policy.recognise(stored.as_bytes())?);
    }

    #[test]
    fn no_stored_value_upsets_a_template(stored in prop::collection::vec(
        prop::sample::select(b"a:2:{s:4:\"hash\";i0b1}[$,;x".to_vec()), 0..80)
    ) {
        for template in ["php(hash,salt)", "json(hash)", "\"$salt:$username$$$rounds,$hash\""] {
            let format: Format = format!("md5($pass.$salt) in {template}").parse()?;
            let attempt = Attempt::new("x").salt(b"s").username(b"u");
            let outcome = Policy::new([format]).verify(&attempt, &stored);
            prop_assert!(!outcome.is_ok_and(|outcome| outcome.is_match()));
        }
    }

    #[test]
    fn no_input_upsets_a_step(text in ".{0,40}", html in "[<>&;#!?'\"/a-z\\\\ %0-9\\-]{0,40}") {
        for step in [
            "strip-tags", "decode-entities", "decode-html", "entities", "entities-aef", "sugar",
            "ipb", "strip-entities", "strip-percent", "phpbb-clean", "phpbb-clean-30", "nfkc",
            "mediawiki-name", "remove-accents", "remove-accents-de", "collapse", "ucfirst", "upper",
            "oversize=7", "strip=a%20é", "lstrip=a", "crlf", "collapse-ascii", "un-nbsp",
        ] {
            let input: Input = step.parse()?;
            for text in [&text, &html] {
                let once = input.apply(text);
                let text = String::from_utf8(once.to_vec());
                if step == "oversize=7" {
                    prop_assert!(once.len() <= 7);
                    continue;
                }
                // Folded names are found again by what they were folded to.
                if let ("mediawiki-name" | "collapse" | "remove-accents", Ok(text)) = (step, &text) {
                    prop_assert_eq!(&input.apply(text), &once, "{}", step);
                }
                prop_assert!(text.is_ok(), "{} leaves text", step);
            }
        }
    }

    #[test]
    fn results_with_parts_of_any_length_are_recognised(
        before in bytes(), salt in bytes(), pass in "[a-z]{1,9}"
    ) {
        let format: Format = "$username.':'.sha1($salt.$pass).$salt".parse()?;
        let mut stored = [before.as_slice(), b":"].concat();
        stored.extend(hex(&digest("sha1", &[salt.as_slice(), pass.as_bytes()].concat())));
        stored.extend(&salt);
        let policy = Policy::new([format]);
        let attempt = Attempt::new(&pass).username(&before).salt(&salt);
        prop_assert!(policy.verify(&attempt, &stored)?.is_match());

        let shape = policy.recognise(&stored)?;
        policy.verify_decoy(&Attempt::new(&pass), &shape);
        prop_assert_eq!(policy.recognise(&stored)?, shape);
    }
}

fn parse_or_point(text: &str) -> Result<(), TestCaseError> {
    match text.parse::<Format>() {
        Ok(format) => {
            let again = format.to_string().parse::<Format>();
            prop_assert_eq!(again.ok(), Some(format));
        }
        Err(error) => {
            prop_assert!((1..=text.chars().count() + 1).contains(&error.column()));
            prop_assert!(!error.message().is_empty() && !error.message().contains('\n'));
            prop_assert_eq!(error.to_string().lines().count(), 3);
        }
    }
    Ok(())
}
