//! The stage: the coordinator, the join barrier, the members with what they read, and the shelf of what
//! nobody reads, at one moment of a run.

mod board;
mod card;
mod coordinator;
mod density;
mod gate;
mod messages;
mod plan;
mod ring;
mod roam;
mod shelf;
mod squares;
mod tokens;
mod words;

pub use card::menu_button_id;
pub(crate) use plan::MOST_TOKENS;
pub use tokens::Motion;
pub use words::Presence;

use crate::figure::{Run, px};
use crate::platform::layout::use_size;
use crate::shared::Shared;
use assignor_core::sim::predict::Fate;
use assignor_core::sim::trace::{Frame, PartitionIx};
use board::{Board, BoardProps, use_leaving};
use coordinator::coordinator;
use plan::Plan;
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
    let has_messages = use_state_eq(|| false);
    let (run, frame) = (&props.run, &props.frame);
    let board = BoardProps {
        run: run.clone(),
        frame: frame.clone(),
        plan: Shared::from(plan),
        motion: props.motion,
        menu: props.menu,
        on_menu: props.on_menu.clone(),
        on_add: props.on_add.clone(),
        marks: props.marks.clone(),
        has_messages: has_messages.clone(),
        is_leaving: false,
    };
    let leaving = use_leaving(&board, (width - INITIAL.0).abs() > f64::EPSILON);
    let plan = board.plan.clone();
    html! {
        <section class={classes!("stage", plan.style.class())} aria-label="Stage">
            { coordinator(run, frame) }
            <div ref={node} class={classes!("board", leaving.is_some().then_some("is-changing"))} style={format!("height:{}px", px(plan.height()))}>
                { for [Some(board), leaving].into_iter().flatten().map(|board| {
                    let scale = board.scale();
                    html! { <Board key={scale} ..board /> }
                })  }
            </div>
            { rest(run, &plan) }
        </section>
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
