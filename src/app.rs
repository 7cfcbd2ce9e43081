//! The page as a whole: address to page, preferences, help.

use crate::components::use_once;
use crate::pages::{AdvisePage, EmbedPage, LearnPage, SimulatePage, not_found};
use crate::platform;
use crate::route::{Route, Workspace};
use crate::shell::{Preferences, PreferencesAction, ShellContext, help_dialog};
use crate::theme::Theme;
use yew::prelude::*;

/// The whole page.
#[component]
pub fn App() -> Html {
    let (address, moves) = use_address();
    let preferences = use_reducer_eq(Preferences::stored);
    use_effect_with(*preferences, |preferences| preferences.keep());
    use_asked_theme(&address);
    let is_embed = Route::parse(&address).is_ok_and(|route| route.is_embed);
    let help = use_state_eq(|| false);
    let has_helped = use_once(*help);
    use_help_key(preferences.single_keys && !is_embed, help.setter());

    let dispatcher = preferences.dispatcher();
    let set_theme = {
        let dispatcher = dispatcher.clone();
        use_callback((), move |theme, ()| {
            dispatcher.dispatch(PreferencesAction::Theme(theme));
        })
    };
    let on_single_keys = use_callback((), move |on, ()| {
        dispatcher.dispatch(PreferencesAction::SingleKeys(on));
    });
    let open_help = {
        let help = help.setter();
        use_callback((), move |(), ()| help.set(true))
    };
    let onclose = {
        let help = help.setter();
        use_callback((), move |(), ()| help.set(false))
    };
    let context = ShellContext {
        preferences: *preferences,
        set_theme,
        open_help,
        moves,
    };
    html! {
        <ContextProvider<ShellContext> {context}>
            { page(&address) }
            if has_helped {
                { help_dialog(*help, preferences.single_keys, onclose, &on_single_keys) }
            }
        </ContextProvider<ShellContext>>
    }
}

fn page(address: &str) -> Html {
    match Route::parse(address) {
        Err(unknown) => not_found(&unknown.path),
        Ok(route) if route.is_embed => html! { <EmbedPage {route} /> },
        Ok(route) => match route.workspace {
            Workspace::Simulate => html! { <SimulatePage {route} /> },
            Workspace::Advise => {
                platform::rest::load();
                html! { <AdvisePage {route} /> }
            }
            Workspace::Learn => {
                platform::rest::load();
                html! { <LearnPage {route} /> }
            }
        },
    }
}

/// Shows the theme that the address asks for, until the reader turns it. What the reader has chosen stays.
#[hook]
fn use_asked_theme(address: &str) {
    let asked = Route::parse(address).ok();
    let asked = asked.and_then(|route| route.get(Theme::IN_ADDRESS).map(Theme::from_stored));
    use_effect_with(asked, |asked| {
        if let Some(name) = asked.and_then(Theme::as_str) {
            platform::set_root_attribute("data-theme", Some(name));
        }
    });
}

/// The fragment of the address, and how often it has changed.
#[hook]
fn use_address() -> (String, u32) {
    let address = use_state_eq(|| (platform::fragment(), 0));
    {
        let setter = address.setter();
        let moves = use_mut_ref(|| 0_u32);
        use_effect_with((), move |()| {
            let listener = platform::on_fragment_change(move |fragment| {
                *moves.borrow_mut() += 1;
                setter.set((fragment, *moves.borrow()));
            });
            move || drop(listener)
        });
    }
    (*address).clone()
}

/// Opens the help on `?`, unless text is being typed or single keys are switched off.
#[hook]
fn use_help_key(single_keys: bool, help: UseStateSetter<bool>) {
    use_effect_with(single_keys, move |&single_keys| {
        let listener = platform::on_key_down(move |event| {
            if single_keys && event.key() == "?" && !platform::takes_text(event.target()) {
                event.prevent_default();
                help.set(true);
            }
        });
        move || drop(listener)
    });
}
