//! Group, identity and first contact, a row each.

use crate::config::secrets::shown;
use crate::config::{Effective, Family, KafkaVersion, Value};
use crate::lint::finding::{Confidence, Finding, Severity};
use crate::lint::rules::Rule;
use crate::lint::subject::{Subject, set_entry};

const BOOTSTRAP: &str = "bootstrap.servers";
const GROUP: &str = "group.id";
const INSTANCE: &str = "group.instance.id";

fn is_missing(value: &Effective<'_>) -> bool {
    !value.is_set_non_blank()
}

rule!(
    no_servers, "KC-V212", "bootstrap-missing-or-empty", Error, "ClientUtils.java; KIP-1161 (run: refused)", no_servers_check,
    what: "`bootstrap.servers` is missing or empty.",
    why: "The client throws a ConfigException while it is built: there is no broker to ask.",
    false_alarm: "The program or a framework adds it.",
    fix: "Name two or three brokers as `host:port`.",
);

fn no_servers_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let value = subject.value(BOOTSTRAP)?;
    let absent = !value.is_set() && subject.is_all() && !subject.config.entries().is_empty();
    if subject.family() != Family::Java || !is_missing(&value) || !(value.is_set() || absent) {
        return None;
    }
    let mut finding = subject
        .about(rule, &[&value], "no broker is named in `bootstrap.servers`")
        .why("The client refuses to start: \"No resolvable bootstrap urls given in bootstrap.servers\", or that the \
              key is required.");
    if !value.is_set() {
        finding = finding.unless_added(subject);
    }
    Some(finding)
}

/// Whether the client takes an address: an optional scheme, a host, a port.
fn is_address(text: &str) -> bool {
    let bare = match text.split_once("://") {
        Some((scheme, rest)) => {
            if !scheme
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-%._".contains(&byte))
            {
                return false;
            }
            rest
        }
        None => text,
    };
    let Some((host, port)) = bare.rsplit_once(':') else {
        return false;
    };
    let host = host.strip_prefix('[').unwrap_or(host);
    let host = host.strip_suffix(']').unwrap_or(host);
    let port_fits = !port.is_empty()
        && port.bytes().all(|byte| byte.is_ascii_digit())
        && port.parse::<u32>().is_ok_and(|port| port <= 65_535);
    port_fits
        && host
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-%._:".contains(&byte))
}

rule!(
    bad_server, "KC-V213", "bootstrap-bad-entry", Error, "ClientUtils.parseAndValidateAddresses; Utils.getHost, getPort (run: refused)", bad_server_check,
    what: "An entry of `bootstrap.servers` is no `host:port`.",
    why: "The client throws a ConfigException while it is built. Entries are divided by commas; a missing port isn't \
          filled in.",
    false_alarm: "None.",
    fix: "Write `host:port`, divided by commas.",
);

fn bad_server_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let value = subject.value(BOOTSTRAP)?;
    let Some(Value::List(servers)) = &value.value else {
        return None;
    };
    let entry = value.entry()?;
    let bad = servers
        .iter()
        .find(|server| !server.is_empty() && !is_address(server))?;
    let message = format!(
        "`{}` in `{BOOTSTRAP}` is no host:port",
        shown(BOOTSTRAP, bad)
    );
    let finding = subject.about(rule, &[&value], message).why(
        "The client refuses to start: \"Invalid url in bootstrap.servers\", or an invalid port.",
    );
    let mended: Vec<String> = servers
        .iter()
        .flat_map(|server| server.split([';', ' ']))
        .map(str::trim)
        .filter(|server| !server.is_empty())
        .map(|server| match server.rsplit_once(':') {
            Some((_, port))
                if port.bytes().all(|byte| byte.is_ascii_digit()) && !port.is_empty() =>
            {
                server.to_owned()
            }
            _ => format!("{server}:9092"),
        })
        .collect();
    Some(if mended.iter().all(|server| is_address(server)) {
        let text = mended.join(",");
        finding.unsafe_fix(format!("Write `{text}`"), vec![set_entry(entry, &text)])
    } else {
        finding
    })
}

rule!(
    auto_commit_alone, "KC-V214", "auto-commit-without-group", Error, "ConsumerConfig.maybeOverrideEnableAutoCommit, from 2.2 (run: refused)", auto_commit_alone_check,
    what: "`enable.auto.commit=true` without a `group.id`.",
    why: "Offsets are committed for a group. From 2.2 on the client refuses to start; left unset, automatic commits \
          are simply off without a group.",
    false_alarm: "The program adds the group.",
    fix: "Set `group.id`, or `enable.auto.commit=false`.",
);

fn auto_commit_alone_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (on, value) = subject.flag("enable.auto.commit")?;
    let group = subject.value(GROUP)?;
    let fragment = subject.facts.complete == Some(false);
    if !on || !value.is_set() || group.is_set() || fragment || subject.family() != Family::Java {
        return None;
    }
    if subject.version() < KafkaVersion::new(2, 2, 0) {
        return None;
    }
    Some(
        subject
            .about(rule, &[&value, &group], "automatic commits are on, and there is no group to commit for")
            .why("The client refuses to start: enable.auto.commit cannot be set to true when the default group id \
                  (null) is used.")
            .unless_added(subject),
    )
}

rule!(
    empty_group, "KC-V215", "empty-group-id", Error, "ClassicKafkaConsumer.java, AsyncKafkaConsumer.java at each release (run)", empty_group_check,
    what: "`group.id` is empty.",
    why: "From 4.0 on, and from 3.7 on with the consumer protocol, the client refuses to start. Older ones warn, and \
          brokers refuse an empty group.",
    false_alarm: "Before 4.0, a program that only uses `assign`.",
    fix: "Name the group, or delete the line if the program only uses `assign`.",
);

fn empty_group_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let group = subject.value(GROUP)?;
    let entry = group.entry()?;
    if !is_missing(&group) {
        return None;
    }
    let version = subject.version();
    let refuses = version >= KafkaVersion::new(4, 0, 0)
        || (version >= KafkaVersion::new(3, 7, 0) && subject.speaks("consumer"));
    let why = if refuses {
        "The client refuses to start: an empty group id is invalid."
    } else {
        "This client warns, and the broker answers INVALID_GROUP_ID when it joins. From 4.0 on the client refuses to \
         start."
    };
    let finding = subject
        .about(rule, &[&group], "the group has no name")
        .why(why)
        .unsafe_fix("Delete the line", vec![subject.delete(entry)]);
    Some(if refuses {
        finding
    } else {
        finding.severity(Severity::Warn)
    })
}

rule!(
    no_group, "KC-V216", "missing-group-id", Warn, "KafkaConsumer.maybeThrowInvalidGroupIdException (run: built)", no_group_check,
    what: "There is no `group.id`.",
    why: "The client is built, but `subscribe` and every commit throw InvalidGroupIdException. Only `assign` works.",
    false_alarm: "The program only uses `assign`, or sets the group itself.",
    fix: "Set `group.id`.",
);

fn no_group_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let group = subject.value(GROUP)?;
    let message = match subject.family() {
        Family::Java if subject.is_all() => {
            "without `group.id`, `subscribe` throws InvalidGroupIdException"
        }
        Family::Librdkafka if subject.config.format().is_program() => {
            "without `group.id`, `subscribe` fails"
        }
        Family::KafkaJs => "without `groupId` there is no consumer",
        _ => return None,
    };
    // Who assigns partitions by hand needs no group.
    let by_hand = subject.call(&["assign"]).is_some() && subject.call(&["subscribe"]).is_none();
    if group.is_set() || by_hand || !subject.is_whole() || subject.config.entries().is_empty() {
        return None;
    }
    Some(
        subject
            .about(rule, &[&group], message)
            .confidence(Confidence::Likely)
            .unless_added(subject)
            .why("Members of a group are assigned partitions; without a group there is only `assign`."),
    )
}

rule!(
    negative_heartbeat, "KC-V218", "negative-heartbeat", Error, "Heartbeat.java; Timer.java (run: refused)", negative_heartbeat_check,
    what: "`heartbeat.interval.ms` is negative.",
    why: "The client throws an IllegalArgumentException while it is built.",
    false_alarm: "None.",
    fix: "Use 3000 (the default).",
);

fn negative_heartbeat_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (ms, value) = subject.integer("heartbeat.interval.ms")?;
    if ms >= 0 || !subject.speaks("classic") {
        return None;
    }
    Some(
        subject
            .about(
                rule,
                &[&value],
                format!("`heartbeat.interval.ms` is {ms}, below zero"),
            )
            .why("The client refuses to start once it has a group.")
            .suggests(subject, "heartbeat.interval.ms", "3000"),
    )
}

/// Longest `group.instance.id`, as for the name of a topic.
const LONGEST: usize = 249;

fn is_legal(char: char) -> bool {
    char.is_ascii_alphanumeric() || matches!(char, '.' | '_' | '-')
}

rule!(
    bad_instance, "KC-V219", "bad-group-instance-id", Error, "JoinGroupRequest.validateGroupInstanceId; Topic.java (run: refused)", bad_instance_check,
    what: "`group.instance.id` has characters or a length that Kafka refuses.",
    why: "It follows the rules for names of topics: ASCII letters, digits, `.`, `_` and `-`, at most 249, and neither \
          `.` nor `..`.",
    false_alarm: "None.",
    fix: "Replace other characters by `-`.",
);

fn bad_instance_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (id, value) = subject.text(INSTANCE)?;
    let entry = value.entry()?;
    let problem = match id.as_str() {
        "" => "is empty".to_owned(),
        "." | ".." => format!("is `{id}`"),
        _ if id.chars().count() > LONGEST => format!("is longer than {LONGEST} characters"),
        _ => {
            let bad = id.chars().find(|char| !is_legal(*char))?;
            format!("holds {}, which isn't allowed", named(bad))
        }
    };
    let finding = subject
        .about(rule, &[&value], format!("`{INSTANCE}` {problem}"))
        .why("The client refuses to start.");
    let mended: String = id
        .chars()
        .take(LONGEST)
        .map(|char| if is_legal(char) { char } else { '-' })
        .collect();
    Some(if matches!(mended.as_str(), "" | "." | "..") {
        finding
    } else {
        finding.unsafe_fix(format!("Write `{mended}`"), vec![set_entry(entry, &mended)])
    })
}

fn named(char: char) -> String {
    match char {
        ' ' => "a blank".to_owned(),
        _ if char.is_control() => format!("U+{:04X}", u32::from(char)),
        _ => format!("`{char}`"),
    }
}

rule!(
    remote_assignor_classic, "KC-V229", "remote-assignor-with-classic", Error, "ConsumerConfig.java, from 3.7 (run: refused)", remote_assignor_classic_check,
    what: "`group.remote.assignor` is set, and the group speaks the classic protocol.",
    why: "It chooses the broker's assignor, which only the consumer protocol has. The client throws a ConfigException.",
    false_alarm: "None.",
    fix: "Set `group.protocol=consumer`, or choose with `partition.assignment.strategy`.",
);

fn remote_assignor_classic_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let assignor = subject.value("group.remote.assignor")?;
    let protocol = subject.value("group.protocol")?;
    let known = protocol.property.known_to(subject.version());
    if is_missing(&assignor)
        || !subject.speaks("classic")
        || !known
        || subject.family() != Family::Java
    {
        return None;
    }
    Some(
        subject
            .about(rule, &[&assignor, &protocol], "`group.remote.assignor` needs `group.protocol=consumer`")
            .why("The client refuses to start: group.remote.assignor cannot be set when group.protocol=CLASSIC.")
            .suggests(subject, "group.protocol", "consumer"),
    )
}

rule!(
    instance_alone, "KC-V230", "instance-id-without-group", Warn, "KafkaConsumer.java (run: accepted)", instance_alone_check,
    what: "`group.instance.id` is set, and there is no `group.id`.",
    why: "Without a group there is no membership, so the id does nothing.",
    false_alarm: "The program sets the group.",
    fix: "Set `group.id`.",
);

fn instance_alone_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let id = subject.value(INSTANCE)?;
    let group = subject.value(GROUP)?;
    let only_this = subject.config.entries().len() == 1 && subject.facts.complete.is_none();
    if is_missing(&id)
        || group.is_set()
        || !(subject.is_all() || only_this)
        // Others get the group beside their settings.
        || !matches!(
            subject.family(),
            Family::Java | Family::Librdkafka | Family::KafkaPython
        )
    {
        return None;
    }
    Some(
        subject
            .about(
                rule,
                &[&id, &group],
                "the instance id does nothing without a `group.id`",
            )
            .confidence(Confidence::Likely)
            .why("It names a member, and there is no group to be a member of."),
    )
}

#[cfg(test)]
mod tests {
    use super::is_address;

    #[test]
    fn addresses_as_the_client_takes_them() {
        for text in [
            "b:9092",
            "PLAINTEXT://b:9092",
            "[::1]:9092",
            "10.0.0.1:1",
            "a_b-c.d:65535",
            "::1:9092",
        ] {
            assert!(is_address(text), "{text}");
        }
        for text in [
            "b",
            "b:",
            "b:x",
            "b:70000",
            "b 1:9092",
            "b1:9092;b2:9092",
            "b1:9092 b2:9092",
            "a/b:9092",
        ] {
            assert!(!is_address(text), "{text}");
        }
    }
}
