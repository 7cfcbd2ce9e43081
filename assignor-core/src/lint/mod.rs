//! Findings about a configuration.
