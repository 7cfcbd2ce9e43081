//! A member as the leader sees it.

use std::sync::Arc;

use super::TopicPartition;

/// What the leader decodes about one member out of the `JoinGroup` response.
///
/// The group is a slice of these in the order of the response: Kafka puts them into a `HashMap` in
/// that order, and some results depend on it. A repeated member id replaces the earlier entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupMember {
    /// The id that the coordinator gave it.
    pub member_id: Arc<str>,
    /// `group.instance.id`, for a static member.
    pub group_instance_id: Option<String>,
    /// `client.rack`. Empty counts as absent.
    pub rack: Option<String>,
    /// The topics of its subscription, in the subscription's order. Members with equal
    /// subscriptions had better share one: in large groups it is most of the input.
    pub subscription: Arc<[Arc<str>]>,
    /// What it says it owns (subscription v1 and newer). Empty for an EAGER member.
    pub owned_partitions: Vec<TopicPartition>,
    /// The generation it last was part of (subscription v2 and newer). Negative counts as absent.
    pub generation_id: Option<i32>,
    /// The assignor's own bytes, from [`Assignor::subscription_user_data`](super::Assignor::subscription_user_data).
    pub user_data: Option<Vec<u8>>,
}

impl GroupMember {
    /// A dynamic member that owns nothing.
    pub fn new<T: Into<Arc<str>>>(
        member_id: impl Into<Arc<str>>,
        subscription: impl IntoIterator<Item = T>,
    ) -> Self {
        Self {
            member_id: member_id.into(),
            subscription: subscription.into_iter().map(Into::into).collect(),
            ..Self::default()
        }
    }

    /// The subscription's generation, if the member sent one.
    pub(super) fn generation(&self) -> Option<i32> {
        self.generation_id.filter(|&generation| generation >= 0)
    }

    /// The rack, if the member has one.
    pub(super) fn rack(&self) -> Option<&str> {
        self.rack.as_deref().filter(|rack| !rack.is_empty())
    }
}
