//! Which map, object or list of arguments of a program an assignment stands in.
//!
//! What is assigned to one variable in one function has one owner: `props.put(…)` beside another one, a
//! dictionary and what is added to it later. A map without a variable is an owner by itself.

use std::collections::BTreeMap;

use super::document::{Entry, Part};
use super::lex::Source;

/// How many pieces before an opening bracket may stand between it and its variable.
const FARTHEST: usize = 16;

/// A variable and where its function begins, or the bracket of a map without one.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Owner<'a> {
    Variable(&'a str, usize),
    Bracket(usize),
}

impl<'a> Source<'a> {
    /// Numbers the owners of entries, in the order of the text, from 1 on.
    pub(super) fn number_owners(&self, parts: &[Part], entries: &mut [Entry]) {
        let around = self.enclosing();
        let is_function = |part: &&Part| part.name.starts_with("def ");
        let functions: Vec<&Part> = parts.iter().filter(is_function).collect();
        let mut numbers: BTreeMap<Owner<'a>, usize> = BTreeMap::new();
        for entry in entries {
            let after = self
                .lexemes
                .partition_point(|lexeme| lexeme.outer.start <= entry.key.span.start);
            let Some(at) = after.checked_sub(1) else {
                continue;
            };
            let owner = self.owner(at, &around, &functions);
            let next = numbers.len() + 1;
            entry.owner = *numbers.entry(owner).or_insert(next);
        }
    }

    /// For each piece the innermost bracket around it.
    fn enclosing(&self) -> Vec<Option<usize>> {
        let mut open: Vec<(usize, usize)> = Vec::new();
        let mut around = Vec::with_capacity(self.lexemes.len());
        for at in 0..self.lexemes.len() {
            while open.last().is_some_and(|(_, close)| *close <= at) {
                open.pop();
            }
            around.push(open.last().map(|(bracket, _)| *bracket));
            if let Some(close) = self.partner(at) {
                open.push((at, close));
            }
        }
        around
    }

    fn owner(&self, at: usize, around: &[Option<usize>], functions: &[&Part]) -> Owner<'a> {
        let bracket = around.get(at).copied().flatten();
        // `config.Consumer.Group = …` has its variable in front.
        let field = self.word(at).filter(|_| self.is(at + 1, '='));
        let variable = match (field.and_then(|word| word.split_once('.')), bracket) {
            (Some((variable, _)), _) => Some(variable),
            (None, Some(bracket)) => self.variable_of(bracket),
            (None, None) => None,
        };
        match (variable, bracket) {
            (Some(name), _) => Owner::Variable(name, self.function_of(at, around, functions)),
            (None, Some(bracket)) => Owner::Bracket(bracket),
            (None, None) => Owner::Bracket(usize::MAX),
        }
    }

    /// The variable that a bracket's content goes to: `props` of `props.put(`, of `props[` and of
    /// `props = new Map({`.
    fn variable_of(&self, bracket: usize) -> Option<&'a str> {
        let mut at = bracket;
        let mut called = None;
        for _ in 0..FARTHEST {
            at = at.checked_sub(1)?;
            if self.is(at, ';') || self.is(at, '}') || self.is(at, ',') && called.is_some() {
                break;
            }
            if self.is(at, '=') {
                // `name =`, `name :=`, `name: Type =`, `name, err :=`
                let before = (at.saturating_sub(8)..at).rev();
                let stops = |index: &usize| {
                    let lexeme = self.get(*index);
                    lexeme.is_some_and(|lexeme| lexeme.is(';') || lexeme.is('}') || lexeme.is('{'))
                };
                let words = before.take_while(|index| !stops(index));
                let line = |index: usize| self.get(index).map(|lexeme| lexeme.outer.start);
                let begins = line(at)?;
                let same = |index: &usize| {
                    line(*index).is_some_and(|start| {
                        let between = self.text.get(start..begins).unwrap_or_default();
                        !between.contains('\n')
                    })
                };
                let mut names = words.filter(same).filter_map(|index| self.word(index));
                let is_keyword = |word: &str| matches!(word, "var" | "val" | "const" | "let");
                // The first word of the line, but for the keyword and the type before it.
                let found: Vec<&str> = names.by_ref().filter(|word| !is_keyword(word)).collect();
                return found.first().copied();
            }
            if called.is_none()
                && let Some((receiver, _)) = self.word(at).and_then(|word| word.split_once('.'))
            {
                called = Some(receiver);
            } else if at + 1 == bracket && self.is(bracket, '[') {
                return self.word(at);
            }
        }
        called
    }

    /// Where the function or block around a piece begins.
    fn function_of(&self, at: usize, around: &[Option<usize>], functions: &[&Part]) -> usize {
        let here = self.get(at).map_or(0, |lexeme| lexeme.outer.start);
        let is_around = |part: &&&Part| part.extent.start < here && here < part.extent.end;
        if let Some(function) = functions.iter().rev().find(is_around) {
            return function.at.start + 1;
        }
        let mut bracket = around.get(at).copied().flatten();
        while let Some(open) = bracket {
            // A block stands behind `)` or a word, an object behind `(`, `=`, `,` and the like.
            let behind = open.checked_sub(1);
            let block = behind.is_some_and(|behind| {
                self.is(behind, ')')
                    || self
                        .word(behind)
                        .is_some_and(|word| word != "ConsumerConfig")
            });
            if self.is(open, '{') && block {
                return open + 1;
            }
            bracket = around.get(open).copied().flatten();
        }
        0
    }
}
