//! Values in program text: what can be told without running it.
//!
//! A text, a number, a boolean, a class, a product of numbers and units of time, a list of such
//! values, and the few names by which clients call Kafka's words (`sarama.OffsetOldest`). Anything
//! else is known only when the program runs, and is given as `${…}` round its own text.

use super::cover::covered;
use super::document::{Entry, Part, Written};
use super::lex::{Kind, Lexeme, Source};
use super::properties::Parsed;
use super::span::Span;
use crate::startup;
use crate::version::KafkaVersion;

/// An entry with its separator between key and value.
pub(super) fn entry(key: String, key_span: Span, value: String, value_span: Span) -> Entry {
    Entry {
        owner: 0,
        separator: Some(Span::new(key_span.end, value_span.start)),
        span: Span::new(key_span.start, value_span.end.max(key_span.end)),
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

/// Entries that were found in a text, with what else is in it.
pub(super) fn finish(source: Source<'_>, mut entries: Vec<Entry>, parts: Vec<Part>) -> Parsed {
    let others: Vec<&Part> = parts.iter().filter(|part| makes_another(part)).collect();
    let is_argument = |part: &&Part, entry: &Entry| {
        part.extent.start < entry.span.start && entry.span.end < part.extent.end
    };
    entries.retain(|entry| !others.iter().any(|part| is_argument(part, entry)));
    entries.sort_by_key(|entry| entry.span);
    entries.dedup_by_key(|entry| entry.key.span);
    source.number_owners(&parts, &mut entries);
    covered(source.text, source.comments, entries, parts)
}

/// Whether a call makes a producer or an admin client.
fn makes_another(part: &Part) -> bool {
    let method = part.name.rsplit('.').next().unwrap_or_default();
    method.contains("roducer") || method.contains("AdminClient")
}

/// What a value says, and its place: literally where it can be told, else `${…}` round its text.
pub(super) fn value(text: &str, lexemes: &[Lexeme]) -> Option<(String, Span)> {
    let (first, last) = (lexemes.first()?, lexemes.last()?);
    let whole = Span::new(first.outer.start, last.outer.end);
    let told = literal(text, lexemes).or_else(|| list(text, lexemes).map(|list| (list, whole)));
    Some(told.unwrap_or_else(|| (format!("${{{}}}", whole.text(text)), whole)))
}

/// The value of a literal, and its place.
fn literal(text: &str, value: &[Lexeme]) -> Option<(String, Span)> {
    let first = value.first()?;
    if let [only] = value {
        if let Kind::Text(literal) = &only.kind {
            return Some((literal.clone(), only.span));
        }
        let word = only.span.text(text);
        let class = class_literal(word).or_else(|| number_or_boolean(word));
        if let Some(literal) = class {
            return Some((literal, only.span));
        }
    }
    let whole = Span::new(first.outer.start, value.last()?.outer.end);
    if let [minus, number] = value
        && minus.is('-')
    {
        let literal = number_or_boolean(number.span.text(text))?;
        return Some((format!("-{literal}"), whole));
    }
    let counted = without_cast(text, value);
    if let Some(number) = product(text, counted).or_else(|| milliseconds(text, counted)) {
        return Some((number.to_string(), whole));
    }
    let source = whole.text(text);
    if let Some(word) = symbol(source) {
        return Some((word, whole));
    }
    // `X.class.getName()` and Kotlin's `X::class.java.name`.
    let name = source
        .strip_suffix(".getName()")
        .or_else(|| source.strip_suffix(".getCanonicalName()"))
        .and_then(|source| source.strip_suffix(".class"))
        .or_else(|| source.split_once("::class").map(|(name, _)| name))
        .or_else(|| scala_class(source))?;
    class_name(name).map(|class| (class, whole))
}

/// A time of Java's in milliseconds: `Duration.ofSeconds(30).toMillis()`, `TimeUnit.MINUTES.toMillis(5)`.
fn milliseconds(text: &str, value: &[Lexeme]) -> Option<i64> {
    let factor = |unit: &str| match unit.to_ascii_uppercase().as_str() {
        "MILLIS" | "MILLISECONDS" => Some(1),
        "SECONDS" => Some(1_000),
        "MINUTES" => Some(60_000),
        "HOURS" => Some(3_600_000),
        "DAYS" => Some(86_400_000),
        _ => None,
    };
    let [maker, open, rest @ ..] = value else {
        return None;
    };
    let maker = maker.span.text(text);
    let path = maker.strip_prefix("java.time.").unwrap_or(maker);
    let path = path.strip_prefix("java.util.concurrent.").unwrap_or(path);
    let (unit, number) = if let Some(unit) = path.strip_prefix("Duration.of") {
        let [number @ .., close, point, to, begin, end] = rest else {
            return None;
        };
        let asks = [(close, ')'), (point, '.'), (begin, '('), (end, ')')];
        let fits = asks.iter().all(|(lexeme, char)| lexeme.is(*char));
        (fits && to.span.text(text) == "toMillis").then_some((unit, number))?
    } else {
        let unit = path.strip_prefix("TimeUnit.")?.strip_suffix(".toMillis")?;
        let [number @ .., close] = rest else {
            return None;
        };
        close.is(')').then_some((unit, number))?
    };
    let number = product(text, number).filter(|_| open.is('('))?;
    number.checked_mul(factor(unit)?)
}

/// A value without the cast in front of it or the call round it that makes Java's `int` of it.
fn without_cast<'a>(text: &str, value: &'a [Lexeme]) -> &'a [Lexeme] {
    match value {
        [open, cast, close, rest @ ..]
            if open.is('(')
                && close.is(')')
                && ["int", "long", "Integer", "Long"].contains(&cast.span.text(text)) =>
        {
            rest
        }
        [cast, open, inner @ .., close]
            if cast.span.text(text) == "Math.toIntExact" && open.is('(') && close.is(')') =>
        {
            inner
        }
        whole => whole,
    }
}

/// `5 * 60 * 1000`, `6 * time.Second`, `time.Duration(30) * time.Second`; times in milliseconds.
fn product(text: &str, value: &[Lexeme]) -> Option<i64> {
    let mut product = 1_i64;
    for factor in value.split(|lexeme| lexeme.is('*')) {
        let factor = match factor {
            [cast, open, inner @ .., close] if open.is('(') && close.is(')') => {
                let cast = cast.span.text(text);
                ["time.Duration", "int", "int32", "int64"]
                    .contains(&cast)
                    .then_some(inner)?
            }
            plain => plain,
        };
        let [word] = factor else { return None };
        product = product.checked_mul(match word.span.text(text) {
            _ if word.kind != Kind::Word => return None,
            "time.Millisecond" => 1,
            "time.Second" => 1_000,
            "time.Minute" => 60_000,
            "time.Hour" => 3_600_000,
            number => number
                .replace('_', "")
                .trim_end_matches(['L', 'l'])
                .parse()
                .ok()?,
        })?;
    }
    Some(product)
}

/// `["a", "b"]`, `List.of("a", "b")`, `[]string{"a"}`, `("a",)`: the elements, joined by commas.
fn list(text: &str, value: &[Lexeme]) -> Option<String> {
    const MAKERS: [&str; 8] = [
        "List.of",
        "Set.of",
        "Arrays.asList",
        "listOf",
        "setOf",
        "Collections.singletonList",
        "kgo.Balancers",
        "List",
    ];
    let inner = match value {
        [open, inner @ .., close]
            if open.is('[') && close.is(']') || open.is('(') && close.is(')') =>
        {
            inner
        }
        [maker, open, inner @ .., close]
            if MAKERS.contains(&maker.span.text(text)) && open.is('(') && close.is(')') =>
        {
            inner
        }
        [open, end, _, brace, inner @ .., close]
            if open.is('[') && end.is(']') && brace.is('{') && close.is('}') =>
        {
            inner
        }
        _ => return None,
    };
    if inner.is_empty() {
        return Some(String::new());
    }
    let parts: Vec<&[Lexeme]> = inner.split(|lexeme| lexeme.is(',')).collect();
    let told = parts.into_iter().filter(|part| !part.is_empty());
    let told: Option<Vec<String>> = told.map(|part| Some(literal(text, part)?.0)).collect();
    told.map(|parts| parts.join(","))
}

/// What clients call Kafka's words, without package, `New` and parentheses.
const SYMBOLS: [(&str, &str); 22] = [
    ("AtStart", "earliest"),
    ("AtEnd", "latest"),
    ("BalanceStrategyRange", "range"),
    ("BalanceStrategyRoundRobin", "roundrobin"),
    ("BalanceStrategySticky", "sticky"),
    ("BalanceStrategyCooperativeSticky", "cooperative-sticky"),
    ("RangeBalancer", "range"),
    ("RoundRobinBalancer", "roundrobin"),
    ("StickyBalancer", "sticky"),
    ("CooperativeStickyBalancer", "cooperative-sticky"),
    ("RangePartitionAssignor", "range"),
    ("RoundRobinPartitionAssignor", "roundrobin"),
    ("StickyPartitionAssignor", "sticky"),
    ("CooperativeStickyAssignor", "cooperative-sticky"),
    ("PartitionAssigners.roundRobin", "roundrobin"),
    ("PartitionAssignmentStrategy.Range", "range"),
    (
        "PartitionAssignmentStrategy.CooperativeSticky",
        "cooperative-sticky",
    ),
    ("OffsetOldest", "earliest"),
    ("OffsetNewest", "latest"),
    ("AutoOffsetReset.Earliest", "earliest"),
    ("AutoOffsetReset.Latest", "latest"),
    ("ReadCommitted", "read_committed"),
];

fn symbol(source: &str) -> Option<String> {
    let name = source.strip_suffix("()").unwrap_or(source);
    let last = name.rsplit('.').next()?;
    // `sarama.V2_1_0_0`
    if let Some(version) = last
        .strip_prefix('V')
        .filter(|_| name.starts_with("sarama."))
    {
        return Some(version.replace('_', "."));
    }
    let bare = last.strip_prefix("New").unwrap_or(last);
    let found = SYMBOLS
        .iter()
        .find(|(symbol, _)| *symbol == bare || symbol.contains('.') && name.ends_with(symbol));
    found.map(|(_, word)| (*word).to_owned())
}

/// The name in Scala's `classOf[X]`, with or without `.getName`.
fn scala_class(source: &str) -> Option<&str> {
    let inner = source.strip_suffix(".getName").unwrap_or(source);
    inner.strip_prefix("classOf[")?.strip_suffix(']')
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
    if matches!(word, "true" | "false" | "null" | "True" | "False") {
        return Some(word.to_ascii_lowercase());
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
