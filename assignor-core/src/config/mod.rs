//! Consumer configuration as the user wrote it.
