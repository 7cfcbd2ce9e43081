//! Learn.

use crate::route::Workspace;
use crate::shell::Shell;
use yew::prelude::*;

/// The Learn workspace.
#[component]
pub fn LearnPage() -> Html {
    html! {
        <Shell workspace={Workspace::Learn} title="Learn">
            <div class="blank"><h1>{ "Learn" }</h1></div>
        </Shell>
    }
}
