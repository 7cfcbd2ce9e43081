//! The Rebalance Lab page.
