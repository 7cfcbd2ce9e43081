//! Static membership: `group.instance.id`.

pub(super) mod advice;
pub(super) mod constant_instance_id;
pub(super) mod constant_instance_id_unknown_replicas;
pub(super) mod short_session;

use crate::config::secrets::shown;
use crate::config::{Effective, Value};
use crate::lint::subject::Subject;

pub(super) const KEY: &str = "group.instance.id";

/// The instance id, if it is set to a text that is the same for whoever reads the file.
fn constant_id<'a>(subject: &Subject<'a>) -> Option<(String, Effective<'a>)> {
    let id = subject.value(KEY)?;
    let constant = match &id.value {
        Some(Value::Text(text)) if id.is_set() && !text.is_empty() => shown(KEY, text),
        _ => return None,
    };
    Some((constant, id))
}
