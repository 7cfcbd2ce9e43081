//! The line above the lanes: whose they are, what a line of them stands for, zoom, repeating.

use super::compare::mark;
use super::keyboard::ZOOM_STEP;
use super::transport::predict_button;
use super::workspace::{Do, Workspace};
use crate::components::{Button, ButtonKind, IconName, button};
use crate::figure::{By, WindowCommand};
use crate::playback::Command;
use yew::prelude::*;

/// The line above the lanes; `more` stands at its end.
pub(super) fn lane_bar(workspace: &Workspace, name: &str, send: &Callback<Do>, more: Html) -> Html {
    let is_whole = workspace.window.is_whole(&workspace.extent);
    let repeats = workspace.playback.range.is_some();
    let range = workspace.repeat_toggled();
    let repeat = send.reform(move |_: MouseEvent| Do::Playback(Command::Repeat(range)));
    let zoom = |icon, label: &'static str, command, is_off, testid| {
        button(Button {
            kind: ButtonKind::Icon,
            icon: Some(icon),
            label: Some(label.into()),
            disabled: is_off,
            onclick: send.reform(move |_| Do::Window(command)),
            testid: Some(testid),
            ..Button::default()
        })
    };
    let about_ms = workspace.t_ms();
    let step = |factor| WindowCommand::Zoom { about_ms, factor };
    html! {
        <div class="lane-bar">
            <div class="lane-title">{ mark(workspace, 0, send) }<span>{ name.to_owned() }</span></div>
            <div class="segments" role="group" aria-label="A line per">
                { by(workspace.by, By::Partition, "partition", send) }
                { by(workspace.by, By::Member, "member", send) }
            </div>
            <button type="button" class="btn btn--quiet btn--small" aria-pressed={repeats.to_string()} onclick={repeat}
                title="Play what is shown again and again (L); Shift and drag marks a range" data-testid="repeat">{ "Repeat" }</button>
            // Narrow places have no room for it below.
            { predict_button(workspace, send, "predict-narrow") }
            <div class="zooms">
                { zoom(IconName::Minus, "Zoom out (−)", step(1.0 / ZOOM_STEP), is_whole, "zoom-out") }
                { zoom(IconName::Plus, "Zoom in (+)", step(ZOOM_STEP), false, "zoom-in") }
                <button type="button" class="btn btn--quiet btn--small" disabled={is_whole} title="Whole run (0)" data-testid="zoom-whole"
                    onclick={send.reform(|_: MouseEvent| Do::Window(WindowCommand::Whole))}>{ "Whole run" }</button>
            </div>
            { more }
        </div>
    }
}

fn by(now: By, by: By, text: &'static str, send: &Callback<Do>) -> Html {
    html! {
        <button type="button" class="segment" aria-pressed={(now == by).to_string()} title="M changes it" data-testid={format!("by-{text}")}
            onclick={send.reform(move |_: MouseEvent| Do::By(by))}>{ text }</button>
    }
}
