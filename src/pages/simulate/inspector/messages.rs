//! Requests and responses between members and coordinator: lifelines with one row per message, following
//! the playhead. Heartbeats and commits without an error are
//! left out: they only say that all is well.

use super::{column_time, sequence_bars, window};
use crate::figure::{Run, owner, px};
use assignor_core::order;
use assignor_core::sim::narrate::clock;
use assignor_core::sim::trace::{Api, ErrorCode, Message};
use std::collections::BTreeSet;
use std::ops::Range;
use yew::prelude::*;

/// How many messages are shown at once.
const SHOWN: usize = 10;
/// So many members have a lifeline at once; of more those whose messages are shown.
const MOST_LIFELINES: usize = 6;
/// Width of the drawing and height of a row, in px.
const WIDTH: f64 = 320.0;
const ROW: f64 = 22.0;
/// Room for the times at the left, and for the heads above.
const GUTTER: f64 = 46.0;
const HEAD: f64 = 40.0;

/// A message as a row.
pub(super) struct Row {
    at_ms: u64,
    member: usize,
    is_response: bool,
    is_lost: bool,
    text: String,
}

/// The messages around the playhead.
pub(super) fn messages(run: &Run, rows: &[Row], t_ms: u64, on_seek: &Callback<u64>) -> Html {
    let past = rows.partition_point(|row| row.at_ms <= t_ms);
    let all = run.trace.members.len();
    let shown = if all <= MOST_LIFELINES {
        window(rows.len(), past, SHOWN)
    } else {
        concerned(rows, past)
    };
    let visible = rows.get(shown.clone()).unwrap_or_default();
    let members: Vec<usize> = if all <= MOST_LIFELINES {
        (0..all).collect()
    } else {
        let members: BTreeSet<_> = visible.iter().map(|row| row.member).collect();
        members.into_iter().collect()
    };
    let lines = Lines::new(&members);
    // The same from moment to moment, however many there are.
    let height = HEAD + ROW * float(SHOWN + 1) + 8.0;
    let before = past.clamp(shown.start, shown.end) - shown.start;
    let y_of = |ix: usize| HEAD + ROW * (float(ix) + 0.6) + if ix >= before { ROW } else { 0.0 };
    let now_y = HEAD + ROW * (float(before) + 0.42);
    let times = visible.iter().enumerate();
    let mut knots: Vec<_> = times.map(|(ix, row)| (row.at_ms, y_of(ix))).collect();
    knots.insert(before.min(knots.len()), (t_ms, now_y));
    let scale = Scale {
        knots,
        now_ms: t_ms,
        ends: (HEAD - 10.0, height),
    };
    let more = all.saturating_sub(members.len());
    html! {
        <>
            <svg class="sequence" viewBox={format!("-4 0 {} {}", px(WIDTH + 4.0), px(height))} role="group" aria-label="Messages around the playhead">
                { heads(run, &lines, height) }
                { sequence_bars::bars(run, &lines, &scale) }
                { for visible.iter().enumerate().map(|(ix, row)| row_view(row, &lines, y_of(ix), ix >= before, on_seek, shown.start + ix)) }
                <g class="sequence-now">
                    <line x1={px(GUTTER)} x2={px(WIDTH)} y1={px(now_y)} y2={px(now_y)} />
                    <rect x="-4" y={px(now_y - 9.0)} width="50" height="18" rx="9" />
                    <text x="21" y={px(now_y + 4.0)}>{ clock(t_ms) }</text>
                </g>
            </svg>
            if more > 0 { <p class="nothing">{ format!("The {} whose messages are nearest; {more} more members have none here.", members.len()) }</p> }
        </>
    }
}

/// Those of the messages nearest to the present that concern few enough members.
fn concerned(rows: &[Row], past: usize) -> Range<usize> {
    let mut members = BTreeSet::new();
    let mut has_room = |row: &Row| {
        let is_in = members.contains(&row.member) || members.len() < MOST_LIFELINES;
        is_in && {
            members.insert(row.member);
            true
        }
    };
    let mut shown = past..past;
    let (mut goes_back, mut goes_on) = (true, true);
    while shown.len() < SHOWN && (goes_back || goes_on) {
        if goes_back {
            let row = shown.start.checked_sub(1).and_then(|ix| rows.get(ix));
            goes_back = row.is_some_and(&mut has_room);
            shown.start -= usize::from(goes_back);
        }
        if goes_on && shown.len() < SHOWN {
            goes_on = rows.get(shown.end).is_some_and(&mut has_room);
            shown.end += usize::from(goes_on);
        }
    }
    shown
}

/// Where times stand: the rows are in order, not to scale, and between two of them time goes evenly.
pub(super) struct Scale {
    /// Times with their heights, both ascending.
    knots: Vec<(u64, f64)>,
    /// The present.
    pub now_ms: u64,
    /// Top and bottom: for what lies before and after all of these times.
    ends: (f64, f64),
}

impl Scale {
    /// The height of a time.
    pub(super) fn y(&self, at_ms: u64) -> f64 {
        let after = self.knots.partition_point(|knot| knot.0 <= at_ms);
        let before = after.checked_sub(1).and_then(|ix| self.knots.get(ix));
        match (before, self.knots.get(after)) {
            (None, _) => self.ends.0,
            (Some(&(t_ms, y)), None) if t_ms == at_ms => y,
            (Some(_), None) => self.ends.1,
            (Some(&(from_ms, from_y)), Some(&(to_ms, to_y))) => {
                let thousandths =
                    (at_ms - from_ms).saturating_mul(1_000) / (to_ms - from_ms).max(1);
                let share = f64::from(u32::try_from(thousandths).unwrap_or(1_000)) / 1_000.0;
                from_y + (to_y - from_y) * share
            }
        }
    }
}

fn float(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// The messages of a run.
pub(super) fn collect(run: &Run) -> Vec<Row> {
    let mut rows: Vec<Row> = run
        .trace
        .messages
        .iter()
        .filter(|message| {
            let is_routine = matches!(message.api, Api::Heartbeat | Api::OffsetCommit);
            !is_routine || message.error != ErrorCode::None
        })
        .map(|message| Row {
            at_ms: message.received_ms.unwrap_or(message.sent_ms),
            member: run.member_of(message.process),
            is_response: message.is_response,
            is_lost: message.received_ms.is_none(),
            text: text(message),
        })
        .collect();
    order::sort_by(&mut rows, |a, b| a.at_ms.cmp(&b.at_ms));
    rows
}

fn text(message: &Message) -> String {
    let name = match message.api {
        Api::JoinGroup => "JoinGroup",
        Api::SyncGroup => "SyncGroup",
        Api::Heartbeat => "Heartbeat",
        Api::LeaveGroup => "LeaveGroup",
        Api::OffsetCommit => "OffsetCommit",
    };
    match (message.is_response, message.error) {
        (false, _) => name.to_owned(),
        (true, ErrorCode::None) => match message.api {
            Api::JoinGroup => format!("generation {}", message.generation_id),
            Api::SyncGroup => "assignment".to_owned(),
            Api::LeaveGroup => "left".to_owned(),
            Api::OffsetCommit => "committed".to_owned(),
            Api::Heartbeat => "ok".to_owned(),
        },
        (true, ErrorCode::RebalanceInProgress) => "rebalancing".to_owned(),
        (true, ErrorCode::MemberIdRequired) => "member id".to_owned(),
        (true, error) => error.as_str().to_owned(),
    }
}

/// Where the lifelines stand: members in their order, the coordinator in the middle.
pub(super) struct Lines {
    /// Members, by their places in the run, and where they stand.
    pub members: Vec<(usize, f64)>,
    /// Where the coordinator does.
    pub coordinator: f64,
}

impl Lines {
    fn new(members: &[usize]) -> Self {
        // At the coordinator's sides there is room for the words of its arrows.
        let left = members.len().div_ceil(2);
        let (first, last) = (GUTTER + 24.0, WIDTH - 14.0);
        let step = (last - first) / float(members.len().max(1));
        let x = |place: usize| first + step * float(place);
        let beside = |place: usize| if place < left { place } else { place + 1 };
        let members = members.iter().enumerate();
        Self {
            coordinator: x(left),
            members: members
                .map(|(place, &member)| (member, x(beside(place))))
                .collect(),
        }
    }

    /// Where a member stands.
    pub(super) fn member(&self, member: usize) -> Option<f64> {
        let found = self.members.iter().find(|(place, _)| *place == member);
        found.map(|(_, x)| *x)
    }
}

/// The coordinator's name, as far as there is room between the discs beside it.
fn coordinator(lines: &Lines) -> &'static str {
    const DISCS_PX: f64 = 24.0;
    const NAME_PX: f64 = 74.0;
    let beside = lines.members.iter();
    let beside = beside.map(|(_, x)| (x - lines.coordinator).abs());
    let room = 2.0 * beside.fold(f64::MAX, f64::min) - DISCS_PX;
    if room < NAME_PX {
        "coord."
    } else {
        "coordinator"
    }
}

fn heads(run: &Run, lines: &Lines, height: f64) -> Html {
    html! {
        <>
            <line class="lifeline is-coordinator" x1={px(lines.coordinator)} x2={px(lines.coordinator)} y1="26" y2={px(height)} />
            <text class="sequence-head" x={px(lines.coordinator)} y="17"><title>{ "coordinator" }</title>{ coordinator(lines) }</text>
            { for lines.members.iter().map(|&(member, x)| (member, x, owner::letter(member))).map(|(member, x, letter)| html! {
                <g class={owner::class(member)}>
                    <line class="lifeline" x1={px(x)} x2={px(x)} y1="26" y2={px(height)} />
                    <circle class="ring-disc" cx={px(x)} cy="13" r="10"><title>{ run.member_name(member).to_owned() }</title></circle>
                    <text class={classes!("ring-letter", "is-small", (letter.chars().count() > 2).then_some("is-long"))} x={px(x)} y="17">{ letter }</text>
                </g>
            }) }
        </>
    }
}

fn row_view(
    row: &Row,
    lines: &Lines,
    y: f64,
    is_to_come: bool,
    on_seek: &Callback<u64>,
    key: usize,
) -> Html {
    let member_x = lines.member(row.member).unwrap_or(GUTTER);
    let (from, to) = if row.is_response {
        (lines.coordinator, member_x)
    } else {
        (member_x, lines.coordinator)
    };
    let toward = if to > from { 1.0 } else { -1.0 };
    let at_ms = row.at_ms;
    let seek = on_seek.reform(move |_: MouseEvent| at_ms);
    let letters = f64::from(u16::try_from(row.text.chars().count()).unwrap_or(u16::MAX));
    let width = letters * 5.8 + 6.0;
    let middle = f64::midpoint(from, to).clamp(GUTTER + width / 2.0, WIDTH - width / 2.0);
    html! {
        <g {key} class={classes!("message", is_to_come.then_some("is-to-come"), row.is_lost.then_some("is-lost"))} onclick={seek}>
            <text class="message-time" x="0" y={px(y + 4.0)}>{ column_time(row.at_ms) }</text>
            <line x1={px(from + 4.0 * toward)} x2={px(to - 8.0 * toward)} y1={px(y)} y2={px(y)} />
            <path d={format!("M{} {} l{} -3.4 v6.8 z", px(to - 4.0 * toward), px(y), px(-7.0 * toward))} />
            <rect class="message-patch" x={px(middle - width / 2.0)} y={px(y - 15.0)} width={px(width)} height="13" />
            <text class="message-name" x={px(middle)} y={px(y - 5.0)}>{ row.text.clone() }</text>
        </g>
    }
}

#[cfg(test)]
mod tests {
    use super::{Lines, MOST_LIFELINES, Row, SHOWN, Scale, WIDTH, concerned};

    fn rows(members: &[usize]) -> Vec<Row> {
        let row = |(at_ms, &member): (u64, &usize)| Row {
            at_ms,
            member,
            is_response: false,
            is_lost: false,
            text: String::new(),
        };
        (0..).zip(members).map(row).collect()
    }

    #[test]
    fn of_many_members_those_nearest_to_the_present_are_shown() {
        let each: Vec<usize> = (0..40).collect();
        assert_eq!(concerned(&rows(&each), 20), 17..23);
        assert_eq!(concerned(&rows(&each), 0), 0..MOST_LIFELINES);
        assert_eq!(concerned(&rows(&each), 40), 40 - MOST_LIFELINES..40);
        let few: Vec<usize> = (0..40).map(|ix| ix % 3).collect();
        assert_eq!(concerned(&rows(&few), 20).len(), SHOWN);
        assert_eq!(concerned(&[], 0), 0..0);
    }

    #[test]
    fn lifelines_stand_in_order_inside_the_drawing() {
        for count in 0..=MOST_LIFELINES {
            let members: Vec<usize> = (0..count).map(|ix| ix * 7).collect();
            let lines = Lines::new(&members);
            let all = lines.members.iter().map(|(_, x)| *x);
            assert!(all.clone().is_sorted() && all.clone().all(|x| x < WIDTH));
            assert!(all.clone().all(|x| (x - lines.coordinator).abs() > 20.0));
            assert_eq!(lines.member(7).is_some(), count > 1);
        }
    }

    #[test]
    fn time_goes_evenly_between_rows() {
        let scale = Scale {
            knots: vec![(10, 50.0), (20, 70.0), (20, 80.0)],
            now_ms: 20,
            ends: (30.0, 100.0),
        };
        for (t_ms, y) in [(5, 30.0), (10, 50.0), (15, 60.0), (20, 80.0), (21, 100.0)] {
            assert!((scale.y(t_ms) - y).abs() < 1e-9, "{t_ms}");
        }
    }
}
