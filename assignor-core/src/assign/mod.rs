//! Kafka's client-side partition assignors.
