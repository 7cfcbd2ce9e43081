//! The classes that a configuration can name: which there are, and what `new` makes of them.
//!
//! Source of truth: the class files of kafka-clients 2.8 to 4.3 and JDK 17
//! (`data/startup-classes.tsv`); `Utils.loadClass`, `Utils.newInstance` and
//! `AbstractConfig.getConfiguredInstance`; for names that can't be one, the JDK's
//! `Class.forName`.

use std::sync::OnceLock;

use super::exception::{CLASS_NOT_FOUND, KAFKA, Refusal};
use crate::version::KafkaVersion;

/// What there is round the program that makes the consumer, which its properties don't say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// Kafka's client and the JDK on a machine of its own: no other classes, no files, and no host
    /// name but `localhost` resolves.
    Bare,
    /// Whatever a complete application has: a class of a package that isn't Kafka's or Java's is
    /// taken to be there and to be what it is configured as; every file is there; every host name
    /// that can be one resolves.
    Application,
}

/// What an instance of a class can be used as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Assignor,
    Deserializer,
    Interceptor,
    MetricsReporter,
    /// A handler of a login's callbacks.
    Handler,
    /// Something that no class of the table is.
    Other(&'static str),
}

impl Role {
    fn letter(self) -> char {
        match self {
            Self::Assignor => 'A',
            Self::Deserializer => 'D',
            Self::Interceptor => 'I',
            Self::MetricsReporter => 'M',
            Self::Handler => 'H',
            Self::Other(_) => '-',
        }
    }

    fn interface(self) -> &'static str {
        match self {
            Self::Assignor => "org.apache.kafka.clients.consumer.ConsumerPartitionAssignor",
            Self::Deserializer => "org.apache.kafka.common.serialization.Deserializer",
            Self::Interceptor => "org.apache.kafka.clients.consumer.ConsumerInterceptor",
            Self::MetricsReporter => "org.apache.kafka.common.metrics.MetricsReporter",
            Self::Handler => "org.apache.kafka.common.security.auth.AuthenticateCallbackHandler",
            Self::Other(interface) => interface,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// `new` works.
    Plain,
    Interface,
    /// A class without a constructor that takes nothing.
    NoConstructor,
    Abstract,
}

#[derive(Debug)]
struct Row {
    name: &'static str,
    kind: Kind,
    roles: &'static str,
    since: Option<KafkaVersion>,
    removed: Option<KafkaVersion>,
}

impl Row {
    fn is_known_to(&self, version: KafkaVersion) -> bool {
        self.since.is_none_or(|since| since <= version)
            && self.removed.is_none_or(|removed| version < removed)
    }
}

static ROWS: OnceLock<Vec<Row>> = OnceLock::new();

fn rows() -> &'static [Row] {
    ROWS.get_or_init(|| {
        include_str!("../../data/startup-classes.tsv")
            .lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(row)
            .collect()
    })
}

fn row(line: &'static str) -> Option<Row> {
    let mut cells = line.split('\t');
    Some(Row {
        name: cells.next()?,
        kind: match cells.next()? {
            "plain" => Kind::Plain,
            "interface" => Kind::Interface,
            "no-constructor" => Kind::NoConstructor,
            "abstract" => Kind::Abstract,
            _ => return None,
        },
        roles: cells.next()?,
        since: cells.next()?.parse().ok(),
        removed: cells.next()?.parse().ok(),
    })
}

/// The full names of Kafka's classes that a short name could mean: the class without its package in
/// any case, or the name by which an assignor is known in the protocol.
pub(crate) fn full_names(short: &str, version: KafkaVersion) -> impl Iterator<Item = &'static str> {
    let assignor = match short {
        "range" => Some("RangeAssignor"),
        "roundrobin" => Some("RoundRobinAssignor"),
        "sticky" => Some("StickyAssignor"),
        "cooperative-sticky" => Some("CooperativeStickyAssignor"),
        _ => None,
    };
    let short = assignor.unwrap_or(short).to_owned();
    rows().iter().filter_map(move |row| {
        let (_, simple) = row.name.rsplit_once('.')?;
        (row.is_known_to(version) && simple.eq_ignore_ascii_case(&short)).then_some(row.name)
    })
}

/// Kafka's own classes that a property can name, as far as a release has them.
pub fn classes_for(key: &str, version: KafkaVersion) -> impl Iterator<Item = &'static str> {
    let role = match key {
        "partition.assignment.strategy" => Some(Role::Assignor),
        "key.deserializer" | "value.deserializer" => Some(Role::Deserializer),
        "interceptor.classes" => Some(Role::Interceptor),
        "metric.reporters" => Some(Role::MetricsReporter),
        _ => None,
    };
    rows().iter().filter_map(move |row| {
        let fits = row.kind == Kind::Plain && row.roles.contains(role?.letter());
        (fits && row.is_known_to(version)).then_some(row.name)
    })
}

/// A class that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Known {
        name: &'static str,
        kind: ClassKind,
        roles: &'static str,
    },
    /// An array class, by its name in the virtual machine.
    Array(String),
    /// One that an application brings; it is what it is used as.
    Foreign,
}

/// What `new` does to a known class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ClassKind(Kind);

impl Class {
    pub(super) fn is(&self, role: Role) -> bool {
        match self {
            Self::Known { roles, .. } => roles.contains(role.letter()),
            Self::Array(_) => false,
            Self::Foreign => true,
        }
    }

    pub(super) fn name(&self) -> &str {
        match self {
            Self::Known { name, .. } => name,
            Self::Array(name) => name,
            Self::Foreign => "",
        }
    }

    /// `Class.toString`.
    fn text(&self) -> String {
        let interface = matches!(
            self,
            Self::Known {
                kind: ClassKind(Kind::Interface),
                ..
            }
        );
        let word = if interface { "interface" } else { "class" };
        format!("{word} {}", self.name())
    }

    /// `Class.asSubclass`.
    pub(super) fn as_subclass(&self, role: Role, key: &'static str) -> Result<(), Refusal> {
        if self.is(role) {
            return Ok(());
        }
        let class = "java.lang.ClassCastException";
        Err(Refusal::new(class, self.text(), &[key]))
    }

    /// `Utils.newInstance`.
    pub(super) fn instantiate(&self, key: &'static str) -> Result<(), Refusal> {
        let name = self.name();
        match self {
            Self::Foreign
            | Self::Known {
                kind: ClassKind(Kind::Plain),
                ..
            } => Ok(()),
            Self::Known {
                kind: ClassKind(Kind::Abstract),
                ..
            } => {
                let message = format!("Could not instantiate class {name}");
                let refusal = Refusal::new(KAFKA, message, &[key]);
                Err(refusal.because("java.lang.InstantiationException", None))
            }
            Self::Known { .. } | Self::Array(_) => {
                let message = format!("Could not find a public no-argument constructor for {name}");
                let refusal = Refusal::new(KAFKA, message, &[key]);
                let cause = Some(format!("{name}.<init>()"));
                Err(refusal.because("java.lang.NoSuchMethodException", cause))
            }
        }
    }

    /// What the client throws for an instance that isn't what it has to be.
    pub(super) fn require(&self, role: Role, key: &'static str) -> Result<(), Refusal> {
        if self.is(role) {
            return Ok(());
        }
        let message = format!("{} is not an instance of {}", self.text(), role.interface());
        Err(Refusal::new(KAFKA, message, &[key]))
    }

    /// A checked cast of an instance of this class.
    pub(super) fn cast(&self, interface: &'static str, key: &'static str) -> Result<(), Refusal> {
        let role = Role::Other(interface);
        if self.is(role) {
            return Ok(());
        }
        let name = self.name();
        let modules = if name.starts_with("java.") {
            format!(
                "{name} is in module java.base of loader 'bootstrap'; {interface} is in unnamed \
                 module of loader 'app'"
            )
        } else {
            format!("{name} and {interface} are in unnamed module of loader 'app'")
        };
        let message = format!("class {name} cannot be cast to class {interface} ({modules})");
        Err(Refusal::new(
            "java.lang.ClassCastException",
            message,
            &[key],
        ))
    }
}

/// Whether a class that the table lacks may come from the application: it has a package, which is
/// neither Kafka's nor Java's, and the name is one that a class can have.
fn may_be_foreign(name: &str) -> bool {
    const OWN: [&str; 3] = [
        "org.apache.kafka.clients.",
        "org.apache.kafka.common.",
        "java.",
    ];
    let well_formed = name.split('.').all(|part| {
        let mut chars = part.chars();
        chars
            .next()
            .is_some_and(|char| char.is_alphabetic() || matches!(char, '_' | '$'))
            && chars.all(|char| char.is_alphanumeric() || matches!(char, '_' | '$'))
    });
    name.contains('.') && well_formed && !OWN.iter().any(|own| name.starts_with(own))
}

impl Environment {
    /// A class by its name.
    pub(super) fn find(self, name: &str, version: KafkaVersion) -> Option<Class> {
        let mut rows = rows().iter();
        let known = rows.find(|row| row.name == name && row.is_known_to(version));
        match known {
            Some(row) => Some(Class::Known {
                name: row.name,
                kind: ClassKind(row.kind),
                roles: row.roles,
            }),
            None if self == Self::Application && may_be_foreign(name) => Some(Class::Foreign),
            None => None,
        }
    }

    /// `ConfigDef.parseType` for a property whose type is CLASS: `text` as given, `name` trimmed.
    pub(super) fn find_for_key(
        self,
        key: &'static str,
        text: &str,
        name: &str,
        version: KafkaVersion,
    ) -> Result<Class, Refusal> {
        if let Some(class) = self.find(name, version) {
            return Ok(class);
        }
        // A path finds the file of the class, whose name then isn't what was asked for.
        if name.contains('/') && self.find(&name.replace('/', "."), version).is_some() {
            let class = "java.lang.NoClassDefFoundError";
            return Err(Refusal::new(class, format!("IllegalName: {name}"), &[key]));
        }
        let message = format!("Class {text} could not be found.");
        Err(Refusal::invalid_value(key, text, &message))
    }

    /// `Utils.loadClass`; the error is the message of the `ClassNotFoundException`.
    pub(super) fn load(self, name: &str, version: KafkaVersion) -> Result<Class, String> {
        if let Some(class) = self.find(name, version) {
            return Ok(class);
        }
        // From 3.8 on the class loader is asked, which takes names as they are and has no arrays.
        if version >= KafkaVersion::new(3, 8, 0) {
            return Err(name.to_owned());
        }
        if name.contains('/') {
            return Err(name.to_owned());
        }
        let in_machine = name.replace('.', "/");
        match in_machine.strip_prefix('[') {
            None if is_class_name(&in_machine) => Err(name.to_owned()),
            Some(_) => match array_element(&in_machine) {
                None => Err(in_machine),
                Some(Element::Primitive) => Ok(Class::Array(name.to_owned())),
                Some(Element::Class(element)) => {
                    let element = element.replace('/', ".");
                    match self.find(&element, version) {
                        Some(_) => Ok(Class::Array(name.to_owned())),
                        None => Err(element),
                    }
                }
            },
            None => Err(in_machine),
        }
    }
}

/// Whether the JDK takes a text, slashes for points, as the name of a class at all.
fn is_class_name(name: &str) -> bool {
    let mut last = None;
    for char in name.chars() {
        match char {
            '.' | ';' | '[' => return false,
            '/' if last.is_none() || last == Some('/') => return false,
            _ => last = Some(char),
        }
    }
    last.is_some()
}

enum Element<'a> {
    Primitive,
    Class(&'a str),
}

/// The element of an array class, if the text is the descriptor of one.
fn array_element(name: &str) -> Option<Element<'_>> {
    let element = name.trim_start_matches('[');
    if element.len() == name.len() || name.len() - element.len() > 255 {
        return None;
    }
    if let Some(class) = element.strip_prefix('L') {
        let class = class.strip_suffix(';')?;
        return is_class_name(class).then_some(Element::Class(class));
    }
    let primitive = matches!(element, "Z" | "B" | "C" | "S" | "I" | "J" | "F" | "D");
    primitive.then_some(Element::Primitive)
}

/// The message of `AbstractConfig.getConfiguredInstances` for a class that isn't there.
pub(super) fn not_found(name: &str, cause: String, key: &'static str) -> Refusal {
    let message = format!("Class {name} cannot be found");
    Refusal::new(KAFKA, message, &[key]).because(CLASS_NOT_FOUND, Some(cause))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table_is_read() {
        let lines = include_str!("../../data/startup-classes.tsv")
            .lines()
            .count();
        assert_eq!(rows().len(), lines - 1);
    }

    #[test]
    fn an_application_brings_classes_of_its_own_packages_only() {
        let version = KafkaVersion::NEWEST;
        let find = |name| Environment::Application.find(name, version);
        assert_eq!(find("com.acme.JsonDeserializer"), Some(Class::Foreign));
        for name in [
            "StringDeserializer",
            "org.apache.kafka.common.serialization.JsonDeserializer",
            "com.acme.",
            "com.acme.a-b",
            "",
        ] {
            assert_eq!(find(name), None, "{name}");
        }
        let bare = Environment::Bare.find("com.acme.JsonDeserializer", version);
        assert_eq!(bare, None);
    }
}
