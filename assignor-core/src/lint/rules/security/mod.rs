//! Credentials and encryption.

pub(super) mod sasl;
pub(super) mod secret_in_plain_text;
pub(super) mod tls;

use crate::config::Effective;
use crate::lint::subject::Subject;

/// The security protocol in capitals, with its value.
fn security_protocol<'a>(subject: &Subject<'a>) -> Option<(String, Effective<'a>)> {
    let value = subject.value("security.protocol")?;
    let text = value.value.as_ref()?.text().to_ascii_uppercase();
    Some((text, value))
}
