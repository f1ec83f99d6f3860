//! Moments as directories write them.

use im_core::Timestamp;
use time::format_description::well_known::Rfc3339;
use time::{Date, Month, PrimitiveDateTime, Time, UtcOffset};

/// From 1601 to 1970, in seconds: Windows counts from the first.
const WINDOWS_EPOCH: i64 = 11_644_473_600;

/// A generalized time (RFC 4517, 3.3.13): `20241231235959Z`, `2024123123.5+0100`; or RFC 3339, as some servers write.
pub(crate) fn generalized(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if text.as_bytes().get(4) == Some(&b'-') {
        return Timestamp::parse(text, &Rfc3339)
            .ok()
            .map(|moment| moment.to_offset(UtcOffset::UTC));
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at(digits);
    if !matches!(digits, 10 | 12 | 14) {
        return None;
    }
    let pair = |at: usize| -> Option<u8> {
        match number.get(at..at + 2) {
            Some(pair) => pair.parse().ok(),
            None => Some(0),
        }
    };
    let month = Month::try_from(pair(4)?).ok()?;
    let date = Date::from_calendar_date(number.get(..4)?.parse().ok()?, month, pair(6)?).ok()?;
    // A leap second is told as the one before it.
    let time = Time::from_hms(pair(8)?, pair(10)?, pair(12)?.min(59)).ok()?;
    // A fraction is of no interest here.
    let zone = rest.trim_start_matches(|c: char| c == '.' || c == ',' || c.is_ascii_digit());
    let offset = offset(zone)?;
    let moment = PrimitiveDateTime::new(date, time).assume_offset(offset);
    Some(moment.to_offset(UtcOffset::UTC))
}

fn offset(zone: &str) -> Option<UtcOffset> {
    if zone == "Z" {
        return Some(UtcOffset::UTC);
    }
    let sign = match zone.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let hours: i8 = zone.get(1..3)?.parse().ok()?;
    let minutes: i8 = match zone.get(3..5) {
        Some(minutes) => minutes.parse().ok()?,
        None => 0,
    };
    UtcOffset::from_hms(sign * hours, sign * minutes, 0).ok()
}

/// A number of 100 ns since 1601, as Active Directory writes it. Zero and the greatest number mean "never": `None`.
pub(crate) fn filetime(text: &str) -> Option<Timestamp> {
    let ticks: i64 = text.trim().parse().ok()?;
    if ticks <= 0 || ticks == i64::MAX {
        return None;
    }
    Timestamp::from_unix_timestamp(ticks / 10_000_000 - WINDOWS_EPOCH).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn generalized_times_are_read() {
        for (text, moment) in [
            ("20240229123456Z", datetime!(2024-02-29 12:34:56 UTC)),
            ("20240229123456.0Z", datetime!(2024-02-29 12:34:56 UTC)),
            ("20240229123456.123456Z", datetime!(2024-02-29 12:34:56 UTC)),
            ("202402291234Z", datetime!(2024-02-29 12:34 UTC)),
            ("2024022912Z", datetime!(2024-02-29 12:00 UTC)),
            ("20240229123456+0130", datetime!(2024-02-29 11:04:56 UTC)),
            ("20240229123456-05", datetime!(2024-02-29 17:34:56 UTC)),
            ("20161231235960Z", datetime!(2016-12-31 23:59:59 UTC)),
            (
                "2024-02-29T12:34:56.5+00:00",
                datetime!(2024-02-29 12:34:56.5 UTC),
            ),
        ] {
            assert_eq!(generalized(text), Some(moment), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "Z",
            "2024",
            "20240230000000Z",
            "20240229123456",
            "000001010000Z ",
            "xé",
        ] {
            let none = generalized(text);
            // The year 0 is how OpenLDAP says "for ever"; it is looked at before the moment.
            assert!(
                none.is_none() || text.starts_with("0000"),
                "{text:?}: {none:?}"
            );
        }
    }

    #[test]
    fn windows_times_are_read() {
        assert_eq!(
            filetime("133536384000000000"),
            Some(datetime!(2024-02-29 00:00 UTC))
        );
        for never in ["0", "9223372036854775807", "-1", "", "x"] {
            assert_eq!(filetime(never), None, "{never}");
        }
    }
}
