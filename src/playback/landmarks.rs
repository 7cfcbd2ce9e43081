//! The times in a run that playback can go to.

use assignor_core::sim::Trace;
use assignor_core::sim::trace::EventKind;

/// The times in a run that playback can go to, and the quiet stretches that it hurries through.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Landmarks {
    /// Time of every event but reading, ascending; several events can share one.
    events: Vec<u64>,
    /// When rebalances begin, ascending.
    rebalances: Vec<u64>,
    /// Stretches in which nothing changes, ascending and disjoint.
    quiet: Vec<(u64, u64)>,
    /// End of the run.
    end_ms: u64,
}

impl Landmarks {
    /// The landmarks of a run; `quiet` are the stretches that the time axis tears out.
    pub fn of(trace: &Trace, quiet: Vec<(u64, u64)>) -> Self {
        let rebalance = |kind: &EventKind| matches!(kind, EventKind::Preparing { .. });
        Self::new(
            trace
                .events
                .iter()
                .filter(|event| !matches!(event.kind, EventKind::Read { .. }))
                .map(|event| event.at_ms)
                .collect(),
            trace
                .events
                .iter()
                .filter(|event| rebalance(&event.kind))
                .map(|event| event.at_ms)
                .collect(),
            quiet,
            trace.end_ms,
        )
    }

    /// Landmarks from their times, in any order.
    pub fn new(
        mut events: Vec<u64>,
        mut rebalances: Vec<u64>,
        quiet: Vec<(u64, u64)>,
        end_ms: u64,
    ) -> Self {
        events.sort_unstable();
        rebalances.sort_unstable();
        rebalances.dedup();
        Self {
            events,
            rebalances,
            quiet,
            end_ms,
        }
    }

    /// End of the run.
    pub fn end_ms(&self) -> u64 {
        self.end_ms
    }

    /// How many events have happened by `t_ms`, itself included.
    pub fn events_by(&self, t_ms: u64) -> usize {
        self.events.partition_point(|&event| event <= t_ms)
    }

    /// How many events the run has.
    pub fn event_count(&self) -> usize {
        self.events.len()
    }

    /// The first time after `t_ms` at which something happens; the end of the run if nothing does.
    pub fn next_event(&self, t_ms: u64) -> u64 {
        next(&self.events, t_ms).unwrap_or(self.end_ms)
    }

    /// The last time before `t_ms` at which something happened; the start of the run if nothing did.
    pub fn previous_event(&self, t_ms: u64) -> u64 {
        previous(&self.events, t_ms).unwrap_or(0)
    }

    /// When the next rebalance begins; the end of the run if there is none.
    pub fn next_rebalance(&self, t_ms: u64) -> u64 {
        next(&self.rebalances, t_ms).unwrap_or(self.end_ms)
    }

    /// When the rebalance before `t_ms` began; the start of the run if there is none.
    pub fn previous_rebalance(&self, t_ms: u64) -> u64 {
        previous(&self.rebalances, t_ms).unwrap_or(0)
    }

    /// The quiet stretch around `t_ms`.
    pub fn quiet_at(&self, t_ms: u64) -> Option<(u64, u64)> {
        let after = self.quiet.partition_point(|&(from, _)| from <= t_ms);
        let stretch = *self.quiet.get(after.checked_sub(1)?)?;
        (t_ms < stretch.1).then_some(stretch)
    }
}

fn next(times: &[u64], t_ms: u64) -> Option<u64> {
    times
        .get(times.partition_point(|&time| time <= t_ms))
        .copied()
}

fn previous(times: &[u64], t_ms: u64) -> Option<u64> {
    let before = times.partition_point(|&time| time < t_ms);
    times.get(before.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use super::Landmarks;

    #[test]
    fn steps_are_strict_and_stay_in_the_run() {
        let marks = Landmarks::new(vec![5, 5, 9, 1], vec![5], vec![], 20);
        assert_eq!(marks.next_event(0), 1);
        assert_eq!(marks.next_event(1), 5);
        assert_eq!(marks.next_event(5), 9);
        assert_eq!(marks.next_event(9), 20);
        assert_eq!(marks.previous_event(20), 9);
        assert_eq!(marks.previous_event(9), 5);
        assert_eq!(marks.previous_event(1), 0);
        assert_eq!(marks.events_by(5), 3);
        assert_eq!(marks.next_rebalance(5), 20);
        assert_eq!(marks.previous_rebalance(6), 5);
        assert_eq!(marks.previous_rebalance(5), 0);
    }

    #[test]
    fn a_quiet_stretch_is_half_open() {
        let marks = Landmarks::new(vec![], vec![], vec![(10, 20), (30, 40)], 50);
        assert_eq!(marks.quiet_at(9), None);
        assert_eq!(marks.quiet_at(10), Some((10, 20)));
        assert_eq!(marks.quiet_at(20), None);
        assert_eq!(marks.quiet_at(39), Some((30, 40)));
        assert_eq!(marks.quiet_at(45), None);
    }
}
