//! Two rings round a member's letter: the session outside, the poll timer inside.

use crate::figure::{owner, px};
use yew::{Html, html};

/// The rings of a member: the shares of the session and of the poll interval that are left, none while the
/// timer is held or doesn't run; and whether there is a session at all.
pub(super) fn ring(
    member: usize,
    session: Option<f64>,
    poll: Option<f64>,
    has_session: bool,
) -> Html {
    let session = match session {
        None if has_session => html! { <circle class="ring-held" cx="23" cy="23" r="21" /> },
        left => arc("ring-session", 21.0, left.unwrap_or(0.0)),
    };
    html! {
        <svg class="ring" viewBox="0 0 46 46" aria-hidden="true">
            <circle class="ring-ground" cx="23" cy="23" r="21" stroke-width="3" />
            { session }
            <circle class="ring-ground" cx="23" cy="23" r="16.8" stroke-width="2" />
            { arc("ring-poll", 16.8, poll.unwrap_or(0.0)) }
            <circle class="ring-disc" cx="23" cy="23" r="13.4" />
            <text class="ring-letter" x="23" y="28">{ owner::letter(member) }</text>
        </svg>
    }
}

/// A ring of which a share is left; it empties clockwise from the top.
fn arc(class: &'static str, radius: f64, left: f64) -> Html {
    let round = 2.0 * std::f64::consts::PI * radius;
    // A full ring would end in a hairline gap.
    let dashes = if left >= 1.0 {
        "none".to_owned()
    } else {
        format!("{} {}", px(round * left), px(round))
    };
    html! {
        <circle {class} cx="23" cy="23" r={px(radius)} stroke-dasharray={dashes}
            transform={format!("rotate({} 23 23)", px(-90.0 + 360.0 * (1.0 - left.min(1.0))))} />
    }
}
