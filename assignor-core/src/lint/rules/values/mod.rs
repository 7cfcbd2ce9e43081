//! Values that the client refuses.

pub(super) mod bad_boolean;
pub(super) mod brokers;
pub(super) mod classes;
pub(super) mod group;
pub(super) mod heartbeat_not_below_session;
pub(super) mod limits;
pub(super) mod not_a_number;
pub(super) mod number_out_of_range;

use crate::config::catalog::Property;
use crate::config::{Effective, Entry, NotAValue};
use crate::lint::rules::frameworks::spring::unit_passed_on;
use crate::lint::rules::parse::trailing_comment::trailing_comment;
use crate::lint::subject::Subject;

/// Properties whose effective value is set and refused for one of these reasons, unless a comment
/// behind the value (KC-P001) or Spring's unit (KC-W1104) is what makes it unreadable.
pub(super) fn refused<'s, 'a>(
    subject: &'s Subject<'a>,
    reasons: &'static [NotAValue],
) -> impl Iterator<Item = (&'static Property, &'a Entry, &'s Effective<'a>)> {
    let values = subject.set_values().iter();
    values.filter_map(move |(entry, effective)| {
        let property = effective.property;
        if !reasons.contains(&effective.refused?) {
            return None;
        }
        let said = trailing_comment(subject.config, entry, property).is_some()
            || unit_passed_on(subject, entry).is_some();
        (!said).then_some((property, *entry, effective))
    })
}

/// A value without the quotes round it, if it has a pair of them.
pub(in crate::lint::rules) fn unquoted(text: &str) -> Option<&str> {
    ['"', '\'']
        .into_iter()
        .find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote))
}
