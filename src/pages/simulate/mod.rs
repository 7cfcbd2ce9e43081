//! Simulate: a group's run on stage and lanes, played, scrubbed, acted upon.
//!
//! Everything on the page is a function of the [`workspace::Workspace`]: scenario, run and position.

mod act;
mod compare;
mod edit;
mod inspector;
mod keyboard;
mod lane_bar;
mod opening;
mod predict;
mod predict_panel;
mod scenario_dialog;
mod setup;
mod transport;
mod variants;
mod workspace;

use crate::figure::{Chip, ChipCommand, Lanes, WindowCommand};
use crate::platform::layout::use_media;
use crate::playback::{Command, Playback, Speed, use_ticks};
use crate::route::{Route, Workspace as Screen};
use crate::shared::Shared;
use crate::shell::{Shell, use_shell};
use crate::stage::{MOST_TOKENS, Marks, MemberAct, Motion, Stage};
use act::ActMenu;
use assignor_core::sim::narrate::span;
use assignor_core::sim::scenario::ActionKind;
use assignor_core::sim::trace::PartitionIx;
use edit::{Draft, Edit};
use inspector::{Column, Inspector};
use keyboard::use_keyboard;
use lane_bar::lane_bar;
use opening::Unreadable;
use predict::{Guess, Prediction, use_predict_keys};
use predict_panel::PredictPanel;
use scenario_dialog::ScenarioDialog;
use setup::{setup_end, setup_start};
use transport::{Transport, transport};
use variants::{MOST_VARIANTS, letter};
use workspace::{Do, Workspace};
use yew::prelude::*;

/// What [`SimulatePage`] shows.
#[derive(Properties, PartialEq)]
pub struct SimulatePageProps {
    /// The address: scenario, time.
    pub route: Route,
}

/// Above this speed tokens no longer travel: nobody could follow them.
const FASTEST_MOTION: Speed = Speed(200);

/// The Simulate workspace.
#[component]
pub fn SimulatePage(props: &SimulatePageProps) -> Html {
    let moves = use_shell().moves;
    let opened = use_memo((), |()| opening::open(&props.route, moves == 0));
    let workspace = {
        let opened = opened.clone();
        use_reducer(move || opened.workspace.clone())
    };
    let unreadable = use_state_eq(|| opened.unreadable.clone());
    let is_editing = use_state_eq(|| false);
    let send = {
        let dispatcher = workspace.dispatcher();
        use_callback((), move |change: Do, ()| dispatcher.dispatch(change))
    };
    // The same from frame to frame: what gets them redraws only for what it shows.
    let to = use_memo(send.clone(), Targets::of);
    use_ticks(workspace.playback.is_playing, send.reform(Do::Playback));
    use_keyboard(&workspace, send.clone());
    use_predict_keys(&workspace, send.clone());
    use_memory(&workspace);
    use_address(&props.route, &send);
    let reduced = use_media("(prefers-reduced-motion: reduce)");

    let t_ms = workspace.t_ms();
    let frame = use_memo((workspace.on_stage().clone(), t_ms), |(run, t_ms)| {
        Shared::new(run.trace.frame_at(*t_ms))
    });
    let set_editing = is_editing.setter();
    let edit_scenario = use_callback((), move |is_open: bool, ()| set_editing.set(is_open));
    // Playing changes only the time; what the bar shows is read from the settings of every member.
    let bar_start = use_memo(workspace.draft.clone(), |draft| {
        setup_start(&draft.scenario, edit_scenario.reform(|_| true))
    });
    let is_full = workspace.variants.len() >= MOST_VARIANTS;
    let bar_end = use_memo((workspace.draft.clone(), is_full), |(draft, is_full)| {
        let compare = send.reform(|_| Do::AddVariant);
        setup_end(&draft.scenario, send.reform(Do::Edit), compare, *is_full)
    });
    let forget = unreadable.setter();
    let act = html! {
        <ActMenu scenario={workspace.draft.scenario.clone()} frame={(*frame).clone()} on_edit={send.reform(Do::Edit)} />
    };
    html! {
        <Shell workspace={Screen::Simulate} title="Simulate" fixed=true
            start={(*bar_start).clone()} end={(*bar_end).clone()}>
            <div class="simulate" data-testid="simulate">
                <div class={classes!("bench", workspace.problem.is_some().then_some("is-stale"))}>
                    <h1 class="unseen">{ "Simulate a consumer group" }</h1>
                    { notices(&workspace, (*unreadable).clone(), forget) }
                    <Stage run={workspace.on_stage().clone()} frame={(*frame).clone()} motion={motion(workspace.playback, reduced)}
                        menu={workspace.menu} on_menu={to.menu.clone()} marks={marks(&workspace, &send)}
                        on_act={acts(&send, t_ms)} on_add={send.reform(move |()| Do::Edit(Edit::AddMember { at_ms: t_ms }))} />
                    { lane_bar(&workspace, &send) }
                    { lanes(&workspace, &send, &to) }
                </div>
                if let Some(prediction) = workspace.predict.clone() {
                    <PredictPanel {prediction} {t_ms} on_do={send.clone()} />
                } else {
                    <Inspector run={workspace.on_stage().clone()} {t_ms} columns={columns(&workspace)} on_go={to.go.clone()} on_seek={to.seek.clone()} />
                }
                { transport(&Transport { workspace: &workspace, frame: &frame, on_do: &send, act }) }
            </div>
            <ScenarioDialog is_open={*is_editing} scenario={workspace.draft.scenario.clone()} problem={workspace.problem.clone()}
                on_close={edit_scenario.reform(|()| false)} on_edit={send.reform(Do::Edit)}
                on_replace={send.reform(|scenario| Do::Replace(Box::new(scenario)))} />
            <ScenarioText draft={workspace.draft.clone()} />
        </Shell>
    }
}

/// The runs for the table of what they cost.
fn columns(workspace: &Workspace) -> Vec<Column> {
    let base = Column {
        letter: letter(0),
        name: compare::base_name(&workspace.draft.scenario),
        run: workspace.run.clone(),
    };
    let variants = workspace.variants.iter().enumerate();
    let others = variants.filter_map(|(place, variant)| {
        Some(Column {
            letter: letter(place + 1),
            name: compare::name(&variant.change),
            run: variant.run.as_ref().ok()?.clone(),
        })
    });
    [base].into_iter().chain(others).collect()
}

/// Where the parts of the page send what the reader does.
struct Targets {
    seek: Callback<u64>,
    window: Callback<WindowCommand>,
    range: Callback<Option<(u64, u64)>>,
    chip: Callback<ChipCommand>,
    menu: Callback<Option<usize>>,
    go: Callback<(usize, u64)>,
}

impl Targets {
    fn of(send: &Callback<Do>) -> Self {
        Self {
            seek: send.reform(|t_ms| Do::Playback(Command::Seek(t_ms))),
            window: send.reform(Do::Window),
            range: send.reform(|range| Do::Playback(Command::Repeat(range))),
            chip: chip_changes(send),
            menu: send.reform(Do::Menu),
            go: goes(send),
        }
    }
}

/// To a time in a run, which goes on stage for it.
fn goes(send: &Callback<Do>) -> Callback<(usize, u64)> {
    let send = send.clone();
    Callback::from(move |(place, t_ms)| {
        send.emit(Do::Show(place));
        send.emit(Do::Playback(Command::Seek(t_ms)));
    })
}

/// What the tokens on stage are marked with, while a question is put.
fn marks(workspace: &Workspace, send: &Callback<Do>) -> Option<Marks> {
    let prediction = workspace.predict.clone().filter(Prediction::is_asked)?;
    let count = prediction.past.trace.partitions.len();
    let places = (0..).map(PartitionIx).take(count.min(MOST_TOKENS));
    let answers: Vec<_> = places.map(|place| prediction.answer_of(place)).collect();
    let fates = answers
        .iter()
        .map(|place| prediction.marks.get((*place)?).copied())
        .collect();
    let send = send.clone();
    Some(Marks {
        fates,
        on_mark: Callback::from(move |partition: PartitionIx| {
            if let Some(Some(place)) = answers.get(partition.0 as usize) {
                send.emit(Do::Predict(Guess::Cycle(*place)));
            }
        }),
    })
}

fn lanes(workspace: &Workspace, send: &Callback<Do>, to: &Targets) -> Html {
    let (run, others) = match &workspace.predict {
        Some(prediction) => (prediction.shown(), Vec::new()),
        None => (&workspace.run, compare::others(workspace, send)),
    };
    let cover_ms = workspace
        .predict
        .as_ref()
        .and_then(|p| p.cover_ms(workspace.t_ms()));
    html! {
        <Lanes run={run.clone()} {cover_ms} t_ms={workspace.t_ms()} extent={workspace.extent.clone()} window={workspace.window}
            by={workspace.by} range={workspace.playback.range} chips={chips(workspace)} selected={workspace.selected}
            {others} on_seek={to.seek.clone()} on_chip={to.chip.clone()} on_window={to.window.clone()} on_range={to.range.clone()} />
    }
}

#[derive(Properties, PartialEq)]
struct ScenarioTextProps {
    draft: Draft,
}

/// The scenario for whoever reads the page's source: tests, extensions. Written anew only when it changes.
#[component]
fn ScenarioText(props: &ScenarioTextProps) -> Html {
    let text = props.draft.scenario.to_json();
    html! { <script type="application/json" data-testid="scenario">{ text }</script> }
}

/// Opens what a new address names, while the page stays.
#[hook]
fn use_address(route: &Route, send: &Callback<Do>) {
    let shown = use_mut_ref(|| route.clone());
    let send = send.clone();
    use_effect_with(route.clone(), move |route| {
        let is_new = shown.replace(route.clone()) != *route;
        if let (true, Some((scenario, t_ms))) = (is_new, opening::named(route)) {
            send.emit(Do::Open(Box::new(scenario), t_ms));
        }
    });
}

/// Keeps scenario and position for the next visit; not at every frame of playback.
#[hook]
fn use_memory(workspace: &Workspace) {
    let position = if workspace.playback.is_playing {
        workspace.t_ms() / 1_000 * 1_000
    } else {
        workspace.t_ms()
    };
    use_effect_with(
        (workspace.draft.scenario.clone(), position),
        |(scenario, position)| opening::keep(&scenario.to_json(), *position),
    );
}

fn motion(playback: Playback, is_reduced: bool) -> Motion {
    if playback.is_playing && !is_reduced && playback.speed <= FASTEST_MOTION {
        Motion::Playing {
            virtual_ms: playback.speed.virtual_ms(1_000),
        }
    } else {
        Motion::Settled
    }
}

fn acts(send: &Callback<Do>, at_ms: u64) -> Callback<(usize, MemberAct)> {
    send.reform(move |(member, act)| Do::Edit(Edit::Act { member, act, at_ms }))
}

fn chips(workspace: &Workspace) -> Vec<Chip> {
    let actions = workspace.draft.scenario.actions.iter();
    let prediction = workspace.predict.as_ref();
    let until_ms = prediction.and_then(|p| p.cover_ms(workspace.t_ms()));
    actions
        .zip(workspace.draft.ids.iter())
        .filter(|(action, _)| until_ms.is_none_or(|until_ms| action.at_ms <= until_ms))
        .map(|(action, &id)| Chip {
            id,
            at_ms: action.at_ms,
            text: words(&action.kind),
        })
        .collect()
}

/// An action in a few words: `start c4`, `freeze c1 8.00 s`.
fn words(kind: &ActionKind) -> String {
    let member = kind.member().unwrap_or_default();
    match kind {
        ActionKind::Freeze { ms: Some(ms), .. } => format!("freeze {member} {}", span(*ms)),
        ActionKind::Slow { ms: Some(ms), .. } => format!("batch of {member} {}", span(*ms)),
        ActionKind::Slow { ms: None, .. } => format!("endless batch of {member}"),
        ActionKind::Cut { ms: Some(ms), .. } => format!("cut {member} {}", span(*ms)),
        ActionKind::SlowCallback { ms, .. } => format!("slow listener of {member} {}", span(*ms)),
        ActionKind::Remove { members } if members.is_empty() => "remove everybody".to_owned(),
        ActionKind::Remove { members } => format!("remove {}", members.join(", ")),
        ActionKind::MoveCoordinator { crash: false, .. } => "move coordinator".to_owned(),
        ActionKind::MoveCoordinator { crash: true, .. } => "coordinator dies".to_owned(),
        ActionKind::RollingRestart { .. } => "rolling restart".to_owned(),
        ActionKind::Scale { members, .. } => format!("scale to {members}"),
        ActionKind::Create(topic) | ActionKind::Grow(topic) => {
            format!("{} {} to {}", kind.verb(), topic.name, topic.partitions)
        }
        ActionKind::Delete { topic } | ActionKind::Produce { topic, .. } => {
            format!("{} {topic}", kind.verb())
        }
        other => format!("{} {member}", other.verb()),
    }
}

fn chip_changes(send: &Callback<Do>) -> Callback<ChipCommand> {
    send.reform(|command| match command {
        ChipCommand::Select(id) => Do::Select(id),
        ChipCommand::Move(id, at_ms) => Do::Edit(Edit::MoveAction { id, at_ms }),
        ChipCommand::Remove(id) => Do::Edit(Edit::RemoveAction { id }),
    })
}

/// What the page has to say besides the run: a scenario that can't be read, or can't be run.
fn notices(
    workspace: &Workspace,
    unreadable: Option<Unreadable>,
    forget: UseStateSetter<Option<Unreadable>>,
) -> Html {
    html! {
        <div class="notices">
            if let Some(problem) = workspace.problem.clone() {
                <p class="notice-line" role="alert" data-testid="problem">
                    <b>{ "This scenario can't be run. " }</b>{ problem }
                    <small>{ "Below is the last run that could." }</small>
                </p>
            }
            if let Some(Unreadable { text, reason }) = unreadable {
                <details class="notice-line" data-testid="unreadable">
                    <summary>
                        <b>{ "The scenario of your last visit can't be read. " }</b>{ reason.clone() }
                    </summary>
                    <textarea class="input scenario-text" readonly=true aria-label="The scenario that can't be read" value={text} />
                    <button type="button" class="btn" onclick={move |_: MouseEvent| forget.set(None)}>{ "Hide this" }</button>
                </details>
            }
        </div>
    }
}
