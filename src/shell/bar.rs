//! The bar: product, workspaces, what the page adds, theme, help.

use super::ShellContext;
use crate::components::{Button, ButtonKind, IconName, button};
use crate::route::{Route, Workspace};
use crate::theme::Theme;
use yew::prelude::*;

/// The bar of a workspace, with what the page adds beside the workspaces and at the right.
pub(super) fn bar(
    shell: &ShellContext,
    current: Option<Workspace>,
    start: &Html,
    end: &Html,
) -> Html {
    html! {
        <header class="bar">
            <a class="bar__mark" href={Route::to(Workspace::Simulate).to_string()}>
                { logo() }
                <span>{ "Rebalance Lab" }</span>
            </a>
            <nav class="bar__nav" aria-label="Workspaces">
                for workspace in Workspace::ALL {
                    <a
                        key={workspace.slug()}
                        href={Route::to(workspace).to_string()}
                        aria-current={(current == Some(workspace)).then_some("page")}
                        data-text={workspace.title()}
                        data-testid={format!("nav-{}", workspace.slug())}
                    >
                        { workspace.title() }
                    </a>
                }
            </nav>
            <div class="bar__start">{ start.clone() }</div>
            <span class="spring" />
            <div class="bar__end">{ end.clone() }</div>
            { tools(shell) }
        </header>
    }
}

/// The figure at its smallest: three lanes.
fn logo() -> Html {
    html! {
        <svg viewBox="0 0 18 18" aria-hidden="true" fill="currentColor">
            <rect x="1" y="2" width="10" height="4.2" rx="1.4" />
            <rect x="7.4" y="7" width="9.6" height="4.2" rx="1.4" opacity=".42" />
            <rect x="1" y="12" width="13" height="4.2" rx="1.4" />
        </svg>
    }
}

/// Theme and help.
fn tools(shell: &ShellContext) -> Html {
    let theme = shell.preferences.theme;
    let icon = match theme {
        Theme::System => IconName::ThemeSystem,
        Theme::Light => IconName::ThemeLight,
        Theme::Dark => IconName::ThemeDark,
    };
    let turn = shell.set_theme.reform(move |_: MouseEvent| theme.next());
    let help = shell.open_help.reform(|_: MouseEvent| ());
    html! {
        <div class="bar__tools">
            { button(Button {
                kind: ButtonKind::Icon,
                icon: Some(icon),
                label: Some(format!("Theme: {}. Turn to {}", theme.title(), theme.next().title()).into()),
                onclick: turn,
                testid: Some("theme"),
                ..Button::default()
            }) }
            { button(Button {
                kind: ButtonKind::Icon,
                label: Some("Keyboard and help".into()),
                onclick: help,
                testid: Some("help"),
                children: html! { <kbd aria-hidden="true">{ "?" }</kbd> },
                ..Button::default()
            }) }
        </div>
    }
}
