//! SQL of Flink: `'key' = 'value'` in the `WITH` of a table.

use super::lex::{Kind, Source, Style};
use super::literal::{entry, finish};
use super::properties::Parsed;

const STYLE: Style = Style {
    line_comments: &["--"],
    block_comments: true,
    quotes: &['\''],
    doubled: true,
    prefixed: false,
};

pub(super) fn parse(text: &str) -> Parsed {
    let source = Source::read(text, STYLE);
    let mut entries = Vec::new();
    for (at, key) in source.lexemes.iter().enumerate() {
        if let (Kind::Text(name), Some(told)) = (&key.kind, source.get(at + 2))
            && let Kind::Text(text) = &told.kind
            && source.is(at + 1, '=')
        {
            entries.push(entry(name.clone(), key.span, text.clone(), told.span));
        }
    }
    finish(source, entries, Vec::new())
}
