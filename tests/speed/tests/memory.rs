//! How much memory the largest groups take: input, work and result together.
//!
//! One test in a program of its own, because what it counts is the whole program's.
#![allow(
    clippy::print_stdout,
    reason = "the numbers are shown with --nocapture"
)]

use peak_alloc::PeakAlloc;
use speed::groups::{Case, Shape, Spec};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// For a million partitions and ten thousand members.
const MOST_MEGABYTES: f32 = 300.0;

#[test]
fn a_million_partitions_of_ten_thousand_members_stay_below_300_megabytes() {
    let large = |shape: Shape| shape.topics * shape.partitions == 1_000_000;
    for spec in Spec::all().filter(|spec| large(spec.shape)) {
        ALLOCATOR.reset_peak_usage();
        let case = Case::new(spec);
        let assignment = case.assign();
        assert_eq!(
            assignment.map(|assignment| assignment.len()),
            Some(case.members.len())
        );
        let peak = ALLOCATOR.peak_usage_as_mb();
        println!("{spec}: {peak:.0} MB");
        assert!(peak < MOST_MEGABYTES, "{spec}: {peak} MB");
    }
}
