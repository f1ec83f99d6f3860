//! A visit to the foreign system in which everything happens once, for the cases that watch from outside.

use im_core::{Login, Lookup};

use crate::exam::{Exam, printed};
use crate::{Failure, Need};

/// A wrong password that nothing else would print by accident.
pub(super) const TYPED_WRONG: &str = "wrong-7c1e5f0a9d";

/// Asks everything there is to ask while the system is well; gives what could be printed of the answers.
pub(super) async fn ask_everything(exam: &Exam<'_>) -> Vec<String> {
    let mut texts = exam.opened.shown.clone();
    let authenticator = exam.authenticator();
    texts.push(format!("{:?}", authenticator.info()));
    for account in &exam.fixture.accounts {
        let mut names = vec![account.name.as_str()];
        names.extend(account.spellings.iter().map(String::as_str));
        for name in names {
            for password in [account.password.as_str(), TYPED_WRONG, ""] {
                let login = exam.login(account, name, password);
                texts.push(format!("{login:?}"));
                texts.push(printed(&authenticator.authenticate(&login).await));
            }
        }
        let lookups = [
            exam.lookup(account, Lookup::by_id(account.id.as_str())),
            exam.lookup(account, Lookup::by_name(account.name.as_str())),
        ];
        texts.push(format!("{lookups:?}"));
        texts.push(printed(&authenticator.find(&lookups).await));
        let identity = exam.fixture.identity(account);
        texts.push(printed(
            &authenticator.unread_private_messages(&identity).await,
        ));
    }
    for name in ["nobody-of-this-name", "😀", "' OR '1'='1", "a\0b"] {
        for password in [TYPED_WRONG, &exam.fixture.first().password] {
            let login = Login::new(name, password);
            texts.push(printed(&authenticator.authenticate(&login).await));
        }
    }
    texts.push(printed(&authenticator.probe().await));
    texts
}

/// Asks while everything that can go wrong does, as far as the subject can make it; the subject is to be reset.
pub(super) async fn ask_amid_trouble(exam: &Exam<'_>) -> Vec<String> {
    let mut texts = Vec::new();
    let account = exam.fixture.first();
    let subject = exam.subject;
    let right = exam.login(account, &account.name, &account.password);
    let wrong = exam.login(account, &account.name, TYPED_WRONG);
    let lookup = [exam.lookup(account, Lookup::by_id(account.id.as_str()))];
    // All at the same time, since some will wait for their time limit.
    let ask = async |texts: &mut Vec<String>| {
        let (right, wrong, found, probe) = tokio::join!(
            exam.sign_in(&right),
            exam.sign_in(&wrong),
            exam.find(&lookup),
            exam.probe(),
        );
        texts.extend([
            text(&right, printed),
            text(&wrong, printed),
            text(&found, printed),
            text(&probe, printed),
        ]);
    };
    if !exam.lacks(Need::Outage) {
        subject.go_down().await;
        ask(&mut texts).await;
        subject.come_back().await;
    }
    if !exam.lacks(Need::Silence) {
        subject.go_silent(40).await;
        ask(&mut texts).await;
        subject.come_back().await;
    }
    if !exam.lacks(Need::StorePassword) {
        for stored in ["$zz9$unheard$Of9aZb8yXc7w", ""] {
            subject.store_password(&account.id, stored).await;
            ask(&mut texts).await;
        }
    }
    if !exam.lacks(Need::MissingTable) {
        subject.take_table_away().await;
        ask(&mut texts).await;
    }
    texts
}

fn text<T>(answer: &Result<T, Failure>, printed: impl Fn(&T) -> String) -> String {
    match answer {
        Ok(answer) => printed(answer),
        Err(hung) => hung.to_string(),
    }
}
