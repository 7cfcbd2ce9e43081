//! Has the linker of the page's WebAssembly write where its data lies, for `xtask/data.mjs`.
use std::env;
use std::path::Path;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is_wasm = env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "wasm32");
    let out = env::var("OUT_DIR").unwrap_or_default();
    // Below `target/<triple>/<profile>/build/<package>/out`.
    if let (true, Some(profile)) = (is_wasm, Path::new(&out).ancestors().nth(3)) {
        let map = profile.join("rebalance-lab.map");
        println!(
            "cargo::rustc-link-arg-bin=rebalance-lab=-Map={}",
            map.display()
        );
    }
}
