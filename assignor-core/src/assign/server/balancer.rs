//! Finds the least and the most loaded of a topic's subscribers, again and again, without sorting
//! them anew.
//!
//! The loads change while it is asked. It keeps a run at either end of the list, of members that
//! have the same load, hands these out one after the other, and extends the run when it has come
//! round. Members with equal loads are handed out in the order of the list, or against it.

/// The subscribers of one topic.
#[derive(Debug)]
pub(super) struct Balancer {
    /// By load, then by number.
    members: Vec<usize>,
    /// Members before this have `least` partitions.
    least_end: usize,
    least_next: usize,
    least: i64,
    /// Members from here to `most_end` have `most` partitions.
    most_start: usize,
    most_end: usize,
    /// One more than the place of the next of them.
    most_next: usize,
    most: i64,
}

impl Balancer {
    /// Over members with these loads; `None` if there are no members.
    pub(super) fn new(members: &[usize], loads: &[i64]) -> Option<Self> {
        let mut members = members.to_vec();
        members.sort_unstable_by_key(|&member| (loads[member], member));
        let (first, last) = (*members.first()?, *members.last()?);
        Some(Self {
            least_end: 0,
            least_next: 0,
            least: loads[first] - 1,
            most_start: members.len(),
            most_end: members.len(),
            most_next: members.len(),
            most: loads[last] + 1,
            members,
        })
    }

    /// The difference between the highest and the lowest load, before anything was asked.
    pub(super) fn spread(&self) -> i64 {
        (self.most - 1) - (self.least + 1)
    }

    /// Whether one more partition cannot make it any more even.
    pub(super) fn is_balanced(&self) -> bool {
        self.most - self.least <= 1
    }

    /// The next of the least loaded members, to which a partition is then added.
    pub(super) fn least_loaded(&mut self, loads: &[i64]) -> usize {
        if self.least_next >= self.least_end {
            self.least += 1;
            let rest = self.members[self.least_end..].iter();
            let level = rest.take_while(|&&member| loads[member] == self.least);
            self.least_end += level.count();
            self.least_next = 0;
        }
        self.least_next += 1;
        self.members[self.least_next - 1]
    }

    /// The next of the most loaded members, from which a partition is then taken; `None` if all
    /// have been excluded.
    pub(super) fn most_loaded(&mut self, loads: &[i64]) -> Option<usize> {
        if self.most_next <= self.most_start {
            self.most = match self.members[..self.most_start].last() {
                Some(&member) if self.most_end <= self.most_start => loads[member],
                _ => self.most - 1,
            };
            let rest = self.members[..self.most_start].iter().rev();
            let level = rest.take_while(|&&member| loads[member] == self.most);
            self.most_start -= level.count();
            self.most_next = self.most_end;
        }
        let at = self.most_next.checked_sub(1)?;
        self.most_next = at;
        Some(self.members[at])
    }

    /// Takes the last answer of [`Self::most_loaded`] out: it has nothing to give.
    pub(super) fn exclude_most_loaded(&mut self) {
        if let Some(last) = self.most_end.checked_sub(1) {
            self.members.swap(self.most_next, last);
            self.most_end = last;
        }
    }
}
