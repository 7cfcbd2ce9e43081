//! What changed in the consumer's assignors from release to release.
//!
//! Every question here is answered by one comparison of versions; the algorithms ask and follow the
//! older way where they must. A fix that also went into a patch of the minor release before counts
//! from that patch on.

use crate::version::KafkaVersion;

/// The first release whose sticky algorithms are the ones modelled here (KAFKA-12464, KAFKA-12675).
const FIRST: KafkaVersion = KafkaVersion::new(3, 0, 0);

/// A release whose assignors are not modelled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the consumer's assignors of Kafka {0} are not covered: choose {FIRST} or newer")]
pub struct UnsupportedVersion(KafkaVersion);

/// The release of a consumer, as far as its assignors go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Release(KafkaVersion);

impl Release {
    /// The newest.
    pub(super) const NEWEST: Self = Self(KafkaVersion::NEWEST);

    /// A release that is modelled.
    pub(super) fn new(version: KafkaVersion) -> Result<Self, UnsupportedVersion> {
        if version < FIRST {
            return Err(UnsupportedVersion(version));
        }
        Ok(Self(version))
    }

    pub(super) fn version(self) -> KafkaVersion {
        self.0
    }

    /// 3.4.0: the subscription has a generation of its own, which `cooperative-sticky` believes
    /// (KIP-792). Before, its user data has it.
    pub(super) fn subscriptions_have_generations(self) -> bool {
        self.0 >= KafkaVersion::new(3, 4, 0)
    }

    /// 3.4.1: generations decide partition by partition (KAFKA-14639). Before, only claims of the
    /// newest generation count.
    pub(super) fn settles_by_partition(self) -> bool {
        self.0 >= KafkaVersion::new(3, 4, 1)
    }

    /// 3.5.0: `range` and the sticky assignors know racks (KIP-881).
    pub(super) fn knows_racks(self) -> bool {
        self.0 >= KafkaVersion::new(3, 5, 0)
    }

    /// 3.5.2: balanced means that no move helps, a claim that lost is forgotten (KAFKA-15106).
    /// Before, a difference of one already counts as unbalanced, and the loser of two claims is the
    /// one that a third claim is measured against.
    pub(super) fn knows_when_to_stop(self) -> bool {
        self.0 >= KafkaVersion::new(3, 5, 2)
    }

    /// 3.7.1: with equal subscriptions, members keep the lowest partition numbers of all their
    /// topics (KAFKA-16277); partitions given up for a rack count as changing hands, and partitions
    /// dealt within racks count towards the quota (KAFKA-15170).
    pub(super) fn keeps_of_every_topic(self) -> bool {
        self.0 >= KafkaVersion::new(3, 7, 1)
    }
}
