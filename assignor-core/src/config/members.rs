//! The configurations within one text: a manifest holds files, a file has documents for profiles, a
//! program makes several consumers.
//!
//! Each of them is a [`Config`] over the same text, so that its places and edits are the text's, with its
//! own entries and, for a file within the text, its own format and client. A text that configures one
//! consumer has one member: itself.

use std::sync::Arc;

use super::cover::cover;
use super::document::{Config, Entry, Problem, Token, TokenKind, Written};
use super::scopes;
use super::span::Span;

/// A file within a text, as a literal block of a `ConfigMap` holds it.
#[derive(Debug)]
pub(super) struct Embedded {
    pub(super) name: String,
    /// Its lines without their indentation, with their line ends.
    pub(super) lines: Vec<Span>,
}

/// Where the bytes of an embedded file stand in the text that holds it.
struct Places {
    /// For each line its offset in the file.
    starts: Vec<usize>,
    lines: Vec<Span>,
}

impl Places {
    fn of(file: &Embedded) -> Self {
        let mut starts = Vec::with_capacity(file.lines.len());
        let mut offset = 0;
        for line in &file.lines {
            starts.push(offset);
            offset += line.len();
        }
        Self {
            starts,
            lines: file.lines.clone(),
        }
    }

    fn offset(&self, at: usize) -> usize {
        let line = self.starts.partition_point(|start| *start <= at);
        let line = line.saturating_sub(1);
        match (self.starts.get(line), self.lines.get(line)) {
            (Some(start), Some(span)) => (span.start + (at - start)).min(span.end),
            _ => 0,
        }
    }

    fn span(&self, span: Span) -> Span {
        if span.is_empty() {
            return Span::at(self.offset(span.start));
        }
        Span::new(self.offset(span.start), self.offset(span.end - 1) + 1)
    }

    fn written(&self, written: &Written) -> Written {
        Written {
            text: written.text.clone(),
            span: self.span(written.span),
        }
    }

    fn entry(&self, entry: &Entry) -> Entry {
        Entry {
            key: self.written(&entry.key),
            separator: entry.separator.map(|span| self.span(span)),
            value: self.written(&entry.value),
            span: self.span(entry.span),
            owner: entry.owner,
        }
    }

    /// A token of the file in the text, in pieces that leave the indentation of the lines out.
    fn token<'a>(&'a self, token: &'a Token) -> impl Iterator<Item = Token> + 'a {
        let lines = self.starts.iter().zip(&self.lines);
        let from = self
            .starts
            .partition_point(|start| *start <= token.span.start);
        lines
            .skip(from.saturating_sub(1))
            .take_while(|(start, _)| **start < token.span.end)
            .filter_map(|(start, line)| {
                let begin = token.span.start.max(*start) - start;
                let end = (token.span.end - start).min(line.len());
                (begin < end).then(|| Token {
                    kind: token.kind,
                    span: Span::new(line.start + begin, line.start + end),
                })
            })
    }
}

impl Config {
    /// The configurations in this text, one for each consumer that it configures; by itself where
    /// there is no other.
    pub fn members(&self) -> &[Self] {
        if self.members.is_empty() {
            std::slice::from_ref(self)
        } else {
            &self.members
        }
    }

    /// The member with an entry at a place, or the one that was read first.
    pub fn member_at(&self, at: usize) -> &Self {
        let holds = |span: Span| span.start <= at && at <= span.end;
        let has = |member: &&Self| member.entries.iter().any(|entry| holds(entry.span));
        self.members().iter().find(has).unwrap_or(self)
    }

    /// All entries of the text, whichever member they belong to, some of them perhaps several times.
    pub fn all_entries(&self) -> impl Iterator<Item = &Entry> {
        let members = self.members.iter().flat_map(|member| &member.entries);
        self.entries.iter().chain(members)
    }

    /// Finds the members of a text that was just read.
    pub(super) fn divide(&mut self, files: &[Embedded]) {
        let mut members: Vec<Self> = scopes::scopes(self)
            .into_iter()
            .map(|entries| self.with_entries(entries))
            .collect();
        if files.is_empty() {
            self.members = members;
            return;
        }
        let mut pieces: Vec<Token> = self.tokens.to_vec();
        pieces.retain(|token| {
            !matches!(
                token.kind,
                TokenKind::Blank | TokenKind::LineEnd | TokenKind::Other
            )
        });
        if members.is_empty() {
            members.push(self.clone());
        }
        for file in files {
            let places = Places::of(file);
            let read = self.read_file(file);
            let own = read.tokens.iter().filter(|token| {
                !matches!(
                    token.kind,
                    TokenKind::Blank | TokenKind::LineEnd | TokenKind::Other
                )
            });
            pieces.extend(own.flat_map(|token| places.token(token)));
            members.extend(
                read.members()
                    .iter()
                    .map(|member| self.holding(member, &places)),
            );
        }
        self.tokens = cover(&self.text, pieces).into();
        for member in &mut members {
            member.tokens = Arc::clone(&self.tokens);
        }
        self.members = members;
    }

    /// Reads a file that stands in this text. A client that was given counts for it, too, unless the
    /// file says by itself that it is for another.
    fn read_file(&self, file: &Embedded) -> Self {
        let text: String = file
            .lines
            .iter()
            .map(|line| line.text(&self.text))
            .collect();
        let read = Self::read(text.as_str(), &file.name, None, None, self.given);
        let fits = |given: &super::Client| {
            let family = read.client().family;
            family == given.family || family == super::Family::Java
        };
        match self.given.filter(fits) {
            Some(given) => Self::read(text, &file.name, None, Some(given), Some(given)),
            None => read,
        }
    }

    /// A configuration of a file within this text, with its places here.
    fn holding(&self, member: &Self, places: &Places) -> Self {
        let first = places.lines.first().map_or(0, |line| line.start);
        let line = self.lines.span(self.lines.index(first), &self.text);
        let mut held = Self {
            format: member.format,
            client: member.client,
            problems: member
                .problems
                .iter()
                .map(|problem| Problem {
                    kind: problem.kind,
                    span: places.span(problem.span),
                })
                .collect(),
            parts: Arc::from([]),
            start: first,
            indent: first - line.start,
            ..self.clone()
        };
        held.set_entries(
            member
                .entries
                .iter()
                .map(|entry| places.entry(entry))
                .collect(),
        );
        held
    }
}
