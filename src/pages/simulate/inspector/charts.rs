//! Charts over the whole run: how many partitions nobody reads, and how many each member reads. Drawn as
//! outlines, so that they are crisp on every screen.

use crate::figure::{MemberShare, Run, member_shares, owner, px};
use crate::shared::Shared;
use assignor_core::sim::narrate::clock;
use yew::prelude::*;

const WIDTH: f64 = 320.0;
/// Room for the numbers at the left.
const LEFT: f64 = 30.0;
const HEIGHT: f64 = 96.0;
/// More members than this are too many lines to tell apart.
const MOST_LINES: usize = 12;

#[derive(Properties, PartialEq)]
pub(super) struct ChartsProps {
    /// The run.
    pub run: Shared<Run>,
    /// The playhead.
    pub t_ms: u64,
}

/// The charts.
#[component]
pub(super) fn Charts(props: &ChartsProps) -> Html {
    let ChartsProps { run, t_ms } = props;
    let shares = use_memo(run.clone(), |run| member_shares(run));
    let steps = use_memo(run.clone(), |_| stopped(&shares));
    let now = x(*t_ms, run.trace.end_ms);
    let at = steps.partition_point(|step| step.0 <= *t_ms).checked_sub(1);
    let count = at.and_then(|at| steps.get(at)).map_or(0, |step| step.1);
    let most = steps.iter().map(|step| step.1).max().unwrap_or(0);
    let reads = shares
        .iter()
        .flatten()
        .map(|share| share.reads)
        .max()
        .unwrap_or(0);
    html! {
        <div data-testid="charts">
            <h3>{ "Partitions that nobody reads" }<small class="fig">{ format!("{count} at {}", clock(*t_ms)) }</small></h3>
            { chart(format!("At most {most} at once"), most, now, html! {
                <path class="chart-stopped" d={format!("{}V{}H{}z", outline(&steps, run.trace.end_ms, most), px(HEIGHT - 4.0), px(LEFT))} />
            }) }
            <h3>{ "Partitions per member" }</h3>
            if shares.len() <= MOST_LINES {
                { chart(format!("At most {reads} at one member"), reads, now, html! {
                    <>
                        { for shares.iter().enumerate().map(|(member, line)| member_line(run, member, line, reads)) }
                        { letters(&shares, reads) }
                    </>
                }) }
            } else {
                <p class="nothing">{ format!("{} members are too many lines; the lanes have a line per member.", shares.len()) }</p>
            }
        </div>
    }
}

fn x(t_ms: u64, end_ms: u64) -> f64 {
    LEFT + (WIDTH - LEFT - 12.0) * float(t_ms) / float(end_ms.max(1))
}

fn y(count: usize, most: usize) -> f64 {
    let share =
        float(u64::try_from(count).unwrap_or(0)) / float(u64::try_from(most.max(1)).unwrap_or(1));
    HEIGHT - 4.0 - (HEIGHT - 14.0) * share
}

#[expect(clippy::cast_precision_loss, reason = "times stay far below 2^52 ms")]
fn float(number: u64) -> f64 {
    number as f64
}

/// How many partitions nobody reads, from when on.
fn stopped(shares: &[Vec<MemberShare>]) -> Vec<(u64, usize)> {
    let mut changes: Vec<(u64, isize)> = Vec::new();
    for share in shares.iter().flatten() {
        let count = share.stopped.cast_signed();
        changes.extend([(share.from_ms, count), (share.to_ms, -count)]);
    }
    changes.sort_unstable();
    let mut steps: Vec<(u64, usize)> = vec![(0, 0)];
    let mut count = 0_isize;
    for (at_ms, change) in changes {
        count += change;
        match steps.last_mut() {
            Some(last) if last.0 == at_ms => last.1 = count.max(0).unsigned_abs(),
            _ => steps.push((at_ms, count.max(0).unsigned_abs())),
        }
    }
    steps.dedup_by_key(|step| step.1);
    steps
}

/// A line in steps, from the first to the end of the run.
fn outline(steps: &[(u64, usize)], end_ms: u64, most: usize) -> String {
    let mut path = String::new();
    for &(at_ms, count) in steps {
        let (x, y) = (px(x(at_ms, end_ms)), px(y(count, most)));
        if path.is_empty() {
            path = format!("M{x} {y}");
        } else {
            for part in ["H", &x, "V", &y] {
                path.push_str(part);
            }
        }
    }
    format!("{path}H{}", px(x(end_ms, end_ms)))
}

fn member_line(run: &Run, member: usize, line: &[MemberShare], most: usize) -> Html {
    let steps: Vec<_> = line
        .iter()
        .map(|share| (share.from_ms, share.reads))
        .collect();
    // Lines that would lie on each other lie beside each other.
    let beside = float(u64::try_from(member).unwrap_or(0)) * -1.5;
    html! {
        <g class={owner::class(member)} transform={format!("translate(0 {})", px(beside))}>
            <title>{ run.member_name(member).to_owned() }</title>
            <path class="chart-line" d={outline(&steps, run.trace.end_ms, most)} />
        </g>
    }
}

/// Whose the lines are, where they end; one place for those that end together.
fn letters(shares: &[Vec<MemberShare>], most: usize) -> Html {
    let mut ends: Vec<(usize, String)> = Vec::new();
    for (member, line) in shares.iter().enumerate() {
        let reads = line.last().map_or(0, |share| share.reads);
        match ends.iter_mut().find(|end| end.0 == reads) {
            Some(end) => end.1.push_str(&owner::letter(member)),
            None => ends.push((reads, owner::letter(member))),
        }
    }
    html! {
        <>{ for ends.into_iter().map(|(reads, letters)| html! {
            <text class="chart-letter" x={px(WIDTH - 9.0)} y={px(y(reads, most) + 4.0)}>{ letters }</text>
        }) }</>
    }
}

fn chart(label: String, most: usize, now: f64, marks: Html) -> Html {
    html! {
        <svg class="chart" viewBox={format!("0 0 {WIDTH} {HEIGHT}")} role="img" aria-label={label}>
            <text x={px(LEFT - 6.0)} y={px(y(most, most) + 4.0)}>{ most }</text>
            <text x={px(LEFT - 6.0)} y={px(HEIGHT - 1.0)}>{ "0" }</text>
            <line class="chart-base" x1={px(LEFT)} x2={px(WIDTH - 12.0)} y1={px(HEIGHT - 4.0)} y2={px(HEIGHT - 4.0)} />
            { marks }
            <line class="chart-now" x1={px(now)} x2={px(now)} y1="2" y2={px(HEIGHT - 4.0)} />
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::{MemberShare, stopped};

    #[test]
    fn what_stops_with_several_members_adds_up() {
        let share = |from_ms, to_ms, stopped| MemberShare {
            from_ms,
            to_ms,
            reads: 1,
            stopped,
        };
        let lines = [
            vec![share(0, 10, 0), share(10, 30, 2), share(30, 50, 0)],
            vec![share(0, 20, 0), share(20, 30, 1), share(30, 50, 0)],
        ];
        assert_eq!(stopped(&lines), [(0, 0), (10, 2), (20, 3), (30, 0)]);
    }
}
