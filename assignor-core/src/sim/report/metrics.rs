//! The consumers' own metrics at a time, as text.

use crate::sim::trace::{ProcessIx, Trace};
use std::fmt::Write;

/// One line per metric of each member that has started: member, type of the `MBean`, name, value.
pub fn metrics(trace: &Trace, t_ms: u64) -> String {
    let mut out = String::new();
    for (place, name) in trace.members.iter().enumerate() {
        let process: Option<ProcessIx> = trace.process_of(place, t_ms);
        let metrics = process.map(|process| trace.consumer_metrics(process, t_ms));
        for metric in metrics.unwrap_or_default() {
            let (mbean, value) = (metric.mbean, metric.shown());
            let _ = writeln!(out, "{name:<12}  {mbean:<28}  {:<31}  {value}", metric.name);
        }
    }
    out
}
