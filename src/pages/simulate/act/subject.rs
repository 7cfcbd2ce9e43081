//! What an action concerns, how it is found under the pointer or the focus, and what it is called.

use super::super::workspace::Do;
use super::menu::Popover;
use crate::figure::Run;
use crate::platform::layout;
use crate::shared::Shared;
use assignor_core::sim::narrate::span;
use assignor_core::sim::scenario::ActionKind;
use assignor_core::sim::trace::PartitionIx;
use yew::prelude::*;

/// What can be acted on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::pages::simulate) enum Subject {
    /// The group as a whole.
    Group,
    /// A member, by its place.
    Member(usize),
    /// A topic, by its name.
    Topic(String),
    /// A partition.
    Partition(PartitionIx),
    /// An action that there is.
    Action(u32),
}

/// Opens the menu of whatever lies under the pointer or has the focus: a member's card, a token, a lane.
pub(in crate::pages::simulate) struct Opener {
    /// With the other button of the mouse, or a long press.
    pub oncontextmenu: Callback<MouseEvent>,
    /// On a token, or the label of a lane.
    pub onclick: Callback<MouseEvent>,
    /// With Enter on a lane, and Shift + F10 on anything.
    pub onkeydown: Callback<KeyboardEvent>,
}

/// What opens menus in a run.
/// While a question takes marks on partitions, none does.
pub(in crate::pages::simulate) fn opener(
    run: &Shared<Run>,
    opens: bool,
    send: &Callback<Do>,
) -> Opener {
    let open = {
        let (run, send) = (run.clone(), send.clone());
        move |event: &Event, at: Option<(i32, i32)>| {
            let Some(subject) = subject_of(&run, event).filter(|_| opens) else {
                return;
            };
            let (x, y) = at.unwrap_or_else(|| layout::place_of(event).unwrap_or_default());
            event.prevent_default();
            event.stop_propagation();
            send.emit(Do::Popover(Some(Popover {
                subject,
                x,
                y,
                back: layout::focused_id(),
            })));
        }
    };
    let (by_menu, by_click) = (open.clone(), open.clone());
    Opener {
        oncontextmenu: Callback::from(move |event: MouseEvent| {
            by_menu(&event, Some((event.client_x(), event.client_y())));
        }),
        onclick: Callback::from(move |event: MouseEvent| {
            if layout::is_inside(&event, ".token, .lane-label") {
                by_click(&event, Some((event.client_x(), event.client_y())));
            }
        }),
        onkeydown: Callback::from(move |event: KeyboardEvent| {
            let is_menu_key = match event.key().as_str() {
                "Enter" => layout::is_inside(&event, ".lane, .token"),
                "F10" => event.shift_key(),
                key => key == "ContextMenu",
            };
            if is_menu_key {
                open(&event, None);
            }
        }),
    }
}

fn subject_of(run: &Run, event: &Event) -> Option<Subject> {
    if let Some(name) = layout::closest_data(event, "member") {
        return run.trace.member(&name).map(Subject::Member);
    }
    // Lanes by member carry the member's name in place of the partition's.
    let label = layout::closest_data(event, "partition")?;
    match run.labels.iter().position(|other| *other == label) {
        Some(place) => Some(Subject::Partition(PartitionIx(u32::try_from(place).ok()?))),
        None => run.trace.member(&label).map(Subject::Member),
    }
}

/// An action in a few words: `start c4`, `c1: frozen 8.00 s`.
pub(in crate::pages::simulate) fn words(kind: &ActionKind) -> String {
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
        ActionKind::Delete { topic } => format!("delete {topic}"),
        ActionKind::Produce {
            topic,
            partition,
            per_second,
            seconds,
        } => {
            let to = partition.map_or(topic.clone(), |number| format!("{topic}-{number}"));
            format!("produce {per_second}/s to {to} {seconds} s")
        }
        other => format!("{} {member}", other.verb()),
    }
}
