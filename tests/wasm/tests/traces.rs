//! The same scenario gives the same bytes natively and as WebAssembly.
//!
//! `traces.txt` has a line per run: its name, the length of its trace as JSON and a hash of the bytes.
//! The native test and the WebAssembly test each compare with it. After a change of the simulator,
//! `REWRITE=1 cargo test -p wasm-tests --test traces` writes it anew; the difference belongs in the commit.

use assignor_core::sim::recorded::Recorded;
use assignor_core::sim::simulate;
use std::fmt::Write;

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

macro_rules! runs {
    ($($name:literal,)*) => {
        &[$(($name, include_str!(concat!("../../traces/runs/", $name, ".json"))),)*]
    };
}

const RUNS: &[(&str, &str)] = runs![
    "all-leave",
    "busy-member-cooperative",
    "busy-member-eager",
    "close-leave-static",
    "close-remain",
    "close-spaced",
    "close-storm",
    "commit-sync-crash",
    "cooperative-crash",
    "cooperative-join",
    "cooperative-leave",
    "cooperative-long-batch",
    "duplicates-after-crash",
    "eager-crash",
    "eager-join",
    "eager-leave",
    "freeze-in-session",
    "freeze-past-session",
    "freeze-past-session-cooperative",
    "join-no-delay",
    "join-with-delay",
    "no-duplicates-after-close",
    "partitions-added-cooperative",
    "partitions-added-eager",
    "poll-overrun-cooperative",
    "poll-overrun-dynamic",
    "poll-overrun-static",
    "protocol-mismatch",
    "range-two-topics",
    "regex-new-topic",
    "restart-dynamic-killed",
    "rolling-dynamic-cooperative",
    "rolling-dynamic-eager",
    "roundrobin-join-leave",
    "session-too-short",
    "static-duplicate",
    "static-kill-restart",
    "static-leader-restart",
    "static-restart-after-session",
    "static-restart-in-session",
    "static-scale-in",
    "sticky-join-leave",
    "subscription-change",
    "subscription-change-cooperative",
    "topic-deleted",
    "two-bounces",
    "vote",
];

/// FNV-1a, 64 bits: enough to notice a difference, and the same everywhere.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

fn digest() -> String {
    let mut lines = String::new();
    for (name, text) in RUNS {
        let run = Recorded::from_json(text).unwrap();
        let trace = simulate(run.scenario()).unwrap();
        let bytes = serde_json::to_vec(&trace).unwrap();
        writeln!(lines, "{name} {} {:016x}", bytes.len(), hash(&bytes)).unwrap();
    }
    lines
}

#[test]
fn traces_are_the_same_bytes() {
    let digest = digest();
    #[cfg(not(target_arch = "wasm32"))]
    if std::env::var_os("REWRITE").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/traces.txt");
        std::fs::write(path, &digest).unwrap();
        return;
    }
    for (ours, committed) in digest.lines().zip(include_str!("traces.txt").lines()) {
        assert_eq!(ours, committed);
    }
    assert_eq!(digest.lines().count(), include_str!("traces.txt").lines().count());
}
