//! Scenario in, trace out.
