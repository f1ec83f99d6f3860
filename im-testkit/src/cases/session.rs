//! A visit to the foreign system in which everything happens once, for the cases that watch from outside.

use im_core::{Login, Lookup};

use crate::Need;
use crate::exam::{Exam, printed, printed_error};

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
    let sign_in = async |texts: &mut Vec<String>| {
        for password in [account.password.as_str(), TYPED_WRONG] {
            let login = exam.login(account, &account.name, password);
            match exam.sign_in(&login).await {
                Ok(answer) => texts.push(printed(&answer)),
                Err(hung) => texts.push(hung.to_string()),
            }
        }
        let lookup = exam.lookup(account, Lookup::by_id(account.id.as_str()));
        if let Ok(Err(error)) = exam.find(&[lookup]).await {
            texts.push(printed_error(&error));
        }
        if let Ok(Err(error)) = exam.probe().await {
            texts.push(printed_error(&error));
        }
    };
    if !exam.lacks(Need::Outage) {
        subject.go_down().await;
        sign_in(&mut texts).await;
        subject.come_back().await;
    }
    if !exam.lacks(Need::Silence) {
        subject.go_silent(40).await;
        sign_in(&mut texts).await;
        subject.come_back().await;
    }
    if !exam.lacks(Need::StorePassword) {
        for stored in ["$zz9$unheard$Of9aZb8yXc7w", ""] {
            subject.store_password(&account.id, stored).await;
            sign_in(&mut texts).await;
        }
    }
    if !exam.lacks(Need::MissingTable) {
        subject.take_table_away().await;
        sign_in(&mut texts).await;
    }
    texts
}
