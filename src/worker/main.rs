//! The worker: requests from the page in, answers out, one at a time.

#[cfg(target_arch = "wasm32")]
mod serve;

fn main() {
    #[cfg(target_arch = "wasm32")]
    serve::serve();
}
