//! Looking accounts up without a password, to re-check their standing.

use im_core::{Found, Identity, Lookup, Standing, Verdict};

use crate::exam::{CaseResult, Exam, ensure, shown, who};
use crate::{Failure, Need, TestAccount};

super::questions! {
    Reads by_id_who_signs_in [Find];
    Reads by_every_spelling [Find];
    Reads the_standing_of_every_account [Find];
    Reads nobody [Find];
    Reads ids_are_compared_byte_for_byte [Find];
    Reads in_the_order_asked [Find];
    Reads a_thousand_at_once [Find];
    Breaks nobody_after_deletion [Delete];
    Reads unread_messages [Unread];
    Reads probe_counts_accounts_and_formats [Probe];
}

/// A look-up by id finds the very user who signs in.
async fn by_id_who_signs_in(exam: &Exam<'_>) -> CaseResult {
    for account in exam.fixture.accepted() {
        let login = exam.login(account, &account.name, &account.password);
        let answer = exam.sign_in(&login).await?;
        let Ok(Verdict::Accepted(user)) = &answer else {
            return Err(Failure::new(format!(
                "{} with the right password: expected accepted, came {}",
                who(account),
                shown(&answer)
            )));
        };
        let found = one(exam, account, Lookup::by_id(user.identity.id.clone())).await?;
        ensure!(
            found.as_ref().is_some_and(|found| found.user == **user),
            "{}: the look-up by id differs from the sign-in\nsign-in {user:?}\nlook-up {found:?}",
            who(account)
        );
    }
    Ok(())
}

/// A look-up by name takes the same spellings as a sign-in, and no others.
async fn by_every_spelling(exam: &Exam<'_>) -> CaseResult {
    for account in exam.fixture.accepted() {
        for name in std::iter::once(&account.name).chain(&account.spellings) {
            let found = one(exam, account, Lookup::by_name(name.as_str())).await?;
            let id = found.as_ref().map(|found| found.user.identity.id.as_str());
            ensure!(
                id == Some(&account.id),
                "{} looked up as {name:?}: found {id:?}",
                who(account)
            );
        }
        for name in &account.not_spellings {
            let found = one(exam, account, Lookup::by_name(name.as_str())).await?;
            ensure!(
                found.is_none(),
                "{name:?}, which is nobody's name, was found: {found:?}"
            );
        }
    }
    Ok(())
}

/// How every account stands, refused ones too.
async fn the_standing_of_every_account(exam: &Exam<'_>) -> CaseResult {
    for account in &exam.fixture.accounts {
        let found = one(exam, account, Lookup::by_id(account.id.as_str())).await?;
        let standing: Option<Standing> = found.map(|found| found.standing);
        ensure!(
            standing == account.standing,
            "{} looked up: expected {:?}, came {standing:?}",
            who(account),
            account.standing
        );
    }
    Ok(())
}

/// Names and ids that nobody has find nobody, and err nowhere.
async fn nobody(exam: &Exam<'_>) -> CaseResult {
    let mut names = vec![
        "nobody-of-this-name",
        "",
        " ",
        "%",
        "'",
        "' OR '1'='1",
        "a\0b",
        "😀",
    ];
    names.extend(exam.fixture.unknown.iter().map(String::as_str));
    let ids = [
        "",
        "0",
        "-1",
        "nobody",
        "999999999",
        "99999999999999999999999999",
        "1 OR 1=1",
        "' OR '1'='1",
        "%",
        "*",
        "1\0",
        "😀",
    ];
    let nobodys = |id: &&str| !exam.fixture.accounts.iter().any(|a| a.id == **id);
    let lookups = names
        .into_iter()
        .map(Lookup::by_name)
        .chain(ids.into_iter().filter(nobodys).map(Lookup::by_id))
        .map(|lookup| lookup.in_realm(exam.fixture.realm.clone()));
    for lookup in lookups {
        let found = exam.find(std::slice::from_ref(&lookup)).await?;
        ensure!(
            matches!(found.as_deref(), Ok([None])),
            "{:?}, which nobody has, was looked up: expected nobody, came {found:?}",
            lookup.key
        );
    }
    Ok(())
}

/// An id is text: what a database would take for the same number is another id.
async fn ids_are_compared_byte_for_byte(exam: &Exam<'_>) -> CaseResult {
    let account = exam.fixture.first();
    let id = &account.id;
    for other in [
        format!("{id}abc"),
        format!("{id} "),
        format!(" {id}"),
        format!("0{id}"),
        format!("+{id}"),
        format!("{id}.0"),
        format!("{id}e0"),
        format!("{id}\0"),
        format!("{id}' -- "),
    ] {
        let found = one(exam, account, Lookup::by_id(other.as_str())).await?;
        ensure!(
            found.is_none(),
            "the id {other:?} found the account whose id is {id:?}"
        );
    }
    Ok(())
}

/// One answer for each look-up, in their order, also for the same account twice; none for none.
async fn in_the_order_asked(exam: &Exam<'_>) -> CaseResult {
    let mut lookups = Vec::new();
    let mut expected = Vec::new();
    for account in exam.fixture.accepted().chain(exam.fixture.accepted()) {
        lookups.push(exam.lookup(account, Lookup::by_id(account.id.as_str())));
        expected.push(Some(account.id.as_str()));
        lookups.push(exam.lookup(account, Lookup::by_name("nobody-of-this-name")));
        expected.push(None);
        lookups.push(exam.lookup(account, Lookup::by_name(account.name.as_str())));
        expected.push(Some(account.id.as_str()));
    }
    lookups.reverse();
    expected.reverse();
    let found = exam.find(&lookups).await?;
    let ids = found.as_ref().map(|found| ids(found));
    ensure!(
        ids.as_ref().is_ok_and(|ids| *ids == expected),
        "look-ups were answered out of order\nexpected {expected:?}\n    came {ids:?}"
    );
    let none = exam.find(&[]).await?;
    ensure!(
        matches!(none.as_deref(), Ok([])),
        "no look-up: expected no answer, came {none:?}"
    );
    Ok(())
}

/// A round over a big site: a thousand look-ups in one question, within the time of any other.
async fn a_thousand_at_once(exam: &Exam<'_>) -> CaseResult {
    let account = exam.fixture.first();
    let mut lookups: Vec<Lookup> = (0..1_000)
        .map(|i| exam.lookup(account, Lookup::by_id(format!("{}", 700_000_000 + i))))
        .collect();
    lookups[617] = exam.lookup(account, Lookup::by_id(account.id.as_str()));
    let found = exam.find(&lookups).await?;
    let there = found.as_ref().map(|found| {
        let ids = ids(found).into_iter().enumerate();
        ids.filter_map(|(place, id)| id.map(|id| (place, id)))
            .collect::<Vec<_>>()
    });
    ensure!(
        there
            .as_ref()
            .is_ok_and(|there| *there == [(617, account.id.as_str())]),
        "a thousand look-ups, of which the 618th is of {}: came {there:?}",
        who(account)
    );
    let count = found.map_or(0, |found| found.len());
    ensure!(count == 1_000, "a thousand look-ups had {count} answers");
    Ok(())
}

/// A deleted account is nobody at once, at sign-in and in look-ups; the others stay.
async fn nobody_after_deletion(exam: &Exam<'_>) -> CaseResult {
    let account = exam.fixture.first();
    let login = exam.login(account, &account.name, &account.password);
    exam.sign_in(&login).await?.ok();
    exam.subject.delete_account(&account.id).await;
    exam.expect_rejected(&login, im_core::Rejection::UnknownUser, "after deletion")
        .await?;
    let looks_up = !exam.lacks(Need::Find);
    if looks_up {
        for lookup in [
            Lookup::by_id(account.id.as_str()),
            Lookup::by_name(account.name.as_str()),
        ] {
            let found = one(exam, account, lookup).await?;
            ensure!(
                found.is_none(),
                "{} was deleted and is still found: {found:?}",
                who(account)
            );
        }
    }
    for other in exam.fixture.accepted().skip(1) {
        let with = "after another account was deleted";
        exam.expect_accepted(other, &other.name, &other.password, with)
            .await?;
        if looks_up {
            let found = one(exam, other, Lookup::by_id(other.id.as_str())).await?;
            ensure!(
                found.is_some(),
                "{} is not found after another account was deleted",
                who(other)
            );
        }
    }
    Ok(())
}

/// Unread private messages are counted as the fixture has them; nobody has none to count.
async fn unread_messages(exam: &Exam<'_>) -> CaseResult {
    let mut some = false;
    for account in &exam.fixture.accounts {
        let Some(expected) = account.unread else {
            continue;
        };
        some = true;
        let unread = exam.unread(&exam.fixture.identity(account)).await?;
        ensure!(
            matches!(unread, Ok(Some(unread)) if unread == expected),
            "{}: expected {expected} unread private messages, came {unread:?}",
            who(account)
        );
    }
    ensure!(
        some,
        "the fixture says of no account how many messages wait: use TestAccount::unread, or declare Need::Unread absent"
    );
    for id in ["999999999", "nobody", ""] {
        let identity = Identity::new(exam.fixture.realm.clone(), id);
        let unread = exam.unread(&identity).await?;
        ensure!(
            matches!(unread, Ok(None)),
            "the id {id:?}, which nobody has: expected no count, came {unread:?}"
        );
    }
    Ok(())
}

/// A probe counts at least the accounts that may come in, and the formats of their passwords.
async fn probe_counts_accounts_and_formats(exam: &Exam<'_>) -> CaseResult {
    let probe = match exam.probe().await? {
        Ok(probe) => probe,
        Err(error) => {
            return Err(Failure::new(format!(
                "probe: expected an answer, came error {error}"
            )));
        }
    };
    let least = exam.fixture.accepted().count() as u64;
    ensure!(
        probe.accounts.is_some_and(|accounts| accounts >= least),
        "probe: expected at least {least} accounts, came {:?}",
        probe.accounts
    );
    ensure!(
        probe.formats.is_sorted_by(|a, b| a.accounts >= b.accounts),
        "probe: formats are to be told commonest first, came {:?}",
        probe.formats
    );
    let known: u64 = probe
        .formats
        .iter()
        .filter(|f| f.supported)
        .map(|f| f.accounts)
        .sum();
    ensure!(
        probe.formats.is_empty() || known >= least,
        "probe: {least} accounts sign in, but only {known} have a format said to be supported: {:?}",
        probe.formats
    );
    Ok(())
}

async fn one(
    exam: &Exam<'_>,
    account: &TestAccount,
    lookup: Lookup,
) -> Result<Option<Found>, Failure> {
    let key = format!("{:?}", lookup.key);
    match exam.find(&[exam.lookup(account, lookup)]).await? {
        Ok(mut found) if found.len() == 1 => Ok(found.remove(0)),
        Ok(found) => Err(Failure::new(format!(
            "one look-up ({key}) had {} answers",
            found.len()
        ))),
        Err(error) => Err(Failure::new(format!(
            "look-up of {key}: expected an answer, came error {error}"
        ))),
    }
}

fn ids(found: &[Option<Found>]) -> Vec<Option<&str>> {
    found
        .iter()
        .map(|found| found.as_ref().map(|found| found.user.identity.id.as_str()))
        .collect()
}
