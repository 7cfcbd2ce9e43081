//! The whole run on one line, time to scale: where the playhead stands in it, and a way to go elsewhere.

use super::axis::Axis;
use super::{Run, bars, px, thumbnail};
use crate::shared::Shared;
use yew::{Html, Properties, component, html};

/// Height of the minimap's rows together, in px.
const HEIGHT: f64 = 18.0;

/// The whole run, small.
#[derive(Properties, PartialEq)]
pub struct MinimapProps {
    /// The run.
    pub run: Shared<Run>,
    /// The end of what is shown, in ms.
    pub end_ms: u64,
    /// Where the lanes begin, in px.
    pub left: f64,
    /// Where they end, in px.
    pub right: f64,
}

/// The whole run, small. The playhead is drawn over it by the lanes.
#[component]
pub fn Minimap(props: &MinimapProps) -> Html {
    let axis = Axis::new(0, props.end_ms, props.left, props.right, &[]);
    html! {
        <svg class="minimap" width={px(props.right)} height={px(HEIGHT)} role="img"
            aria-label={format!("Whole run: {}", thumbnail::alternative(&props.run))}>
            { bars::patterns("minimap") }
            <text class="gutter-label" x="0" y="13">{ if props.left < 60.0 { "run" } else { "whole run" } }</text>
            { thumbnail::rows(&props.run, &axis, HEIGHT, "minimap") }
        </svg>
    }
}
