//! Starts the page.

fn main() {
    rebalance_lab::run();
}
