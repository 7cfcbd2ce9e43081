//! An example in the gallery.

use super::summary::{Summary, watch};
use crate::components::prose;
use crate::figure::Thumbnail;
use crate::platform::layout::use_seen;
use crate::route::{Route, Workspace};
use assignor_core::gallery::Entry;
use yew::prelude::*;

/// What a [`Card`] shows.
#[derive(Properties, PartialEq)]
pub struct CardProps {
    /// The example.
    pub entry: &'static Entry,
}

/// An example: picture, title, a line, what to watch for, numbers. Opens it in Simulate. It is played when it comes into
/// sight; until then picture and numbers keep their places.
#[component]
pub fn Card(props: &CardProps) -> Html {
    let entry = props.entry;
    let node = use_node_ref();
    let is_seen = use_seen(&node);
    let summary = use_memo(is_seen, |is_seen| {
        is_seen.then(|| Summary::of(entry)).flatten()
    });
    let href = Route::to(Workspace::Simulate).with("scenario", entry.slug);
    html! {
        <a ref={node} class="card" href={href.to_string()} data-testid="card" data-scenario={entry.slug}>
            <div class="card__figure">
                if let Some(summary) = &*summary {
                    <Thumbnail run={summary.run.clone()} id={format!("thumb-{}", entry.slug)} from_ms={entry.from_ms} to_ms={entry.to_ms} />
                }
            </div>
            <h3>{ entry.title }</h3>
            <p>{ entry.line }</p>
            <p class="card__watch">{ prose(&watch(entry)) }</p>
            { numbers(summary.as_ref().as_ref()) }
        </a>
    }
}

/// What the shown part of the run costs; before it is played, names without numbers.
fn numbers(summary: Option<&Summary>) -> Html {
    let numbers = summary.map(|summary| &summary.numbers);
    let rebalances = numbers.map(|numbers| numbers.rebalances.to_string());
    let stop = numbers.map(|numbers| length(numbers.longest_stop_ms));
    let never_stops = numbers.filter(|numbers| numbers.longest_stop_ms.is_none());
    html! {
        <dl>
            <div><dt>{ "longest stop" }</dt><dd>{ stop.unwrap_or_default() }</dd></div>
            <div><dt>{ "rebalances" }</dt><dd>{ rebalances.unwrap_or_default() }</dd></div>
            if let Some(numbers) = never_stops {
                <div><dt>{ "shares" }</dt><dd>{ shares(&numbers.shares) }</dd></div>
            }
        </dl>
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
