//! An address that leads nowhere says so and where the reader can go.

use crate::route::{Route, Workspace};
use crate::shell::Shell;
use yew::prelude::*;

/// The page for an address that names an unknown `path`.
pub fn not_found(path: &str) -> Html {
    let link = |workspace: Workspace, text: &str| html! { <a href={Route::to(workspace).to_string()}>{ text }</a> };
    html! {
        <Shell workspace={None::<Workspace>} title="No such page">
            <div class="blank">
                <h1>{ "No page has this address" }</h1>
                <p>{ format!("The address names \"{}\".", path) }</p>
                <p>
                    { "There are three: " }
                    { link(Workspace::Simulate, "simulate a run") }{ ", " }
                    { link(Workspace::Advise, "check a config") }{ " and " }
                    { link(Workspace::Learn, "the gallery") }{ "." }
                </p>
            </div>
        </Shell>
    }
}
