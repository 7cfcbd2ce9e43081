//! Flink's Kafka source, a row each.

use super::set_in_vain;
use crate::config::Family;

rule!(
    membership, "KC-W1119", "flink-ineffective-keys", Info, "Flink, KafkaSourceBuilder", |subject, rule| {
        let keys: &[&str] = if subject.family() == Family::Flink {
            &["session.timeout.ms", "heartbeat.interval.ms", "max.poll.interval.ms", "partition.assignment.strategy", "group.instance.id"]
        } else {
            &[]
        };
        set_in_vain(subject, rule, keys, "has no effect on Flink's source", "The source assigns partitions to its readers itself and joins no group.")
    },
    what: "Flink's source is given settings of group membership.",
    why: "The source assigns partitions to its readers by itself. It uses the group only to commit offsets, so sessions, \
          heartbeats, assignors and static ids do nothing.",
    false_alarm: "None.",
    fix: "Delete them.",
);

rule!(
    offset_reset, "KC-W1120", "flink-auto-offset-reset-overwritten", Info, "Flink, KafkaSourceBuilder", |subject, rule| {
        let keys: &[&str] = if subject.family() == Family::Flink { &["auto.offset.reset"] } else { &[] };
        set_in_vain(subject, rule, keys, "is overwritten by the starting offsets", "Flink sets it from the source's starting offsets.")
    },
    what: "Flink's source is given `auto.offset.reset`.",
    why: "Where reading starts follows from the starting offsets of the source, and Flink overwrites the property with it.",
    false_alarm: "None.",
    fix: "Use `scan.startup.mode`, or `OffsetsInitializer.committedOffsets(EARLIEST)` in code.",
);
