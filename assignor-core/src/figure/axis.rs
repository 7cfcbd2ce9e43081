//! The time axis: virtual ms to horizontal pixels and back, with quiet stretches torn out.
//!
//! Invariants, held by the property tests below: `x` never decreases with time and strictly grows
//! outside tears; `t_ms(x(t)) == t` up to the width of a pixel; a tear lies between two changes and is longer than
//! [`TEAR_AFTER_MS`], so nothing that changes is ever inside one, and no stop is crossed by one.

use crate::order;

/// A quiet stretch longer than this is torn out, in ms.
pub const TEAR_AFTER_MS: u64 = 1_000;
/// How wide a tear is drawn, in px.
pub const TEAR_PX: f64 = 34.0;
/// What stays visible of a quiet stretch on each side of a tear, in ms.
const MARGIN_MS: u64 = 250;

/// Stretches of `[from_ms, to_ms]` that can be torn out: no time of `changes` lies within, and no interval
/// of `kept` (a stop) touches them.
pub fn quiet_stretches(
    from_ms: u64,
    to_ms: u64,
    changes: &[u64],
    kept: &[(u64, u64)],
) -> Vec<(u64, u64)> {
    let mut bounds: Vec<u64> = changes
        .iter()
        .copied()
        .filter(|t| (from_ms..=to_ms).contains(t))
        .chain([from_ms, to_ms])
        .collect();
    bounds.sort_unstable();
    bounds.dedup();
    let kept = merged(kept);
    bounds
        .windows(2)
        .filter_map(|pair| {
            let (a, b) = (*pair.first()?, *pair.last()?);
            // A margin also at the ends of the axis: the reader is to see that time goes on there.
            let (from, to) = (a.saturating_add(MARGIN_MS), b.saturating_sub(MARGIN_MS));
            let is_long = to.saturating_sub(from) > TEAR_AFTER_MS;
            let at = kept.partition_point(|&(_, end)| end <= a);
            let is_free = kept.get(at).is_none_or(|&(begin, _)| begin >= b);
            (is_long && is_free).then_some((from, to))
        })
        .collect()
}

/// The same intervals, in ms, as few as there can be: ascending and disjoint.
pub fn merged(intervals: &[(u64, u64)]) -> Vec<(u64, u64)> {
    let mut sorted = intervals.to_vec();
    order::sort(&mut sorted);
    let mut merged: Vec<(u64, u64)> = Vec::new();
    for (from, to) in sorted {
        match merged.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => merged.push((from, to)),
        }
    }
    merged
}

/// A mapping from time to place.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    pieces: Vec<Piece>,
}

/// A stretch of time that is drawn to scale, or torn out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Piece {
    /// Begin in ms.
    pub from_ms: u64,
    /// End in ms.
    pub to_ms: u64,
    /// Begin in px.
    pub from_x: f64,
    /// End in px.
    pub to_x: f64,
    /// Whether it is torn out.
    pub is_tear: bool,
}

// Times of a run stay far below 2^52, where a float still counts single ms.
#[expect(clippy::cast_precision_loss, reason = "times stay far below 2^52 ms")]
fn float(ms: u64) -> f64 {
    ms as f64
}

impl Axis {
    /// `[from_ms, to_ms]` on `[left, right]`, each of `tears` drawn [`TEAR_PX`] wide or, where there are too
    /// many of them for the width, narrower.
    pub fn new(from_ms: u64, to_ms: u64, left: f64, right: f64, tears: &[(u64, u64)]) -> Self {
        let to_ms = to_ms.max(from_ms + 1);
        let right = right.max(left + 1.0);
        let tears: Vec<(u64, u64)> = merged(tears)
            .into_iter()
            .map(|(a, b)| (a.max(from_ms), b.min(to_ms)))
            .filter(|(a, b)| a < b)
            .collect();
        let torn_ms: u64 = tears.iter().map(|(a, b)| b - a).sum();
        let shown_ms = float(to_ms - from_ms - torn_ms);
        let count = f64::from(u32::try_from(tears.len()).unwrap_or(u32::MAX));
        // At least half of the width is for time that is drawn to scale.
        let tear_px = match (right - left) / 2.0 {
            _ if shown_ms <= 0.0 => (right - left) / count.max(1.0),
            half => TEAR_PX.min(half / count.max(1.0)),
        };
        let px_per_ms = (right - left - tear_px * count) / shown_ms.max(1.0);
        let mut axis = Self { pieces: Vec::new() };
        let (mut at, mut x) = (from_ms, left);
        let mut push = |from_ms: u64, to_ms: u64, is_tear: bool| {
            if to_ms > from_ms {
                let width = if is_tear {
                    tear_px
                } else {
                    float(to_ms - from_ms) * px_per_ms
                };
                axis.pieces.push(Piece {
                    from_ms,
                    to_ms,
                    from_x: x,
                    to_x: x + width,
                    is_tear,
                });
                x += width;
            }
        };
        for (a, b) in tears {
            push(at, a, false);
            push(a, b, true);
            at = b;
        }
        push(at, to_ms, false);
        axis
    }

    /// The place of a time in px; times outside the axis lie at its ends.
    pub fn x(&self, t_ms: u64) -> f64 {
        let at = self.pieces.partition_point(|piece| piece.to_ms <= t_ms);
        let Some(piece) = self.pieces.get(at).or(self.pieces.last()) else {
            return 0.0;
        };
        let into = float(t_ms.clamp(piece.from_ms, piece.to_ms) - piece.from_ms);
        let share = into / float(piece.to_ms - piece.from_ms);
        piece.from_x + share * (piece.to_x - piece.from_x)
    }

    /// The time at a place; places outside the axis are at its ends.
    pub fn t_ms(&self, x: f64) -> u64 {
        let at = self.pieces.partition_point(|piece| piece.to_x <= x);
        let Some(piece) = self.pieces.get(at).or(self.pieces.last()) else {
            return 0;
        };
        let width = piece.to_x - piece.from_x;
        if width <= 0.0 {
            return piece.from_ms;
        }
        let share = ((x - piece.from_x) / width).clamp(0.0, 1.0);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a share of a length that is a u64"
        )]
        let into = (share * float(piece.to_ms - piece.from_ms)).round() as u64;
        piece.from_ms + into
    }

    /// The pieces, ascending and without gaps.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// What is torn out.
    pub fn tears(&self) -> impl Iterator<Item = &Piece> {
        self.pieces.iter().filter(|piece| piece.is_tear)
    }

    /// First time of the axis.
    pub fn from_ms(&self) -> u64 {
        self.pieces.first().map_or(0, |piece| piece.from_ms)
    }

    /// Last time of the axis.
    pub fn to_ms(&self) -> u64 {
        self.pieces.last().map_or(0, |piece| piece.to_ms)
    }

    /// Left and right end in px.
    pub fn ends(&self) -> (f64, f64) {
        (
            self.pieces.first().map_or(0.0, |piece| piece.from_x),
            self.pieces.last().map_or(0.0, |piece| piece.to_x),
        )
    }

    /// The parts of `[a, b]` in px that lie outside tears.
    pub fn visible(&self, a: f64, b: f64) -> Vec<(f64, f64)> {
        self.pieces
            .iter()
            .filter(|piece| !piece.is_tear)
            .map(|piece| (piece.from_x.max(a), piece.to_x.min(b)))
            .filter(|(from, to)| to - from > 1.0)
            .collect()
    }

    /// Times for the ruler: round numbers, at least `apart` px from each other and from tears.
    pub fn ticks(&self, apart: f64) -> Vec<u64> {
        let scale = self
            .pieces
            .iter()
            .find(|piece| !piece.is_tear)
            .map_or(1.0, |p| (p.to_x - p.from_x) / float(p.to_ms - p.from_ms));
        let step = STEPS_MS
            .into_iter()
            .find(|&step| float(step) * scale >= apart)
            .unwrap_or(MAX_STEP_MS);
        self.pieces
            .iter()
            .filter(|piece| !piece.is_tear)
            .flat_map(|piece| {
                let first = piece.from_ms.div_ceil(step);
                let last = piece.to_ms / step;
                (first..=last).take(MAX_TICKS).map(move |n| n * step)
            })
            .take(MAX_TICKS)
            .collect()
    }
}

const MAX_TICKS: usize = 400;
const MAX_STEP_MS: u64 = 86_400_000;
const STEPS_MS: [u64; 24] = [
    1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 60_000,
    120_000, 300_000, 600_000, 1_800_000, 3_600_000, 7_200_000, 21_600_000, 43_200_000,
];

#[cfg(test)]
mod tests {
    use super::{Axis, TEAR_AFTER_MS, TEAR_PX, quiet_stretches};
    use proptest::prelude::*;

    #[test]
    fn a_stretch_without_changes_is_torn_and_keeps_its_margins() {
        assert_eq!(
            quiet_stretches(0, 10_000, &[1_000, 6_000], &[]),
            [(1_250, 5_750), (6_250, 9_750)]
        );
    }

    #[test]
    fn no_tear_crosses_a_stop() {
        let stop = (2_000, 4_000);
        assert_eq!(
            quiet_stretches(0, 5_000, &[2_000, 4_000], &[stop]),
            [(250, 1_750)]
        );
        // A stop without a change of its own at its ends keeps its surroundings.
        assert!(quiet_stretches(0, 5_000, &[], &[stop]).is_empty());
    }

    #[test]
    fn tears_have_their_width_and_the_rest_is_to_scale() {
        let axis = Axis::new(0, 10_000, 64.0, 1_064.0, &[(2_000, 8_000)]);
        let tear = axis.tears().next().expect("one tear");
        assert!((tear.to_x - tear.from_x - TEAR_PX).abs() < 1e-9);
        assert!((axis.x(0) - 64.0).abs() < 1e-9);
        assert!((axis.x(10_000) - 1_064.0).abs() < 1e-9);
        assert!(((axis.x(2_000) - axis.x(0)) - (axis.x(10_000) - axis.x(8_000))).abs() < 1e-9);
    }

    #[test]
    fn ticks_are_round_and_not_in_tears() {
        let axis = Axis::new(0, 10_000, 0.0, 1_000.0, &[(2_500, 8_000)]);
        assert_eq!(
            axis.ticks(90.0),
            [
                0, 500, 1_000, 1_500, 2_000, 2_500, 8_000, 8_500, 9_000, 9_500, 10_000
            ]
        );
    }

    #[test]
    fn an_empty_axis_has_a_place_for_everything() {
        let axis = Axis::new(0, 0, 0.0, 0.0, &[]);
        assert!(axis.x(500).is_finite());
        assert!(axis.t_ms(500.0) <= 1);
    }

    fn times() -> impl Strategy<Value = Vec<u64>> {
        prop::collection::vec(0..200_000u64, 0..30)
    }

    proptest! {
        #[test]
        fn x_is_monotone_and_invertible(
            changes in times(),
            end in 1..200_000u64,
            a in 0..200_000u64,
            b in 0..200_000u64,
            width in 200.0..2_000.0f64,
        ) {
            let tears = quiet_stretches(0, end, &changes, &[]);
            let axis = Axis::new(0, end, 64.0, 64.0 + width, &tears);
            let (a, b) = (a.min(b).min(end), a.max(b).min(end));
            prop_assert!(axis.x(a) <= axis.x(b) + 1e-9);
            prop_assert_eq!(axis.t_ms(axis.x(a)), a);
            let outside = |t: u64| !tears.iter().any(|&(from, to)| from < t && t < to);
            if a < b && outside(a) && outside(b) {
                prop_assert!(axis.x(a) < axis.x(b));
            }
        }

        #[test]
        fn tears_hold_no_change_and_touch_no_stop(
            changes in times(),
            stops in prop::collection::vec((0..150_000u64, 1..9_000u64), 0..6),
        ) {
            let stops: Vec<_> = stops.into_iter().map(|(from, length)| (from, from + length)).collect();
            for (from, to) in quiet_stretches(0, 200_000, &changes, &stops) {
                prop_assert!(to - from > TEAR_AFTER_MS);
                prop_assert!(!changes.iter().any(|t| (from..=to).contains(t)));
                prop_assert!(!stops.iter().any(|&(a, b)| a < to && from < b));
            }
        }

        #[test]
        fn pieces_cover_the_axis(changes in times(), end in 1..200_000u64) {
            let axis = Axis::new(0, end, 0.0, 900.0, &quiet_stretches(0, end, &changes, &[]));
            let (left, right) = axis.ends();
            prop_assert!((left - 0.0).abs() < 1e-6 && (right - 900.0).abs() < 1e-6);
            for pair in axis.pieces().windows(2) {
                prop_assert_eq!(pair[0].to_ms, pair[1].from_ms);
                prop_assert!((pair[0].to_x - pair[1].from_x).abs() < 1e-6);
            }
        }
    }
}
