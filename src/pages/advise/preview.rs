//! What all safe fixes together would change, to apply or to copy.

use super::advice::Advice;
use crate::components::{Button, ButtonKind, IconName, button};
use crate::platform::clipboard;
use advisor::{Change, Fixed, patched};
use yew::prelude::*;

/// The most changed lines that are listed.
const MOST_LISTED: usize = 200;

/// What [`Preview`] shows and does.
#[derive(Properties, PartialEq)]
pub struct PreviewProps {
    /// What is said about the text.
    pub advice: Advice,
    /// The number of the shown text.
    #[prop_or_default]
    pub text: usize,
    /// What was done last.
    pub done: String,
    /// Called when the reader applies all safe fixes.
    pub onapply: Callback<()>,
}

/// Whether a copy has worked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Copied {
    Yes,
    Refused,
}

/// The preview of all safe fixes.
#[component]
pub fn Preview(props: &PreviewProps) -> Html {
    let advice = &props.advice;
    let text = props.text;
    let none = Fixed::default();
    let fixed = advice.reading(text).map_or(&none, |reading| &reading.fixed);
    let (changes, fixes) = (&fixed.changes, fixed.count);
    let copied = use_state_eq(|| None::<(Advice, Copied)>);
    let oncopy = {
        let (advice, copied) = (advice.clone(), copied.setter());
        Callback::from(move |_: MouseEvent| {
            let (advice, copied) = (advice.clone(), copied.clone());
            let edits = advice.reading(text).map_or(&[][..], |it| &it.fixed.edits);
            let Some(patched) = patched(advice.text(text), edits) else {
                return;
            };
            wasm_bindgen_futures::spawn_local(async move {
                let done = clipboard::copy(&patched).await;
                copied.set(Some((
                    advice,
                    if done { Copied::Yes } else { Copied::Refused },
                )));
            });
        })
    };
    // On a narrow screen the lines are shown on request only.
    let open = use_state_eq(|| false);
    let toggle = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(!*open))
    };
    let onapply = props.onapply.reform(|_: MouseEvent| ());
    let status = match &*copied {
        Some((of, Copied::Yes)) if of == advice => "Copied".to_owned(),
        Some((of, Copied::Refused)) if of == advice => "The browser refused to copy".to_owned(),
        _ => props.done.clone(),
    };
    let heading = if changes.is_empty() {
        "No safe fix is open".to_owned()
    } else {
        summary(changes)
    };
    html! {
        <section
            class={classes!("preview", changes.is_empty().then_some("preview--none"), open.then_some("preview--open"))}
            hidden={advice.text(text).is_empty()}
            aria-label="What the safe fixes change" data-testid="preview">
            <header>
                <h2>{ heading }</h2>
                <span class="chip" hidden={changes.is_empty()}>{ "comments and order stay" }</span>
                <span class="preview__done" role="status" data-testid="done">{ status }</span>
                <span class="spring" />
                { button(Button {
                    kind: ButtonKind::Quiet,
                    class: "preview__toggle",
                    pressed: Some(*open),
                    disabled: changes.is_empty(),
                    onclick: toggle,
                    children: html! { { "Diff" } },
                    ..Button::default()
                }) }
                { button(Button {
                    kind: ButtonKind::Quiet,
                    class: "preview__copy",
                    icon: Some(IconName::Copy),
                    onclick: oncopy,
                    testid: Some("copy"),
                    children: html! { <span>{ if changes.is_empty() { "Copy text" } else { "Copy patched text" } }</span> },
                    ..Button::default()
                }) }
                { button(Button {
                    kind: ButtonKind::First,
                    disabled: changes.is_empty(),
                    onclick: onapply,
                    testid: Some("apply-all"),
                    children: html! { { apply_text(fixes) } },
                    ..Button::default()
                }) }
            </header>
            <div class="diff" tabindex="0" role="group" aria-label="Changed lines" hidden={changes.is_empty()}>
                for (index, change) in changes.iter().take(MOST_LISTED).enumerate() {
                    { row(index, change) }
                }
                if changes.len() > MOST_LISTED {
                    <p class="label">{ format!("and {} more", changes.len() - MOST_LISTED) }</p>
                }
            </div>
        </section>
    }
}

fn apply_text(fixes: usize) -> String {
    match fixes {
        0 => "Apply".to_owned(),
        1 => "Apply this one".to_owned(),
        count => format!("Apply these {count}"),
    }
}

/// A line that goes or comes.
fn row(index: usize, change: &Change) -> Html {
    html! {
        <div key={index} class={if change.added { "diff__row diff__row--add" } else { "diff__row diff__row--del" }}>
            <span class="diff__no">{ change.line }</span>
            <span aria-label={if change.added { "comes" } else { "goes" }} role="img">{ if change.added { "+" } else { "−" } }</span>
            <code>{ &change.text }</code>
            <small>{ change.rule.clone().unwrap_or_default() }</small>
        </div>
    }
}

/// The changes as a sentence: how many lines change, come and go.
fn summary(changes: &[Change]) -> String {
    let removed = changes.iter().filter(|change| !change.added).count();
    let added = changes.len() - removed;
    let changed = added.min(removed);
    let lines = |count: usize| {
        if count == 1 {
            "1 line".to_owned()
        } else {
            format!("{count} lines")
        }
    };
    let mut parts = Vec::new();
    let mut part = |count: usize, one: &str, many: &str| {
        if count > 0 {
            parts.push(format!(
                "{} {}",
                lines(count),
                if count == 1 { one } else { many }
            ));
        }
    };
    part(changed, "changes", "change");
    part(added - changed, "comes", "come");
    part(removed - changed, "goes", "go");
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_come_and_go_are_counted_apart() {
        let change = |added| Change {
            line: 1,
            added,
            text: String::new(),
            rule: None,
        };
        assert_eq!(
            summary(&[change(false), change(true), change(true)]),
            "1 line changes, 1 line comes"
        );
        assert_eq!(summary(&[change(false), change(false)]), "2 lines go");
        assert_eq!(summary(&[]), "");
    }
}
