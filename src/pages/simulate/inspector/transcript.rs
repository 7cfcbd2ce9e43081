//! The run as text and tables: every event in a sentence, and who reads what at the playhead.

use super::{column_time, tables, window};
use crate::figure::{Run, words};
use crate::platform::clipboard;
use crate::shared::Shared;
use assignor_core::sim::narrate::{self, clock};
use assignor_core::sim::trace::{EventKind, PartitionIx};
use std::fmt::Write as _;
use yew::prelude::*;

/// How many events are shown at once.
const SHOWN: usize = 24;
/// How many partitions the table has; the lanes have all.
const MOST_ROWS: usize = 100;

#[derive(Properties, PartialEq)]
pub(super) struct TranscriptProps {
    /// The run.
    pub run: Shared<Run>,
    /// The playhead.
    pub t_ms: u64,
    /// The user goes to a time.
    pub on_seek: Callback<u64>,
}

/// A line of the transcript.
struct Line {
    at_ms: u64,
    text: String,
}

/// Every event but reading, which goes on all the time.
fn lines(run: &Run) -> Vec<Line> {
    let events = run.trace.events.iter();
    events
        .filter(|event| !matches!(event.kind, EventKind::Read { .. }))
        .map(|event| Line {
            at_ms: event.at_ms,
            text: narrate::event(&run.trace, event).to_string(),
        })
        .collect()
}

/// The transcript as text, a line per event.
pub(in crate::pages::simulate) fn as_text(run: &Run) -> String {
    let lines = lines(run).into_iter();
    let lines = lines.map(|line| format!("{:>10}  {}\n", words::exact(line.at_ms), line.text));
    lines.collect()
}

/// The transcript as a Markdown table.
pub(in crate::pages::simulate) fn as_markdown(run: &Run, title: &str) -> String {
    let mut out = format!(
        "# {}\n\n| time | what happens |\n|---:|---|\n",
        plain(title)
    );
    for line in lines(run) {
        // Writing into a text doesn't fail.
        let _ = writeln!(
            out,
            "| {} | {} |",
            words::exact(line.at_ms),
            plain(&line.text)
        );
    }
    out
}

/// Text that Markdown takes for text.
fn plain(text: &str) -> String {
    let mut out = String::new();
    for char in text.chars() {
        match char {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '&' => {
                out.extend(['\\', char]);
            }
            char if char.is_control() => out.push(' '),
            char => out.push(char),
        }
    }
    out
}

/// The run as text and tables.
#[component]
pub(super) fn Transcript(props: &TranscriptProps) -> Html {
    let TranscriptProps { run, t_ms, on_seek } = props;
    let lines = use_memo(run.clone(), |run| lines(run));
    let tables = use_memo(run.clone(), |run| tables::collect(run));
    let past = lines.partition_point(|line| line.at_ms <= *t_ms);
    let shown = window(lines.len(), past, SHOWN);
    let copy = {
        let run = run.clone();
        Callback::from(move |_: MouseEvent| {
            let text = as_text(&run);
            // Where copying isn't allowed, the text can be selected.
            wasm_bindgen_futures::spawn_local(async move {
                clipboard::copy(&text).await;
            });
        })
    };
    html! {
        <div data-testid="transcript">
            <div class="why-head">
                <h3>{ "What happens" }</h3>
                <button type="button" class="btn btn--quiet btn--small" onclick={copy}>{ "Copy all as text" }</button>
            </div>
            <ol class="transcript">
                { for shown.clone().filter_map(|ix| lines.get(ix).map(|line| {
                    let at_ms = line.at_ms;
                    html! {
                        <li key={ix} class={classes!((ix >= past).then_some("is-to-come"), (ix + 1 == past).then_some("is-now"))}>
                            <button type="button" onclick={on_seek.reform(move |_: MouseEvent| at_ms)}>
                                <span class="fig call-time">{ column_time(at_ms) }</span><span>{ line.text.clone() }</span>
                            </button>
                        </li>
                    }
                })) }
            </ol>
            { now_table(run, *t_ms) }
            { for tables.iter().map(|table| table.view(on_seek)) }
        </div>
    }
}

/// Who reads what at a time.
fn now_table(run: &Run, t_ms: u64) -> Html {
    let rows = run.trace.lanes.iter().enumerate().take(MOST_ROWS);
    let cells = |(ix, lane): (usize, &assignor_core::sim::trace::Lane)| {
        let span = lane.span_at(t_ms).and_then(|at| lane.spans.get(at))?;
        let label = run.label(PartitionIx(u32::try_from(ix).ok()?)).to_owned();
        let is_stop = span.is_stop();
        Some(html! {
            <tr class={is_stop.then_some("is-stopped")}>
                <th scope="row">{ label }</th>
                <td>{ words::reader(run, span.reader).to_owned() }</td>
                <td class="n fig">{ column_time(span.from_ms) }</td>
                <td class="n fig">{ column_time(span.to_ms) }</td>
            </tr>
        })
    };
    html! {
        <table class="table now-table">
            <caption>{ format!("Who reads what at {}", clock(t_ms)) }</caption>
            <thead><tr><th scope="col">{ "partition" }</th><th scope="col">{ "reader" }</th><th scope="col" class="n">{ "since, s" }</th><th scope="col" class="n">{ "until, s" }</th></tr></thead>
            <tbody>{ for rows.filter_map(cells) }</tbody>
        </table>
    }
}
