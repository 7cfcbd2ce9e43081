//! How long large groups take as WebAssembly, under Node. `cargo xtask bench-sim` compiles it as the
//! page is, and optimised for speed.
#![cfg(target_arch = "wasm32")]

use assignor_core::sim::simulate;
use simulation_tests::load::{SIZES, hour};
use wasm_bindgen_test::{console_log, wasm_bindgen_test as test};

const RUNS: usize = 7;
const SEEKS: u32 = 200;

#[test]
fn an_hour() {
    for (members, partitions) in SIZES {
        let scenario = hour(members, partitions, "range").expect("a scenario");
        let runs = if members > 100 { 1 } else { RUNS };
        let mut runs_ms: Vec<f64> = Vec::new();
        let mut trace = None;
        for _ in 0..runs {
            drop(trace.take());
            let begin_ms = js_sys::Date::now();
            trace = Some(simulate(&scenario).expect("a trace"));
            runs_ms.push(js_sys::Date::now() - begin_ms);
        }
        let trace = trace.expect("it ran");
        let begin_ms = js_sys::Date::now();
        for seek in 0..SEEKS {
            let at_ms = u64::from(seek) * 1_234_567 % trace.end_ms;
            assert_eq!(trace.frame_at(at_ms).partitions.len() as u64, partitions);
        }
        let seek_ms = (js_sys::Date::now() - begin_ms) / f64::from(SEEKS);
        runs_ms.sort_by(f64::total_cmp);
        console_log!(
            "{members} members, {partitions} partitions: {} ms, median {} ms, a frame {seek_ms:.2} ms",
            runs_ms[0],
            runs_ms[runs_ms.len() / 2],
        );
    }
}
