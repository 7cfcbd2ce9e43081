//! The advisor: findings about consumer configurations, with reasons, evidence, sources and fixes.
//!
//! [`lint`] judges configurations under [`Facts`]; conditions work on effective values, so that an
//! unset key counts with its default for the client's version. [`questions`] names the facts that
//! would let more rules decide. [`startup`] says whether the client would start at all. [`fix_all`] applies the safe fixes. The rules are in [`rules`], one
//! file each.
//!
//! Invariants: the result depends on nothing but the arguments; findings are ordered by
//! configuration, place and rule id; no message, evidence or fix shows a secret.

mod facts;
mod finding;
mod fix;
mod notation;
mod objects;
pub mod prose;
mod rewriting;
pub mod rules;
pub mod show;
mod startup;
mod subject;
mod suppression;
mod unread;

use std::collections::BTreeMap;

pub use facts::{FactError, Facts};
pub use finding::{
    Applicability, Confidence, Edit, Evidence, Finding, Fix, Question, Related, Severity,
};
pub use fix::{Fixed, apply, fix_all, fix_all_found, verify};
pub use startup::{Startup, Verdict, startup, startups};
pub use unread::{Unread, unread};

use crate::config::Config;
use rules::Check;
use subject::Subject;

/// What to do with a rule's findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// Leave them out.
    Off,
    /// Give them this severity.
    At(Severity),
}

/// How to lint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Rules that speak louder, quieter or not at all, by id.
    pub settings: BTreeMap<String, Setting>,
    /// How sure a finding has to be to be said.
    pub min_confidence: Confidence,
}

/// Judges configurations: each by itself and, where they belong to one group, together.
pub fn lint(configs: &[Config], facts: &Facts, options: &Options) -> Vec<Finding> {
    let mut findings = lint_unverified(configs, facts, options);
    fix::verify(&mut findings, configs, facts, options);
    findings
}

/// The same, but with the applicability that the rules claim for their fixes: [`verify`] tries them, which takes
/// many times as long.
pub fn lint_unverified(configs: &[Config], facts: &Facts, options: &Options) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, config) in configs.iter().enumerate() {
        let mut own = Vec::new();
        // What the text says about its platform holds for all that it configures.
        let facts = facts.completed_by(config);
        for (at, member) in config.members().iter().enumerate() {
            let known = facts.completed_by_member(member, config);
            let subject = Subject::of(configs, member, (index, at), known);
            let family = subject.family();
            let mut said = Vec::new();
            for rule in rules::all()
                .iter()
                .filter(|rule| rules::reaches(rule, family))
            {
                match rule.check {
                    Check::One(check) => said.extend(check(&subject)),
                    Check::Many(check) => said.extend(check(&subject)),
                }
            }
            notation::keep_writable_fixes(member, &mut said);
            // What several members share is said once.
            let again = |finding: &Finding| {
                let same = |other: &Finding| {
                    (other.rule, other.span, &other.message)
                        == (finding.rule, finding.span, &finding.message)
                };
                at > 0 && own.iter().any(same)
            };
            said.retain(|finding| !again(finding));
            own.append(&mut said);
        }
        suppression::apply(&Subject::of(configs, config, (index, 0), facts), &mut own);
        findings.append(&mut own);
    }
    findings.retain(|finding| finding.confidence >= options.min_confidence);
    findings.retain_mut(|finding| match options.settings.get(finding.rule) {
        Some(Setting::Off) => false,
        Some(Setting::At(severity)) => {
            finding.severity = *severity;
            true
        }
        None => true,
    });
    findings.sort_by_key(|finding| (finding.config, finding.span, finding.rule));
    findings
}

/// The facts that would let more rules decide about these configurations.
pub fn questions(configs: &[Config], facts: &Facts) -> Vec<Question> {
    let mut questions = Vec::new();
    for (index, config) in configs.iter().enumerate() {
        let facts = facts.completed_by(config);
        for (at, member) in config.members().iter().enumerate() {
            let own = facts.completed_by_member(member, config);
            let subject = Subject::of(configs, member, (index, at), own);
            let family = subject.family();
            let speaking = rules::all()
                .iter()
                .filter(|rule| rules::reaches(rule, family));
            questions
                .extend(speaking.filter_map(|rule| rule.question.and_then(|ask| ask(&subject))));
        }
    }
    questions
}
