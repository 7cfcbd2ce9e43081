//! What is compared. Compiled twice: for the build script and for WebAssembly.

use assignor_core::figure;
use assignor_core::sim::recorded::Recorded;
use assignor_core::sim::trace::ProcessIx;
use assignor_core::sim::{Scenario, report, simulate};

/// The whole trace of a scenario or of a recorded run's inputs and every report on it, or why there is none.
pub fn play(document: &str) -> String {
    let is_recorded = serde_json::from_str(document).is_ok_and(|json| Recorded::is_recorded(&json));
    let scenario = if is_recorded {
        Recorded::from_json(document).map(|recorded| recorded.scenario().clone())
    } else {
        Scenario::from_json(document)
    };
    let scenario = match scenario {
        Ok(scenario) => scenario,
        Err(error) => return format!("not read: {error}"),
    };
    match simulate(&scenario) {
        Err(error) => format!("not simulated: {error}"),
        Ok(trace) => {
            let whole = serde_json::to_string(&trace)
                .unwrap_or_else(|error| format!("not written: {error}"));
            let reports =
                [report::jsonl, report::text, report::summary].map(|report| report(&trace));
            let pictures = [
                report::mermaid(&trace, &scenario.title),
                figure::svg(&trace, &figure::Options::default()),
            ];
            let metrics = trace.consumer_metrics(ProcessIx(0), trace.end_ms / 2);
            let metrics = serde_json::to_string(&metrics)
                .unwrap_or_else(|error| format!("not written: {error}"));
            [[whole, metrics].as_slice(), &reports, &pictures]
                .concat()
                .join("\n")
        }
    }
}
