//! What a large group costs at a glance: a line per size with time, memory of the trace, time to seek.
//!
//! `cargo bench -p simulation-tests --bench memory`. The allocator counts, so times are a little longer
//! than those of the other benchmark.
#![allow(clippy::print_stdout, reason = "a benchmark prints its result")]

use assignor_core::sim::simulate;
use peak_alloc::PeakAlloc;
use simulation_tests::load::hour;
use std::time::{Duration, Instant};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const MB: usize = 1_000_000;
const RUNS: usize = 5;
const SEEKS: u32 = 200;

fn main() {
    println!("members  partitions  assignor              best ms  trace MB  messages  seek µs");
    for (members, partitions) in [(10, 100), (100, 1_000), (1_000, 10_000)] {
        for assignor in ["range", "cooperative-sticky"] {
            line(members, partitions, assignor);
        }
    }
}

fn line(members: u64, partitions: u64, assignor: &str) {
    let scenario = hour(members, partitions, assignor).expect("a scenario");
    let mut best = Duration::MAX;
    for _ in 0..if members > 100 { 1 } else { RUNS } {
        let begin = Instant::now();
        let trace = simulate(&scenario).expect("a trace");
        best = best.min(begin.elapsed());
        drop(trace);
    }
    let before = MEMORY.current_usage();
    let trace = simulate(&scenario).expect("a trace");
    let memory = MEMORY.current_usage() - before;
    let begin = Instant::now();
    for seek in 0..SEEKS {
        let at_ms = u64::from(seek) * 1_234_567 % trace.end_ms;
        std::hint::black_box(trace.frame_at(at_ms));
    }
    let seek = begin.elapsed() / SEEKS;
    println!(
        "{members:>7}  {partitions:>10}  {assignor:<20}  {:>7}  {:>8}  {:>8}  {:>7}",
        best.as_millis(),
        memory / MB,
        trace.messages.len(),
        seek.as_micros()
    );
}
