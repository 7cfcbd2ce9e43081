//! `java.util.HashMap`, with its iteration order.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;

use super::JavaKey;
use super::chains::{Chains, Compare, Removal, Slots, spread};

/// A map that iterates in exactly the order in which `java.util.HashMap` does after the same calls.
///
/// The order is a function of the keys' Java hash codes and of the map's history: the table grows
/// with insertions and never shrinks, keys that share a bin stay in insertion order, and a bin with
/// nine or more colliding keys becomes a tree, whose root iterates first.
#[derive(Clone)]
pub struct HashMap<K, V> {
    chains: Chains,
    entries: Vec<Option<(K, V)>>,
    free: Vec<usize>,
}

impl<K, V> HashMap<K, V> {
    /// `new HashMap<>()`: 16 bins.
    pub fn new() -> Self {
        Self::default()
    }

    /// `new HashMap<>(capacity)`: the next power of two of bins.
    pub fn with_capacity(capacity: usize) -> Self {
        Self {
            chains: Chains::with_capacity(capacity),
            ..Self::default()
        }
    }

    /// How many keys the map holds.
    pub fn len(&self) -> usize {
        self.chains.len()
    }

    /// Whether the map holds no key.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many bins the table has; 0 before the first insertion.
    pub fn capacity(&self) -> usize {
        self.chains.capacity()
    }

    /// Removes every key; the table keeps its size.
    pub fn clear(&mut self) {
        self.chains.clear();
        self.entries.clear();
        self.free.clear();
    }

    /// Keys and values in Java's order.
    pub fn iter(&self) -> Iter<'_, K, V> {
        Iter {
            slots: self.chains.slots(),
            entries: &self.entries,
        }
    }

    /// Keys and values in Java's order, the values changeable.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&K, &mut V)> {
        let mut entries: Vec<_> = self.entries.iter_mut().map(Option::as_mut).collect();
        self.chains
            .slots()
            .filter_map(move |slot| entries.get_mut(slot)?.take())
            .map(|(key, value)| (&*key, value))
    }

    /// Keys in Java's order.
    pub fn keys(&self) -> Keys<'_, K, V> {
        Keys(self.iter())
    }

    /// Values in Java's order.
    pub fn values(&self) -> Values<'_, K, V> {
        Values(self.iter())
    }

    /// Values in Java's order, changeable.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.iter_mut().map(|(_, value)| value)
    }

    /// Removes every entry that `keep` rejects, as `entrySet().removeIf` does.
    pub fn retain(&mut self, mut keep: impl FnMut(&K, &mut V) -> bool) {
        let slots: Vec<usize> = self.chains.slots().collect();
        for slot in slots {
            let entry = self.entries.get_mut(slot).and_then(Option::as_mut);
            if let Some((key, value)) = entry
                && !keep(key, value)
            {
                self.take(slot, Removal::Iterating);
            }
        }
    }

    fn take(&mut self, slot: usize, removal: Removal) -> Option<(K, V)> {
        self.chains.remove(slot, removal);
        self.free.push(slot);
        self.entries.get_mut(slot)?.take()
    }
}

impl<K: JavaKey, V> HashMap<K, V> {
    /// `put`: a key that is present keeps its place and gets the value; answers the value it had.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        if let Some(present) = self.get_mut(&key) {
            return Some(std::mem::replace(present, value));
        }
        self.link(key, value, Chains::insert);
        None
    }

    /// `computeIfAbsent`: a new key comes first in its bin, where `put` makes it the last.
    pub fn compute_if_absent(&mut self, key: K, value: impl FnOnce() -> V) -> Option<&mut V> {
        let entries = &self.entries;
        self.chains.relieve(&|a, b| compare(entries, a, b));
        let slot = match self.find(&key) {
            Some(slot) => slot,
            None => self.link(key, value(), Chains::insert_front),
        };
        let entry = self.entries.get_mut(slot)?.as_mut();
        entry.map(|(_, value)| value)
    }

    fn link(
        &mut self,
        key: K,
        value: V,
        link: impl FnOnce(&mut Chains, usize, i32, Compare<'_>),
    ) -> usize {
        let hash = spread(key.java_hash());
        let slot = self.free.pop().unwrap_or(self.entries.len());
        if slot == self.entries.len() {
            self.entries.push(None);
        }
        self.entries[slot] = Some((key, value));
        let entries = &self.entries;
        link(&mut self.chains, slot, hash, &|a, b| compare(entries, a, b));
        slot
    }

    /// The value of a key.
    pub fn get<Q: JavaKey + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        let slot = self.find(key)?;
        self.entries.get(slot)?.as_ref().map(|(_, value)| value)
    }

    /// The value of a key, changeable.
    pub fn get_mut<Q: JavaKey + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        let slot = self.find(key)?;
        self.entries.get_mut(slot)?.as_mut().map(|(_, value)| value)
    }

    /// The value of a key whose hash code is known, changeable. A Java string computes its own only once.
    pub fn get_mut_hashed<Q: JavaKey + ?Sized>(&mut self, hash: i32, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        let slot = self.find_hashed(hash, key)?;
        self.entries.get_mut(slot)?.as_mut().map(|(_, value)| value)
    }

    /// Whether the map holds a key.
    pub fn contains_key<Q: JavaKey + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.find(key).is_some()
    }

    /// Removes a key and answers its value; the table keeps its size.
    pub fn remove<Q: JavaKey + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let slot = self.find(key)?;
        self.take(slot, Removal::Direct).map(|(_, value)| value)
    }

    fn find<Q: JavaKey + ?Sized>(&self, key: &Q) -> Option<usize>
    where
        K: Borrow<Q>,
    {
        self.find_hashed(key.java_hash(), key)
    }

    fn find_hashed<Q: JavaKey + ?Sized>(&self, hash: i32, key: &Q) -> Option<usize>
    where
        K: Borrow<Q>,
    {
        self.chains
            .find(spread(hash), |slot| match &self.entries[slot] {
                Some((other, _)) if std::ptr::eq(other.borrow(), key) || other.borrow() == key => {
                    Ordering::Equal
                }
                Some((other, _)) => key.java_cmp(other.borrow()),
                None => Ordering::Less,
            })
    }
}

/// Compares the keys in two slots.
fn compare<K: JavaKey, V>(entries: &[Option<(K, V)>], a: usize, b: usize) -> Ordering {
    match (&entries[a], &entries[b]) {
        (Some((a, _)), Some((b, _))) => a.java_cmp(b),
        // Only slots that hold a key are linked.
        _ => a.cmp(&b),
    }
}

impl<K, V> Default for HashMap<K, V> {
    fn default() -> Self {
        Self {
            chains: Chains::default(),
            entries: Vec::new(),
            free: Vec::new(),
        }
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for HashMap<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self).finish()
    }
}

impl<K: JavaKey, V> FromIterator<(K, V)> for HashMap<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = Self::new();
        map.extend(entries);
        map
    }
}

impl<K: JavaKey, V> Extend<(K, V)> for HashMap<K, V> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        for (key, value) in entries {
            self.insert(key, value);
        }
    }
}

impl<'a, K, V> IntoIterator for &'a HashMap<K, V> {
    type Item = (&'a K, &'a V);
    type IntoIter = Iter<'a, K, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// The entries of a [`HashMap`] in Java's order.
pub struct Iter<'a, K, V> {
    slots: Slots<'a>,
    entries: &'a [Option<(K, V)>],
}

impl<'a, K, V> Iterator for Iter<'a, K, V> {
    type Item = (&'a K, &'a V);

    fn next(&mut self) -> Option<Self::Item> {
        let slot = self.slots.next()?;
        let (key, value) = self.entries.get(slot)?.as_ref()?;
        Some((key, value))
    }
}

/// The keys of a [`HashMap`] in Java's order.
pub struct Keys<'a, K, V>(Iter<'a, K, V>);

impl<'a, K, V> Iterator for Keys<'a, K, V> {
    type Item = &'a K;

    fn next(&mut self) -> Option<&'a K> {
        self.0.next().map(|(key, _)| key)
    }
}

/// The values of a [`HashMap`] in Java's order.
pub struct Values<'a, K, V>(Iter<'a, K, V>);

impl<'a, K, V> Iterator for Values<'a, K, V> {
    type Item = &'a V;

    fn next(&mut self) -> Option<&'a V> {
        self.0.next().map(|(_, value)| value)
    }
}

#[cfg(test)]
mod tests;
