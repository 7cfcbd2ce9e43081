//! The menu of what can happen at the playhead, and the form that some entries open. It lies over the page
//! beside what it concerns; on a narrow screen at its foot.

use super::super::edit::{Draft, Edit, free_name};
use super::super::inspector::Tab;
use super::super::workspace::Do;
use super::form::ActionForm;
use super::subject::Subject;
use super::verbs::{self, On, Verb};
use crate::figure::Run;
use crate::platform;
use crate::platform::layout::{focused_number, stays_inside, viewport};
use crate::shared::Shared;
use crate::stage::Presence;
use assignor_core::sim::Scenario;
use assignor_core::sim::narrate::clock;
use assignor_core::sim::trace::{Frame, PartitionIx};
use serde_json::{Value, json};
use yew::prelude::*;

/// An open menu or form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::pages::simulate) struct Popover {
    /// What it concerns.
    pub subject: Subject,
    /// Where it lies, in px from the left of the window.
    pub x: i32,
    /// And from its top.
    pub y: i32,
    /// The id of the element that had the focus before; may be empty.
    pub back: String,
}

/// An entry of a menu.
#[derive(Clone, PartialEq)]
enum Entry {
    /// Something happens.
    Act(&'static Verb),
    /// A new member.
    Add,
    /// The menu of something else.
    To(Subject, String),
    /// Why a partition is where it is.
    Why(PartitionIx),
}

const ENTRY_ID: &str = "act-entry";
/// Width of the menu and its distance to the edges of the window, in px.
const WIDTH_PX: i32 = 264;
const EDGE_PX: i32 = 8;

#[derive(Properties, PartialEq)]
pub(in crate::pages::simulate) struct PopoverViewProps {
    /// What is open.
    pub popover: Popover,
    /// The scenario.
    pub draft: Draft,
    /// The run.
    pub run: Shared<Run>,
    /// The moment.
    pub frame: Shared<Frame>,
    /// Changes the state.
    pub on_do: Callback<Do>,
}

/// The menu or form that is open.
#[component]
pub(in crate::pages::simulate) fn PopoverView(props: &PopoverViewProps) -> Html {
    let subject = &props.popover.subject;
    let chosen = use_state_eq(|| None::<&'static str>);
    let set = chosen.setter();
    let last = use_mut_ref(|| subject.clone());
    use_effect_with((subject.clone(), (*chosen).is_some()), {
        let set = set.clone();
        move |(subject, is_form)| {
            if last.replace(subject.clone()) != *subject {
                set.set(None);
            }
            if !*is_form {
                platform::focus(&format!("{ENTRY_ID}-0"));
            }
        }
    });
    let close = {
        let (on_do, back) = (props.on_do.clone(), props.popover.back.clone());
        Callback::from(move |()| {
            on_do.emit(Do::Popover(None));
            platform::focus(&back);
        })
    };
    let onfocusout = {
        let on_do = props.on_do.clone();
        Callback::from(move |event: FocusEvent| {
            if event.related_target().is_some() && !stays_inside(&event) {
                on_do.emit(Do::Popover(None));
            }
        })
    };
    let onkeydown = {
        let close = close.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                event.prevent_default();
                event.stop_propagation();
                close.emit(());
            }
        })
    };
    let title = title(props, *chosen);
    html! {
        <>
            <div class="popover-back" onclick={close.reform(|_: MouseEvent| ())} aria-hidden="true" />
            <div class="menu popover" role="dialog" aria-label={title.clone()} style={place(&props.popover)} {onfocusout} {onkeydown} data-testid="act-menu">
                <p class="menu__note popover-title">{ title }</p>
                { body(props, *chosen, &set, &close) }
            </div>
        </>
    }
}

fn place(popover: &Popover) -> String {
    let (width, height) = viewport();
    // What it is about stays in sight beside a long list.
    let most = height * 5 / 8;
    let left = popover.x.min(width - WIDTH_PX - EDGE_PX).max(EDGE_PX);
    if popover.y > height / 2 {
        let bottom = (height - popover.y).max(EDGE_PX);
        format!(
            "left:{left}px;bottom:{bottom}px;max-height:{}px",
            (popover.y - EDGE_PX).min(most)
        )
    } else {
        let top = popover.y.max(EDGE_PX);
        format!(
            "left:{left}px;top:{top}px;max-height:{}px",
            (height - top - EDGE_PX).min(most)
        )
    }
}

fn title(props: &PopoverViewProps, chosen: Option<&str>) -> String {
    let at = clock(props.frame.at_ms);
    let whom = match &props.popover.subject {
        Subject::Group => "The group".to_owned(),
        Subject::Member(member) => props.run.member_name(*member).to_owned(),
        Subject::Topic(topic) => format!("Topic {topic}"),
        Subject::Partition(partition) => props.run.full_name(*partition),
        Subject::Action(id) => {
            let action = props.draft.action(*id);
            return action.map_or(String::new(), |action| super::words(&action.kind));
        }
    };
    match chosen.and_then(verbs::named) {
        Some(verb) => format!("{whom}: {} at {at}", verb.name.to_lowercase()),
        None => format!("{whom} at {at}"),
    }
}

fn body(
    props: &PopoverViewProps,
    chosen: Option<&'static str>,
    set: &UseStateSetter<Option<&'static str>>,
    close: &Callback<()>,
) -> Html {
    let on_edit = props.on_do.reform(Do::Edit);
    let draft = props.draft.clone();
    let subject = &props.popover.subject;
    if let Subject::Action(id) = *subject {
        let action = draft
            .action(id)
            .and_then(|action| serde_json::to_value(action).ok());
        return match action {
            Some(action) => {
                html! { <ActionForm key={id} {draft} {action} id={Some(id)} {on_edit} on_close={close.clone()} /> }
            }
            None => html! { <p class="nothing">{ "The action is gone." }</p> },
        };
    }
    if let Some(verb) = chosen.and_then(verbs::named) {
        let action = begun(props, verb);
        let mut known = vec!["at_ms", "member"];
        if verb.verb == "remove" {
            known.push("members");
        }
        if verb.verb != "create" {
            known.push("topic");
        }
        return html! { <ActionForm key={verb.verb} {draft} {action} {known} {on_edit} on_close={close.clone()} /> };
    }
    let entries = entries(props);
    let choose = {
        let (on_do, close, set) = (props.on_do.clone(), close.clone(), set.clone());
        let (popover, t_ms) = (props.popover.clone(), props.frame.at_ms);
        let begun = entries.iter().map(|entry| match entry {
            Entry::Act(verb) => begun(props, verb),
            _ => Value::Null,
        });
        let begun: Vec<_> = begun.collect();
        let entries = entries.clone();
        Callback::from(move |ix: usize| {
            let Some(entry) = entries.get(ix) else {
                return;
            };
            match entry {
                Entry::Act(verb) if asks(verb) => set.set(Some(verb.verb)),
                Entry::Act(_) => {
                    on_do.emit(Do::Edit(Edit::Act(
                        begun.get(ix).cloned().unwrap_or_default(),
                    )));
                    close.emit(());
                }
                Entry::Add => {
                    on_do.emit(Do::Edit(Edit::AddMember { at_ms: t_ms }));
                    close.emit(());
                }
                Entry::To(subject, _) => on_do.emit(Do::Popover(Some(Popover {
                    subject: subject.clone(),
                    ..popover.clone()
                }))),
                Entry::Why(partition) => {
                    on_do.emit(Do::Inspect(Tab::Why, Some(*partition)));
                    close.emit(());
                }
            }
        })
    };
    let onkeydown = keys(&entries, &choose);
    html! {
        <div role="menu" aria-label="What happens" {onkeydown}>
            { for entries.iter().enumerate().map(|(ix, entry)| entry_view(ix, entry, &choose)) }
        </div>
    }
}

/// Whether an action is asked for its values before it is added. The others can be told more at their mark.
fn asks(verb: &Verb) -> bool {
    !verb.begins.is_empty() || matches!(verb.verb, "subscribe" | "configure" | "grow")
}

fn entries(props: &PopoverViewProps) -> Vec<Entry> {
    let scenario = &props.draft.scenario;
    let on = |wanted: &'static [On]| {
        verbs::ALL
            .iter()
            .filter(|verb| wanted.contains(&verb.on))
            .map(Entry::Act)
    };
    match &props.popover.subject {
        Subject::Group => {
            let members = (0..)
                .zip(&scenario.members)
                .map(|(ix, m)| Entry::To(Subject::Member(ix), m.name.clone()));
            let topics = scenario
                .topics
                .iter()
                .map(|t| Entry::To(Subject::Topic(t.name.clone()), format!("topic {}", t.name)));
            [Entry::Add]
                .into_iter()
                .chain(on(&[On::Group]))
                .chain(topics)
                .chain(members)
                .collect()
        }
        Subject::Member(member) => {
            let now = props.frame.members.get(*member);
            let mut entries: Vec<_> = if now.is_some_and(|now| Presence::of(now).has_process()) {
                on(&[On::Running, On::Member]).collect()
            } else {
                on(&[On::Absent, On::Member]).collect()
            };
            let read = now.and_then(|now| now.reads.first().copied());
            entries.extend(read.map(Entry::Why));
            entries
        }
        Subject::Topic(_) => on(&[On::Topic]).collect(),
        Subject::Partition(partition) => {
            let why = [Entry::Why(*partition)];
            why.into_iter().chain(on(&[On::Topic])).collect()
        }
        Subject::Action(_) => Vec::new(),
    }
}

/// The action that a menu adds, with the values that it begins with.
fn begun(props: &PopoverViewProps, verb: &Verb) -> Value {
    let scenario: &Scenario = &props.draft.scenario;
    let mut action = json!({ "at_ms": props.frame.at_ms, "do": verb.verb });
    for (at, value) in verb.begins {
        action[*at] = json!(value);
    }
    let partition = match &props.popover.subject {
        Subject::Partition(partition) => props.run.trace.partitions.get(partition.0 as usize),
        _ => None,
    };
    let topic = match &props.popover.subject {
        Subject::Topic(topic) => Some(topic.as_str()),
        _ => partition.map(|partition| &*partition.topic),
    };
    let count = |topic: &str| {
        let of_topic = props.run.trace.partitions.iter();
        of_topic
            .filter(|partition| &*partition.topic == topic)
            .count()
    };
    if let Subject::Member(member) = props.popover.subject
        && let Some(member) = scenario.members.get(member)
    {
        match verb.verb {
            "remove" => action["members"] = json!([member.name]),
            _ => action["member"] = json!(member.name),
        }
    }
    if let Some(topic) = topic {
        action["topic"] = json!(topic);
    }
    match (verb.verb, topic, partition) {
        ("grow", Some(topic), _) => action["partitions"] = json!(count(topic) + 1),
        ("produce", _, Some(partition)) => action["partition"] = json!(partition.partition),
        ("create", ..) => {
            let taken = scenario.topics.iter().map(|topic| topic.name.as_str());
            let letters = ('a'..='z')
                .map(String::from)
                .chain((1..).map(|n| format!("topic-{n}")));
            action["topic"] = json!(free_name(taken, letters));
        }
        ("scale", ..) => {
            let running = props
                .frame
                .members
                .iter()
                .filter(|now| Presence::of(now).has_process());
            action["members"] = json!((running.count() + 1).min(scenario.members.len()));
        }
        ("subscribe", ..) => {
            action["topics"] = scenario
                .topics
                .iter()
                .map(|topic| topic.name.as_str())
                .collect();
        }
        _ => {}
    }
    action
}

fn entry_view(ix: usize, entry: &Entry, choose: &Callback<usize>) -> Html {
    let (name, note, key, testid) = match entry {
        Entry::Act(verb) => {
            let more = if asks(verb) { "…" } else { "" };
            let lasts = verb
                .begins
                .iter()
                .find(|(at, _)| verb.lasts.is_some_and(|(lasts, _)| lasts == *at));
            let note = match (lasts, verb.lasts) {
                (Some((_, value)), Some((_, unit))) => format!("{} s", value * unit / 1_000),
                _ => verb.kafka.to_owned(),
            };
            (
                format!("{}{more}", verb.name),
                note,
                verb.key,
                format!("act-{}", verb.verb),
            )
        }
        Entry::Add => (
            "Add a consumer".to_owned(),
            "subscribe()".to_owned(),
            "A",
            "act-add".to_owned(),
        ),
        Entry::To(_, name) => (
            format!("{name}…"),
            String::new(),
            "",
            format!("act-on-{}", name.replace(' ', "-")),
        ),
        Entry::Why(_) => (
            "Where and why".to_owned(),
            String::new(),
            "W",
            "act-why".to_owned(),
        ),
    };
    html! {
        <button key={testid.clone()} type="button" class="menu__item" role="menuitem" tabindex="-1" id={format!("{ENTRY_ID}-{ix}")}
            onclick={choose.reform(move |_: MouseEvent| ix)} data-testid={testid}>
            { name }<span class="menu__note">{ note }</span>
            if !key.is_empty() { <kbd aria-hidden="true">{ key }</kbd> }
        </button>
    }
}

fn keys(entries: &[Entry], choose: &Callback<usize>) -> Callback<KeyboardEvent> {
    let choose = choose.clone();
    let letters: Vec<_> = entries
        .iter()
        .map(|entry| match entry {
            Entry::Act(verb) => verb.key,
            Entry::Add => "A",
            Entry::Why(_) => "W",
            Entry::To(..) => "",
        })
        .collect();
    Callback::from(move |event: KeyboardEvent| {
        let count = letters.len().max(1);
        let at = focused_number(ENTRY_ID).unwrap_or(0);
        let to = match event.key().as_str() {
            "ArrowDown" => (at + 1) % count,
            "ArrowUp" => (at + count - 1) % count,
            "Home" => 0,
            "End" => count - 1,
            // The browser presses the button.
            "Enter" | " " | "Tab" | "Escape" => return,
            key => {
                let key = key.to_uppercase();
                if let Some(ix) = letters
                    .iter()
                    .position(|letter| **letter == *key && !key.is_empty())
                {
                    event.prevent_default();
                    choose.emit(ix);
                }
                event.stop_propagation();
                return;
            }
        };
        event.prevent_default();
        event.stop_propagation();
        platform::focus(&format!("{ENTRY_ID}-{to}"));
    })
}
