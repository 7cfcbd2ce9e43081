//! The text itself: what its author meant and what its format reads.

pub(super) mod duplicate_key;
pub(super) mod malformed_unicode_escape;
pub(super) mod trailing_comment;
pub(in crate::lint) mod unknown_suppression;
pub(super) mod writing;
