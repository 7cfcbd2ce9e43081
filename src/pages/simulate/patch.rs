//! What differs between two scenarios, as a JSON merge patch (RFC 7396): short enough for an address.

use assignor_core::sim::Scenario;
use serde_json::{Map, Value};

/// What turns one scenario into another. None where a patch can't say it: where something that is set becomes null.
pub(super) fn between(one: &Scenario, other: &Scenario) -> Option<Value> {
    let [one, other] = [one, other].map(|scenario| serde_json::to_value(scenario).ok());
    let (one, other) = (one?, other?);
    let patch = difference(&one, &other);
    (patched(one, &patch) == other).then_some(patch)
}

fn difference(one: &Value, other: &Value) -> Value {
    let (Value::Object(one), Value::Object(other)) = (one, other) else {
        return other.clone();
    };
    let mut patch = Map::new();
    for (key, value) in other {
        match one.get(key) {
            Some(old) if old == value => {}
            old => {
                let old = old.unwrap_or(&Value::Null);
                patch.insert(key.clone(), difference(old, value));
            }
        }
    }
    for key in one.keys().filter(|key| !other.contains_key(*key)) {
        patch.insert(key.clone(), Value::Null);
    }
    Value::Object(patch)
}

/// A value after a patch.
pub(super) fn patched(value: Value, patch: &Value) -> Value {
    let Value::Object(patch) = patch else {
        return patch.clone();
    };
    let mut object = match value {
        Value::Object(object) => object,
        _ => Map::new(),
    };
    for (key, change) in patch {
        if change.is_null() {
            object.shift_remove(key);
        } else {
            let old = object.get(key).cloned().unwrap_or_default();
            object.insert(key.clone(), patched(old, change));
        }
    }
    Value::Object(object)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_patch_says_what_differs_and_nothing_else() {
        let one = json!({"a": 1, "b": {"c": [1, 2], "d": "x"}, "e": true});
        let other = json!({"a": 1, "b": {"c": [2], "d": "x", "f": {"g": 0}}});
        let patch = difference(&one, &other);
        assert_eq!(patch, json!({"b": {"c": [2], "f": {"g": 0}}, "e": null}));
        assert_eq!(patched(one.clone(), &patch), other);
        assert_eq!(difference(&one, &one), json!({}));
        assert_eq!(
            patched(json!("text"), &json!({"a": {"b": 1}})),
            json!({"a": {"b": 1}})
        );
    }
}
