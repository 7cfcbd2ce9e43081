//! The rows of the lanes. Redrawn only when the run, the axis or the part in view changes, not as time goes.

use super::axis::Axis;
use super::bars::{self, Place};
use super::members::{self, Share};
use super::{Run, bands, px, words};
use crate::shared::Shared;
use assignor_core::sim::trace::PartitionIx;
use std::ops::Range;
use yew::{Callback, Html, Properties, component, html};

/// Height of a row and the space below it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct RowSize {
    /// Height, in px.
    pub height: f64,
    /// Space to the next row, in px.
    pub gap: f64,
}

impl RowSize {
    const LARGEST: f64 = 27.0;
    const SMALLEST: f64 = 14.0;
    /// So many rows at least are in sight, where there are as many.
    const LEAST: usize = 6;
    const GAP: f64 = 3.0;

    /// The rows of `count` partitions in a place of a height: as high as fits, from 27 down to 14 px.
    pub(super) fn fitting(count: usize, height: f64) -> Self {
        let gap = Self::GAP;
        let count = f64::from(u32::try_from(count.max(1)).unwrap_or(u32::MAX));
        let row = ((height + gap) / count - gap).floor();
        Self {
            height: row.clamp(Self::SMALLEST, Self::LARGEST),
            gap,
        }
    }

    /// Height of `count` rows at their largest.
    pub(super) fn largest_total(count: usize) -> f64 {
        let largest = Self {
            height: Self::LARGEST,
            gap: Self::GAP,
        };
        largest.total(count)
    }

    /// The height that `count` rows keep, however little room there is.
    pub(super) fn least_total(count: usize) -> f64 {
        let smallest = Self {
            height: Self::SMALLEST,
            gap: Self::GAP,
        };
        smallest.total(count.clamp(1, Self::LEAST))
    }

    /// How far to scroll so that a row stands near the top of a place of a height, the row before it in sight too;
    /// none where it is in sight already.
    pub(super) fn scrolled_to(
        self,
        row: usize,
        count: usize,
        top: f64,
        height: f64,
    ) -> Option<f64> {
        let (from, to) = (self.top_of(row), self.top_of(row) + self.height);
        if top <= from && to <= top + height {
            return None;
        }
        let most = (self.total(count) - height).max(0.0);
        Some((from - self.pitch()).clamp(0.0, most))
    }

    /// From one row's top to the next.
    pub(super) fn pitch(self) -> f64 {
        self.height + self.gap
    }

    /// Height of `count` rows.
    pub(super) fn total(self, count: usize) -> f64 {
        f64::from(u32::try_from(count).unwrap_or(u32::MAX)) * self.pitch()
    }

    /// Top and bottom of some of `count` rows, in px.
    fn part(self, rows: &Range<usize>, count: usize) -> (f64, f64) {
        let bottom = self.top_of(rows.end).min(self.total(count).max(1.0));
        (self.top_of(rows.start), bottom)
    }

    /// The row at a height, if there is one.
    pub(super) fn row_at(self, y: f64, count: usize) -> Option<usize> {
        if y < 0.0 {
            return None;
        }
        let (row, into) = (self.row(y), y % self.pitch());
        (row < count && into <= self.height).then_some(row)
    }

    /// The top of a row, in px.
    pub(super) fn top_of(self, row: usize) -> f64 {
        f64::from(u32::try_from(row).unwrap_or(u32::MAX)) * self.pitch()
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to zero; a screen has few rows"
    )]
    fn row(self, y: f64) -> usize {
        (y / self.pitch()).max(0.0) as usize
    }

    /// Where the bars of a row are drawn; `id` is the prefix of the figure's patterns.
    pub(super) fn place(self, row: usize, id: &str) -> Place<'_> {
        Place {
            y: self.top_of(row),
            height: self.height,
            id,
            has_words: true,
        }
    }

    /// So many rows are drawn on each side of those in view.
    const AROUND: usize = 6;

    /// The rows in view, and a few around them.
    pub(super) fn in_view(self, count: usize, top: f64, height: f64) -> Range<usize> {
        let first = self.row(top).saturating_sub(Self::AROUND).min(count);
        let last = (self.row(top + height) + Self::AROUND + 1).clamp(first, count);
        first..last
    }

    /// Of the rows that are drawn, about those in view.
    fn seen(drawn: &Range<usize>, count: usize) -> Range<usize> {
        let first = drawn.start + if drawn.start > 0 { Self::AROUND } else { 0 };
        let last = if drawn.end < count {
            drawn.end.saturating_sub(Self::AROUND + 1)
        } else {
            drawn.end
        };
        first..last.max(first)
    }
}

/// The partition of a row.
pub(super) fn partition_at(row: usize) -> PartitionIx {
    PartitionIx(u32::try_from(row).unwrap_or(u32::MAX))
}

/// Prefix of the ids of the lanes' patterns.
const ID: &str = "lanes";

/// What the rows stand for, with what their drawing needs.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Lines {
    /// Partitions.
    Partitions,
    /// Members, with how much each reads when.
    Members(Shared<Vec<Vec<Share>>>),
}

impl Lines {
    /// How many there are.
    pub(super) fn count(&self, run: &Run) -> usize {
        match self {
            Self::Partitions => run.trace.lanes.len(),
            Self::Members(_) => run.trace.members.len(),
        }
    }
}

/// The id of a row, to give it the focus.
pub(super) fn row_id(row: usize) -> String {
    format!("lane-{row}")
}

/// The rows of a run.
#[derive(Properties, PartialEq)]
pub(super) struct RowsProps {
    /// The run.
    pub run: Shared<Run>,
    /// Its time axis.
    pub axis: Shared<Axis>,
    /// What the rows stand for.
    pub lines: Lines,
    /// Size of the rows.
    pub size: RowSize,
    /// Which rows are drawn; the others keep their space.
    pub drawn: Range<usize>,
    /// Width of the figure, in px.
    pub width: f64,
    /// The row that the Tab key stops at.
    pub tab_stop: usize,
    /// A row gets the focus.
    pub on_focus: Callback<usize>,
}

/// The rows of a run.
#[component]
pub(super) fn Rows(props: &RowsProps) -> Html {
    let RowsProps {
        run,
        axis,
        lines,
        size,
        drawn,
        width,
        tab_stop,
        on_focus,
    } = props;
    let count = lines.count(run);
    let height = size.total(count).max(1.0);
    html! {
        <>
        <svg class="lane-rows" width={px(*width)} height={px(height)} role="group"
            aria-label={if *lines == Lines::Partitions { "Partitions over time" } else { "Members over time" }}>
            { bars::patterns(ID) }
            { bands::grid(axis, height) }
            { for drawn.clone().map(|row| {
                let focus = on_focus.clone();
                html! {
                    <Row key={row} run={run.clone()} axis={axis.clone()} lines={lines.clone()} size={*size} row={row}
                        is_tab_stop={row == *tab_stop} on_focus={Callback::from(move |()| focus.emit(row))} />
                }
            }) }
            // Only where rows are drawn: the edges of ten thousand would be the longest paths of the page.
            <g class="tears">{ for axis.tears().map(|piece| bands::tear(piece, size.part(drawn, count), Some(size.part(&RowSize::seen(drawn, count), count)))) }</g>
        </svg>
        <Lengths run={run.clone()} axis={axis.clone()} lines={lines.clone()} size={*size} drawn={drawn.clone()} width={*width} />
        </>
    }
}

#[derive(Properties, PartialEq)]
struct LengthsProps {
    run: Shared<Run>,
    axis: Shared<Axis>,
    lines: Lines,
    size: RowSize,
    drawn: Range<usize>,
    width: f64,
}

/// How long stops last. They lie over the playhead, whose line would run through their figures.
#[component]
fn Lengths(props: &LengthsProps) -> Html {
    let (run, axis, size) = (&props.run, &props.axis, props.size);
    let height = size.total(props.lines.count(run)).max(1.0);
    html! {
        <svg class="lane-lengths" width={px(props.width)} height={px(height)} aria-hidden="true">
            { for props.drawn.clone().map(|row| match &props.lines {
                Lines::Partitions => bars::lengths(run, partition_at(row), axis, size.place(row, ID)),
                Lines::Members(shares) => members::lengths(shares.get(row).map_or(&[][..], Vec::as_slice), axis, size.place(row, ID)),
            }) }
        </svg>
    }
}

#[derive(Properties)]
struct RowProps {
    run: Shared<Run>,
    axis: Shared<Axis>,
    lines: Lines,
    size: RowSize,
    row: usize,
    is_tab_stop: bool,
    on_focus: Callback<()>,
}

impl PartialEq for RowProps {
    fn eq(&self, other: &Self) -> bool {
        // The callback does the same for the same row.
        self.run == other.run
            && self.axis == other.axis
            && self.lines == other.lines
            && self.size == other.size
            && self.row == other.row
            && self.is_tab_stop == other.is_tab_stop
    }
}

#[component]
fn Row(props: &RowProps) -> Html {
    let partition = partition_at(props.row);
    let (run, size) = (&props.run, props.size);
    let (left, right) = props.axis.ends();
    let on_focus = props.on_focus.reform(|_| ());
    let place = size.place(props.row, ID);
    let y = place.y;
    let (label, summary, bars) = match &props.lines {
        Lines::Partitions => (
            run.label(partition).to_owned(),
            summary(run, partition),
            bars::lane(run, partition, &props.axis, place),
        ),
        Lines::Members(shares) => {
            let line = shares.get(props.row).map_or(&[][..], Vec::as_slice);
            (
                run.member_name(props.row).to_owned(),
                members::summary(run, props.row, line),
                members::row(props.row, line, &props.axis, place),
            )
        }
    };
    html! {
        <g class="lane" id={row_id(props.row)} role="img" tabindex={if props.is_tab_stop { "0" } else { "-1" }} onfocus={on_focus}
            aria-label={summary} data-partition={label.clone()} data-row={props.row.to_string()}>
            <text class="lane-label" x="0" y={px(y + size.height / 2.0 + 4.0)}>{ clipped(&label, left) }</text>
            { bars }
            <rect class="lane-focus" x={px(left - 1.0)} y={px(y - 1.0)} width={px(right - left + 2.0)}
                height={px(size.height + 2.0)} rx="2" />
        </g>
    }
}

/// Room for the labels at the left; in narrow places less, where they are short.
const GUTTER_PX: (f64, f64) = (72.0, 50.0);
/// Labels up to so many letters are short.
const SHORT_LABEL: usize = 6;
/// Below this width the gutter is narrower.
pub(super) const NARROW_PX: f64 = 620.0;

/// Room for the labels of a run in a place of a width, in px.
pub(super) fn gutter(run: &Run, width: f64) -> f64 {
    let mut labels = run.labels.iter();
    let is_short = labels.all(|label| label.chars().count() <= SHORT_LABEL);
    if width < NARROW_PX && is_short {
        GUTTER_PX.1
    } else {
        GUTTER_PX.0
    }
}

/// What fits into a gutter of a width in px. The number at the end tells partitions of one topic apart.
pub(super) fn clipped(label: &str, gutter: f64) -> String {
    // Strong letters of 11 px are at most 6.4 px wide on average.
    let most = if gutter < 60.0 { 7 } else { 9 };
    if label.chars().count() <= most {
        return label.to_owned();
    }
    let tail: Vec<char> = label.chars().rev().take(most / 2).collect();
    let head: String = label.chars().take(most - 1 - tail.len()).collect();
    format!("{head}…{}", tail.into_iter().rev().collect::<String>())
}

/// A lane in a sentence: who reads it from when on.
fn summary(run: &Run, partition: PartitionIx) -> String {
    const MOST: usize = 12;
    let Some(lane) = run.trace.lanes.get(partition.0 as usize) else {
        return String::new();
    };
    let mut text: Vec<String> = lane
        .spans
        .iter()
        .take(MOST)
        .map(|stretch| {
            format!(
                "{} from {}",
                words::reader(run, stretch.reader),
                words::exact(stretch.from_ms)
            )
        })
        .collect();
    if let Some(more @ 1..) = lane.spans.len().checked_sub(MOST) {
        text.push(format!("and {more} more stretches"));
    }
    format!("{}: {}", run.label(partition), text.join(", "))
}

#[cfg(test)]
mod tests {
    use super::{RowSize, clipped};

    #[test]
    fn rows_shrink_before_they_scroll() {
        let height = |count, room| RowSize::fitting(count, room).height;
        assert!((height(6, 200.0) - 27.0).abs() < f64::EPSILON);
        assert!((height(10, 200.0) - 17.0).abs() < f64::EPSILON);
        assert!((height(60, 200.0) - 14.0).abs() < f64::EPSILON);
        assert!((height(0, 0.0) - 14.0).abs() < f64::EPSILON);
    }

    #[test]
    fn a_row_out_of_sight_is_scrolled_to() {
        let size = RowSize {
            height: 14.0,
            gap: 3.0,
        };
        assert_eq!(size.scrolled_to(3, 100, 0.0, 170.0), None);
        assert_eq!(size.scrolled_to(50, 100, 0.0, 170.0), Some(49.0 * 17.0));
        assert_eq!(size.scrolled_to(9, 100, 850.0, 170.0), Some(8.0 * 17.0));
        assert_eq!(size.scrolled_to(0, 100, 850.0, 170.0), Some(0.0));
        assert_eq!(size.scrolled_to(99, 100, 0.0, 170.0), Some(1_530.0));
        assert!((RowSize::least_total(500) - 102.0).abs() < f64::EPSILON);
        assert!((RowSize::least_total(2) - 34.0).abs() < f64::EPSILON);
    }

    #[test]
    fn only_rows_in_view_are_drawn() {
        let size = RowSize {
            height: 14.0,
            gap: 3.0,
        };
        assert_eq!(size.in_view(10_000, 17_000.0, 170.0), 994..1_017);
        assert_eq!(size.in_view(4, 0.0, 500.0), 0..4);
        assert_eq!(size.in_view(0, 0.0, 500.0), 0..0);
    }

    #[test]
    fn long_labels_keep_their_number() {
        assert_eq!(clipped("orders-3", 64.0), "orders-3");
        assert_eq!(clipped("orders-3", 50.0), "ord…s-3");
        assert_eq!(clipped("payments-eu-114", 64.0), "paym…-114");
    }
}
