//! Every case of the catalogue has a test.

use std::collections::BTreeSet;

const SOURCES: [&str; 6] = [
    include_str!("foundations.rs"),
    include_str!("range.rs"),
    include_str!("round_robin.rs"),
    include_str!("constrained.rs"),
    include_str!("general.rs"),
    include_str!("server.rs"),
];

/// How many cases each letter has, numbered from 1.
const CASES: [(char, usize); 6] = [
    ('f', 9),
    ('r', 21),
    ('b', 7),
    ('c', 36),
    ('g', 18),
    ('s', 23),
];

/// The numbers in the names of the tests: `c7_two_join_and_c8_two_leave` is of c7 and c8.
fn tested() -> BTreeSet<&'static str> {
    let lines = SOURCES.iter().flat_map(|source| {
        let lines: Vec<&str> = source.lines().map(str::trim).collect();
        let pairs: Vec<(&str, &str)> = lines.iter().copied().zip(lines[1..].to_vec()).collect();
        pairs
    });
    let names = lines
        .filter(|(before, _)| *before == "#[test]")
        .filter_map(|(_, line)| line.strip_prefix("fn ")?.split('(').next());
    names.flat_map(|name| name.split('_')).collect()
}

#[test]
fn every_case_is_tested_by_name() {
    let tested = tested();
    let ids = CASES
        .iter()
        .flat_map(|(letter, count)| (1..=*count).map(move |number| format!("{letter}{number}")));
    let missing: Vec<String> = ids.filter(|id| !tested.contains(id.as_str())).collect();
    assert!(missing.is_empty(), "no test for {}", missing.join(", "));
}
