//! The controls of a comparison: what a variant changes, which run is on stage.

use super::setup::assignors;
use super::variants::{BROKERS, CONFIGS, Change, RELEASES, Variant, letter};
use super::workspace::{Do, Workspace};
use crate::components::{Button, ButtonKind, Choice, IconName, Select, button};
use crate::figure::{Other, differences};
use assignor_core::assign::AssignorName;
use assignor_core::sim::Scenario;
use assignor_core::sim::narrate::span;
use assignor_core::sim::scenario::Properties;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// The variants as the lanes draw them.
pub(super) fn others(workspace: &Workspace, send: &Callback<Do>) -> Vec<Other> {
    let variants = workspace.variants.iter().enumerate();
    variants
        .map(|(place, variant)| Other {
            letter: letter(place + 1).into(),
            run: variant.run.as_ref().ok().cloned(),
            head: head(workspace, place, variant, send),
        })
        .collect()
}

/// A run's letter in its frame, pressed while the run is on stage.
pub(super) fn mark(workspace: &Workspace, place: usize, send: &Callback<Do>) -> Html {
    let name = letter(place);
    let is_shown = workspace.shown == place;
    if workspace.variants.is_empty() {
        return html! {};
    }
    html! {
        <button type="button" class={format!("run-mark run-{name}")} aria-pressed={is_shown.to_string()} data-testid={format!("show-{name}")}
            aria-label={format!("Run {name} on the stage")} title={format!("On the stage ({})", place + 1)}
            onclick={send.reform(move |_: MouseEvent| Do::Show(place))}>{ name }</button>
    }
}

/// What the scenario itself uses, as the name of its run.
pub(super) fn base_name(scenario: &Scenario) -> String {
    assignors(scenario)
        .iter()
        .map(|name| name.as_str())
        .collect::<Vec<_>>()
        .join(", ")
}

/// What a variant changes, in two words.
pub(super) fn name(change: &Change) -> String {
    match change {
        Change::Assignor(name) => name.as_str().to_owned(),
        Change::Config(key, value) | Change::Broker(key, value) => format!("{key}={value}"),
        Change::ClientRelease(release) => format!("clients {release}"),
        Change::BrokerRelease(release) => format!("brokers {release}"),
    }
}

fn head(workspace: &Workspace, place: usize, variant: &Variant, send: &Callback<Do>) -> Html {
    let words = match &variant.run {
        Err(problem) => {
            html! { <span class="variant-problem" role="alert">{ problem.clone() }</span> }
        }
        Ok(run) => {
            let found = differences(&workspace.run, run);
            let total: u64 = found.iter().map(|(from, to)| to - from).sum();
            match found.first() {
                None => html! { <small>{ "reads as A all the time" }</small> },
                Some(&(from_ms, _)) => html! {
                    <button type="button" class="link" data-testid="first-difference"
                        onclick={send.reform(move |_: MouseEvent| Do::Playback(crate::playback::Command::Seek(from_ms)))}>
                        { format!("differs from A for {}", span(total)) }
                    </button>
                },
            }
        }
    };
    let remove = button(Button {
        kind: ButtonKind::Icon,
        icon: Some(IconName::Cross),
        label: Some(format!("Remove run {}", letter(place + 1)).into()),
        onclick: send.reform(move |_| Do::RemoveVariant(place)),
        testid: Some("remove-variant"),
        ..Button::default()
    });
    html! {
        <div class="variant-head">
            { mark(workspace, place + 1, send) }
            { kind(&workspace.draft.scenario, place, &variant.change, send) }
            { value(place, &variant.change, send) }
            <span class="variant-words">{ words }</span>
            { remove }
        </div>
    }
}

const ASSIGNOR: &str = "assignor";
const CLIENTS: &str = "clients";
const BROKER: &str = "brokers";

/// Which thing the variant changes.
fn kind(scenario: &Scenario, place: usize, change: &Change, send: &Callback<Do>) -> Html {
    let keys = CONFIGS.iter().chain(&BROKERS);
    let mut choices: Vec<_> = [ASSIGNOR, CLIENTS, BROKER]
        .map(|name| Choice::new(name, name))
        .to_vec();
    choices.extend(keys.map(|key| Choice::new(*key, *key)));
    let value = match change {
        Change::Assignor(_) => ASSIGNOR,
        Change::ClientRelease(_) => CLIENTS,
        Change::BrokerRelease(_) => BROKER,
        Change::Config(key, _) | Change::Broker(key, _) => key,
    };
    let starts = starts(scenario);
    let onchange = send.reform(move |kind: String| {
        let chosen = starts.iter().find(|(name, _)| *name == kind);
        let change = chosen.map_or(Change::Assignor(AssignorName::Range), |(_, change)| {
            change.clone()
        });
        Do::ChangeVariant(place, change)
    });
    html! { <Select label="What run changes" show_label=false {choices} {value} {onchange} testid="variant-kind" /> }
}

/// With what each thing begins when it is chosen: something else than the scenario has, where that is known.
fn starts(scenario: &Scenario) -> Vec<(&'static str, Change)> {
    let settings = scenario.consumer_settings(0, &Properties::new()).ok();
    let now = |key: &str| {
        let settings = settings.as_ref();
        match key {
            "session.timeout.ms" => settings.map_or(45_000, |s| s.session_timeout_ms),
            "heartbeat.interval.ms" => settings.map_or(3_000, |s| s.heartbeat_interval_ms),
            _ => settings.map_or(300_000, |s| s.max_poll_interval_ms),
        }
    };
    let other = |release| {
        RELEASES
            .into_iter()
            .rev()
            .find(|other| *other != release)
            .unwrap_or(release)
    };
    let mut starts = vec![
        (ASSIGNOR, Change::first(scenario)),
        (CLIENTS, Change::ClientRelease(other(scenario.kafka.client))),
        (BROKER, Change::BrokerRelease(other(scenario.kafka.broker))),
    ];
    starts.extend(CONFIGS.map(|key| (key, Change::Config(key, (now(key) * 2).to_string()))));
    let delay_ms = scenario
        .broker_settings()
        .map_or(3_000, |broker| broker.initial_rebalance_delay_ms);
    let delay = if delay_ms == 0 { 3_000 } else { 0 };
    starts.extend(BROKERS.map(|key| (key, Change::Broker(key, delay.to_string()))));
    starts
}

/// To what.
fn value(place: usize, change: &Change, send: &Callback<Do>) -> Html {
    let release = |now: String, make: fn(assignor_core::sim::scenario::Release) -> Change| {
        let choices: Vec<_> = RELEASES
            .iter()
            .map(|r| Choice::new(r.to_string(), r.to_string()))
            .collect();
        let onchange = send.reform(move |text: String| {
            let release = RELEASES.into_iter().find(|r| r.to_string() == text);
            Do::ChangeVariant(place, make(release.unwrap_or(RELEASES[RELEASES.len() - 1])))
        });
        html! { <Select label="Release" show_label=false {choices} value={now} {onchange} testid="variant-value" /> }
    };
    match change {
        Change::Assignor(name) => {
            let choices: Vec<_> = AssignorName::ALL
                .iter()
                .map(|n| Choice::new(n.as_str(), n.as_str()))
                .collect();
            let onchange = send.reform(move |text: String| {
                let name = AssignorName::from_class_name(&text).unwrap_or(AssignorName::Range);
                Do::ChangeVariant(place, Change::Assignor(name))
            });
            html! { <Select label="Assignor" show_label=false {choices} value={name.as_str()} {onchange} testid="variant-value" /> }
        }
        Change::ClientRelease(now) => release(now.to_string(), Change::ClientRelease),
        Change::BrokerRelease(now) => release(now.to_string(), Change::BrokerRelease),
        Change::Config(key, now) => number(place, key, now, Change::Config, send),
        Change::Broker(key, now) => number(place, key, now, Change::Broker, send),
    }
}

fn number(
    place: usize,
    key: &'static str,
    now: &str,
    make: fn(&'static str, String) -> Change,
    send: &Callback<Do>,
) -> Html {
    let onchange = send.reform(move |event: Event| {
        let input = event.target_dyn_into::<HtmlInputElement>();
        let text = input.map(|input| input.value()).unwrap_or_default();
        Do::ChangeVariant(place, make(key, text.trim().to_owned()))
    });
    html! {
        <input class="input count" inputmode="numeric" aria-label={key} value={now.to_owned()} {onchange} data-testid="variant-value" />
    }
}
