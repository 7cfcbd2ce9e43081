//! What stands below the coordinator: barrier, members, tokens and shelf at one scale. While the scale changes
//! there are two, of which the one before fades away.

use super::card::{Setting, card, menu_button_id};
use super::density::DensityMap;
use super::plan::Plan;
use super::roam::leads_to;
use super::tokens::{self, Look, Motion, Scene, Token};
use super::{Marks, gate, messages, shelf, squares};
use crate::components::{IconName, icon};
use crate::figure::words::partition_now;
use crate::figure::{Run, owner, patterns, px};
use crate::platform;
use crate::platform::layout::use_media;
use crate::shared::Shared;
use assignor_core::sim::narrate::clock;
use assignor_core::sim::predict::Fate;
use assignor_core::sim::trace::Frame;
use gloo::timers::callback::Timeout;
use yew::prelude::*;

/// How long the scale before stays, in ms: `--t-panel`, after which it can't be seen.
const FADE_MS: u32 = 160;

/// A run at a moment, at a scale.
#[derive(Properties, PartialEq, Clone)]
pub(super) struct BoardProps {
    /// The run.
    pub run: Shared<Run>,
    /// The moment.
    pub frame: Shared<Frame>,
    /// Where everything stands.
    pub plan: Shared<Plan>,
    /// How places change.
    pub motion: Motion,
    /// The member whose menu is open.
    pub menu: Option<usize>,
    /// Opens a member's menu, or closes it.
    pub on_menu: Callback<Option<usize>>,
    /// The user adds a member.
    pub on_add: Callback<()>,
    /// Marks on the partitions, while a question takes them.
    pub marks: Option<Marks>,
    /// Whether messages are drawn on their way.
    pub has_messages: UseStateHandle<bool>,
    /// Whether another scale has taken its place.
    pub is_leaving: bool,
}

impl BoardProps {
    /// What tells scales apart: how members are drawn, and whether a partition has a token of its own.
    pub(super) fn scale(&self) -> String {
        let marks = if self.plan.token.is_some() {
            "tokens"
        } else {
            "marks"
        };
        format!("{}-{marks}", self.plan.style.class())
    }
}

/// The board at the scale before, until it has faded; none under reduced motion, and none while nothing has
/// been measured, for that was no scale that anybody saw.
#[hook]
pub(super) fn use_leaving(now: &BoardProps, is_measured: bool) -> Option<BoardProps> {
    let is_instant = use_media("(prefers-reduced-motion: reduce)");
    let last = use_mut_ref(|| None::<BoardProps>);
    let leaving = use_mut_ref(|| None::<BoardProps>);
    let update = use_force_update();
    let scale = now.scale();
    let before = last.replace(is_measured.then(|| now.clone()));
    if let Some(before) = before.filter(|before| before.scale() != scale && !is_instant) {
        leaving.replace(Some(BoardProps {
            is_leaving: true,
            ..before
        }));
    }
    let gone = leaving.clone();
    use_effect_with(scale.clone(), move |_| {
        let timeout = Timeout::new(FADE_MS, move || {
            if gone.take().is_some() {
                update.force_update();
            }
        });
        move || drop(timeout)
    });
    let leaving = leaving.borrow().clone();
    leaving.filter(|leaving| leaving.scale() != scale)
}

/// A run at a moment, at a scale.
#[component]
pub(super) fn Board(props: &BoardProps) -> Html {
    let BoardProps {
        run, frame, plan, ..
    } = props;
    let scene = tokens::scene(run, plan, frame.at_ms, props.motion);
    let unread = use_memo((frame.clone(), plan.token.is_none()), {
        let run = run.clone();
        move |(frame, is_counted)| {
            if *is_counted {
                squares::left_unread(&run, frame)
            } else {
                Vec::new()
            }
        }
    });
    let drawn = 0..if plan.density.is_some() {
        0
    } else {
        plan.drawn
    };
    let tab_stop = use_state_eq(|| 0_usize);
    let on_focus = {
        let setter = tab_stop.setter();
        use_callback((), move |member: usize, ()| setter.set(member))
    };
    let setting = Setting {
        run,
        frame,
        plan,
        unread: &unread,
        menu: props.menu,
        on_menu: &props.on_menu,
        tab_stop: (*tab_stop).min(drawn.end.saturating_sub(1)),
        on_focus: &on_focus,
    };
    let roam = roam(setting.tab_stop, plan.columns(), drawn.end);
    html! {
        <div class={classes!("scale", props.is_leaving.then_some("is-leaving"))} inert={props.is_leaving} aria-hidden={props.is_leaving.then_some("true")}>
            <div class="gates">
                { for drawn.clone().filter_map(|member| plan.gate(member).map(|area| {
                    gate::section(run, frame, member, area, plan.continues(member))
                })) }
            </div>
            { shelf::shelf(run, frame, plan, &scene) }
            { messages::switch(&props.has_messages, plan.shelf) }
            if let Some(density) = plan.density {
                <DensityMap run={run.clone()} frame={frame.clone()} {density} stopped={unread.clone()} menu={props.menu} on_menu={props.on_menu.clone()} />
            }
            if plan.squares.is_some() {
                <svg class="unseen" aria-hidden="true">{ patterns("stage") }</svg>
            }
            <div class="members" role="group" aria-label="Members" onkeydown={roam}>
                { for drawn.map(|member| card(&setting, member)) }
            </div>
            { add_place(props, plan) }
            <svg class="paths" width="100%" height="100%" aria-hidden="true">
                { shelf::paths(plan, &scene) }
                if *props.has_messages {
                    { messages::dots(&messages::under_way(run, frame.at_ms, props.motion), |member| plan.card(member.min(plan.drawn))) }
                }
            </svg>
            { token_layer(props, plan, &scene) }
        </div>
    }
}

/// Arrow keys go from one member's menu button to another's.
fn roam(at: usize, per_row: usize, count: usize) -> Callback<KeyboardEvent> {
    Callback::from(move |event: KeyboardEvent| {
        let is_held = event.shift_key() || event.ctrl_key() || event.meta_key() || event.alt_key();
        let to = leads_to(&event.key(), at, per_row, count).filter(|_| !is_held);
        if let Some(member) = to {
            event.prevent_default();
            platform::focus(&menu_button_id(member));
        }
    })
}

/// The free place beside the last member, where another can be added.
fn add_place(props: &BoardProps, plan: &Plan) -> Html {
    let Some(area) = plan.free_place() else {
        return html! { <span hidden=true /> };
    };
    let style = area.placed();
    html! {
        <button type="button" class="add-member" {style} onclick={props.on_add.reform(|_| ())} data-testid="add-here">
            { icon(IconName::Plus) }
            <span>{ "Add a consumer" }</span>
            <small>{ format!("at {}", clock(props.frame.at_ms)) }</small>
        </button>
    }
}

fn token_layer(props: &BoardProps, plan: &Plan, scene: &Scene) -> Html {
    let (run, frame) = (&props.run, &props.frame);
    let side = plan.token.unwrap_or(0.0);
    let size = match side {
        40.0.. => "",
        26.0.. => "is-medium",
        20.0.. => "is-medium is-tight",
        _ => "is-bare",
    };
    let style = format!("--token:{}px", px(side));
    html! {
        <div class={classes!("tokens", size, props.marks.is_some().then_some("takes-marks"))} {style} role="list" aria-label="Partitions">
            { for scene.outlines.iter().map(|outline| html! {
                <span key={format!("o{}-{}", outline.partition.0, outline.member)} class="token is-outline" aria-hidden="true"
                    style={at(outline.at)}>{ face(run.label(outline.partition)) }</span>
            }) }
            { for scene.tokens.iter().map(|token| token_view(run, frame, token, props.marks.as_ref())) }
        </div>
    }
}

fn at((x, y): (f64, f64)) -> String {
    format!("transform:translate({}px,{}px)", px(x), px(y))
}

fn token_view(run: &Run, frame: &Frame, token: &Token, marks: Option<&Marks>) -> Html {
    let label = run.label(token.partition);
    // The owner is a fact of the moment; the look can still be on its way there.
    let partition = frame.partitions.get(token.partition.0 as usize);
    let reader = partition.map_or("nobody", |now| {
        crate::figure::words::reader(run, now.reader)
    });
    let class = match token.look {
        Look::Read(member) => classes!("token", owner::class(member)),
        Look::Stopped(_) => classes!("token", "is-stopped"),
        Look::NotYet => classes!("token", "is-not-yet"),
    };
    let words = partition_now(run, token.partition, frame.at_ms);
    let mark = marks.and_then(|marks| {
        marks
            .fates
            .get(token.partition.0 as usize)
            .copied()
            .flatten()
    });
    let mark = mark.map(|fate| match fate {
        Fate::Stays => "stays",
        Fate::Stops => "stops",
        Fate::Moves => "moves",
    });
    let onclick = marks.map(|marks| {
        let partition = token.partition;
        marks.on_mark.reform(move |_: MouseEvent| partition)
    });
    html! {
        <span key={token.partition.0} role="listitem" class={classes!(class, token.is_moving.then_some("is-moving"))}
            style={at(token.at)} title={words.clone()} aria-label={words} data-testid="token"
            data-partition={label.to_owned()} data-owner={reader.to_owned()} data-mark={mark} {onclick}>
            { face(label) }
        </span>
    }
}

/// The label on a token: in one line, or the topic over the number where it is long.
fn face(label: &str) -> Html {
    match label.rsplit_once('-') {
        Some((topic, number)) if label.len() > 4 => html! {
            <span class="face"><small>{ topic.to_owned() }</small>{ number.to_owned() }</span>
        },
        _ => html! { <span class="face">{ label.to_owned() }</span> },
    }
}
