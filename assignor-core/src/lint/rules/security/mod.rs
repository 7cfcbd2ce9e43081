//! Credentials and encryption.

pub(super) mod secret_in_plain_text;
