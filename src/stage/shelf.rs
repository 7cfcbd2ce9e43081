//! The shelf: what nobody reads, with its seconds and where it goes. It keeps its place when it is empty.

use super::plan::{Plan, Style};
use super::tokens::{Look, Scene};
use crate::figure::{Run, px};
use assignor_core::order;
use assignor_core::sim::narrate::{clock, span, tenths};
use assignor_core::sim::trace::{Frame, PartitionIx, Reader};
use yew::{Html, html};

/// What stands on the shelf.
fn words(frame: &Frame, is_short: bool) -> (String, String) {
    let count = frame.partitions.len();
    let mut stopped = 0_usize;
    let mut not_yet = 0_usize;
    let mut total_ms = 0_u64;
    for partition in &frame.partitions {
        match partition.reader {
            Reader::Nobody { .. } => {
                stopped += 1;
                total_ms += frame.at_ms.saturating_sub(partition.since_ms);
            }
            Reader::NotYet => not_yet += 1,
            Reader::Process { .. } => {}
        }
    }
    // A narrow place has no room for the sum; the table of the whole run has it.
    let seconds = if is_short {
        String::new()
    } else {
        format!("{} partition-seconds so far", tenths(total_ms))
    };
    match (stopped, not_yet) {
        _ if count == 0 => ("There are no partitions".to_owned(), String::new()),
        (0, 0) => ("Every partition is read".to_owned(), String::new()),
        (0, not_yet) => (format!("Not read yet: {not_yet} of {count}"), String::new()),
        (stopped, 0) => (format!("Read by nobody: {stopped} of {count}"), seconds),
        (stopped, not_yet) => (
            format!("Read by nobody: {stopped} of {count}, {not_yet} more not yet"),
            seconds,
        ),
    }
}

/// The shelf with its heading and, under the tokens, how long each has waited and where it goes.
pub(super) fn shelf(run: &Run, frame: &Frame, plan: &Plan, scene: &Scene) -> Html {
    let (heading, sum) = words(frame, plan.style == Style::List);
    let is_empty = heading == "Every partition is read";
    let area = plan.shelf;
    let style = format!("top:{}px;height:{}px", px(area.y), px(area.height));
    html! {
        <section class={if is_empty { "shelf is-empty" } else { "shelf" }} {style} aria-label="Read by nobody" data-testid="shelf">
            <h3>{ heading }<small>{ sum }</small></h3>
            { for tags(run, frame, plan, scene).into_iter().map(|tag| html! {
                <span class="tag" style={format!("left:{}px;top:{}px", px(tag.x), px(area.height - 21.0))}>
                    <b class="fig">{ tag.waited }</b>{ tag.goal }
                </span>
            }) }
        </section>
    }
}

/// Text under tokens that stopped together and go to the same place.
#[derive(Debug)]
struct Tag {
    x: f64,
    waited: String,
    goal: String,
}

/// One tag per group of tokens; those that would overlap move aside or stay away.
fn tags(run: &Run, frame: &Frame, plan: &Plan, scene: &Scene) -> Vec<Tag> {
    let mut seen = Vec::new();
    let mut tags: Vec<(Tag, f64)> = Vec::new();
    for token in &scene.tokens {
        let Some(now) = frame.partitions.get(token.partition.0 as usize) else {
            continue;
        };
        let last = match (token.look, now.reader) {
            (_, Reader::Nobody { last, .. }) => Some(run.member_of(last)),
            (Look::NotYet, _) => None,
            _ => continue,
        };
        let group = (
            last,
            now.next.map(|(process, _)| run.member_of(process)),
            now.since_ms,
        );
        if seen.contains(&group) {
            continue;
        }
        seen.push(group);
        let waited = match last {
            Some(_) => span(frame.at_ms.saturating_sub(now.since_ms)),
            None => String::new(),
        };
        let goal = goal(run, last, now.next);
        let letters = waited.chars().count() + goal.chars().count();
        let width = f64::from(u16::try_from(letters).unwrap_or(u16::MAX)) * 7.0 + 8.0;
        tags.push((
            Tag {
                x: token.at.0,
                waited,
                goal,
            },
            width,
        ));
    }
    order::sort_by(&mut tags, |a, b| a.0.x.total_cmp(&b.0.x));
    let mut free_from = 0.0_f64;
    let mut placed = Vec::new();
    for (mut tag, width) in tags {
        let x = tag.x.max(free_from).min(plan.shelf.width - width - 8.0);
        if x + 0.01 < free_from || x - tag.x > 70.0 {
            continue;
        }
        tag.x = x;
        free_from = x + width + 10.0;
        placed.push(tag);
    }
    placed
}

fn goal(
    run: &Run,
    last: Option<usize>,
    next: Option<(assignor_core::sim::trace::ProcessIx, u64)>,
) -> String {
    let Some((process, at_ms)) = next else {
        let hidden = "what comes next is hidden";
        return if run.is_cut {
            hidden
        } else {
            "nobody takes it in this run"
        }
        .to_owned();
    };
    let member = run.member_of(process);
    let name = run.member_name(member);
    match last {
        Some(last) if last == member => format!("back to {name}"),
        Some(_) => format!("to {name} at {}", clock(at_ms)),
        None => format!("first {name} at {}", clock(at_ms)),
    }
}

/// The dotted paths of partitions on their way to another member, one per pair of members.
pub(super) fn paths(plan: &Plan, scene: &Scene) -> Html {
    if !plan.has_columns() {
        return html! { <g /> };
    }
    let half = plan.token.unwrap_or(0.0) / 2.0;
    let mut seen = Vec::new();
    let mut drawn = Vec::new();
    for token in scene.tokens.iter().filter(|token| token.is_moving) {
        let places = of(scene, token.partition);
        let (Some(&(from, from_at)), Some(&(to, to_at))) = (places.first(), places.get(1)) else {
            continue;
        };
        if seen.contains(&(from, to)) {
            continue;
        }
        seen.push((from, to));
        let middle = plan.shelf_token_y() + half;
        let (from_x, to_x, at_x) = (from_at.0 + half, to_at.0 + half, token.at.0 + half);
        let (from_y, to_y) = (bottom(plan, from), bottom(plan, to));
        let toward = if to_x >= from_x { 1.0 } else { -1.0 };
        drawn.push(html! {
            <g key={format!("{from}-{to}")}>
                if (at_x - from_x).abs() > half + 16.0 {
                    <path d={format!("M{} {} V{} q0 12 {} 12 H{}", px(from_x), px(from_y + 2.0), px(middle - 12.0), px(12.0 * toward), px(at_x - (half + 5.0) * toward))} />
                }
                if (to_x - at_x).abs() > half + 16.0 {
                    <path d={format!("M{} {} H{} q{} 0 {} -12 V{}", px(at_x + (half + 5.0) * toward), px(middle), px(to_x - 12.0 * toward), px(12.0 * toward), px(12.0 * toward), px(to_y + 9.0))} />
                }
                <path class="arrow" d={format!("M{} {} l-4 7 h8 z", px(to_x), px(to_y + 2.0))} />
            </g>
        });
    }
    html! { <g>{ for drawn }</g> }
}

fn of(scene: &Scene, partition: PartitionIx) -> Vec<(usize, (f64, f64))> {
    let outlines = scene.outlines.iter().filter(|o| o.partition == partition);
    outlines
        .map(|outline| (outline.member, outline.at))
        .collect()
}

fn bottom(plan: &Plan, member: usize) -> f64 {
    let card = plan.card(member);
    card.y + card.height
}
