//! Why a rebalance begins, in the words of the coordinator's log.
//!
//! The Java coordinator's words and the Scala coordinator's differ, and older releases said less.
//! Source: `GroupMetadataManager`@4.3, `GroupCoordinator.scala`@2.3 to 3.9.

use crate::sim::scenario::{BrokerSettings, Release};
use crate::sim::trace::GroupState;
use std::sync::Arc;

/// How a coordinator of a release puts it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words {
    release: Release,
    scala: bool,
}

impl BrokerSettings {
    pub(super) fn words(&self) -> Words {
        Words {
            release: self.release,
            scala: self.scala,
        }
    }
}

impl Words {
    /// What a client gave as its reason, where the release prints it (KIP-800).
    fn client(self, reason: &str) -> String {
        let reason = if reason.is_empty() {
            "not provided"
        } else {
            reason
        };
        if self.release.gives_reasons() {
            format!("; client reason: {reason}")
        } else {
            String::new()
        }
    }

    /// Scala ends no reason with a dot.
    fn dot(self) -> &'static str {
        if self.scala { "" } else { "." }
    }

    pub(super) fn adding(self, member_id: &str, instance: Option<&str>, reason: &str) -> String {
        if !self.release.at_least(2, 4) {
            return format!("Adding new member {member_id}");
        }
        let instance = match (instance, self.scala) {
            (None, true) => "None".to_owned(),
            (None, false) => "null".to_owned(),
            (Some(instance), true) => format!("Some({instance})"),
            (Some(instance), false) => instance.to_owned(),
        };
        let client = self.client(reason);
        format!("Adding new member {member_id} with group instance id {instance}{client}")
    }

    pub(super) fn updating(self, member_id: &str, state: GroupState, reason: &str) -> String {
        let (state, client) = (state.as_str(), self.client(reason));
        format!("Updating metadata for member {member_id} during {state}{client}")
    }

    pub(super) fn leader_rejoins(self, member_id: &str, reason: &str) -> String {
        let leader = if self.release.at_least(3, 0) {
            "Leader"
        } else {
            "leader"
        };
        let client = self.client(reason);
        format!("{leader} {member_id} re-joining group during Stable{client}")
    }

    pub(super) fn updating_static(self, member_id: &str, instance: &str, reason: &str) -> String {
        let client = self.client(reason);
        format!(
            "Updating metadata for static member {member_id} with instance id {instance}{client}"
        )
    }

    pub(super) fn vote_changes(self, member_id: &str, instance: &str, reason: &str) -> String {
        let client = self.client(reason);
        format!(
            "Group's selectedProtocol will change because static member {member_id} with instance id {instance} joined with change of protocol{client}"
        )
    }

    pub(super) fn session_expired(self, member_id: &str) -> String {
        let dot = self.dot();
        format!("removing member {member_id} on heartbeat expiration{dot}")
    }

    /// The Scala coordinator begins a rebalance for the first of them.
    pub(super) fn left(self, member_id: &str, reason: &str) -> String {
        let removing = if self.release.at_least(3, 0) {
            "Removing"
        } else {
            "removing"
        };
        let client = self.client(reason);
        format!("{removing} member {member_id} on LeaveGroup{client}")
    }

    pub(super) fn over_capacity(self, members: usize, most: u64) -> String {
        let dot = self.dot();
        format!(
            "Freshly-loaded group (size {members}) is over capacity {most}. Rebalancing in order to give a chance for consumers to commit offsets{dot}"
        )
    }
}

pub(super) fn sync_expired(late: &[Arc<str>]) -> String {
    let late = late.join(", ");
    format!("Removing [{late}] on pending sync request expiration")
}

/// The Java coordinator names everybody whom one request removes.
pub(super) fn left_together(member_ids: &[Arc<str>]) -> String {
    let member_ids = member_ids.join(", ");
    format!("explicit `LeaveGroup` request for ({member_ids}) members.")
}
