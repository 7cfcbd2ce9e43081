//! The rules, one file each, and their registry.
//!
//! A rule's file holds its [`Rule`] (what the advisor runs), its [`Docs`] (what the reader of its
//! page gets) and its check. Checks that apply to every property of a type take their knowledge
//! from the catalog. The docs are a table of their own, which the page in the browser doesn't link,
//! so that they cost it nothing.
//!
//! Invariants, each held by a test below: ids are unique, sorted and never reused; every rule has
//! docs with all parts.

mod assignors;
pub(super) mod keys;
mod membership;
pub(super) mod parse;
mod protocol;
mod security;
mod timing;
mod values;

use super::finding::{Finding, Question, Severity};
use super::subject::Subject;

/// A rule.
pub struct Rule {
    /// Its id, such as `KC-T301`. Never changes its meaning, never is reused.
    pub id: &'static str,
    /// Its name in kebab case.
    pub name: &'static str,
    /// The highest severity of its findings.
    pub severity: Severity,
    /// What its findings follow from: a class, a KIP, a document.
    pub source: &'static str,
    pub(crate) check: Check,
    pub(crate) question: Option<Ask>,
}

/// How a rule asks for a fact that it lacks.
type Ask = fn(&Subject<'_>) -> Option<Question>;

/// How a rule looks at one configuration.
#[derive(Clone, Copy)]
pub(crate) enum Check {
    /// It has at most one thing to say.
    One(fn(&Subject<'_>) -> Option<Finding>),
    /// It may speak about several entries.
    Many(fn(&Subject<'_>) -> Vec<Finding>),
}

/// What the page of a rule says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Docs {
    /// What is wrong.
    pub what: &'static str,
    /// Why it matters.
    pub why: &'static str,
    /// When it is a false alarm.
    pub false_alarm: &'static str,
    /// What to do.
    pub fix: &'static str,
}

macro_rules! registry {
    ($($area:ident::$file:ident),+ $(,)?) => {
        static RULES: &[&Rule] = &[$(&$area::$file::RULE),+];
        static DOCS: &[&Docs] = &[$(&$area::$file::DOCS),+];
    };
}

registry! {
    assignors::eager_assignor,
    assignors::default_assignor_is_eager,
    protocol::consumer_protocol_with_classic_keys,
    membership::constant_instance_id,
    membership::constant_instance_id_unknown_replicas,
    membership::short_session,
    parse::trailing_comment,
    parse::malformed_unicode_escape,
    parse::duplicate_key,
    parse::unknown_suppression,
    security::secret_in_plain_text,
    timing::heartbeat_above_third_of_session,
    timing::heartbeat_too_slow_for_rebalance,
    timing::session_longer_than_max_poll_interval,
    timing::poll_budget_exceeded,
    timing::heartbeat_exactly_third_of_session,
    values::not_a_number,
    values::number_out_of_range,
    values::bad_boolean,
    values::heartbeat_not_below_session,
    keys::unknown_property,
    keys::did_you_mean,
    keys::rebalance_timeout,
    keys::wrong_case,
}

/// All rules, sorted by id.
pub fn all() -> &'static [&'static Rule] {
    RULES
}

/// The rule of that id.
pub fn rule(id: &str) -> Option<&'static Rule> {
    let index = RULES.binary_search_by_key(&id, |rule| rule.id).ok()?;
    RULES.get(index).copied()
}

/// The docs of the rule of that id.
pub fn docs(id: &str) -> Option<&'static Docs> {
    let index = RULES.binary_search_by_key(&id, |rule| rule.id).ok()?;
    DOCS.get(index).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_sorted() {
        assert!(RULES.is_sorted_by(|one, next| one.id < next.id));
        for rule in all() {
            assert_eq!(
                super::rule(rule.id).map(|found| found.name),
                Some(rule.name)
            );
        }
    }

    #[test]
    fn ids_and_names_have_their_form() {
        for rule in all() {
            let number = rule.id.strip_prefix("KC-").and_then(|rest| rest.get(1..));
            assert!(
                number.is_some_and(|number| number.parse::<u16>().is_ok()),
                "{}",
                rule.id
            );
            let kebab = |char: char| char.is_ascii_lowercase() || char == '-';
            assert!(rule.name.chars().all(kebab), "{}", rule.name);
        }
    }

    #[test]
    fn docs_have_all_parts_in_whole_sentences() {
        for rule in all() {
            let docs = docs(rule.id).unwrap();
            for part in [docs.what, docs.why, docs.false_alarm, docs.fix] {
                assert!(
                    part.len() > 20 && part.ends_with('.'),
                    "{}: {part}",
                    rule.id
                );
            }
            assert!(!rule.source.is_empty(), "{}", rule.id);
        }
    }
}
