//! What is compared. Compiled twice: for the build script and for WebAssembly.

use assignor_core::sim::recorded::Recorded;
use assignor_core::sim::{report, simulate};

/// The whole trace of a recorded run's inputs and every report on it, or why there is none.
pub fn play(recorded: &str) -> String {
    let scenario = match Recorded::from_json(recorded) {
        Ok(recorded) => recorded.scenario().clone(),
        Err(error) => return format!("not read: {error}"),
    };
    match simulate(&scenario) {
        Err(error) => format!("not simulated: {error}"),
        Ok(trace) => {
            let whole = serde_json::to_string(&trace)
                .unwrap_or_else(|error| format!("not written: {error}"));
            let reports =
                [report::jsonl, report::text, report::summary].map(|report| report(&trace));
            [[whole].as_slice(), &reports].concat().join("\n")
        }
    }
}
