//! The bar: product, workspaces, what the page adds, theme, help.

use super::use_shell;
use crate::components::{Button, ButtonKind, IconName};
use crate::route::{Route, Workspace};
use crate::theme::Theme;
use yew::prelude::*;

/// What the [`Bar`] shows.
#[derive(Properties, PartialEq)]
pub(super) struct BarProps {
    /// The current workspace.
    pub(super) workspace: Option<Workspace>,
    /// What the page adds beside the workspaces.
    pub(super) start: Html,
    /// What the page adds at the right.
    pub(super) end: Html,
}

/// The bar.
#[component]
pub(super) fn Bar(props: &BarProps) -> Html {
    html! {
        <header class="bar">
            <a class="bar__mark" href={Route::to(Workspace::Simulate).to_string()}>
                <Logo />
                <span>{ "Rebalance Lab" }</span>
            </a>
            <nav class="bar__nav" aria-label="Workspaces">
                for workspace in Workspace::ALL {
                    <a
                        key={workspace.slug()}
                        href={Route::to(workspace).to_string()}
                        aria-current={(props.workspace == Some(workspace)).then_some("page")}
                        data-text={workspace.title()}
                        data-testid={format!("nav-{}", workspace.slug())}
                    >
                        { workspace.title() }
                    </a>
                }
            </nav>
            <div class="bar__start">{ props.start.clone() }</div>
            <span class="spring" />
            <div class="bar__end">{ props.end.clone() }</div>
            <Tools />
        </header>
    }
}

/// The figure at its smallest: three lanes.
#[component]
fn Logo() -> Html {
    html! {
        <svg viewBox="0 0 18 18" aria-hidden="true" fill="currentColor">
            <rect x="1" y="2" width="10" height="4.2" rx="1.4" />
            <rect x="7.4" y="7" width="9.6" height="4.2" rx="1.4" opacity=".42" />
            <rect x="1" y="12" width="13" height="4.2" rx="1.4" />
        </svg>
    }
}

/// Theme and help.
#[component]
fn Tools() -> Html {
    let shell = use_shell();
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
            <Button
                kind={ButtonKind::Icon}
                {icon}
                label={format!("Theme: {}. Turn to {}", theme.title(), theme.next().title())}
                onclick={turn}
                testid="theme"
            />
            <Button kind={ButtonKind::Icon} label="Keyboard and help" onclick={help} testid="help">
                <kbd aria-hidden="true">{ "?" }</kbd>
            </Button>
        </div>
    }
}
