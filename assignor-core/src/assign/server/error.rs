//! What the broker's assignors throw.

use crate::java::Uuid;

/// Why an assignor has no answer: an exception that it throws. The coordinator then keeps the
/// target assignment that it has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AssignError {
    /// `PartitionAssignorException`: a member subscribes to a topic id that does not exist. A
    /// coordinator resolves names first, so none reaches it.
    #[error("topic {0} of a subscription does not exist")]
    UnknownTopic(Uuid),
    /// `PartitionAssignorException`: partitions are left when every member has its share.
    #[error("the current assignment leaves partitions that nobody can get")]
    PartitionsLeft,
    /// `ArrayIndexOutOfBoundsException`: a member's current assignment has a partition past the
    /// end of its topic.
    #[error("partition {partition} of topic {topic} is past the topic's end")]
    PartitionPastEnd {
        /// The topic.
        topic: Uuid,
        /// The partition.
        partition: u32,
    },
}

impl AssignError {
    /// The simple name of the Java exception.
    pub const fn java_name(&self) -> &'static str {
        match self {
            Self::UnknownTopic(_) | Self::PartitionsLeft => "PartitionAssignorException",
            Self::PartitionPastEnd { .. } => "ArrayIndexOutOfBoundsException",
        }
    }
}
