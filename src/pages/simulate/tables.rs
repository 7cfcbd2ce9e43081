//! What a scenario's form asks for: a table per part. `docs/scenario.md` says what each means.

use super::fields::{Field, Kind};

const MS: Kind = Kind::Whole("ms");
const NUMBER: Kind = Kind::Whole("");
const YES_NO: Kind = Kind::Choice(&["true", "false"]);

/// The run as a whole.
#[rustfmt::skip]
pub(super) const RUN: &[Field] = &[
    Field::new("title", Kind::Line, ""),
    Field::new("about", Kind::Prose, "what to watch for"),
    Field::named("kafka/broker", "brokers' release", Kind::Text, "4.3.0"),
    Field::named("kafka/client", "clients' release", Kind::Text, "4.3.0"),
    Field::named("until_ms", "end of the run", MS, ""),
    Field::new("seed", NUMBER, "0"),
];

/// Properties of the brokers, below `/broker`.
#[rustfmt::skip]
pub(super) const BROKER: &[Field] = &[
    Field::new("group.initial.rebalance.delay.ms", MS, "3000"),
    Field::new("group.min.session.timeout.ms", MS, "6000"),
    Field::new("group.max.session.timeout.ms", MS, "1800000"),
    Field::new("group.max.size", NUMBER, "2147483647"),
];

/// Properties of consumers, below `/config` and below each member's.
#[rustfmt::skip]
pub(super) const CONSUMER: &[Field] = &[
    Field::new("session.timeout.ms", MS, "45000"),
    Field::new("heartbeat.interval.ms", MS, "3000"),
    Field::new("max.poll.interval.ms", MS, "300000"),
    Field::new("max.poll.records", NUMBER, "500"),
    Field::new("enable.auto.commit", YES_NO, "true"),
    Field::new("auto.commit.interval.ms", MS, "5000"),
    Field::new("auto.offset.reset", Kind::Choice(&["earliest", "latest"]), "latest"),
    Field::new("metadata.max.age.ms", MS, "300000"),
    Field::new("fetch.max.wait.ms", MS, "500"),
    Field::new("request.timeout.ms", MS, "30000"),
    Field::new("default.api.timeout.ms", MS, "60000"),
    Field::new("retry.backoff.ms", MS, "100"),
    Field::new("retry.backoff.max.ms", MS, "1000"),
    Field::new("partition.assignment.strategy", Kind::Text, "range, cooperative-sticky"),
];

/// What only one member's config has, below its `/config`.
#[rustfmt::skip]
pub(super) const IDENTITY: &[Field] = &[
    Field::new("group.instance.id", Kind::Text, "dynamic"),
    Field::new("client.rack", Kind::Text, "none"),
    Field::new("client.id", Kind::Text, "its name"),
];

/// Below `/application` and below each member's.
#[rustfmt::skip]
pub(super) const APPLICATION: &[Field] = &[
    Field::named("batch_ms", "a batch takes", MS, "0"),
    Field::named("record_ms", "and each record", MS, "0"),
    Field::named("commit", "commits", Kind::Choice(&["after_batch", "before_batch", "on_revoked", "never"]), "after_batch"),
];

/// Below `/timing`; all but the last two also below each member's.
#[rustfmt::skip]
pub(super) const TIMING: &[Field] = &[
    Field::new("to_coordinator_ms", MS, "1"),
    Field::new("to_member_ms", MS, "1"),
    Field::new("assignor_ms", MS, "0"),
    Field::new("start_ms", MS, "0"),
    Field::new("poll_ms", MS, "0"),
    Field::new("heartbeat_tick_ms", MS, "0"),
    Field::new("revoked_ms", MS, "0"),
    Field::new("assigned_ms", MS, "0"),
    Field::new("lost_ms", MS, "0"),
    Field::new("fetch_ms", MS, "0"),
    Field::new("rediscovery_ms", MS, "100"),
    Field::new("append_ms", MS, "5"),
    Field::new("metadata_behind_fetch", Kind::Flag, ""),
];

/// How many of [`TIMING`] a member can have of its own.
pub(super) const OWN_TIMING: usize = 11;

/// A topic.
#[rustfmt::skip]
pub(super) const TOPIC: &[Field] = &[
    Field::new("name", Kind::Text, ""),
    Field::new("partitions", NUMBER, ""),
    Field::named("racks", "racks of the replicas", Kind::Racks, "a partition a line: r1, r2"),
];

/// A member.
#[rustfmt::skip]
pub(super) const MEMBER: &[Field] = &[
    Field::new("name", Kind::Text, ""),
    Field::named("client", "client's release", Kind::Text, "as all"),
    Field::new("topics", Kind::Subscription(false), "all"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use assignor_core::sim::Scenario;
    use assignor_core::sim::scenario::Timing;
    use serde_json::{Value, json};

    /// A value that a field can hold.
    fn sample(field: &Field) -> Value {
        match field.kind {
            Kind::Whole(_) => json!(7),
            Kind::Flag => json!(true),
            Kind::Choice(all) => json!(all[0]),
            Kind::Racks => json!([["r1"]]),
            Kind::Subscription(_) => json!(["a"]),
            _ if field.at.starts_with("kafka") || field.at == "client" => json!("4.0.0"),
            _ if field.at == "partition.assignment.strategy" => json!("range"),
            _ => json!("x"),
        }
    }

    #[test]
    fn the_form_asks_only_for_what_a_scenario_can_have() {
        let base = json!({"version": 1, "topics": [{"name": "a", "partitions": 1}], "members": [{"name": "c1"}],
            "actions": [], "until_ms": 9});
        let parts: [(&str, &[Field]); 9] = [
            ("", RUN),
            ("/broker", BROKER),
            ("/config", CONSUMER),
            ("/application", APPLICATION),
            ("/timing", TIMING),
            ("/topics/0", TOPIC),
            ("/members/0", MEMBER),
            ("/members/0/config", IDENTITY),
            ("/members/0/timing", &TIMING[..OWN_TIMING]),
        ];
        for (place, fields) in parts {
            for field in fields {
                let mut value = base.clone();
                let pointer = format!("{place}/{}", field.at);
                crate::pages::simulate::fields::put(&mut value, &pointer, Some(sample(field)));
                let read = Scenario::from_value(&value);
                assert!(read.is_ok(), "{pointer}: {read:?}");
            }
        }
    }

    #[test]
    fn the_form_asks_for_every_timing_and_its_default() {
        let Ok(Value::Object(all)) = serde_json::to_value(Timing::default()) else {
            panic!("timing is an object");
        };
        assert_eq!(all.len(), TIMING.len());
        for field in TIMING {
            let default = all[field.at]
                .as_u64()
                .map_or(String::new(), |ms| ms.to_string());
            assert_eq!(field.default, default, "{}", field.at);
        }
    }
}
