//! The figure's other reading: a line per member. What it reads in its colour, with the number of partitions;
//! below it, hatched and in proportion, what nobody reads since it stopped reading it.

use super::axis::Axis;
use super::bars::{self, Place};
use super::words::{SpanWords, exact};
use super::{Run, owner, px};
use assignor_core::sim::narrate::span;
use assignor_core::sim::trace::Reader;
use std::collections::BTreeMap;
use yew::{Html, html};

/// A stretch of a member's line in which its numbers stay the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// Begin.
    pub from_ms: u64,
    /// End.
    pub to_ms: u64,
    /// How many partitions it reads.
    pub reads: usize,
    /// How many partitions nobody reads, of those that it read last.
    pub stopped: usize,
}

/// The lines of all members, each without gaps over the whole run.
pub fn shares(run: &Run) -> Vec<Vec<Share>> {
    let count = run.trace.members.len();
    let mut steps: Vec<BTreeMap<u64, (isize, isize)>> = vec![BTreeMap::new(); count];
    for span in run.trace.lanes.iter().flat_map(|lane| &lane.spans) {
        let (process, step) = match span.reader {
            Reader::NotYet => continue,
            Reader::Process { process, .. } => (process, (1, 0)),
            Reader::Nobody { last, .. } => (last, (0, 1)),
        };
        if let Some(steps) = steps.get_mut(run.member_of(process)) {
            for (at_ms, sign) in [(span.from_ms, 1), (span.to_ms, -1)] {
                let entry = steps.entry(at_ms).or_default();
                entry.0 += step.0 * sign;
                entry.1 += step.1 * sign;
            }
        }
    }
    let end_ms = run.trace.end_ms;
    steps.iter().map(|steps| line(steps, end_ms)).collect()
}

fn line(steps: &BTreeMap<u64, (isize, isize)>, end_ms: u64) -> Vec<Share> {
    let mut line: Vec<Share> = Vec::new();
    let (mut reads, mut stopped, mut from_ms) = (0_isize, 0_isize, 0);
    let mut push = |from_ms: u64, to_ms: u64, reads: isize, stopped: isize| {
        let (reads, stopped) = (reads.unsigned_abs(), stopped.unsigned_abs());
        match line.last_mut() {
            _ if from_ms >= to_ms => {}
            Some(last) if (last.reads, last.stopped) == (reads, stopped) => last.to_ms = to_ms,
            _ => line.push(Share {
                from_ms,
                to_ms,
                reads,
                stopped,
            }),
        }
    };
    for (&at_ms, step) in steps {
        push(from_ms, at_ms, reads, stopped);
        reads += step.0;
        stopped += step.1;
        from_ms = at_ms;
    }
    push(from_ms, end_ms, reads, stopped);
    line
}

/// The share that holds at a time.
pub(super) fn at(line: &[Share], t_ms: u64) -> Option<&Share> {
    let after = line.partition_point(|share| share.from_ms <= t_ms);
    line.get(after.checked_sub(1)?)
}

/// A member's stretch in words.
pub(super) fn describe(run: &Run, member: usize, share: &Share) -> SpanWords {
    let name = run.member_name(member);
    let (reads, stopped) = (share.reads, share.stopped);
    SpanWords {
        who: match (reads, stopped) {
            (0, 0) => format!("{name}: reads nothing"),
            (0, _) => format!("{name}: read {}, now read by nobody", partitions(stopped)),
            _ => format!("{name}: reads {}", partitions(reads)),
        },
        when: format!(
            "{} to {}, {}",
            exact(share.from_ms),
            exact(share.to_ms),
            span(share.to_ms - share.from_ms)
        ),
        why: match (reads, stopped) {
            (_, 0) | (0, _) => String::new(),
            _ => format!("Nobody reads {stopped} more that it read before"),
        },
    }
}

fn partitions(count: usize) -> String {
    match count {
        1 => "1 partition".to_owned(),
        count => format!("{count} partitions"),
    }
}

/// A member's line in a sentence.
pub(super) fn summary(run: &Run, member: usize, line: &[Share]) -> String {
    const MOST: usize = 12;
    let mut text: Vec<String> = line
        .iter()
        .take(MOST)
        .map(|share| {
            let stopped = match share.stopped {
                0 => String::new(),
                stopped => format!(", {stopped} stopped"),
            };
            format!(
                "reads {}{stopped} from {}",
                share.reads,
                exact(share.from_ms)
            )
        })
        .collect();
    if let Some(more @ 1..) = line.len().checked_sub(MOST) {
        text.push(format!("and {more} more stretches"));
    }
    format!("{}: {}", run.member_name(member), text.join("; "))
}

/// A member's line.
pub(super) fn row(member: usize, line: &[Share], axis: &Axis, place: Place) -> Html {
    let shown = line
        .iter()
        .filter(|share| share.from_ms < axis.to_ms() && share.to_ms > axis.from_ms());
    html! { <g class={owner::class(member)}>{ for shown.map(|share| bar(member, share, axis, place)) }</g> }
}

fn bar(member: usize, share: &Share, axis: &Axis, place: Place) -> Html {
    const LEAST_STOP_PX: f64 = 2.4;
    let (from_x, to_x) = (axis.x(share.from_ms), axis.x(share.to_ms));
    if share.reads + share.stopped == 0 {
        return html! {
            <line class="member-idle" x1={px(from_x)} x2={px(to_x)} y1={px(place.y + place.height / 2.0)} y2={px(place.y + place.height / 2.0)} />
        };
    }
    let read_height = read_height(share, place);
    let stop_width = (to_x - from_x).max(LEAST_STOP_PX);
    let is_hatched = stop_width > 8.0 && place.height - read_height >= 6.0;
    let fill = is_hatched.then(|| format!("url(#hatch-{})", place.id));
    let series = (member / 8) % 4 + 1;
    let has_words = share.reads > 0 && read_height >= 12.0;
    let words = axis
        .visible(from_x, to_x)
        .into_iter()
        .filter(|(a, b)| has_words && b - a > 26.0);
    html! {
        <g data-from={share.from_ms.to_string()} data-to={share.to_ms.to_string()} data-reads={share.reads.to_string()}
            data-stopped={share.stopped.to_string()}>
            if share.reads > 0 {
                <rect class="bar-tint" x={px(from_x)} y={px(place.y)} width={px((to_x - from_x).max(0.8))} height={px(read_height)} />
                if series > 1 {
                    <rect class="bar-texture" x={px(from_x)} y={px(place.y)} width={px((to_x - from_x).max(0.8))} height={px(read_height)}
                        fill={format!("url(#texture-{series}-{})", place.id)} />
                }
                <rect class="bar-edge" x={px(from_x)} y={px(place.y)} width={px((to_x - from_x).clamp(0.5, 3.0))} height={px(read_height)} />
            }
            if share.stopped > 0 {
                <rect class={if is_hatched { "bar-hatched" } else { "bar-solid" }} x={px(from_x)} y={px(place.y + read_height)}
                    width={px(stop_width)} height={px(place.height - read_height)} {fill} />
            }
            { for words.map(|(a, b)| html! {
                <text class="bar-letter" x={px(a + 9.0)} y={px(place.y + read_height / 2.0 + 4.0)}>
                    { if b - a > 96.0 { format!("{}, {}", owner::letter(member), partitions(share.reads)) } else { share.reads.to_string() } }
                </text>
            }) }
        </g>
    }
}

/// How long what a member left is read by nobody, each in the middle of its bar: a layer of its own, as that of
/// [`bars::lengths`](super::bars::lengths).
pub(super) fn lengths(line: &[Share], axis: &Axis, place: Place) -> Html {
    let shown = line
        .iter()
        .filter(|share| share.from_ms < axis.to_ms() && share.to_ms > axis.from_ms());
    let plates = shown.filter_map(|share| {
        let read_height = read_height(share, place);
        let has_room = share.stopped > 0 && place.height - read_height >= 12.0;
        let middle = place.y + f64::midpoint(read_height, place.height);
        let ends = (axis.x(share.from_ms), axis.x(share.to_ms));
        has_room.then(|| bars::plate(&span(share.to_ms - share.from_ms), ends, middle, 14.0))
    });
    html! { <>{ for plates }</> }
}

/// Height of what is read, in proportion to all that a member has, in px.
fn read_height(share: &Share, place: Place) -> f64 {
    let total = float((share.reads + share.stopped).max(1));
    (place.height * float(share.reads) / total).round()
}

fn float(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::{Share, line};
    use std::collections::BTreeMap;

    #[test]
    fn steps_of_a_moment_are_one() {
        // Two partitions are read from 10 on; one stops at 20 and moves away at 30.
        let steps: BTreeMap<u64, (isize, isize)> =
            [(10, (2, 0)), (20, (-1, 1)), (30, (0, -1)), (35, (0, 0))].into();
        let share = |from_ms, to_ms, reads, stopped| Share {
            from_ms,
            to_ms,
            reads,
            stopped,
        };
        assert_eq!(
            line(&steps, 40),
            [
                share(0, 10, 0, 0),
                share(10, 20, 2, 0),
                share(20, 30, 1, 1),
                share(30, 40, 1, 0)
            ]
        );
        assert_eq!(line(&BTreeMap::new(), 40), [share(0, 40, 0, 0)]);
    }
}
