//! A run inside another page: stage and lanes alone, `#/embed/…`.
//!
//! It keeps nothing and takes no key unless it has the focus. The page around is spoken to only if the address names
//! its origin, `origin=`; the element of `embed.js` does.

use super::view::View;
use super::workspace::{Do, Workspace};
use super::{chips, motion, opening};
use crate::components::{Button, ButtonKind, IconName, button};
use crate::figure::{Lanes, WindowCommand};
use crate::platform::layout::{use_media, use_size};
use crate::platform::{self, host};
use crate::playback::{Command, use_ticks};
use crate::route::Route;
use crate::share::message::{FromHost, ToHost};
use crate::shared::Shared;
use crate::stage::Stage;
use crate::theme::Theme;
use assignor_core::sim::narrate::{self, clock};
use yew::prelude::*;

/// What an [`EmbedPage`] shows.
#[derive(Properties, PartialEq)]
pub struct EmbedPageProps {
    /// The address: scenario, view, theme, origin of the page around.
    pub route: Route,
}

/// A run inside another page.
#[component]
pub fn EmbedPage(props: &EmbedPageProps) -> Html {
    let workspace = use_reducer(|| opened(&props.route));
    let send = {
        let dispatcher = workspace.dispatcher();
        use_callback((), move |change: Do, ()| dispatcher.dispatch(change))
    };
    use_new_route(&props.route, &send);
    use_ticks(workspace.playback.is_playing, send.reform(Do::Playback));
    let reduced = use_media("(prefers-reduced-motion: reduce)");
    let node = use_node_ref();
    let (_, height) = use_size(&node, (0.0, 0.0));
    use_host(&props.route, &workspace, height, &send);

    let t_ms = workspace.t_ms();
    let frame = use_memo((workspace.on_stage().clone(), t_ms), |(run, t_ms)| {
        Shared::new(run.trace.frame_at(*t_ms))
    });
    let sentence = narrate::at(&workspace.on_stage().trace, &frame)
        .state
        .to_string();
    let onkeydown = keys(&send);
    html! {
        <main class="embed" ref={node} tabindex="-1" {onkeydown} data-testid="embed">
            { head(&workspace, &props.route, &send) }
            if let Some(reason) = workspace.broken_link.clone() {
                <p class="notice-line" role="alert" data-testid="broken-link">{ reason.to_string() }</p>
            }
            <Stage run={workspace.on_stage().clone()} frame={(*frame).clone()} motion={motion(workspace.playback, reduced)}
                menu={None} on_menu={Callback::noop()} on_add={Callback::noop()} />
            <Lanes run={workspace.on_stage().clone()} {t_ms} extent={workspace.extent.clone()} window={workspace.window} by={workspace.by}
                range={None} chips={chips(&workspace)} on_seek={send.reform(|t_ms| Do::Playback(Command::Seek(t_ms)))} on_chip={Callback::noop()}
                on_window={send.reform(|command: WindowCommand| Do::Window(command))} on_range={Callback::noop()} />
            <p class="embed__say" data-testid="sentence">{ sentence }</p>
        </main>
    }
}

/// What the address names; nothing of what the browser keeps.
fn opened(route: &Route) -> Workspace {
    let workspace = opening::opened(route).unwrap_or_else(|| {
        let view = View::read(route);
        Workspace::open(opening::first_scenario(), 0).after(&Do::View(Box::new(view)))
    });
    if route.get("play").is_some() {
        workspace.after(&Do::Playback(Command::Toggle))
    } else {
        workspace
    }
}

/// Title, playback, time, the way to the whole page.
fn head(workspace: &Workspace, route: &Route, send: &Callback<Do>) -> Html {
    let is_playing = workspace.playback.is_playing;
    let title = match workspace.draft.scenario.title.as_str() {
        "" => "A consumer group over time",
        title => title,
    };
    let full = Route {
        is_embed: false,
        ..route.clone()
    };
    html! {
        <header class="embed__head">
            { play_button(is_playing, send) }
            <h1>{ title.to_owned() }</h1>
            <output class="fig" data-testid="time" data-ms={workspace.t_ms().to_string()} data-playing={is_playing.to_string()}>{ clock(workspace.t_ms()) }</output>
            <a class="link" target="_blank" rel="noopener" href={full.to_string()} data-testid="open-full">{ "Open in full" }</a>
        </header>
    }
}

/// Playback by keys, which come only while something in here has the focus.
fn keys(send: &Callback<Do>) -> Callback<KeyboardEvent> {
    let send = send.clone();
    Callback::from(move |event: KeyboardEvent| {
        if platform::layout::has_own_keys(&event)
            || event.ctrl_key()
            || event.meta_key()
            || event.alt_key()
        {
            return;
        }
        let command = match event.key().as_str() {
            " " => Command::Toggle,
            "ArrowRight" => Command::NextEvent,
            "ArrowLeft" => Command::PreviousEvent,
            "Home" => Command::Start,
            "End" => Command::End,
            _ => return,
        };
        event.prevent_default();
        send.emit(Do::Playback(command));
    })
}

/// Opens what another address names.
#[hook]
fn use_new_route(route: &Route, send: &Callback<Do>) {
    let shown = use_mut_ref(|| route.clone());
    let send = send.clone();
    use_effect_with(route.clone(), move |route| {
        if shown.replace(route.clone()) != *route {
            send.emit(Do::Open(Box::new(opened(route))));
        }
    });
}

/// Says to the page around what happens here, and does what it says.
#[hook]
fn use_host(route: &Route, workspace: &Workspace, height: f64, send: &Callback<Do>) {
    let origin = route.get("origin").map(str::to_owned);
    let say = |origin: &Option<String>, message: ToHost| {
        if let Some(origin) = origin {
            host::post(origin, &message.to_json());
        }
    };
    {
        let send = send.clone();
        use_effect_with(origin.clone(), move |origin| {
            let listener = origin.clone().and_then(|origin| {
                host::on_message(origin, move |text| match FromHost::read(text) {
                    Some(FromHost::Seek(t_ms)) => send.emit(Do::Playback(Command::Seek(t_ms))),
                    Some(FromHost::Play) => send.emit(Do::Play(true)),
                    Some(FromHost::Pause) => send.emit(Do::Play(false)),
                    Some(FromHost::Theme(theme)) => {
                        platform::set_root_attribute("data-theme", Theme::as_str(theme));
                    }
                    None => {}
                })
            });
            move || drop(listener)
        });
    }
    let end_ms = workspace.marks.end_ms();
    use_effect_with((origin.clone(), end_ms), move |(origin, end_ms)| {
        say(origin, ToHost::Ready { end_ms: *end_ms });
    });
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a page is some thousand px high"
    )]
    let px = height.ceil() as u32;
    use_effect_with((origin.clone(), px), move |(origin, px)| {
        if *px > 0 {
            say(origin, ToHost::Height(*px));
        }
    });
    let time = (workspace.t_ms(), workspace.playback.is_playing);
    use_effect_with((origin, time), move |(origin, (t_ms, is_playing))| {
        say(
            origin,
            ToHost::Time {
                t_ms: *t_ms,
                is_playing: *is_playing,
            },
        );
    });
}

fn play_button(is_playing: bool, send: &Callback<Do>) -> Html {
    button(Button {
        kind: ButtonKind::Icon,
        icon: Some(if is_playing {
            IconName::Pause
        } else {
            IconName::Play
        }),
        label: Some(if is_playing {
            "Pause".into()
        } else {
            "Play".into()
        }),
        onclick: send.reform(move |_| Do::Play(!is_playing)),
        testid: Some("play"),
        ..Button::default()
    })
}
