//! What a rule's check looks at, and how it builds a finding.

use std::borrow::Cow;
use std::cell::OnceCell;

use super::facts::Facts;
use super::finding::{
    Applicability, Confidence, Edit, Evidence, Finding, Fix, Question, Related, Severity,
};
use super::rewriting;
use super::rules::Rule;
use super::rules::keys::Unknown;
use crate::config::catalog::{self, Owner, Property};
use crate::config::{
    Config, Effective, Entry, Family, Format, KafkaVersion, Origin, Part, Span, TokenKind, Value,
    has_placeholder, spring,
};

/// One configuration under one set of facts.
pub(crate) struct Subject<'a> {
    pub(crate) config: &'a Config,
    pub(crate) index: usize,
    /// Which member of that text it is.
    member: usize,
    /// What is given, completed by what the text says about its platform.
    pub(crate) facts: Cow<'a, Facts>,
    /// All that are judged together, this one included.
    pub(crate) configs: &'a [Config],
    keys: OnceCell<Vec<Key<'a>>>,
    set_values: OnceCell<Vec<(&'a Entry, Effective<'a>)>>,
    pub(super) unknown: OnceCell<Vec<Unknown<'a>>>,
}

/// An entry with what the catalog says about its name. Many rules ask, so it is looked up once.
pub(crate) struct Key<'a> {
    pub(crate) name: &'a str,
    pub(crate) entry: &'a Entry,
    pub(crate) property: Option<&'static Property>,
    pub(crate) owner: Option<Owner>,
}

impl<'a> Key<'a> {
    pub(crate) fn of(name: &'a str, entry: &'a Entry) -> Self {
        Self {
            name,
            entry,
            property: catalog::property(name),
            owner: catalog::owner(name),
        }
    }
}

impl<'a> Subject<'a> {
    pub(crate) fn new(config: &'a Config, index: usize, facts: &'a Facts) -> Self {
        let configs = std::slice::from_ref(config);
        Self::of(configs, config, (index, 0), facts.completed_by(config))
    }

    /// A configuration among those that are judged together, under facts that it has completed.
    pub(crate) fn of(
        configs: &'a [Config],
        config: &'a Config,
        (index, member): (usize, usize),
        facts: Cow<'a, Facts>,
    ) -> Self {
        Self {
            config,
            index,
            member,
            facts,
            configs,
            keys: OnceCell::new(),
            set_values: OnceCell::new(),
            unknown: OnceCell::new(),
        }
    }

    /// The other configurations that belong to the same group, with their indexes.
    pub(crate) fn others_of_group(&self) -> impl Iterator<Item = (usize, &'a Config)> {
        let group = |config: &'a Config| {
            let entry = config.winner("group.id")?;
            let text = entry.value.text.as_str();
            (!text.is_empty() && !has_placeholder(text)).then_some(text)
        };
        let own = group(self.config);
        let this = (self.index, self.member);
        let all = self.configs.iter().enumerate().flat_map(|(index, config)| {
            let members = config.members().iter().enumerate();
            members.map(move |(at, member)| ((index, at), member))
        });
        let others = all
            .filter(move |(other, config)| *other != this && own.is_some() && group(config) == own);
        others.map(|((index, _), config)| (index, config))
    }

    /// The last entry whose key is this one, or ends in it behind a point.
    pub(crate) fn entry(&self, key: &str) -> Option<&'a Entry> {
        let ends = |entry: &&Entry| {
            let rest = entry.key.text.strip_suffix(key);
            rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        self.config.entries().iter().rev().find(ends)
    }

    /// The last entry that is Spring Boot's key in any spelling, outside of profiles. Nothing for
    /// other families.
    pub(crate) fn setting(&self, key: &str) -> Option<&'a Entry> {
        if self.family() != Family::SpringBoot {
            return None;
        }
        let mut entries = self.config.entries().iter().rev();
        entries.find(|entry| spring::is_same(&entry.key.text, key))
    }

    /// A finding of a rule about an entry.
    pub(crate) fn at(
        &self,
        rule: &Rule,
        entry: &Entry,
        message: impl Into<String>,
        why: impl Into<String>,
    ) -> Finding {
        self.finding(rule, place(entry), message.into()).why(why)
    }

    /// Whether a program calls a method whose name, without its object, is one of these.
    pub(crate) fn call(&self, methods: &[&str]) -> Option<&'a Part> {
        let is = |part: &&Part| {
            let method = part.name.rsplit('.').next().unwrap_or_default();
            methods.contains(&method)
        };
        self.config.parts().iter().find(is)
    }

    /// The effective value of a property that the catalog knows.
    pub(crate) fn value(&self, name: &str) -> Option<Effective<'a>> {
        self.config.effective(name)
    }

    /// The effective value, if it is a whole number.
    pub(crate) fn integer(&self, name: &str) -> Option<(i64, Effective<'a>)> {
        let effective = self.value(name)?;
        Some((effective.integer()?, effective))
    }

    /// A text that the configuration itself sets and that holds no placeholder.
    pub(crate) fn text(&self, name: &str) -> Option<(String, Effective<'a>)> {
        let effective = self.value(name).filter(Effective::is_set)?;
        let text = match &effective.value {
            Some(value) => value.text().into_owned(),
            None => return None,
        };
        Some((text, effective))
    }

    /// The effective value, if it is a boolean.
    pub(crate) fn flag(&self, name: &str) -> Option<(bool, Effective<'a>)> {
        let effective = self.value(name)?;
        match effective.value {
            Some(Value::Boolean(flag)) => Some((flag, effective)),
            _ => None,
        }
    }

    /// Whether the text is all that the client gets, so that a missing key is really missing. Where
    /// nobody says, a text that names brokers, group or deserializer is taken for a whole one.
    pub(crate) fn is_whole(&self) -> bool {
        const OF_A_WHOLE: [&str; 4] = [
            "bootstrap.servers",
            "group.id",
            "key.deserializer",
            "value.deserializer",
        ];
        self.facts.complete.unwrap_or_else(|| {
            self.config.entries().is_empty()
                || OF_A_WHOLE
                    .iter()
                    .any(|name| self.config.winner(name).is_some())
        })
    }

    /// The same for what only code can add: a program makes a client of a manifest's variables or of
    /// a part of its settings, and gives it the rest.
    pub(crate) fn is_all(&self) -> bool {
        let part = matches!(
            self.config.format(),
            Format::Env | Format::Yaml | Format::Json
        );
        self.is_whole() && (!part || self.facts.complete == Some(true))
    }

    /// Whether the text is for a consumer at all: it sets something of one, or nothing yet.
    pub(crate) fn is_for_a_consumer(&self) -> bool {
        self.config.entries().is_empty() || self.consumer_entries().next().is_some()
    }

    /// The client's version, or the newest known.
    pub(crate) fn version(&self) -> KafkaVersion {
        self.config.client().version_or_newest()
    }

    /// The client's family. A text that is said to be about durability is for no consumer.
    pub(crate) fn family(&self) -> Family {
        if self.facts.kind.as_deref() == Some(Family::Durability.name()) {
            return Family::Durability;
        }
        self.config.client().family
    }

    /// Whether the client speaks the rebalance protocol of that name. A placeholder or a value
    /// that Kafka refuses counts as neither. Kafka Streams always speaks the classic one.
    pub(crate) fn speaks(&self, protocol: &str) -> bool {
        if self.family() == Family::Streams {
            return protocol == "classic";
        }
        self.value("group.protocol").is_some_and(|effective| {
            if !effective.property.known_to(self.version()) {
                return protocol == "classic";
            }
            effective
                .value
                .is_some_and(|value| value.text().eq_ignore_ascii_case(protocol))
        })
    }

    /// Entries that set a property of the consumer, with Kafka's name of it.
    pub(crate) fn consumer_entries(&self) -> impl Iterator<Item = (&'a str, &'a Entry)> {
        let consumer = self.family() != Family::Durability;
        let entries = consumer.then(|| self.config.consumer_entries());
        entries.into_iter().flatten()
    }

    /// The same with what the catalog says about the names.
    pub(crate) fn keys(&self) -> &[Key<'a>] {
        self.keys.get_or_init(|| {
            let entries = self.consumer_entries();
            entries.map(|(name, entry)| Key::of(name, entry)).collect()
        })
    }

    /// The entries that count for a property that the catalog knows, with its value.
    pub(crate) fn set_values(&self) -> &[(&'a Entry, Effective<'a>)] {
        self.set_values.get_or_init(|| {
            let value = |key: &Key<'a>| {
                let effective = self.value(key.property?.name)?;
                let counts = effective.entry()?.span == key.entry.span;
                counts.then_some((key.entry, effective))
            };
            self.keys().iter().filter_map(value).collect()
        })
    }

    /// The place to show for a finding that rests on these values: the first that is set, else the
    /// group id, else the beginning.
    pub(crate) fn anchor(&self, values: &[&Effective<'_>]) -> Span {
        values
            .iter()
            .find_map(|value| value.entry())
            .or_else(|| self.config.winner("group.id"))
            .map_or(Span::at(self.config.start()), place)
    }

    /// Starts a finding of a rule, at the rule's severity and certain.
    pub(crate) fn finding(&self, rule: &Rule, span: Span, message: String) -> Finding {
        Finding {
            rule: rule.id,
            name: rule.name,
            severity: rule.severity,
            confidence: Confidence::Certain,
            message,
            why: String::new(),
            evidence: Vec::new(),
            config: self.index,
            member: self.member,
            span,
            related: Vec::new(),
            fixes: Vec::new(),
            source: rule.source,
        }
    }

    /// Starts a finding that rests on these values, at the first of them that is set.
    pub(crate) fn about(
        &self,
        rule: &Rule,
        values: &[&Effective<'_>],
        message: impl Into<String>,
    ) -> Finding {
        self.finding(rule, self.anchor(values), message.into())
            .rests_on(values)
    }

    /// A question of a rule.
    pub(crate) fn question(
        &self,
        rule: &Rule,
        fact: &'static str,
        span: Span,
        text: &str,
        why: String,
    ) -> Question {
        Question {
            fact,
            text: text.to_owned(),
            why,
            rule: rule.id,
            config: self.index,
            span,
        }
    }

    /// An edit that gives a property a value: in place where it is set, else on a line of its own
    /// below `near` (else at the end).
    pub(crate) fn set(&self, name: &str, value: &str, near: Option<&Entry>) -> Edit {
        if let Some(entry) = self.config.winner(name) {
            return set_entry(entry, value);
        }
        let config = self.config;
        if config.format() != Format::Properties {
            return rewriting::addition(config, name, value, near).unwrap_or_else(Edit::unwritable);
        }
        let model = near.or_else(|| config.entries().last());
        let separator = model
            .and_then(|entry| entry.separator)
            .map(|span| span.text(config.text()))
            .filter(|text| !text.contains(['\\', '\n', '\r']))
            .unwrap_or("=");
        let prefix = match self.family() {
            Family::ConnectWorker | Family::Streams => "consumer.",
            Family::Connector => "consumer.override.",
            Family::SpringBoot => "spring.kafka.consumer.properties.",
            _ => "",
        };
        let blanks = " ".repeat(config.indent());
        let line = format!("{blanks}{prefix}{name}{separator}{value}");
        let end = config.line_end();
        let at = model.map_or(config.text().len(), |entry| {
            if self.is_open(entry) {
                self.first_byte(entry)
            } else {
                config.whole_lines(entry.span).end
            }
        });
        let before = config.text().get(..at).unwrap_or_default();
        let text = if before.is_empty() || before.ends_with(['\n', '\r']) {
            format!("{line}{end}")
        } else {
            format!("{end}{line}")
        };
        Edit {
            span: Span::at(at),
            text,
        }
    }

    /// Whether an entry ends in a backslash that would join the next line to it.
    fn is_open(&self, entry: &Entry) -> bool {
        let tokens = self.config.tokens();
        let after = tokens.partition_point(|token| token.span.start < entry.span.end);
        let last = after.checked_sub(1).and_then(|last| tokens.get(last));
        last.is_some_and(|token| token.kind == TokenKind::Continuation)
    }

    /// Where an entry begins with the blanks and joined lines before it.
    fn first_byte(&self, entry: &Entry) -> usize {
        let tokens = self.config.tokens();
        let own = tokens.partition_point(|token| token.span.start < entry.span.start);
        tokens
            .iter()
            .take(own)
            .rev()
            .take_while(|token| matches!(token.kind, TokenKind::Blank | TokenKind::Continuation))
            .last()
            .map_or(entry.span.start, |token| token.span.start)
    }

    /// An edit that deletes an entry with its lines. Comments above it stay.
    pub(crate) fn delete(&self, entry: &Entry) -> Edit {
        if self.config.format() != Format::Properties {
            return rewriting::removal(self.config, entry).unwrap_or_else(Edit::unwritable);
        }
        let end = self.config.whole_lines(entry.span).end;
        Edit {
            span: Span::new(self.first_byte(entry), end),
            text: String::new(),
        }
    }
}

/// An edit that gives an entry another value. The value must need no escapes.
pub(crate) fn set_entry(entry: &Entry, value: &str) -> Edit {
    match entry.separator {
        Some(_) => Edit {
            span: entry.value.span,
            text: value.to_owned(),
        },
        None => Edit {
            span: Span::at(entry.span.end),
            text: format!("={value}"),
        },
    }
}

/// The part of an entry to point at: its value, or its key where the value is empty.
pub(crate) fn place(entry: &Entry) -> Span {
    if entry.value.span.is_empty() {
        entry.key.span
    } else {
        entry.value.span
    }
}

/// Where a property's value comes from, as evidence.
pub(crate) fn evidence_of(effective: &Effective<'_>) -> Evidence {
    Evidence {
        name: effective.property.name.to_owned(),
        value: effective.display(),
        origin: effective.origin.to_string(),
        span: match effective.origin {
            Origin::Set(entry) => Some(place(entry)),
            _ => None,
        },
    }
}

impl Finding {
    pub(crate) fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    pub(crate) fn confidence(mut self, confidence: Confidence) -> Self {
        self.confidence = confidence;
        self
    }

    pub(crate) fn why(mut self, why: impl Into<String>) -> Self {
        self.why = why.into();
        self
    }

    /// Adds values that the finding rests on. Those that are set elsewhere become related places;
    /// one that rests on an assumed version makes the finding less than certain.
    pub(crate) fn rests_on(mut self, values: &[&Effective<'_>]) -> Self {
        for value in values {
            if let Some(entry) = value.entry()
                && place(entry) != self.span
            {
                let message = format!("`{}` is {}", value.property.name, value.display());
                self = self.related_to(place(entry), message);
            }
            if value.rests_on_assumed_version() {
                self.confidence = self.confidence.min(Confidence::Likely);
            }
            self.evidence.push(evidence_of(value));
        }
        self
    }

    /// Adds a fact that the finding rests on.
    pub(crate) fn rests_on_fact(mut self, name: &str, value: String) -> Self {
        self.evidence.push(Evidence {
            name: name.to_owned(),
            value,
            origin: "given".to_owned(),
            span: None,
        });
        self
    }

    pub(crate) fn related_to(mut self, span: Span, message: String) -> Self {
        self.related.push(Related {
            config: self.config,
            span,
            message,
        });
        self
    }

    /// Lowers a finding about a missing key where nobody said that the text is all there is: a
    /// program or a framework may add the key.
    pub(crate) fn unless_added(self, subject: &Subject<'_>) -> Self {
        if subject.facts.complete.is_some() {
            return self;
        }
        self.severity(Severity::Info)
            .confidence(Confidence::Possible)
    }

    pub(crate) fn safe_fix(self, title: impl Into<String>, edits: Vec<Edit>) -> Self {
        self.fix(Applicability::Safe, title.into(), edits)
    }

    pub(crate) fn unsafe_fix(self, title: impl Into<String>, edits: Vec<Edit>) -> Self {
        self.fix(Applicability::Unsafe, title.into(), edits)
    }

    /// Offers a value, which the author has to choose.
    pub(crate) fn suggests(self, subject: &Subject<'_>, name: &str, value: &str) -> Self {
        let edit = subject.set(name, value, None);
        self.unsafe_fix(format!("Set `{name}` to {value}"), vec![edit])
    }

    pub(crate) fn fix(
        mut self,
        applicability: Applicability,
        title: String,
        mut edits: Vec<Edit>,
    ) -> Self {
        edits.sort_unstable();
        self.fixes.push(Fix {
            title,
            applicability,
            edits,
        });
        self
    }
}
