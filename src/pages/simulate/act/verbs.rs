//! Everything that can happen to a group, as one table: what it is called, its key, whom it concerns, and
//! with which values it begins. Menus, forms, marks and the help read it.

use super::super::fields::{Field, Kind};
use assignor_core::sim::scenario::VERBS;

/// Whom an action concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::pages::simulate) enum On {
    /// A member with a process.
    Running,
    /// A member without one.
    Absent,
    /// A member, in either case.
    Member,
    /// The group as a whole.
    Group,
    /// A topic.
    Topic,
}

impl On {
    /// What it is, in a word.
    pub(in crate::pages::simulate) fn name(self) -> &'static str {
        match self {
            Self::Running | Self::Absent | Self::Member => "member",
            Self::Group => "group",
            Self::Topic => "topic",
        }
    }
}

/// Something that can happen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::pages::simulate) struct Verb {
    /// Its name in a scenario.
    pub verb: &'static str,
    /// Its name in a menu.
    pub name: &'static str,
    /// How Kafka calls it, or what does it.
    pub kafka: &'static str,
    /// Its key in the menu.
    pub key: &'static str,
    /// Whom it concerns.
    pub on: On,
    /// Values that it begins with.
    pub begins: &'static [(&'static str, u64)],
    /// The field that says how long it lasts, and its unit in ms.
    pub lasts: Option<(&'static str, u64)>,
}

const fn verb(
    verb: &'static str,
    name: &'static str,
    kafka: &'static str,
    key: &'static str,
    on: On,
    begins: &'static [(&'static str, u64)],
    lasts: Option<(&'static str, u64)>,
) -> Verb {
    Verb {
        verb,
        name,
        kafka,
        key,
        on,
        begins,
        lasts,
    }
}

const MS: Option<(&str, u64)> = Some(("ms", 1));

/// Every action of a scenario.
#[rustfmt::skip]
pub(in crate::pages::simulate) const ALL: [Verb; 20] = [
    verb("start", "Start again", "new process", "R", On::Absent, &[], None),
    verb("close", "Leave", "close()", "L", On::Running, &[], None),
    verb("kill", "Crash", "kill −9", "K", On::Running, &[], None),
    verb("freeze", "Freeze", "SIGSTOP", "F", On::Running, &[("ms", 8_000)], MS),
    verb("thaw", "Thaw", "SIGCONT", "T", On::Running, &[], None),
    verb("restart", "Restart", "close, start", "R", On::Running, &[("after_ms", 2_000)], Some(("after_ms", 1))),
    verb("slow", "Next batch takes", "poll loop", "B", On::Running, &[("ms", 5_000)], MS),
    verb("slow_callback", "Next callback takes", "listener", "C", On::Running, &[("ms", 3_000)], MS),
    verb("subscribe", "Subscribe to", "subscribe()", "S", On::Running, &[], None),
    verb("remove", "Remove from the group", "Admin", "X", On::Running, &[], None),
    verb("configure", "Change config", "next start", "E", On::Member, &[], None),
    verb("cut", "Cut its network", "cut off", "N", On::Member, &[("ms", 8_000)], MS),
    verb("mend", "Mend its network", "again", "M", On::Member, &[], None),
    verb("rolling_restart", "Restart all, one by one", "deploy", "R", On::Group, &[("after_ms", 2_000), ("pause_ms", 4_000)], None),
    verb("scale", "Scale to", "replicas", "S", On::Group, &[("pause_ms", 0)], None),
    verb("move_coordinator", "Move the coordinator", "failover", "M", On::Group, &[("load_ms", 500)], Some(("load_ms", 1))),
    verb("create", "Create a topic", "Admin", "C", On::Group, &[("partitions", 3)], None),
    verb("grow", "Add partitions", "Admin", "G", On::Topic, &[], None),
    verb("delete", "Delete the topic", "Admin", "D", On::Topic, &[], None),
    verb("produce", "Produce records", "producer", "P", On::Topic, &[("per_second", 10), ("seconds", 10)], Some(("seconds", 1_000))),
];

/// An action by its name in a scenario.
pub(in crate::pages::simulate) fn named(verb: &str) -> Option<&'static Verb> {
    ALL.iter().find(|known| known.verb == verb)
}

/// A field of an action. The same name means the same in all of them, but for `members` of `scale`.
fn field(verb: &str, at: &'static str) -> Field {
    const MS: Kind = Kind::Whole("ms");
    let (name, kind, default) = match (verb, at) {
        ("scale", "members") => ("members", Kind::Whole(""), ""),
        ("subscribe", "topics") => ("topics", Kind::Subscription(true), "none: unsubscribe()"),
        ("start", "topics") => ("topics", Kind::Subscription(false), "as the member"),
        ("configure", "config") => ("config", Kind::Config, "key=value"),
        (_, "config") => ("config on top", Kind::Config, "key=value"),
        (_, "member") => ("member", Kind::Member, ""),
        (_, "members") => ("members", Kind::Names, "all"),
        (_, "topic") if verb == "create" => ("topic", Kind::Text, ""),
        (_, "topic") => ("topic", Kind::Topic, ""),
        (_, "by") => ("by", Kind::Choice(&["close", "kill"]), "close"),
        (_, "operation") => ("operation", Kind::Choice(&["leave", "remain"]), "default"),
        (_, "callback") => (
            "callback",
            Kind::Choice(&["revoked", "assigned", "lost"]),
            "any",
        ),
        (_, "crash") => ("the old one dies", Kind::Flag, ""),
        ("slow", "ms") => ("for", MS, "ever"),
        ("freeze", "ms") => ("for", MS, "until thawed"),
        ("cut", "ms") => ("for", MS, "until mended"),
        (_, "ms") => ("for", MS, ""),
        (_, "after_ms") => ("away for", MS, "0"),
        (_, "pause_ms") => ("pause between", MS, "0"),
        (_, "load_ms") => ("loads for", MS, "0"),
        (_, "partition") => ("partition", Kind::Whole(""), "each"),
        (_, "per_second") => ("per second", Kind::Whole("each"), ""),
        (_, "seconds") => ("for", Kind::Whole("s"), ""),
        _ => (at, Kind::Whole(""), ""),
    };
    Field::named(at, name, kind, default)
}

/// What an action can be told, besides its time.
pub(in crate::pages::simulate) fn fields(verb: &str) -> Vec<Field> {
    let known = VERBS.iter().find(|(known, _)| *known == verb);
    let own = known.map_or(&[][..], |(_, own)| own).iter();
    own.map(|at| field(verb, at)).collect()
}

#[cfg(test)]
mod tests {
    use super::{ALL, On, VERBS, fields};
    use crate::pages::simulate::fields::Kind;

    #[test]
    fn every_action_of_a_scenario_has_a_place_in_a_menu_and_a_key_of_its_own_there() {
        for (verb, _) in VERBS {
            assert_eq!(
                ALL.iter().filter(|known| known.verb == verb).count(),
                1,
                "{verb}"
            );
        }
        let together = |a: On, b: On| {
            a == b
                || matches!(
                    (a, b),
                    (On::Member, On::Running | On::Absent) | (On::Running | On::Absent, On::Member)
                )
        };
        for (ix, a) in ALL.iter().enumerate() {
            for b in &ALL[ix + 1..] {
                assert!(
                    a.key != b.key || !together(a.on, b.on),
                    "{} {}",
                    a.verb,
                    b.verb
                );
            }
        }
    }

    #[test]
    fn durations_and_first_values_are_fields() {
        for verb in ALL {
            let fields = fields(verb.verb);
            for (at, _) in verb.begins.iter().copied().chain(verb.lasts) {
                let field = fields.iter().find(|field| field.at == at);
                assert!(
                    matches!(field.map(|f| f.kind), Some(Kind::Whole(_))),
                    "{} {at}",
                    verb.verb
                );
            }
        }
    }
}
