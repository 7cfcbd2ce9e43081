//! The stage: the coordinator, the join barrier, the members with what they read, and the shelf of what
//! nobody reads, at one moment of a run.

mod card;
mod coordinator;
mod density;
mod gate;
mod messages;
mod plan;
mod ring;
mod shelf;
mod squares;
mod tokens;
mod words;

pub use card::menu_button_id;
pub(crate) use plan::MOST_TOKENS;
pub use tokens::Motion;
pub use words::Presence;

use crate::components::{IconName, icon};
use crate::figure::words::partition_now;
use crate::figure::{Run, owner, patterns, px};
use crate::platform::layout::use_size;
use crate::shared::Shared;
use assignor_core::sim::narrate::clock;
use assignor_core::sim::predict::Fate;
use assignor_core::sim::trace::{Frame, PartitionIx};
use card::{Setting, card};
use coordinator::coordinator;
use density::DensityMap;
use plan::Plan;
use tokens::{Look, Scene, Token};
use yew::prelude::*;

/// A run at a moment, on stage.
#[derive(Properties, PartialEq)]
pub struct StageProps {
    /// The run.
    pub run: Shared<Run>,
    /// The moment.
    pub frame: Shared<Frame>,
    /// How places change.
    pub motion: Motion,
    /// The member whose menu is open.
    pub menu: Option<usize>,
    /// Opens a member's menu, or closes it.
    pub on_menu: Callback<Option<usize>>,
    /// The user adds a member.
    pub on_add: Callback<()>,
    /// Marks on the partitions, while a question takes them.
    #[prop_or_default]
    pub marks: Option<Marks>,
}

/// Marks on partitions, set by pressing their tokens.
#[derive(Debug, Clone, PartialEq)]
pub struct Marks {
    /// A mark per partition that can be marked, by [`PartitionIx`].
    pub fates: Vec<Option<Fate>>,
    /// The user presses a partition.
    pub on_mark: Callback<PartitionIx>,
}

/// Width assumed until the place has been measured.
const INITIAL: (f64, f64) = (994.0, 300.0);

/// A run at a moment, on stage.
#[component]
pub fn Stage(props: &StageProps) -> Html {
    let node = use_node_ref();
    let (width, _) = use_size(&node, INITIAL);
    let plan = use_memo((props.run.clone(), width), |(run, width)| {
        let (members, partitions) = (run.trace.members.len(), run.trace.lanes.len());
        let most = if Plan::has_tokens(members, partitions) {
            tokens::most_places(run)
        } else {
            squares::most_marks(run)
        };
        Plan::new(*width, members, partitions, most)
    });
    let scene = tokens::scene(&props.run, &plan, props.frame.at_ms, props.motion);
    let (run, frame) = (&props.run, &props.frame);
    let has_messages = use_state_eq(|| false);
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
    let setting = Setting {
        run,
        frame,
        plan: &plan,
        unread: &unread,
        menu: props.menu,
        on_menu: &props.on_menu,
    };
    html! {
        <section class={classes!("stage", plan.style.class())} aria-label="Stage">
            { coordinator(run, frame) }
            <div ref={node} class="board" style={format!("height:{}px", px(plan.height()))}>
            // Another scale is another picture: it fades in.
            <div key={plan.style.class()} class="scale">
                <div class="gates">
                    { for drawn.clone().filter_map(|member| plan.gate(member).map(|area| {
                        gate::section(run, frame, member, area, plan.continues(member))
                    })) }
                </div>
                { shelf::shelf(run, frame, &plan, &scene) }
                { messages::switch(&has_messages, plan.shelf) }
                if let Some(density) = plan.density {
                    <DensityMap run={run.clone()} frame={frame.clone()} {density} stopped={unread.clone()} menu={props.menu} on_menu={props.on_menu.clone()} />
                }
                if plan.squares.is_some() {
                    <svg class="unseen" aria-hidden="true">{ patterns("stage") }</svg>
                }
                <div class="members">
                    { for drawn.map(|member| card(&setting, member)) }
                </div>
                { add_place(props, &plan) }
                <svg class="paths" width="100%" height="100%" aria-hidden="true">
                    { shelf::paths(&plan, &scene) }
                    if *has_messages {
                        { messages::dots(&messages::under_way(run, frame.at_ms, props.motion), |member| plan.card(member.min(plan.drawn))) }
                    }
                </svg>
                { token_layer(props, &plan, &scene) }
            </div>
            </div>
            { rest(run, &plan) }
        </section>
    }
}

/// The free place beside the last member, where another can be added.
fn add_place(props: &StageProps, plan: &Plan) -> Html {
    let Some(area) = plan.free_place() else {
        return html! { <span hidden=true /> };
    };
    let style = format!(
        "left:{}px;top:{}px;width:{}px;height:{}px",
        px(area.x),
        px(area.y),
        px(area.width),
        px(area.height)
    );
    html! {
        <button type="button" class="add-member" {style} onclick={props.on_add.reform(|_| ())} data-testid="add-here">
            { icon(IconName::Plus) }
            <span>{ "Add a consumer" }</span>
            <small>{ format!("at {}", clock(props.frame.at_ms)) }</small>
        </button>
    }
}

fn token_layer(props: &StageProps, plan: &Plan, scene: &Scene) -> Html {
    let (run, frame) = (&props.run, &props.frame);
    let side = plan.token.unwrap_or(0.0);
    let size = match side {
        40.0.. => "",
        26.0.. => "is-medium",
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

/// What a square or a mark stands for, and how many members aren't drawn.
fn rest(run: &Run, plan: &Plan) -> Html {
    let legend = plan.density.map(density::Density::legend);
    let legend = legend.or_else(|| plan.squares.map(squares::Squares::legend));
    let more = run.trace.members.len().saturating_sub(plan.drawn);
    let text = match (legend, more) {
        (None, _) => return html! { <p hidden=true /> },
        (Some(legend), 0) => legend,
        (Some(legend), more) => {
            format!("{legend} {more} more members aren't drawn; the lanes have them.")
        }
    };
    html! { <p class="stage-rest" data-testid="stage-legend">{ text }</p> }
}
