//! The inspector: the messages and the callbacks of the run around the playhead, and its numbers.

mod callbacks;
mod messages;
mod numbers;

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
    let rows = use_memo(run.clone(), |run| messages::collect(run));
    let calls = use_memo(run.clone(), |run| callbacks::collect(run));
    let runs: Vec<_> = columns.iter().map(|column| column.run.clone()).collect();
    let costs = use_memo(runs, |runs| {
        runs.iter()
            .map(|run| numbers::Numbers::of(run))
            .collect::<Vec<_>>()
    });
    html! {
        <aside class="inspector" aria-label="Inspector">
            <section class="pane pane-messages" aria-label="Messages">
                <h2>{ "Messages" }<small>{ "without routine heartbeats and commits" }</small></h2>
                { messages::messages(run, &rows, t_ms, on_seek) }
            </section>
            <section class="pane" aria-label="Callbacks">
                <h2>{ "Callbacks" }<small>{ "as your listener sees them" }</small></h2>
                { callbacks::callbacks(&calls, t_ms, on_seek) }
            </section>
            <section class="pane" aria-label="The whole run in numbers">
                <h2>{ "The whole run" }</h2>
                { numbers::table(columns, &costs, on_go) }
            </section>
        </aside>
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
