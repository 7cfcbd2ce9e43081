//! The inspector: the messages and the callbacks of the run around the playhead, and its numbers.

mod callbacks;
mod charts;
mod messages;
mod metrics;
mod numbers;
mod offsets;
mod plot;
mod sequence_bars;
mod tables;
mod transcript;
mod why;

pub(super) use numbers::{Column, csv};
pub(super) use transcript::{as_markdown, as_text};

use crate::components::{Choice, Select};
use crate::figure::Run;
use crate::shared::Shared;
use assignor_core::sim::trace::PartitionIx;
use yew::prelude::*;

/// The inspector.
#[derive(Properties, PartialEq)]
pub(super) struct InspectorProps {
    /// The run.
    pub run: Shared<Run>,
    /// The playhead.
    pub t_ms: u64,
    /// What it shows.
    pub tab: Tab,
    /// The partition whose way is explained, once one was chosen.
    pub chosen: Option<PartitionIx>,
    /// The user looks at something else.
    pub on_tab: Callback<(Tab, Option<PartitionIx>)>,
    /// All runs, for the table of what they cost.
    pub columns: Vec<Column>,
    /// The user goes to a time.
    pub on_seek: Callback<u64>,
    /// The user goes to a time in a run, by its place.
    pub on_go: Callback<(usize, u64)>,
}

/// What the inspector shows above the numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tab {
    Messages,
    Offsets,
    Charts,
    Why,
    Text,
}

impl Tab {
    const ALL: [(Self, &'static str); 5] = [
        (Self::Messages, "Messages"),
        (Self::Offsets, "Offsets"),
        (Self::Charts, "Charts"),
        (Self::Why, "Why here"),
        (Self::Text, "Text"),
    ];

    /// Its name in an address: the first word of its title.
    pub(super) fn slug(self) -> String {
        let name = Self::ALL.iter().find(|(tab, _)| *tab == self);
        let word = name.and_then(|(_, name)| name.split(' ').next());
        word.unwrap_or_default().to_ascii_lowercase()
    }

    /// The tab of that name.
    pub(super) fn of_slug(slug: &str) -> Option<Self> {
        let mut tabs = Self::ALL.iter().map(|(tab, _)| *tab);
        tabs.find(|tab| tab.slug() == slug)
    }
}

/// The inspector.
#[component]
pub(super) fn Inspector(props: &InspectorProps) -> Html {
    let InspectorProps {
        run,
        t_ms,
        columns,
        on_seek,
        on_go,
        tab,
        chosen,
        on_tab,
    } = props;
    let (t_ms, tab, chosen) = (*t_ms, *tab, *chosen);
    let runs: Vec<_> = columns.iter().map(|column| column.run.clone()).collect();
    let costs = use_memo(runs, |runs| {
        let numbers = runs.iter().map(|run| numbers::Numbers::of(run));
        numbers.collect::<Vec<_>>()
    });
    let choice = |(this, name): (Tab, &'static str)| {
        html! {
            <button type="button" class="tab" aria-pressed={(tab == this).to_string()} onclick={on_tab.reform(move |_: MouseEvent| (this, None))}
                data-testid={format!("tab-{name}")}>{ name }</button>
        }
    };
    let (run, on_seek) = (run.clone(), on_seek.clone());
    let is_comparison = columns.len() > 1;
    let whole = || {
        html! {
            <section class="pane" aria-label="The whole run in numbers">
                <h2>{ if is_comparison { "The whole runs" } else { "The whole run" } }</h2>
                { numbers::table(columns, &costs, on_go) }
            </section>
        }
    };
    html! {
        <aside class="inspector" aria-label="Inspector">
            // Who compares wants these numbers before anything else.
            if is_comparison { { whole() } }
            <div class="tabs" role="group" aria-label="What the inspector shows">{ for Tab::ALL.into_iter().map(choice) }</div>
            { match tab {
                Tab::Messages => html! { <Messages {run} {t_ms} {on_seek} /> },
                Tab::Offsets => html! { <section class="pane" aria-label="Offsets"><offsets::Offsets {run} {t_ms} {on_seek} /></section> },
                Tab::Charts => html! {
                    <>
                        <section class="pane" aria-label="Charts"><charts::Charts run={run.clone()} {t_ms} /></section>
                        <section class="pane" aria-label="Metrics"><metrics::Metrics {run} {t_ms} /></section>
                    </>
                },
                Tab::Why => html! { <section class="pane" aria-label="Why here"><why::Why {run} {t_ms} {chosen} on_choose={on_tab.reform(|partition| (Tab::Why, Some(partition)))} {on_seek} /></section> },
                Tab::Text => html! { <section class="pane" aria-label="Text"><transcript::Transcript {run} {t_ms} {on_seek} /></section> },
            } }
            if !is_comparison { { whole() } }
        </aside>
    }
}

#[derive(Properties, PartialEq)]
struct MessagesProps {
    run: Shared<Run>,
    t_ms: u64,
    on_seek: Callback<u64>,
}

/// Messages and callbacks around the playhead.
#[component]
fn Messages(props: &MessagesProps) -> Html {
    let MessagesProps { run, t_ms, on_seek } = props;
    let rows = use_memo(run.clone(), |run| messages::collect(run));
    let member = use_state_eq(|| None::<usize>);
    let calls = use_memo((run.clone(), *member), |(run, member)| {
        callbacks::collect(run, *member)
    });
    html! {
        <>
            <section class="pane pane-messages" aria-label="Messages">
                <h2>{ "Messages" }<small>{ "without routine heartbeats and commits" }</small></h2>
                { messages::messages(run, &rows, *t_ms, on_seek) }
            </section>
            <section class="pane" aria-label="Callbacks">
                <h2>{ "Callbacks" }<small>{ "as its listener sees them" }</small></h2>
                <MemberSelect run={run.clone()} value={*member} all="all members" testid="callbacks-of"
                    onchange={let set = member.setter(); Callback::from(move |member| set.set(member))} />
                { callbacks::callbacks(&calls, *t_ms, on_seek) }
            </section>
        </>
    }
}

#[derive(Properties, PartialEq)]
struct MemberSelectProps {
    run: Shared<Run>,
    value: Option<usize>,
    /// What stands for no member in particular.
    all: &'static str,
    testid: &'static str,
    onchange: Callback<Option<usize>>,
}

/// A choice of one member, or of none in particular.
#[component]
fn MemberSelect(props: &MemberSelectProps) -> Html {
    let members = props.run.trace.members.iter().enumerate();
    let members = members.map(|(ix, name)| Choice::new(ix.to_string(), name.to_string()));
    let none = (!props.all.is_empty()).then(|| Choice::new("", props.all));
    let choices: Vec<_> = none.into_iter().chain(members).collect();
    let value = props.value.map_or(String::new(), |ix| ix.to_string());
    let onchange = props.onchange.reform(|text: String| text.parse().ok());
    html! { <Select label="of member" {choices} {value} {onchange} testid={props.testid} /> }
}

/// The part of a list that is shown: `size` entries with the present in the middle where possible.
/// `past` is how many entries lie before the playhead.
fn window(count: usize, past: usize, size: usize) -> std::ops::Range<usize> {
    let first = past
        .saturating_sub(size / 2)
        .min(count.saturating_sub(size));
    first..(first + size).min(count)
}

/// A time to the millisecond without its unit, for columns.
fn column_time(ms: u64) -> String {
    format!("{}.{:03}", ms / 1_000, ms % 1_000)
}

#[cfg(test)]
mod tests {
    use super::window;

    #[test]
    fn the_window_follows_the_present_and_stays_full() {
        assert_eq!(window(100, 0, 10), 0..10);
        assert_eq!(window(100, 50, 10), 45..55);
        assert_eq!(window(100, 100, 10), 90..100);
        assert_eq!(window(3, 2, 10), 0..3);
    }
}
