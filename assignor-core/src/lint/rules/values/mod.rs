//! Values that the client refuses.

pub(super) mod bad_boolean;
pub(super) mod brokers;
pub(super) mod classes;
pub(super) mod group;
pub(super) mod heartbeat_not_below_session;
pub(super) mod limits;
pub(super) mod not_a_number;
pub(super) mod number_out_of_range;

use crate::config::catalog::{Property, property};
use crate::config::{Effective, Entry, NotAValue};
use crate::lint::rules::frameworks::spring::unit_passed_on;
use crate::lint::rules::parse::trailing_comment::trailing_comment;
use crate::lint::subject::Subject;

/// Properties whose effective value is set and refused for one of these reasons, unless a comment
/// behind the value (KC-P001) or Spring's unit (KC-W1104) is what makes it unreadable.
pub(super) fn refused<'a>(
    subject: &Subject<'a>,
    reasons: &'static [NotAValue],
) -> impl Iterator<Item = (&'static Property, &'a Entry, Effective<'a>)> {
    let config = subject.config;
    subject.consumer_entries().filter_map(move |(name, entry)| {
        let property = property(name)?;
        if property.kind.parse(&entry.value.text).is_ok() {
            return None;
        }
        let effective = config.effective(name)?;
        let counts = effective
            .entry()
            .is_some_and(|winner| winner.span == entry.span);
        let reason = effective
            .refused
            .is_some_and(|reason| reasons.contains(&reason));
        let said = trailing_comment(config, entry, property).is_some()
            || unit_passed_on(subject, entry).is_some();
        (counts && reason && !said).then_some((property, entry, effective))
    })
}

/// A value without the quotes round it, if it has a pair of them.
pub(in crate::lint::rules) fn unquoted(text: &str) -> Option<&str> {
    ['"', '\'']
        .into_iter()
        .find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote))
}
