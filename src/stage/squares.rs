//! What each of many members reads, as small squares: its colour for what it reads, ink for what nobody
//! reads since it did. Where there are too many, a square stands for several, and one stop makes it ink.

use super::plan::{float, whole};
use crate::figure::{MemberShare as Share, Run, member_shares, owner, px};
use assignor_core::sim::trace::{Frame, Reader};
use std::fmt::Write;
use yew::{Html, html};

/// Height of the place for the squares of a member, in px.
pub(super) const HEIGHT_PX: f64 = 13.0;
/// Sides that a square can have, and the space beside it, in px.
const SIZES: [(f64, f64); 5] = [(9.0, 2.0), (7.0, 2.0), (5.0, 1.5), (3.0, 1.0), (2.0, 1.0)];

/// How the squares of all members are drawn: the same at all times of a run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Squares {
    side: f64,
    pitch: f64,
    per_row: usize,
    height: f64,
    /// How many partitions a square stands for.
    pub each: usize,
    /// How many squares there is room for.
    room: usize,
}

impl Squares {
    /// For as many partitions as members have at most as a rule, in a place of a width and a height in px.
    pub(super) fn fitting(most: usize, width: f64, height: f64) -> Self {
        let of_size = |(side, gap): (f64, f64)| {
            let pitch = side + gap;
            let per_row = whole((width + gap) / pitch).max(1);
            let rows = whole((height + gap) / pitch).max(1);
            Self {
                side,
                pitch,
                per_row,
                height,
                each: 1,
                room: per_row * rows,
            }
        };
        let [largest @ .., smallest] = SIZES.map(of_size);
        let fits = largest.into_iter().find(|squares| squares.room >= most);
        fits.unwrap_or(Self {
            each: most.div_ceil(smallest.room).max(1),
            ..smallest
        })
    }

    /// What a square stands for, in a sentence.
    pub(super) fn legend(self) -> String {
        match self.each {
            1 => format!(
                "One square is one partition, or several at a member with more than {}. One without colour is read by nobody since its member stopped.",
                self.room
            ),
            each => format!(
                "One square is up to {each} partitions, or more at a member with more than {}. It has no colour as soon as nobody reads one of them.",
                each * self.room
            ),
        }
    }

    /// Squares from one place to another as an outline.
    fn outline(self, places: std::ops::Range<usize>) -> String {
        let mut path = String::new();
        for place in places {
            let (x, y) = (
                float(place % self.per_row) * self.pitch,
                float(place / self.per_row) * self.pitch,
            );
            // Writing to a string can't fail.
            let _ = write!(
                path,
                "M{} {}h{side}v{side}h-{side}z",
                px(x),
                px(y),
                side = px(self.side)
            );
        }
        path
    }

    /// How many squares there are, and how many of them are dark: at least one where anything is stopped.
    fn marks(self, reads: usize, stopped: usize) -> (usize, usize) {
        let all = reads + stopped;
        let each = self.each.max(all.div_ceil(self.room));
        let dark = stopped.div_ceil(each);
        (all.div_ceil(each).max(dark), dark)
    }

    /// The squares of a member that reads so many partitions and left so many unread.
    pub(super) fn draw(self, member: usize, reads: usize, stopped: usize) -> Html {
        let (all, dark) = self.marks(reads, stopped);
        let read = self.outline(0..all - dark);
        let series = (member / 8) % 4 + 1;
        html! {
            <svg class={format!("squares {}", owner::class(member))} height={px(self.height)} aria-hidden="true" data-reads={reads.to_string()}
                data-stopped={stopped.to_string()}>
                <path class="square-read" d={read.clone()} />
                if series > 1 { <path d={read} fill={format!("url(#texture-{series}-stage)")} /> }
                <path class="square-stopped" d={self.outline(all - dark..all)} />
            </svg>
        }
    }
}

/// The most partitions that a member reads or left unread at any time of a run, as three of four members have it:
/// who reads everything until the others come doesn't make the squares of all of them small.
pub(super) fn most_marks(run: &Run) -> usize {
    let shares = member_shares(run);
    let of_member = |line: &Vec<Share>| line.iter().map(|share| share.reads + share.stopped).max();
    let mut most: Vec<usize> = shares.iter().filter_map(of_member).collect();
    most.sort_unstable();
    let place = most.len().saturating_sub(1) * 3 / 4;
    most.get(place).copied().unwrap_or(1).max(1)
}

/// How many partitions nobody reads, by the member that read them last.
pub(super) fn left_unread(run: &Run, frame: &Frame) -> Vec<usize> {
    let mut counts = vec![0; frame.members.len()];
    for partition in &frame.partitions {
        if let Reader::Nobody { last, .. } = partition.reader
            && let Some(count) = counts.get_mut(run.member_of(last))
        {
            *count += 1;
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::{HEIGHT_PX, Squares};

    #[test]
    fn squares_shrink_and_then_stand_for_several() {
        let few = Squares::fitting(8, 100.0, HEIGHT_PX);
        assert!((few.side - 9.0).abs() < f64::EPSILON && few.each == 1);
        assert_eq!(Squares::fitting(60, 100.0, HEIGHT_PX).each, 1);
        let many = Squares::fitting(1_000, 100.0, HEIGHT_PX);
        assert!(many.each > 1);
        assert!(many.legend().contains(&many.each.to_string()));
    }

    #[test]
    fn no_stop_is_rounded_away() {
        let many = Squares::fitting(1_000, 100.0, HEIGHT_PX);
        let (all, dark) = many.marks(999, 1);
        assert_eq!((all, dark), (1_000_usize.div_ceil(many.each), 1));
        // More than there is room for is drawn as more each.
        let (all, dark) = many.marks(50_000, 1);
        assert!(all <= many.room && all > many.room / 2 && dark == 1);
        assert_eq!(many.marks(0, 0), (0, 0));
        assert_eq!(many.marks(0, 1), (1, 1));
    }
}
