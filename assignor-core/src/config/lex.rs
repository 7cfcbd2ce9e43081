//! Program text in pieces: words, quoted texts and marks, with the calls and blocks they form.
//!
//! No grammar. A [`Style`] says which comments and quotes a language has; everything else is the same
//! in all of them. Invariant: pieces stand in the order of the text and don't overlap.

use super::cover::token;
use super::document::{Part, Token, TokenKind};
use super::span::Span;

/// What tells one language from another for the lexer.
#[derive(Clone, Copy)]
pub(super) struct Style {
    /// Marks that begin a comment up to the end of the line.
    pub(super) line_comments: &'static [&'static str],
    /// Whether `/* … */` is a comment.
    pub(super) block_comments: bool,
    pub(super) quotes: &'static [char],
    /// Whether a quote inside a text is written twice, as in SQL, and not behind a backslash.
    pub(super) doubled: bool,
    /// Whether letters in front of a quote belong to the text, as in `f"…"`.
    pub(super) prefixed: bool,
}

/// Java, Kotlin, Scala, C#, JSON with comments.
pub(super) const JAVA: Style = Style {
    line_comments: &["//"],
    block_comments: true,
    quotes: &['"', '\''],
    doubled: false,
    prefixed: false,
};

/// Go, JavaScript, TypeScript.
pub(super) const WITH_BACKTICKS: Style = Style {
    quotes: &['"', '\'', '`'],
    ..JAVA
};

/// A piece of program text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A quoted text, decoded; the span is what is between the quotes.
    Text(String),
    /// A word or a number, points included.
    Word,
    Punct(char),
}

#[derive(Clone, Debug)]
pub(super) struct Lexeme {
    pub(super) kind: Kind,
    /// The inside of a text, else the whole.
    pub(super) span: Span,
    /// The whole, quotes included.
    pub(super) outer: Span,
}

impl Lexeme {
    pub(super) fn is(&self, char: char) -> bool {
        self.kind == Kind::Punct(char)
    }
}

/// A text in pieces.
pub(super) struct Source<'a> {
    pub(super) text: &'a str,
    pub(super) lexemes: Vec<Lexeme>,
    pub(super) comments: Vec<Token>,
    /// For each opening bracket the index of its partner.
    partners: Vec<Option<usize>>,
}

impl<'a> Source<'a> {
    pub(super) fn read(text: &'a str, style: Style) -> Self {
        let mut lexer = Lexer {
            text,
            style,
            offset: 0,
            lexemes: Vec::new(),
            comments: Vec::new(),
        };
        while let Some(char) = lexer.rest().chars().next() {
            lexer.step(char);
        }
        Self {
            text,
            partners: partners(&lexer.lexemes),
            lexemes: lexer.lexemes,
            comments: lexer.comments,
        }
    }

    pub(super) fn get(&self, at: usize) -> Option<&Lexeme> {
        self.lexemes.get(at)
    }

    pub(super) fn is(&self, at: usize, char: char) -> bool {
        self.get(at).is_some_and(|lexeme| lexeme.is(char))
    }

    /// The word at `at`.
    pub(super) fn word(&self, at: usize) -> Option<&'a str> {
        let lexeme = self.get(at).filter(|lexeme| lexeme.kind == Kind::Word)?;
        Some(lexeme.span.text(self.text))
    }

    /// The partner of the opening bracket at `open`.
    pub(super) fn partner(&self, open: usize) -> Option<usize> {
        *self.partners.get(open)?
    }

    /// The elements between a bracket at `open` and its partner, split at commas of that level.
    pub(super) fn elements(&self, open: usize) -> Vec<(usize, usize)> {
        let Some(close) = self.partner(open) else {
            return Vec::new();
        };
        let mut elements = Vec::new();
        let mut start = open + 1;
        let mut at = start;
        while at < close {
            if self.is(at, ',') {
                elements.push((start, at));
                start = at + 1;
            }
            at = self.partner(at).filter(|end| *end < close).unwrap_or(at) + 1;
        }
        if start < close {
            elements.push((start, close));
        }
        elements
    }

    /// The value that begins at `from`: up to a comma, a semicolon, a closing bracket or the end of
    /// the line, brackets in it counted as one.
    pub(super) fn value_at(&self, from: usize) -> &[Lexeme] {
        let mut to = from;
        let mut end = self.get(from).map_or(0, |first| first.outer.start);
        while let Some(lexeme) = self.get(to) {
            let between = Span::new(end, lexeme.outer.start).text(self.text);
            let ends = matches!(lexeme.kind, Kind::Punct(')' | ']' | '}' | ',' | ';'));
            if ends || between.contains('\n') {
                break;
            }
            to = self.partner(to).unwrap_or(to);
            end = self.get(to).map_or(end, |lexeme| lexeme.outer.end);
            to += 1;
        }
        self.slice(from, to)
    }

    pub(super) fn slice(&self, from: usize, to: usize) -> &[Lexeme] {
        self.lexemes.get(from..to).unwrap_or_default()
    }

    /// The name of what the word at `at` calls, and where its arguments would begin: behind `<T>` in
    /// Java and C#, which may also stand between an object and its method.
    fn callee(&self, at: usize, name: &str) -> (usize, String) {
        /// Types between the brackets are few.
        const LONGEST: usize = 12;
        let point = self.is(at + 1, '.');
        let open = at + 1 + usize::from(point);
        if !self.is(open, '<') {
            return (at + 1, name.to_owned());
        }
        let close = (open..open + LONGEST).find(|index| self.is(*index, '>'));
        let Some(after) = close.map(|close| close + 1) else {
            return (at + 1, name.to_owned());
        };
        match self.word(after) {
            Some(method) if point => (after + 1, format!("{name}.{method}")),
            _ => (after, name.to_owned()),
        }
    }

    /// Calls and `catch` blocks: a word, its parentheses, and a block behind them.
    pub(super) fn parts(&self) -> Vec<Part> {
        let mut parts = Vec::new();
        for at in 0..self.lexemes.len() {
            let Some(name) = self.word(at) else { continue };
            let (open, name) = self.callee(at, name);
            let close = self.partner(open).filter(|_| self.is(open, '('));
            let end = |index: usize| self.get(index).map(|lexeme| lexeme.outer.end);
            let bare = name == "catch" && self.is(at + 1, '{');
            let Some(last) = close.or(bare.then_some(at)) else {
                continue;
            };
            let block = self.partner(last + 1).filter(|_| self.is(last + 1, '{'));
            let (Some(lexeme), Some(end)) = (self.get(at), end(block.unwrap_or(last))) else {
                continue;
            };
            parts.push(Part {
                name,
                at: lexeme.span,
                extent: Span::new(lexeme.span.start, end),
            });
        }
        parts
    }
}

/// How many unclosed brackets a closing one may end. More are no program.
const MOST_OPEN: usize = 64;

fn partners(lexemes: &[Lexeme]) -> Vec<Option<usize>> {
    let mut partners = vec![None; lexemes.len()];
    let mut open: Vec<(usize, char)> = Vec::new();
    for (at, lexeme) in lexemes.iter().enumerate() {
        match lexeme.kind {
            Kind::Punct('(') => open.push((at, ')')),
            Kind::Punct('[') => open.push((at, ']')),
            Kind::Punct('{') => open.push((at, '}')),
            Kind::Punct(close @ (')' | ']' | '}')) => {
                // A bracket that was never closed is somebody typing.
                let mut near = open.iter().rev().take(MOST_OPEN);
                if let Some(inner) = near.position(|(_, wanted)| *wanted == close) {
                    let found = open.len() - 1 - inner;
                    let partner = open.get(found).map(|(index, _)| *index);
                    open.truncate(found);
                    if let Some(slot) = partner.and_then(|index| partners.get_mut(index)) {
                        *slot = Some(at);
                    }
                }
            }
            _ => {}
        }
    }
    partners
}

struct Lexer<'a> {
    text: &'a str,
    style: Style,
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
        let mut marks = self.style.line_comments.iter();
        if char.is_whitespace() {
            self.offset += char.len_utf8();
        } else if marks.any(|mark| rest.starts_with(mark)) {
            self.comment(rest.find(['\n', '\r']).unwrap_or(rest.len()));
        } else if self.style.block_comments && rest.starts_with("/*") {
            let end = rest.get(2..).and_then(|rest| rest.find("*/"));
            self.comment(end.map_or(rest.len(), |end| end + 4));
        } else if self.style.quotes.contains(&char) {
            self.quoted(char, true);
        } else if char.is_alphanumeric() || char == '_' {
            let word = |char: char| char.is_alphanumeric() || matches!(char, '_' | '.' | '$');
            let length = rest.find(|char| !word(char)).unwrap_or(rest.len());
            let word = rest.get(..length).unwrap_or(rest).trim_end_matches('.');
            let after = rest.get(word.len()..).and_then(|rest| rest.chars().next());
            let quote = after.filter(|char| self.style.quotes.contains(char));
            if let Some(quote) = quote.filter(|_| self.style.prefixed && is_prefix(word)) {
                self.offset += word.len();
                // Only a program that runs knows what an `f"…"` says.
                let literal = !word.contains(['f', 'F']);
                self.quoted(quote, literal);
                if let Some(lexeme) = self.lexemes.last_mut() {
                    lexeme.outer.start = start;
                    if !literal {
                        lexeme.span.start = start;
                    }
                }
            } else {
                self.push(Kind::Word, Span::new(start, start + word.len()));
            }
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
    fn quoted(&mut self, quote: char, literal: bool) {
        let start = self.offset;
        let rest = self.rest();
        let triple: String = std::iter::repeat_n(quote, 3).collect();
        if let Some(inside) = rest.strip_prefix(&triple)
            && let Some(length) = inside.find(&triple)
        {
            let span = Span::new(start + 3, start + 3 + length);
            let text = span.text(self.text).to_owned();
            self.text_lexeme(text, span, span.end + 3, literal);
            return;
        }
        let mut decoded = String::new();
        let mut end = start + quote.len_utf8();
        let mut closed = false;
        let inside = rest.get(quote.len_utf8()..).unwrap_or_default();
        let mut chars = inside.chars().peekable();
        while let Some(char) = chars.next() {
            if char == quote {
                if self.style.doubled && chars.next_if_eq(&quote).is_some() {
                    decoded.push(quote);
                    end += 2 * quote.len_utf8();
                    continue;
                }
                closed = true;
                break;
            }
            if matches!(char, '\n' | '\r') && quote != '`' {
                break;
            }
            end += char.len_utf8();
            if char != '\\' || self.style.doubled {
                decoded.push(char);
                continue;
            }
            let Some(escaped) = chars.next_if(|char| !matches!(char, '\n' | '\r')) else {
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
        let span = Span::new(start + quote.len_utf8(), end);
        let outer = if closed { end + quote.len_utf8() } else { end };
        self.text_lexeme(decoded, span, outer, literal);
    }

    fn text_lexeme(&mut self, text: String, span: Span, end: usize, literal: bool) {
        let outer = Span::new(self.offset, end);
        self.lexemes.push(if literal {
            Lexeme {
                kind: Kind::Text(text),
                span,
                outer,
            }
        } else {
            Lexeme {
                kind: Kind::Word,
                span: outer,
                outer,
            }
        });
        self.offset = end;
    }
}

/// Letters that Python takes in front of a quote.
fn is_prefix(word: &str) -> bool {
    word.len() <= 2 && word.chars().all(|char| "rRbBfFuU".contains(char))
}
