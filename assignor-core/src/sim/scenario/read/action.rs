//! Reads the list of actions.

use super::{
    Fields, MAX_ACTIONS, MAX_MEMBERS, MAX_PARTITIONS, MAX_PER_SECOND, MAX_UNTIL_MS, Node, Result,
    subscription, topic_name,
};
use crate::sim::scenario::{Action, ActionKind, CloseOperation, Ending, Listener, Member, Topic};
use serde_json::Value;
use std::collections::BTreeSet;

/// Every action and the fields that it can have besides `at_ms` and `do`.
pub const VERBS: [(&str, &[&str]); 20] = [
    ("start", &["member", "topics", "config"]),
    ("restart", &["member", "by", "after_ms", "config"]),
    ("configure", &["member", "config"]),
    ("close", &["member", "operation"]),
    ("kill", &["member"]),
    ("slow", &["member", "ms"]),
    ("slow_callback", &["member", "callback", "ms"]),
    ("freeze", &["member", "ms"]),
    ("thaw", &["member"]),
    ("cut", &["member", "ms"]),
    ("mend", &["member"]),
    ("subscribe", &["member", "topics"]),
    ("remove", &["members"]),
    ("move_coordinator", &["load_ms", "crash"]),
    (
        "rolling_restart",
        &["members", "by", "after_ms", "pause_ms", "config"],
    ),
    ("scale", &["members", "pause_ms"]),
    ("create", &["topic", "partitions"]),
    ("grow", &["topic", "partitions"]),
    ("delete", &["topic"]),
    ("produce", &["topic", "partition", "per_second", "seconds"]),
];

/// The actions with their places in the list, ordered by time; those of equal time as in the list.
pub(super) fn read_all(node: &Node, members: &[Member]) -> Result<Vec<(usize, Action)>> {
    let names: BTreeSet<&str> = members.iter().map(|member| member.name.as_str()).collect();
    let mut actions = node
        .list(MAX_ACTIONS)?
        .iter()
        .enumerate()
        .map(|(place, node)| Ok((place, read(node, &names)?)))
        .collect::<Result<Vec<_>>>()?;
    actions.sort_by_key(|(_, action)| action.at_ms);
    Ok(actions)
}

fn read(node: &Node, names: &BTreeSet<&str>) -> Result<Action> {
    let Value::Object(map) = node.value else {
        return node.expected("an action");
    };
    let any = Fields {
        map,
        path: node.path.clone(),
    };
    let expected = || {
        let verbs = VERBS.map(|(verb, _)| verb);
        format!("one of {}", verbs.join(", "))
    };
    let verb_node = any.require("do", &expected())?;
    let verb = verb_node.text()?;
    let Some((_, own)) = VERBS.iter().find(|(known, _)| *known == verb) else {
        return verb_node.expected(&expected());
    };
    let mut known = vec!["at_ms", "do"];
    known.extend(*own);
    let fields = ActionFields {
        fields: node.fields(&known)?,
        names,
    };
    let at_ms = fields
        .fields
        .require("at_ms", "the time in ms")?
        .whole(0, MAX_UNTIL_MS)?;
    let kind = fields.kind(verb)?;
    Ok(Action { at_ms, kind })
}

struct ActionFields<'a> {
    fields: Fields<'a>,
    names: &'a BTreeSet<&'a str>,
}

impl ActionFields<'_> {
    /// What happens; `verb` is one of [`VERBS`].
    fn kind(&self, verb: &str) -> Result<ActionKind> {
        Ok(match verb {
            "start" => ActionKind::Start {
                member: self.member()?,
                topics: match self.fields.get("topics") {
                    None => None,
                    Some(node) => Some(subscription(&node)?),
                },
                config: self.fields.properties("config")?,
            },
            "restart" => ActionKind::Restart {
                member: self.member()?,
                ending: self.ending()?,
                after_ms: self.ms_or("after_ms", 0)?,
                config: self.fields.properties("config")?,
            },
            "configure" => ActionKind::Configure {
                member: self.member()?,
                config: self
                    .fields
                    .require("config", "an object of Kafka properties")?
                    .properties()?,
            },
            "close" => ActionKind::Close {
                member: self.member()?,
                operation: self.operation()?,
            },
            "slow" => ActionKind::Slow {
                member: self.member()?,
                ms: self.ms()?,
            },
            "slow_callback" => ActionKind::SlowCallback {
                member: self.member()?,
                callback: self.callback()?,
                ms: self.required_ms()?,
            },
            "freeze" => ActionKind::Freeze {
                member: self.member()?,
                ms: self.ms()?,
            },
            "thaw" => ActionKind::Thaw {
                member: self.member()?,
            },
            "cut" => ActionKind::Cut {
                member: self.member()?,
                ms: self.ms()?,
            },
            "mend" => ActionKind::Mend {
                member: self.member()?,
            },
            "subscribe" => ActionKind::Subscribe {
                member: self.member()?,
                topics: subscription(&self.fields.require("topics", "a list of topics")?)?,
            },
            "kill" => ActionKind::Kill {
                member: self.member()?,
            },
            _ => return self.kind_of_group(verb),
        })
    }

    /// What happens to the group as a whole or to its topics.
    fn kind_of_group(&self, verb: &str) -> Result<ActionKind> {
        Ok(match verb {
            "remove" => ActionKind::Remove {
                members: self.members()?,
            },
            "move_coordinator" => ActionKind::MoveCoordinator {
                load_ms: self.ms_or("load_ms", 0)?,
                crash: self.flag("crash")?,
            },
            "rolling_restart" => ActionKind::RollingRestart {
                members: self.members()?,
                ending: self.ending()?,
                after_ms: self.ms_or("after_ms", 0)?,
                pause_ms: self.ms_or("pause_ms", 0)?,
                config: self.fields.properties("config")?,
            },
            "scale" => ActionKind::Scale {
                members: self.count()?,
                pause_ms: self.ms_or("pause_ms", 0)?,
            },
            "create" => ActionKind::Create(self.sized_topic()?),
            "grow" => ActionKind::Grow(self.sized_topic()?),
            "delete" => ActionKind::Delete {
                topic: self.topic()?,
            },
            _ => ActionKind::Produce {
                topic: self.topic()?,
                partition: match self.fields.get("partition") {
                    None => None,
                    Some(node) => u32::try_from(node.whole(0, MAX_PARTITIONS)?).ok(),
                },
                per_second: self
                    .fields
                    .require("per_second", "records per second and partition")?
                    .whole(1, MAX_PER_SECOND)?,
                seconds: self
                    .fields
                    .require("seconds", "for how many seconds")?
                    .whole(1, MAX_UNTIL_MS / 1000)?,
            },
        })
    }

    fn member(&self) -> Result<String> {
        self.known(&self.fields.require("member", "the member's name")?)
    }

    fn known(&self, node: &Node) -> Result<String> {
        let name = node.text()?;
        if self.names.contains(name) {
            Ok(name.to_owned())
        } else {
            node.expected("the name of one of the members")
        }
    }

    /// Names, none of them twice; empty where the field is absent.
    fn members(&self) -> Result<Vec<String>> {
        let Some(list) = self.fields.get("members") else {
            return Ok(Vec::new());
        };
        let mut seen = BTreeSet::new();
        let nodes = list.list(MAX_MEMBERS)?;
        if nodes.is_empty() {
            return list.expected("at least one name; leave the field out for everybody");
        }
        nodes
            .iter()
            .map(|node| {
                let name = self.known(node)?;
                if seen.insert(name.clone()) {
                    Ok(name)
                } else {
                    node.expected("a name that isn't in the list yet")
                }
            })
            .collect()
    }

    /// How many members shall run, of those that there are.
    fn count(&self) -> Result<usize> {
        let node = self
            .fields
            .require("members", "how many members shall run")?;
        let count = node.whole(0, self.names.len() as u64)?;
        Ok(usize::try_from(count).unwrap_or(usize::MAX))
    }

    fn ms(&self) -> Result<Option<u64>> {
        let node = self.fields.get("ms");
        node.map(|node| node.whole(1, MAX_UNTIL_MS)).transpose()
    }

    fn required_ms(&self) -> Result<u64> {
        self.fields
            .require("ms", "for how many ms")?
            .whole(1, MAX_UNTIL_MS)
    }

    fn ms_or(&self, name: &str, default: u64) -> Result<u64> {
        self.fields.whole_or(name, MAX_UNTIL_MS, default)
    }

    fn flag(&self, name: &str) -> Result<bool> {
        match self.fields.get(name) {
            None => Ok(false),
            Some(node) => match node.value {
                Value::Bool(flag) => Ok(*flag),
                _ => node.expected("true or false"),
            },
        }
    }

    fn ending(&self) -> Result<Ending> {
        match self.fields.get("by") {
            None => Ok(Ending::Close),
            Some(node) => match node.text()? {
                "close" => Ok(Ending::Close),
                "kill" => Ok(Ending::Kill),
                _ => node.expected("\"close\" or \"kill\""),
            },
        }
    }

    fn operation(&self) -> Result<CloseOperation> {
        match self.fields.get("operation") {
            None => Ok(CloseOperation::Default),
            Some(node) => match node.text()? {
                "leave" => Ok(CloseOperation::Leave),
                "remain" => Ok(CloseOperation::Remain),
                _ => node.expected("\"leave\" or \"remain\""),
            },
        }
    }

    fn callback(&self) -> Result<Option<Listener>> {
        let Some(node) = self.fields.get("callback") else {
            return Ok(None);
        };
        let text = node.text()?;
        let all = [Listener::Revoked, Listener::Assigned, Listener::Lost];
        match all.into_iter().find(|listener| listener.as_str() == text) {
            Some(listener) => Ok(Some(listener)),
            None => node.expected("\"revoked\", \"assigned\" or \"lost\""),
        }
    }

    fn topic(&self) -> Result<String> {
        topic_name(&self.fields.require("topic", "the topic's name")?)
    }

    /// The topic of `create` and `grow`: its name and how many partitions it has then.
    fn sized_topic(&self) -> Result<Topic> {
        let partitions = self
            .fields
            .require("partitions", "how many partitions it has then")?
            .whole(1, MAX_PARTITIONS)?;
        let partitions = u32::try_from(partitions).unwrap_or(0);
        Ok(Topic::new(self.topic()?, partitions))
    }
}
