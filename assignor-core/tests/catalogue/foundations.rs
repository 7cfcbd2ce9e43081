//! What the assignors rest on: Java's iteration order, and whether racks matter at all.

use assignor_core::assign::Assignor;
use assignor_core::assign::AssignorName::{self, Range, Sticky};
use assignor_core::assign::explain::Event;
use assignor_core::java::{HashMap, HashSet, JdkRelease, string_hash};

use crate::case::{cluster, members};

fn order(keys: &[&'static str]) -> String {
    let map: HashMap<&str, ()> = keys.iter().map(|key| (*key, ())).collect();
    map.keys().copied().collect::<Vec<_>>().join(" ")
}

#[test]
fn f1_consumers_iterate_backwards() {
    let keys = ["consumer1", "consumer2", "consumer3"];
    assert_eq!(order(&keys), "consumer3 consumer2 consumer1");
}

#[test]
fn f2_ids_wrap_round_the_table() {
    assert_eq!(order(&["C0", "C1", "C2", "C3", "C4"]), "C3 C4 C0 C1 C2");
}

#[test]
fn f3_the_table_doubles_at_the_thirteenth() {
    let keys = [
        "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "m9", "m10", "m11", "m12", "m13",
    ];
    let (twelve, _) = keys.split_at(12);
    let first = "m1 m2 m3 m4 m5 m6 m7 m8 m9";
    assert_eq!(order(twelve), format!("{first} m11 m10 m12"));
    assert_eq!(order(&keys), format!("{first} m11 m10 m13 m12"));
}

#[test]
fn f4_topics_iterate_by_hash() {
    let keys = ["orders", "payments", "users", "clicks"];
    assert_eq!(order(&keys), "payments clicks orders users");
}

#[test]
fn f5_keys_of_one_hash_iterate_as_inserted() {
    assert_eq!(string_hash("AaAa"), 0x001f_0080);
    assert_eq!(string_hash("BBBB"), 0x001f_0080);
    assert_eq!(order(&["AaAa", "BBBB"]), "AaAa BBBB");
    assert_eq!(order(&["BBBB", "AaAa"]), "BBBB AaAa");
}

#[test]
fn f6_a_copied_set_iterates_by_java_release() {
    let numbers: Vec<i32> = (0..=10).chain([16]).collect();
    let order = |jdk| -> Vec<i32> {
        let copy = HashSet::copy_of(numbers.iter().copied(), jdk);
        copy.iter().copied().collect()
    };
    assert_eq!(order(JdkRelease::UpTo18), numbers);
    assert_eq!(
        order(JdkRelease::From19),
        [0, 16, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    );
}

/// Whether racks matter, by the word of the assignor itself.
fn racks_matter(assignor: AssignorName, topic: &str, consumer_racks: &[&str]) -> bool {
    let texts: Vec<String> = match consumer_racks {
        [] => vec!["c {t}".to_owned()],
        racks => racks
            .iter()
            .map(|rack| format!("c{rack} [{rack}] {{t}}"))
            .collect(),
    };
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let mut events = Vec::new();
    Assignor::new(assignor)
        .assign_to_listener(&cluster(topic), &members(assignor, &texts), &mut events)
        .unwrap();
    events
        .iter()
        .any(|event| matches!(event, Event::Racks { matter: true, .. }))
}

#[test]
fn f9_racks_matter_if_known_reachable_and_different() {
    let (no_racks, single, all) = ("t*3", "t=a/b/c", "t=a+b+c/a+b+c/a+b+c");
    let cases: [(&str, &[&str], bool); 10] = [
        (single, &[], false),
        (no_racks, &["a", "b", "c"], false),
        (single, &["d"], false),
        (all, &["a", "b", "c"], false),
        (all, &["a", "b"], false),
        (all, &["a", "d"], false),
        (single, &["a", "b", "c"], true),
        (single, &["a", "b"], true),
        (single, &["a", "d"], true),
        ("t=a+b/b+c/c+a", &["a", "d"], true),
    ];
    for (topic, consumers, matter) in cases {
        for assignor in [Range, Sticky] {
            let answer = racks_matter(assignor, topic, consumers);
            assert_eq!(answer, matter, "{assignor} {topic} {consumers:?}");
        }
    }
}
