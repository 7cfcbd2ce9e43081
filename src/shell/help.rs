//! Help: the keys, and what the page promises.

use crate::components::Dialog;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// The keys of one place: which keys, what they do.
type Keys = (
    &'static str,
    &'static [(&'static [&'static str], &'static str)],
);

const KEYS: &[Keys] = &[
    (
        "Simulate",
        &[
            (&["Space"], "play, pause"),
            (&["←", "→"], "previous, next event"),
            (&["Shift ←", "Shift →"], "10 ms back, on"),
            (&["[", "]"], "previous, next rebalance"),
            (&["Home", "End"], "start, end"),
            (&[",", "."], "slower, faster"),
            (&["+", "−", "0"], "zoom in, out, whole run"),
            (&["wheel", "Ctrl wheel"], "zoom, where the lanes scroll"),
            (&["{", "}", "Shift wheel"], "pan"),
            (&["Shift drag"], "mark what is repeated"),
            (&["I", "O", "L"], "repeat from here, to here, on or off"),
            (&["1", "2", "3", "4"], "run A to D on the stage"),
            (
                &["P"],
                "predict the next rebalance; 1 to 9 mark, Enter reveals",
            ),
            (&["M"], "lanes by partition, by member"),
            (&["↑", "↓"], "the next lane, where one has the focus"),
            (&["Ctrl Z", "Ctrl Shift Z"], "undo, redo"),
            (&["Enter"], "actions of the member that has the focus"),
            (
                &["← →", "Del"],
                "move, remove the action that has the focus",
            ),
        ],
    ),
    (
        "Advise",
        &[
            (&["F8", "Shift F8"], "next, previous finding"),
            (&["Ctrl ."], "fixes of the finding"),
        ],
    ),
    (
        "Everywhere",
        &[(&["?"], "this help"), (&["Esc"], "close what is open")],
    ),
];

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
                for (place, rows) in KEYS {
                    <section key={*place}>
                        <h3>{ *place }</h3>
                        <dl>
                            for (keys, does) in *rows {
                                <dt>for key in *keys { <kbd>{ *key }</kbd> }</dt>
                                <dd>{ *does }</dd>
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
