//! XML: properties as elements, and the settings of `MuleSoft`'s Kafka connector.
//!
//! An element with a `key` or `name` and a `value` is a property: `<entry key="group.id" value="g"/>`.
//! Any other attribute is an entry `element@attribute`, the element without its prefix. A time with
//! its unit in an attribute beside it is given in milliseconds. Elements are parts.

use super::cover::{covered, token};
use super::document::{Entry, Part, TokenKind, Written};
use super::literal::entry;
use super::properties::Parsed;
use super::span::Span;

/// An attribute with the places of its name and its value.
struct Attribute<'a> {
    name: &'a str,
    key: Span,
    value: Span,
}

/// The beginning of an element.
struct Tag<'a> {
    name: &'a str,
    at: Span,
    attributes: Vec<Attribute<'a>>,
    closed: bool,
    end: usize,
}

/// How many unclosed elements a closing tag may end. More are no XML.
const MOST_OPEN: usize = 64;

pub(super) fn parse(text: &str) -> Parsed {
    let mut comments = Vec::new();
    let mut entries: Vec<Entry> = Vec::new();
    let mut parts: Vec<Part> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut offset = 0;
    while let Some(found) = text.get(offset..).and_then(|rest| rest.find('<')) {
        let start = offset + found;
        let rest = text.get(start..).unwrap_or_default();
        if rest.starts_with("<!--") {
            let end = rest.find("-->").map_or(text.len(), |end| start + end + 3);
            comments.push(token(TokenKind::Comment, start, end));
            offset = end;
        } else if let Some(name) = rest.strip_prefix("</") {
            let length = name.find('>').unwrap_or(name.len());
            let name = name.get(..length).unwrap_or_default().trim();
            offset = (start + length + 3).min(text.len());
            let named = |index: &usize| parts.get(*index).is_some_and(|part| part.name == name);
            let mut near = open.iter().rev().take(MOST_OPEN);
            if let Some(inner) = near.position(named) {
                for index in open.drain(open.len() - 1 - inner..) {
                    if let Some(part) = parts.get_mut(index) {
                        part.extent.end = offset;
                    }
                }
            }
        } else if let Some(tag) = tag(text, start) {
            offset = tag.end;
            if !tag.closed {
                open.push(parts.len());
            }
            parts.push(Part {
                name: tag.name.to_owned(),
                at: tag.at,
                extent: Span::new(start, tag.end),
            });
            settings(text, &tag, &mut entries);
        } else {
            offset = start + 1;
        }
    }
    covered(text, comments, entries, parts)
}

/// The element that begins at `start`.
fn tag(text: &str, start: usize) -> Option<Tag<'_>> {
    let is_name = |char: char| char.is_alphanumeric() || matches!(char, ':' | '-' | '_' | '.');
    let name_at = |from: usize| {
        let rest = text.get(from..)?;
        let length = rest.find(|char| !is_name(char)).unwrap_or(rest.len());
        (length > 0).then(|| Span::new(from, from + length))
    };
    let skip = |from: usize| {
        let rest = text.get(from..).unwrap_or_default();
        from + (rest.len() - rest.trim_start().len())
    };
    let at = name_at(start + 1)?;
    let mut tag = Tag {
        name: at.text(text),
        at,
        attributes: Vec::new(),
        closed: false,
        end: at.end,
    };
    loop {
        let from = skip(tag.end);
        let rest = text.get(from..)?;
        if rest.starts_with("/>") || rest.starts_with('>') {
            tag.closed = rest.starts_with('/');
            tag.end = from + if tag.closed { 2 } else { 1 };
            return Some(tag);
        }
        let Some(key) = name_at(from) else {
            // Not XML: take the element as it is so far.
            tag.end = from;
            tag.closed = true;
            return Some(tag);
        };
        let equals = skip(key.end);
        tag.end = key.end;
        if !text.get(equals..)?.starts_with('=') {
            continue;
        }
        let quote_at = skip(equals + 1);
        let rest = text.get(quote_at..)?;
        let Some(quote) = rest
            .chars()
            .next()
            .filter(|char| matches!(char, '"' | '\''))
        else {
            continue;
        };
        let length = rest.get(1..)?.find(quote).unwrap_or(rest.len() - 1);
        let value = Span::new(quote_at + 1, quote_at + 1 + length);
        tag.end = (value.end + 1).min(text.len());
        tag.attributes.push(Attribute {
            name: key.text(text),
            key,
            value,
        });
    }
}

/// The entries of an element.
fn settings(text: &str, tag: &Tag<'_>, entries: &mut Vec<Entry>) {
    let find = |name: &str| {
        tag.attributes
            .iter()
            .find(|attribute| attribute.name == name)
    };
    if let Some(key) = find("key").or_else(|| find("name"))
        && let Some(value) = find("value")
    {
        let name = decoded(key.value.text(text));
        let mut property = entry(
            name,
            key.value,
            decoded(value.value.text(text)),
            value.value,
        );
        if value.value.start < key.value.start {
            // A value before its key: the entry still covers both.
            property.separator = None;
            property.span = Span::new(value.value.start, key.value.end);
        }
        entries.push(property);
        return;
    }
    let element = tag.name.rsplit(':').next().unwrap_or(tag.name);
    for attribute in &tag.attributes {
        let units = [
            format!("{}TimeUnit", attribute.name),
            format!("{}Unit", attribute.name),
        ];
        let unit = units.iter().find_map(|unit| find(unit));
        let written = decoded(attribute.value.text(text));
        let value = match unit {
            Some(unit) => scaled(&written, unit.value.text(text)).unwrap_or(written),
            None => written,
        };
        let key = format!("{element}@{}", attribute.name);
        // One element for each broker makes one list of them.
        let listed = entries
            .last_mut()
            .filter(|last| last.key.text == key && key == "bootstrap-server@value");
        if let Some(list) = listed {
            list.value.text = format!("{},{value}", list.value.text);
            continue;
        }
        entries.push(Entry {
            key: Written {
                text: key,
                span: attribute.key,
            },
            ..entry(String::new(), attribute.key, value, attribute.value)
        });
    }
}

/// A number in a unit as milliseconds or bytes.
fn scaled(number: &str, unit: &str) -> Option<String> {
    let factor: i64 = match unit.to_ascii_uppercase().as_str() {
        "MILLISECONDS" | "BYTE" | "BYTES" => 1,
        "SECONDS" => 1_000,
        "MINUTES" => 60_000,
        "HOURS" => 3_600_000,
        "DAYS" => 86_400_000,
        "KB" => 1 << 10,
        "MB" => 1 << 20,
        "GB" => 1 << 30,
        _ => return None,
    };
    let number: i64 = number.trim().parse().ok()?;
    Some(number.checked_mul(factor)?.to_string())
}

fn decoded(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let pairs = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&apos;", "'"),
        ("&amp;", "&"),
    ];
    pairs.iter().fold(text.to_owned(), |text, (escape, char)| {
        text.replace(escape, char)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_attributes_and_elements() {
        let text = "<!-- <a b=\"c\"/> --><kafka:config name=\"K\"><kafka:additional-property key=\"group.id\" value=\"a&amp;b\"/>\n\
                    <kafka:listener sessionTimeout='10' sessionTimeoutTimeUnit='SECONDS'></kafka:listener></kafka:config><x";
        let parsed = parse(text);
        let read = parsed.pairs();
        assert_eq!(
            read,
            [
                ("config@name", "K"),
                ("group.id", "a&b"),
                ("listener@sessionTimeout", "10000"),
                ("listener@sessionTimeoutTimeUnit", "SECONDS"),
            ]
        );
        let config = parsed.parts.first().map(|part| part.extent.text(text));
        assert!(
            config.is_some_and(|config| config.ends_with("</kafka:config>")),
            "{config:?}"
        );
    }
}
