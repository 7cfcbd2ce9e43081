//! Tokens for formats that are read loosely: what was found, and everything else between it.
//!
//! Invariant: the tokens follow each other without a gap from the first byte to the last.

use super::document::{Entry, Part, Token, TokenKind};
use super::properties::Parsed;
use super::span::Span;

/// What was found in a text: comments, entries in order, parts.
pub(super) fn covered(
    text: &str,
    comments: Vec<Token>,
    entries: Vec<Entry>,
    parts: Vec<Part>,
) -> Parsed {
    let mut pieces = comments;
    for entry in &entries {
        let (key, value) = (entry.key.span, entry.value.span);
        pieces.push(token(TokenKind::Key, key.start, key.end));
        pieces.push(token(TokenKind::Value, value.start, value.end));
    }
    Parsed {
        tokens: cover(text, pieces),
        entries,
        problems: Vec::new(),
        parts,
        embedded: Vec::new(),
    }
}

/// Tokens over the whole text from the pieces that were understood. Of pieces that overlap the
/// first counts.
pub(super) fn cover(text: &str, mut pieces: Vec<Token>) -> Vec<Token> {
    pieces.sort_by_key(|piece| (piece.span.start, piece.span.end));
    let mut tokens = Vec::with_capacity(pieces.len() * 2);
    let mut end = 0;
    for piece in pieces {
        let fits = piece.span.start >= end && text.get(piece.span.start..piece.span.end).is_some();
        if piece.span.is_empty() || !fits {
            continue;
        }
        fill(text, Span::new(end, piece.span.start), &mut tokens);
        tokens.push(piece);
        end = piece.span.end;
    }
    fill(text, Span::new(end, text.len()), &mut tokens);
    tokens
}

/// Blanks, line ends and the rest of a gap.
fn fill(text: &str, gap: Span, tokens: &mut Vec<Token>) {
    let kind = |char: char| match char {
        '\n' | '\r' => TokenKind::LineEnd,
        _ if char.is_whitespace() => TokenKind::Blank,
        _ => TokenKind::Other,
    };
    let mut start = gap.start;
    let mut chars = gap.text(text).char_indices().peekable();
    while let Some((_, char)) = chars.next() {
        let own = kind(char);
        let next = chars.peek().copied();
        let goes_on = match (own, next) {
            (_, None) => false,
            (TokenKind::LineEnd, Some((_, next))) => char == '\r' && next == '\n',
            (_, Some((_, next))) => kind(next) == own,
        };
        if !goes_on {
            let end = next.map_or(gap.end, |(at, _)| gap.start + at);
            let span = Span::new(start, end);
            tokens.push(Token { kind: own, span });
            start = end;
        }
    }
}

/// A token of a kind.
pub(super) fn token(kind: TokenKind, start: usize, end: usize) -> Token {
    let span = Span::new(start, end);
    Token { kind, span }
}
