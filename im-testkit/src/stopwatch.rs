//! What a stopwatch tells from outside.

use std::time::{Duration, Instant};

use im_core::{ExternalAuthenticator, Login, Rejection, Verdict};

/// How many tries of each kind one measurement takes.
const TRIES: usize = 2_000;
/// The first tries connect and prepare.
const WARM_UP: usize = 50;
/// A busy machine may disturb one measurement, or two; a difference that is there shows in all.
const MEASUREMENTS: usize = 3;

/// Tries a wrong password for a member and for a stranger in turn, 2,000 times each, and says how often one takes
/// longer than the other: Mann and Whitney's U as an area under the curve, which must be as good as by chance, 0.5, give
/// or take `tolerance`. On a quiet machine 0.05 sees two microseconds, so a measurement is a test program of its own.
///
/// `pairs` are a member's name and a stranger's each, alike in length and beginning: comparing letters takes time, too.
///
/// # Errors
/// What was measured, when a stopwatch tells members from strangers; and an answer that is neither
/// [`WrongPassword`](Rejection::WrongPassword) for the member nor [`UnknownUser`](Rejection::UnknownUser) for the
/// stranger.
pub async fn same_time(
    subject: &dyn ExternalAuthenticator,
    pairs: &[(String, String)],
    tolerance: f64,
) -> Result<(), String> {
    let mut areas = Vec::new();
    while areas.len() < MEASUREMENTS {
        let area = measure(subject, pairs).await?;
        if (area - 0.5).abs() <= tolerance {
            return Ok(());
        }
        areas.push(area);
    }
    Err(format!(
        "a stopwatch tells members from strangers: area under the curve {areas:.3?}"
    ))
}

#[expect(
    clippy::print_stdout,
    reason = "a measurement is worth reading where it is good, too"
)]
async fn measure(
    subject: &dyn ExternalAuthenticator,
    pairs: &[(String, String)],
) -> Result<f64, String> {
    let mut unknown = Vec::with_capacity(TRIES);
    let mut wrong = Vec::with_capacity(TRIES);
    for (round, (member, stranger)) in pairs.iter().cycle().take(TRIES + WARM_UP).enumerate() {
        // Whoever is asked second finds the server's caches warm: take turns.
        let order = if round % 2 == 0 {
            [true, false]
        } else {
            [false, true]
        };
        for exists in order {
            let (name, expected) = if exists {
                (member, Rejection::WrongPassword)
            } else {
                (stranger, Rejection::UnknownUser)
            };
            let login = Login::new(name.as_str(), "wrong");
            let start = Instant::now();
            let answer = subject.authenticate(&login).await;
            let time = start.elapsed();
            match answer {
                Ok(Verdict::Rejected(came)) if came == expected => {}
                answer => return Err(format!("{name}: {answer:?}")),
            }
            if round >= WARM_UP {
                if exists { &mut wrong } else { &mut unknown }.push(time);
            }
        }
    }
    let area = area_under_curve(&unknown, &wrong);
    let (unknown, wrong) = (median(&unknown), median(&wrong));
    println!(
        "{}: area under the curve {area:.3}; medians: unknown {unknown:?}, wrong {wrong:?}",
        subject.info().system
    );
    Ok(area)
}

/// The middle one of some times.
#[must_use]
pub fn median(times: &[Duration]) -> Duration {
    let mut times = times.to_vec();
    times.sort_unstable();
    times[times.len() / 2]
}

/// The share of pairs in which the second took longer; a tie counts for half.
#[expect(
    clippy::cast_precision_loss,
    reason = "a few thousand fit any floating-point number"
)]
fn area_under_curve(first: &[Duration], second: &[Duration]) -> f64 {
    let mut first = first.to_vec();
    first.sort_unstable();
    let pairs: f64 = second
        .iter()
        .map(|time| {
            let shorter = first.partition_point(|other| other < time);
            let not_longer = first.partition_point(|other| other <= time);
            (shorter + not_longer) as f64 / 2.0
        })
        .sum();
    pairs / (first.len() * second.len()) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_area_is_a_half_by_chance_and_one_where_the_second_always_takes_longer() {
        let times =
            |range: std::ops::Range<u64>| -> Vec<_> { range.map(Duration::from_micros).collect() };
        assert!((area_under_curve(&times(0..100), &times(0..100)) - 0.5).abs() < 1e-9);
        assert!((area_under_curve(&times(0..100), &times(100..200)) - 1.0).abs() < 1e-9);
        assert!(area_under_curve(&times(100..200), &times(0..100)).abs() < 1e-9);
    }
}
