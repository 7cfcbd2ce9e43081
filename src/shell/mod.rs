//! What is round every page: the bar, the skip link, the title, where the focus goes, help.

mod bar;
mod help;
mod preferences;

pub use help::help_dialog;
pub use preferences::{Preferences, PreferencesAction};

use crate::platform;
use crate::route::Workspace;
use crate::theme::Theme;
use bar::bar;
use yew::prelude::*;

/// The id of the element that holds the page, for the skip link and the focus.
pub const PAGE_ID: &str = "page";

/// What every page can ask the shell for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ShellContext {
    /// What the reader has chosen.
    pub preferences: Preferences,
    /// Chooses a theme.
    pub set_theme: Callback<Theme>,
    /// Opens the help.
    pub open_help: Callback<()>,
    /// How often the reader has gone to another address since the page was opened.
    pub moves: u32,
}

/// The shell of this page, as [`crate::App`] provides it.
#[hook]
pub fn use_shell() -> ShellContext {
    use_context::<ShellContext>().unwrap_or_default()
}

/// What a page puts into the [`Shell`].
#[derive(Properties, PartialEq)]
pub struct ShellProps {
    /// Which workspace this is; none for a page that says that there is none.
    pub workspace: Option<Workspace>,
    /// The window's title, before the product's name.
    pub title: AttrValue,
    /// Whether the page fills the window exactly and scrolls only inside.
    #[prop_or_default]
    pub fixed: bool,
    /// What stands in the bar beside the workspaces.
    #[prop_or_default]
    pub start: Html,
    /// What stands at the right of the bar.
    #[prop_or_default]
    pub end: Html,
    /// The page.
    pub children: Html,
}

/// The bar and, below it, a page.
#[component]
pub fn Shell(props: &ShellProps) -> Html {
    let shell = use_shell();
    let moves = shell.moves;
    use_effect_with(props.title.clone(), |title| {
        platform::set_title(&format!("{title} · Rebalance Lab"));
    });
    // Whoever comes by a link stands at the beginning of the new page, with the keyboard too. The first
    // page leaves the focus where the browser puts it.
    use_effect_with(props.workspace, move |_| {
        if moves > 0 {
            platform::scroll_to_top();
            platform::focus(PAGE_ID);
        }
    });
    let skip = Callback::from(|event: MouseEvent| {
        // The fragment is the address of the page; a link to an element would change it.
        event.prevent_default();
        platform::focus(PAGE_ID);
    });
    html! {
        <div class={classes!("shell", props.fixed.then_some("shell--fixed"))}>
            <a class="skip" href="#page" onclick={skip}>{ "Skip to the page" }</a>
            { bar(&shell, props.workspace, &props.start, &props.end) }
            <main id={PAGE_ID} tabindex="-1" aria-label={props.title.clone()}>{ props.children.clone() }</main>
        </div>
    }
}
