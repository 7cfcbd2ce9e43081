//! `rebalance startup`.

use super::{Ran, rebalance};

fn startup(input: &str) -> Ran {
    rebalance(&["startup"], input)
}

#[test]
fn every_line_is_answered_in_order() {
    let (code, out, _) = startup(concat!(
        r#"{"id":"a","client":"3.9.2","config":{"bootstrap.servers":"127.0.0.1:9092","#,
        r#""key.deserializer":"org.apache.kafka.common.serialization.StringDeserializer","#,
        r#""value.deserializer":"org.apache.kafka.common.serialization.StringDeserializer"},"#,
        r#""accepted":false}"#,
        "\n\n",
        r#"{"id":"b","client":"2.8.2","config":{}}"#,
        "\n"
    ));
    assert_eq!(code, 0);
    assert_eq!(
        out,
        concat!(
            r#"{"id":"a","accepted":true,"errors":[]}"#,
            "\n",
            r#"{"id":"b","accepted":false,"errors":[{"class":"ConfigException","message":"Missing "#,
            r#"required configuration \"key.deserializer\" which has no default value."}]}"#,
            "\n"
        )
    );
}

#[test]
fn an_unusable_line_names_its_place() {
    for (input, expected) in [
        (
            r#"{"id":"a","client":"three","config":{}}"#,
            "stdin:1: client",
        ),
        (r#"{"id":"a","client":"3.9"}"#, "missing field `config`"),
        (r#"{"id":"a","client":"3.9","config":{"k":1}}"#, "config.k"),
        ("{}\n{}", "stdin:1"),
    ] {
        let (code, out, err) = startup(input);
        assert_eq!((code, out.as_str()), (2, ""), "{input}");
        assert!(err.contains(expected), "{input}: {err}");
    }
}
