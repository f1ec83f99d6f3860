//! What other tables say about accounts: bans, groups, moderators' rights.

use std::collections::HashMap;
use std::net::IpAddr;

use im_auth_sql::{ForeignDatabase, Row, Value};
use im_core::{AuthError, Rejection};

use crate::account::{Account, NOT_REMEMBERED};
use crate::ban::{self, BanPolicy};
use crate::installation::Known;
use crate::query::{FORMS, kind};

/// What other tables say about one account.
#[derive(Debug, Clone, Default)]
pub(crate) struct Around {
    banned: bool,
    /// Names of groups, as stored.
    pub(crate) groups: Vec<String>,
    /// Moderates something, by one of them.
    pub(crate) moderates: bool,
}

impl Around {
    /// Bans have no end.
    pub(crate) fn ban(&self) -> Option<Rejection> {
        self.banned.then_some(Rejection::Banned { until: None })
    }
}

/// An account, and where it signs in from or was last seen.
pub(crate) type Place<'a> = (&'a Account, Option<IpAddr>);

/// Asks for many accounts at once; the answers are in the same order.
///
/// # Errors
/// When the database cannot answer.
pub(crate) async fn around(
    database: &ForeignDatabase,
    known: &Known,
    policy: BanPolicy,
    places: &[Place<'_>],
) -> Result<Vec<Around>, AuthError> {
    let mut answers = Vec::with_capacity(places.len());
    let (_, room) = known.statements.queries.around(places.len());
    for chunk in places.chunks(room) {
        answers.extend(around_chunk(database, known, chunk).await?);
    }
    if policy == BanPolicy::Strict && !places.is_empty() {
        let rows = database
            .fetch_all(&known.statements.queries.patterns, &[])
            .await?;
        let patterns = rows
            .iter()
            .map(Pattern::read)
            .collect::<Result<Vec<_>, _>>()?;
        for (answer, place) in answers.iter_mut().zip(places) {
            answer.banned |= patterns.iter().any(|pattern| pattern.covers(*place));
        }
    }
    Ok(answers)
}

async fn around_chunk(
    database: &ForeignDatabase,
    known: &Known,
    places: &[Place<'_>],
) -> Result<Vec<Around>, AuthError> {
    let (statement, room) = known.statements.queries.around(places.len());
    let values = values(places, room);
    let values: Vec<_> = values
        .iter()
        .map(|(name, value)| (name.as_str(), value.clone()))
        .collect();
    let rows = database.fetch_all(statement, &values).await?;
    let mut by_id: HashMap<i64, Around> = HashMap::new();
    let mut somebody = false;
    for row in &rows {
        let id = row.int("id")?;
        match row.int("kind")? {
            kind::BANNED => by_id.entry(id).or_default().banned = true,
            kind::SOMEBODY_BANNED => somebody = true,
            kind::GROUP => {
                let name = known.board.text(row.text("name")?);
                by_id.entry(id).or_default().groups.push(name);
            }
            kind::MODERATOR => by_id.entry(id).or_default().moderates = true,
            _ => {}
        }
    }
    let mut answers = Vec::with_capacity(places.len());
    for place in places {
        let mut answer = by_id.get(&place.0.id).cloned().unwrap_or_default();
        answer.groups.sort();
        answer.groups.dedup();
        let asked_alone = places.len() == 1;
        if asked_alone {
            answer.banned |= somebody;
        } else if !answer.banned && (somebody || !asked_together(place.0)) {
            // Whose address it was, the database says when asked about each alone: it compares, not we.
            answer.banned = Box::pin(around_chunk(database, known, &[*place])).await?[0].banned;
        }
        answers.push(answer);
    }
    Ok(answers)
}

/// An address that a column's character set might lack is asked for alone: the database would refuse the comparison,
/// and with it that of every other such address.
fn asked_together(account: &Account) -> bool {
    account.stored_email().is_ascii()
}

fn values(places: &[Place<'_>], room: usize) -> Vec<(String, Value)> {
    let mut values = Vec::with_capacity(room * (3 + FORMS));
    for n in 0..room {
        let place = places.get(n);
        // Where there is room for more, an id that no row has: bans by address stand under the id 0.
        let id = place.map_or(NOT_REMEMBERED, |(account, _)| account.id);
        let forms = place.and_then(|(_, address)| ban::listed_forms((*address)?));
        let email = place
            .filter(|(account, _)| places.len() == 1 || asked_together(account))
            .and_then(|(account, _)| ban::patterns(account.stored_email()));
        values.push((format!("id{n}"), Value::Int(id)));
        for form in 0..FORMS {
            let listed = forms
                .as_ref()
                .map_or(Value::Null, |forms| forms[form].as_str().into());
            values.push((format!("address{}", n * FORMS + form), listed));
        }
        let [address, domain] =
            email.map_or([Value::Null, Value::Null], |both| both.map(Value::from));
        values.push((format!("email{n}"), address));
        values.push((format!("domain{n}"), domain));
    }
    values
}

/// A ban that only registrations heed, or that only the converter to phpBB 3 reads.
#[derive(Debug)]
struct Pattern {
    email: String,
    address: String,
}

impl Pattern {
    fn read(row: &Row) -> Result<Self, AuthError> {
        Ok(Self {
            email: row.opt_text("email")?.unwrap_or_default(),
            address: row.opt_text("address")?.unwrap_or_default(),
        })
    }

    fn covers(&self, (account, address): Place<'_>) -> bool {
        let by_email = self.email.contains('*') && ban::covers(&self.email, account.stored_email());
        let by_address = self.address.contains('.')
            && address.is_some_and(|address| {
                ban::covers(&self.address, &address.to_canonical().to_string())
            });
        by_email || by_address
    }
}
