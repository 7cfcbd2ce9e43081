//! Simulate: a group's run on stage and lanes.

use crate::route::{Route, Workspace};
use crate::shell::Shell;
use yew::prelude::*;

/// What [`SimulatePage`] shows.
#[derive(Properties, PartialEq)]
pub struct SimulatePageProps {
    /// The address: scenario, time.
    pub route: Route,
}

/// The Simulate workspace.
#[component]
pub fn SimulatePage(_props: &SimulatePageProps) -> Html {
    html! {
        <Shell workspace={Workspace::Simulate} title="Simulate" fixed=true>
            <div class="blank"><h1>{ "Simulate" }</h1></div>
        </Shell>
    }
}
