//! The bar of facts: known ones filled, unknown ones dashed and asked for.

use super::advice::Advice;
use super::form::{FIELDS, FactsForm, Field};
use advisor::{CLIENT, FORMAT, Reading};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

/// Called with the key and the new text of a fact.
pub type OnFact = Callback<(&'static str, String)>;

/// The bar of facts: as typed, beside what was said, which names the format of the text and the client that it
/// is for.
pub fn facts_bar(form: &FactsForm, advice: &Advice, reading: &Reading, onfact: &OnFact) -> Html {
    let problems = &advice.answer().problems;
    let problem = |key: &str| problems.iter().find(|problem| problem.fact == key);
    let first = FIELDS.iter().find_map(|field| problem(field.key));
    let note = match (first, &reading.version) {
        (Some(problem), _) => problem.message.clone(),
        (None, None) if !reading.taken_version.is_empty() => format!(
            "Version not given: the defaults are those of {}",
            reading.taken_version
        ),
        (None, _) => "What is not given is not guessed".to_owned(),
    };
    html! {
        <section class="facts" aria-label="What the text can't say">
            <div class="facts__list">
                { format_choice(form, &advice.answer().formats, reading, onfact) }
                for field in &FIELDS {
                    { fact(form, problem(field.key).is_some(), &reading.client, onfact, field) }
                }
            </div>
            <p class={classes!("facts__note", first.is_some().then_some("is-problem"))} role="status">{ note }</p>
        </section>
    }
}

/// The format: found in the text unless the reader chooses one.
fn format_choice(form: &FactsForm, formats: &[String], reading: &Reading, onfact: &OnFact) -> Html {
    let onchange = onfact.reform(|event: Event| {
        let select = event.target_dyn_into::<HtmlSelectElement>();
        (
            FORMAT,
            select.map(|select| select.value()).unwrap_or_default(),
        )
    });
    let chosen = form.get(FORMAT);
    let found = if chosen.is_empty() && !reading.format.is_empty() {
        format!("{}, as found", reading.format)
    } else {
        "as found".to_owned()
    };
    html! {
        <label class="fact" title="How the text is read">
            <small>{ "format" }</small>
            <select id="fact-format" data-testid="fact-format" {onchange}>
                <option value="" selected={chosen.is_empty()}>{ found }</option>
                for format in formats {
                    <option value={format.clone()} selected={chosen == format}>{ format }</option>
                }
            </select>
        </label>
    }
}

fn fact(form: &FactsForm, bad: bool, client: &str, onfact: &OnFact, field: &'static Field) -> Html {
    let value = form.get(field.key);
    let oninput = onfact.reform(move |event: InputEvent| {
        let input = event.target_dyn_into::<HtmlInputElement>();
        (
            field.key,
            input.map(|input| input.value()).unwrap_or_default(),
        )
    });
    let label = if field.key == CLIENT && !client.is_empty() {
        client
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
