//! What the runs cost, side by side; every number leads to its moment.

use crate::figure::Run;
use crate::shared::Shared;
use assignor_core::sim::narrate::{span, tenths};
use assignor_core::sim::trace::{EventKind, LeastMoved, Measures, Moment, Reader};
use yew::prelude::*;

/// A run of the table.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::pages::simulate) struct Column {
    /// Its letter.
    pub letter: &'static str,
    /// What it is, in a word or two.
    pub name: String,
    /// The run.
    pub run: Shared<Run>,
}

/// What a run cost.
pub(super) struct Numbers {
    measures: Measures,
    least: LeastMoved,
    reprocessed: (u64, Option<Moment>),
    first_rebalance_ms: Option<u64>,
    first_move_ms: Option<u64>,
    partitions: usize,
}

impl Numbers {
    /// The numbers of a run.
    pub(super) fn of(run: &Run) -> Self {
        let trace = &run.trace;
        let is_begin = |kind: &EventKind| matches!(kind, EventKind::Preparing { .. });
        let begin = trace.events.iter().find(|event| is_begin(&event.kind));
        Self {
            measures: trace.measures(),
            least: trace.least_moved(),
            reprocessed: trace.reprocessed(),
            first_rebalance_ms: begin.map(|event| event.at_ms),
            first_move_ms: first_move_ms(run),
            partitions: trace.lanes.len(),
        }
    }

    /// The lines of the table: what it says, what is compared (less is better), where it leads.
    fn lines(&self) -> [(String, u64, Option<u64>); 7] {
        let Self {
            measures, least, ..
        } = self;
        let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        let (longest, most) = (measures.longest_stop, measures.most_stopped);
        let bound = if least.is_bound { "at least " } else { "" };
        let (again, worst) = self.reprocessed;
        let moment = |moment: Option<Moment>| moment.map(|moment| moment.at_ms);
        let value = |moment: Option<Moment>| moment.map_or(0, |moment| moment.value);
        [
            (
                measures.rebalances.to_string(),
                count(measures.rebalances),
                self.first_rebalance_ms,
            ),
            (
                measures.partitions_moved.to_string(),
                count(measures.partitions_moved),
                self.first_move_ms,
            ),
            // What was possible is no merit of the run.
            (format!("{bound}{}", least.count), 0, least.first_ms),
            (
                tenths(measures.stopped_partition_ms),
                measures.stopped_partition_ms,
                moment(longest),
            ),
            (span(value(longest)), value(longest), moment(longest)),
            (
                format!("{} of {}", value(most), self.partitions),
                value(most),
                moment(most),
            ),
            (again.to_string(), again, moment(worst)),
        ]
    }
}

/// The table as comma-separated values: the same texts.
pub(in crate::pages::simulate) fn csv(columns: &[Column]) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let mut out = quoted("measure");
    for column in columns {
        out.push(',');
        out += &quoted(&format!("{} {}", column.letter, column.name));
    }
    out += "\r\n";
    let lines: Vec<_> = columns
        .iter()
        .map(|column| Numbers::of(&column.run).lines())
        .collect();
    for (row, name) in NAMES.iter().enumerate() {
        out += &quoted(name);
        for (text, _, _) in lines.iter().filter_map(|lines| lines.get(row)) {
            out.push(',');
            out += &quoted(text);
        }
        out += "\r\n";
    }
    out
}

const NAMES: [&str; 7] = [
    "rebalances",
    "partitions moved",
    "fewest possible",
    "stopped, partition-seconds",
    "longest stop of one",
    "stopped at once, most",
    "records worked on again",
];

/// When a partition is first read by another member than before.
fn first_move_ms(run: &Run) -> Option<u64> {
    let moves = run.trace.lanes.iter().filter_map(|lane| {
        let mut last = None;
        lane.spans.iter().find_map(|span| match span.reader {
            Reader::Process { process, .. } => {
                let member = run.member_of(process);
                let before = last.replace(member);
                before
                    .is_some_and(|before| before != member)
                    .then_some(span.from_ms)
            }
            _ => None,
        })
    });
    moves.min()
}

/// The table: one column per run. `on_go` gets the place of a run and a time in it.
pub(super) fn table(
    columns: &[Column],
    numbers: &[Numbers],
    on_go: &Callback<(usize, u64)>,
) -> Html {
    let lines: Vec<_> = numbers.iter().map(Numbers::lines).collect();
    let is_comparison = columns.len() > 1;
    let cell = |place: usize, row: usize| {
        let Some((text, value, at_ms)) = lines.get(place).and_then(|lines| lines.get(row)) else {
            return html! { <td /> };
        };
        // The better number is bold; where all are equal, none is.
        let all = || {
            lines
                .iter()
                .filter_map(|lines| lines.get(row).map(|line| line.1))
        };
        let is_best = is_comparison && all().min() == Some(*value) && all().max() != Some(*value);
        let text = if is_best {
            html! { <b>{ text.clone() }</b> }
        } else {
            html! { <>{ text.clone() }</> }
        };
        html! {
            <td class="n fig">
                if let Some(at_ms) = *at_ms {
                    <button type="button" class="link" data-at={at_ms.to_string()} onclick={on_go.reform(move |_: MouseEvent| (place, at_ms))}>{ text }</button>
                } else {
                    { text }
                }
            </td>
        }
    };
    html! {
        <table class="table numbers" data-testid="numbers">
            if is_comparison {
                <thead><tr>
                    <th scope="col">{ "Same actions" }</th>
                    { for columns.iter().map(|column| html! {
                        <th scope="col" class="n" title={column.name.clone()}>
                            <span class={format!("run-mark run-{}", column.letter)}>{ column.letter }</span>
                        </th>
                    }) }
                </tr></thead>
            }
            <tbody>
                { for NAMES.iter().enumerate().map(|(row, name)| html! {
                    <tr><th scope="row">{ *name }</th>{ for (0..columns.len()).map(|place| cell(place, row)) }</tr>
                }) }
            </tbody>
        </table>
    }
}
