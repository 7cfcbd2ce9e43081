//! Messages on their way between the members and the coordinator, as small labelled dots.

use super::plan::{Area, float};
use super::tokens::Motion;
use crate::figure::{Run, px};
use assignor_core::sim::trace::{Api, ErrorCode, Message};
use yew::prelude::*;

/// A dot is on its way for so long at least, in ms of the reader's clock.
const LEAST_MS: u64 = 120;
/// The same for a run that stands still, in ms of the run: what has just arrived can be seen.
const STILL_MS: u64 = 10;
/// More dots than this are not drawn, and no more labels than the second.
const MOST_DOTS: usize = 200;
const MOST_LABELS: usize = 14;
/// A message that never arrives is shown so long, in ms of the run.
const LOST_MS: u64 = 400;
/// No message is under way longer than this, in ms: the search for those of a moment goes back as far.
const LONGEST_MS: u64 = 5_000;

/// A message at a moment of its way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Dot<'a> {
    message: &'a Message,
    member: usize,
    /// The share of the way that is over, from 0 to 1.
    share: f64,
}

/// The messages that are on their way at a moment.
pub(super) fn under_way(run: &Run, t_ms: u64, motion: Motion) -> Vec<Dot<'_>> {
    let least_ms = match motion {
        Motion::Settled => STILL_MS,
        Motion::Playing { virtual_ms } => (LEAST_MS * virtual_ms).div_ceil(1_000).max(1),
    };
    let all = &run.trace.messages;
    let begin = all.partition_point(|m| m.sent_ms + LONGEST_MS.max(least_ms) < t_ms);
    let sent = all.iter().skip(begin).take_while(|m| m.sent_ms <= t_ms);
    let dots = sent.filter_map(|message| {
        let takes_ms = match message.received_ms {
            Some(at_ms) => (at_ms - message.sent_ms).max(least_ms),
            None => LOST_MS.max(least_ms),
        };
        let passed_ms = t_ms - message.sent_ms;
        (passed_ms <= takes_ms).then(|| Dot {
            message,
            member: run.member_of(message.process),
            share: float(usize::try_from(passed_ms * 1_000 / takes_ms.max(1)).unwrap_or(1_000))
                / 1_000.0,
        })
    });
    dots.take(MOST_DOTS).collect()
}

/// What a message is called: the request, or what the answer says.
fn label(message: &Message) -> &'static str {
    match (message.api, message.is_response, message.error) {
        (_, true, ErrorCode::RebalanceInProgress) => "rebalancing",
        (_, true, ErrorCode::MemberIdRequired) => "member id",
        (Api::JoinGroup, true, ErrorCode::None) => "generation",
        (Api::SyncGroup, true, ErrorCode::None) => "assignment",
        (_, true, ErrorCode::None) => "ok",
        (_, true, error) => error.as_str(),
        (Api::JoinGroup, false, _) => "JoinGroup",
        (Api::SyncGroup, false, _) => "SyncGroup",
        (Api::Heartbeat, false, _) => "Heartbeat",
        (Api::LeaveGroup, false, _) => "LeaveGroup",
        (Api::OffsetCommit, false, _) => "OffsetCommit",
    }
}

/// Whether it only says that all is well.
fn is_routine(message: &Message) -> bool {
    matches!(message.api, Api::Heartbeat | Api::OffsetCommit) && message.error == ErrorCode::None
}

/// Shows the messages, or hides them: at the right end of the shelf, where nothing moves for it.
pub(super) fn switch(is_shown: &UseStateHandle<bool>, shelf: Area) -> Html {
    let (is_on, setter) = (**is_shown, is_shown.setter());
    html! {
        <button type="button" class="btn btn--quiet btn--small messages-switch" aria-pressed={is_on.to_string()} title="Messages as dots on their way"
            style={format!("top:{}px", px(shelf.y + 4.0))} onclick={move |_: MouseEvent| setter.set(!is_on)} data-testid="messages-switch">
            { "Messages" }
        </button>
    }
}

/// The dots. `place` is where a member stands; the coordinator's name stands above the board.
pub(super) fn dots(dots: &[Dot], place: impl Fn(usize) -> Area) -> Html {
    const COORDINATOR: (f64, f64) = (38.0, -14.0);
    let mut labelled: Vec<(usize, &str)> = Vec::new();
    html! {
        <g class="dots" data-testid="dots" data-count={dots.len().to_string()}>
            { for dots.iter().enumerate().map(|(ix, dot)| {
                let card = place(dot.member);
                let member = (card.x + (card.width / 2.0).min(36.0), card.y + 6.0);
                let way = if dot.message.is_response { 1.0 - dot.share } else { dot.share };
                let at = |from: f64, to: f64| from + (to - from) * way;
                let (x, y) = (at(member.0, COORDINATOR.0), at(member.1, COORDINATOR.1));
                let text = label(dot.message);
                // One label for all that say the same to or from one member.
                let is_new = !labelled.contains(&(dot.member, text));
                let is_labelled = labelled.len() < MOST_LABELS && is_new && !is_routine(dot.message);
                if is_labelled {
                    labelled.push((dot.member, text));
                }
                let kind = if dot.message.is_response { "dot is-answer" } else { "dot" };
                html! {
                    <g key={ix} class={kind} data-message={text}>
                        <circle cx={px(x)} cy={px(y)} r={if is_routine(dot.message) { "2.5" } else { "4" }} />
                        if is_labelled { <text x={px(x + 8.0)} y={px(y + 3.5)}>{ text }</text> }
                    </g>
                }
            }) }
        </g>
    }
}

#[cfg(test)]
mod tests {
    use super::under_way;
    use crate::figure::Run;
    use crate::stage::Motion;
    use assignor_core::sim::{Scenario, simulate};

    #[test]
    fn a_message_is_on_its_way_from_sending_to_arrival_and_long_enough_to_be_seen() {
        let text = r#"{"version": 1, "topics": [{"name": "a", "partitions": 2}], "members": [{"name": "c1"}],
            "actions": [{"at_ms": 0, "do": "start", "member": "c1"}], "until_ms": 9000}"#;
        let scenario = Scenario::from_json(text).expect("a scenario");
        let run = Run::new(simulate(&scenario).expect("a run"), []);
        let message = &run.trace.messages[0];
        let at = |t_ms, motion| {
            under_way(&run, t_ms, motion)
                .iter()
                .any(|dot| dot.message == message)
        };
        let (sent, received) = (message.sent_ms, message.received_ms.expect("it arrives"));
        for t_ms in sent..=received {
            assert!(at(t_ms, Motion::Settled));
        }
        assert!(!at(received + 1_000, Motion::Settled));
        let real = Motion::Playing { virtual_ms: 1_000 };
        assert!(at(sent + 120, real) && !at(sent + 121, real));
        assert!(sent == 0 || !at(sent - 1, real));
    }
}
