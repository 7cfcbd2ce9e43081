//! The whole run as tables: its generations, and every stretch in which nobody reads a partition. Also as
//! text with tabs, for a spreadsheet.

use super::column_time;
use crate::components::{Button, ButtonKind, button};
use crate::figure::{Run, words};
use crate::platform::clipboard;
use assignor_core::sim::trace::{PartitionIx, Reader};
use yew::prelude::*;

/// How many rows of a table are shown; the copy has all.
const MOST_ROWS: usize = 200;

/// A table.
pub(super) struct Table {
    title: &'static str,
    heads: &'static [&'static str],
    /// When each row is, and its cells.
    rows: Vec<(u64, Vec<String>)>,
}

/// The tables of a run.
pub(super) fn collect(run: &Run) -> [Table; 2] {
    [generations(run), stops(run)]
}

fn generations(run: &Run) -> Table {
    let rounds = run.trace.rounds.iter();
    let row = |round: &assignor_core::sim::trace::Round| {
        let assigned: usize = round
            .members
            .iter()
            .map(|member| member.assigned.len())
            .sum();
        let cells = vec![
            round.generation_id.to_string(),
            column_time(round.at_ms),
            run.trace.member_name(round.leader).to_owned(),
            round.protocol_name.to_owned(),
            round.members.len().to_string(),
            assigned.to_string(),
        ];
        (round.at_ms, cells)
    };
    Table {
        title: "Assignments",
        heads: &[
            "generation",
            "at, s",
            "leader",
            "assignor",
            "members",
            "partitions",
        ],
        rows: rounds.map(row).collect(),
    }
}

fn stops(run: &Run) -> Table {
    let mut rows = Vec::new();
    for (ix, lane) in (0..).zip(&run.trace.lanes) {
        for span in &lane.spans {
            let Reader::Nobody { last, began, .. } = span.reader else {
                continue;
            };
            let cells = vec![
                run.label(PartitionIx(ix)).to_owned(),
                column_time(span.from_ms),
                column_time(span.to_ms),
                column_time(span.length_ms()),
                run.trace.member_name(last).to_owned(),
                words::why_stopped(began).to_owned(),
            ];
            rows.push((span.from_ms, cells));
        }
    }
    rows.sort_by_key(|row| row.0);
    Table {
        title: "Stops",
        heads: &[
            "partition",
            "from, s",
            "to, s",
            "length, s",
            "last reader",
            "because",
        ],
        rows,
    }
}

impl Table {
    fn as_text(&self) -> String {
        let rows = self.rows.iter().map(|(_, cells)| cells.join("\t"));
        let lines: Vec<_> = [self.heads.join("\t")].into_iter().chain(rows).collect();
        lines.join("\n")
    }

    /// The table. A row leads to its moment.
    pub(super) fn view(&self, on_seek: &Callback<u64>) -> Html {
        let text = self.as_text();
        let copy = Callback::from(move |_: MouseEvent| {
            let text = text.clone();
            // Where copying isn't allowed, the table can be selected.
            wasm_bindgen_futures::spawn_local(async move {
                clipboard::copy(&text).await;
            });
        });
        html! {
            <section class="run-table" aria-label={self.title}>
                <div class="why-head">
                    <h3>{ self.title }<small>{ self.rows.len() }</small></h3>
                    { button(Button { kind: ButtonKind::Quiet, class: "btn--small", onclick: copy, children: html! { { "Copy" } }, ..Button::default() }) }
                </div>
                <div class="run-table-scroll" tabindex="0" role="group" aria-label={self.title}>
                    <table class="table">
                        <thead><tr>{ for self.heads.iter().map(|head| html! { <th scope="col">{ *head }</th> }) }</tr></thead>
                        <tbody>{ for self.rows.iter().take(MOST_ROWS).enumerate().map(|(ix, (at_ms, cells))| {
                            let at_ms = *at_ms;
                            html! {
                                <tr key={ix}>{ for cells.iter().enumerate().map(|(column, cell)| html! {
                                    <td class="fig">if column == 1 {
                                        <button type="button" class="link" onclick={on_seek.reform(move |_: MouseEvent| at_ms)}>{ cell.clone() }</button>
                                    } else { { cell.clone() } }</td>
                                }) }</tr>
                            }
                        }) }</tbody>
                    </table>
                </div>
            </section>
        }
    }
}
