//! A member: rings, name, role, what it does, its timers, and the button that acts on it.

use super::gate::{Gate, pip};
use super::plan::{Area, Plan, Style};
use super::ring::ring;
use super::squares::Squares;
use super::words::{Presence, Timer, doing, phase, roles, timers};
use crate::components::{IconName, icon};
use crate::figure::{Run, owner};
use assignor_core::sim::trace::Frame;
use yew::prelude::*;

/// A member at a moment: all that its card shows.
#[derive(Properties)]
pub(super) struct CardProps {
    member: usize,
    name: AttrValue,
    doing: String,
    /// The same in a word, where there is no room for more.
    phase: &'static str,
    roles: Vec<String>,
    /// Session, poll, heartbeat; none where they aren't drawn.
    timers: Option<[Timer; 3]>,
    presence: Presence,
    gate: Gate,
    reads: usize,
    stopped: usize,
    area: Area,
    style: Style,
    squares: Option<Squares>,
    is_open: bool,
    /// Whether the Tab key stops here; arrow keys go to the others.
    is_tab_stop: bool,
    /// Opens or closes the menu.
    on_menu: Callback<Option<usize>>,
    /// The button gets the focus.
    on_focus: Callback<usize>,
}

impl PartialEq for CardProps {
    fn eq(&self, other: &Self) -> bool {
        // The callbacks do the same for the same member.
        self.member == other.member
            && self.name == other.name
            && (&self.doing, self.phase) == (&other.doing, other.phase)
            && self.roles == other.roles
            && self.timers == other.timers
            && self.presence == other.presence
            && self.gate == other.gate
            && (self.reads, self.stopped) == (other.reads, other.stopped)
            && self.area == other.area
            && (self.style, self.squares) == (other.style, other.squares)
            && (self.is_open, self.is_tab_stop) == (other.is_open, other.is_tab_stop)
    }
}

/// What a card is made of besides the member.
pub(super) struct Setting<'a> {
    /// The run.
    pub run: &'a Run,
    /// The moment.
    pub frame: &'a Frame,
    /// Where everything stands.
    pub plan: &'a Plan,
    /// How many partitions nobody reads since each member did.
    pub unread: &'a [usize],
    /// The member whose menu is open.
    pub menu: Option<usize>,
    /// Opens a member's menu, or closes it.
    pub on_menu: &'a Callback<Option<usize>>,
    /// The member that the Tab key stops at.
    pub tab_stop: usize,
    /// A member's button gets the focus.
    pub on_focus: &'a Callback<usize>,
}

/// A member's card: drawn anew only when something on it changes.
pub(super) fn card(setting: &Setting, member: usize) -> Html {
    let &Setting {
        run, frame, plan, ..
    } = setting;
    let Some(now) = frame.members.get(member) else {
        return html! { <article key={member} hidden=true /> };
    };
    let is_compact = plan.style == Style::Compact;
    let roles = if is_compact {
        Vec::new()
    } else {
        roles(run, now, frame.at_ms, plan.style.is_short())
    };
    html! {
        <Card key={member} {member} name={run.member_name(member).to_owned()} doing={doing(run, frame, member)}
            phase={if is_compact { phase(run, frame, member) } else { "" }} {roles} timers={(!is_compact).then(|| timers(run, now))} presence={Presence::of(now)} gate={Gate::of(frame, member)}
            reads={now.reads.len()} stopped={setting.unread.get(member).copied().unwrap_or(0)} area={plan.card(member)}
            style={plan.style} squares={plan.squares} is_open={setting.menu == Some(member)} on_menu={setting.on_menu.clone()}
            is_tab_stop={setting.tab_stop == member} on_focus={setting.on_focus.clone()} />
    }
}

/// The id of the button that opens a member's menu.
pub fn menu_button_id(member: usize) -> String {
    format!("member-{member}")
}

#[component]
fn Card(props: &CardProps) -> Html {
    let CardProps {
        member,
        name,
        doing,
        area,
        ..
    } = props;
    let member = *member;
    let class = classes!(
        "member",
        owner::class(member),
        props.style.class(),
        props.presence.class(),
        props.is_open.then_some("is-selected"),
    );
    let style = area.placed();
    html! {
        <article {class} {style} aria-label={format!("{name}: {doing}")} data-testid="member" data-member={name.clone()}
            data-presence={props.presence.class()}>
            <header>
                if props.style == Style::List { { pip(props.gate) } }
                if props.style == Style::Compact {
                    <span class={classes!("badge", owner::class(member))} aria-hidden="true">{ owner::letter(member) }</span>
                }
                if let Some([session, poll, _]) = &props.timers {
                    { ring(member, session.left, poll.left, session.value != "–") }
                }
                <div class="member-head">
                    <div class="who">
                        { name_view(name) }
                        { for props.roles.iter().map(|role| html! { <span title={role.clone()}>{ role.clone() }</span> }) }
                    </div>
                    <div class="doing" title={doing.clone()}>{ doing.clone() }</div>
                </div>
                if props.style == Style::Compact { { state(props) } }
                { menu_button(props, name) }
            </header>
            if let Some(squares) = props.squares { { squares.draw(member, props.reads, props.stopped) } }
            if let (Style::Large, Some(timers)) = (props.style, &props.timers) {
                <dl class="timers">
                    { for timers.iter().map(|timer| html! {
                        <div><dt>{ timer.name }</dt><dd>{ timer.value.clone() }</dd></div>
                    }) }
                </dl>
            }
        </article>
    }
}

/// How a member of a small card stands at the barrier, and what it does in a word, or how much it reads.
fn state(props: &CardProps) -> Html {
    let (reads, phase) = (props.reads, props.phase);
    html! {
        <span class="member-state fig" title={format!("{}; reads {reads} partitions", props.doing)}>
            if !matches!(props.gate, Gate::Open | Gate::Apart) { { pip(props.gate) } }
            { if phase.is_empty() { reads.to_string() } else { phase.to_owned() } }
        </span>
    }
}

/// Letters at a name's end that stay where it is cut: they tell members of one deployment apart.
const TAIL: usize = 5;
/// Names up to so many letters are cut at their end, if at all.
const SHORT_NAME: usize = 8;

/// A member's name. A long one is cut before its last letters.
fn name_view(name: &str) -> Html {
    let letters = name.chars().count();
    let tail = if letters > SHORT_NAME { TAIL } else { 0 };
    let cut = name.char_indices().nth(letters - tail);
    let (head, tail) = name.split_at(cut.map_or(name.len(), |(at, _)| at));
    html! {
        <b class={classes!("name", (!tail.is_empty()).then_some("is-long"))} title={name.to_owned()}><i>{ head.to_owned() }</i><i>{ tail.to_owned() }</i></b>
    }
}

fn menu_button(props: &CardProps, name: &str) -> Html {
    let (member, is_open) = (props.member, props.is_open);
    let toggle = props.on_menu.reform(move |event: MouseEvent| {
        event.stop_propagation();
        (!is_open).then_some(member)
    });
    html! {
        <button type="button" id={menu_button_id(member)} class="btn btn--icon member-menu" aria-haspopup="menu"
            aria-expanded={is_open.to_string()} aria-label={format!("Act on {name}")}
            tabindex={if props.is_tab_stop { "0" } else { "-1" }} onfocus={props.on_focus.reform(move |_: FocusEvent| member)}
            title={format!("Act on {name}")} onclick={toggle} data-testid="member-menu">
            { icon(IconName::Dots) }
        </button>
    }
}
