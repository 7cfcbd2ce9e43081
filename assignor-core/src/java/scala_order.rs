//! The iteration order of Scala 2.13's `scala.collection.mutable.HashMap`.
//!
//! Brokers before 4.0 keep a group's members in one. Checked against `scala-library` 2.13.15 on 20 000
//! maps of random member ids, with removals.

use std::collections::BTreeMap;

use super::JavaKey;

/// How many buckets an empty table has.
const FIRST_BUCKETS: u32 = 16;

/// The keys of a Scala hash map, in its order.
///
/// By bucket; within a bucket by the improved hash as a signed number, and only among equal hashes by
/// insertion. The table doubles when a key comes to which three quarters of the buckets would be in
/// use, so at the twelfth of sixteen, and never shrinks.
#[derive(Debug, Clone)]
pub struct ScalaOrder<K> {
    buckets: u32,
    /// By bucket, improved hash and number of the insertion.
    keys: BTreeMap<(u32, i32, u64), K>,
    insertions: u64,
}

impl<K> Default for ScalaOrder<K> {
    fn default() -> Self {
        Self {
            buckets: FIRST_BUCKETS,
            keys: BTreeMap::new(),
            insertions: 0,
        }
    }
}

impl<K: JavaKey> ScalaOrder<K> {
    /// Puts a key, unless the map has it.
    pub fn insert(&mut self, key: K) {
        // Also for a key that is there: the table grows before the key is looked for.
        if self.keys.len() + 1 >= self.buckets as usize / 4 * 3 {
            self.grow();
        }
        let hash = improved(&key);
        if self.find(&key).is_none() {
            self.insertions += 1;
            let place = (self.bucket(hash), hash, self.insertions);
            self.keys.insert(place, key);
        }
    }

    /// Removes a key, if the map has it.
    pub fn remove<Q: JavaKey + ?Sized>(&mut self, key: &Q)
    where
        K: std::borrow::Borrow<Q>,
    {
        if let Some(place) = self.find(key) {
            self.keys.remove(&place);
        }
    }

    /// The keys in order.
    pub fn iter(&self) -> impl Iterator<Item = &K> {
        self.keys.values()
    }

    fn find<Q: JavaKey + ?Sized>(&self, key: &Q) -> Option<(u32, i32, u64)>
    where
        K: std::borrow::Borrow<Q>,
    {
        let hash = improved(key);
        let bucket = self.bucket(hash);
        let mut same = self
            .keys
            .range((bucket, hash, 0)..=(bucket, hash, u64::MAX));
        same.find(|(_, other)| (*other).borrow() == key)
            .map(|(place, _)| *place)
    }

    fn bucket(&self, hash: i32) -> u32 {
        hash.cast_unsigned() & (self.buckets - 1)
    }

    fn grow(&mut self) {
        // Far more keys than fit in memory.
        let Some(buckets) = self.buckets.checked_mul(2) else {
            return;
        };
        self.buckets = buckets;
        let keys = std::mem::take(&mut self.keys);
        for ((_, hash, insertion), key) in keys {
            self.keys.insert((self.bucket(hash), hash, insertion), key);
        }
    }
}

/// Scala's improvement of a hash code: its upper half mixed into the lower.
fn improved<Q: JavaKey + ?Sized>(key: &Q) -> i32 {
    let hash = key.java_hash().cast_unsigned();
    (hash ^ (hash >> 16)).cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(keys: &[&str]) -> ScalaOrder<String> {
        let mut order = ScalaOrder::default();
        for key in keys {
            order.insert((*key).to_owned());
        }
        order
    }

    fn shown(order: &ScalaOrder<String>) -> Vec<&str> {
        order.iter().map(String::as_str).collect()
    }

    /// Recorded on a 3.9.2 broker: c1 and c3 share a bucket, and the broker lists c3 first.
    #[test]
    fn ids_that_share_a_bucket_are_in_the_order_of_their_hashes() {
        let c1 = "c1-2ad87827-12b0-4bdc-bcd3-4f61b0cd6afa";
        let c3 = "c3-eb22a281-7ee7-4a8a-9fb6-1964c9b53291";
        assert_eq!(shown(&order(&[c1, c3])), [c3, c1]);
        assert_eq!(shown(&order(&[c3, c1])), [c3, c1]);
    }

    #[test]
    fn equal_hashes_stay_in_the_order_of_insertion() {
        // "Aa" and "BB" have the same hash code.
        assert_eq!(shown(&order(&["BB", "Aa"])), ["BB", "Aa"]);
        let mut order = order(&["Aa", "BB", "Aa"]);
        assert_eq!(shown(&order), ["Aa", "BB"]);
        order.remove("Aa");
        order.remove("C");
        assert_eq!(shown(&order), ["BB"]);
    }

    /// Answered by `scala-library` 2.13.15 for `member-0`, `member-1`, ….
    #[test]
    fn the_table_grows_with_the_twelfth_key() {
        const ELEVEN: [u32; 11] = [1, 2, 0, 5, 6, 3, 4, 9, 10, 7, 8];
        const TWELVE: [u32; 12] = [5, 6, 3, 4, 9, 11, 10, 7, 8, 1, 2, 0];
        const THIRTY: [u32; 30] = [
            19, 18, 17, 16, 5, 15, 6, 14, 3, 13, 4, 12, 9, 11, 10, 7, 8, 29, 28, 27, 26, 25, 24,
            23, 22, 21, 20, 1, 2, 0,
        ];
        for expected in [&ELEVEN[..], &TWELVE, &THIRTY] {
            let mut order = ScalaOrder::default();
            for number in 0..expected.len() {
                order.insert(format!("member-{number}"));
            }
            let expected: Vec<_> = expected.iter().map(|n| format!("member-{n}")).collect();
            assert_eq!(shown(&order), expected);
        }
    }
}
