//! Where the lanes scroll by themselves: to a line that has stopped at the playhead, and when they are first shown to
//! the first stop of the run. A reader who scrolls on is left alone until another line is the first to stop.

use super::Run;
use super::members;
use super::rows::{Lines, RowSize};
use crate::platform::layout::scroll_down_to;
use crate::shared::Shared;
use assignor_core::sim::trace::{Lane, LaneSpan};
use yew::prelude::*;

/// What is in sight of the lines.
#[derive(Clone, Copy)]
pub(super) struct Sight {
    /// Size of a line.
    pub size: RowSize,
    /// How far they are scrolled, in px.
    pub top: f64,
    /// Height of the place that they scroll in, in px.
    pub height: f64,
    /// Whether that has been measured.
    pub is_measured: bool,
}

/// Scrolls to what stops.
#[hook]
pub(super) fn use_follow(
    scroller: &NodeRef,
    run: &Shared<Run>,
    lines: &Lines,
    t_ms: u64,
    sight: Sight,
) {
    let count = lines.count(run);
    let is_cut_off = sight.is_measured && sight.size.total(count) > sight.height;
    let stopped = if is_cut_off {
        stopped_at(run, lines, t_ms)
    } else {
        Vec::new()
    };
    let first = stopped.first().copied();
    let whose = (matches!(lines, Lines::Partitions), count, is_cut_off);
    let before = use_mut_ref(|| None);
    let (scroller, run, lines) = (scroller.clone(), run.clone(), lines.clone());
    use_effect_with((whose, first), move |(whose, first)| {
        let is_new = before.replace(Some(*whose)) != Some(*whose);
        let out_of_sight = |row| {
            let Sight {
                size, top, height, ..
            } = sight;
            size.scrolled_to(row, count, top, height)
        };
        let row = match first {
            // One of those that have stopped is enough.
            Some(_) if stopped.iter().any(|&row| out_of_sight(row).is_none()) => None,
            Some(row) => Some(*row),
            None if is_new && whose.2 => first_to_stop(&run, &lines),
            None => None,
        };
        if let Some(top) = row.and_then(out_of_sight) {
            scroll_down_to(&scroller, top);
        }
    });
}

/// The lines that have stopped at a time, ascending.
fn stopped_at(run: &Run, lines: &Lines, t_ms: u64) -> Vec<usize> {
    let has_stopped = |lane: &Lane| {
        let span = lane.span_at(t_ms).and_then(|ix| lane.spans.get(ix));
        span.is_some_and(LaneSpan::is_stop)
    };
    match lines {
        Lines::Partitions => places(run.trace.lanes.iter().map(has_stopped)),
        Lines::Members(shares) => places(shares.iter().map(|line| {
            let share = members::at(line, t_ms);
            share.is_some_and(|share| share.stopped > 0)
        })),
    }
}

fn places(are: impl Iterator<Item = bool>) -> Vec<usize> {
    are.enumerate()
        .filter_map(|(place, is)| is.then_some(place))
        .collect()
}

/// The line that stops first in a run, the upper one of several.
fn first_to_stop(run: &Run, lines: &Lines) -> Option<usize> {
    let begins: Vec<Option<u64>> = match lines {
        Lines::Partitions => {
            let lanes = run.trace.lanes.iter();
            let stops = lanes.map(|lane| lane.spans.iter().find(|span| span.is_stop()));
            stops.map(|span| Some(span?.from_ms)).collect()
        }
        Lines::Members(shares) => {
            let lines = shares.iter();
            let stops = lines.map(|line| line.iter().find(|share| share.stopped > 0));
            stops.map(|share| Some(share?.from_ms)).collect()
        }
    };
    let stops = begins.iter().enumerate();
    let stops = stops.filter_map(|(row, begin)| Some((begin.as_ref()?, row)));
    stops.min().map(|(_, row)| row)
}

#[cfg(test)]
mod tests {
    use super::super::members;
    use super::super::rows::Lines;
    use super::{Run, first_to_stop, stopped_at};
    use crate::shared::Shared;
    use assignor_core::sim::Scenario;

    #[test]
    fn lines_that_stop_are_found_in_both_readings() {
        let scenario = Scenario::from_json(
            r#"{"version": 1, "broker": {"group.initial.rebalance.delay.ms": "0"},
                "topics": [{"name": "a", "partitions": 40}],
                "config": {"partition.assignment.strategy": "RangeAssignor", "session.timeout.ms": "6000"},
                "members": [{"name": "c1"}, {"name": "c2"}],
                "actions": [{"at_ms": 0, "do": "start", "member": "c1"}, {"at_ms": 10, "do": "start", "member": "c2"},
                    {"at_ms": 9000, "do": "kill", "member": "c2"}], "until_ms": 20000}"#,
        )
        .expect("a scenario");
        let run = Run::of(&scenario).expect("a run");
        let by_member = Lines::Members(Shared::new(members::shares(&run)));
        // c2 had the second half.
        assert_eq!(
            stopped_at(&run, &Lines::Partitions, 9_500),
            (20..40).collect::<Vec<_>>()
        );
        assert_eq!(stopped_at(&run, &by_member, 9_500), [1]);
        assert!(stopped_at(&run, &Lines::Partitions, 8_500).is_empty());
        let first = run
            .trace
            .lanes
            .iter()
            .flat_map(|lane| &lane.spans)
            .filter(|s| s.is_stop());
        let first_ms = first.map(|span| span.from_ms).min().expect("a stop");
        for lines in [Lines::Partitions, by_member] {
            let row = first_to_stop(&run, &lines).expect("a line");
            assert_eq!(stopped_at(&run, &lines, first_ms).first(), Some(&row));
        }
    }
}
