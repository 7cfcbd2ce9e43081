//! An assignor of a broker: which one, of which release, on which Java.

use std::sync::Arc;

use crate::java::JdkRelease;
use crate::version::KafkaVersion;

use super::super::explain::{Event, Explanation, Listen, Listener};
use super::group::Group;
use super::{
    AssignError, AssignorName, GroupAssignment, GroupSpec, SubscriptionType, heterogeneous,
    homogeneous, range,
};

/// The release in which the protocol became generally available.
const FIRST: KafkaVersion = KafkaVersion::new(4, 0, 0);
/// From here on `uniform` leaves a balanced group alone whatever the order of its members
/// (KAFKA-18688).
const STABLE: KafkaVersion = KafkaVersion::new(4, 0, 1);

/// A release whose assignors are not modelled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the broker's assignors of Kafka {0} are not covered: choose {FIRST} or newer, where the \
     protocol is generally available"
)]
pub struct UnsupportedVersion(KafkaVersion);

/// An assignor as a broker has it. It remembers nothing from one call to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assignor {
    name: AssignorName,
    version: KafkaVersion,
    jdk: JdkRelease,
}

impl Assignor {
    /// The assignor of the newest release, on JDK 19 or newer.
    pub fn new(name: AssignorName) -> Self {
        Self {
            name,
            version: KafkaVersion::NEWEST,
            jdk: JdkRelease::From19,
        }
    }

    /// The assignor of a broker of that release.
    pub fn of_version(
        name: AssignorName,
        version: KafkaVersion,
    ) -> Result<Self, UnsupportedVersion> {
        if version < FIRST {
            return Err(UnsupportedVersion(version));
        }
        Ok(Self {
            version,
            ..Self::new(name)
        })
    }

    /// The same on another Java release.
    #[must_use]
    pub fn on_jdk(self, jdk: JdkRelease) -> Self {
        Self { jdk, ..self }
    }

    /// Which of the two it is.
    pub fn name(self) -> AssignorName {
        self.name
    }

    /// Computes the target assignment of a group.
    ///
    /// The time is that of sorting the members of every topic and the partitions, for `uniform`
    /// with differing subscriptions at most sixteen times.
    pub fn assign(self, spec: &GroupSpec) -> Result<GroupAssignment, AssignError> {
        self.assign_told(spec, Listener::nobody())
    }

    /// [`Self::assign`], which tells `listen` every decision on the way. Topics are named by the
    /// text of their ids.
    ///
    /// On an error, `listen` has heard the decisions up to it.
    pub fn assign_to_listener(
        self,
        spec: &GroupSpec,
        listen: &mut dyn Listen,
    ) -> Result<GroupAssignment, AssignError> {
        self.assign_told(spec, Listener::new(listen))
    }

    /// [`Self::assign`], with all reasons. Topics are named by the text of their ids.
    pub fn explain(self, spec: &GroupSpec) -> Explanation<'static> {
        Explanation::of_broker(self, spec)
    }

    fn assign_told(
        self,
        spec: &GroupSpec,
        mut listener: Listener<'_>,
    ) -> Result<GroupAssignment, AssignError> {
        let group = Group::new(spec);
        listener.tell(|| {
            let ids = group.members.iter().map(|member| member.member_id.as_str());
            Event::Group {
                members: ids.map(Arc::from).collect(),
            }
        });
        let partitions = match (self.name, spec.subscription_type) {
            (AssignorName::Range, _) => range::assign(&group, listener)?,
            (AssignorName::Uniform, SubscriptionType::Homogeneous) => {
                homogeneous::assign(&group, self.jdk, self.version >= STABLE, listener)?
            }
            (AssignorName::Uniform, SubscriptionType::Heterogeneous) => {
                heterogeneous::assign(&group, self.jdk, listener)?
            }
        };
        Ok(group.assignment(partitions))
    }
}
