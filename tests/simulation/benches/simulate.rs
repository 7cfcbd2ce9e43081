//! How long a large group takes to simulate, and to look at. `cargo bench -p simulation-tests`.

use assignor_core::sim::simulate;
use divan::Bencher;
use simulation_tests::load::{SIZES, hour};

fn main() {
    divan::main();
}

#[divan::bench(args = SIZES, sample_count = 10, sample_size = 1)]
fn an_hour_range((members, partitions): (u64, u64)) -> usize {
    run(members, partitions, "range")
}

#[divan::bench(args = &SIZES[..3], sample_count = 5, sample_size = 1)]
fn an_hour_cooperative((members, partitions): (u64, u64)) -> usize {
    run(members, partitions, "cooperative-sticky")
}

fn run(members: u64, partitions: u64, assignor: &str) -> usize {
    let scenario = hour(members, partitions, assignor).expect("a scenario");
    simulate(&scenario).expect("a trace").events.len()
}

/// Seeking: a frame at a time, all over the hour.
#[divan::bench(args = SIZES, sample_count = 20)]
fn a_frame(bencher: Bencher, (members, partitions): (u64, u64)) {
    let scenario = hour(members, partitions, "range").expect("a scenario");
    let trace = simulate(&scenario).expect("a trace");
    let mut at_ms = 0;
    bencher.bench_local(|| {
        at_ms = (at_ms + 1_234_567) % trace.end_ms;
        trace.frame_at(at_ms).partitions.len()
    });
}
