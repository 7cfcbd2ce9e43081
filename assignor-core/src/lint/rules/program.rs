//! What a program does with its consumer, a row each.

use crate::config::{Entry, Family, Format, Span, Type, catalog};
use crate::lint::finding::{Finding, Severity};
use crate::lint::objects::{class_of, refusal};
use crate::lint::rules::Rule;
use crate::lint::rules::offsets::commits_by_itself;
use crate::lint::subject::{Subject, place, set_entry};

rule!(
    object_type, "KC-V226", "java-object-type-mismatch", Error, "ConfigDef.parseType (run: refused)", object_type_check,
    what: "A program gives a property an object of a type that Kafka doesn't take for it, such as a long for 32 bits.",
    why: "Kafka takes an Integer or a text for an INT and refuses a Long: \"Expected value to be a 32-bit integer\". A \
          Duration, or a number for a text, is refused in the same way. (For a LONG an Integer is fine.)",
    false_alarm: "The value is converted before the client gets it.",
    fix: "Drop the `L`, call `toMillis()`, or write the value as a text.",
);

fn object_type_check(subject: &Subject<'_>, rule: &Rule) -> Vec<Finding> {
    let config = subject.config;
    let one = |(name, entry): (&str, &Entry)| {
        let property = catalog::property(name)?;
        let class = class_of(config, entry)?;
        refusal(property.kind, class)?;
        let wanted = match property.kind {
            Type::Short => "a number of 16 bits",
            Type::Int => "a number of 32 bits",
            Type::Long | Type::Double => "a number",
            Type::Boolean => "true or false",
            Type::Class => "a class",
            Type::List => "a list",
            _ => "a text",
        };
        let given = match class.rsplit('.').next() {
            Some("Long") => "a `long`".to_owned(),
            Some("Integer") => "an `int`".to_owned(),
            Some(class) => format!("a {class}"),
            None => return None,
        };
        let finding = subject.at(
            rule,
            entry,
            format!("`{name}` is {wanted}, and this is {given}"),
            "The client refuses it by its type, whatever its value.",
        );
        let literal = entry.value.span.text(config.text());
        let only_wide = literal.ends_with(['L', 'l']) && property.kind == Type::Int;
        Some(if only_wide {
            let bare = entry.value.text.clone();
            finding.safe_fix("Drop the `L`", vec![set_entry(entry, &bare)])
        } else {
            finding
        })
    };
    subject.consumer_entries().filter_map(one).collect()
}

rule!(
    commits_twice, "KC-O604", "auto-commit-with-manual-commit", Warn, "ConsumerCoordinator.java", commits_twice_check,
    what: "The client commits by itself, and the program commits, too.",
    why: "Positions are committed behind the program's back, also of records that it is still working on. Its own \
          commits promise nothing then.",
    false_alarm: "The commit is only there to be sooner.",
    fix: "Set `enable.auto.commit` to false.",
);

/// Whether the client commits by itself and a program is there to look at.
fn automatic<'a>(subject: &Subject<'a>) -> Option<crate::config::Effective<'a>> {
    let (on, value) = commits_by_itself(subject)?;
    (on && subject.config.format().is_program()).then_some(value)
}

fn commits_twice_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    const COMMITS: [&str; 9] = [
        "commitSync",
        "commitAsync",
        "acknowledge",
        "commit",
        "commit_async",
        "CommitMessage",
        "CommitOffsets",
        "commitOffsets",
        "Commit",
    ];
    let value = automatic(subject)?;
    let by_hand = || {
        let text = subject.config.text();
        let at = text.find("AckMode.MANUAL")?;
        Some(Span::new(at, at + "AckMode.MANUAL".len()))
    };
    let call = subject
        .call(&COMMITS)
        .filter(|call| call.name.contains('.'))
        .map(|call| call.at)
        .or_else(by_hand)?;
    let finding = subject
        .about(
            rule,
            &[&value],
            "the client commits by itself beside the program",
        )
        .why("It commits what was polled, also what the program hasn't done.");
    Some(finding.related_to(call, "the program commits here".to_owned()))
}

rule!(
    hands_over, "KC-O606", "auto-commit-async-processing", Warn, "ConsumerCoordinator.java", hands_over_check,
    what: "Records are handed to other threads while the client commits by itself.",
    why: "The next `poll` commits the positions of records that are queued and not done. A crash loses them.",
    false_alarm: "The loop waits for the other threads before it polls.",
    fix: "Set `enable.auto.commit` to false and commit what is done, or pause the partitions meanwhile.",
);

fn hands_over_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    const HANDS: [&str; 6] = [
        "submit",
        "execute",
        "runAsync",
        "supplyAsync",
        "invokeAll",
        "parallelStream",
    ];
    let value = automatic(subject).filter(|_| subject.config.format() == Format::Code)?;
    let call = subject
        .call(&HANDS)
        .filter(|call| call.name.contains('.'))?;
    let finding = subject
        .about(
            rule,
            &[&value],
            "records that are only queued get committed",
        )
        .why("The next poll commits their positions, and a crash loses them.");
    Some(finding.related_to(call.at, "handed over here".to_owned()))
}

/// Keys that a share consumer refuses.
const NOT_SHARED: [&str; 11] = [
    "auto.offset.reset",
    "enable.auto.commit",
    "auto.commit.interval.ms",
    "group.instance.id",
    "isolation.level",
    "partition.assignment.strategy",
    "interceptor.classes",
    "session.timeout.ms",
    "heartbeat.interval.ms",
    "group.protocol",
    "group.remote.assignor",
];

rule!(
    share, "KC-G908", "share-group-unsupported-key", Error, "ShareConsumerConfig.java (SHARE_GROUP_UNSUPPORTED_CONFIGS); KIP-932", share_check,
    what: "A share consumer is given a setting that it refuses.",
    why: "Share groups have no assignors, no static members, and offsets that the broker keeps. `KafkaShareConsumer` \
          throws a ConfigException for settings of those.",
    false_alarm: "The text is for an ordinary consumer, too.",
    fix: "Delete it. What there is to set is `share.auto.offset.reset` and its like, on the group.",
);

/// Whether the text is for a share consumer.
pub(in crate::lint::rules) fn is_shared(subject: &Subject<'_>) -> bool {
    let called = subject.call(&["KafkaShareConsumer"]).is_some();
    called || subject.facts.kind.as_deref() == Some("share")
}

fn share_check(subject: &Subject<'_>, rule: &Rule) -> Vec<Finding> {
    let shares = is_shared(subject);
    let keys = NOT_SHARED
        .iter()
        .filter(|_| shares && subject.family() == Family::Java);
    let one = |name: &&str| {
        let entry = subject.config.winner(name)?;
        Some(
            subject
                .at(
                    rule,
                    entry,
                    format!("a share consumer refuses `{name}`"),
                    "It throws a ConfigException while it is built.",
                )
                .unsafe_fix("Delete it", vec![subject.delete(entry)]),
        )
    };
    keys.filter_map(one).collect()
}

rule!(
    no_common_kind, "KC-V225", "assignors-without-common-protocol", Error, "ConsumerCoordinator.java (common rebalance protocol)", no_common_kind_check,
    what: "An assignor of one's own that is cooperative only stands beside one that is eager only.",
    why: "All listed assignors must share a rebalance protocol, or the client throws IllegalArgumentException. Kafka's \
          own all support EAGER, so this needs one that doesn't.",
    false_alarm: "The assignor supports EAGER, too. Its name is all that the text shows of it.",
    fix: "List assignors that share a protocol.",
);

fn no_common_kind_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    const EAGER_ONLY: [&str; 3] = ["RangeAssignor", "RoundRobinAssignor", "StickyAssignor"];
    let value = subject
        .value("partition.assignment.strategy")
        .filter(crate::config::Effective::is_set)?;
    let Some(crate::config::Value::List(names)) = &value.value else {
        return None;
    };
    let kafkas = |name: &&String| name.starts_with("org.apache.kafka.");
    let eager = names.iter().filter(kafkas).any(|name| {
        EAGER_ONLY
            .iter()
            .any(|end| name.rsplit('.').next() == Some(end))
    });
    let own = names
        .iter()
        .find(|name| !kafkas(name) && name.to_lowercase().contains("coop"))?;
    let only = own.to_lowercase().ends_with("only");
    (eager && subject.speaks("classic")).then(|| {
        subject
            .about(rule, &[&value], format!("if `{own}` is cooperative only, it shares no protocol with the others"))
            .severity(if only { Severity::Error } else { Severity::Info })
            .confidence(crate::lint::finding::Confidence::Possible)
            .why("The client throws IllegalArgumentException when assignors share no rebalance protocol.")
    })
}

rule!(
    old_request, "KC-V228", "request-timeout-old-client", Error, "KafkaConsumer.java at the releases 0.9 to 1.1", old_request_check,
    what: "Before 2.0, `request.timeout.ms` isn't longer than the session and the fetch's wait.",
    why: "A JoinGroup and a fetch may take that long to be answered. Those releases throw a ConfigException.",
    false_alarm: "None.",
    fix: "Let it be longer than `session.timeout.ms`, `fetch.max.wait.ms` and `max.poll.interval.ms`.",
);

fn old_request_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let old = subject.version() < crate::config::KafkaVersion::new(2, 0, 0);
    let (request_ms, request) = subject.integer("request.timeout.ms").filter(|_| old)?;
    let one = |name: &str| {
        let (ms, value) = subject.integer(name)?;
        (request_ms <= ms).then(|| {
            let message = format!("`request.timeout.ms` is {request_ms}, and `{name}` is {ms}");
            subject
                .about(rule, &[&request, &value], message)
                .why("Clients before 2.0 refuse that: an answer may take as long.")
        })
    };
    ["session.timeout.ms", "fetch.max.wait.ms"]
        .into_iter()
        .find_map(one)
}

rule!(
    spelt_twice, "KC-P006", "conflicting-alias", Warn, "Spring Boot, KafkaProperties; StreamsConfig.java; librdkafka CONFIGURATION.md", spelt_twice_check,
    what: "One property is set under two names, to different values.",
    why: "Only one counts. Spring Boot puts the map `properties` last; Kafka Streams prefers `main.consumer.` to \
          `consumer.` and that to no prefix; with librdkafka the later call wins.",
    false_alarm: "The other name is for another client of the application.",
    fix: "Keep the one that counts.",
);

fn spelt_twice_check(subject: &Subject<'_>, rule: &Rule) -> Vec<Finding> {
    use crate::config::Binding;
    let config = subject.config;
    // Elsewhere names at several levels are defaults and exceptions by design.
    let layered = matches!(
        subject.family(),
        Family::SpringBoot | Family::Streams | Family::Librdkafka | Family::KafkaPython
    );
    if !layered {
        return Vec::new();
    }
    let one = |(name, entry): (&str, &Entry)| {
        let winner = config.winner(name)?;
        let general = |entry: &Entry| {
            subject.family() == Family::SpringBoot
                && matches!(config.binding(entry), Binding::Consumer { rank: 0 | 1, .. })
        };
        let differ = winner.key.text != entry.key.text && winner.value.text != entry.value.text;
        (differ && !general(entry)).then(|| {
            let shown = crate::config::secrets::shown(name, &winner.value.text);
            subject
                .at(
                    rule,
                    entry,
                    format!(
                        "`{name}` is set as `{}` and as `{}`, which counts: `{shown}`",
                        entry.key.text, winner.key.text
                    ),
                    "What is written here is never used.",
                )
                .related_to(place(winner), "this one counts".to_owned())
        })
    };
    subject.consumer_entries().filter_map(one).collect()
}

rule!(
    other_format, "KC-P007", "format-mismatch", Error, "java.util.Properties.load", other_format_check,
    what: "The text is read as `.properties`, and is written in another format.",
    why: "`Properties.load` refuses almost nothing. It makes keys and values out of quotes, dashes and calls that no \
          client knows.",
    false_alarm: "A key really begins like that.",
    fix: "Give the file its right ending, or say the format (`--input-format`).",
);

fn other_format_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    if subject.config.format() != Format::Properties {
        return None;
    }
    let entries = subject.config.entries();
    let one = |(index, entry): (usize, &Entry)| {
        let key = entry.key.text.as_str();
        let text = subject.config.text();
        let line = |entry: &Entry| subject.config.position(entry.span.start);
        let has_colon = |entry: &Entry| {
            let separator = entry.separator;
            separator.is_some_and(|span| span.text(text).contains(':'))
        };
        let nested = || {
            entries.get(index + 1).is_some_and(|below| {
                let deeper = line(below).column > line(entry).column;
                deeper
                    && below
                        .separator
                        .is_some_and(|span| span.text(text).starts_with(':'))
            })
        };
        let format = if key.starts_with(['"', '\'']) && has_colon(entry) {
            "JSON or a program's map"
        } else if key == "export" {
            "a shell's variables"
        } else if key == "-" || entry.value.text.is_empty() && has_colon(entry) && nested() {
            "YAML"
        } else if key.contains(".put(") || key.contains(".setProperty(") {
            "a program"
        } else {
            return None;
        };
        Some(
            subject
                .finding(
                    rule,
                    entry.key.span,
                    format!("this looks like {format}, and is read as `.properties`"),
                )
                .why("The keys that come out of it are none of Kafka's."),
        )
    };
    entries.iter().enumerate().find_map(one)
}
