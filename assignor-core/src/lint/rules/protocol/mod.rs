//! The rebalance protocol of KIP-848.

pub(super) mod advice;
pub(super) mod consumer_protocol_with_classic_keys;
