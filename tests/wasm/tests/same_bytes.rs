//! One test per run in `tests/traces` and per scenario of the gallery; see the crate's documentation.
#![cfg(target_arch = "wasm32")]

use wasm_bindgen_test::wasm_bindgen_test as test;
use wasm_tests::play;

include!(concat!(env!("OUT_DIR"), "/tests.rs"));

fn same_bytes(recorded: &str, native: &str) {
    let here = play(recorded);
    assert!(!native.is_empty(), "nothing was computed");
    if native != here {
        let same = native
            .bytes()
            .zip(here.bytes())
            .take_while(|(native, here)| native == here)
            .count();
        panic!(
            "the same for {same} bytes, then\n  natively       {}\n  as WebAssembly {}",
            around(native, same),
            around(&here, same)
        );
    }
}

/// The text from a little before the byte `at`.
fn around(text: &str, at: usize) -> String {
    let bytes = text
        .as_bytes()
        .iter()
        .copied()
        .skip(at.saturating_sub(40))
        .take(120);
    String::from_utf8_lossy(&bytes.collect::<Vec<u8>>()).into_owned()
}
