//! The coordinator: the group's state, its generation, and whom the join barrier waits for.

use crate::figure::Run;
use assignor_core::sim::narrate::{clock, span};
use assignor_core::sim::trace::{Frame, GroupState};
use yew::{Html, html};

/// The round of the states. The last Stable is the one that a rebalance leads to.
const ROUND: [(&str, Option<GroupState>); 4] = [
    ("Stable", None),
    ("PreparingRebalance", Some(GroupState::PreparingRebalance)),
    ("Completing", Some(GroupState::CompletingRebalance)),
    ("Stable", Some(GroupState::Stable)),
];

/// The coordinator at a moment.
pub(super) fn coordinator(run: &Run, frame: &Frame) -> Html {
    let group = &frame.group;
    let generation = match group.state {
        GroupState::PreparingRebalance => {
            format!(
                "generation {}, next {}",
                group.generation_id,
                group.generation_id + 1
            )
        }
        _ if group.generation_id == 0 => "no generation yet".to_owned(),
        _ => format!("generation {}", group.generation_id),
    };
    html! {
        <div class="coordinator">
            <h2>{ "Coordinator" }</h2>
            <span class="group-state" data-testid="group-state" data-state={group.state.as_str()}>
                if group.state == GroupState::Empty {
                    <b>{ "Empty" }</b>
                } else {
                    { for ROUND.iter().enumerate().map(|(ix, (name, state))| html! {
                        <>
                            if ix > 0 { <i aria-hidden="true">{ "→" }</i> }
                            if *state == Some(group.state) { <b title={group.state.as_str()}>{ *name }</b> } else { <span aria-hidden="true">{ *name }</span> }
                        </>
                    }) }
                }
            </span>
            <span class="generation" data-testid="generation" data-generation={group.generation_id.to_string()}>{ generation }</span>
            <span class="waits">{ waits(run, frame) }</span>
        </div>
    }
}

fn waits(run: &Run, frame: &Frame) -> Html {
    let Some(barrier) = &frame.barrier else {
        let leader = frame.members.iter().position(|member| member.leads);
        let text = match (frame.group.state, leader) {
            (GroupState::CompletingRebalance, Some(leader)) => {
                format!("{} computes the assignment", run.member_name(leader))
            }
            (GroupState::Stable, Some(leader)) => format!("{} leads", run.member_name(leader)),
            _ => String::new(),
        };
        return html! { <small>{ text }</small> };
    };
    let left = |until_ms: u64| span(until_ms.saturating_sub(frame.at_ms));
    let most = barrier
        .deadline_ms
        .filter(|&deadline_ms| Some(deadline_ms) != barrier.opens_ms)
        .map(|deadline_ms| format!("{} at most", left(deadline_ms)));
    let names: Vec<_> = barrier
        .awaited
        .iter()
        .map(|awaited| run.member_name(awaited.member))
        .collect();
    let whom = match names.as_slice() {
        [] => None,
        [..] if names.len() <= 3 => Some(names.join(", ")),
        [..] => Some(format!("{} members", names.len())),
    };
    html! {
        <>
            { "join barrier: " }
            if let Some(whom) = whom {
                { "waits for " }<b>{ whom }</b>
                if let Some(opens_ms) = barrier.opens_ms {
                    { ", " }<b class="fig">{ left(opens_ms) }</b>{ " more" }
                }
            } else if let Some(opens_ms) = barrier.opens_ms {
                { "opens at " }{ clock(opens_ms) }{ ", in " }<b class="fig">{ left(opens_ms) }</b>
            } else if run.is_cut {
                { "opens later" }
            } else {
                { "stays closed" }
            }
            if let Some(most) = most {
                { " " }<small>{ most }</small>
            }
        </>
    }
}
