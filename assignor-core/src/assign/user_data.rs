//! The bytes that the sticky assignors put into a subscription's `user_data`.
//!
//! Big-endian and without a version. `sticky` writes its last assignment and generation (KIP-341);
//! `cooperative-sticky` writes its generation alone. Java reads what it can and ignores bytes left
//! over, so one layout can pass for another; this does the same.

use std::sync::Arc;

use crate::java;

use super::TopicPartition;

/// The generation that stands for none.
pub const NO_GENERATION: i32 = -1;

/// What an assignor knows about a member's past.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemberData {
    /// The partitions that the member says it owns, in its order.
    pub owned: Vec<TopicPartition>,
    /// The generation of that claim; `None` where the format has none.
    pub generation: Option<i32>,
}

/// A topic name longer than the protocol's strings can be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the topic name is {0} bytes long, expected at most 32767")]
pub struct TopicNameTooLong(usize);

/// The user data of `sticky`: topics in the order of the Java map that groups them, partitions in
/// list order, then the generation.
pub fn encode_sticky(
    owned: &[TopicPartition],
    generation: i32,
) -> Result<Vec<u8>, TopicNameTooLong> {
    let mut bytes = encode_sticky_v0(owned)?;
    bytes.extend(generation.to_be_bytes());
    Ok(bytes)
}

/// The user data of `sticky` before Kafka 2.3, which has no generation.
pub fn encode_sticky_v0(owned: &[TopicPartition]) -> Result<Vec<u8>, TopicNameTooLong> {
    let mut by_topic: java::HashMap<&str, Vec<u32>> = java::HashMap::new();
    for partition in owned {
        let topic: &str = &partition.topic;
        if let Some(partitions) = by_topic.compute_if_absent(topic, Vec::new) {
            partitions.push(partition.partition);
        }
    }
    let mut bytes = Vec::new();
    put_count(&mut bytes, by_topic.len());
    for (topic, partitions) in &by_topic {
        let length = i16::try_from(topic.len()).map_err(|_| TopicNameTooLong(topic.len()))?;
        bytes.extend(length.to_be_bytes());
        bytes.extend(topic.as_bytes());
        put_count(&mut bytes, partitions.len());
        for partition in partitions {
            bytes.extend(partition.to_be_bytes());
        }
    }
    Ok(bytes)
}

fn put_count(bytes: &mut Vec<u8>, count: usize) {
    bytes.extend(i32::try_from(count).unwrap_or(i32::MAX).to_be_bytes());
}

/// Reads the user data of `sticky`: with generation, else without, else as a claim on nothing.
///
/// Bytes can say anything. A negative partition number comes out with its bits kept, as a number
/// above `i32::MAX`.
pub fn decode_sticky(user_data: Option<&[u8]>) -> MemberData {
    let mut owned = Vec::new();
    let read = read_sticky(
        user_data,
        |topic| Arc::<str>::from(topic),
        |topic, partition| owned.push(TopicPartition::new(Arc::clone(topic), partition)),
    );
    if !read.readable {
        owned.clear();
    }
    MemberData {
        owned,
        generation: read.generation,
    }
}

/// What user data of `sticky` says apart from its claims.
pub(super) struct StickyRead {
    pub(super) generation: Option<i32>,
    /// Whether the claims could be read to the end. If not, none of them counts.
    pub(super) readable: bool,
}

/// Reads the user data of `sticky` and calls `topic` with every topic's name, then `claim` with
/// what that answered and every claimed partition of the topic.
pub(super) fn read_sticky<T>(
    user_data: Option<&[u8]>,
    topic: impl FnMut(&str) -> T,
    claim: impl FnMut(&T, u32),
) -> StickyRead {
    let mut rest = user_data.unwrap_or_default();
    if rest.is_empty() {
        return StickyRead {
            generation: None,
            readable: true,
        };
    }
    let readable = take_partitions(&mut rest, topic, claim).is_some();
    StickyRead {
        generation: if readable {
            take_i32(&mut rest)
        } else {
            Some(NO_GENERATION)
        },
        readable,
    }
}

/// The user data of `cooperative-sticky`.
pub fn encode_cooperative(generation: i32) -> Vec<u8> {
    generation.to_be_bytes().to_vec()
}

/// Reads the generation out of the user data of `cooperative-sticky`; unreadable counts as −1.
pub fn decode_cooperative(user_data: Option<&[u8]>) -> Option<i32> {
    user_data.map(|mut bytes| take_i32(&mut bytes).unwrap_or(NO_GENERATION))
}

fn take_partitions<T>(
    bytes: &mut &[u8],
    mut topic: impl FnMut(&str) -> T,
    mut claim: impl FnMut(&T, u32),
) -> Option<()> {
    for _ in 0..take_count(bytes)? {
        let length = usize::try_from(i16::from_be_bytes(take_array(bytes)?)).ok()?;
        let (name, rest) = bytes.split_at_checked(length)?;
        *bytes = rest;
        let topic = topic(&String::from_utf8_lossy(name));
        for _ in 0..take_count(bytes)? {
            claim(&topic, take_i32(bytes)?.cast_unsigned());
        }
    }
    Some(())
}

fn take_count(bytes: &mut &[u8]) -> Option<i32> {
    take_i32(bytes).filter(|&count| count >= 0)
}

fn take_i32(bytes: &mut &[u8]) -> Option<i32> {
    take_array(bytes).map(i32::from_be_bytes)
}

fn take_array<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (array, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(*array)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn partitions(text: &str) -> Vec<TopicPartition> {
        text.split_whitespace()
            .map(|partition| partition.parse().unwrap())
            .collect()
    }

    #[test]
    fn sticky_bytes_are_exact() {
        // "payments" iterates before "clicks" in Java's map.
        let owned = partitions("clicks:1 payments:2 clicks:0");
        let expected = [
            &[0, 0, 0, 2, 0, 8][..],
            b"payments",
            &[0, 0, 0, 1, 0, 0, 0, 2, 0, 6],
            b"clicks",
            &[0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0],
            &[0, 0, 0, 7],
        ]
        .concat();
        assert_eq!(encode_sticky(&owned, 7).unwrap(), expected);
        let decoded = decode_sticky(Some(&expected));
        assert_eq!(decoded.owned, partitions("payments:2 clicks:1 clicks:0"));
        assert_eq!(decoded.generation, Some(7));
    }

    #[test]
    fn sticky_falls_back_as_java_does() {
        let owned = partitions("t:0");
        let old = encode_sticky_v0(&owned).unwrap();
        let decoded = decode_sticky(Some(&old));
        assert_eq!((decoded.owned, decoded.generation), (owned, None));

        // Four or more bytes too many make the old layout pass for the new one.
        let long = [old.as_slice(), &[0, 0, 0, 5, 9]].concat();
        assert_eq!(decode_sticky(Some(&long)).generation, Some(5));

        assert_eq!(decode_sticky(None), MemberData::default());
        assert_eq!(decode_sticky(Some(&[])), MemberData::default());
        let unreadable = MemberData {
            owned: Vec::new(),
            generation: Some(-1),
        };
        for bad in [
            &[1][..],
            &[0xff, 0xff, 0xff, 0xff],
            &[0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0],
        ] {
            assert_eq!(decode_sticky(Some(bad)), unreadable);
        }
    }

    #[test]
    fn cooperative_bytes_are_the_generation() {
        assert_eq!(encode_cooperative(-1), [0xff; 4]);
        assert_eq!(decode_cooperative(Some(&[0, 0, 1, 0, 9])), Some(256));
        assert_eq!(decode_cooperative(Some(&[])), Some(-1));
        assert_eq!(decode_cooperative(None), None);
    }

    #[test]
    fn too_long_a_name_is_refused() {
        let owned = [TopicPartition::new("t".repeat(32768), 0)];
        assert_eq!(encode_sticky(&owned, 1), Err(TopicNameTooLong(32768)));
    }
}
