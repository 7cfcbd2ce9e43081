//! Static members that gain nothing, or cost something, a row each.

use super::KEY;
use crate::lint::finding::Finding;
use crate::lint::rules::Rule;
use crate::lint::subject::{Subject, place};

/// Texts that give another value at every start.
const RANDOM: [&str; 12] = [
    "${random.",
    "randomuuid",
    "uuid4",
    "uuid.new",
    "newguid",
    "$random",
    "crypto.random",
    "currenttimemillis",
    "nanotime",
    "$$",
    "${pid}",
    "date.now",
];

rule!(
    random_id, "KC-M403", "static-random-instance-id", Warn, "KIP-345; AbstractCoordinator.maybeLeaveGroup", random_id_check,
    what: "`group.instance.id` is made anew at every start.",
    why: "The coordinator never recognises the member. What is more, a static member doesn't leave on close, so its old \
          self keeps its partitions until the session ends, and nobody reads them.",
    false_alarm: "None known.",
    fix: "Use a name that is stable, such as that of the pod, or delete the key: a dynamic member leaves on close.",
);

fn random_id_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let id = subject.value(KEY)?;
    let entry = id.entry()?;
    let text = entry.value.text.to_ascii_lowercase();
    if !RANDOM.iter().any(|sign| text.contains(sign)) {
        return None;
    }
    Some(
        subject
            .finding(rule, place(entry), "the instance id differs at every start, so it is never recognised".to_owned())
            .rests_on(&[&id])
            .why("The member of the last start keeps its partitions until its session ends, and nobody reads them.")
            .unsafe_fix(format!("Delete `{KEY}`"), vec![subject.delete(entry)]),
    )
}

rule!(
    slow_failover, "KC-M405", "static-long-session-slow-failover", Info, "KIP-345; Admin.removeMembersFromConsumerGroup", slow_failover_check,
    what: "A static member has a session of more than ten minutes.",
    why: "If it is gone for good, nobody reads its partitions for that long: a static member doesn't leave on close.",
    false_alarm: "Restarts take that long.",
    fix: "Use 300000, and remove members with the admin client when you scale in; `kafka-consumer-groups` has no such \
          option.",
);

fn slow_failover_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let id = subject.value(KEY)?;
    let (session_ms, session) = subject.integer("session.timeout.ms")?;
    // A fragment with a session that long speaks of static members: nobody else has use for it.
    let fragment = !subject.is_whole() && id.entry().is_none();
    if session_ms <= 600_000 || !subject.speaks("classic") || !(id.is_set_non_blank() || fragment) {
        return None;
    }
    let message = format!(
        "if a static member is gone for good, nobody reads its partitions for {session_ms} ms"
    );
    Some(
        subject
            .about(rule, &[&session, &id], message)
            .why("A static member doesn't leave when it closes, so only its session tells that it is gone.")
            .suggests(subject, "session.timeout.ms", "300000"),
    )
}

rule!(
    broker_session, "KC-M406", "static-consumer-protocol-session-is-broker-side", Info, "GroupCoordinatorConfig.java (group.consumer.session.timeout.ms); KIP-848", broker_session_check,
    what: "A static member speaks the consumer protocol.",
    why: "The time within which a restart goes unnoticed is the brokers' `group.consumer.session.timeout.ms`: 45 \
          seconds, at most 60 unless the maximum is changed. The client has no say.",
    false_alarm: "Restarts fit into that time.",
    fix: "Raise it for the group: `kafka-configs --entity-type groups --entity-name GROUP --alter --add-config \
          consumer.session.timeout.ms=…`, and the brokers' maximum with it.",
);

fn broker_session_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let id = subject.value(KEY)?;
    let protocol = subject.value("group.protocol")?;
    if !id.is_set_non_blank() || !subject.speaks("consumer") {
        return None;
    }
    Some(
        subject
            .about(rule, &[&id, &protocol], "how long a restart may take is set on the brokers: 45 s by default")
            .why("With the consumer protocol the session belongs to the group's configuration, not to the client's."),
    )
}

rule!(
    one_client_id, "KC-M408", "static-client-id-same", Info, "AppInfoParser; ConsumerConfig.maybeOverrideClientId", one_client_id_check,
    what: "Several consumers share a literal `client.id`.",
    why: "Metrics and quotas of consumers with one id are merged. In one JVM the second can't register its metrics \
          (InstanceAlreadyExistsException, logged as a warning).",
    false_alarm: "Merged quotas are wanted.",
    fix: "Leave it unset, or add something that differs per instance.",
);

fn one_client_id_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (text, id) = subject.text("client.id")?;
    let replicas = subject.facts.replicas.unwrap_or(1);
    let concurrency = subject.facts.concurrency.unwrap_or(1);
    if text.is_empty() || replicas.max(concurrency) < 2 {
        return None;
    }
    Some(
        subject
            .about(rule, &[&id], "several consumers share this `client.id`")
            .why("Their metrics and quotas are merged."),
    )
}
