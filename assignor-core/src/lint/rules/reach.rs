//! Which rules speak about which client.
//!
//! Rules are about Kafka's Java consumer and whatever runs it, unless they are listed here for
//! another client: a default, a refusal or a piece of advice of Java's says nothing about librdkafka.

use super::Rule;
use crate::config::Family;

/// Rules that hold for every client of a group.
const ALL: &[&str] = &[
    "KC-A504", "KC-A507", "KC-A512", "KC-F702", "KC-F703", "KC-M401", "KC-M402", "KC-M403",
    "KC-M404", "KC-M405", "KC-M407", "KC-N751", "KC-N752", "KC-O601", "KC-O602", "KC-O605",
    "KC-O609", "KC-S801", "KC-S810", "KC-S811", "KC-S819", "KC-T301", "KC-T302", "KC-T303",
    "KC-T309", "KC-T310", "KC-T318", "KC-T321", "KC-V216", "KC-V227",
];

/// Further rules of one client.
fn own(family: Family) -> &'static [&'static str] {
    match family {
        Family::Librdkafka => &[
            "KC-A501", "KC-A506", "KC-A510", "KC-G901", "KC-G902", "KC-G903", "KC-N754", "KC-O603",
            "KC-O604", "KC-S812", "KC-T314", "KC-V203", "KC-V204", "KC-V223", "KC-V230", "KC-X103",
            "KC-X104", "KC-X105", "KC-X109",
        ],
        Family::KafkaPython => &[
            "KC-O604", "KC-O607", "KC-O610", "KC-T305", "KC-T306", "KC-T311", "KC-T312", "KC-V217",
            "KC-V219", "KC-V230", "KC-X103",
        ],
        Family::KafkaJs => &["KC-O610", "KC-V217"],
        Family::Sarama => &[
            "KC-A506", "KC-A510", "KC-O607", "KC-O610", "KC-V217", "KC-V219",
        ],
        Family::FranzGo => &["KC-A510", "KC-O607", "KC-V217"],
        _ => &[],
    }
}

/// Whether a rule has something to say about configurations of a family.
pub(in crate::lint) fn reaches(rule: &Rule, family: Family) -> bool {
    let area = rule.id.as_bytes().get(3).copied().unwrap_or_default();
    match family {
        // Flink's source is in no group: it assigns partitions and keeps offsets by itself.
        Family::Flink => b"PXVSNFWKJ".contains(&area) && rule.id != "KC-V227",
        Family::Durability => b"PSDKJ".contains(&area),
        _ if family.is_foreign() => {
            b"PLKJ".contains(&area) || ALL.contains(&rule.id) || own(family).contains(&rule.id)
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{all, rule};
    use super::*;

    #[test]
    fn every_listed_rule_exists() {
        let lists = Family::ALL.into_iter().map(own).chain([ALL]);
        for id in lists.flatten() {
            assert!(rule(id).is_some(), "{id}");
        }
    }

    #[test]
    fn the_java_consumer_hears_all() {
        assert!(all().iter().all(|rule| reaches(rule, Family::Java)));
    }
}
