//! The row of events under the lanes: a triangle per protocol event, a hollow dot per heartbeat answer that
//! tells of a rebalance.

use super::axis::Axis;
use super::{Run, px, words};
use assignor_core::order;
use assignor_core::sim::narrate;
use assignor_core::sim::trace::{Api, ErrorCode, EventKind};
use yew::{Html, html};

/// Marks nearer to each other are drawn as one, in px.
const APART_PX: f64 = 7.0;

/// A mark under the lanes, and what it stands for.
struct Mark {
    x: f64,
    is_answer: bool,
    texts: Vec<String>,
}

/// The marks of a run.
pub(super) fn marks(run: &Run, axis: &Axis, middle: f64) -> Html {
    html! {
        <g class="events" role="presentation">
            { for collect(run, axis).into_iter().map(|mark| html! {
                <g>
                    <title>{ mark.texts.join("\n") }</title>
                    if mark.is_answer {
                        <circle cx={px(mark.x)} cy={px(middle)} r="2.4" />
                    } else {
                        <path d={format!("M{} {} l4.5 8 h-9 z", px(mark.x), px(middle - 4.5))} />
                    }
                </g>
            }) }
        </g>
    }
}

fn collect(run: &Run, axis: &Axis) -> Vec<Mark> {
    let mut found: Vec<(u64, bool, String)> = Vec::new();
    for event in &run.trace.events {
        // What the user did stands as a chip below; `Told` is the answer that is drawn as a dot.
        let is_shown = !matches!(
            event.kind,
            EventKind::Started { .. }
                | EventKind::Closing { .. }
                | EventKind::Killed { .. }
                | EventKind::Frozen { .. }
                | EventKind::Busy { .. }
                | EventKind::Read { .. }
                | EventKind::Told { .. }
        );
        if is_shown {
            let text = narrate::event(&run.trace, event);
            found.push((event.at_ms, false, text.to_string()));
        }
    }
    for message in &run.trace.messages {
        let tells = message.api == Api::Heartbeat
            && message.is_response
            && message.error == ErrorCode::RebalanceInProgress;
        if let (true, Some(at_ms)) = (tells, message.received_ms) {
            let c = run.trace.member_name(message.process);
            let text = format!("{c}'s heartbeat is answered: REBALANCE_IN_PROGRESS.");
            found.push((at_ms, true, text));
        }
    }
    found.retain(|(at_ms, ..)| (axis.from_ms()..=axis.to_ms()).contains(at_ms));
    order::sort(&mut found);
    let mut marks: Vec<Mark> = Vec::new();
    for (at_ms, is_answer, text) in found {
        let x = axis.x(at_ms);
        let text = format!("{} {text}", words::exact(at_ms));
        let near = marks
            .iter_mut()
            .rev()
            .find(|mark| mark.is_answer == is_answer && x - mark.x < APART_PX);
        match near {
            Some(mark) => mark.texts.push(text),
            None => marks.push(Mark {
                x,
                is_answer,
                texts: vec![text],
            }),
        }
    }
    marks
}
