//! The table of a Java hash map: bins of chained nodes, growing, never shrinking.
//!
//! Knows nothing of keys and values: a node is a slot number and a hash, and where two hashes are
//! equal the owner of the keys compares them. Invariant: every node is in the list of exactly the
//! bin that its hash selects; a bin has a root exactly when it is a tree.

use std::cmp::Ordering;

use super::red_black::{Link, NONE, Tree};

/// A bin longer than this becomes a tree.
pub(super) const TREEIFY_THRESHOLD: usize = 8;
/// A tree that a split leaves with no more nodes than this becomes a chain again.
const UNTREEIFY_THRESHOLD: usize = 6;
/// In a table smaller than this a long bin makes the table grow instead.
const MIN_TREEIFY_CAPACITY: usize = 64;
pub(super) const DEFAULT_CAPACITY: usize = 16;

/// Compares the keys in two slots.
pub(super) type Compare<'a> = &'a dyn Fn(usize, usize) -> Ordering;

#[derive(Clone, Copy, Debug)]
struct Bin {
    head: usize,
    /// The root of the bin's tree; [`NONE`] while the bin is a plain chain.
    root: usize,
}

const EMPTY_BIN: Bin = Bin {
    head: NONE,
    root: NONE,
};

/// One of the two lists that a bin's list splits into.
#[derive(Clone, Copy, Debug)]
struct Part {
    head: usize,
    tail: usize,
    len: usize,
}

const EMPTY_PART: Part = Part {
    head: NONE,
    tail: NONE,
    len: 0,
};

/// Bins and links of one map.
#[derive(Clone, Debug, Default)]
pub(super) struct Chains {
    bins: Vec<Bin>,
    links: Vec<Link>,
    len: usize,
}

/// How a removal treats a crowded bin.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Removal {
    /// `HashMap.remove`: a small tree becomes a chain, a new root moves to the front.
    Direct,
    /// `Iterator.remove`: the list keeps its order, since an iteration is under way.
    Iterating,
}

/// Java's folding of the high half of a hash into the low half.
pub(super) fn spread(hash: i32) -> i32 {
    hash ^ (hash.cast_unsigned() >> 16).cast_signed()
}

impl Chains {
    /// `new HashMap(capacity)`.
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self {
            bins: vec![EMPTY_BIN; capacity.max(1).next_power_of_two()],
            ..Self::default()
        }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn capacity(&self) -> usize {
        self.bins.len()
    }

    /// Empties every bin, as `HashMap.clear` does: the table keeps its size.
    pub(super) fn clear(&mut self) {
        self.bins.fill(EMPTY_BIN);
        self.links.clear();
        self.len = 0;
    }

    /// The slot whose key `order` calls equal; `order` compares the wanted key with a slot's key.
    pub(super) fn find(&self, spread: i32, order: impl Fn(usize) -> Ordering) -> Option<usize> {
        let bin = self.bins.get(self.bin_index(spread)?)?;
        let mut at = if bin.root == NONE { bin.head } else { bin.root };
        while at != NONE {
            let link = &self.links[at];
            let ordering = spread.cmp(&link.spread);
            if bin.root == NONE {
                if ordering.is_eq() && order(at).is_eq() {
                    return Some(at);
                }
                at = link.next;
                continue;
            }
            match ordering.then_with(|| order(at)) {
                Ordering::Less => at = link.left,
                Ordering::Greater => at = link.right,
                Ordering::Equal => return Some(at),
            }
        }
        None
    }

    /// Links a new key's slot into its bin, as `HashMap.put` does. The key must not be in the map
    /// yet.
    pub(super) fn insert(&mut self, slot: usize, spread: i32, compare: Compare<'_>) {
        let Some(index) = self.prepare(slot, spread) else {
            return;
        };
        if self.bins[index].root == NONE {
            if self.append(index, slot) > TREEIFY_THRESHOLD {
                self.treeify_or_grow(index, compare);
            }
        } else {
            self.insert_into_tree(index, slot, compare);
        }
        self.len += 1;
        if self.is_crowded() {
            self.grow(compare);
        }
    }

    /// Grows a table that is too small for what it holds, as `HashMap.computeIfAbsent` does before
    /// it looks for the key.
    pub(super) fn relieve(&mut self, compare: Compare<'_>) {
        if self.is_crowded() && !self.bins.is_empty() {
            self.grow(compare);
        }
    }

    /// Links a new key's slot into its bin, as `HashMap.computeIfAbsent` does: at the front of a
    /// chain, which becomes a tree one node earlier; and the table doesn't grow after it.
    pub(super) fn insert_front(&mut self, slot: usize, spread: i32, compare: Compare<'_>) {
        let Some(index) = self.prepare(slot, spread) else {
            return;
        };
        if self.bins[index].root == NONE {
            let head = std::mem::replace(&mut self.bins[index].head, slot);
            self.links[slot].next = head;
            if self.chain_length(index) >= TREEIFY_THRESHOLD {
                self.treeify_or_grow(index, compare);
            }
        } else {
            self.insert_into_tree(index, slot, compare);
        }
        self.len += 1;
    }

    /// Makes room for a slot; answers the bin that its hash selects.
    fn prepare(&mut self, slot: usize, spread: i32) -> Option<usize> {
        if self.bins.is_empty() {
            self.bins = vec![EMPTY_BIN; DEFAULT_CAPACITY];
        }
        if self.links.len() <= slot {
            self.links.resize(slot + 1, Link::new(0));
        }
        self.links[slot] = Link::new(spread);
        self.bin_index(spread)
    }

    fn is_crowded(&self) -> bool {
        self.len > self.bins.len() * 3 / 4
    }

    fn treeify_or_grow(&mut self, index: usize, compare: Compare<'_>) {
        if self.bins.len() < MIN_TREEIFY_CAPACITY {
            self.grow(compare);
        } else {
            self.treeify(index, compare);
        }
    }

    fn chain_length(&self, index: usize) -> usize {
        let mut at = self.bins[index].head;
        let mut nodes = 0;
        while at != NONE {
            nodes += 1;
            at = self.links[at].next;
        }
        nodes
    }

    /// Unlinks a slot. The table keeps its size.
    pub(super) fn remove(&mut self, slot: usize, removal: Removal) {
        let Some(index) = self.bin_index(self.links[slot].spread) else {
            return;
        };
        let root = self.bins[index].root;
        self.unlink(index, slot);
        self.len -= 1;
        if root == NONE {
            return;
        }
        if self.bins[index].head == NONE {
            self.bins[index].root = NONE;
            self.links[slot].detach();
            return;
        }
        if removal == Removal::Direct && self.is_small_tree(root) {
            self.links[slot].detach();
            self.untreeify(index);
            return;
        }
        let mut tree = Tree::new(&mut self.links, root);
        tree.remove(slot);
        self.bins[index].root = tree.root();
        if removal == Removal::Direct {
            self.move_root_to_front(index);
        }
    }

    /// The slots in iteration order.
    pub(super) fn slots(&self) -> Slots<'_> {
        Slots {
            chains: self,
            next_bin: 0,
            at: NONE,
        }
    }

    fn bin_index(&self, spread: i32) -> Option<usize> {
        let mask = self.bins.len().checked_sub(1)?;
        Some(usize::try_from(spread.cast_unsigned()).unwrap_or_default() & mask)
    }

    /// Appends to the plain chain of a bin; answers how many nodes it now has.
    fn append(&mut self, index: usize, slot: usize) -> usize {
        let mut tail = self.bins[index].head;
        if tail == NONE {
            self.bins[index].head = slot;
            return 1;
        }
        let mut nodes = 2;
        while self.links[tail].next != NONE {
            tail = self.links[tail].next;
            nodes += 1;
        }
        self.links[tail].next = slot;
        nodes
    }

    fn unlink(&mut self, index: usize, slot: usize) {
        let next = self.links[slot].next;
        self.links[slot].next = NONE;
        let mut at = self.bins[index].head;
        if at == slot {
            self.bins[index].head = next;
            return;
        }
        while at != NONE {
            if self.links[at].next == slot {
                self.links[at].next = next;
                return;
            }
            at = self.links[at].next;
        }
    }

    fn insert_into_tree(&mut self, index: usize, slot: usize, compare: Compare<'_>) {
        let mut tree = Tree::new(&mut self.links, self.bins[index].root);
        let parent = tree.insert(slot, |links, other| goes_left(links, slot, other, compare));
        self.bins[index].root = tree.root();
        self.links[slot].next = self.links[parent].next;
        self.links[parent].next = slot;
        self.move_root_to_front(index);
    }

    /// Makes a tree of a bin's list, in list order.
    fn treeify(&mut self, index: usize, compare: Compare<'_>) {
        let mut at = self.bins[index].head;
        let mut tree = Tree::new(&mut self.links, NONE);
        while at != NONE {
            tree.insert(at, |links, other| goes_left(links, at, other, compare));
            at = tree.link(at).next;
        }
        self.bins[index].root = tree.root();
        self.move_root_to_front(index);
    }

    fn untreeify(&mut self, index: usize) {
        self.bins[index].root = NONE;
        let mut at = self.bins[index].head;
        while at != NONE {
            self.links[at].detach();
            at = self.links[at].next;
        }
    }

    fn move_root_to_front(&mut self, index: usize) {
        let Bin { head, root } = self.bins[index];
        if root != NONE && root != head {
            self.unlink(index, root);
            self.links[root].next = self.bins[index].head;
            self.bins[index].head = root;
        }
    }

    /// Java's test for a tree that has become too small to be one.
    fn is_small_tree(&self, root: usize) -> bool {
        let Link { left, right, .. } = self.links[root];
        right == NONE || left == NONE || self.links[left].left == NONE
    }

    /// Doubles the table: each list splits in two by the next bit of the hash, order preserved.
    fn grow(&mut self, compare: Compare<'_>) {
        let old = std::mem::take(&mut self.bins);
        let old_capacity = old.len();
        self.bins = vec![EMPTY_BIN; old_capacity * 2];
        for (index, bin) in old.into_iter().enumerate() {
            let [low, high] = self.split(bin.head, old_capacity);
            for (target, part, other) in [(index, low, high), (index + old_capacity, high, low)] {
                self.bins[target].head = part.head;
                if bin.root == NONE {
                    continue;
                }
                if part.len <= UNTREEIFY_THRESHOLD {
                    self.untreeify(target);
                } else if other.len == 0 {
                    self.bins[target].root = bin.root;
                } else {
                    self.treeify(target, compare);
                }
            }
        }
    }

    /// Links a list's nodes without a bit in their hash to one list, those with it to another.
    fn split(&mut self, head: usize, bit: usize) -> [Part; 2] {
        let mut parts = [EMPTY_PART; 2];
        let mut at = head;
        while at != NONE {
            let Link { spread, next, .. } = self.links[at];
            let hash = usize::try_from(spread.cast_unsigned()).unwrap_or_default();
            let part = &mut parts[usize::from(hash & bit != 0)];
            if part.len == 0 {
                part.head = at;
            } else {
                self.links[part.tail].next = at;
            }
            self.links[at].next = NONE;
            part.tail = at;
            part.len += 1;
            at = next;
        }
        parts
    }
}

fn goes_left(links: &[Link], slot: usize, other: usize, compare: Compare<'_>) -> bool {
    let hashes = links[slot].spread.cmp(&links[other].spread);
    hashes.then_with(|| compare(slot, other)).is_le()
}

/// Slots in iteration order: bins ascending, each bin's list in order.
#[derive(Clone)]
pub(super) struct Slots<'a> {
    chains: &'a Chains,
    next_bin: usize,
    at: usize,
}

impl Iterator for Slots<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        while self.at == NONE {
            self.at = self.chains.bins.get(self.next_bin)?.head;
            self.next_bin += 1;
        }
        let slot = self.at;
        self.at = self.chains.links[slot].next;
        Some(slot)
    }
}
