//! What can be done with a member at the playhead: a menu for mouse and keyboard.

use super::card::menu_button_id;
use super::words::Presence;
use crate::platform;
use assignor_core::sim::narrate::clock;
use yew::prelude::*;

/// Something to do with a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemberAct {
    /// `close()`: it leaves the group.
    Leave,
    /// SIGKILL.
    Crash,
    /// A new process of it starts.
    Start,
    /// Its process stops for so many ms.
    Freeze(u64),
    /// Its next batch takes so many ms.
    Batch(u64),
    /// Its process closes, and a new one starts so many ms later.
    Restart(u64),
    /// Its network is cut for so many ms.
    Cut(u64),
    /// An administrator removes it from the group.
    Remove,
}

/// How long a freeze lasts that is chosen from a menu, in ms.
pub(crate) const FREEZE_MS: u64 = 8_000;
/// How long a batch takes that is chosen from a menu, in ms.
pub(crate) const BATCH_MS: u64 = 5_000;

/// How long a process is away that is restarted from a menu, in ms.
pub(crate) const RESTART_MS: u64 = 2_000;
/// How long a network stays cut that is cut from a menu, in ms.
pub(crate) const CUT_MS: u64 = 8_000;

/// An entry: what to do, its name, how Kafka calls it, its key.
type Entry = (MemberAct, &'static str, &'static str, &'static str);

const WITH_PROCESS: &[Entry] = &[
    (MemberAct::Leave, "Leave", "close()", "L"),
    (MemberAct::Crash, "Crash", "kill −9", "K"),
    (MemberAct::Restart(RESTART_MS), "Restart", "2 s away", "R"),
    (MemberAct::Freeze(FREEZE_MS), "Freeze", "8 s", "F"),
    (MemberAct::Batch(BATCH_MS), "Next batch takes", "5 s", "B"),
    (MemberAct::Cut(CUT_MS), "Cut its network", "8 s", "N"),
    (MemberAct::Remove, "Remove from the group", "Admin", "X"),
];
const WITHOUT_PROCESS: &[Entry] = &[(MemberAct::Start, "Start again", "new process", "R")];

/// A member's menu.
#[derive(Properties, PartialEq)]
pub(super) struct MemberMenuProps {
    /// Which member.
    pub member: usize,
    /// Its name.
    pub name: AttrValue,
    /// What became of it.
    pub presence: Presence,
    /// The playhead, where the action will happen.
    pub t_ms: u64,
    /// Position on the stage.
    pub style: AttrValue,
    /// An entry was chosen.
    pub on_act: Callback<(usize, MemberAct)>,
    /// The menu is to close.
    pub on_close: Callback<()>,
}

const MENU_ID: &str = "member-act";

/// A member's menu.
#[component]
pub(super) fn MemberMenu(props: &MemberMenuProps) -> Html {
    let entries = if props.presence.has_process() {
        WITH_PROCESS
    } else {
        WITHOUT_PROCESS
    };
    let member = props.member;
    use_effect_with(member, |_| platform::focus(&format!("{MENU_ID}-0")));
    let close = {
        let on_close = props.on_close.clone();
        move || {
            on_close.emit(());
            platform::focus(&menu_button_id(member));
        }
    };
    let act = {
        let (on_act, close) = (props.on_act.clone(), close.clone());
        move |act: MemberAct| {
            on_act.emit((member, act));
            close();
        }
    };
    let onkeydown = {
        let act = act.clone();
        Callback::from(move |event: KeyboardEvent| {
            on_key(&event, entries, &act, &close);
        })
    };
    let blur = props.on_close.clone();
    let onfocusout = Callback::from(move |event: FocusEvent| {
        if !platform::layout::stays_inside(&event) {
            blur.emit(());
        }
    });
    html! {
        <div class="menu member-acts" role="menu" aria-label={format!("Act on {}", props.name)} style={props.style.clone()}
            {onkeydown} {onfocusout} data-testid="member-acts">
            <p class="menu__note">{ format!("{} at {}", props.name, clock(props.t_ms)) }</p>
            { for entries.iter().enumerate().map(|(ix, (what, name, kafka, key))| {
                let (act, what) = (act.clone(), *what);
                html! {
                    <button type="button" class="menu__item" role="menuitem" id={format!("{MENU_ID}-{ix}")}
                        tabindex="-1" onclick={move |_: MouseEvent| act(what)} data-testid={format!("act-{}", key.to_lowercase())}>
                        { *name }<span class="menu__note">{ *kafka }</span><kbd aria-hidden="true">{ *key }</kbd>
                    </button>
                }
            }) }
        </div>
    }
}

fn on_key(event: &KeyboardEvent, entries: &[Entry], act: &impl Fn(MemberAct), close: &impl Fn()) {
    let key = event.key();
    // The focused entry, by the number at the end of its id.
    let at = platform::layout::focused_number(MENU_ID).unwrap_or(0);
    let focus = |ix: usize| platform::focus(&format!("{MENU_ID}-{ix}"));
    match key.as_str() {
        "Escape" | "Tab" => close(),
        "ArrowDown" => focus((at + 1) % entries.len().max(1)),
        "ArrowUp" => focus((at + entries.len().max(1) - 1) % entries.len().max(1)),
        "Home" => focus(0),
        "End" => focus(entries.len().saturating_sub(1)),
        "Enter" | " " => {
            if let Some((what, ..)) = entries.get(at) {
                act(*what);
            }
        }
        _ => {
            let letter = key.to_uppercase();
            let Some((what, ..)) = entries.iter().find(|(.., key)| *key == letter) else {
                return;
            };
            act(*what);
        }
    }
    event.prevent_default();
    event.stop_propagation();
}
