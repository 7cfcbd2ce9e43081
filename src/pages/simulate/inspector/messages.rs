//! Requests and responses between members and coordinator: lifelines with one row per message, following
//! the playhead. Heartbeats and commits without an error are
//! left out: they only say that all is well.

use super::{column_time, window};
use crate::figure::{Run, owner, px};
use assignor_core::order;
use assignor_core::sim::narrate::clock;
use assignor_core::sim::trace::{Api, ErrorCode, Message};
use yew::prelude::*;

/// How many messages are shown at once.
const SHOWN: usize = 10;
/// More members than this have no lifelines: the messages are a list.
const MOST_LIFELINES: usize = 8;
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
    let shown = window(rows.len(), past, SHOWN);
    let members = run.trace.members.len();
    if members > MOST_LIFELINES {
        return list(
            run,
            rows.get(shown.clone()).unwrap_or_default(),
            past - shown.start.min(past),
            t_ms,
            on_seek,
        );
    }
    let lines = Lines::new(members);
    let count = shown.len() + 1;
    let height = HEAD + ROW * float(count) + 8.0;
    let visible = rows.get(shown.clone()).unwrap_or_default();
    let before = past.clamp(shown.start, shown.end) - shown.start;
    let y_of = |ix: usize| HEAD + ROW * (float(ix) + 0.6) + if ix >= before { ROW } else { 0.0 };
    let now_y = HEAD + ROW * (float(before) + 0.42);
    html! {
        <svg class="sequence" viewBox={format!("-4 0 {} {}", px(WIDTH + 4.0), px(height))} role="group" aria-label="Messages around the playhead">
            { heads(run, &lines, height) }
            { for visible.iter().enumerate().map(|(ix, row)| row_view(row, &lines, y_of(ix), ix >= before, on_seek, shown.start + ix)) }
            <g class="sequence-now">
                <line x1={px(GUTTER)} x2={px(WIDTH)} y1={px(now_y)} y2={px(now_y)} />
                <rect x="-4" y={px(now_y - 9.0)} width="50" height="18" rx="9" />
                <text x="21" y={px(now_y + 4.0)}>{ clock(t_ms) }</text>
            </g>
        </svg>
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
struct Lines {
    members: Vec<f64>,
    coordinator: f64,
}

impl Lines {
    fn new(members: usize) -> Self {
        // At the coordinator's sides there is room for the words of its arrows.
        let left = members.div_ceil(2);
        let step = (WIDTH - GUTTER - 24.0) / float(members.max(1));
        let x = |place: usize| GUTTER + 24.0 + step * float(place);
        Self {
            coordinator: x(left) - step * if members > 1 { 0.0 } else { -0.5 },
            members: (0..members)
                .map(|member| x(if member < left { member } else { member + 1 }))
                .collect(),
        }
        .within()
    }

    /// The last line at the right edge.
    fn within(mut self) -> Self {
        let last = self
            .members
            .iter()
            .copied()
            .fold(self.coordinator, f64::max);
        let first = GUTTER + 24.0;
        if last > first && !self.members.is_empty() {
            let scale = (WIDTH - 14.0 - first) / (last - first);
            let place = |x: f64| first + (x - first) * scale;
            self.coordinator = place(self.coordinator);
            for x in &mut self.members {
                *x = place(*x);
            }
        }
        self
    }
}

/// The coordinator's name, as far as there is room between the discs beside it.
fn coordinator(lines: &Lines) -> &'static str {
    const DISCS_PX: f64 = 24.0;
    const NAME_PX: f64 = 74.0;
    let beside = lines.members.iter().map(|x| (x - lines.coordinator).abs());
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
            { for lines.members.iter().enumerate().map(|(member, &x)| html! {
                <g class={owner::class(member)}>
                    <line class="lifeline" x1={px(x)} x2={px(x)} y1="26" y2={px(height)} />
                    <circle class="ring-disc" cx={px(x)} cy="13" r="10"><title>{ run.member_name(member).to_owned() }</title></circle>
                    <text class="ring-letter is-small" x={px(x)} y="17">{ owner::letter(member) }</text>
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
    let member_x = lines.members.get(row.member).copied().unwrap_or(GUTTER);
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

/// For many members: one line of text per message.
fn list(run: &Run, rows: &[Row], before: usize, t_ms: u64, on_seek: &Callback<u64>) -> Html {
    html! {
        <ol class="calls">
            { for rows.iter().enumerate().map(|(ix, row)| {
                let at_ms = row.at_ms;
                let arrow = if row.is_response { "←" } else { "→" };
                html! {
                    <>
                        if ix == before { <li class="now"><span class="fig">{ clock(t_ms) }</span></li> }
                        <li class={classes!("call", (ix >= before).then_some("is-to-come"))}>
                            <button type="button" onclick={on_seek.reform(move |_: MouseEvent| at_ms)}>
                                <span class="fig call-time">{ column_time(at_ms) }</span>
                                <span class={classes!("badge", owner::class(row.member))}>{ owner::letter(row.member) }</span>
                                <span>{ format!("{} {arrow} {}", run.member_name(row.member), row.text) }</span>
                            </button>
                        </li>
                    </>
                }
            }) }
            if before >= rows.len() { <li class="now"><span class="fig">{ clock(t_ms) }</span></li> }
        </ol>
    }
}
