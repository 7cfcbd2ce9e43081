//! Java, Kotlin, Scala and JSON: assignments of properties in program text, literals only.
//!
//! No grammar, only the shapes in which clients are configured: `put(K, V)` and its relatives,
//! `Map.of(K, V, …)`, `K to V`, `props[K] = V`, and `"key": value` of JSON. A key is a text or one
//! of Kafka's constants (`ConsumerConfig.GROUP_ID_CONFIG`). A value is a text, a number, a boolean or
//! a class; anything else is known only when the program runs, and is given as `${…}` round its own
//! text.

use super::catalog;
use super::cover::{cover, token};
use super::document::{Entry, Token, TokenKind, Written};
use super::properties::Parsed;
use super::span::Span;
use crate::startup;
use crate::version::KafkaVersion;

/// A piece of program text.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    /// A quoted text, decoded; the span is what is between the quotes.
    Text(String),
    /// A word or a number, points included.
    Word,
    Punct(char),
}

#[derive(Clone, Debug)]
struct Lexeme {
    kind: Kind,
    /// The inside of a text, else the whole.
    span: Span,
    /// The whole, quotes included.
    outer: Span,
}

/// Program code.
pub(super) fn parse(text: &str) -> Parsed {
    let (lexemes, comments) = lex(text);
    let mut entries = Vec::new();
    for at in 0..lexemes.len() {
        call(text, &lexemes, at, &mut entries);
        infix(text, &lexemes, at, &mut entries);
    }
    finish(text, entries, comments)
}

/// JSON: every scalar by the path of keys that leads to it.
pub(super) fn parse_json(text: &str) -> Parsed {
    let (lexemes, comments) = lex(text);
    let mut entries = Vec::new();
    let mut path: Vec<String> = Vec::new();
    let mut pending: Option<(String, Span)> = None;
    for (at, lexeme) in lexemes.iter().enumerate() {
        let next = lexemes.get(at + 1).map(|next| &next.kind);
        match &lexeme.kind {
            Kind::Text(key) if next == Some(&Kind::Punct(':')) => {
                pending = Some((key.clone(), lexeme.span));
            }
            Kind::Punct('{' | '[') => {
                path.push(pending.take().map_or(String::new(), |(key, _)| key));
            }
            Kind::Punct('}' | ']') => {
                path.pop();
                pending = None;
            }
            Kind::Text(_) | Kind::Word => {
                if let Some((key, span)) = pending.take() {
                    let value = match &lexeme.kind {
                        Kind::Text(value) => value.clone(),
                        _ => lexeme.span.text(text).to_owned(),
                    };
                    let mut full: Vec<&str> = path.iter().map(String::as_str).collect();
                    full.push(&key);
                    full.retain(|part| !part.is_empty());
                    entries.push(entry(full.join("."), span, value, lexeme.span));
                }
            }
            Kind::Punct(_) => {}
        }
    }
    finish(text, entries, comments)
}

fn finish(text: &str, mut entries: Vec<Entry>, comments: Vec<Token>) -> Parsed {
    entries.sort_by_key(|entry| entry.span);
    entries.dedup_by_key(|entry| entry.key.span);
    let mut pieces = comments;
    for entry in &entries {
        pieces.push(token(
            TokenKind::Key,
            entry.key.span.start,
            entry.key.span.end,
        ));
        let (start, end) = (entry.value.span.start, entry.value.span.end);
        pieces.push(token(TokenKind::Value, start, end));
    }
    Parsed {
        tokens: cover(text, pieces),
        entries,
        problems: Vec::new(),
    }
}

fn entry(key: String, key_span: Span, value: String, value_span: Span) -> Entry {
    Entry {
        separator: Some(Span::new(key_span.end, value_span.start)),
        span: Span::new(key_span.start, value_span.end),
        key: Written {
            text: key,
            span: key_span,
        },
        value: Written {
            text: value,
            span: value_span,
        },
    }
}

/// Names of methods that take a key and a value.
const SETTERS: [&str; 6] = [
    "put",
    "setProperty",
    "set",
    "entry",
    "putIfAbsent",
    "withProperty",
];

/// `put(K, V)`, or `Map.of(K, V, K, V, …)`, whose name is at `at`.
fn call(text: &str, lexemes: &[Lexeme], at: usize, entries: &mut Vec<Entry>) -> Option<()> {
    let name = lexemes.get(at).filter(|lexeme| lexeme.kind == Kind::Word)?;
    let name = name.span.text(text);
    let method = name.rsplit('.').next().unwrap_or(name);
    let is_map = matches!(name, "Map.of" | "ImmutableMap.of");
    if !is_map && !SETTERS.contains(&method) {
        return None;
    }
    if lexemes.get(at + 1)?.kind != Kind::Punct('(') {
        return None;
    }
    let arguments = arguments(lexemes, at + 2);
    for pair in arguments.chunks_exact(2) {
        if let [key, value] = pair {
            pair_entry(text, key, value, entries);
        }
        if !is_map {
            break;
        }
    }
    Some(())
}

/// How many lexemes a call or a value may have. One that never ends is somebody typing, a longer one
/// is no configuration.
const LONGEST: usize = 400;

/// The arguments of a call, each as its lexemes, from behind the parenthesis to its partner.
fn arguments(lexemes: &[Lexeme], from: usize) -> Vec<&[Lexeme]> {
    let mut arguments = Vec::new();
    let mut depth = 0_usize;
    let mut start = from;
    for at in from..lexemes.len().min(from + LONGEST) {
        let Some(lexeme) = lexemes.get(at) else { break };
        match lexeme.kind {
            Kind::Punct(')' | ']' | '}') if depth == 0 => {
                arguments.extend(lexemes.get(start..at).filter(|part| !part.is_empty()));
                return arguments;
            }
            Kind::Punct('(' | '[' | '{') => depth += 1,
            Kind::Punct(')' | ']' | '}') => depth -= 1,
            Kind::Punct(',') if depth == 0 => {
                arguments.extend(lexemes.get(start..at));
                start = at + 1;
            }
            Kind::Punct(';') => break,
            _ => {}
        }
    }
    Vec::new()
}

/// Kotlin's `K to V`, Scala's `K -> V`, and `props[K] = V`.
fn infix(text: &str, lexemes: &[Lexeme], at: usize, entries: &mut Vec<Entry>) -> Option<()> {
    let key = lexemes.get(at..=at)?;
    key_name(text, key)?;
    let next = lexemes.get(at + 1)?;
    let word_to = next.kind == Kind::Word && next.span.text(text) == "to";
    let is = |offset: usize, char: char| {
        let lexeme = lexemes.get(at + offset);
        lexeme.is_some_and(|lexeme| lexeme.kind == Kind::Punct(char))
    };
    let from = if word_to {
        at + 2
    } else if (is(1, '-') && is(2, '>')) || (is(1, ']') && is(2, '=')) {
        at + 3
    } else {
        return None;
    };
    let line = lexemes.get(from)?.outer;
    let mut to = from;
    let mut depth = 0_usize;
    while let Some(lexeme) = lexemes.get(to).filter(|_| to < from + LONGEST) {
        let between = Span::new(line.start, lexeme.outer.start).text(text);
        match lexeme.kind {
            Kind::Punct('(' | '[' | '{') => depth += 1,
            Kind::Punct(')' | ']' | '}' | ',' | ';') if depth == 0 => break,
            Kind::Punct(')' | ']' | '}') => depth -= 1,
            _ if depth == 0 && between.contains('\n') => break,
            _ => {}
        }
        to += 1;
    }
    pair_entry(text, key, lexemes.get(from..to)?, entries);
    Some(())
}

fn pair_entry(text: &str, key: &[Lexeme], value: &[Lexeme], entries: &mut Vec<Entry>) {
    let (Some(name), Some(first), Some(start), Some(end)) = (
        key_name(text, key),
        key.first(),
        value.first(),
        value.last(),
    ) else {
        return;
    };
    let whole = Span::new(start.outer.start, end.outer.end);
    let (value, span) = match literal(text, value) {
        Some((literal, span)) => (literal, span),
        None => (format!("${{{}}}", whole.text(text)), whole),
    };
    entries.push(entry(name, first.span, value, span));
}

/// The property that a key means: a text with a point in it, or a constant.
fn key_name(text: &str, key: &[Lexeme]) -> Option<String> {
    let [key] = key else { return None };
    match &key.kind {
        Kind::Text(name) if name.contains('.') && !name.contains(char::is_whitespace) => {
            Some(name.clone())
        }
        Kind::Text(name) => catalog::property(name).map(|property| property.name.to_owned()),
        Kind::Word => constant(key.span.text(text)),
        Kind::Punct(_) => None,
    }
}

/// `ConsumerConfig.GROUP_ID_CONFIG`, with or without the class.
fn constant(word: &str) -> Option<String> {
    let (class, name) = word.rsplit_once('.').unwrap_or(("", word));
    let class = class.rsplit('.').next().unwrap_or(class);
    let known = [
        "",
        "ConsumerConfig",
        "CommonClientConfigs",
        "SaslConfigs",
        "SslConfigs",
    ];
    let upper = |char: char| char.is_ascii_uppercase() || char.is_ascii_digit() || char == '_';
    if !known.contains(&class) || name.is_empty() || !name.chars().all(upper) {
        return None;
    }
    // Most constants are their property in capitals. These leave something out or add something.
    let special = match name {
        "KEY_DESERIALIZER_CLASS_CONFIG" => "key.deserializer",
        "VALUE_DESERIALIZER_CLASS_CONFIG" => "value.deserializer",
        "METRIC_REPORTER_CLASSES_CONFIG" => "metric.reporters",
        "METADATA_MAX_AGE_CONFIG" => "metadata.max.age.ms",
        "SEND_BUFFER_CONFIG" => "send.buffer.bytes",
        "RECEIVE_BUFFER_CONFIG" => "receive.buffer.bytes",
        _ => "",
    };
    if !special.is_empty() {
        return Some(special.to_owned());
    }
    let bare = name.strip_suffix("_CONFIG").unwrap_or(name);
    let property = bare.to_ascii_lowercase().replace('_', ".");
    catalog::property(&property).map(|property| property.name.to_owned())
}

/// The value of a literal, and its place.
fn literal(text: &str, value: &[Lexeme]) -> Option<(String, Span)> {
    let first = value.first()?;
    if let [only] = value {
        if let Kind::Text(literal) = &only.kind {
            return Some((literal.clone(), only.span));
        }
        let word = only.span.text(text);
        if let Some(class) = class_literal(word) {
            return Some((class, only.span));
        }
        return number_or_boolean(word).map(|literal| (literal, only.span));
    }
    if let [minus, number] = value
        && minus.kind == Kind::Punct('-')
    {
        let literal = number_or_boolean(number.span.text(text))?;
        return Some((
            format!("-{literal}"),
            Span::new(minus.span.start, number.span.end),
        ));
    }
    // `X.class.getName()` and Kotlin's `X::class.java.name`.
    let whole = Span::new(first.outer.start, value.last()?.outer.end);
    let source = whole.text(text);
    let name = source
        .strip_suffix(".getName()")
        .or_else(|| source.strip_suffix(".getCanonicalName()"))
        .and_then(|source| source.strip_suffix(".class"))
        .or_else(|| source.split_once("::class").map(|(name, _)| name))?;
    class_name(name).map(|class| (class, whole))
}

fn class_literal(word: &str) -> Option<String> {
    let name = word.strip_suffix(".class").or_else(|| {
        let name = word.strip_suffix(".class.getName");
        name.or_else(|| word.strip_suffix(".class.getCanonicalName"))
    })?;
    class_name(name)
}

/// The full name of a class of Kafka's; another class as written.
fn class_name(name: &str) -> Option<String> {
    let word = |char: char| char.is_alphanumeric() || matches!(char, '_' | '.' | '$');
    if name.is_empty() || !name.chars().all(word) {
        return None;
    }
    let full = startup::full_names(name, KafkaVersion::NEWEST).next();
    match full {
        Some(full) => Some(full.to_owned()),
        // An import may give it a package, which isn't read.
        None if name.contains('.') => Some(name.to_owned()),
        None => None,
    }
}

fn number_or_boolean(word: &str) -> Option<String> {
    if matches!(word, "true" | "false" | "null") {
        return Some(word.to_owned());
    }
    let digits = word
        .strip_suffix(['L', 'l'])
        .unwrap_or(word)
        .replace('_', "");
    let number = digits.starts_with(|char: char| char.is_ascii_digit())
        && digits
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.');
    number.then_some(digits)
}

fn lex(text: &str) -> (Vec<Lexeme>, Vec<Token>) {
    let mut lexer = Lexer {
        text,
        offset: 0,
        lexemes: Vec::new(),
        comments: Vec::new(),
    };
    while let Some(char) = lexer.rest().chars().next() {
        lexer.step(char);
    }
    (lexer.lexemes, lexer.comments)
}

struct Lexer<'a> {
    text: &'a str,
    offset: usize,
    lexemes: Vec<Lexeme>,
    comments: Vec<Token>,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.offset..).unwrap_or_default()
    }

    fn step(&mut self, char: char) {
        let rest = self.rest();
        let start = self.offset;
        if char.is_whitespace() {
            self.offset += char.len_utf8();
        } else if rest.starts_with("//") {
            self.comment(rest.find(['\n', '\r']).unwrap_or(rest.len()));
        } else if rest.starts_with("/*") {
            let end = rest.get(2..).and_then(|rest| rest.find("*/"));
            self.comment(end.map_or(rest.len(), |end| end + 4));
        } else if matches!(char, '"' | '\'') {
            self.quoted(char);
        } else if char.is_alphanumeric() || char == '_' {
            let word = |char: char| char.is_alphanumeric() || matches!(char, '_' | '.' | '$');
            let length = rest.find(|char| !word(char)).unwrap_or(rest.len());
            let length = rest
                .get(..length)
                .unwrap_or(rest)
                .trim_end_matches('.')
                .len();
            self.push(Kind::Word, Span::new(start, start + length));
        } else {
            self.push(Kind::Punct(char), Span::new(start, start + char.len_utf8()));
        }
    }

    fn push(&mut self, kind: Kind, span: Span) {
        self.lexemes.push(Lexeme {
            kind,
            span,
            outer: span,
        });
        self.offset = span.end;
    }

    fn comment(&mut self, length: usize) {
        let end = self.offset + length;
        self.comments
            .push(token(TokenKind::Comment, self.offset, end));
        self.offset = end;
    }

    /// A quoted text up to its quote, or to the end of the line where that is missing.
    fn quoted(&mut self, quote: char) {
        let start = self.offset;
        let rest = self.rest();
        let triple = if quote == '"' { "\"\"\"" } else { "'''" };
        if let Some(inside) = rest.strip_prefix(triple)
            && let Some(length) = inside.find(triple)
        {
            let span = Span::new(start + 3, start + 3 + length);
            let kind = Kind::Text(span.text(self.text).to_owned());
            let outer = Span::new(start, span.end + 3);
            self.lexemes.push(Lexeme { kind, span, outer });
            self.offset = outer.end;
            return;
        }
        let mut decoded = String::new();
        let mut end = start + 1;
        let mut closed = false;
        let mut chars = rest.get(1..).unwrap_or_default().chars();
        while let Some(char) = chars.next() {
            if char == quote {
                closed = true;
                break;
            }
            if matches!(char, '\n' | '\r') {
                break;
            }
            end += char.len_utf8();
            if char != '\\' {
                decoded.push(char);
                continue;
            }
            let Some(escaped) = chars.next().filter(|char| !matches!(char, '\n' | '\r')) else {
                break;
            };
            end += escaped.len_utf8();
            decoded.push(match escaped {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                other => other,
            });
        }
        let span = Span::new(start + 1, end);
        let outer = Span::new(start, if closed { end + 1 } else { end });
        let kind = Kind::Text(decoded);
        self.lexemes.push(Lexeme { kind, span, outer });
        self.offset = outer.end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(parsed: &Parsed) -> Vec<(&str, &str)> {
        let entries = parsed.entries.iter();
        entries
            .map(|entry| (entry.key.text.as_str(), entry.value.text.as_str()))
            .collect()
    }

    #[test]
    fn java_puts() {
        let text = r#"
            props.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 300_000L); // c
            props.put("enable.auto.commit", "true");
            props.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, RangeAssignor.class.getName());
            props.put(KEY_DESERIALIZER_CLASS_CONFIG, StringDeserializer.class);
            props.put(GROUP_INSTANCE_ID_CONFIG, "a-" + UUID.randomUUID());
            cache.put("x", 1);
        "#;
        assert_eq!(
            read(&parse(text)),
            [
                ("session.timeout.ms", "300000"),
                ("enable.auto.commit", "true"),
                (
                    "partition.assignment.strategy",
                    "org.apache.kafka.clients.consumer.RangeAssignor"
                ),
                (
                    "key.deserializer",
                    "org.apache.kafka.common.serialization.StringDeserializer"
                ),
                ("group.instance.id", "${\"a-\" + UUID.randomUUID()}"),
            ]
        );
    }

    #[test]
    fn maps_and_kotlin() {
        let text = "Map.of(\"group.id\", \"g\", MAX_POLL_RECORDS_CONFIG, 5)\n\
                    mapOf(\"session.timeout.ms\" to 6000,\n ConsumerConfig.CLIENT_ID_CONFIG to \"c\")\n\
                    props[\"heartbeat.interval.ms\"] = \"2000\"\n";
        assert_eq!(
            read(&parse(text)),
            [
                ("group.id", "g"),
                ("max.poll.records", "5"),
                ("session.timeout.ms", "6000"),
                ("client.id", "c"),
                ("heartbeat.interval.ms", "2000"),
            ]
        );
    }

    #[test]
    fn json_paths() {
        let text = r#"{"name": "n", "config": {"consumer.override.group.id": "jdbc", "t": 4}}"#;
        assert_eq!(
            read(&parse_json(text)),
            [
                ("name", "n"),
                ("config.consumer.override.group.id", "jdbc"),
                ("config.t", "4"),
            ]
        );
    }
}
