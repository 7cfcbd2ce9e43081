//! An example in the gallery.

use super::summary::Summary;
use crate::components::prose;
use crate::figure::Thumbnail;
use crate::route::{Route, Workspace};
use yew::prelude::*;

/// An example: picture, title, a line, what to watch for, numbers. Opens it in Simulate.
pub fn card(summary: &Summary) -> Html {
    let Summary {
        entry,
        run,
        numbers,
        watch,
    } = summary;
    let href = Route::to(Workspace::Simulate).with("scenario", entry.slug);
    html! {
        <a class="card" href={href.to_string()} data-testid="card" data-scenario={entry.slug}>
            <div class="card__figure">
                <Thumbnail run={run.clone()} id={format!("thumb-{}", entry.slug)} from_ms={entry.from_ms} to_ms={entry.to_ms} />
            </div>
            <h3>{ entry.title }</h3>
            <p>{ entry.line }</p>
            <p class="card__watch">{ prose(watch) }</p>
            <dl>
                <div><dt>{ "longest stop" }</dt><dd>{ length(numbers.longest_stop_ms) }</dd></div>
                <div><dt>{ "rebalances" }</dt><dd>{ numbers.rebalances }</dd></div>
                if numbers.longest_stop_ms.is_none() {
                    <div><dt>{ "shares" }</dt><dd>{ shares(&numbers.shares) }</dd></div>
                }
            </dl>
        </a>
    }
}

/// A stop as text: ms below a second, else seconds with one place.
fn length(ms: Option<u64>) -> String {
    match ms {
        None => "none".to_owned(),
        Some(ms @ 0..1000) => format!("{ms} ms"),
        Some(ms) => {
            let tenths = (ms + 50) / 100;
            format!("{}.{} s", tenths / 10, tenths % 10)
        }
    }
}

fn shares(shares: &[usize]) -> String {
    let shares: Vec<_> = shares.iter().map(usize::to_string).collect();
    shares.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stops_are_written_with_their_unit() {
        assert_eq!(length(None), "none");
        assert_eq!(length(Some(37)), "37 ms");
        assert_eq!(length(Some(999)), "999 ms");
        assert_eq!(length(Some(1000)), "1.0 s");
        assert_eq!(length(Some(4235)), "4.2 s");
        assert_eq!(length(Some(9950)), "10.0 s");
    }
}
