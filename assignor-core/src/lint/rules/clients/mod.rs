//! Clients that aren't built on Java's.

pub(super) mod go;
pub(super) mod kafkajs;
pub(super) mod librdkafka;
pub(super) mod python;
pub(super) mod unknown;

use crate::config::{Effective, Value};
use crate::lint::subject::Subject;

/// The names of the assignors that count, lower case, with where they come from.
pub(super) fn assignors<'a>(subject: &Subject<'a>) -> Option<(Vec<String>, Effective<'a>)> {
    let value = subject.value("partition.assignment.strategy")?;
    let Some(Value::List(names)) = &value.value else {
        return None;
    };
    let names = names.iter().map(|name| name.to_ascii_lowercase()).collect();
    Some((names, value))
}

/// Whether a list has cooperative assignors and others.
fn is_mixed(names: &[String]) -> bool {
    let cooperative = |name: &String| name == "cooperative-sticky";
    names.iter().any(cooperative) && !names.iter().all(cooperative)
}
