//! JSON text of numbers and the order of fields, on which the bytes of every trace rest.

use serde_json::{Value, json};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn numbers_and_field_order_are_the_same_bytes() {
    let value = json!({ "t": u64::MAX, "a": i64::MIN, "share": 0.1 + 0.2, "large": 1e21 });
    let text = r#"{"t":18446744073709551615,"a":-9223372036854775808,"share":0.30000000000000004,"large":1e+21}"#;
    assert_eq!(value.to_string(), text);
    assert_eq!(serde_json::from_str::<Value>(text).unwrap(), value);
}
