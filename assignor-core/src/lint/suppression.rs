//! Comments that silence rules: `# rebalance: ignore KC-T301 heartbeats are cheap here`.
//!
//! A comment right above an entry silences the named rules for that entry. Where a named rule has
//! nothing to say about that entry, and for a comment that stands elsewhere, it is silenced for the
//! whole text. Ids come first, separated by blanks or commas; what follows is the reason. Ids that
//! no rule has are reported, because a misspelt one silences nothing.

use super::finding::Finding;
use super::rules::{self, Rule};
use super::subject::Subject;
use crate::config::secrets::plain;
use crate::config::{Entry, Span, TokenKind};

const MARK: &str = "rebalance:";
const WORD: &str = "ignore";

/// One suppression comment.
struct Suppression<'a> {
    span: Span,
    ids: Vec<(&'a str, Span)>,
    below: Option<&'a Entry>,
}

/// Removes silenced findings and adds those about the comments themselves.
pub(super) fn apply(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for suppression in read(subject) {
        for (id, _) in &suppression.ids {
            let here = |finding: &Finding| {
                finding.rule == *id
                    && suppression.below.is_some_and(|entry| {
                        entry.span.touches(finding.span)
                            || finding
                                .related
                                .iter()
                                .any(|place| entry.span.touches(place.span))
                    })
            };
            if findings.iter().any(here) {
                findings.retain(|finding| !here(finding));
            } else {
                findings.retain(|finding| finding.rule != *id);
            }
        }
        findings.extend(complaints(
            subject,
            &suppression,
            &rules::parse::unknown_suppression::RULE,
        ));
    }
}

fn complaints(subject: &Subject<'_>, suppression: &Suppression<'_>, rule: &Rule) -> Vec<Finding> {
    if suppression.ids.is_empty() {
        let message = "this comment names no rule, so it silences nothing".to_owned();
        let why = "Write the id after `ignore`: `# rebalance: ignore KC-T301 reason`.";
        return vec![subject.finding(rule, suppression.span, message).why(why)];
    }
    suppression
        .ids
        .iter()
        .filter(|(id, _)| rules::rule(id).is_none())
        .map(|(id, span)| {
            let message = format!("there is no rule `{}`, so nothing is silenced", plain(id));
            let why = "`rebalance rules` lists the ids of this version. A misspelt id leaves the \
                       finding that it was meant for.";
            subject.finding(rule, *span, message).why(why)
        })
        .collect()
}

fn read<'a>(subject: &Subject<'a>) -> Vec<Suppression<'a>> {
    let config = subject.config;
    let mut found = Vec::new();
    let tokens = config.tokens();
    for (index, token) in tokens.iter().enumerate() {
        if token.kind != TokenKind::Comment {
            continue;
        }
        let text = token.span.text(config.text());
        let body = text.trim_start_matches(['#', '!', '/', '*', '-', '<', ' ', '\t']);
        let Some(after) = body.strip_prefix(MARK) else {
            continue;
        };
        let Some(rest) = after.trim_start().strip_prefix(WORD) else {
            continue;
        };
        let offset = token.span.end - rest.len();
        let line_ends = tokens
            .iter()
            .skip(index + 1)
            .take_while(|next| {
                matches!(
                    next.kind,
                    TokenKind::LineEnd | TokenKind::Blank | TokenKind::Comment
                )
            })
            .filter(|next| next.kind != TokenKind::Blank)
            .try_fold(TokenKind::Comment, |last, next| {
                (last != TokenKind::LineEnd || next.kind != TokenKind::LineEnd).then_some(next.kind)
            });
        let below = line_ends.and_then(|_| {
            let entries = config.all_entries();
            let later = entries.filter(|entry| entry.span.start >= token.span.end);
            later.min_by_key(|entry| entry.span.start)
        });
        found.push(Suppression {
            span: token.span,
            ids: ids(rest, offset),
            below,
        });
    }
    found
}

/// The leading words that are written like rule ids, and where they stand.
fn ids(text: &str, offset: usize) -> Vec<(&str, Span)> {
    let mut ids = Vec::new();
    let mut at = offset;
    for word in text.split_inclusive([' ', '\t', ',']) {
        let id = word.trim_end_matches([' ', '\t', ',']);
        if id.starts_with("KC-") {
            ids.push((id, Span::new(at, at + id.len())));
        } else if !id.is_empty() {
            break;
        }
        at += word.len();
    }
    ids
}
