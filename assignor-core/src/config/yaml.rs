//! YAML as configurations use it: nested maps of scalars, lists, several documents.
//!
//! Read line by line and tolerantly: block maps and lists, flow lists and maps on one line, quoted
//! and plain scalars, block scalars, comments. Each scalar is an entry whose key is its path with
//! points. A list of scalars is one entry, its items joined with commas. Aliases and tags aren't
//! followed; such a value is given as `${…}`. Variables of containers (`env:` of Kubernetes and of Helm's
//! values, `environment:` of compose, `data:` of a `ConfigMap`) are entries by their own name. A literal block whose key
//! is the name of a file, as a `ConfigMap` has them, is a file within the text. A document for a Spring profile
//! has `profile:` before its keys, because it isn't part of what everybody gets.

use std::collections::BTreeMap;

use super::containers::{Containers, Variable, container_variable, holds_variables};
use super::cover::{covered, token};
use super::document::{Entry, Token, TokenKind};
use super::literal::entry;
use super::members::Embedded;
use super::properties::Parsed;
use super::scopes::{OWNERS_OF_A_DOCUMENT, PROFILE};
use super::span::Span;
use super::{detect, spring};

pub(super) fn parse(text: &str) -> Parsed {
    let mut reader = Reader::default();
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end_matches(['\n', '\r']);
        reader.line(bare, offset, offset + line.len());
        offset += line.len();
    }
    reader.finish(text)
}

/// A scalar with the way to it.
#[derive(Debug)]
pub(super) struct Scalar {
    pub(super) path: Vec<String>,
    /// The innermost list item that it belongs to.
    pub(super) item: usize,
    pub(super) document: usize,
    pub(super) key: Span,
    pub(super) value: String,
    pub(super) span: Span,
}

/// What the lines so far have opened.
#[derive(Debug)]
struct Level {
    indent: usize,
    name: String,
    key: Span,
    item: usize,
    /// For an item its place in the list, from 0; for a key the number of its items so far.
    count: usize,
}

/// A file in a literal block.
#[derive(Debug)]
struct File {
    embedded: Embedded,
    /// How far its first line is indented.
    indent: usize,
}

#[derive(Debug, Default)]
struct Reader {
    levels: Vec<Level>,
    scalars: Vec<Scalar>,
    comments: Vec<Token>,
    /// The indent of the key whose block scalar is being skipped.
    block: Option<usize>,
    /// Whether that block is a file, the last one.
    file: bool,
    files: Vec<File>,
    items: usize,
    document: usize,
}

impl Reader {
    /// A line that begins at `start` and ends, with its line end, at `end`.
    fn line(&mut self, line: &str, start: usize, end: usize) {
        let body = line.trim_start_matches(' ');
        let indent = line.len() - body.len();
        if let Some(block) = self.block {
            if body.trim().is_empty() || indent > block {
                if self.file {
                    self.file_line(body, start, Span::new(start + indent, end));
                } else {
                    self.extend_block(line, start, indent);
                }
                return;
            }
            self.block = None;
        }
        if body.trim().is_empty() {
            return;
        }
        if body.starts_with('#') {
            let end = start + line.len();
            self.comments
                .push(token(TokenKind::Comment, start + indent, end));
        } else if indent == 0 && (body == "---" || body.starts_with("--- ") || body == "...") {
            self.levels.clear();
            self.document += 1;
        } else {
            // A list may stand right below its key, no deeper.
            let item = body == "-" || body.starts_with("- ");
            self.levels.retain(|level| {
                level.indent < indent || level.name.is_empty() || item && level.indent == indent
            });
            self.content(body, start + indent, indent);
        }
    }

    /// A line's content, which begins at `start` and stands at `indent`.
    fn content(&mut self, body: &str, start: usize, indent: usize) {
        if body == "-" || body.starts_with("- ") {
            // An item: it closes the item before it and what that opened.
            let keep = self
                .levels
                .iter()
                .position(|level| {
                    level.indent > indent || (level.indent == indent && level.name.is_empty())
                })
                .unwrap_or(self.levels.len());
            self.levels.truncate(keep);
            self.items += 1;
            let count = self.levels.last_mut().map_or(0, |owner| {
                owner.count += 1;
                owner.count - 1
            });
            self.levels.push(Level {
                indent,
                name: String::new(),
                key: Span::at(start),
                item: self.items,
                count,
            });
            let rest = body.get(1..).unwrap_or_default();
            let inner = rest.trim_start();
            let skipped = body.len() - inner.len();
            if inner.is_empty() {
                return;
            }
            if let Some(map) = in_braces(inner) {
                self.flow_map(map, start + skipped + 1);
            } else if split_key(inner).is_some() || inner.starts_with("- ") {
                self.content(inner, start + skipped, indent + skipped);
            } else {
                self.item(inner, start + skipped);
            }
            return;
        }
        let keep = self
            .levels
            .iter()
            .position(|level| level.indent >= indent)
            .unwrap_or(self.levels.len());
        self.levels.truncate(keep);
        let Some((key, quoted, after)) = split_key(body) else {
            return;
        };
        let quote = usize::from(quoted);
        let key_span = Span::new(start + quote, start + quote + key.len());
        let rest = body.get(after..).unwrap_or_default();
        let value = rest.trim_start();
        let value_start = start + after + (rest.len() - value.len());
        let name = key.trim_start_matches('[').trim_end_matches(']').to_owned();
        if value.is_empty() || value.starts_with('#') {
            self.comment(value, value_start);
            self.open(indent, name, key_span);
            return;
        }
        if value.starts_with(['|', '>']) {
            self.block = Some(indent);
            self.file = value.starts_with('|') && detect::by_name(&name).is_some();
            if self.file {
                let embedded = Embedded {
                    name,
                    lines: Vec::new(),
                };
                self.files.push(File {
                    embedded,
                    indent: 0,
                });
                return;
            }
            self.scalar(
                name,
                key_span,
                String::new(),
                Span::at(value_start + value.len()),
            );
            return;
        }
        self.value(name, key_span, value, value_start);
    }

    /// Goes a level deeper, below a key.
    fn open(&mut self, indent: usize, name: String, key: Span) {
        let item = self.innermost_item();
        self.levels.push(Level {
            indent,
            name,
            key,
            item,
            count: 0,
        });
    }

    fn innermost_item(&self) -> usize {
        self.levels.last().map_or(0, |level| level.item)
    }

    fn comment(&mut self, text: &str, start: usize) {
        if text.starts_with('#') {
            self.comments
                .push(token(TokenKind::Comment, start, start + text.len()));
        }
    }

    fn scalar(&mut self, name: String, key: Span, value: String, span: Span) {
        let mut path: Vec<String> = Vec::new();
        for level in &self.levels {
            match path.last_mut() {
                // Items after the first have their place, so that their keys differ.
                Some(owner) if level.name.is_empty() && level.count > 0 => {
                    *owner = format!("{owner}[{}]", level.count);
                }
                _ if level.name.is_empty() => {}
                _ => path.push(level.name.clone()),
            }
        }
        path.push(name);
        self.scalars.push(Scalar {
            path,
            item: self.innermost_item(),
            document: self.document,
            key,
            value,
            span,
        });
    }

    /// A line of a file, whose first character is at the beginning of `content`.
    fn file_line(&mut self, body: &str, start: usize, content: Span) {
        let Some(file) = self.files.last_mut() else {
            return;
        };
        let indent = content.start - start;
        let empty = body.trim().is_empty();
        let first = file.embedded.lines.iter().all(|line| line.is_empty());
        if first && !empty {
            file.indent = indent;
        }
        let skipped = if empty {
            indent
        } else {
            indent.min(file.indent)
        };
        let line = Span::new(start + skipped, content.end);
        // Blank lines before the first don't matter, and would hide how far it is indented.
        if !(first && empty) {
            file.embedded.lines.push(line);
        }
    }

    /// A line of a block scalar belongs to the last scalar.
    fn extend_block(&mut self, line: &str, start: usize, indent: usize) {
        let content = line.get(indent..).unwrap_or_default();
        if content.trim().is_empty() {
            return;
        }
        let Some(scalar) = self.scalars.last_mut() else {
            return;
        };
        if scalar.value.is_empty() {
            scalar.span = Span::new(start + indent, start + line.len());
        } else {
            scalar.value.push('\n');
            scalar.span = Span::new(scalar.span.start, start + line.len());
        }
        scalar.value.push_str(content);
    }

    /// The value of a key on the same line.
    fn value(&mut self, name: String, key: Span, text: &str, start: usize) {
        if let Some(inner) = text.strip_prefix('[').and_then(|rest| until(rest, ']')) {
            let items: Vec<(String, Span)> = pieces(inner, start + 1)
                .filter_map(|(piece, at)| read_scalar(piece, at))
                .collect();
            let (Some(first), Some(last)) = (items.first(), items.last()) else {
                self.scalar(name, key, String::new(), Span::at(start + 1));
                return;
            };
            let span = Span::new(first.1.start, last.1.end);
            let joined: Vec<&str> = items.iter().map(|(item, _)| item.as_str()).collect();
            self.scalar(name, key, joined.join(","), span);
        } else if let Some(inner) = in_braces(text) {
            let item = self.innermost_item();
            self.levels.push(Level {
                indent: usize::MAX,
                name,
                key,
                item,
                count: 0,
            });
            self.flow_map(inner, start + 1);
            self.levels.pop();
        } else if let Some((value, span)) = read_scalar(text, start) {
            let after = (span.end - start).min(text.len());
            let rest = text.get(after..).unwrap_or_default();
            if let Some(at) = rest.find('#') {
                self.comment(rest.get(at..).unwrap_or_default(), start + after + at);
            }
            self.scalar(name, key, value, span);
        }
    }

    /// The pairs of a map on one line.
    fn flow_map(&mut self, inner: &str, start: usize) {
        for (piece, at) in pieces(inner, start) {
            let Some((key, quoted, after)) = split_key(piece) else {
                continue;
            };
            let rest = piece.get(after..).unwrap_or_default();
            let value = rest.trim_start();
            let key_start = at + usize::from(quoted);
            let key_span = Span::new(key_start, key_start + key.len());
            let value_start = at + after + (rest.len() - value.len());
            if let Some((value, span)) = read_scalar(value, value_start) {
                self.scalar(key.to_owned(), key_span, value, span);
            }
        }
    }

    /// A scalar item of a list joins the items before it.
    fn item(&mut self, text: &str, start: usize) {
        let Some((value, span)) = read_scalar(text, start) else {
            return;
        };
        let item = self.levels.pop();
        let owner = self
            .levels
            .last()
            .map(|level| (level.name.clone(), level.key));
        if let Some((name, key)) = owner.filter(|(name, _)| !name.is_empty()) {
            let of_list = |scalar: &&mut Scalar| scalar.key == key;
            let variable = name == "environment" && value.contains('=');
            match self.scalars.last_mut().filter(of_list) {
                Some(list) if !variable => {
                    list.value.push(',');
                    list.value.push_str(&value);
                    list.span = Span::new(list.span.start, span.end);
                }
                _ if variable => {
                    let (variable, value) = value.split_once('=').unwrap_or_default();
                    let end = span.start + variable.len();
                    let key = Span::new(span.start, end);
                    let rest = Span::new((end + 1).min(span.end), span.end);
                    self.scalar(variable.to_owned(), key, value.to_owned(), rest);
                }
                _ => {
                    let level = self.levels.pop();
                    self.scalar(name, key, value, span);
                    self.levels.extend(level);
                }
            }
        }
        self.levels.extend(item);
    }

    fn finish(mut self, text: &str) -> Parsed {
        let scalars = std::mem::take(&mut self.scalars);
        let profiled: Vec<usize> = scalars
            .iter()
            .filter(|scalar| spring::names_a_profile(&scalar.path.join(".")))
            .map(|scalar| scalar.document)
            .collect();
        let containers = Containers::of(&scalars);
        let mut numbers: BTreeMap<(usize, &[String]), usize> = BTreeMap::new();
        let mut entries: Vec<Entry> = Vec::new();
        for (at, scalar) in scalars.iter().enumerate() {
            let mut owner = scalar.document.saturating_mul(OWNERS_OF_A_DOCUMENT);
            if let Some(container) = containers.around(scalar) {
                let next = numbers.len() + 1;
                owner += *numbers.entry((scalar.document, container)).or_insert(next);
            }
            match container_variable(&scalars, at) {
                Some(Variable::Whole(variable)) => {
                    entries.push(Entry { owner, ..variable });
                    continue;
                }
                Some(Variable::Part) => continue,
                None => {}
            }
            let mut key = match scalar.path.as_slice() {
                [.., map, name] if holds_variables(map, name) => name.clone(),
                path => path.join("."),
            };
            if profiled.contains(&scalar.document) {
                key.insert_str(0, PROFILE);
            }
            let read = entry(key, scalar.key, scalar.value.clone(), scalar.span);
            entries.push(Entry { owner, ..read });
        }
        entries.sort_by_key(|entry| entry.span);
        let mut parsed = covered(text, self.comments, entries, Vec::new());
        parsed.embedded = self.files.into_iter().map(|file| file.embedded).collect();
        parsed
    }
}

/// The key of a line: its text, whether it is quoted, and where the value begins.
fn split_key(body: &str) -> Option<(&str, bool, usize)> {
    for quote in ['"', '\''] {
        if let Some(rest) = body.strip_prefix(quote) {
            let end = rest.find(quote)?;
            let after = rest.get(end + 1..)?;
            let colon = after.len() - after.trim_start().len();
            let separator = after.get(colon..)?;
            let is_key = separator == ":" || separator.starts_with(": ");
            return is_key.then_some((rest.get(..end)?, true, end + 3 + colon));
        }
    }
    let mut from = 0;
    loop {
        let at = from + body.get(from..)?.find(':')?;
        let after = body.get(at + 1..)?;
        if after.is_empty() || after.starts_with([' ', '\t']) {
            let key = body.get(..at)?;
            let plain =
                !key.trim().is_empty() && !key.contains(" #") && !key.starts_with(['{', '[', '#'])
                    || key.starts_with('[') && key.ends_with(']');
            return plain.then_some((key.trim_end(), false, at + 1));
        }
        from = at + 1;
    }
}

/// What stands between the braces of a map on one line.
fn in_braces(text: &str) -> Option<&str> {
    text.strip_prefix('{').and_then(|rest| until(rest, '}'))
}

/// What stands before a closing bracket.
fn until(text: &str, close: char) -> Option<&str> {
    text.get(..text.rfind(close)?)
}

/// The pieces of a flow collection, split at its own commas.
fn pieces(inner: &str, start: usize) -> impl Iterator<Item = (&str, usize)> {
    let mut depth = 0_usize;
    let mut quote = None;
    let mut offset = start;
    inner
        .split(move |char: char| {
            match (quote, char) {
                (None, '"' | '\'') => quote = Some(char),
                (Some(open), close) if open == close => quote = None,
                (None, '[' | '{') => depth += 1,
                (None, ']' | '}') => depth = depth.saturating_sub(1),
                _ => {}
            }
            char == ',' && depth == 0 && quote.is_none()
        })
        .map(move |piece| {
            let blanks = piece.len() - piece.trim_start().len();
            let at = offset + blanks;
            offset += piece.len() + 1;
            (piece.trim(), at)
        })
}

/// A scalar: decoded, with the place inside its quotes; `None` for nothing.
fn read_scalar(text: &str, start: usize) -> Option<(String, Span)> {
    for quote in ['"', '\''] {
        if let Some(rest) = text.strip_prefix(quote) {
            let end = rest.find(quote).unwrap_or(rest.len());
            let inside = rest.get(..end)?;
            let span = Span::new(start + 1, start + 1 + end);
            return Some((inside.to_owned(), span));
        }
    }
    let end = text.find(" #").unwrap_or(text.len());
    let plain = text.get(..end)?.trim_end();
    if plain.is_empty() {
        return None;
    }
    let span = Span::new(start, start + plain.len());
    let value = if plain.starts_with(['*', '&', '!', '{', '[']) {
        format!("${{{plain}}}")
    } else {
        resolved(plain).unwrap_or_else(|| plain.to_owned())
    };
    Some((value, span))
}

/// What YAML 1.1, which `SnakeYAML` and `PyYAML` read, makes of a word without quotes: other words for true
/// and false, and numbers with `_` between their digits.
fn resolved(plain: &str) -> Option<String> {
    match plain {
        "yes" | "Yes" | "YES" | "on" | "On" | "ON" => return Some("true".to_owned()),
        "no" | "No" | "NO" | "off" | "Off" | "OFF" => return Some("false".to_owned()),
        _ => {}
    }
    let digits = plain.strip_prefix('-').unwrap_or(plain);
    let number = digits.contains('_')
        && digits.starts_with(|char: char| matches!(char, '1'..='9'))
        && digits
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'_');
    number.then(|| plain.replace('_', ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, String)> {
        let parsed = parse(text);
        let pairs = parsed.entries.into_iter();
        pairs
            .map(|entry| (entry.key.text, entry.value.text))
            .collect()
    }

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        let owned = expected.iter();
        owned
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn maps_lists_and_comments() {
        let text = "# c\nspring:\n  kafka:\n    bootstrap-servers: [a:1, \"b:2\"] # d\n    consumer:\n      \
                    properties:\n        \"[session.timeout.ms]\": 30s\n        x: '#'\n      list:\n        - p\n        \
                    - q\n      group-id: g\nother: |\n  a: 1\n  b\nlast: 1\n";
        assert_eq!(
            read(text),
            pairs(&[
                ("spring.kafka.bootstrap-servers", "a:1,b:2"),
                ("spring.kafka.consumer.properties.session.timeout.ms", "30s"),
                ("spring.kafka.consumer.properties.x", "#"),
                ("spring.kafka.consumer.list", "p,q"),
                ("spring.kafka.consumer.group-id", "g"),
                ("other", "a: 1\nb"),
                ("last", "1"),
            ])
        );
    }

    #[test]
    fn words_without_quotes_are_those_of_yaml_1_1() {
        let text = "a: yes\nb: 'yes'\nc: 30_000\nd: \"30_000\"\ne: off\nf: _1\n";
        assert_eq!(
            read(text),
            pairs(&[
                ("a", "true"),
                ("b", "yes"),
                ("c", "30000"),
                ("d", "30_000"),
                ("e", "false"),
                ("f", "_1"),
            ])
        );
    }

    #[test]
    fn variables_of_containers() {
        let text = "spec:\n  containers:\n    - name: c\n      env:\n        - name: A_B\n          value: \"1\"\n        \
                    - name: POD\n          valueFrom: {fieldRef: x}\nenvironment:\n  - C=2\n";
        assert_eq!(
            read(text),
            pairs(&[
                ("spec.containers.name", "c"),
                ("A_B", "1"),
                ("POD", "${x}"),
                ("C", "2"),
            ])
        );
    }

    #[test]
    fn documents_of_a_profile_stand_apart() {
        let text = "a: 1\n---\nspring:\n  config:\n    activate:\n      on-profile: prod\na: 2\n";
        assert_eq!(
            read(text),
            pairs(&[
                ("a", "1"),
                ("profile:spring.config.activate.on-profile", "prod"),
                ("profile:a", "2"),
            ])
        );
    }
}
