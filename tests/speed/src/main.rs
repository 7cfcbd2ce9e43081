//! Times every case natively; prints a line each: name, digest, then the microseconds of every run.
//!
//! `speed [MILLISECONDS [PART-OF-NAME]]`: how long to repeat each case, and which.
#![allow(
    clippy::print_stdout,
    reason = "a program whose output another one reads"
)]

use std::time::{Duration, Instant};

use speed::digest::digest;
use speed::groups::{Case, Spec};

fn main() {
    let mut args = std::env::args().skip(1);
    let milliseconds = args.next().and_then(|text| text.parse().ok());
    let budget = Duration::from_millis(milliseconds.unwrap_or(500));
    let wanted = args.next().unwrap_or_default();
    keep_memory();
    for spec in Spec::all() {
        let name = spec.to_string();
        if name.contains(&wanted) {
            time(&name, &Case::new(spec), budget);
        }
    }
}

/// Has the C library keep the memory it has got, as the heap of a warm JVM does and the memory of a
/// WebAssembly module always: `glibc` does so after a large piece has been freed once. Else every
/// run asks the kernel for its pages anew.
fn keep_memory() {
    drop(std::hint::black_box(vec![1_u8; 16 << 20]));
}

/// Repeats a case until its time is up, five times at least unless each is long.
fn time(name: &str, case: &Case, budget: Duration) {
    let begin = Instant::now();
    let mut digests = 0;
    let mut runs: Vec<String> = Vec::new();
    while begin.elapsed() < budget || (runs.len() < 5 && begin.elapsed() < budget * 4) {
        let start = Instant::now();
        let assignment = case.assign();
        let took = start.elapsed();
        runs.push(format!("{:.1}", took.as_secs_f64() * 1e6));
        if runs.len() == 1 {
            digests = assignment.as_ref().map(digest).unwrap_or_default();
        }
    }
    println!("{name}\t{digests:016x}\t{}", runs.join(" "));
}
