//! The order in which a `HashMap` that only grew iterates, without making the map.

use super::chains::{DEFAULT_CAPACITY, TREEIFY_THRESHOLD, spread};

/// The order in which `new HashMap<>()` iterates over keys with these hash codes, inserted in turn:
/// their places, ordered by bin and then by insertion.
///
/// `None` where it takes the map itself to know: a bin grew long enough to become a tree on the way,
/// or two hash codes are equal, so that the keys may be.
pub(crate) fn insertion_order(hashes: &[i32]) -> Option<Vec<usize>> {
    let bin = |hash: i32, capacity: usize| {
        let spread = spread(hash).cast_unsigned();
        usize::try_from(spread).unwrap_or_default() & (capacity - 1)
    };
    let mut capacity = DEFAULT_CAPACITY;
    let mut lengths = loop {
        let threshold = capacity * 3 / 4;
        let mut lengths = vec![0; capacity];
        // The key that is one too many is linked before the table grows.
        for &hash in hashes.iter().take(threshold + 1) {
            let length = &mut lengths[bin(hash, capacity)];
            *length += 1;
            if *length > TREEIFY_THRESHOLD {
                return None;
            }
        }
        if hashes.len() <= threshold {
            break lengths;
        }
        capacity *= 2;
    };
    let mut next = 0;
    for length in &mut lengths {
        next += std::mem::replace(length, next);
    }
    let begins = lengths;
    let mut ends = begins.clone();
    let mut order = vec![0; hashes.len()];
    for (place, &hash) in hashes.iter().enumerate() {
        let bin = bin(hash, capacity);
        let (begin, end) = (begins[bin], ends[bin]);
        if order[begin..end]
            .iter()
            .any(|&other: &usize| hashes[other] == hash)
        {
            return None;
        }
        order[end] = place;
        ends[bin] += 1;
    }
    Some(order)
}

#[cfg(test)]
mod tests {
    use super::super::{HashMap, string_hash};
    use super::*;

    #[test]
    fn is_the_order_of_a_map() {
        for count in [0, 1, 12, 13, 24, 25, 48, 49, 97, 1000, 3100] {
            let ids: Vec<String> = (0..count).map(|n| format!("consumer-{}", n * n)).collect();
            let hashes: Vec<i32> = ids.iter().map(|id| string_hash(id)).collect();
            let map: HashMap<&str, usize> = ids.iter().map(String::as_str).zip(0..).collect();
            let order: Vec<usize> = map.values().copied().collect();
            assert_eq!(insertion_order(&hashes), Some(order), "{count} keys");
        }
    }

    #[test]
    fn leaves_equal_hashes_and_crowded_bins_to_the_map() {
        assert_eq!(insertion_order(&[7, 8, 7]), None);
        let crowded = |keys: i32| (0..keys).map(|key| key << 8).collect::<Vec<_>>();
        assert_eq!(
            insertion_order(&crowded(8)),
            Some(vec![0, 1, 2, 3, 4, 5, 6, 7])
        );
        assert_eq!(insertion_order(&crowded(9)), None);
    }
}
