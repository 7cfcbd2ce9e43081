//! The part of a run that the lanes show, and how zooming and panning change it.
//!
//! Pure. Distances are those of the drawn axis, where quiet stretches are torn out, so that what lies under the
//! pointer stays there. Invariants, held by the property tests below: a window lies inside its
//! extent and is never shorter than [`LEAST_MS`] or the extent.

use super::axis::{Axis, TEAR_AFTER_MS};

/// The shortest window, in ms.
pub const LEAST_MS: u64 = 20;
/// Width of the drawn axis that distances are measured on, in px: that of the lanes on a usual screen.
const DRAWN_PX: f64 = 1_000.0;

/// All the time that there is to show, and what of it is quiet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extent {
    /// Its end.
    pub end_ms: u64,
    /// Stretches in which nothing changes, ascending and disjoint.
    pub quiet: Vec<(u64, u64)>,
}

/// A part of the extent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Its begin.
    pub from_ms: u64,
    /// Its end.
    pub to_ms: u64,
}

/// What changes the window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum WindowCommand {
    /// Shows so many times as much; what is at a time stays where it is drawn. Below one zooms in.
    Zoom {
        /// The time that stays.
        about_ms: u64,
        /// The factor.
        factor: f64,
    },
    /// Moves on by a share of what is shown; back if negative.
    Pan(f64),
    /// Shows from one time to another.
    Show(u64, u64),
    /// Shows everything.
    Whole,
}

impl Window {
    /// All of an extent.
    pub fn whole(extent: &Extent) -> Self {
        Self {
            from_ms: 0,
            to_ms: extent.end_ms.max(1),
        }
    }

    /// Whether it shows all of an extent.
    pub fn is_whole(self, extent: &Extent) -> bool {
        self == Self::whole(extent)
    }

    /// Whether a time is shown.
    pub fn holds(self, t_ms: u64) -> bool {
        (self.from_ms..=self.to_ms).contains(&t_ms)
    }

    /// Its time axis from one place to another, in px.
    pub fn axis(self, extent: &Extent, left: f64, right: f64) -> Axis {
        let Self { from_ms, to_ms } = self;
        let tears: Vec<(u64, u64)> = extent
            .quiet
            .iter()
            .map(|&(from, to)| (from.max(from_ms), to.min(to_ms)))
            .filter(|&(from, to)| to > from + TEAR_AFTER_MS)
            // A window within a quiet stretch shows it to scale.
            .filter(|&tear| tear != (from_ms, to_ms))
            .collect();
        Axis::new(from_ms, to_ms, left, right, &tears)
    }

    /// The window after a command.
    #[must_use]
    pub fn after(self, command: WindowCommand, extent: &Extent) -> Self {
        let whole = Self::whole(extent).axis(extent, 0.0, DRAWN_PX);
        let (from, to) = (whole.x(self.from_ms), whole.x(self.to_ms));
        match command {
            WindowCommand::Zoom { about_ms, factor } => {
                let about = whole.x(about_ms.clamp(self.from_ms, self.to_ms));
                let factor = factor.clamp(1e-3, 1e3);
                let (begin, end) = (
                    about - (about - from) * factor,
                    about + (to - about) * factor,
                );
                let next = Self::between(whole.t_ms(begin), whole.t_ms(end), extent);
                // Where the drawn axis is too coarse for a step, time itself is shared out.
                if next == self && factor < 1.0 {
                    self.halved_about(about_ms, extent)
                } else {
                    next
                }
            }
            WindowCommand::Pan(share) => {
                let (left, right) = whole.ends();
                let by = ((to - from) * share).clamp(left - from, right - to);
                let from_ms = whole.t_ms(from + by);
                // Inside a stretch to scale the length stays exactly.
                let to_ms = whole.t_ms(to + by).max(from_ms + LEAST_MS);
                Self::between(from_ms, to_ms, extent)
            }
            WindowCommand::Show(from_ms, to_ms) => {
                Self::between(from_ms.min(to_ms), from_ms.max(to_ms), extent)
            }
            WindowCommand::Whole => Self::whole(extent),
        }
    }

    /// The window moved so that it shows a time: unchanged where it does already.
    #[must_use]
    pub fn following(self, t_ms: u64, extent: &Extent) -> Self {
        if self.holds(t_ms) {
            return self;
        }
        let length = self.to_ms - self.from_ms;
        // What comes next is more interesting than what was.
        let from_ms = t_ms.saturating_sub(length / 5);
        Self::between(from_ms, from_ms.saturating_add(length), extent)
    }

    /// The same window in another extent.
    #[must_use]
    pub fn within(self, extent: &Extent) -> Self {
        Self::between(self.from_ms, self.to_ms, extent)
    }

    /// A window from one time to another, widened and moved as far as it must be.
    fn between(from_ms: u64, to_ms: u64, extent: &Extent) -> Self {
        let end_ms = extent.end_ms.max(1);
        let length = to_ms.saturating_sub(from_ms).max(LEAST_MS).min(end_ms);
        let from_ms = from_ms.min(end_ms - length);
        Self {
            from_ms,
            to_ms: from_ms + length,
        }
    }

    fn halved_about(self, about_ms: u64, extent: &Extent) -> Self {
        let length = (self.to_ms - self.from_ms) / 2;
        let from_ms = about_ms.saturating_sub(length / 2).max(self.from_ms);
        Self::between(from_ms, from_ms + length, extent)
    }
}

#[cfg(test)]
mod tests {
    use super::{Extent, LEAST_MS, Window, WindowCommand};
    use proptest::prelude::*;

    fn extent() -> Extent {
        Extent {
            end_ms: 60_000,
            quiet: vec![(5_000, 40_000)],
        }
    }

    fn window(from_ms: u64, to_ms: u64) -> Window {
        Window { from_ms, to_ms }
    }

    #[test]
    fn what_is_under_the_pointer_stays_there() {
        let extent = Extent {
            end_ms: 10_000,
            quiet: vec![],
        };
        let zoomed = Window::whole(&extent).after(
            WindowCommand::Zoom {
                about_ms: 4_000,
                factor: 0.5,
            },
            &extent,
        );
        assert_eq!(zoomed, window(2_000, 7_000));
        let panned = zoomed.after(WindowCommand::Pan(0.5), &extent);
        assert_eq!(panned, window(4_500, 9_500));
        assert_eq!(
            panned.after(WindowCommand::Pan(9.0), &extent),
            window(5_000, 10_000)
        );
    }

    #[test]
    fn a_window_in_a_quiet_stretch_is_to_scale() {
        let inside = window(10_000, 20_000).axis(&extent(), 0.0, 1_000.0);
        assert_eq!(inside.tears().count(), 0);
        assert!((inside.x(15_000) - 500.0).abs() < 1e-6);
        let across = window(4_000, 44_000).axis(&extent(), 0.0, 1_000.0);
        assert_eq!(across.tears().count(), 1);
    }

    #[test]
    fn the_window_follows_the_playhead_only_when_it_leaves() {
        let shown = window(1_000, 3_000);
        assert_eq!(shown.following(2_999, &extent()), shown);
        assert_eq!(shown.following(50_000, &extent()), window(49_600, 51_600));
        assert_eq!(shown.following(60_000, &extent()), window(58_000, 60_000));
        assert_eq!(shown.following(0, &extent()), window(0, 2_000));
    }

    fn command() -> impl Strategy<Value = WindowCommand> {
        prop_oneof![
            (0..70_000u64, 0.01..8.0f64)
                .prop_map(|(about_ms, factor)| WindowCommand::Zoom { about_ms, factor }),
            (-3.0..3.0f64).prop_map(WindowCommand::Pan),
            (0..70_000u64, 0..70_000u64).prop_map(|(a, b)| WindowCommand::Show(a, b)),
            Just(WindowCommand::Whole),
        ]
    }

    proptest! {
        #[test]
        fn no_command_leaves_the_extent(
            end_ms in 0..60_000u64,
            commands in prop::collection::vec(command(), 0..20),
        ) {
            let extent = Extent { end_ms, quiet: vec![(end_ms / 4, end_ms / 2)] };
            let mut shown = Window::whole(&extent);
            for command in commands {
                shown = shown.after(command, &extent);
                prop_assert!(shown.to_ms <= end_ms.max(1));
                prop_assert!(shown.to_ms - shown.from_ms >= LEAST_MS.min(end_ms.max(1)));
                let axis = shown.axis(&extent, 64.0, 900.0);
                prop_assert_eq!((axis.from_ms(), axis.to_ms()), (shown.from_ms, shown.to_ms));
            }
        }
    }
}
