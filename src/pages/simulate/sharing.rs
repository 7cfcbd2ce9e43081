//! Share: a link to what is seen, the same as files, and the texts that embed it elsewhere.

use super::compare::base_name;
use super::edit::Edit;
use super::inspector::{Column, as_markdown, as_text, csv};
use super::opening::{Base, base};
use super::view::View;
use super::workspace::{Do, Workspace};
use crate::components::{Button, ButtonKind, Choice, CopyField, Dialog, Select, button, left_out};
use crate::figure::Run;
use crate::platform::{self, files};
use crate::route::Route;
use crate::share::embed::{Snippets, snippets};
use crate::share::payload::MOST_WRITTEN;
use crate::share::secrets::without_secrets;
use crate::shared::Shared;
use crate::shell::use_shell;
use crate::theme::Theme;
use assignor_core::figure;
use assignor_core::sim::Scenario;
use assignor_core::sim::narrate::clock;
use assignor_core::sim::report;
use std::rc::Rc;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// What is shared: the run on stage, as it is looked at.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Subject {
    scenario: Rc<Scenario>,
    view: View,
    run: Shared<Run>,
    columns: Vec<Column>,
    t_ms: u64,
}

impl Subject {
    /// What a workspace shows.
    pub(super) fn of(workspace: &Workspace) -> Self {
        Self {
            scenario: workspace.draft.scenario.clone(),
            view: View::of(workspace),
            run: workspace.on_stage().clone(),
            columns: super::columns(workspace, &base_name(&workspace.draft.scenario)),
            t_ms: workspace.t_ms(),
        }
    }

    /// The beginning of the names of its files.
    fn file_name(&self) -> String {
        let letters = self.scenario.title.to_lowercase();
        let words = letters.split(|char: char| !char.is_ascii_alphanumeric());
        let words: Vec<_> = words.filter(|word| !word.is_empty()).take(8).collect();
        if words.is_empty() {
            "rebalance".to_owned()
        } else {
            words.join("-")
        }
    }

    /// The picture of what is seen.
    fn picture(&self, look: Look) -> String {
        let options = figure::Options {
            title: self.scenario.title.clone(),
            width: look.width,
            theme: look.theme,
            window: self.view.window,
            moment: Some(self.t_ms),
            parts: look.parts,
        };
        figure::svg(&self.run.trace, &options)
    }
}

/// What a [`Sharing`] shows and does.
#[derive(Properties, PartialEq)]
pub(super) struct SharingProps {
    /// What is shared; none while the dialog is closed.
    pub subject: Option<Subject>,
    /// The user closes it.
    pub on_close: Callback<()>,
    /// Changes the state.
    pub on_do: Callback<Do>,
}

/// The parts of the dialog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pane {
    Link,
    Files,
    Embed,
}

const PANES: [(Pane, &str); 3] = [
    (Pane::Link, "Link"),
    (Pane::Files, "Files"),
    (Pane::Embed, "Embed"),
];

/// Share.
#[component]
pub(super) fn Sharing(props: &SharingProps) -> Html {
    let pane = use_state_eq(|| Pane::Link);
    let tab = |(this, name): (Pane, &'static str)| {
        let setter = pane.setter();
        html! {
            <button type="button" class="tab" aria-pressed={(*pane == this).to_string()} onclick={move |_: MouseEvent| setter.set(this)}
                data-testid={format!("share-{name}")}>{ name }</button>
        }
    };
    html! {
        <Dialog open={props.subject.is_some()} title="Share" onclose={props.on_close.clone()} testid="share-dialog">
            <div class="tabs dialog-tabs" role="group" aria-label="What is shared">{ for PANES.into_iter().map(tab) }</div>
            if let Some(subject) = props.subject.clone() {
                { match *pane {
                    Pane::Link => html! { <LinkPane {subject} on_do={props.on_do.clone()} /> },
                    Pane::Files => html! { <FilesPane {subject} /> },
                    Pane::Embed => html! { <EmbedPane {subject} /> },
                } }
            }
        </Dialog>
    }
}

#[derive(Properties, PartialEq)]
struct LinkPaneProps {
    subject: Subject,
    on_do: Callback<Do>,
}

/// The link, how long it is and what is not in it; a file where there can be no link.
#[component]
fn LinkPane(props: &LinkPaneProps) -> Html {
    let shell = use_shell();
    let with_theme = use_state_eq(|| false);
    let subject = &props.subject;
    let base = use_memo(subject.scenario.clone(), |scenario| base(scenario));
    let theme = shell.preferences.theme;
    let mut route = subject.view.written(base.route());
    if let (true, Some(name)) = (*with_theme, theme.as_str()) {
        route = route.with(Theme::IN_ADDRESS, name);
    }
    let link = format!("{}{route}", platform::site());
    let removed = match &*base {
        Base::Packed { removed, .. } => removed.clone(),
        _ => without_secrets(&subject.scenario).1,
    };
    let set_theme = {
        let setter = with_theme.setter();
        move |event: Event| {
            let input = event.target_dyn_into::<HtmlInputElement>();
            setter.set(input.is_some_and(|input| input.checked()));
        }
    };
    html! {
        <div class="share">
            if let Base::TooLong { chars } = *base {
                <p data-testid="too-long"><b>{ "This scenario is too long for a link. " }</b>
                    { chars.map(|chars| format!("It would have {chars} characters of data; {MOST_WRITTEN} are the most that mail and chat carry unharmed. ")) }
                    { "Send it as a file: whoever gets it opens it below." }</p>
                { save_scenario(subject, true) }
            } else {
                <CopyField label="Link to what you see" text={link.clone()} testid="link" />
                <p class="share__note" data-testid="link-length">{ format!("{} characters. ", link.chars().count()) }
                    { "The scenario, the moment, the comparison and the selection are in the link itself: no server has them." }</p>
                if let Some(name) = theme.as_str() {
                    <label class="check"><input type="checkbox" checked={*with_theme} onchange={set_theme} data-testid="link-theme" />
                        { format!("Open it in the {name} theme") }</label>
                }
            }
            { left_out(&removed) }
            <h3>{ "Open a scenario from a file" }</h3>
            <OpenFile on_do={props.on_do.clone()} />
        </div>
    }
}

fn save_scenario(subject: &Subject, is_first: bool) -> Html {
    let name = format!("{}.json", subject.file_name());
    let scenario = subject.scenario.clone();
    button(Button {
        kind: if is_first {
            ButtonKind::First
        } else {
            ButtonKind::Plain
        },
        onclick: Callback::from(move |_| {
            let (clean, _) = without_secrets(&scenario);
            files::save(&name, "application/json", &clean.to_json());
        }),
        testid: Some("save-scenario"),
        children: html! { { "Scenario, JSON" } },
        ..Button::default()
    })
}

#[derive(Properties, PartialEq)]
struct OpenFileProps {
    on_do: Callback<Do>,
}

/// Takes a scenario from a file of the reader's.
#[component]
fn OpenFile(props: &OpenFileProps) -> Html {
    let on_do = props.on_do.clone();
    let onchange = Callback::from(move |event: Event| {
        let input = event.target_dyn_into::<HtmlInputElement>();
        let file = input.and_then(|input| input.files()?.get(0));
        let on_do = on_do.clone();
        wasm_bindgen_futures::spawn_local(async move {
            let Some(file) = file else { return };
            let text = wasm_bindgen_futures::JsFuture::from(file.text()).await;
            if let Some(text) = text.ok().and_then(|text| text.as_string()) {
                on_do.emit(Do::Edit(Edit::Text(text.into())));
            }
        });
    });
    html! { <input type="file" accept=".json,application/json" aria-label="Scenario file" {onchange} data-testid="open-scenario" /> }
}

/// How a picture is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Look {
    parts: figure::Parts,
    width: u32,
    theme: figure::Theme,
}

const PARTS: [(&str, figure::Parts); 3] = [
    ("stage and lanes", figure::Parts::Both),
    ("stage", figure::Parts::Stage),
    ("lanes", figure::Parts::Lanes),
];
const THEMES: [(&str, figure::Theme); 2] = [
    ("light", figure::Theme::Light),
    ("dark", figure::Theme::Dark),
];
/// Widths that can be chosen, in px.
const WIDTHS: std::ops::RangeInclusive<u32> = 480..=4_000;

#[derive(Properties, PartialEq)]
struct SubjectProps {
    subject: Subject,
}

/// What can be saved.
#[component]
fn FilesPane(props: &SubjectProps) -> Html {
    let subject = &props.subject;
    let look = use_state_eq(|| Look {
        parts: figure::Parts::Both,
        width: 1_080,
        theme: figure::Theme::Light,
    });
    let picture = use_memo((subject.clone(), *look), |(subject, look)| {
        subject.picture(*look)
    });
    let svg = files::data_address(&picture);
    html! {
        <div class="share">
            <h3>{ "Picture" }<small>{ format!("at {}, of the run on stage", clock(subject.t_ms)) }</small></h3>
            { look_controls(&look) }
            <img class="share__preview" alt="The picture as it is saved" src={svg} data-testid="picture" />
            <div class="share__acts">{ picture_buttons(subject, &picture) }
                <small>{ "PNG has two pixels to a px" }</small></div>
            <h3>{ "Text and data" }</h3>
            <div class="share__acts">
                { for TEXTS.into_iter().map(|file| save_button(subject, file)) }
                { save_scenario(subject, false) }
                { button(Button {
                    onclick: Callback::from(|_| files::print()),
                    testid: Some("print"),
                    children: html! { { "Print" } },
                    ..Button::default()
                }) }
            </div>
            { left_out(&without_secrets(&subject.scenario).1) }
        </div>
    }
}

fn look_controls(look: &UseStateHandle<Look>) -> Html {
    fn names<T>(all: &[(&'static str, T)]) -> Vec<Choice> {
        all.iter()
            .map(|(name, _)| Choice::new(*name, *name))
            .collect()
    }
    fn name_of<T: PartialEq>(all: &[(&'static str, T)], value: &T) -> &'static str {
        all.iter()
            .find(|(_, other)| other == value)
            .map_or("", |(name, _)| name)
    }
    fn named<T: Copy>(all: &[(&'static str, T)], text: &str) -> Option<T> {
        let found = all.iter().find(|(name, _)| *name == text);
        found.map(|(_, value)| *value)
    }
    let now = **look;
    let set = |change: fn(Look, &str) -> Look| {
        let look = look.clone();
        Callback::from(move |text: String| look.set(change(now, &text)))
    };
    let parts = set(|look, text| Look {
        parts: named(&PARTS, text).unwrap_or(look.parts),
        ..look
    });
    let theme = set(|look, text| Look {
        theme: named(&THEMES, text).unwrap_or(look.theme),
        ..look
    });
    let width = set(|look, text| Look {
        width: text.trim().parse().map_or(look.width, |px: u32| {
            px.clamp(*WIDTHS.start(), *WIDTHS.end())
        }),
        ..look
    });
    let width = width.reform(|event: Event| {
        let input = event.target_dyn_into::<HtmlInputElement>();
        input.map(|input| input.value()).unwrap_or_default()
    });
    html! {
        <div class="share__acts">
            <Select label="shows" choices={names(&PARTS)} value={name_of(&PARTS, &now.parts)} onchange={parts} testid="picture-parts" />
            <Select label="theme" choices={names(&THEMES)} value={name_of(&THEMES, &now.theme)} onchange={theme} testid="picture-theme" />
            <label class="share__width">{ "width, px" }
                <input class="input count" inputmode="numeric" value={now.width.to_string()} onchange={width} data-testid="picture-width" /></label>
        </div>
    }
}

fn picture_buttons(subject: &Subject, picture: &Rc<String>) -> Html {
    let (svg_name, png_name) = (
        format!("{}.svg", subject.file_name()),
        format!("{}.png", subject.file_name()),
    );
    let (svg, png) = (picture.clone(), picture.clone());
    html! {
        <>
            { button(Button {
                kind: ButtonKind::First,
                onclick: Callback::from(move |_| {
                    files::save(&svg_name, "image/svg+xml", &svg);
                }),
                testid: Some("save-svg"),
                children: html! { { "Save SVG" } },
                ..Button::default()
            }) }
            { button(Button {
                onclick: Callback::from(move |_| {
                    let (name, svg) = (png_name.clone(), png.clone());
                    wasm_bindgen_futures::spawn_local(async move {
                        files::save_png(&name, &svg).await;
                    });
                }),
                testid: Some("save-png"),
                children: html! { { "Save PNG" } },
                ..Button::default()
            }) }
        </>
    }
}

/// A text that can be saved: its name for tests and readers, the end of its file's name, its kind, itself.
type TextFile = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    fn(&Subject) -> String,
);

const TEXTS: [TextFile; 5] = [
    (
        "save-mermaid",
        "Sequence, Mermaid",
        ".mmd",
        "text/plain",
        |it| report::mermaid(&it.run.trace, &it.scenario.title),
    ),
    (
        "save-text",
        "Transcript, text",
        ".txt",
        "text/plain",
        |it| as_text(&it.run),
    ),
    (
        "save-markdown",
        "Transcript, Markdown",
        ".md",
        "text/markdown",
        |it| as_markdown(&it.run, &it.scenario.title),
    ),
    ("save-csv", "Comparison, CSV", ".csv", "text/csv", |it| {
        csv(&it.columns)
    }),
    (
        "save-trace",
        "Trace, JSON lines",
        ".jsonl",
        "application/jsonl",
        |it| report::jsonl(&it.run.trace),
    ),
];

fn save_button(subject: &Subject, (testid, title, ending, kind, make): TextFile) -> Html {
    let subject = subject.clone();
    button(Button {
        onclick: Callback::from(move |_| {
            let name = format!("{}{ending}", subject.file_name());
            files::save(&name, kind, &make(&subject));
        }),
        testid: Some(testid),
        children: html! { { title } },
        ..Button::default()
    })
}

/// The texts that embed the run, and how it will look.
#[component]
fn EmbedPane(props: &SubjectProps) -> Html {
    let subject = &props.subject;
    let route = use_memo(subject.clone(), |subject| match base(&subject.scenario) {
        Base::TooLong { .. } => None,
        base => Some(subject.view.written(base.route())),
    });
    let Some(route) = (*route).clone() else {
        return html! {
            <div class="share"><p>{ "This scenario is too long for an address, so that it can't be embedded. Save the picture instead, under Files." }</p></div>
        };
    };
    let title = &subject.scenario.title;
    let picture = format!("{}.svg", subject.file_name());
    let Snippets {
        iframe,
        element,
        markdown,
    } = snippets(&platform::site(), &route, title, &picture);
    html! {
        <div class="share">
            <iframe class="share__embed" src={embedded(&route)} title="How it will look" data-testid="embed-preview" />
            <CopyField label="An iframe: needs nothing else" text={iframe} testid="embed-iframe" />
            <CopyField label="An element: takes the page's theme and the height it needs" text={element} testid="embed-element" />
            <CopyField label={format!("A picture with a link, for Markdown: save {picture} under Files first")} text={markdown} testid="embed-markdown" />
        </div>
    }
}

fn embedded(route: &Route) -> String {
    format!("{}{}", platform::site(), route.clone().embedded())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::simulate::opening::first_scenario;

    fn subject() -> Subject {
        Subject::of(&Workspace::open(first_scenario(), 9_000).after(&Do::AddVariant))
    }

    #[test]
    fn what_is_saved_is_what_is_seen() {
        let subject = subject();
        let look = Look {
            parts: figure::Parts::Both,
            width: 900,
            theme: figure::Theme::Dark,
        };
        let picture = subject.picture(look);
        assert!(picture.contains("data-stage=\"9000\"") && picture.contains("width=\"900\""));
        let table = csv(&subject.columns);
        let measures = subject.run.trace.measures();
        assert!(
            table.starts_with("\"measure\",\"A range\",\"B cooperative-sticky\"\r\n"),
            "{table}"
        );
        assert!(
            table.contains(&format!("\"rebalances\",\"{}\",", measures.rebalances)),
            "{table}"
        );
        let (text, markdown) = (as_text(&subject.run), as_markdown(&subject.run, "a|b"));
        assert!(markdown.starts_with("# a\\|b\n"));
        assert_eq!(text.lines().count() + 4, markdown.lines().count());
        assert_eq!(subject.file_name(), "a-consumer-crashes");
    }
}
