//! Member ids, topic names, topic ids.
//!
//! Results of Kafka's assignors depend on the order in which a `java.util.HashMap` iterates, so
//! names are of kinds that share buckets, whole hashes and the trees that such bins become.

use std::collections::BTreeSet;

use crate::random::Random;

/// Makes member ids, all different, of one style per group.
#[derive(Debug)]
pub(super) struct MemberIds {
    style: Style,
    made: u32,
    taken: BTreeSet<String>,
}

#[derive(Clone, Copy, Debug)]
enum Style {
    /// `consumer-orders-3-` and a UUID, as the Java consumer's.
    Java,
    /// A client id of its own and 16 hexadecimal digits.
    Client,
    /// `m7`: in a small table, buckets in a row.
    Short,
    /// A random order of the letters that Java's hash cannot tell apart.
    EqualHashes,
    /// Letters beyond ASCII, beyond the surrogates and beyond the basic plane.
    Unicode,
}

impl MemberIds {
    pub(super) fn new(random: &mut Random) -> Self {
        let style = match random.below(100) {
            0..45 => Style::Java,
            45..70 => Style::Client,
            70..85 => Style::Short,
            85..95 => Style::EqualHashes,
            _ => Style::Unicode,
        };
        Self {
            style,
            made: 0,
            taken: BTreeSet::new(),
        }
    }

    /// The id of the next member that joins.
    pub(super) fn next(&mut self, random: &mut Random) -> String {
        loop {
            self.made += 1;
            let id = self.draw(random);
            if self.taken.insert(id.clone()) {
                return id;
            }
        }
    }

    fn draw(&mut self, random: &mut Random) -> String {
        let number = self.made;
        match self.style {
            Style::Java => format!("consumer-orders-{number}-{}", uuid(random)),
            Style::Client => {
                let client = random.below(1000);
                format!("client-{client}-{:016x}", random.bits())
            }
            Style::Short => format!("m{number}"),
            // 64 of one length; from 11 of them on, their bin is a tree.
            Style::EqualHashes => equal_hash(random, 6 + number / 48),
            Style::Unicode => {
                let letters = ["é", "z", "\u{d7ff}", "\u{e000}", "\u{ff5e}", "\u{1f600}"];
                let letters: Vec<&str> = (0..3)
                    .filter_map(|_| random.pick(&letters).copied())
                    .collect();
                format!("{}-{:x}", letters.concat(), random.below(256))
            }
        }
    }
}

/// Two letters at a time, in one of two spellings that Java's hash cannot tell apart.
fn equal_hash(random: &mut Random, pairs: u32) -> String {
    let spelling = |_| if random.chance(50) { "Aa" } else { "BB" };
    (0..pairs).map(spelling).collect()
}

/// A random UUID as Java prints it.
fn uuid(random: &mut Random) -> String {
    let (high, low) = (random.bits(), random.bits());
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xfff,
        (low >> 48) & 0x3fff | 0x8000,
        low & 0xffff_ffff_ffff,
    )
}

/// `count` topic names, all different, of one style.
pub(super) fn topic_names(random: &mut Random, count: u32) -> Vec<String> {
    const WORDS: [&str; 12] = [
        "orders",
        "payments",
        "users",
        "clicks",
        "audit.log",
        "page_views",
        "stock",
        "returns",
        "prices",
        "mail",
        "invoices",
        "carts",
    ];
    let style = random.below(10);
    let mut names = BTreeSet::new();
    let mut made = 0;
    while names.len() < usize::try_from(count).unwrap_or(usize::MAX) {
        made += 1;
        names.insert(match style {
            0..4 => format!("t{made}"),
            4..7 => match WORDS.get(usize::try_from(made).unwrap_or(usize::MAX)) {
                Some(&word) => word.to_owned(),
                None => format!("topic-{made}"),
            },
            7 | 8 => {
                let prefix = random.pick(&WORDS).copied().unwrap_or("t");
                format!("{prefix}-{}", random.below(500))
            }
            _ => equal_hash(random, 5 + made / 24),
        });
    }
    let mut names: Vec<String> = names.into_iter().collect();
    random.shuffle(&mut names);
    names
}

/// `count` topic ids as `msb:lsb`, all different: random, small, or of one hash.
pub(super) fn topic_ids(random: &mut Random, count: u32) -> Vec<String> {
    let style = random.below(10);
    // `Uuid.hashCode` is that of the halves' exclusive or.
    let both = random.bits();
    let mut ids = BTreeSet::new();
    while ids.len() < usize::try_from(count).unwrap_or(usize::MAX) {
        let (high, low) = match style {
            0..6 => (random.bits(), random.bits()),
            6..8 => (0, u64::from(random.below(count * 4))),
            _ => {
                let high = random.bits();
                (high, high ^ both)
            }
        };
        ids.insert(format!("{}:{}", high.cast_signed(), low.cast_signed()));
    }
    let mut ids: Vec<String> = ids.into_iter().collect();
    random.shuffle(&mut ids);
    ids
}

#[cfg(test)]
mod tests {
    use assignor_core::java::string_hash;

    use super::*;

    #[test]
    fn equal_hashes_are_equal() {
        let mut random = Random::new(1, "names");
        let names: BTreeSet<String> = (0..100).map(|_| equal_hash(&mut random, 6)).collect();
        assert!(names.len() > 11);
        let hashes: BTreeSet<i32> = names.iter().map(|name| string_hash(name)).collect();
        assert_eq!(hashes.len(), 1);
    }

    #[test]
    fn a_group_has_no_id_twice() {
        for seed in 0..40 {
            let mut random = Random::new(seed, "names");
            let mut ids = MemberIds::new(&mut random);
            let made: BTreeSet<String> = (0..60).map(|_| ids.next(&mut random)).collect();
            assert_eq!(made.len(), 60);
            assert_eq!(topic_names(&mut random, 20).len(), 20);
            assert_eq!(topic_ids(&mut random, 20).len(), 20);
        }
    }
}
