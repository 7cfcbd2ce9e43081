//! The open texts: members of one group are judged together.

use super::state::{Action, State};
use crate::components::{Button, ButtonKind, IconName, button};
use crate::platform;
use advisor::Text;
use web_sys::{DragEvent, FileList, HtmlInputElement};
use yew::prelude::*;

/// The bar of open texts.
pub fn files_bar(state: &State, act: &Callback<Action>) -> Html {
    let onchange = act_on_files(act, |event: Event| {
        event.target_dyn_into::<HtmlInputElement>()?.files()
    });
    html! {
        <div class="files" role="group" aria-label="Texts that are judged together" data-testid="files">
            for (place, file) in state.files.iter().enumerate() {
                { tab(state, act, place, &name(&file.name, place)) }
            }
            { button(Button {
                kind: ButtonKind::Quiet,
                class: "files__add",
                label: Some("Add another member's text".into()),
                onclick: act.reform(|_: MouseEvent| Action::Add),
                testid: Some("file-add"),
                children: html! { { "+" } },
                ..Button::default()
            }) }
            <label class="btn btn--quiet files__open">
                { "Open files" }
                <input type="file" class="unseen" multiple=true data-testid="file-open" {onchange} />
            </label>
        </div>
    }
}

/// The name of a text in lists.
pub fn name(name: &str, place: usize) -> String {
    if name.is_empty() {
        format!("text {}", place + 1)
    } else {
        name.to_owned()
    }
}

fn tab(state: &State, act: &Callback<Action>, place: usize, name: &str) -> Html {
    let number = state.files.get(place).map_or(0, |file| file.number);
    let shown = place == state.shown;
    let several = state.files.len() > 1;
    html! {
        <span key={number} class={classes!("files__tab", shown.then_some("is-shown"))}>
            <button
                type="button"
                aria-pressed={shown.to_string()}
                data-testid="file"
                onclick={act.reform(move |_: MouseEvent| Action::Show(place))}
            >
                { name }
            </button>
            { button(Button {
                kind: ButtonKind::Quiet,
                class: "files__close",
                icon: Some(IconName::Cross),
                label: Some(format!("Close {name}").into()),
                disabled: !several,
                onclick: act.reform(move |_: MouseEvent| Action::Close(place)),
                ..Button::default()
            }) }
        </span>
    }
}

/// Opens files that an event brings.
pub fn act_on_files<E: 'static>(
    act: &Callback<Action>,
    files: impl Fn(E) -> Option<FileList> + 'static,
) -> Callback<E> {
    let act = act.clone();
    Callback::from(move |event: E| {
        let (act, files) = (act.clone(), files(event));
        wasm_bindgen_futures::spawn_local(async move {
            let Some(files) = files else {
                return;
            };
            let json = platform::editor::read(&files).await.unwrap_or_default();
            if let Ok(texts) = serde_json::from_str::<Vec<Text>>(&json) {
                act.emit(Action::Open(texts));
            }
        });
    })
}

/// The files that are dropped on the page.
pub fn dropped(event: DragEvent) -> Option<FileList> {
    let files = event.data_transfer()?.files()?;
    if files.length() == 0 {
        return None;
    }
    event.prevent_default();
    Some(files)
}
