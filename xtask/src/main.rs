//! Project tasks: `cargo xtask serve`, `test`, `dist`.

fn main() {}
