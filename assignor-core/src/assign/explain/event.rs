//! The decisions of an assignor, one by one.
//!
//! Events come in the order in which the algorithm decides. Members are numbers: their places in
//! [`Event::Group`], which are those in the [`Assignment`](super::super::Assignment) too. The names
//! of the algorithms' parts follow `RangeAssignor`, `RoundRobinAssignor`, `AbstractStickyAssignor`
//! and `CooperativeStickyAssignor`. `range` and `uniform` of the broker (KIP-848) tell theirs with
//! the same events; a topic is then the text of its id.

use std::sync::Arc;

use super::super::TopicPartition;

/// One decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Comes first: the ids of the members in the order of Java's map. A member's number in all
    /// other events is its place here.
    Group {
        /// Member ids.
        members: Vec<Arc<str>>,
    },
    /// Whether racks can make a difference (KIP-881): to one topic for `range`, to the whole group
    /// for the sticky assignors. Only said where a member has a rack.
    Racks {
        /// The topic; `None` for all of them.
        topic: Option<Arc<str>>,
        /// Whether a member is in a rack with a replica, and partitions differ in their racks.
        matter: bool,
    },

    /// `range`: what each subscriber gets of a topic.
    TopicQuota {
        /// The topic.
        topic: Arc<str>,
        /// How many partitions it has.
        partitions: usize,
        /// Its subscribers in the order in which they are served.
        subscribers: Vec<usize>,
        /// What every one of them gets.
        quota: usize,
        /// How many of them get one more.
        extras: usize,
    },
    /// `range` with racks: topics with the same subscribers and as many partitions, of which one
    /// member gets the partitions with the same number.
    CoPartitioned {
        /// The topics, two or more.
        topics: Vec<Arc<str>>,
    },
    /// `roundrobin`: the order in which members take their turns.
    Circle {
        /// All members.
        members: Vec<usize>,
    },

    /// Sticky: what became of a member's word that it owns a partition.
    Claim {
        /// Who says so.
        member: usize,
        /// What it says it owns. Need not exist.
        partition: TopicPartition,
        /// The generation of the claim; `None` where it has none.
        generation: Option<i32>,
        /// Whether it is believed.
        verdict: Verdict,
    },
    /// Sticky and `uniform`: whether all members subscribe to the same topics, which decides the
    /// algorithm.
    Subscriptions {
        /// Equal: the constrained algorithm. Else the general one.
        equal: bool,
    },
    /// Sticky and `uniform`, equal subscriptions: what each member is to end with.
    Quota {
        /// Partitions of all topics.
        partitions: usize,
        /// Members of the group.
        members: usize,
        /// What every member gets, ⌊partitions / members⌋.
        min: usize,
        /// How many members get one more, the remainder.
        extras: usize,
    },
    /// Sticky, equal subscriptions: how much of its own a member may keep.
    Allowance {
        /// The member.
        member: usize,
        /// What it could keep: believed claims in its racks.
        owned: usize,
        /// What it keeps.
        keeps: usize,
        /// How it stands to the quota after that.
        standing: Standing,
    },
    /// `uniform` of the broker, equal subscriptions: a member's share of the partitions.
    Share {
        /// The member.
        member: usize,
        /// What it has of topics that it still subscribes to.
        owned: usize,
        /// What it keeps of that.
        keeps: usize,
        /// What it lacks then, and gets out of what nobody keeps.
        lacks: usize,
        /// Whether its share is one of the larger ones.
        extra: Extra,
    },
    /// Sticky, different subscriptions: an outdated claim that may bring a partition back.
    Remembered {
        /// Who claimed it in an older generation.
        member: usize,
        /// What it claimed.
        partition: TopicPartition,
        /// The generation of the claim, −1 for none.
        generation: i32,
    },

    /// Sticky: a member keeps what it owned.
    Kept {
        /// The owner.
        member: usize,
        /// What it keeps.
        partition: TopicPartition,
    },
    /// Sticky: a member may not keep what it owned.
    GivenUp {
        /// The owner so far.
        member: usize,
        /// What it gives up.
        partition: TopicPartition,
        /// Why.
        reason: GiveUp,
    },
    /// A partition that nobody had goes to a member.
    Dealt {
        /// Who gets it.
        member: usize,
        /// What.
        partition: TopicPartition,
        /// Why this member.
        reason: Deal,
    },
    /// `range` with racks: every list is sorted by topic and partition.
    Sorted,

    /// Sticky, different subscriptions: a member that can neither give nor take sits out the
    /// balancing.
    SetAside {
        /// The member.
        member: usize,
    },
    /// Sticky, different subscriptions: all is dealt, balancing begins. [`Event::Reverted`] goes
    /// back to here.
    Balancing,
    /// Sticky and `uniform`, different subscriptions: a partition moves to a member that has less.
    Moved {
        /// Who gives it.
        from: usize,
        /// Who gets it.
        to: usize,
        /// What moves.
        partition: TopicPartition,
        /// How many partitions `from` has before.
        from_has: usize,
        /// How many partitions `to` has before.
        to_has: usize,
        /// Why it goes to `to`.
        reason: Move,
        /// The partition whose turn it was, if `partition` moves back in its place: it had moved
        /// from `to` to the other's owner before, and one that came must go first.
        instead_of: Option<TopicPartition>,
    },
    /// Sticky, different subscriptions: the moves are undone, the assignment got no more even.
    Reverted {
        /// The sum of the differences in size over all pairs of members, before the moves.
        score_before: i32,
        /// The same after the moves.
        score_after: i32,
    },

    /// `cooperative-sticky`: a partition stays without owner until who owns it has let it go
    /// (KIP-429).
    Withheld {
        /// Who is to get it in the next rebalance.
        member: usize,
        /// What.
        partition: TopicPartition,
        /// Members that say they own it.
        claimants: Vec<usize>,
    },
}

/// Whether a claim is believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nobody claimed the partition before.
    Believed,
    /// Believed instead of an older one (KIP-792, KAFKA-14639).
    Newer {
        /// Whose claim it beats.
        than: usize,
        /// The generation of that member's subscription, −1 for none.
        generation: i32,
    },
    /// Not believed: another claim is newer.
    Older {
        /// Whose.
        than: usize,
        /// The generation of that member's subscription, −1 for none.
        generation: i32,
    },
    /// Not believed: before Kafka 3.4.1 only claims of the newest generation are.
    Outdated {
        /// The newest generation that any member has claimed.
        newest: i32,
    },
    /// Two claims of one generation: neither is believed, and nobody keeps the partition.
    Contested {
        /// Who claimed it before; the member itself if it lists the partition twice.
        with: usize,
    },
    /// Not believed: the topic doesn't exist, or nobody subscribes to it.
    NoTopic,
}

/// How a member stands to its quota when it has kept what it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Below the minimum: is dealt partitions first.
    BelowMin,
    /// At the minimum.
    AtMin {
        /// Whether it may still get one more, because not all extras are taken.
        may_get_extra: bool,
    },
    /// One above the minimum: takes one of the extras.
    Extra {
        /// Which of the extras, counted from 1.
        number: usize,
    },
}

/// Whether a member's share is one above the minimum, for `uniform` of the broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extra {
    /// No extra is left.
    NoneLeft,
    /// It takes one, because it fills it, or because the members from here on are only as many as
    /// the extras.
    Taken {
        /// How many extras were left for it and those after it.
        left: usize,
        /// How many members it and those after it are.
        members: usize,
    },
    /// It leaves it to a later member, because it doesn't fill it by itself (KAFKA-18688).
    LeftToLater {
        /// How many extras are left for those after it.
        left: usize,
        /// How many members those after it are.
        members: usize,
    },
}

/// Why an owner may not keep a partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GiveUp {
    /// It owns more than it may keep. Sticky: the last in the order of partition number, then topic,
    /// go. `uniform` of the broker: the last in the order of Java's map and sets.
    OverQuota,
    /// None of the partition's replicas is in its rack.
    OtherRack,
    /// It doesn't subscribe to the topic any more.
    NotSubscribed,
    /// Two members claimed it in the same generation, and this member in a newer one.
    Contested,
}

/// Why a partition goes to this member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deal {
    /// `range`, pass for racks: the member is in a rack of the partition or has no rack.
    RangeInRack {
        /// How many of the topic it may get in this pass.
        room: usize,
    },
    /// `range`, pass for racks: with the same number of all co-partitioned topics.
    RangeInStep,
    /// `range`: the next in the member's run.
    RangeRun {
        /// How many of the topic it may get in this pass.
        room: usize,
    },
    /// `roundrobin`: its turn.
    Turn {
        /// How many members before it were passed over, because they don't subscribe to the topic.
        skipped: usize,
    },
    /// `uniform` of the broker, equal subscriptions: the next of what nobody keeps, members in the
    /// order of their shares.
    Pool {
        /// How many the member lacks.
        lacks: usize,
    },
    /// Sticky, equal subscriptions: the next among those below the minimum.
    BelowMin {
        /// What it has before.
        has: usize,
        /// Whether it was chosen among members in a rack of the partition.
        in_rack: bool,
    },
    /// Sticky, equal subscriptions: everyone has the minimum, and this one may have one more.
    Extra {
        /// What it has before.
        has: usize,
        /// Whether it was chosen among members in a rack of the partition.
        in_rack: bool,
    },
    /// Sticky and `uniform` of the broker, different subscriptions: of the subscribers it has the
    /// least.
    LeastLoaded {
        /// What it has before.
        has: usize,
        /// Whether members in racks without a replica were left out.
        in_rack: bool,
    },
}

/// Why a partition moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// Its owner has at least two more than some subscriber; it goes to the least loaded one.
    Balance,
    /// Its owner has at least two more than the member whose outdated claim is remembered.
    ToEarlierOwner,
}

impl Event {
    /// The partitions that the event decides about.
    pub fn partitions(&self) -> impl Iterator<Item = &TopicPartition> {
        let (one, other) = match self {
            Self::Claim { partition, .. }
            | Self::Remembered { partition, .. }
            | Self::Kept { partition, .. }
            | Self::GivenUp { partition, .. }
            | Self::Dealt { partition, .. }
            | Self::Withheld { partition, .. } => (Some(partition), None),
            Self::Moved {
                partition,
                instead_of,
                ..
            } => (Some(partition), instead_of.as_ref()),
            _ => (None, None),
        };
        one.into_iter().chain(other)
    }

    /// Whether the event says something about the whole group or a whole topic.
    pub(super) fn is_about_all(&self) -> bool {
        matches!(
            self,
            Self::TopicQuota { .. }
                | Self::CoPartitioned { .. }
                | Self::Circle { .. }
                | Self::Subscriptions { .. }
                | Self::Quota { .. }
                | Self::Racks { .. }
                | Self::SetAside { .. }
                | Self::Reverted { .. }
        )
    }
}
