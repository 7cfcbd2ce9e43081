//! `java.util.HashSet`, with its iteration order.

use std::borrow::Borrow;
use std::fmt;

use super::{HashMap, JavaKey, Keys};

/// A set that iterates in exactly the order in which `java.util.HashSet` does after the same calls.
#[derive(Clone)]
pub struct HashSet<K> {
    map: HashMap<K, ()>,
}

/// Which Java runtime copies a collection into a set; they choose different table sizes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JdkRelease {
    /// JDK 18 and older.
    UpTo18,
    /// JDK 19 and newer.
    From19,
}

impl JdkRelease {
    /// Of a release by its feature number: 17, 25.
    pub const fn of_feature(feature: u16) -> Self {
        if feature >= 19 {
            Self::From19
        } else {
            Self::UpTo18
        }
    }
}

impl<K> HashSet<K> {
    /// `new HashSet<>()`: 16 bins.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many keys the set holds.
    pub fn len(&self) -> usize {
        self.map.len()
    }

    /// Whether the set holds no key.
    pub fn is_empty(&self) -> bool {
        self.map.is_empty()
    }

    /// How many bins the table has; 0 before the first insertion into a set made by `new`.
    pub fn capacity(&self) -> usize {
        self.map.capacity()
    }

    /// Keys in Java's order.
    pub fn iter(&self) -> Keys<'_, K, ()> {
        self.map.keys()
    }

    /// The key that iterates first.
    pub fn first(&self) -> Option<&K> {
        self.iter().next()
    }

    /// Removes every key that `keep` rejects, as `removeIf` does.
    pub fn retain(&mut self, mut keep: impl FnMut(&K) -> bool) {
        self.map.retain(|key, ()| keep(key));
    }
}

impl<K: JavaKey> HashSet<K> {
    /// `new HashSet<>(collection)`: the table has room for `keys`, which matters for the order.
    pub fn copy_of<I>(keys: I, jdk: JdkRelease) -> Self
    where
        I: IntoIterator<Item = K>,
        I::IntoIter: ExactSizeIterator,
    {
        let keys = keys.into_iter();
        let size = keys.len();
        let capacity = match jdk {
            JdkRelease::UpTo18 => (size * 4 / 3 + 1).max(16),
            JdkRelease::From19 => (size.max(12) * 4).div_ceil(3),
        };
        let mut set = Self {
            map: HashMap::with_capacity(capacity),
        };
        set.extend(keys);
        set
    }

    /// Adds a key; answers whether it was absent.
    pub fn insert(&mut self, key: K) -> bool {
        self.map.insert(key, ()).is_none()
    }

    /// Whether the set holds a key.
    pub fn contains<Q: JavaKey + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.map.contains_key(key)
    }

    /// Removes a key; answers whether it was present.
    pub fn remove<Q: JavaKey + ?Sized>(&mut self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.map.remove(key).is_some()
    }
}

impl<K> Default for HashSet<K> {
    fn default() -> Self {
        Self {
            map: HashMap::default(),
        }
    }
}

impl<K: fmt::Debug> fmt::Debug for HashSet<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self).finish()
    }
}

impl<K: JavaKey> FromIterator<K> for HashSet<K> {
    fn from_iter<I: IntoIterator<Item = K>>(keys: I) -> Self {
        let mut set = Self::new();
        set.extend(keys);
        set
    }
}

impl<K: JavaKey> Extend<K> for HashSet<K> {
    fn extend<I: IntoIterator<Item = K>>(&mut self, keys: I) {
        for key in keys {
            self.insert(key);
        }
    }
}

impl<'a, K> IntoIterator for &'a HashSet<K> {
    type Item = &'a K;
    type IntoIter = Keys<'a, K, ()>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_choose_the_table_by_jdk() {
        let keys: Vec<i32> = (0..=10).chain([16]).collect();
        let order = |jdk| {
            let set = HashSet::copy_of(keys.clone(), jdk);
            set.iter().copied().collect::<Vec<_>>()
        };
        assert_eq!(order(JdkRelease::UpTo18), keys);
        assert_eq!(
            order(JdkRelease::From19),
            [0, 16, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
        );
    }
}
