//! JSON: every scalar by the path of keys that leads to it; a list of scalars is one value.

use super::lex::{JAVA, Kind, Source};
use super::literal::{entry, finish, value};
use super::properties::Parsed;
use super::span::Span;

pub(super) fn parse(text: &str) -> Parsed {
    let source = Source::read(text, JAVA);
    let mut entries = Vec::new();
    let mut path: Vec<String> = Vec::new();
    let mut pending: Option<(String, Span)> = None;
    let mut at = 0;
    while let Some(lexeme) = source.get(at) {
        match &lexeme.kind {
            Kind::Text(key) if source.is(at + 1, ':') => {
                pending = Some((key.clone(), lexeme.span));
                at += 1;
            }
            Kind::Punct('[') if pending.is_some() && is_flat(&source, at) => {
                let end = source.partner(at).unwrap_or(at);
                if let Some((key, span)) = pending.take()
                    && let Some((text, place)) = value(text, source.slice(at, end + 1))
                {
                    entries.push(entry(full(&path, &key), span, text, place));
                }
                at = end;
            }
            Kind::Punct('{' | '[') => {
                path.push(pending.take().map_or(String::new(), |(key, _)| key));
            }
            Kind::Punct('}' | ']') => {
                path.pop();
                pending = None;
            }
            Kind::Text(_) | Kind::Word => {
                if let Some((key, span)) = pending.take()
                    && let Some((text, place)) = value(text, std::slice::from_ref(lexeme))
                {
                    entries.push(entry(full(&path, &key), span, text, place));
                }
            }
            Kind::Punct(_) => {}
        }
        at += 1;
    }
    finish(source, entries, Vec::new())
}

/// Whether a list holds scalars only.
fn is_flat(source: &Source<'_>, open: usize) -> bool {
    let Some(close) = source.partner(open) else {
        return false;
    };
    let nested = |lexeme: &super::lex::Lexeme| lexeme.is('{') || lexeme.is('[');
    !source.slice(open + 1, close).iter().any(nested)
}

fn full(path: &[String], key: &str) -> String {
    let parts = path.iter().map(String::as_str).chain([key]);
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    parts.join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_lists() {
        let text = r#"{"name": "n", "config": {"consumer.override.group.id": "jdbc", "t": 4, "l": ["a", "b"]}}"#;
        let parsed = parse(text);
        let entries = parsed.entries.iter();
        let read: Vec<_> = entries
            .map(|entry| (entry.key.text.as_str(), entry.value.text.as_str()))
            .collect();
        assert_eq!(
            read,
            [
                ("name", "n"),
                ("config.consumer.override.group.id", "jdbc"),
                ("config.t", "4"),
                ("config.l", "a,b"),
            ]
        );
    }
}
