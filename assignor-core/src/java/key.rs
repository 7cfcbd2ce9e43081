//! Hash codes and natural order of the Java types that Kafka uses as map keys.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// A key of a Java hash collection: `hashCode()`, and `compareTo` for keys whose hashes collide.
///
/// `java_cmp` must agree with `Eq`: two keys are equal exactly when it answers `Equal`.
pub trait JavaKey: Eq {
    /// What `hashCode()` answers.
    fn java_hash(&self) -> i32;

    /// What `compareTo` answers.
    fn java_cmp(&self, other: &Self) -> Ordering;
}

/// `String.compareTo`: lexicographic over UTF-16 code units.
///
/// Differs from the order of Rust strings only where a character beyond the basic plane meets one
/// from U+E000 to U+FFFF.
pub fn cmp_utf16(a: &str, b: &str) -> Ordering {
    // The same text in memory, as ids are that are handed around.
    if std::ptr::eq(a, b) {
        return Ordering::Equal;
    }
    if let (Some(x), Some(y)) = (a.as_bytes().first(), b.as_bytes().first())
        && x != y
        && (x | y).is_ascii()
    {
        return x.cmp(y);
    }
    if a.is_ascii() && b.is_ascii() {
        return a.cmp(b);
    }
    let common = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
    match (a.as_bytes().get(common), b.as_bytes().get(common)) {
        // The first differing bytes are both ASCII: no surrogate can be involved.
        (Some(x), Some(y)) if x.is_ascii() && y.is_ascii() => x.cmp(y),
        (None, _) | (_, None) => a.len().cmp(&b.len()),
        _ => a.encode_utf16().cmp(b.encode_utf16()),
    }
}

/// `String.equalsIgnoreCase`: char by char, in upper case or in the lower case of that. So `ſ`
/// equals `s`, and the Kelvin sign equals `k`.
pub fn equals_ignore_case(a: &str, b: &str) -> bool {
    if a.is_ascii() && b.is_ascii() {
        a.eq_ignore_ascii_case(b)
    } else {
        equals_folded(a, b)
    }
}

/// Apart, so that who compares ASCII needs no tables of cases.
#[inline(never)]
fn equals_folded(a: &str, b: &str) -> bool {
    // A char whose upper case has several stays as it is; only one has several in lower case, and
    // the first of them is its simple mapping.
    let upper = |char: char| {
        let mut mapped = char.to_uppercase();
        match (mapped.next(), mapped.next()) {
            (Some(single), None) => single,
            _ => char,
        }
    };
    let lower = |char: char| char.to_lowercase().next().unwrap_or(char);
    let fold = |char: char| lower(upper(char));
    a == b || a.chars().map(fold).eq(b.chars().map(fold))
}

/// `String.hashCode()`.
pub fn string_hash(text: &str) -> i32 {
    // Member ids are long and hashed for every request: eight units at a time, if all are ASCII.
    let (eights, rest) = text.as_bytes().as_chunks::<8>();
    let (mut hash, mut all) = (0_i32, 0);
    for &eight in eights {
        let units = u64::from_le_bytes(eight);
        hash = hash.wrapping_mul(POWER_8).wrapping_add(ascii_hash(units));
        all |= units;
    }
    for &unit in rest {
        hash = hash.wrapping_mul(31).wrapping_add(i32::from(unit));
        all |= u64::from(unit);
    }
    if all & NOT_ASCII == 0 {
        return hash;
    }
    text.encode_utf16().fold(0_i32, |hash, unit| {
        hash.wrapping_mul(31).wrapping_add(i32::from(unit))
    })
}

const NOT_ASCII: u64 = 0x8080_8080_8080_8080;

const POWER_4: i32 = 31 * 31 * 31 * 31;
const POWER_8: i32 = POWER_4.wrapping_mul(POWER_4);

/// The hash of eight ASCII units: neighbours are joined to pairs, pairs to fours, inside one word.
///
/// A pair is at most 32 · 127 and fits into its 16 bits, a four at most 962 times that and fits into 32.
fn ascii_hash(units: u64) -> i32 {
    const BYTES: u64 = 0x00ff_00ff_00ff_00ff;
    const PAIRS: u64 = 0x0000_ffff_0000_ffff;
    let pairs = (units & BYTES) * 31 + (units >> 8 & BYTES);
    let fours = (pairs & PAIRS) * (31 * 31) + (pairs >> 16 & PAIRS);
    let bytes = fours.to_le_bytes();
    let (fours, _) = bytes.as_chunks::<4>();
    fours.iter().fold(0_i32, |hash, &four| {
        hash.wrapping_mul(POWER_4)
            .wrapping_add(i32::from_le_bytes(four))
    })
}

impl JavaKey for str {
    fn java_hash(&self) -> i32 {
        string_hash(self)
    }

    fn java_cmp(&self, other: &Self) -> Ordering {
        cmp_utf16(self, other)
    }
}

impl JavaKey for String {
    fn java_hash(&self) -> i32 {
        string_hash(self)
    }

    fn java_cmp(&self, other: &Self) -> Ordering {
        cmp_utf16(self, other)
    }
}

impl JavaKey for Arc<str> {
    fn java_hash(&self) -> i32 {
        string_hash(self)
    }

    fn java_cmp(&self, other: &Self) -> Ordering {
        cmp_utf16(self, other)
    }
}

impl<K: JavaKey + ?Sized> JavaKey for &K {
    fn java_hash(&self) -> i32 {
        (**self).java_hash()
    }

    fn java_cmp(&self, other: &Self) -> Ordering {
        (**self).java_cmp(other)
    }
}

/// `java.lang.Integer`.
impl JavaKey for i32 {
    fn java_hash(&self) -> i32 {
        *self
    }

    fn java_cmp(&self, other: &Self) -> Ordering {
        self.cmp(other)
    }
}

/// `org.apache.kafka.common.Uuid`: a topic id. Both halves compare as signed numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Uuid {
    /// The most significant 64 bits.
    pub most_significant: i64,
    /// The least significant 64 bits.
    pub least_significant: i64,
}

impl JavaKey for Uuid {
    fn java_hash(&self) -> i32 {
        let mixed = (self.most_significant ^ self.least_significant).cast_unsigned();
        let high = u32::try_from(mixed >> 32).unwrap_or_default();
        let low = u32::try_from(mixed & u64::from(u32::MAX)).unwrap_or_default();
        (high ^ low).cast_signed()
    }

    fn java_cmp(&self, other: &Self) -> Ordering {
        self.cmp(other)
    }
}

/// The two halves as signed decimal numbers, `msb:lsb`.
impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.most_significant, self.least_significant)
    }
}

/// A text that is no topic id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a topic id, expected its halves as two signed 64-bit numbers, MSB:LSB")]
pub struct InvalidUuid(String);

/// Reads what [`Uuid`] prints.
impl FromStr for Uuid {
    type Err = InvalidUuid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let halves = text.split_once(':').and_then(|(high, low)| {
            Some(Self {
                most_significant: high.parse().ok()?,
                least_significant: low.parse().ok()?,
            })
        });
        halves.ok_or_else(|| InvalidUuid(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn string_hash_wraps_and_counts_surrogates() {
        assert_eq!(string_hash(""), 0);
        assert_eq!(string_hash("AaAa"), 0x001f_0080);
        assert_eq!(string_hash("BBBB"), 0x001f_0080);
        assert_eq!(string_hash("😀"), 0xd83d * 31 + 0xde00);
        // By the definition, s[0]·31⁴ + s[1]·31³ + … + s[4], and long enough to wrap.
        let slowly = |text: &str| {
            text.bytes().fold(0_i32, |hash, unit| {
                hash.wrapping_mul(31).wrapping_add(i32::from(unit))
            })
        };
        for length in 0..40 {
            let text = &"consumer-1-6f9a2c~ABCDEFGHIJKLMNOPQRSTUVWXYZ"[..length];
            assert_eq!(string_hash(text), slowly(text), "{text}");
        }
    }

    #[test]
    fn strings_order_by_utf16_units() {
        assert_eq!(cmp_utf16("C10", "C2"), Ordering::Less);
        assert_eq!(cmp_utf16("a", "ab"), Ordering::Less);
        assert_eq!(cmp_utf16("é", "é"), Ordering::Equal);
        assert_eq!(cmp_utf16("a\u{e9}", "ab"), Ordering::Greater);
        // A supplementary character is a surrogate pair and sorts before U+FFEE.
        assert_eq!(cmp_utf16("😀", "\u{ffee}"), Ordering::Less);
        assert_eq!("😀".cmp("\u{ffee}"), Ordering::Greater);
    }

    #[test]
    fn uuid_text_round_trips() {
        let uuid = Uuid {
            most_significant: i64::MIN,
            least_significant: 7,
        };
        assert_eq!(uuid.to_string().parse(), Ok(uuid));
        for bad in ["", "1", "1:", ":1", "1:2:3", "a:b", "9223372036854775808:0"] {
            assert!(bad.parse::<Uuid>().is_err(), "{bad}");
        }
    }

    #[test]
    fn uuid_hash_folds_both_halves() {
        let uuid = Uuid {
            most_significant: 0x0000_0001_0000_0002,
            least_significant: 0x0000_0004_0000_0008,
        };
        assert_eq!(uuid.java_hash(), 1 ^ 2 ^ 4 ^ 8);
        let negative = Uuid {
            most_significant: -1,
            least_significant: 0,
        };
        assert_eq!(negative.java_hash(), 0);
    }
}
