//! JavaScript and TypeScript: the objects that configure `KafkaJS` and the clients on librdkafka.
//!
//! A key is the path to it, beginning with the method that takes the object: `consumer.groupId`,
//! `run.autoCommit`, `Kafka.brokers`. Keys with points are librdkafka's and stand by themselves.
//! Functions aren't values of a configuration and are left out.

use super::document::Entry;
use super::lex::{Kind, Source, WITH_BACKTICKS};
use super::literal::{entry, finish, value};
use super::properties::Parsed;

/// Methods and constructors that take an object of settings.
const TAKERS: [&str; 4] = ["consumer", "run", "subscribe", "Kafka"];

pub(super) fn parse(text: &str) -> Parsed {
    let source = Source::read(text, WITH_BACKTICKS);
    let mut entries = Vec::new();
    let mut at = 0;
    while at < source.lexemes.len() {
        if source.is(at, '{')
            && let Some(path) = taker(&source, at)
        {
            object(&source, at, path, 0, &mut entries);
        }
        at += 1;
    }
    let parts = source.parts();
    finish(source, entries, parts)
}

/// What the keys of the object that opens at `at` begin with; `None` for a block of statements.
fn taker<'a>(source: &Source<'a>, at: usize) -> Option<&'a str> {
    let before = at.checked_sub(1)?;
    if source.is(before, '(') {
        let method = source.word(before.checked_sub(1)?)?.rsplit('.').next()?;
        let known = TAKERS.contains(&method);
        return Some(if known { method } else { "" });
    }
    if !source.is(before, '=') && !source.is(before, ':') && source.word(before) != Some("return") {
        return None;
    }
    // An object by itself: its own keys tell what it is for.
    let mut names = source
        .elements(at)
        .into_iter()
        .filter_map(|(from, _)| source.word(from));
    let of_consumer = names.any(|name| matches!(name, "groupId" | "sessionTimeout"));
    Some(if of_consumer { "consumer" } else { "" })
}

/// How deep objects in objects are read.
const DEEPEST: usize = 6;

fn object(source: &Source<'_>, open: usize, path: &str, depth: usize, entries: &mut Vec<Entry>) {
    for (from, to) in source.elements(open) {
        let Some(key) = source.get(from) else {
            continue;
        };
        let name = match &key.kind {
            Kind::Text(name) => name.clone(),
            Kind::Word => key.span.text(source.text).to_owned(),
            Kind::Punct(_) => continue,
        };
        let dotted = name.contains('.');
        let full = if dotted || path.is_empty() {
            name.clone()
        } else {
            format!("{path}.{name}")
        };
        let alone = from + 1 == to;
        if !source.is(from + 1, ':') && !alone {
            continue;
        }
        if source.is(from + 2, '{') && depth < DEEPEST {
            object(source, from + 2, &full, depth + 1, entries);
            continue;
        }
        if path.is_empty() && !dotted {
            continue;
        }
        let told = if alone {
            source.slice(from, to)
        } else {
            source.slice(from + 2, to)
        };
        let words = told
            .windows(2)
            .any(|pair| matches!(pair, [one, two] if one.is('=') && two.is('>')));
        let function = told.first().is_some_and(|first| {
            matches!(
                first.span.text(source.text),
                "async" | "function" | "undefined" | "null"
            )
        });
        if words || function {
            continue;
        }
        if let Some((text, span)) = value(source.text, told) {
            entries.push(entry(full, key.span, text, span));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_by_the_method_that_takes_them() {
        let text = "const kafka = new Kafka({ clientId: 'c', brokers: ['a:1', `b:2`], ssl: { ca: x } });\n\
                    const consumer = kafka.consumer({ groupId, sessionTimeout: 30 * 1000, partitionAssigners: [] }); // c\n\
                    await consumer.run({ autoCommit: true, eachMessage: async ({ message }) => { work({ a: 1 }); } });\n\
                    const native = new KafkaConsumer({ 'group.id': 'g' }, { 'auto.offset.reset': 'earliest' });\n";
        let parsed = parse(text);
        let read = parsed.pairs();
        assert_eq!(
            read,
            [
                ("Kafka.clientId", "c"),
                ("Kafka.brokers", "a:1,b:2"),
                ("Kafka.ssl.ca", "${x}"),
                ("consumer.groupId", "${groupId}"),
                ("consumer.sessionTimeout", "30000"),
                ("consumer.partitionAssigners", ""),
                ("run.autoCommit", "true"),
                ("group.id", "g"),
            ]
        );
    }
}
