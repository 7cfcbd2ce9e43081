//! A short form of an assignment, to see that two programs made the same.

use assignor_core::assign::Assignment;

/// FNV-1a over the members in the order of their ids: id, then every partition in order.
pub fn digest(assignment: &Assignment) -> u64 {
    let mut members: Vec<_> = assignment.iter().collect();
    members.sort_unstable_by_key(|(id, _)| *id);
    let mut hash = Fnv(0xcbf2_9ce4_8422_2325);
    for (id, list) in members {
        hash.write(id.as_bytes());
        hash.write(&[0]);
        for (topic, partition) in list.parts() {
            hash.write(topic.as_bytes());
            hash.write(&partition.to_be_bytes());
        }
    }
    hash.0
}

struct Fnv(u64);

impl Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}
