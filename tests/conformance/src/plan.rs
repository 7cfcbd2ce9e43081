//! How the cases of a run are spread over assignors and shapes.

use std::fmt;

/// What a group is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shape {
    /// A group that lives: joins, leaves, restarts, new partitions, changed subscriptions.
    History,
    /// The same with racks.
    Racks,
    /// Random claims of random generations.
    Claims,
    /// Claims past the end of a topic.
    Stale,
    /// Big groups.
    Large,
}

impl Shape {
    /// Its name in ids and file names.
    pub const fn name(self) -> &'static str {
        match self {
            Self::History => "history",
            Self::Racks => "racks",
            Self::Claims => "claims",
            Self::Stale => "stale",
            Self::Large => "large",
        }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// One assignor with groups of one shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// As a case names it.
    pub assignor: &'static str,
    /// What the groups are like.
    pub shape: Shape,
    /// Its part of a run, in relation to those of the others.
    weight: u64,
}

impl Source {
    /// Whether the assignor is one of the broker's.
    pub fn is_server(self) -> bool {
        self.assignor.starts_with("server-")
    }
}

const fn source(assignor: &'static str, shape: Shape, weight: u64) -> Source {
    Source {
        assignor,
        shape,
        weight,
    }
}

/// Everything that is compared. Sticky assignors have the most to get wrong and the largest part.
pub const SOURCES: [Source; 22] = [
    source("range", Shape::History, 60),
    source("range", Shape::Racks, 90),
    source("range", Shape::Large, 2),
    source("roundrobin", Shape::History, 60),
    source("roundrobin", Shape::Racks, 10),
    source("roundrobin", Shape::Large, 2),
    source("sticky", Shape::History, 90),
    source("sticky", Shape::Racks, 90),
    source("sticky", Shape::Claims, 90),
    source("sticky", Shape::Stale, 30),
    source("sticky", Shape::Large, 2),
    source("cooperative-sticky", Shape::History, 90),
    source("cooperative-sticky", Shape::Racks, 90),
    source("cooperative-sticky", Shape::Claims, 90),
    source("cooperative-sticky", Shape::Stale, 30),
    source("cooperative-sticky", Shape::Large, 2),
    source("server-range", Shape::History, 40),
    source("server-range", Shape::Claims, 20),
    source("server-range", Shape::Large, 2),
    source("server-uniform", Shape::History, 110),
    source("server-uniform", Shape::Claims, 90),
    source("server-uniform", Shape::Large, 2),
];

/// How many cases each source has in a run of `cases`, over the assignors of which `wanted` holds.
/// The parts add up to `cases`, unless nothing is wanted.
pub fn spread(cases: u64, wanted: impl Fn(&str) -> bool) -> Vec<(Source, u64)> {
    let sources: Vec<Source> = SOURCES
        .into_iter()
        .filter(|source| wanted(source.assignor))
        .collect();
    let total: u64 = sources.iter().map(|source| source.weight).sum();
    let mut before = 0;
    let parts = sources.into_iter().map(|source| {
        // The difference of two rounded sums: no part is off by one whole case, nor is the sum.
        let start = cases * before / total;
        before += source.weight;
        (source, cases * before / total - start)
    });
    parts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_add_up() {
        for cases in [0, 1, 7, 1000, 20_000] {
            let parts = spread(cases, |_| true);
            assert_eq!(parts.iter().map(|(_, part)| part).sum::<u64>(), cases);
            let parts = spread(cases, |assignor| assignor == "range");
            assert_eq!(parts.iter().map(|(_, part)| part).sum::<u64>(), cases);
            assert_eq!(parts.len(), 3);
        }
        assert!(spread(100, |_| false).is_empty());
    }

    #[test]
    fn a_run_of_a_thousand_has_every_source() {
        assert!(spread(1000, |_| true).iter().all(|(_, part)| *part > 0));
    }
}
