//! `java::HashMap` against `java.util.HashMap`: recorded runs, and a naive model of its chains.
// The recorded runs are a file.
#![allow(clippy::disallowed_methods, clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::path::Path;

use assignor_core::java::{HashMap, string_hash};
use proptest::prelude::*;
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Step {
    Put(String, i64),
    ComputeIfAbsent(String, i64),
    Remove(String),
    RemoveValues(i64, i64),
    Order(Vec<String>),
}

#[test]
fn recorded_runs_iterate_as_java_did() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/java-hashmap.jsonl");
    let text = std::fs::read_to_string(file).unwrap();
    let mut orders = 0;
    for (line, number) in text.lines().zip(1..) {
        let mut map: HashMap<String, i64> = HashMap::new();
        let steps: Vec<Step> = serde_json::from_str(line).unwrap();
        for (step, at) in steps.into_iter().zip(1..) {
            match step {
                Step::Put(key, value) => {
                    map.insert(key, value);
                }
                Step::ComputeIfAbsent(key, value) => {
                    map.compute_if_absent(key, || value);
                }
                Step::Remove(key) => {
                    map.remove(key.as_str());
                }
                Step::RemoveValues(modulus, rest) => {
                    map.retain(|_, value| *value % modulus != rest);
                }
                Step::Order(expected) => {
                    let order: Vec<&String> = map.keys().collect();
                    let expected: Vec<&String> = expected.iter().collect();
                    assert_eq!(order, expected, "line {number}, step {at}");
                    orders += 1;
                }
            }
        }
    }
    assert!(orders > 300, "only {orders} orders were recorded");
}

/// The specification in so many words: chains in a table that doubles, without trees.
struct Model {
    bins: Vec<Vec<(String, i64)>>,
}

impl Model {
    fn new() -> Self {
        Self {
            bins: vec![Vec::new(); 16],
        }
    }

    fn bin(&self, key: &str) -> usize {
        let hash = string_hash(key).cast_unsigned();
        usize::try_from(hash ^ (hash >> 16)).unwrap() % self.bins.len()
    }

    fn put(&mut self, key: &str, value: i64) {
        let bin = self.bin(key);
        match self.bins[bin].iter_mut().find(|(other, _)| other == key) {
            // A key that is there makes nothing grow.
            Some((_, present)) => {
                *present = value;
                return;
            }
            None => self.bins[bin].push((key.to_owned(), value)),
        }
        self.grow();
    }

    /// At the front of its bin, and the table grows before, present or not.
    fn compute_if_absent(&mut self, key: &str, value: i64) {
        self.grow();
        let bin = self.bin(key);
        if self.bins[bin].iter().all(|(other, _)| other != key) {
            self.bins[bin].insert(0, (key.to_owned(), value));
        }
    }

    fn grow(&mut self) {
        let keys: usize = self.bins.iter().map(Vec::len).sum();
        if keys * 4 > self.bins.len() * 3 {
            let doubled = vec![Vec::new(); self.bins.len() * 2];
            for (key, value) in std::mem::replace(&mut self.bins, doubled).concat() {
                let bin = self.bin(&key);
                self.bins[bin].push((key, value));
            }
        }
    }

    fn remove(&mut self, key: &str) {
        let bin = self.bin(key);
        self.bins[bin].retain(|(other, _)| other != key);
    }
}

fn steps(key: &'static str) -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => (key, any::<i64>()).prop_map(|(key, value)| Step::Put(key, value)),
        1 => (key, any::<i64>()).prop_map(|(key, value)| Step::ComputeIfAbsent(key, value)),
        2 => key.prop_map(Step::Remove),
        1 => (2..5_i64, 0..5_i64).prop_map(|(modulus, rest)| Step::RemoveValues(modulus, rest)),
    ];
    proptest::collection::vec(step, 0..300)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Keys of which at most eight, one per letter, can share a bin: none becomes a tree.
    #[test]
    fn order_is_that_of_the_naive_model(steps in steps("[a-h][0-9]")) {
        let mut map = HashMap::new();
        let mut model = Model::new();
        for step in steps {
            match step {
                Step::Put(key, value) => {
                    model.put(&key, value);
                    map.insert(key, value);
                }
                Step::ComputeIfAbsent(key, value) => {
                    model.compute_if_absent(&key, value);
                    map.compute_if_absent(key, || value);
                }
                Step::Remove(key) => {
                    model.remove(&key);
                    map.remove(&key);
                }
                Step::RemoveValues(modulus, rest) => {
                    map.retain(|_, value| value.rem_euclid(modulus) != rest);
                    for bin in &mut model.bins {
                        bin.retain(|(_, value)| value.rem_euclid(modulus) != rest);
                    }
                }
                Step::Order(_) => {}
            }
            let order: Vec<(String, i64)> = map.iter().map(|(k, v)| (k.clone(), *v)).collect();
            prop_assert_eq!(order, model.bins.concat());
        }
    }

    /// Keys of one hash code: bins become trees.
    #[test]
    fn contents_are_those_of_any_map(steps in steps("(Aa|BB){4,6}[ab]?")) {
        let mut map = HashMap::new();
        let mut model = BTreeMap::new();
        for step in steps {
            match step {
                Step::Put(key, value) => {
                    prop_assert_eq!(map.insert(key.clone(), value), model.insert(key, value));
                }
                Step::ComputeIfAbsent(key, value) => {
                    let present = model.entry(key.clone()).or_insert(value);
                    prop_assert_eq!(map.compute_if_absent(key, || value), Some(present));
                }
                Step::Remove(key) => {
                    prop_assert_eq!(map.get(&key), model.get(&key));
                    prop_assert_eq!(map.remove(&key), model.remove(&key));
                    prop_assert!(!map.contains_key(&key));
                }
                Step::RemoveValues(modulus, rest) => {
                    map.retain(|_, value| value.rem_euclid(modulus) != rest);
                    model.retain(|_, value| value.rem_euclid(modulus) != rest);
                }
                Step::Order(_) => {}
            }
            prop_assert_eq!(map.len(), model.len());
            let sorted: BTreeMap<String, i64> = map.iter().map(|(k, v)| (k.clone(), *v)).collect();
            prop_assert_eq!(&sorted, &model);
            prop_assert!(model.iter().all(|(key, value)| map.get(key) == Some(value)));
        }
    }
}
