//! How large a run may become. One that reaches a limit ends there and says so.
//!
//! The sizes of a scenario have limits of their own, which its reader names; but a short scenario may
//! describe a group that never comes to rest.

/// The limits of a run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Timers, requests, responses and actions.
    pub occurrences: u64,
    /// Partitions in assignments and callbacks, which take most of the memory.
    pub partitions: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            occurrences: 20_000_000,
            partitions: 50_000_000,
        }
    }
}

impl Limits {
    /// Which of them is passed by so many, in words.
    pub(super) fn passed_by(&self, occurrences: u64, partitions: u64) -> Option<&'static str> {
        if occurrences > self.occurrences {
            return Some("20 million occurrences");
        }
        (partitions > self.partitions).then_some("50 million partitions assigned")
    }
}

#[cfg(test)]
mod tests {
    use super::Limits;
    use crate::sim::trace::EventKind;
    use crate::sim::world::World;
    use crate::sim::{Scenario, Trace, narrate, report};

    const FIRST_START: &str = include_str!("../../scenarios/first-start.json");

    fn run(limits: Limits) -> Trace {
        let scenario = Scenario::from_json(FIRST_START).expect("a scenario");
        let world = World::new(&scenario).expect("a world");
        world.run(&limits).expect("a trace")
    }

    fn limit(trace: &Trace) -> Option<&'static str> {
        match trace.events.last()?.kind {
            EventKind::LimitReached { limit } => Some(limit),
            _ => None,
        }
    }

    #[test]
    fn a_run_that_needs_too_many_occurrences_ends_and_says_so() {
        let occurrences = 40;
        let trace = run(Limits {
            occurrences,
            ..Limits::default()
        });
        assert_eq!(limit(&trace), Some("20 million occurrences"));
        let whole = run(Limits::default());
        assert!(trace.end_ms < whole.end_ms, "it ends there");
        assert_eq!(limit(&whole), None);
        let summary = report::summary(&trace);
        assert!(
            summary.contains("stopped at a limit          20 million occurrences\n"),
            "{summary}"
        );
        assert!(report::text(&trace).contains("limit_reached"));
        let told = narrate::at(&trace, &trace.frame_at(trace.end_ms));
        let told = told.state.to_string();
        assert!(told.contains("stopped at a limit"), "{told}");
    }

    #[test]
    fn a_run_that_assigns_too_many_partitions_ends_and_says_so() {
        let partitions = 5;
        let trace = run(Limits {
            partitions,
            ..Limits::default()
        });
        assert_eq!(limit(&trace), Some("50 million partitions assigned"));
    }
}
