//! Simulate: a group's run on stage and lanes, played, scrubbed, acted upon.
//!
//! Everything on the page is a function of the [`workspace::Workspace`]: scenario, run and position.

mod act;
mod compare;
mod edit;
mod embed;
mod fields;
mod inspector;
mod keyboard;
mod lane_bar;
mod opening;
pub(crate) mod pair;
mod patch;
mod predict;
mod predict_panel;
mod scenario_dialog;
mod setup;
mod sharing;
mod tables;
mod transport;
mod variants;
mod view;
mod workspace;

use crate::components::use_once;
use crate::figure::{Chip, ChipCommand, Lanes, WindowCommand, chip_id, variant_id};
use crate::platform;
use crate::platform::frame::use_parts;
use crate::platform::layout::{self, use_media};
use crate::playback::{Command, Playback, Speed, use_ticks};
use crate::route::{Route, Workspace as Screen};
use crate::shared::Shared;
use crate::shell::{Shell, use_shell};
use crate::stage::{MOST_TOKENS, Marks, Motion, Stage, menu_button_id};
use act::{Popover, PopoverView, Subject, opener, words};
use assignor_core::sim::narrate::clock;
use assignor_core::sim::predict::{Fate, Mark};
use assignor_core::sim::scenario::Action;
use assignor_core::sim::trace::PartitionIx;
use edit::{Draft, Edit};
pub use embed::EmbedPage;
use inspector::{Column, Inspector, Tab};
pub(crate) use keyboard::MAP;
use keyboard::use_keyboard;
use lane_bar::lane_bar;
use predict::{Guess, Prediction, use_predict_keys};
use predict_panel::PredictPanel;
use scenario_dialog::ScenarioDialog;
use setup::{setup_end, setup_start};
use sharing::{Sharing, Subject as Shareable};
use transport::{Transport, transport};
use variants::{MOST_VARIANTS, letter};
use view::View;
use workspace::{Do, Workspace};
use yew::prelude::*;

/// The keys in the menus of what can happen, with what they do, for the help.
pub(crate) fn menu_keys() -> Vec<(Vec<&'static str>, String)> {
    let verbs = act::verbs::ALL.iter();
    let mut keys: Vec<_> = verbs
        .map(|verb| {
            (
                vec![verb.key],
                format!("{}: {}", verb.on.name(), verb.name.to_ascii_lowercase()),
            )
        })
        .collect();
    keys.push((vec!["W"], "member, partition: where and why".to_owned()));
    keys
}

/// What [`SimulatePage`] shows.
#[derive(Properties, PartialEq)]
pub struct SimulatePageProps {
    /// The address: scenario, time.
    pub route: Route,
}

/// Above this speed tokens no longer travel: nobody could follow them.
const FASTEST_MOTION: Speed = Speed(200);

/// The parts in which the page comes: the stage with what plays it, then the lanes, then all the rest.
const PARTS: u8 = 3;
/// The part that has the lanes.
const LANES: u8 = 2;

/// The Simulate workspace.
#[component]
pub fn SimulatePage(props: &SimulatePageProps) -> Html {
    let moves = use_shell().moves;
    let workspace = use_reducer(|| opening::open(&props.route, moves == 0));
    let is_editing = use_state_eq(|| false);
    let is_sharing = use_state_eq(|| false);
    let send = {
        let dispatcher = workspace.dispatcher();
        use_callback((), move |change: Do, ()| dispatcher.dispatch(change))
    };
    // The same from frame to frame: what gets them redraws only for what it shows.
    let to = use_memo(send.clone(), Targets::of);
    use_ticks(workspace.playback.is_playing, send.reform(Do::Playback));
    use_keyboard(&workspace, send.clone());
    use_predict_keys(&workspace, send.clone());
    let parts = use_parts(PARTS);
    use_memory(&workspace);
    use_address(&props.route, moves, &send);
    use_newest_variant(workspace.variants.len());
    let reduced = use_media("(prefers-reduced-motion: reduce)");

    let t_ms = workspace.t_ms();
    let frame = use_memo((workspace.on_stage().clone(), t_ms), |(run, t_ms)| {
        Shared::new(run.trace.frame_at(*t_ms))
    });
    let set_editing = is_editing.setter();
    let edit_scenario = use_callback((), move |is_open: bool, ()| set_editing.set(is_open));
    // Not another one in every frame: what is typed in the dialog would be drawn over.
    let close_scenario = use_memo(edit_scenario.clone(), |edit| edit.reform(|()| false));
    // Playing changes only the time; what the bar shows is read from the settings of every member.
    let bar_start = use_memo(workspace.draft.clone(), |draft| {
        setup_start(&draft.scenario, edit_scenario.reform(|_| true))
    });
    let is_full = workspace.variants.len() >= MOST_VARIANTS;
    let share = share_opener(&is_sharing, &send);
    let bar_end = use_memo((workspace.draft.clone(), is_full), |(draft, is_full)| {
        let compare = send.reform(|_| Do::AddVariant);
        setup_end(
            &draft.scenario,
            send.reform(Do::Edit),
            compare,
            share,
            *is_full,
        )
    });
    let base_name = use_memo(workspace.draft.scenario.clone(), |scenario| {
        compare::base_name(scenario)
    });
    let columns = columns(&workspace, &base_name);
    let close_sharing = {
        let setter = is_sharing.setter();
        use_callback((), move |(), ()| setter.set(false))
    };
    let opener = opener(workspace.on_stage(), workspace.predict.is_none(), &send);
    let drawer = use_drawer(&workspace);
    let (has_edited, has_shared) = (use_once(*is_editing), use_once(*is_sharing));
    html! {
        <Shell workspace={Screen::Simulate} title="Simulate" fixed=true
            start={(*bar_start).clone()} end={(*bar_end).clone()}>
            <div class={classes!("simulate", drawer.then_some("has-drawer"))} data-testid="simulate">
                <div class={classes!("bench", workspace.problem.is_some().then_some("is-stale"))} oncontextmenu={opener.oncontextmenu}
                    onclick={opener.onclick} onkeydown={opener.onkeydown}>
                    <h1 class="unseen">{ "Simulate a consumer group" }</h1>
                    { notices(&workspace, &send, &edit_scenario) }
                    <Stage run={workspace.on_stage().clone()} frame={(*frame).clone()} motion={motion(workspace.playback, reduced)}
                        menu={open_member(&workspace)} on_menu={to.menu.clone()} marks={marks(&workspace, &send)}
                        on_add={send.reform(move |()| Do::Edit(Edit::AddMember { at_ms: t_ms }))} />
                    { lane_bar(&workspace, &base_name, &send, drawer_button(&drawer)) }
                    if parts >= LANES { { lanes(&workspace, &send, &to) } } else { <div class="lanes" /> }
                    if parts == PARTS { { print_about(&workspace, &columns) } }
                </div>
                if let Some(prediction) = workspace.predict.clone() {
                    <PredictPanel {prediction} {t_ms} on_do={send.clone()} />
                } else if parts < PARTS {
                    <aside class="inspector" aria-label="Inspector" />
                } else {
                    <Inspector run={workspace.on_stage().clone()} {t_ms} {columns} on_go={to.go.clone()} on_seek={to.seek.clone()}
                        tab={workspace.tab} chosen={workspace.chosen} on_tab={to.tab.clone()} />
                }
                { transport(&Transport { workspace: &workspace, frame: &frame, on_do: &send, act: act_button(&workspace, &send) }) }
                if let Some(popover) = workspace.popover.clone() {
                    <PopoverView {popover} draft={workspace.draft.clone()} run={workspace.run.clone()} frame={(*frame).clone()} on_do={send.clone()} />
                }
            </div>
            if has_edited {
                <ScenarioDialog is_open={*is_editing} draft={workspace.draft.clone()} problem={workspace.problem.clone()}
                    on_close={(*close_scenario).clone()} on_edit={to.edit.clone()} />
            }
            if has_shared {
                <Sharing subject={is_sharing.then(|| Shareable::of(&workspace))} on_close={close_sharing} on_do={send.clone()} />
            }
            if parts == PARTS { <ScenarioText draft={workspace.draft.clone()} /> }
        </Shell>
    }
}

/// Brings a variant that was added into sight.
#[hook]
fn use_newest_variant(count: usize) {
    let before = use_mut_ref(|| count);
    use_effect_with(count, move |&count| {
        if before.replace(count) < count {
            layout::scroll_into_sight(&variant_id(letter(count)));
        }
    });
}

/// Whether the inspector lies over the lanes, where there is no place for it beside them. It comes when something is
/// looked at in it, and Escape puts it away.
#[hook]
fn use_drawer(workspace: &Workspace) -> UseStateHandle<bool> {
    let is_open = use_state_eq(|| false);
    let looked_at = (workspace.tab, workspace.chosen);
    let before = use_mut_ref(|| looked_at);
    let setter = is_open.setter();
    use_effect_with(looked_at, move |looked_at| {
        if before.replace(*looked_at) != *looked_at {
            setter.set(true);
        }
    });
    let setter = is_open.setter();
    use_effect_with(*is_open, move |is_open| {
        let listener = is_open.then(|| {
            platform::on_key_down(move |event| {
                if event.key() == "Escape" && !event.default_prevented() {
                    setter.set(false);
                }
            })
        });
        move || drop(listener)
    });
    is_open
}

fn drawer_button(drawer: &UseStateHandle<bool>) -> Html {
    let (is_open, setter) = (**drawer, drawer.setter());
    html! {
        <button type="button" class="btn btn--quiet btn--small drawer-button" aria-expanded={is_open.to_string()} data-testid="drawer"
            onclick={move |_: MouseEvent| setter.set(!is_open)}>{ "Inspector" }</button>
    }
}

/// Opens what is shared, at a moment that stands still.
fn share_opener(is_sharing: &UseStateHandle<bool>, send: &Callback<Do>) -> Callback<MouseEvent> {
    let (setter, send) = (is_sharing.setter(), send.clone());
    Callback::from(move |_: MouseEvent| {
        send.emit(Do::Playback(Command::Pause));
        setter.set(true);
    })
}

/// The id of the button that opens the menu of the group.
const ACT_ID: &str = "act";

/// The menu of the group, at its button.
fn group_menu() -> Do {
    let (x, y) = layout::place_of_id(ACT_ID).unwrap_or_default();
    /// Height of the button and its distance to the menu, in px.
    const ABOVE_PX: i32 = 42;
    Do::Popover(Some(Popover {
        subject: Subject::Group,
        x,
        y: y - ABOVE_PX,
        back: ACT_ID.to_owned(),
    }))
}

fn act_button(workspace: &Workspace, send: &Callback<Do>) -> Html {
    let is_open = workspace.popover.is_some();
    html! {
        <button type="button" id={ACT_ID} class="btn" aria-haspopup="menu" aria-expanded={is_open.to_string()}
            onclick={send.reform(|_: MouseEvent| group_menu())} data-testid="act">
            { "Act" }<span class="act-at">{ " at " }<span class="fig act-time">{ clock(workspace.t_ms()) }</span></span><kbd aria-hidden="true">{ "A" }</kbd>
        </button>
    }
}

fn open_member(workspace: &Workspace) -> Option<usize> {
    match workspace.popover.as_ref()?.subject {
        Subject::Member(member) => Some(member),
        _ => None,
    }
}

/// Opens a member's menu at its button.
fn member_menu(send: &Callback<Do>) -> Callback<Option<usize>> {
    send.reform(|member: Option<usize>| {
        Do::Popover(member.map(|member| {
            let back = menu_button_id(member);
            // On the density map the member has no button of its own.
            let at =
                layout::place_of_id(&back).or_else(|| layout::place_of_id(&layout::focused_id()));
            let (x, y) = at.unwrap_or_default();
            let subject = Subject::Member(member);
            Popover {
                subject,
                x,
                y,
                back,
            }
        }))
    })
}

/// What a print says below the figure: scenario, releases, moment, address.
fn print_about(workspace: &Workspace, columns: &[Column]) -> Html {
    let scenario = &workspace.draft.scenario;
    let (broker, client) = (scenario.kafka.broker, scenario.kafka.client);
    let releases = if broker == client {
        format!("brokers and clients {broker}")
    } else {
        format!("brokers {broker}, clients {client}")
    };
    let names: Vec<_> = columns
        .iter()
        .map(|run| format!("{} {}", run.letter, run.name))
        .collect();
    html! {
        <p class="print-about" data-testid="print-about">
            <b>{ scenario.title.clone() }</b>{ format!(" at {}. {}. Kafka: {releases}. ", clock(workspace.t_ms()), names.join(", ")) }
            <span>{ platform::address() }</span>
        </p>
    }
}

/// The runs for the table of what they cost.
fn columns(workspace: &Workspace, base_name: &str) -> Vec<Column> {
    let base = Column {
        letter: letter(0),
        name: base_name.to_owned(),
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
    tab: Callback<(Tab, Option<PartitionIx>)>,
    edit: Callback<Edit>,
}

impl Targets {
    fn of(send: &Callback<Do>) -> Self {
        Self {
            seek: send.reform(|t_ms| Do::Playback(Command::Seek(t_ms))),
            window: send.reform(Do::Window),
            range: send.reform(|range| Do::Playback(Command::Repeat(range))),
            chip: chip_changes(send),
            menu: member_menu(send),
            go: goes(send),
            tab: send.reform(|(tab, chosen)| Do::Inspect(tab, chosen)),
            edit: send.reform(Do::Edit),
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
        .map(|place| match prediction.marks.get((*place)?)? {
            Mark::Held(fate) => Some(*fate),
            // Any first reader looks as what moves: a dashed frame.
            Mark::First(Some(_)) => Some(Fate::Moves),
            Mark::First(None) => Some(Fate::Stays),
        })
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

/// Opens what a new address names, while the page stays. Going to the address that was opened last counts too: the
/// scenario may have become another one since.
#[hook]
fn use_address(route: &Route, moves: u32, send: &Callback<Do>) {
    let shown = use_mut_ref(|| moves);
    let send = send.clone();
    use_effect_with((route.clone(), moves), move |(route, moves)| {
        let is_new = shown.replace(*moves) != *moves;
        if let (true, Some(workspace)) = (is_new, opening::opened(route)) {
            send.emit(Do::Open(Box::new(workspace)));
        }
    });
}

/// Keeps scenario, view and position for the next visit; not at every frame of playback. A link that can't be read
/// changes nothing that is kept.
#[hook]
fn use_memory(workspace: &Workspace) {
    let is_kept = workspace.broken_link.is_none();
    use_effect_with((workspace.draft.clone(), is_kept), |(draft, is_kept)| {
        if *is_kept {
            opening::keep(draft);
        }
    });
    let scenario = workspace.draft.scenario.clone();
    use_effect_with(
        (scenario, View::of(workspace), is_kept),
        |(scenario, view, is_kept)| {
            let later = is_kept.then(|| {
                opening::keep_view(view);
                let (scenario, view) = (scenario.clone(), view.clone());
                let address = platform::address();
                // Browsers take only so many changes of the address in a while.
                gloo::timers::callback::Timeout::new(ADDRESS_MS, move || {
                    // Who has gone elsewhere meanwhile isn't called back.
                    if platform::address() == address {
                        opening::keep_address(&scenario, &view);
                    }
                })
            });
            move || drop(later)
        },
    );
}

/// How long the view stays before it is in the address, in ms.
const ADDRESS_MS: u32 = 300;

fn motion(playback: Playback, is_reduced: bool) -> Motion {
    if playback.is_playing && !is_reduced && playback.speed <= FASTEST_MOTION {
        Motion::Playing {
            virtual_ms: playback.speed.virtual_ms(1_000),
        }
    } else {
        Motion::Settled
    }
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
            lasts_ms: lasts(action).map(|(_, unit_ms, value)| value.saturating_mul(unit_ms)),
            text: words(&action.kind),
        })
        .collect()
}

/// The field that says how long an action lasts, its unit in ms, and its value; none where that isn't said.
fn lasts(action: &Action) -> Option<(&'static str, u64, u64)> {
    let (at, unit_ms) = act::verbs::named(action.kind.verb())?.lasts?;
    let value = serde_json::to_value(action).ok()?.get(at)?.as_u64()?;
    Some((at, unit_ms, value))
}

/// The edit that lets an action last so many ms.
fn lasting(draft: &Draft, id: u32, ms: u64) -> Option<Edit> {
    let (at, unit_ms, _) = draft.action(id).and_then(lasts)?;
    let value = Some(ms.div_ceil(unit_ms).max(1).into());
    Some(Edit::SetAction { id, at, value })
}

fn chip_changes(send: &Callback<Do>) -> Callback<ChipCommand> {
    send.reform(|command| match command {
        ChipCommand::Select(id) => Do::Select(id),
        ChipCommand::Open(id) => {
            let back = chip_id(id);
            let (x, y) = layout::place_of_id(&back).unwrap_or_default();
            /// Height of a mark and its distance to its form, in px.
            const ABOVE_PX: i32 = 28;
            Do::Popover(Some(Popover {
                subject: Subject::Action(id),
                x,
                y: y - ABOVE_PX,
                back,
            }))
        }
        ChipCommand::Move(id, at_ms) => Do::Edit(Edit::moved(id, at_ms)),
        ChipCommand::Last(id, ms) => Do::Last(id, ms),
        ChipCommand::Remove(id) => Do::Edit(Edit::RemoveAction { id }),
    })
}

/// What the page has to say besides the run: a scenario that can't be read, or can't be run.
fn notices(workspace: &Workspace, send: &Callback<Do>, edit: &Callback<bool>) -> Html {
    if let Some(reason) = &workspace.broken_link {
        let resume = send.reform(|_: MouseEvent| {
            Do::Open(Box::new(opening::resumed(
                &Route::to(Screen::Simulate),
                false,
            )))
        });
        return html! {
            <div class="notices">
                <div class="notice-line" role="alert" data-testid="broken-link">
                    <span><b>{ reason.to_string() }</b>{ ". Nothing was changed." }
                    <small>{ "Ask for the link again, or for the scenario as a file." }</small></span>
                    <button type="button" class="btn btn--small" onclick={resume} data-testid="resume">{ "Open what was here before" }</button>
                    <a class="btn btn--small" href={Route::to(Screen::Learn).to_string()}>{ "Start from an example" }</a>
                </div>
            </div>
        };
    }
    let Some(problem) = workspace.problem.clone() else {
        return html! { <div class="notices" /> };
    };
    let is_unread = workspace.draft.unread.is_some();
    html! {
        <div class="notices">
            <div class="notice-line" role="alert" data-testid="problem">
                <span><b>{ if is_unread { "What was typed can't be read. " } else { "This scenario can't be run. " } }</b>{ problem }
                <small>{ "Below is the last run that could." }</small></span>
                <button type="button" class="btn btn--small" onclick={edit.reform(|_: MouseEvent| true)} data-testid="mend">{ "Show it" }</button>
                if is_unread {
                    <button type="button" class="btn btn--small" onclick={send.reform(|_: MouseEvent| Do::Edit(Edit::Discard))} data-testid="discard">{ "Discard it" }</button>
                }
            </div>
        </div>
    }
}
