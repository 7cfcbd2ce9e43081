//! What an application does with the records that `poll()` returns.
//!
//! The program around the consumer: how long it works on a batch and when it commits. Source: the usage
//! patterns in the class documentation of `KafkaConsumer`.

use serde::Serialize;

/// What an application does with its records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Application {
    /// How long it works on what a `poll()` returned, in ms, however much that was.
    pub batch_ms: u64,
    /// How long it works on each record on top of that, in ms.
    pub record_ms: u64,
    /// When it commits, where `enable.auto.commit` is false.
    pub commit: CommitStrategy,
}

/// When an application commits by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CommitStrategy {
    /// `commitSync()` after every batch.
    #[default]
    AfterBatch,
    /// `commitSync()` when it has the records, before it works on them: what is lost in between is skipped.
    BeforeBatch,
    /// `commitSync()` in `onPartitionsRevoked` only.
    OnRevoked,
    /// Never.
    Never,
}

impl CommitStrategy {
    /// All of them, in the order of the documentation.
    pub const ALL: [Self; 4] = [
        Self::AfterBatch,
        Self::BeforeBatch,
        Self::OnRevoked,
        Self::Never,
    ];

    /// The name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AfterBatch => "after_batch",
            Self::BeforeBatch => "before_batch",
            Self::OnRevoked => "on_revoked",
            Self::Never => "never",
        }
    }
}

/// What one member's application does otherwise; none: as all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct PartialApplication {
    /// As [`Application::batch_ms`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch_ms: Option<u64>,
    /// As [`Application::record_ms`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record_ms: Option<u64>,
    /// As [`Application::commit`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<CommitStrategy>,
}

impl Application {
    /// Whether nothing was said about it.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// This with what a member does otherwise.
    #[must_use]
    pub fn with(self, own: PartialApplication) -> Self {
        Self {
            batch_ms: own.batch_ms.unwrap_or(self.batch_ms),
            record_ms: own.record_ms.unwrap_or(self.record_ms),
            commit: own.commit.unwrap_or(self.commit),
        }
    }

    /// How long it works on so many records, in ms.
    pub fn duration_ms(&self, records: u64) -> u64 {
        self.batch_ms
            .saturating_add(self.record_ms.saturating_mul(records))
    }
}

impl PartialApplication {
    /// Whether the member does as all.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
