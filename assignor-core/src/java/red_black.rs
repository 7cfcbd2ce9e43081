//! The red-black tree inside a crowded bin of a Java hash map.
//!
//! Only its shape matters here: a new node goes directly behind its tree parent in the bin's list,
//! and the root of the tree goes to the front. The balancing is the textbook one (Cormen et al.),
//! which is what Java does. Nodes are indices into the map's links; [`NONE`] is the absent node,
//! and it is black.

/// The absent node.
pub(super) const NONE: usize = usize::MAX;

/// A node's place: its successor in the bin's list, and its neighbours in the tree if it has one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    /// The spread hash of the key.
    pub(super) spread: i32,
    /// Next in the bin's list, which is what iteration follows.
    pub(super) next: usize,
    pub(super) parent: usize,
    pub(super) left: usize,
    pub(super) right: usize,
    pub(super) red: bool,
}

impl Link {
    pub(super) fn new(spread: i32) -> Self {
        Self {
            spread,
            next: NONE,
            parent: NONE,
            left: NONE,
            right: NONE,
            red: false,
        }
    }

    /// Takes the node out of any tree.
    pub(super) fn detach(&mut self) {
        self.parent = NONE;
        self.left = NONE;
        self.right = NONE;
        self.red = false;
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

impl Side {
    fn opposite(self) -> Self {
        match self {
            Self::Left => Self::Right,
            Self::Right => Self::Left,
        }
    }
}

/// One tree over the links of a map.
pub(super) struct Tree<'a> {
    links: &'a mut [Link],
    root: usize,
}

impl<'a> Tree<'a> {
    pub(super) fn new(links: &'a mut [Link], root: usize) -> Self {
        Self { links, root }
    }

    pub(super) fn root(&self) -> usize {
        self.root
    }

    pub(super) fn link(&self, node: usize) -> &Link {
        &self.links[node]
    }

    /// Adds `node` below the leaf that `goes_left(node, other)` leads to; answers that leaf, or
    /// [`NONE`] if the tree was empty.
    pub(super) fn insert(
        &mut self,
        node: usize,
        goes_left: impl Fn(&[Link], usize) -> bool,
    ) -> usize {
        let mut parent = NONE;
        let mut side = Side::Left;
        let mut at = self.root;
        while at != NONE {
            parent = at;
            side = if goes_left(self.links, at) {
                Side::Left
            } else {
                Side::Right
            };
            at = self.child(at, side);
        }
        self.links[node].detach();
        self.links[node].red = true;
        self.links[node].parent = parent;
        if parent == NONE {
            self.root = node;
        } else {
            self.set_child(parent, side, node);
        }
        self.rebalance_after_insertion(node);
        parent
    }

    /// Takes `node` out of the tree.
    pub(super) fn remove(&mut self, node: usize) {
        let link = self.links[node];
        if link.left != NONE && link.right != NONE {
            self.swap_with_successor(node);
        }
        let Link {
            left,
            right,
            parent,
            red,
            ..
        } = self.links[node];
        let child = if left == NONE { right } else { left };
        if child == NONE {
            // A black leaf still stands in its place while the tree is repaired around it.
            if !red {
                self.rebalance_after_removal(node);
            }
            self.replace_in_parent(node, NONE);
        } else {
            self.links[child].parent = parent;
            self.replace_in_parent(node, child);
            if !red {
                self.rebalance_after_removal(child);
            }
        }
        if self.root != NONE {
            self.links[self.root].red = false;
        }
        self.links[node].detach();
    }

    fn child(&self, node: usize, side: Side) -> usize {
        match (node, side) {
            (NONE, _) => NONE,
            (node, Side::Left) => self.links[node].left,
            (node, Side::Right) => self.links[node].right,
        }
    }

    fn set_child(&mut self, node: usize, side: Side, child: usize) {
        match side {
            Side::Left => self.links[node].left = child,
            Side::Right => self.links[node].right = child,
        }
        if child != NONE {
            self.links[child].parent = node;
        }
    }

    fn side_of(&self, node: usize) -> Side {
        let parent = self.links[node].parent;
        if parent != NONE && self.links[parent].left == node {
            Side::Left
        } else {
            Side::Right
        }
    }

    fn is_red(&self, node: usize) -> bool {
        node != NONE && self.links[node].red
    }

    fn paint(&mut self, node: usize, red: bool) {
        if node != NONE {
            self.links[node].red = red;
        }
    }

    fn replace_in_parent(&mut self, node: usize, with: usize) {
        let parent = self.links[node].parent;
        if parent == NONE {
            self.root = with;
        } else if self.links[parent].left == node {
            self.links[parent].left = with;
        } else if self.links[parent].right == node {
            self.links[parent].right = with;
        }
    }

    /// Rotates `node` down to `side`; its child on the other side takes its place.
    fn rotate(&mut self, node: usize, side: Side) {
        let riser = self.child(node, side.opposite());
        if riser == NONE {
            return;
        }
        let inner = self.child(riser, side);
        self.replace_in_parent(node, riser);
        self.links[riser].parent = self.links[node].parent;
        self.set_child(node, side.opposite(), inner);
        self.set_child(riser, side, node);
    }

    fn rebalance_after_insertion(&mut self, inserted: usize) {
        let mut node = inserted;
        while self.is_red(self.links[node].parent) {
            let parent = self.links[node].parent;
            let grandparent = self.links[parent].parent;
            if grandparent == NONE {
                break;
            }
            let side = self.side_of(parent);
            let uncle = self.child(grandparent, side.opposite());
            if self.is_red(uncle) {
                self.paint(parent, false);
                self.paint(uncle, false);
                self.paint(grandparent, true);
                node = grandparent;
                continue;
            }
            if self.side_of(node) != side {
                node = parent;
                self.rotate(node, side);
            }
            let parent = self.links[node].parent;
            self.paint(parent, false);
            self.paint(grandparent, true);
            self.rotate(grandparent, side.opposite());
        }
        self.paint(self.root, false);
    }

    /// Restores the black height where `deficient` stands, which lacks one black.
    fn rebalance_after_removal(&mut self, deficient: usize) {
        let mut node = deficient;
        while node != self.root && !self.is_red(node) {
            let parent = self.links[node].parent;
            let side = self.side_of(node);
            let mut sibling = self.child(parent, side.opposite());
            if self.is_red(sibling) {
                self.paint(sibling, false);
                self.paint(parent, true);
                self.rotate(parent, side);
                sibling = self.child(parent, side.opposite());
            }
            let near = self.child(sibling, side);
            let far = self.child(sibling, side.opposite());
            if !self.is_red(near) && !self.is_red(far) {
                self.paint(sibling, true);
                node = parent;
                continue;
            }
            if !self.is_red(far) {
                self.paint(near, false);
                self.paint(sibling, true);
                self.rotate(sibling, side.opposite());
                sibling = self.child(parent, side.opposite());
            }
            let parent_red = self.is_red(parent);
            self.paint(sibling, parent_red);
            self.paint(parent, false);
            let far = self.child(sibling, side.opposite());
            self.paint(far, false);
            self.rotate(parent, side);
            node = self.root;
        }
        self.paint(node, false);
    }

    /// Exchanges the places and colours of `node` and the leftmost node of its right subtree.
    fn swap_with_successor(&mut self, node: usize) {
        let Link {
            parent,
            left,
            right,
            red,
            ..
        } = self.links[node];
        let mut successor = right;
        while self.links[successor].left != NONE {
            successor = self.links[successor].left;
        }
        let Link {
            parent: successor_parent,
            right: successor_right,
            red: successor_red,
            ..
        } = self.links[successor];

        self.replace_in_parent(node, successor);
        self.links[successor].parent = parent;
        self.set_child(successor, Side::Left, left);
        if successor == right {
            self.set_child(successor, Side::Right, node);
        } else {
            self.set_child(successor_parent, Side::Left, node);
            self.set_child(successor, Side::Right, right);
        }
        self.links[node].left = NONE;
        self.set_child(node, Side::Right, successor_right);
        self.links[successor].red = red;
        self.links[node].red = successor_red;
    }
}
