//! Help: the keys, and what the page promises.

use crate::components::Dialog;
use crate::pages::simulate;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// Some keys and what they do.
type Row = (Vec<&'static str>, String);

/// The keys of each place. Those of the workspaces come from the tables that the workspaces follow.
fn places() -> [(&'static str, Vec<Row>); 4] {
    let row = |keys: &[&'static str], does: &str| (keys.to_vec(), does.to_owned());
    let simulate = simulate::MAP.iter().map(|keys| row(keys.shown, keys.does));
    let menus = simulate::menu_keys();
    let advise = [
        row(&["F8", "Shift F8"], "next, previous finding"),
        row(&["Ctrl ."], "fixes of the finding"),
    ];
    let everywhere = [
        row(&["?"], "this help"),
        row(&["Esc"], "close what is open"),
    ];
    [
        ("Simulate", simulate.collect()),
        ("In the menu of a member, a topic, the group", menus),
        ("Advise", advise.to_vec()),
        ("Everywhere", everywhere.to_vec()),
    ]
}

/// The help dialog: whether it is open, whether single letters are commands, and what to call when the reader
/// closes it or switches single letters on or off.
pub fn help_dialog(
    open: bool,
    single_keys: bool,
    onclose: Callback<()>,
    on_single_keys: &Callback<bool>,
) -> Html {
    let switch = on_single_keys.reform(|event: Event| {
        let input = event.target_dyn_into::<HtmlInputElement>();
        input.is_none_or(|input| input.checked())
    });
    html! {
        <Dialog open={open} title="Keyboard and help" {onclose} testid="help-dialog">
            <div class="keys">
                for (place, rows) in places() {
                    <section key={place}>
                        <h3>{ place }</h3>
                        <dl>
                            for (keys, does) in rows {
                                <dt>for key in keys { <kbd>{ key }</kbd> }</dt>
                                <dd>{ does }</dd>
                            }
                        </dl>
                    </section>
                }
            </div>
            <div class="help__more">
                <label class="check">
                    <input type="checkbox" checked={single_keys} onchange={switch} />
                    { "Single keys are commands outside text fields" }
                </label>
                <p>{ "Everything is computed in this browser. Nothing you type or paste leaves the page, and the page asks no other host for anything." }</p>
                <p>{ "A run is simulated to the rules of Kafka's own code. Latencies that Kafka doesn't fix are numbers of the scenario. No cluster is contacted." }</p>
            </div>
        </Dialog>
    }
}
