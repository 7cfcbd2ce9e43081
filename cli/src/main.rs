//! `rebalance`: assign partitions, simulate rebalances and lint configs from the command line.

fn main() {}
