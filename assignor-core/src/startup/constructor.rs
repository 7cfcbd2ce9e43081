//! `ConsumerConfig.postProcessParsedConfig` and the constructors of the two consumers, step by step.
//!
//! Source of truth: `KafkaConsumer` (to 3.6), `LegacyKafkaConsumer`/`ClassicKafkaConsumer` and
//! `AsyncKafkaConsumer` (from 3.7), each as of the last patch of its minor release. The first step
//! that throws ends it; `close()` in the handler can replace what was thrown.

use super::classes::{Class, Environment, Role, not_found};
use super::definition::Values;
use super::exception::{
    CLASS_NOT_FOUND, CONFIG, ILLEGAL_ARGUMENT, INVALID_CONFIGURATION, INVALID_GROUP_ID, KAFKA,
    Refusal,
};
use super::{address, security};
use crate::version::KafkaVersion;

const fn release(major: u16, minor: u16) -> KafkaVersion {
    KafkaVersion::new(major, minor, 0)
}

/// What `new KafkaConsumer` does with parsed values.
pub(super) struct Constructor<'a> {
    pub(super) values: &'a Values,
    pub(super) version: KafkaVersion,
    pub(super) environment: Environment,
}

type Step = Result<(), Refusal>;

impl Constructor<'_> {
    fn is_at_least(&self, major: u16, minor: u16) -> bool {
        self.version >= release(major, minor)
    }

    /// Whether `group.protocol` asks for the consumer protocol.
    fn is_consumer_protocol(&self) -> bool {
        let protocol = self.values.text("group.protocol").unwrap_or_default();
        protocol.to_uppercase() == "CONSUMER"
    }

    /// The checks that belong to the configuration; what they throw isn't wrapped.
    pub(super) fn post_process(&self) -> Step {
        if self.is_at_least(3, 3) {
            security::check_mechanism(self.values)?;
        }
        if self.values.text("client.id").is_none_or(str::is_empty) {
            // The id that stands in for it has the instance id in it.
            self.check_instance_id()?;
        }
        if self.is_at_least(3, 7) {
            self.check_auto_commit()?;
        }
        if self.is_at_least(4, 0) {
            self.check_unsupported()
        } else if self.is_at_least(3, 9) {
            self.check_remote_assignor()
        } else {
            Ok(())
        }
    }

    fn check_instance_id(&self) -> Step {
        let Some(id) = self.values.text("group.instance.id") else {
            return Ok(());
        };
        match instance_id_problem(id, self.version) {
            Some(problem) => Err(Refusal::new(
                INVALID_CONFIGURATION,
                format!("Group instance id {problem}"),
                &["group.instance.id"],
            )),
            None => Ok(()),
        }
    }

    fn check_auto_commit(&self) -> Step {
        const KEY: &str = "enable.auto.commit";
        let without_group = self.values.text("group.id").is_none();
        if without_group && self.values.given(KEY).is_some() && self.values.is_true(KEY) {
            return Err(Refusal::new(
                INVALID_CONFIGURATION,
                format!("{KEY} cannot be set to true when default group id (null) is used."),
                &["group.id", KEY],
            ));
        }
        Ok(())
    }

    fn check_remote_assignor(&self) -> Step {
        const KEY: &str = "group.remote.assignor";
        let set = self.values.text(KEY).is_some_and(|text| !text.is_empty());
        if set && !self.is_consumer_protocol() {
            return Err(Refusal::new(
                CONFIG,
                format!("{KEY} cannot be set when group.protocol=CLASSIC"),
                &[KEY, "group.protocol"],
            ));
        }
        Ok(())
    }

    /// The properties that don't go with the protocol, by what was given rather than parsed.
    fn check_unsupported(&self) -> Step {
        let share = ["share.acknowledgement.mode", "share.acquire.mode"];
        let (protocol, own): (_, &[&'static str]) = if self.is_consumer_protocol() {
            let own = &[
                "partition.assignment.strategy",
                "heartbeat.interval.ms",
                "session.timeout.ms",
            ];
            ("CONSUMER", own)
        } else {
            ("CLASSIC", &["group.remote.assignor"])
        };
        let mut keys: Vec<&'static str> = own
            .iter()
            .chain(&share)
            .copied()
            .filter(|key| self.values.given(key).is_some_and(|text| !is_blank(text)))
            .collect();
        if keys.is_empty() {
            return Ok(());
        }
        let message = format!(
            "{} cannot be set when group.protocol={protocol}",
            keys.join(", ")
        );
        keys.push("group.protocol");
        Err(Refusal::new(CONFIG, message, &keys))
    }

    /// Makes the consumer.
    pub(super) fn construct(&self) -> Step {
        let made = if self.is_consumer_protocol() {
            self.construct_async()
        } else {
            self.construct_classic()
        };
        made.map_err(|refusal| self.in_constructor(refusal))
    }

    fn in_constructor(&self, refusal: Refusal) -> Refusal {
        let reporters = refusal.keys.first() == Some(&"metric.reporters");
        if reporters && self.is_at_least(3, 7) && !self.is_at_least(4, 0) {
            // `close()` runs into a field that isn't set yet, and that error is what is left.
            let class = "java.lang.NullPointerException";
            let message = "Cannot invoke \"java.util.Optional.ifPresent(java.util.function.Consumer)\" \
                           because \"this.clientTelemetryReporter\" is null";
            let replaced = Refusal::new(class, message, &refusal.keys);
            return replaced.within(KAFKA, "Failed to construct Kafka consumer");
        }
        refusal.within(KAFKA, "Failed to construct kafka consumer")
    }

    /// What both constructors do first.
    fn construct_front(&self) -> Step {
        self.configured_instances("metric.reporters", Role::MetricsReporter)?;
        self.configured_instances("interceptor.classes", Role::Interceptor)?;
        self.deserializer("key.deserializer")?;
        self.deserializer("value.deserializer")?;
        let lookup = self.values.text("client.dns.lookup");
        address::check(
            self.values.list("bootstrap.servers"),
            lookup == Some("resolve_canonical_bootstrap_servers_only"),
            self.version,
            self.environment,
        )
    }

    fn construct_classic(&self) -> Step {
        self.check_instance_id()?;
        if self.is_at_least(4, 0) {
            self.check_group_id()?;
        }
        if !self.is_at_least(3, 7) {
            self.check_auto_commit()?;
        }
        self.construct_front()?;
        self.network_client()?;
        self.assignors()?;
        match self.values.text("group.id") {
            Some(_) => self.heartbeat(),
            None => Ok(()),
        }
    }

    fn construct_async(&self) -> Step {
        self.check_instance_id()?;
        self.construct_front()?;
        if self.is_at_least(3, 8) {
            self.check_group_id()?;
        } else {
            self.assignors()?;
            self.check_group_id()?;
        }
        if self.is_at_least(4, 2) {
            // Before, the thread of the network client failed by itself, and the consumer was
            // there without it.
            if self.values.integer("default.api.timeout.ms") == 0 {
                return Err(Refusal::new(
                    "org.apache.kafka.common.errors.TimeoutException",
                    "Consumer network thread resource initialization timed out after 0 ms",
                    &["default.api.timeout.ms"],
                ));
            }
            self.network_client()?;
        }
        Ok(())
    }

    fn check_group_id(&self) -> Step {
        if self.values.text("group.id") == Some("") {
            return Err(Refusal::new(
                INVALID_GROUP_ID,
                "The configured group.id should not be an empty string or whitespace.",
                &["group.id"],
            ));
        }
        Ok(())
    }

    /// `AbstractConfig.getConfiguredInstances`.
    fn configured_instances(&self, key: &'static str, role: Role) -> Step {
        for name in self.values.list(key) {
            let class = self
                .environment
                .load(name, self.version)
                .map_err(|cause| not_found(name, cause, key))?;
            class.as_subclass(role, key)?;
            class.instantiate(key)?;
        }
        Ok(())
    }

    fn deserializer(&self, key: &'static str) -> Step {
        let Some(class) = self.class(key) else {
            return Ok(());
        };
        class.instantiate(key)?;
        class.require(Role::Deserializer, key)?;
        if class.name() == "org.apache.kafka.common.serialization.ListDeserializer" {
            return self.list_deserializer(key);
        }
        Ok(())
    }

    fn class(&self, key: &str) -> Option<Class> {
        self.environment.find(self.values.text(key)?, self.version)
    }

    /// `ListDeserializer.configure`, which needs two more properties.
    fn list_deserializer(&self, key: &'static str) -> Step {
        let side = if key == "key.deserializer" {
            "key"
        } else {
            "value"
        };
        let refuse = |message: &str| Err(Refusal::new(CONFIG, message, &[key]));
        for (what, part) in [("list", "type"), ("inner", "inner")] {
            if self
                .values
                .given(&format!("default.list.{side}.serde.{part}"))
                .is_none()
            {
                return refuse(&format!(
                    "Not able to determine the {what} class because it was neither passed via the \
                     constructor nor set in the config."
                ));
            }
        }
        Ok(())
    }

    fn network_client(&self) -> Step {
        let built = security::channel_builder(self.values, self.version, self.environment);
        built.map_err(|refusal| {
            if self.is_at_least(3, 6) {
                refusal.within(KAFKA, "Failed to create new NetworkClient")
            } else {
                refusal
            }
        })
    }

    /// `ConsumerPartitionAssignor.getAssignorInstances`.
    fn assignors(&self) -> Step {
        const KEY: &str = "partition.assignment.strategy";
        let mut taken: Vec<(&'static str, String)> = Vec::new();
        for name in self.values.list(KEY) {
            let class = self.environment.load(name, self.version).map_err(|cause| {
                let message = format!("{name} ClassNotFoundException exception occurred");
                Refusal::new(KAFKA, message, &[KEY]).because(CLASS_NOT_FOUND, Some(cause))
            })?;
            class.instantiate(KEY)?;
            self.require_assignor(&class)?;
            let Some(own) = assignor_name(class.name()) else {
                continue;
            };
            // Before 3.1 nobody looked whether a name is there twice.
            let twice = taken.iter().find(|(name, _)| *name == own);
            if let Some((_, first)) = twice.filter(|_| self.is_at_least(3, 1)) {
                let message = format!(
                    "The assignor name: '{own}' is used in more than one assignor: {first}, {}",
                    class.name()
                );
                return Err(Refusal::new(KAFKA, message, &[KEY]));
            }
            taken.push((own, class.name().to_owned()));
        }
        Ok(())
    }

    fn require_assignor(&self, class: &Class) -> Step {
        const KEY: &str = "partition.assignment.strategy";
        if class.is(Role::Assignor) || self.is_at_least(3, 0) {
            return class.require(Role::Assignor, KEY);
        }
        // 2.8 still took the older interface.
        let message = format!(
            "class {} is not an instance of \
             org.apache.kafka.clients.consumer.internals.PartitionAssignor or an instance of \
             org.apache.kafka.clients.consumer.ConsumerPartitionAssignor",
            class.name()
        );
        Err(Refusal::new(KAFKA, message, &[KEY]))
    }

    /// `Heartbeat`'s constructor, through `ConsumerCoordinator`.
    fn heartbeat(&self) -> Step {
        const HEARTBEAT: &str = "heartbeat.interval.ms";
        const SESSION: &str = "session.timeout.ms";
        let (heartbeat, session) = (self.values.integer(HEARTBEAT), self.values.integer(SESSION));
        if heartbeat >= session {
            return Err(Refusal::new(
                ILLEGAL_ARGUMENT,
                "Heartbeat must be set lower than the session timeout",
                &[HEARTBEAT, SESSION],
            ));
        }
        // The timer of the heartbeat is made first, and is the smaller one.
        if heartbeat < 0 {
            return Err(Refusal::new(
                ILLEGAL_ARGUMENT,
                format!("Invalid negative timeout {heartbeat}"),
                &[HEARTBEAT],
            ));
        }
        Ok(())
    }
}

/// `ConsumerPartitionAssignor.name` of Kafka's own assignors.
fn assignor_name(class: &str) -> Option<&'static str> {
    match class.strip_prefix("org.apache.kafka.clients.consumer.")? {
        "RangeAssignor" => Some("range"),
        "RoundRobinAssignor" => Some("roundrobin"),
        "StickyAssignor" => Some("sticky"),
        "CooperativeStickyAssignor" => Some("cooperative-sticky"),
        _ => None,
    }
}

/// `Utils.isBlank`, which trims.
fn is_blank(text: &str) -> bool {
    text.trim_matches(|char| char <= ' ').is_empty()
}

/// `JoinGroupRequest.validateGroupInstanceId`: the message behind "Group instance id".
fn instance_id_problem(id: &str, version: KafkaVersion) -> Option<String> {
    const LONGEST: usize = 249;
    let too_long = id.encode_utf16().count() > LONGEST;
    let legal = |char: char| char.is_ascii_alphanumeric() || matches!(char, '.' | '_' | '-');
    let illegal = !id.chars().all(legal);
    if version >= release(3, 3) {
        let problem = match id {
            "" => "the empty string is not allowed".to_owned(),
            "." | ".." => format!("'{id}' is not allowed"),
            _ if too_long => {
                format!("the length of '{id}' is longer than the max allowed length {LONGEST}")
            }
            _ if illegal => format!(
                "'{id}' contains one or more characters other than ASCII alphanumerics, '.', '_' \
                 and '-'"
            ),
            _ => return None,
        };
        return Some(format!("is invalid: {problem}"));
    }
    let first_wording = version < release(3, 0);
    Some(match id {
        "" if first_wording => "must be non-empty string".to_owned(),
        "" => "is illegal, it can't be empty".to_owned(),
        "." | ".." => "cannot be \".\" or \"..\"".to_owned(),
        _ if too_long && first_wording => {
            format!("can't be longer than {LONGEST} characters: {id}")
        }
        _ if too_long => format!(
            "is illegal, it can't be longer than {LONGEST} characters, Group instance id: {id}"
        ),
        _ if illegal => format!(
            "\"{id}\" is illegal, it contains a character other than ASCII alphanumerics, '.', '_' \
             and '-'"
        ),
        _ => return None,
    })
}
