//! Reading a contact list.

use super::rules::Line;
use crate::account::{Account, account_columns};
use crate::clock::{Millis, from_millis};
use crate::error::Error;
use crate::messenger::Inner;
use crate::presence::{Availability, presence_columns};
use crate::store::{Connection, Row, args};
use crate::view::{Contact, ContactState, Presence};

macro_rules! lines {
    () => {
        concat!(
            "SELECT c.state AS c_state, c.own_name AS c_own_name, c.own_group AS c_own_group, c.vip AS c_vip, \
             c.hidden AS c_hidden, c.greeting AS c_greeting, c.since AS c_since, back.hidden AS back_hidden, ",
            account_columns!(),
            ", ",
            presence_columns!("c.peer_id"),
            " FROM im_contact c JOIN im_account a ON a.id = c.peer_id \
             LEFT JOIN im_presence p ON p.account_id = c.peer_id \
             LEFT JOIN im_contact back ON back.owner_id = c.peer_id AND back.peer_id = c.owner_id \
             WHERE c.owner_id = ? AND c.state IN ('accepted', 'asked', 'incoming') "
        )
    };
}

/// A whole list, oldest first.
pub(super) async fn all(
    inner: &Inner,
    connection: &mut Connection,
    owner: i64,
    shared_now: Millis,
) -> Result<Vec<Contact>, Error> {
    let rows = connection
        .rows(
            concat!(lines!(), "ORDER BY c.since, c.peer_id"),
            args![owner],
        )
        .await?;
    let mut contacts = Vec::with_capacity(rows.len());
    for row in &rows {
        contacts.extend(contact(inner, row, shared_now)?);
    }
    Ok(contacts)
}

/// One line of a list.
pub(super) async fn one(
    inner: &Inner,
    connection: &mut Connection,
    owner: i64,
    peer: i64,
    shared_now: Millis,
) -> Result<Option<Contact>, Error> {
    let row = connection
        .row(concat!(lines!(), "AND c.peer_id = ?"), args![owner, peer])
        .await?;
    match row {
        Some(row) => contact(inner, &row, shared_now),
        None => Ok(None),
    }
}

fn contact(inner: &Inner, row: &Row, shared_now: Millis) -> Result<Option<Contact>, Error> {
    let Some(state) = Line::from_stored(&row.text("c_state")?).state() else {
        return Ok(None);
    };
    let presence = if state == ContactState::Accepted {
        let hidden = row.opt_int("back_hidden")? == Some(1);
        Availability::from_row(row, shared_now)?.seen(hidden)
    } else {
        Presence::offline()
    };
    Ok(Some(Contact {
        user: inner.user(&Account::from_row(row)?),
        state,
        name: row.opt_text("c_own_name")?,
        group: row.opt_text("c_own_group")?,
        vip: row.flag("c_vip")?,
        hidden: row.flag("c_hidden")?,
        greeting: row.opt_text("c_greeting")?,
        presence,
        since: from_millis(row.int("c_since")?),
    }))
}
