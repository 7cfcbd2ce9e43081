//! Very many members: a column each, with a mark per partition or per few of them. What nobody reads is ink,
//! and never rounded away; an arrow above points to it.

use super::plan::{Area, float, whole};
use super::roam::leads_to;
use super::words::doing;
use crate::figure::{Run, px};
use crate::shared::Shared;
use assignor_core::sim::narrate::span;
use assignor_core::sim::trace::{Frame, Reader};
use std::fmt::Write;
use yew::prelude::*;

/// Height of the map, in px.
pub(super) const HEIGHT_PX: f64 = 176.0;
/// Room for arrows above each band of columns, and for names below it, in px.
const ABOVE_PX: f64 = 9.0;
const BELOW_PX: f64 = 15.0;
/// Room at the left for the numbers of marks, in px.
const LEFT_PX: f64 = 28.0;
/// Distances from mark to mark, in px.
const PITCHES: [f64; 9] = [12.0, 10.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0];
/// Columns stand in so many bands at most.
const MOST_BANDS: usize = 6;
/// Distance between names, in px.
const NAMES_APART_PX: f64 = 64.0;

/// How the columns are laid out: the same at all times of a run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Density {
    /// Columns in a band.
    per_band: usize,
    bands: usize,
    column: f64,
    pitch: f64,
    /// Marks beside each other in a column.
    across: usize,
    rows: usize,
    /// How many partitions a mark stands for.
    pub each: usize,
    /// How many members have a column.
    pub drawn: usize,
}

impl Density {
    /// For a number of members and the most partitions that one has at any time, in a width in px.
    pub(super) fn fitting(members: usize, most: usize, width: f64) -> Self {
        let of_bands = |bands: usize| Self::in_bands(bands, members, most.max(1), width);
        let all = (1..=MOST_BANDS).map(of_bands);
        // All members, then the fewest partitions per mark, then the largest marks, then the fewest bands.
        let better = |a: &Self, b: &Self| {
            let rank = |d: &Self| (d.drawn, std::cmp::Reverse(d.each));
            rank(a).cmp(&rank(b)).then(a.pitch.total_cmp(&b.pitch))
        };
        all.reduce(|best, next| {
            if better(&next, &best).is_gt() {
                next
            } else {
                best
            }
        })
        .unwrap_or_else(|| of_bands(1))
    }

    fn in_bands(bands: usize, members: usize, most: usize, width: f64) -> Self {
        let room = (width - LEFT_PX).max(40.0);
        let [.., least] = PITCHES;
        let per_band = members
            .div_ceil(bands)
            .clamp(1, whole(room / (least + 1.0)).max(1));
        let column = (room / float(per_band)).min(96.0);
        let height = HEIGHT_PX / float(bands) - ABOVE_PX - BELOW_PX;
        let of_pitch = |pitch: f64| {
            let across = whole((column - 1.0) / pitch);
            let rows = whole(height / pitch);
            (across > 0 && rows > 0).then_some((pitch, across, rows))
        };
        let sizes = || PITCHES.into_iter().filter_map(of_pitch);
        let fitting = sizes().find(|(_, across, rows)| across * rows >= most);
        let (pitch, across, rows) = fitting
            .or_else(|| sizes().next_back())
            .unwrap_or((least, 1, 1));
        Self {
            per_band,
            bands,
            column,
            pitch,
            across,
            rows,
            each: most.div_ceil(across * rows),
            drawn: members.min(per_band * bands),
        }
    }

    /// What a mark stands for, in a sentence.
    pub(super) fn legend(self) -> String {
        match self.each {
            1 => "One column is one member, one mark one partition. A dark mark is read by nobody since its member stopped.".to_owned(),
            each => format!("One column is one member, one mark up to {each} partitions. It is dark as soon as nobody reads one of them."),
        }
    }

    /// Top left of a member's column.
    fn at(self, member: usize) -> (f64, f64) {
        let (place, band) = (member % self.per_band, member / self.per_band);
        let band_px = HEIGHT_PX / float(self.bands);
        (
            LEFT_PX + float(place) * self.column,
            float(band) * band_px + ABOVE_PX,
        )
    }

    fn height(self) -> f64 {
        float(self.rows) * self.pitch
    }

    /// The member at a place of the map.
    fn member_at(self, x: f64, y: f64) -> Option<usize> {
        let place = whole(((x - LEFT_PX) / self.column).max(0.0));
        let band = whole((y / (HEIGHT_PX / float(self.bands))).max(0.0));
        let member = band * self.per_band + place;
        (x >= LEFT_PX && place < self.per_band && member < self.drawn).then_some(member)
    }

    /// The area of a member's column, for what stands beside it.
    pub(super) fn column_of(self, member: usize) -> (f64, f64, f64, f64) {
        let (x, y) = self.at(member);
        (x, y, self.column, self.height())
    }

    /// Marks from one place of a column to another as an outline of at most three rectangles.
    fn outline(self, (x, y): (f64, f64), from: usize, to: usize) -> String {
        let mut path = String::new();
        let mut rect = |row: usize, rows: usize, from: usize, to: usize| {
            if rows > 0 && to > from {
                // Writing to a string can't fail.
                let _ = write!(
                    path,
                    "M{} {}h{}v{}h-{}z",
                    px(x + float(from) * self.pitch),
                    px(y + float(row) * self.pitch),
                    px(float(to - from) * self.pitch),
                    px(float(rows) * self.pitch),
                    px(float(to - from) * self.pitch)
                );
            }
        };
        let (first, last) = (from / self.across, to / self.across);
        if first == last {
            rect(first, 1, from % self.across, to % self.across);
        } else {
            rect(first, 1, from % self.across, self.across);
            rect(first + 1, last - first - 1, 0, self.across);
            rect(last, 1, 0, to % self.across);
        }
        path
    }

    /// The lines between the marks of all columns.
    fn gaps(self) -> String {
        let mut path = String::new();
        let width = float(self.per_band) * self.column;
        for band in 0..self.bands {
            let (x, y) = self.at(band * self.per_band);
            for row in 1..=self.rows {
                // Writing to a string can't fail.
                let _ = write!(
                    path,
                    "M{} {}h{}",
                    px(x),
                    px(y + float(row) * self.pitch - 0.5),
                    px(width)
                );
            }
            for column in 0..self.per_band {
                let x = x + float(column) * self.column;
                for mark in 1..=self.across {
                    let _ = write!(
                        path,
                        "M{} {}v{}",
                        px(x + float(mark) * self.pitch - 0.5),
                        px(y),
                        px(self.height())
                    );
                }
            }
        }
        path
    }

    /// How many marks there are, and how many of them are dark: at least one where anything is stopped.
    fn marks(self, reads: usize, stopped: usize) -> (usize, usize) {
        let dark = stopped.div_ceil(self.each);
        ((reads + stopped).div_ceil(self.each).max(dark), dark)
    }
}

/// The map at a moment.
#[derive(Properties, PartialEq)]
pub(super) struct DensityMapProps {
    /// The run.
    pub run: Shared<Run>,
    /// The moment.
    pub frame: Shared<Frame>,
    /// The layout.
    pub density: Density,
    /// How many partitions nobody reads since each member did.
    pub stopped: std::rc::Rc<Vec<usize>>,
    /// The member whose menu is open.
    pub menu: Option<usize>,
    /// Opens a member's menu, or closes it.
    pub on_menu: Callback<Option<usize>>,
}

/// The map at a moment, with one button that goes from column to column.
#[component]
pub(super) fn DensityMap(props: &DensityMapProps) -> Html {
    let DensityMapProps {
        run,
        frame,
        density,
        stopped,
        ..
    } = props;
    let density = *density;
    let node = use_node_ref();
    let pointed = use_state_eq(|| 0_usize);
    let is_pointing = use_state_eq(|| false);
    let at = (*pointed).min(density.drawn.saturating_sub(1));
    let point = {
        let (node, pointed, is_pointing) = (node.clone(), pointed.setter(), is_pointing.setter());
        Callback::from(move |event: PointerEvent| {
            let place =
                crate::platform::layout::point_in(&node, event.client_x(), event.client_y());
            let member = place.and_then(|(x, y)| density.member_at(x, y));
            is_pointing.set(member.is_some());
            if let Some(member) = member {
                pointed.set(member);
            }
        })
    };
    let leave = is_pointing.setter();
    html! {
        <div ref={node} class="density" data-testid="density" data-each={density.each.to_string()} style={format!("height:{}px", px(HEIGHT_PX))}
            onpointermove={point} onpointerleave={move |_: PointerEvent| leave.set(false)}>
            <svg width="100%" height={px(HEIGHT_PX)} aria-hidden="true">
                { for (0..density.drawn).map(|member| html! {
                    <Column key={member} {density} {member} reads={frame.members.get(member).map_or(0, |m| m.reads.len())}
                        stopped={stopped.get(member).copied().unwrap_or(0)} />
                }) }
                <Grid {density} />
                { for stopped.iter().take(density.drawn).enumerate().filter(|(_, count)| **count > 0).map(|(member, count)| {
                    stop(density, member, *count)
                }) }
                { names(run, density) }
            </svg>
            { cursor(props, at, &pointed) }
            { tip(props, at, *is_pointing) }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct GridProps {
    density: Density,
}

/// The gaps between the marks, over all columns: drawn once.
#[component]
fn Grid(props: &GridProps) -> Html {
    html! { <path class="density-grid" d={props.density.gaps()} /> }
}

#[derive(Properties, PartialEq)]
struct ColumnProps {
    density: Density,
    member: usize,
    reads: usize,
    stopped: usize,
}

/// A member's marks: drawn anew only when its numbers change.
#[component]
fn Column(props: &ColumnProps) -> Html {
    let &ColumnProps {
        density,
        member,
        reads,
        stopped,
    } = props;
    let at = density.at(member);
    let (all, dark) = density.marks(reads, stopped);
    html! {
        <g data-member={member.to_string()} data-reads={reads.to_string()} data-stopped={stopped.to_string()}>
            <path class="density-read" d={density.outline(at, dark, all)} />
        </g>
    }
}

/// What nobody reads of a member's, without gaps between the marks, and an arrow to it.
fn stop(density: Density, member: usize, stopped: usize) -> Html {
    let at = density.at(member);
    let (_, dark) = density.marks(0, stopped);
    let arrow = format!(
        "M{} {}l4 -6h-8z",
        px(at.0 + (density.column - 1.0) / 2.0),
        px(at.1 - 2.0)
    );
    html! {
        <g key={format!("stop-{member}")}>
            <path class="density-stop" d={density.outline(at, 0, dark)} />
            <path class="density-arrow" d={arrow} />
        </g>
    }
}

/// Names below every so many columns, and how many marks a full column has.
fn names(run: &Run, density: Density) -> Html {
    let step = whole((NAMES_APART_PX / density.column).ceil()).max(1);
    // The last name of a band ends inside it.
    let last = density.per_band.saturating_sub(step / 2);
    let shown = (0..density.drawn).filter(|member| {
        let place = member % density.per_band;
        place.is_multiple_of(step) && (place == 0 || place < last)
    });
    html! {
        <g class="density-names">
            { for shown.map(|member| {
                let (x, y) = density.at(member);
                html! { <text x={px(x)} y={px(y + HEIGHT_PX / float(density.bands) - ABOVE_PX - 4.0)}>{ run.member_name(member).to_owned() }</text> }
            }) }
            <text x="0" y={px(ABOVE_PX + 8.0)}>{ "1" }</text>
            <text x="0" y={px(ABOVE_PX + density.height())}>{ (density.across * density.rows * density.each).to_string() }</text>
        </g>
    }
}

/// What a column says: who, and what it reads and what nobody reads since it did.
fn said(props: &DensityMapProps, member: usize) -> (String, String) {
    let (run, frame) = (&props.run, &props.frame);
    let Some(now) = frame.members.get(member) else {
        return (String::new(), String::new());
    };
    let name = format!("{}, {}", run.member_name(member), doing(run, frame, member));
    let reads = match (now.reads.first(), now.reads.last()) {
        (Some(first), Some(last)) => format!(
            "has {}, from {} to {}",
            counted(now.reads.len()),
            run.label(*first),
            run.label(*last)
        ),
        _ => "has no partitions".to_owned(),
    };
    let left = frame
        .partitions
        .iter()
        .filter_map(|partition| match partition.reader {
            Reader::Nobody { last, .. } if run.member_of(last) == member => {
                Some(partition.since_ms)
            }
            _ => None,
        });
    match props.stopped.get(member).copied().unwrap_or(0) {
        0 => (name, reads),
        n => {
            let longest_ms = frame.at_ms - left.min().unwrap_or(frame.at_ms);
            (
                name,
                format!(
                    "{reads}; nobody reads {n} that it had, for {}",
                    span(longest_ms)
                ),
            )
        }
    }
}

fn counted(partitions: usize) -> String {
    match partitions {
        1 => "1 partition".to_owned(),
        n => format!("{n} partitions"),
    }
}

fn cursor(props: &DensityMapProps, at: usize, pointed: &UseStateHandle<usize>) -> Html {
    let density = props.density;
    let (x, y, width, height) = density.column_of(at);
    let around = Area {
        x: x - 1.5,
        y: y - 1.5,
        width: width + 2.0,
        height: height + 3.0,
    };
    let style = around.placed();
    let is_open = props.menu == Some(at);
    let setter = pointed.setter();
    let onkeydown = Callback::from(move |event: KeyboardEvent| {
        let Some(to) = leads_to(&event.key(), at, density.per_band, density.drawn) else {
            return;
        };
        event.prevent_default();
        event.stop_propagation();
        setter.set(to);
    });
    let (name, has) = said(props, at);
    let toggle = props
        .on_menu
        .reform(move |_: MouseEvent| (!is_open).then_some(at));
    html! {
        <button type="button" id={super::card::menu_button_id(at)} class="density-cursor" {style} {onkeydown} onclick={toggle} aria-haspopup="menu"
            aria-expanded={is_open.to_string()} aria-label={format!("{name}, {has}. Arrows go to other members, Enter acts on it")}
            data-testid="density-cursor" data-member={props.run.member_name(at).to_owned()} />
    }
}

/// What the column under the pointer says.
fn tip(props: &DensityMapProps, at: usize, is_shown: bool) -> Html {
    const WIDTH_PX: f64 = 250.0;
    if !is_shown || props.menu.is_some() {
        return html! { <div class="lane-tip" hidden=true /> };
    }
    let (x, y, width, _) = props.density.column_of(at);
    let left = if x > WIDTH_PX + 40.0 {
        x - WIDTH_PX - 8.0
    } else {
        x + width + 8.0
    };
    let (name, has) = said(props, at);
    html! {
        <div class="lane-tip" style={format!("transform:translate({}px,{}px)", px(left), px(y + 20.0))} data-testid="density-tip">
            <b>{ name }</b><span>{ has }</span>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::{Density, HEIGHT_PX};

    #[test]
    fn ten_thousand_partitions_have_a_mark_each_on_a_usual_screen() {
        let map = Density::fitting(200, 50, 994.0);
        assert_eq!((map.each, map.drawn), (1, 200));
        assert!(map.across * map.rows >= 50 && map.pitch >= 2.0);
        let few = Density::fitting(150, 4, 994.0);
        assert!(few.pitch >= map.pitch);
    }

    #[test]
    fn every_size_fits_and_no_stop_is_rounded_away() {
        for members in [13, 121, 200, 999, 5_000] {
            for most in [1, 7, 50, 999, 100_000] {
                for width in [340.0, 994.0, 1_600.0] {
                    let map = Density::fitting(members, most, width);
                    let (all, dark) = map.marks(most - 1, 1);
                    assert!(
                        dark >= 1 && all <= map.across * map.rows,
                        "{members} {most} {width}"
                    );
                    let (x, y, column, height) = map.column_of(map.drawn - 1);
                    assert!(
                        x + column <= width + 0.01 || map.column < 3.1,
                        "{members} {most} {width}"
                    );
                    assert!(y + height <= HEIGHT_PX, "{members} {most} {width}");
                    assert_eq!(
                        map.member_at(x + column / 2.0, y + 1.0),
                        Some(map.drawn - 1)
                    );
                }
            }
        }
    }

    #[test]
    fn an_outline_has_as_many_marks_as_asked() {
        let map = Density::fitting(20, 50, 994.0);
        let area = |path: &str| -> f64 {
            let rects = path.split('z').filter(|rect| !rect.is_empty());
            let sides = rects.map(|rect| {
                let (_, rest) = rect.split_once('h').expect("a width");
                let (width, rest) = rest.split_once('v').expect("a height");
                let (height, _) = rest.split_once('h').expect("a way back");
                width.parse::<f64>().expect("px") * height.parse::<f64>().expect("px")
            });
            sides.sum()
        };
        for (from, to) in [(0, 0), (0, 1), (0, 50), (3, 4), (3, 30), (17, 50)] {
            let marks = area(&map.outline((0.0, 0.0), from, to)) / (map.pitch * map.pitch);
            assert!(
                (marks - f64::from(u8::try_from(to - from).expect("few"))).abs() < 0.01,
                "{from} {to} {marks}"
            );
        }
    }
}
