//! Why each partition went where it is: the decisions of the assignor in the last round before the playhead,
//! told by the assignor itself as it assigns the round's input once more.

use crate::components::{Choice, Select};
use crate::figure::Run;
use crate::shared::Shared;
use assignor_core::assign::explain::Sentence;
use assignor_core::sim::narrate::{Decided, clock, decided};
use assignor_core::sim::trace::{PartitionIx, Round};
use yew::prelude::*;

/// More partitions than this can't be chosen one by one.
const MOST_CHOICES: usize = 1_000;

#[derive(Properties, PartialEq)]
pub(super) struct WhyProps {
    /// The run.
    pub run: Shared<Run>,
    /// The playhead.
    pub t_ms: u64,
    /// The partition that was chosen, if one was.
    pub chosen: Option<PartitionIx>,
    /// The user chooses one.
    pub on_choose: Callback<PartitionIx>,
    /// The user goes to a time.
    pub on_seek: Callback<u64>,
}

/// Why each partition went where it is.
#[component]
pub(super) fn Why(props: &WhyProps) -> Html {
    let WhyProps {
        run,
        t_ms,
        chosen,
        on_choose,
        on_seek,
    } = props;
    let rounds = &run.trace.rounds;
    let place = rounds
        .partition_point(|round| round.at_ms <= *t_ms)
        .checked_sub(1);
    let partition = chosen.unwrap_or_else(|| PartitionIx(most_telling(run, *t_ms)));
    let steps = use_memo(
        (run.clone(), place, partition),
        |(run, place, partition)| {
            let round = run.trace.rounds.get((*place)?)?;
            decided(&run.trace, round, *partition)
        },
    );
    let Some(round) = place.and_then(|place| rounds.get(place)) else {
        return html! { <p class="nothing">{ "Nothing has been assigned yet." }</p> };
    };
    let labels = run.labels.iter().take(MOST_CHOICES).enumerate();
    let choices: Vec<_> = labels
        .map(|(ix, label)| Choice::new(ix.to_string(), label.clone()))
        .collect();
    let onchange = on_choose.reform(|text: String| PartitionIx(text.parse().unwrap_or(0)));
    let at_ms = round.at_ms;
    html! {
        <div data-testid="why-here">
            <div class="why-head">
                <Select label="partition" {choices} value={partition.0.to_string()} {onchange} testid="why-partition" />
                <button type="button" class="link" onclick={on_seek.reform(move |_: MouseEvent| at_ms)}>
                    { format!("generation {}, {}", round.generation_id, clock(at_ms)) }
                </button>
            </div>
            <p class="nothing">{ format!("{} assigned, with {}.", run.trace.member_name(round.leader), round.protocol_name) }</p>
            { told(run, round, (*steps).as_ref()) }
        </div>
    }
}

/// A partition that nobody reads now, else one that has just gone to another member, else the first.
fn most_telling(run: &Run, t_ms: u64) -> u32 {
    let now = |lane: &assignor_core::sim::trace::Lane| {
        let ix = lane.span_at(t_ms)?;
        lane.spans.get(ix).cloned()
    };
    let lanes = run.trace.lanes.iter().map(now);
    let latest = lanes.enumerate().max_by_key(|(ix, span)| {
        let key = span.as_ref().map(|span| (span.is_stop(), span.from_ms));
        (key, std::cmp::Reverse(*ix))
    });
    latest.map_or(0, |(ix, _)| u32::try_from(ix).unwrap_or(0))
}

/// The decisions, or why they can't be told.
fn told(run: &Run, round: &Round, decided: Option<&Decided>) -> Html {
    let leader = run.trace.member_name(round.leader);
    let unknown = match decided {
        Some(decided) if decided.is_same => {
            return html! {
                <>
                    { sentences(&decided.of_partition) }
                    if !decided.of_group.is_empty() {
                        <h3>{ "For the whole group" }</h3>
                        { sentences(&decided.of_group) }
                    }
                </>
            };
        }
        Some(_) => format!(
            "What {leader} remembered of earlier generations led it to another assignment than the same input gives afresh; those steps aren't known."
        ),
        None => format!("How {} decides isn't known here.", round.protocol_name),
    };
    html! { <p class="nothing">{ unknown }</p> }
}

fn sentences(all: &[Sentence]) -> Html {
    html! {
        <ol class="reasons">
            { for all.iter().map(|sentence| html! {
                <li>{ sentence.text.clone() }if !sentence.source.is_empty() { <small>{ sentence.source }</small> }</li>
            }) }
        </ol>
    }
}
