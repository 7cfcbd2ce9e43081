//! The inspector: the messages and the callbacks of the run around the playhead, and its numbers.

mod callbacks;
mod charts;
mod messages;
mod numbers;
mod transcript;
mod why;

pub(super) use numbers::Column;

use crate::figure::Run;
use crate::shared::Shared;
use yew::prelude::*;

/// The inspector.
#[derive(Properties, PartialEq)]
pub(super) struct InspectorProps {
    /// The run.
    pub run: Shared<Run>,
    /// The playhead.
    pub t_ms: u64,
    /// All runs, for the table of what they cost.
    pub columns: Vec<Column>,
    /// The user goes to a time.
    pub on_seek: Callback<u64>,
    /// The user goes to a time in a run, by its place.
    pub on_go: Callback<(usize, u64)>,
}

/// What the inspector shows above the numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tab {
    Messages,
    Charts,
    Why,
    Text,
}

impl Tab {
    const ALL: [(Self, &'static str); 4] = [
        (Self::Messages, "Messages"),
        (Self::Charts, "Charts"),
        (Self::Why, "Why here"),
        (Self::Text, "Text"),
    ];
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
    } = props;
    let t_ms = *t_ms;
    let tab = use_state_eq(|| Tab::Messages);
    let runs: Vec<_> = columns.iter().map(|column| column.run.clone()).collect();
    let costs = use_memo(runs, |runs| {
        let numbers = runs.iter().map(|run| numbers::Numbers::of(run));
        numbers.collect::<Vec<_>>()
    });
    let choice = |(this, name): (Tab, &'static str)| {
        let setter = tab.setter();
        html! {
            <button type="button" class="tab" aria-pressed={(*tab == this).to_string()} onclick={move |_: MouseEvent| setter.set(this)}
                data-testid={format!("tab-{name}")}>{ name }</button>
        }
    };
    let (run, on_seek) = (run.clone(), on_seek.clone());
    html! {
        <aside class="inspector" aria-label="Inspector">
            <div class="tabs" role="group" aria-label="What the inspector shows">{ for Tab::ALL.into_iter().map(choice) }</div>
            { match *tab {
                Tab::Messages => html! { <Messages {run} {t_ms} {on_seek} /> },
                Tab::Charts => html! { <section class="pane" aria-label="Charts"><charts::Charts {run} {t_ms} /></section> },
                Tab::Why => html! { <section class="pane" aria-label="Why here"><why::Why {run} {t_ms} {on_seek} /></section> },
                Tab::Text => html! { <section class="pane" aria-label="Text"><transcript::Transcript {run} {t_ms} {on_seek} /></section> },
            } }
            <section class="pane" aria-label="The whole run in numbers">
                <h2>{ "The whole run" }</h2>
                { numbers::table(columns, &costs, on_go) }
            </section>
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
    let calls = use_memo(run.clone(), |run| callbacks::collect(run));
    html! {
        <>
            <section class="pane pane-messages" aria-label="Messages">
                <h2>{ "Messages" }<small>{ "without routine heartbeats and commits" }</small></h2>
                { messages::messages(run, &rows, *t_ms, on_seek) }
            </section>
            <section class="pane" aria-label="Callbacks">
                <h2>{ "Callbacks" }<small>{ "as your listener sees them" }</small></h2>
                { callbacks::callbacks(&calls, *t_ms, on_seek) }
            </section>
        </>
    }
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
