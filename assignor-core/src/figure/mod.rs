//! The figure of a run: a line per partition, colour and letter for who reads it, hatched while nobody does.
//!
//! Here is what needs no screen: the time axis, which the page draws with too, the letters of the
//! owners, and the figure as a file ([`svg`]).

pub mod axis;
mod paint;
mod palette;
mod svg;

pub use palette::Theme;
pub use svg::{Options, Parts, svg};

use crate::sim::Trace;
use crate::sim::trace::{EventKind, GroupSpan};

/// The letter of a member by its place in the scenario, A to X; from the 25th on its number.
pub fn letter(member: usize) -> String {
    match u8::try_from(member) {
        Ok(n @ 0..24) => char::from(b'A' + n).to_string(),
        _ => (member + 1).to_string(),
    }
}

/// Stretches of a run in which nothing changes, which the axis tears out. `kept` are more times that
/// no tear hides, such as those of the user's actions.
pub fn quiet(trace: &Trace, kept: impl IntoIterator<Item = u64>) -> Vec<(u64, u64)> {
    // Reading records is what goes on in a quiet stretch.
    let mut changes: Vec<u64> = trace
        .events
        .iter()
        .filter(|event| !matches!(event.kind, EventKind::Read { .. }))
        .map(|event| event.at_ms)
        .collect();
    changes.extend(trace.group.iter().map(|span| span.from_ms));
    changes.extend(kept);
    let mut stops = Vec::new();
    for lane in &trace.lanes {
        for span in &lane.spans {
            changes.extend([span.from_ms, span.to_ms]);
            if span.is_stop() {
                stops.push((span.from_ms, span.to_ms));
            }
        }
        // Two readers at once is a fault as loud as a stop.
        stops.extend(lane.overlaps.iter().map(|work| (work.from_ms, work.to_ms)));
    }
    axis::quiet_stretches(0, trace.end_ms, &changes, &stops)
}

/// The group's states, stretches of one state and generation as one: a timer that is set anew is no new state.
pub fn group_states(trace: &Trace) -> Vec<GroupSpan> {
    let mut merged: Vec<GroupSpan> = Vec::new();
    for span in &trace.group {
        match merged.last_mut() {
            Some(last) if last.state == span.state && last.generation_id == span.generation_id => {
                last.to_ms = span.to_ms;
            }
            _ => merged.push(span.clone()),
        }
    }
    merged
}

/// A time with as many digits as the step of the ruler needs.
pub fn tick_text(t_ms: u64, step_ms: u64) -> String {
    let (seconds, ms) = (t_ms / 1_000, t_ms % 1_000);
    match step_ms {
        0..10 => format!("{seconds}.{ms:03} s"),
        10..100 => format!("{seconds}.{:02} s", ms / 10),
        100..1_000 => format!("{seconds}.{} s", ms / 100),
        1_000..60_000 => format!("{seconds} s"),
        _ => format!("{} min", seconds / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::letter;

    #[test]
    fn letters_go_on_and_then_numbers() {
        assert_eq!(letter(0), "A");
        assert_eq!(letter(23), "X");
        assert_eq!(letter(24), "25");
        assert_eq!(letter(700), "701");
    }
}
