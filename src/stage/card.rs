//! A member: rings, name, role, what it does, its timers, and the button that acts on it.

use super::gate::{Gate, pip};
use super::plan::{Area, Style};
use super::ring::ring;
use super::squares::Squares;
use super::words::{Presence, doing, roles, timers};
use crate::components::{IconName, icon};
use crate::figure::{Run, owner, px};
use assignor_core::sim::trace::Frame;
use yew::prelude::*;

/// A member at a moment.
pub(super) struct Card<'a> {
    /// The run.
    pub run: &'a Run,
    /// The moment.
    pub frame: &'a Frame,
    /// Which member.
    pub member: usize,
    /// Where it stands.
    pub area: Area,
    /// How members are drawn.
    pub style: Style,
    /// How its partitions are drawn, where there are many members.
    pub squares: Option<Squares>,
    /// How many partitions nobody reads since it did.
    pub stopped: usize,
    /// Whether its menu is open.
    pub is_open: bool,
    /// Opens or closes the menu.
    pub on_menu: &'a Callback<Option<usize>>,
}

/// The id of the button that opens a member's menu.
pub(super) fn menu_button_id(member: usize) -> String {
    format!("member-{member}")
}

/// A member at a moment.
pub(super) fn card(props: &Card) -> Html {
    let &Card {
        run,
        frame,
        member,
        area,
        ..
    } = props;
    let Some(now) = frame.members.get(member) else {
        return html! { <article key={member} hidden=true /> };
    };
    let name = run.member_name(member).to_owned();
    let presence = Presence::of(now);
    let doing = doing(run, frame, member);
    let timers = timers(run, now);
    let gate = Gate::of(frame, member);
    let class = classes!(
        "member",
        owner::class(member),
        props.style.class(),
        presence.class(),
        props.is_open.then_some("is-selected"),
    );
    let style = format!(
        "left:{}px;top:{}px;width:{}px;height:{}px",
        px(area.x),
        px(area.y),
        px(area.width),
        px(area.height)
    );
    let [session, poll, _] = &timers;
    let has_session = session.value != "–";
    html! {
        <article key={member} {class} {style} aria-label={format!("{name}: {doing}")} data-testid="member" data-member={name.clone()}
            data-presence={presence.class()}>
            <header>
                if props.style == Style::List { { pip(gate) } }
                { ring(member, session.left, poll.left, has_session) }
                <div class="member-head">
                    <div class="who">
                        <b>{ name.clone() }</b>
                        { for roles(run, now, frame.at_ms).into_iter().map(|role| html! { <span>{ role }</span> }) }
                    </div>
                    <div class="doing" title={doing.clone()}>{ doing.clone() }</div>
                </div>
                if props.style == Style::Compact {
                    <span class="member-count fig" title={format!("reads {} partitions", now.reads.len())}>{ now.reads.len() }</span>
                }
                { menu_button(props, &name) }
            </header>
            if let Some(squares) = props.squares { { squares.draw(member, now.reads.len(), props.stopped) } }
            if props.style == Style::Large {
                <dl class="timers">
                    { for timers.iter().map(|timer| html! {
                        <div><dt>{ timer.name }</dt><dd>{ timer.value.clone() }</dd></div>
                    }) }
                </dl>
            }
        </article>
    }
}

fn menu_button(props: &Card, name: &str) -> Html {
    let (member, is_open) = (props.member, props.is_open);
    let toggle = props.on_menu.reform(move |event: MouseEvent| {
        event.stop_propagation();
        (!is_open).then_some(member)
    });
    html! {
        <button type="button" id={menu_button_id(member)} class="btn btn--icon member-menu" aria-haspopup="menu"
            aria-expanded={is_open.to_string()} aria-label={format!("Act on {name}")}
            title={format!("Act on {name}")} onclick={toggle} data-testid="member-menu">
            { icon(IconName::Dots) }
        </button>
    }
}
