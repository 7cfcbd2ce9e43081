//! Nothing but tests, in `tests/`: each runs natively and as WebAssembly and compares with the same
//! committed bytes.
