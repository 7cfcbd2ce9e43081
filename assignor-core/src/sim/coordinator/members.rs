//! A group's members, in the order in which the coordinator's hash table has them.
//!
//! The order decides which member leads after the leader is gone, and in which order the leader's
//! client gets the list, on which the sticky assignors' results depend where ids share a bucket there.
//! `ClassicGroup.java`@4.3 has a `java.util.HashMap`, `GroupMetadata.scala`@3.9 a
//! `scala.collection.mutable.HashMap`.

use super::group::Member;
use crate::assign::AssignorName;
use crate::java::{self, JavaKey, ScalaOrder};
use crate::sim::protocol::OfferedProtocol;
use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Members by id.
#[derive(Debug)]
pub(super) struct Members {
    by_id: java::HashMap<Arc<str>, Member>,
    /// How many of them offer each assignor, which every JoinGroup asks.
    offers: BTreeMap<AssignorName, usize>,
    /// The order of the older coordinator; none for the Java one.
    scala: Option<ScalaOrder<Arc<str>>>,
}

impl Members {
    pub(super) fn new(scala: bool) -> Self {
        Self {
            by_id: java::HashMap::new(),
            offers: BTreeMap::new(),
            scala: scala.then(ScalaOrder::default),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.by_id.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    pub(super) fn get<Q>(&self, member_id: &Q) -> Option<&Member>
    where
        Arc<str>: Borrow<Q>,
        Q: JavaKey + ?Sized,
    {
        self.by_id.get(member_id)
    }

    pub(super) fn get_mut<Q>(&mut self, member_id: &Q) -> Option<&mut Member>
    where
        Arc<str>: Borrow<Q>,
        Q: JavaKey + ?Sized,
    {
        self.by_id.get_mut(member_id)
    }

    /// The member whose id has this hash code.
    pub(super) fn get_mut_hashed(&mut self, hash: i32, member_id: &str) -> Option<&mut Member> {
        self.by_id.get_mut_hashed(hash, member_id)
    }

    pub(super) fn contains_key<Q>(&self, member_id: &Q) -> bool
    where
        Arc<str>: Borrow<Q>,
        Q: JavaKey + ?Sized,
    {
        self.by_id.contains_key(member_id)
    }

    pub(super) fn insert(&mut self, member_id: Arc<str>, member: Member) {
        if let Some(scala) = &mut self.scala {
            scala.insert(Arc::clone(&member_id));
        }
        self.count_in(&member.protocols);
        if let Some(replaced) = self.by_id.insert(member_id, member) {
            self.count_out(&replaced.protocols);
        }
    }

    /// What a member offers from now on.
    pub(super) fn set_protocols(&mut self, member_id: &str, protocols: &[OfferedProtocol]) {
        if let Some(member) = self.by_id.get_mut(member_id) {
            let before = std::mem::replace(&mut member.protocols, protocols.to_vec());
            self.count_in(protocols);
            self.count_out(&before);
        }
    }

    /// Whether every member offers an assignor.
    pub(super) fn all_offer(&self, name: AssignorName) -> bool {
        self.offers.get(&name).copied().unwrap_or(0) == self.len()
    }

    fn count_in(&mut self, protocols: &[OfferedProtocol]) {
        for name in distinct(protocols) {
            *self.offers.entry(name).or_default() += 1;
        }
    }

    fn count_out(&mut self, protocols: &[OfferedProtocol]) {
        for name in distinct(protocols) {
            if let Some(count) = self.offers.get_mut(&name) {
                *count = count.saturating_sub(1);
            }
        }
    }

    pub(super) fn remove(&mut self, member_id: &str) -> Option<Member> {
        if let Some(scala) = &mut self.scala {
            scala.remove(member_id);
        }
        let removed = self.by_id.remove(member_id)?;
        self.count_out(&removed.protocols);
        Some(removed)
    }

    /// The ids in the coordinator's order.
    pub(super) fn keys(&self) -> impl Iterator<Item = &Arc<str>> {
        let java = self.scala.is_none().then(|| self.by_id.keys());
        let scala = self.scala.iter().flat_map(ScalaOrder::iter);
        java.into_iter().flatten().chain(scala)
    }

    /// The members in the coordinator's order.
    pub(super) fn values(&self) -> impl Iterator<Item = &Member> {
        let java = self.scala.is_none().then(|| self.by_id.values());
        let scala = self.scala.iter().flat_map(ScalaOrder::iter);
        let scala = scala.filter_map(|member_id| self.by_id.get(&**member_id));
        java.into_iter().flatten().chain(scala)
    }

    /// The members, for changes to which the order makes no difference.
    pub(super) fn values_mut(&mut self) -> impl Iterator<Item = &mut Member> {
        self.by_id.values_mut()
    }
}

/// The assignors of an offer, each once.
fn distinct(protocols: &[OfferedProtocol]) -> impl Iterator<Item = AssignorName> {
    let offered = |name: &AssignorName| protocols.iter().any(|offer| offer.name == *name);
    AssignorName::ALL.into_iter().filter(offered)
}
