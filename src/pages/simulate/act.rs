//! What can be done at the playhead: add a consumer, let one leave, crash one, start one again.

use super::edit::{Edit, GroupAct};
use crate::components::{IconName, icon};
use crate::platform;
use crate::platform::layout::stays_inside;
use crate::shared::Shared;
use crate::stage::{BATCH_MS, CUT_MS, FREEZE_MS, MemberAct, Presence, RESTART_MS};
use assignor_core::sim::Scenario;
use assignor_core::sim::narrate::clock;
use assignor_core::sim::trace::Frame;
use std::rc::Rc;
use yew::prelude::*;

/// The button and its menu.
#[derive(Properties, PartialEq)]
pub(super) struct ActMenuProps {
    /// The scenario.
    pub scenario: Rc<Scenario>,
    /// The moment.
    pub frame: Shared<Frame>,
    /// Something was chosen.
    pub on_edit: Callback<Edit>,
}

const BUTTON_ID: &str = "act";
const ENTRY_ID: &str = "act-entry";

/// The button and its menu.
#[component]
pub(super) fn ActMenu(props: &ActMenuProps) -> Html {
    let is_open = use_state_eq(|| false);
    let t_ms = props.frame.at_ms;
    use_effect_with(*is_open, |&is_open| {
        if is_open {
            platform::focus(&format!("{ENTRY_ID}-0"));
        }
    });
    let toggle = {
        let (set, now) = (is_open.setter(), *is_open);
        move |_: MouseEvent| set.set(!now)
    };
    let onfocusout = {
        let set = is_open.setter();
        move |event: FocusEvent| {
            if !stays_inside(&event) {
                set.set(false);
            }
        }
    };
    let entries = entries(&props.scenario, &props.frame);
    html! {
        <div class="act" {onfocusout} onkeydown={on_key(entries.len(), *is_open, is_open.setter())}>
            <button type="button" id={BUTTON_ID} class="btn" aria-haspopup="menu" aria-expanded={is_open.to_string()}
                onclick={toggle} data-testid="act">
                { "Act at " }<span class="fig act-time">{ clock(t_ms) }</span>
            </button>
            if *is_open {
                <div class="menu act-menu" role="menu" aria-label={format!("Act at {}", clock(t_ms))} data-testid="act-menu">
                    { for entries.into_iter().enumerate().map(|(ix, entry)| {
                        entry_view(ix, entry, &props.on_edit, is_open.setter())
                    }) }
                </div>
            }
        </div>
    }
}

/// An entry of the menu.
struct Entry {
    edit: Edit,
    name: String,
    kafka: &'static str,
    testid: String,
}

fn entries(scenario: &Scenario, frame: &Frame) -> Vec<Entry> {
    let at_ms = frame.at_ms;
    let mut entries = vec![Entry {
        edit: Edit::AddMember { at_ms },
        name: "Add a consumer".to_owned(),
        kafka: "subscribe()",
        testid: "act-add".to_owned(),
    }];
    let mut push = |act, name: &str, kafka, id: &str| {
        entries.push(Entry {
            edit: Edit::ActOnGroup { act, at_ms },
            name: name.to_owned(),
            kafka,
            testid: format!("act-{id}"),
        });
    };
    push(
        GroupAct::RollingRestart,
        "Restart all, one by one",
        "deploy",
        "rolling",
    );
    push(
        GroupAct::MoveCoordinator,
        "Move the coordinator",
        "failover",
        "move",
    );
    for (member, (spec, now)) in scenario.members.iter().zip(&frame.members).enumerate() {
        let name = &spec.name;
        let mut push = |act: MemberAct, verb: &str, kafka: &'static str, id: &str| {
            entries.push(Entry {
                edit: Edit::Act { member, act, at_ms },
                name: format!("{verb} {name}"),
                kafka,
                testid: format!("act-{id}-{name}"),
            });
        };
        if Presence::of(now).has_process() {
            push(MemberAct::Leave, "Close", "close()", "leave");
            push(MemberAct::Crash, "Crash", "kill −9", "crash");
            push(MemberAct::Freeze(FREEZE_MS), "Freeze", "8 s", "freeze");
            push(MemberAct::Batch(BATCH_MS), "Long batch of", "5 s", "batch");
            push(MemberAct::Restart(RESTART_MS), "Restart", "2 s", "restart");
            push(MemberAct::Cut(CUT_MS), "Cut off", "8 s", "cut");
        } else {
            push(MemberAct::Start, "Start", "new process", "start");
        }
    }
    entries
}

fn entry_view(
    ix: usize,
    entry: Entry,
    on_edit: &Callback<Edit>,
    open: UseStateSetter<bool>,
) -> Html {
    let on_edit = on_edit.clone();
    let edit = entry.edit;
    let choose = move |_: MouseEvent| {
        on_edit.emit(edit.clone());
        open.set(false);
        platform::focus(BUTTON_ID);
    };
    html! {
        <button key={entry.testid.clone()} type="button" class="menu__item" role="menuitem" tabindex="-1"
            id={format!("{ENTRY_ID}-{ix}")} onclick={choose} data-testid={entry.testid}>
            if ix == 0 { { icon(IconName::Plus) } }
            { entry.name }<span class="menu__note">{ entry.kafka }</span>
        </button>
    }
}

fn on_key(count: usize, is_open: bool, open: UseStateSetter<bool>) -> Callback<KeyboardEvent> {
    Callback::from(move |event: KeyboardEvent| {
        if !is_open || count == 0 {
            return;
        }
        let at = platform::layout::focused_number(ENTRY_ID).unwrap_or(0);
        let to = match event.key().as_str() {
            "ArrowDown" => (at + 1) % count,
            "ArrowUp" => (at + count - 1) % count,
            "Home" => 0,
            "End" => count - 1,
            "Escape" => {
                open.set(false);
                platform::focus(BUTTON_ID);
                event.stop_propagation();
                return;
            }
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        platform::focus(&format!("{ENTRY_ID}-{to}"));
    })
}
