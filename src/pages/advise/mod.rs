//! Advise.

use crate::route::Workspace;
use crate::shell::Shell;
use yew::prelude::*;

/// The Advise workspace.
#[component]
pub fn AdvisePage() -> Html {
    html! {
        <Shell workspace={Workspace::Advise} title="Advise">
            <div class="blank"><h1>{ "Advise" }</h1></div>
        </Shell>
    }
}
