//! Go: sarama's fields, franz-go's options and the `ConfigMap` of confluent-kafka-go.
//!
//! A field's key is its path behind the variable (`Consumer.Group.Session.Timeout`), an option's is
//! its name (`SessionTimeout`), with `true` for one without arguments. Times are in milliseconds.

use super::code;
use super::document::Entry;
use super::lex::{Kind, Source, WITH_BACKTICKS};
use super::literal::{entry, finish, value};
use super::properties::Parsed;
use super::span::Span;

/// What sarama's configuration has at its top.
const FIELDS: [&str; 9] = [
    "Consumer",
    "Net",
    "Metadata",
    "Version",
    "ClientID",
    "RackID",
    "ChannelBufferSize",
    "Producer",
    "Admin",
];

pub(super) fn parse(text: &str) -> Parsed {
    let source = Source::read(text, WITH_BACKTICKS);
    let mut entries = Vec::new();
    for at in 0..source.lexemes.len() {
        field(&source, at, &mut entries);
        option(&source, at, &mut entries);
        group(&source, at, &mut entries);
        pair(&source, at, &mut entries);
        code::call(&source, at, &mut entries);
    }
    let parts = source.parts();
    finish(source, entries, parts)
}

/// `config.Consumer.Group.Session.Timeout = 10 * time.Second`
fn field(source: &Source<'_>, at: usize, entries: &mut Vec<Entry>) -> Option<()> {
    let word = source.word(at)?;
    let (_, path) = word.split_once('.')?;
    let top = path.split('.').next()?;
    if !FIELDS.contains(&top) || !source.is(at + 1, '=') || source.is(at + 2, '=') {
        return None;
    }
    let span = source.get(at)?.span;
    let key = Span::new(span.end - path.len(), span.end);
    let (text, place) = value(source.text, source.value_at(at + 2))?;
    entries.push(entry(path.to_owned(), key, text, place));
    Some(())
}

/// `kgo.SessionTimeout(30*time.Second)`
fn option(source: &Source<'_>, at: usize, entries: &mut Vec<Entry>) -> Option<()> {
    let word = source.word(at)?;
    let name = word.strip_prefix("kgo.")?;
    let close = source.partner(at + 1).filter(|_| source.is(at + 1, '('))?;
    let span = source.get(at)?.span;
    let key = Span::new(span.end - name.len(), span.end);
    let (text, place) = match source.elements(at + 1).as_slice() {
        [] => ("true".to_owned(), Span::at(source.get(at + 1)?.outer.end)),
        [(from, to)] => value(source.text, source.slice(*from, *to))?,
        _ => value(source.text, source.slice(at + 1, close + 1))?,
    };
    entries.push(entry(name.to_owned(), key, text, place));
    Some(())
}

/// `sarama.NewConsumerGroup(brokers, "group", config)`
fn group(source: &Source<'_>, at: usize, entries: &mut Vec<Entry>) -> Option<()> {
    let word = source.word(at)?;
    if word.rsplit('.').next()? != "NewConsumerGroup" || !source.is(at + 1, '(') {
        return None;
    }
    let span = source.get(at)?.span;
    let arguments = source.elements(at + 1);
    let (from, to) = arguments.get(1)?;
    let (text, place) = value(source.text, source.slice(*from, *to))?;
    entries.push(entry("NewConsumerGroup".to_owned(), span, text, place));
    Some(())
}

/// `"group.id": "g"` of a `ConfigMap`.
fn pair(source: &Source<'_>, at: usize, entries: &mut Vec<Entry>) -> Option<()> {
    let key = source.get(at)?;
    let Kind::Text(name) = &key.kind else {
        return None;
    };
    let plain = !name.is_empty() && !name.contains(char::is_whitespace);
    if !plain || !source.is(at + 1, ':') {
        return None;
    }
    let (text, span) = value(source.text, source.value_at(at + 2))?;
    entries.push(entry(name.clone(), key.span, text, span));
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_options_and_maps() {
        let text = "cfg.Consumer.Group.Session.Timeout = 6 * time.Second // c\ncfg.Version = sarama.V2_1_0_0\n\
                    cfg.Consumer.Group.Rebalance.GroupStrategies = []sarama.BalanceStrategy{sarama.NewBalanceStrategySticky()}\n\
                    g, err := sarama.NewConsumerGroup(brokers, \"orders\", cfg)\n\
                    kgo.NewClient(kgo.SeedBrokers(\"a:1\", \"b:2\"), kgo.DisableAutoCommit(),\n\
                    \tkgo.Balancers(kgo.CooperativeStickyBalancer(), kgo.RangeBalancer()), kgo.ConsumerGroup(name))\n\
                    kafka.ConfigMap{\"group.id\": \"g\", \"session.timeout.ms\": 6000}\n";
        let parsed = parse(text);
        let read: Vec<_> = parsed
            .entries
            .iter()
            .map(|entry| (entry.key.text.as_str(), entry.value.text.as_str()))
            .filter(|(key, _)| !matches!(*key, "NewClient"))
            .collect();
        assert_eq!(
            read,
            [
                ("Consumer.Group.Session.Timeout", "6000"),
                ("Version", "2.1.0.0"),
                ("Consumer.Group.Rebalance.GroupStrategies", "sticky"),
                ("NewConsumerGroup", "orders"),
                ("SeedBrokers", "a:1,b:2"),
                ("DisableAutoCommit", "true"),
                ("Balancers", "cooperative-sticky,range"),
                ("CooperativeStickyBalancer", "true"),
                ("RangeBalancer", "true"),
                ("ConsumerGroup", "${name}"),
                ("group.id", "g"),
                ("session.timeout.ms", "6000"),
            ]
        );
    }
}
