use super::*;

fn order<'a>(keys: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let map: HashMap<&str, ()> = keys.into_iter().map(|key| (key, ())).collect();
    map.keys().copied().collect()
}

#[test]
fn iterates_by_bin_and_then_by_insertion() {
    assert_eq!(
        order(["consumer1", "consumer2", "consumer3"]),
        ["consumer3", "consumer2", "consumer1"]
    );
    assert_eq!(
        order(["C0", "C1", "C2", "C3", "C4"]),
        ["C3", "C4", "C0", "C1", "C2"]
    );
    assert_eq!(
        order(["orders", "payments", "users", "clicks"]),
        ["payments", "clicks", "orders", "users"]
    );
    assert_eq!(order(["AaAa", "BBBB"]), ["AaAa", "BBBB"]);
    assert_eq!(order(["BBBB", "AaAa"]), ["BBBB", "AaAa"]);
}

#[test]
fn grows_past_three_quarters() {
    let names: Vec<String> = (1..=13).map(|n| format!("m{n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    assert_eq!(
        order(names[..12].iter().copied()),
        [
            "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "m9", "m11", "m10", "m12"
        ]
    );
    assert_eq!(
        order(names.iter().copied()),
        [
            "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "m9", "m11", "m10", "m13", "m12"
        ]
    );
}
