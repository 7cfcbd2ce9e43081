//! Learn: the gallery. Every example has a picture, a line, its numbers, and opens in Simulate.

pub mod card;
pub mod exactness;
pub mod summary;

use crate::route::Workspace;
use crate::shell::Shell;
use assignor_core::gallery::{self, Section};
use card::card;
use exactness::exactness;
use summary::Summary;
use yew::prelude::*;

/// The Learn workspace.
#[component]
pub fn LearnPage() -> Html {
    let summaries = use_memo((), |()| {
        let entries = gallery::all().iter();
        entries.filter_map(Summary::of).collect::<Vec<_>>()
    });
    html! {
        <Shell workspace={Workspace::Learn} title="Learn">
            <div class="learn">
                <h1>{ "Who reads what, and when does nobody?" }</h1>
                <p class="learn__lead">
                    { "Each picture is one run: a line per partition, colour for who reads it, ink while nobody does. \
                       Open one, change it, see what it costs." }
                </p>
                for section in Section::ALL {
                    <section key={section.title()} class="learn__section" aria-label={section.title()}>
                        <h2>{ section.title() }</h2>
                        <div class="cards">
                            for summary in summaries.iter().filter(|summary| summary.entry.section == section) {
                                { card(summary) }
                            }
                        </div>
                    </section>
                }
                <section class="learn__section" aria-label="Rules">
                    <h2>{ "The advisor's rules" }</h2>
                    <p><a href="rules/index.html">{ "All rules of the advisor" }</a>{ ", each with its reason, an example and the way out." }</p>
                </section>
                { exactness() }
            </div>
        </Shell>
    }
}
