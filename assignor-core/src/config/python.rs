//! Python: dictionaries and keyword arguments that configure a client.
//!
//! `"group.id": "g"` in braces, `conf["group.id"] = "g"`, and names as keywords of a consumer's call
//! or of `dict`. A keyword that is `None` is unset. Functions and `except` blocks are parts, by their
//! indentation.

use super::client::Family;
use super::dialect;
use super::document::{Entry, Part};
use super::lex::{Kind, Source, Style};
use super::literal::{entry, finish, value};
use super::properties::Parsed;
use super::span::Span;

const STYLE: Style = Style {
    line_comments: &["#"],
    block_comments: false,
    quotes: &['"', '\''],
    doubled: false,
    prefixed: true,
};

pub(super) fn parse(text: &str) -> Parsed {
    let source = Source::read(text, STYLE);
    let mut entries = Vec::new();
    for at in 0..source.lexemes.len() {
        pair(&source, at, &mut entries);
        keywords(&source, at, &mut entries);
    }
    let mut parts = source.parts();
    parts.extend(blocks(&source));
    finish(source, entries, parts)
}

/// `"key": value` and `conf["key"] = value`.
fn pair(source: &Source<'_>, at: usize, entries: &mut Vec<Entry>) -> Option<()> {
    let key = source.get(at)?;
    let Kind::Text(name) = &key.kind else {
        return None;
    };
    let from = if source.is(at + 1, ':') {
        at + 2
    } else if source.is(at + 1, ']') && source.is(at + 2, '=') {
        at + 3
    } else {
        return None;
    };
    if !is_key(name) {
        return None;
    }
    push(source, name, key.span, from, entries)
}

fn push(
    source: &Source<'_>,
    name: &str,
    key: Span,
    from: usize,
    entries: &mut Vec<Entry>,
) -> Option<()> {
    let told = source.value_at(from);
    if matches!(told, [only] if only.span.text(source.text) == "None") {
        return None;
    }
    let (text, span) = value(source.text, told)?;
    entries.push(entry(name.to_owned(), key, text, span));
    Some(())
}

/// Whether a text is a client's key: one with points, or one that a client writes otherwise.
fn is_key(name: &str) -> bool {
    let dotted = name.contains('.') && !name.contains(char::is_whitespace);
    dotted
        || dialect::key(Family::KafkaPython, name).is_some()
        || dialect::key(Family::Librdkafka, name).is_some()
}

/// `KafkaConsumer("topic", group_id="g")` and `dict(group_id="g")`.
fn keywords(source: &Source<'_>, at: usize, entries: &mut Vec<Entry>) -> Option<()> {
    let name = source.word(at)?.rsplit('.').next()?;
    let consumer = name.ends_with("Consumer");
    if !(consumer || name == "dict") || !source.is(at + 1, '(') {
        return None;
    }
    for (from, _) in source.elements(at + 1) {
        let Some(name) = source.word(from).filter(|_| source.is(from + 1, '=')) else {
            continue;
        };
        if let Some(key) = source.get(from).filter(|_| consumer || is_key(name)) {
            push(source, name, key.span, from + 2, entries);
        }
    }
    Some(())
}

/// `def name(…):` and `except …:` with what is indented below them.
fn blocks(source: &Source<'_>) -> Vec<Part> {
    let text = source.text;
    let mut parts = Vec::new();
    for (at, lexeme) in source.lexemes.iter().enumerate() {
        let word = source.word(at);
        let name = match word {
            Some("def") => format!("def {}", source.word(at + 1).unwrap_or_default()),
            Some("except") => "except".to_owned(),
            _ => continue,
        };
        let start = lexeme.span.start;
        let line = text
            .get(..start)
            .and_then(|before| before.rfind('\n'))
            .map_or(0, |at| at + 1);
        let indent = start - line;
        let mut end = start;
        for (index, line) in text
            .get(start..)
            .unwrap_or_default()
            .split_inclusive('\n')
            .enumerate()
        {
            let body = line.trim_start_matches([' ', '\t']);
            let deeper = line.len() - body.len() > indent || body.trim().is_empty();
            if index > 0 && !deeper {
                break;
            }
            end += line.len();
        }
        parts.push(Part {
            name,
            at: lexeme.span,
            extent: Span::new(start, end),
        });
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dictionaries_items_and_keywords() {
        let text = "conf = {\n  'group.id': 'g',  # c\n  \"enable.auto.commit\": False,\n  'session.timeout.ms': 6 * 1000,\n  \
                    'client.id': f\"c-{n}\",\n  'group.instance.id': None,\n}\nconf['max.poll.interval.ms'] = 5\n\
                    c = KafkaConsumer('t', bootstrap_servers=['a:1', 'b:2'], consumer_timeout_ms=5)\n";
        let parsed = parse(text);
        let read = parsed.pairs();
        assert_eq!(
            read,
            [
                ("group.id", "g"),
                ("enable.auto.commit", "false"),
                ("session.timeout.ms", "6000"),
                ("client.id", "${f\"c-{n}\"}"),
                ("max.poll.interval.ms", "5"),
                ("bootstrap_servers", "a:1,b:2"),
                ("consumer_timeout_ms", "5"),
            ]
        );
    }
}
