//! The bar of facts: known ones filled, unknown ones dashed and asked for.

use super::form::{CLIENT, FIELDS, FORMAT, FactsForm, Field};
use crate::pages::advise::advice::Reading;
use assignor_core::config::Format;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

/// Called with the key and the new text of a fact.
pub type OnFact = Callback<(&'static str, String)>;

/// The bar of facts: as typed, beside a text, which names its format and the client that it is for.
pub fn facts_bar(form: &FactsForm, reading: &Reading, onfact: &OnFact) -> Html {
    let problem = FIELDS.iter().find_map(|field| form.problem(field.key));
    let client = reading.config.client();
    let note = match (&problem, form.client_version()) {
        (Some(problem), _) => problem.clone(),
        (None, None) => format!(
            "Version not given: the defaults are those of {}",
            client.version_or_newest()
        ),
        (None, Some(_)) => "What is not given is not guessed".to_owned(),
    };
    html! {
        <section class="facts" aria-label="What the text can't say">
            <div class="facts__list">
                { format_choice(form, reading, onfact) }
                for field in &FIELDS {
                    { fact(form, reading, onfact, field) }
                }
            </div>
            <p class={classes!("facts__note", problem.is_some().then_some("is-problem"))} role="status">{ note }</p>
        </section>
    }
}

/// The format: found in the text unless the reader chooses one.
fn format_choice(form: &FactsForm, reading: &Reading, onfact: &OnFact) -> Html {
    let onchange = onfact.reform(|event: Event| {
        let select = event.target_dyn_into::<HtmlSelectElement>();
        (
            FORMAT,
            select.map(|select| select.value()).unwrap_or_default(),
        )
    });
    let chosen = form.format();
    let found = match chosen {
        None => format!("{}, as found", reading.config.format().name()),
        Some(_) => "as found".to_owned(),
    };
    html! {
        <label class="fact" title="How the text is read">
            <small>{ "format" }</small>
            <select id="fact-format" data-testid="fact-format" {onchange}>
                <option value="" selected={chosen.is_none()}>{ found }</option>
                for format in Format::ALL {
                    <option value={format.name()} selected={chosen == Some(format)}>{ format.name() }</option>
                }
            </select>
        </label>
    }
}

fn fact(form: &FactsForm, reading: &Reading, onfact: &OnFact, field: &'static Field) -> Html {
    let value = form.get(field.key);
    let bad = form.problem(field.key).is_some();
    let oninput = onfact.reform(move |event: InputEvent| {
        let input = event.target_dyn_into::<HtmlInputElement>();
        (
            field.key,
            input.map(|input| input.value()).unwrap_or_default(),
        )
    });
    let label = if field.key == CLIENT {
        reading.config.client().family.title()
    } else {
        field.label
    };
    // For browsers that can't fit a field to its text.
    let size = value.chars().count().clamp(2, 14).to_string();
    html! {
        <label
            key={field.key}
            class={classes!("fact", value.is_empty().then_some("fact--ask"), bad.then_some("fact--bad"))}
            title={field.hint}
        >
            <small>{ label }</small>
            <input
                id={format!("fact-{}", field.key)}
                data-testid={format!("fact-{}", field.key)}
                placeholder="?"
                {size}
                inputmode={if field.numeric { "decimal" } else { "text" }}
                autocomplete="off"
                spellcheck="false"
                value={value.to_owned()}
                aria-invalid={bad.then_some("true")}
                aria-description={field.hint}
                {oninput}
            />
        </label>
    }
}
