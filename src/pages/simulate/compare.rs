//! The controls of a comparison: what a variant changes, which run is on stage.

use super::setup::assignors;
use super::tables::{BROKER, CONSUMER};
use super::variants::{Change, PROTOCOLS, RELEASES, Variant, brokers, configs, letter};
use super::workspace::{Do, Workspace};
use crate::components::{Button, ButtonKind, Choice, IconName, Select, button};
use crate::figure::{Other, Run, differences};
use crate::shared::Shared;
use assignor_core::assign::{AssignorName, RebalanceProtocol};
use assignor_core::sim::Scenario;
use assignor_core::sim::narrate::span;
use assignor_core::sim::scenario::Release;
use std::rc::Rc;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// The variants as the lanes draw them.
pub(super) fn others(workspace: &Workspace, send: &Callback<Do>) -> Vec<Other> {
    let variants = workspace.variants.iter().enumerate();
    variants
        .map(|(place, variant)| Other {
            letter: letter(place + 1).into(),
            run: variant.run.as_ref().ok().cloned(),
            head: html! {
                <Head scenario={workspace.draft.scenario.clone()} base={workspace.run.clone()} {place} variant={variant.clone()}
                    is_shown={workspace.shown == place + 1} send={send.clone()} />
            },
        })
        .collect()
}

/// A run's letter in its frame, pressed while the run is on stage.
pub(super) fn mark(workspace: &Workspace, place: usize, send: &Callback<Do>) -> Html {
    if workspace.variants.is_empty() {
        return html! {};
    }
    mark_view(place, workspace.shown == place, send)
}

fn mark_view(place: usize, is_shown: bool, send: &Callback<Do>) -> Html {
    let name = letter(place);
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
        Change::Protocol(_) | Change::Static => change.to_string(),
        Change::Config(key, value) | Change::Broker(key, value) => format!("{key}={value}"),
        Change::ClientRelease(release) => format!("clients {release}"),
        Change::BrokerRelease(release) => format!("brokers {release}"),
        Change::Patch(_) => PATCH.to_owned(),
    }
}

#[derive(Properties, PartialEq)]
struct HeadProps {
    scenario: Rc<Scenario>,
    base: Shared<Run>,
    place: usize,
    variant: Variant,
    is_shown: bool,
    send: Callback<Do>,
}

/// What stands above a variant's lanes. Where it differs is searched for only for a new run.
#[component]
fn Head(props: &HeadProps) -> Html {
    let HeadProps {
        variant,
        scenario,
        send,
        ..
    } = props;
    let place = props.place;
    let words = match &variant.run {
        Err(problem) => {
            html! { <span class="variant-problem" role="alert">{ problem.clone() }</span> }
        }
        Ok(run) => {
            let found = differences(&props.base, run);
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
            { mark_view(place + 1, props.is_shown, send) }
            { kind(scenario, place, &variant.change, send) }
            { value(place, &variant.change, send) }
            <span class="variant-words">{ words }</span>
            { remove }
        </div>
    }
}

const ASSIGNOR: &str = "assignor";
const PROTOCOL: &str = "protocol";
const STATIC: &str = "static members";
const CLIENTS: &str = "clients";
const BROKERS: &str = "brokers";
const PATCH: &str = "the fix";

/// Which thing the variant changes.
fn kind(scenario: &Scenario, place: usize, change: &Change, send: &Callback<Do>) -> Html {
    let kinds = [ASSIGNOR, PROTOCOL, STATIC, CLIENTS, BROKERS];
    let patch = matches!(change, Change::Patch(_)).then_some(PATCH);
    let kinds = patch
        .into_iter()
        .chain(kinds)
        .chain(configs())
        .chain(brokers());
    let choices: Vec<_> = kinds.map(|kind| Choice::new(kind, kind)).collect();
    let value = match change {
        Change::Assignor(_) => ASSIGNOR,
        Change::Protocol(_) => PROTOCOL,
        Change::Static => STATIC,
        Change::ClientRelease(_) => CLIENTS,
        Change::BrokerRelease(_) => BROKERS,
        Change::Patch(_) => PATCH,
        Change::Config(key, _) | Change::Broker(key, _) => key,
    };
    let scenario = scenario.clone();
    let onchange =
        send.reform(move |kind: String| Do::ChangeVariant(place, begin(&scenario, &kind)));
    html! { <Select label="What run changes" show_label=false {choices} {value} {onchange} testid="variant-kind" /> }
}

/// With what a thing begins when it is chosen: something else than the scenario has.
fn begin(scenario: &Scenario, kind: &str) -> Change {
    let other = |release: Release| {
        let mut releases = RELEASES.into_iter().rev();
        releases.find(|other| *other != release).unwrap_or(release)
    };
    let is_cooperative = assignors(scenario) == [AssignorName::CooperativeSticky];
    match kind {
        PROTOCOL if is_cooperative => Change::Protocol(RebalanceProtocol::Eager),
        PROTOCOL => Change::Protocol(RebalanceProtocol::Cooperative),
        STATIC => Change::Static,
        CLIENTS => Change::ClientRelease(other(scenario.kafka.client)),
        BROKERS => Change::BrokerRelease(other(scenario.kafka.broker)),
        key => {
            let own = CONSUMER.iter().find(|field| field.at == key);
            let brokers = BROKER.iter().find(|field| field.at == key);
            match (own, brokers) {
                (Some(field), _) => {
                    Change::Config(field.at, another(scenario.config.get(key), field.default))
                }
                (_, Some(field)) => {
                    Change::Broker(field.at, another(scenario.broker.get(key), field.default))
                }
                _ => Change::first(scenario),
            }
        }
    }
}

/// A value other than the present one: the double of a number, else what it can also be.
fn another(now: Option<&String>, default: &str) -> String {
    let now = now.map_or(default, String::as_str);
    match (now, now.parse::<u64>()) {
        (_, Ok(0)) => "3000".to_owned(),
        (_, Ok(number)) => number.saturating_mul(2).min(2_147_483_647).to_string(),
        ("true", _) => "false".to_owned(),
        ("latest", _) => "earliest".to_owned(),
        ("earliest", _) => "latest".to_owned(),
        _ => "true".to_owned(),
    }
}

/// To what.
fn value(place: usize, change: &Change, send: &Callback<Do>) -> Html {
    let release = |now: String, make: fn(Release) -> Change| {
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
        Change::Protocol(now) => {
            let choices: Vec<_> = PROTOCOLS
                .iter()
                .map(|(_, name)| Choice::new(*name, *name))
                .collect();
            let value = PROTOCOLS
                .iter()
                .find(|(protocol, _)| protocol == now)
                .map_or("", |(_, name)| name);
            let onchange = send.reform(move |text: String| {
                let protocol = PROTOCOLS.iter().find(|(_, name)| *name == text);
                Do::ChangeVariant(
                    place,
                    Change::Protocol(
                        protocol.map_or(RebalanceProtocol::Eager, |(protocol, _)| *protocol),
                    ),
                )
            });
            html! { <Select label="Protocol" show_label=false {choices} {value} {onchange} testid="variant-value" /> }
        }
        Change::Static => html! { <small>{ "group.instance.id is the name" }</small> },
        Change::Patch(_) => html! { <small>{ "of the finding in Advise" }</small> },
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
        <input class="input count" spellcheck="false" autocomplete="off" aria-label={key} value={now.to_owned()} {onchange} data-testid="variant-value" />
    }
}
