//! TIMESTAMP, TIMESTAMPTZ and DATE as the wire has them: microseconds, or days, since 2000.

use im_core::Timestamp;
use time::Duration;
use time::macros::datetime;

use crate::row::Cell;

const EPOCH: Timestamp = datetime!(2000-01-01 0:00 UTC);
/// What stands for `infinity` and the years that `time` has not, which PostgreSQL counts up to 294276.
const LATEST: Timestamp = datetime!(9999-12-31 23:59:59.999999 UTC);

/// A TIMESTAMP or TIMESTAMPTZ. `-infinity` is NULL: it says that something never was.
pub(super) fn of_microseconds(bytes: &[u8]) -> Cell {
    match bytes.try_into().map(i64::from_be_bytes) {
        Ok(i64::MIN) => Cell::Null,
        Ok(i64::MAX) => Cell::Moment(LATEST),
        Ok(microseconds) => after_epoch(Duration::microseconds(microseconds)),
        Err(_) => Cell::Unreadable,
    }
}

/// A DATE, as its midnight.
pub(super) fn of_days(bytes: &[u8]) -> Cell {
    match bytes.try_into().map(i32::from_be_bytes) {
        Ok(i32::MIN) => Cell::Null,
        Ok(i32::MAX) => Cell::Moment(LATEST),
        Ok(days) => after_epoch(Duration::days(days.into())),
        Err(_) => Cell::Unreadable,
    }
}

fn after_epoch(length: Duration) -> Cell {
    match EPOCH.checked_add(length) {
        Some(moment) => Cell::Moment(moment),
        None if length.is_negative() => Cell::Null,
        None => Cell::Moment(LATEST),
    }
}
