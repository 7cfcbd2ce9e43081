//! The data in a permalink, `#/…?s=1.<data>`: a format number, a dot, and JSON, deflated, in base64url.
//!
//! A number that was ever released is read forever: `tests/permalinks` has a link of each. What is read comes from
//! anyone, so that each step has a bound: the characters, how much they may unfold to, how deep the JSON nests.
//! What is written is within the same bounds, so that every link that was made can be read.

use base64ct::{Base64UrlUnpadded, Encoding};
use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit};
use serde_json::Value;
use std::fmt;

/// In an address: the data of a permalink.
pub const IN_ADDRESS: &str = "s";
/// The format that is written.
const FORMAT: &str = "1";
/// The most characters of data that are read.
pub const MOST_READ: usize = 64_000;
/// The most characters of data that are written: what mail and chat programs carry unharmed.
pub const MOST_WRITTEN: usize = 8_000;
/// The most bytes that data may unfold to.
const MOST_BYTES: usize = 1_000_000;
/// The most bytes that one deflated byte may unfold to; scenarios of equal members reach some tens.
const MOST_RATIO: usize = 200;
/// How deep lists and objects may lie in each other; a scenario needs six.
const MOST_DEPTH: usize = 32;
/// 0 to 10; links are short texts.
const EFFORT: u8 = 9;

/// Why the data of a link can't be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PayloadError {
    /// It begins with no format number.
    NoFormat,
    /// Its format number is none of ours.
    Format(String),
    /// It has more characters than are read.
    TooLong(usize),
    /// A character that no link has, at this place from 1.
    Character(usize),
    /// Its end is missing; this many characters are there.
    CutOff(usize),
    /// It can't be unfolded.
    Damaged,
    /// It would unfold to too much.
    TooLarge,
    /// Its JSON nests too deep.
    TooDeep,
    /// It unfolds to something else than JSON.
    NotJson,
    /// Its content is no scenario, or whatever it should be, for this reason.
    Content(String),
}

impl fmt::Display for PayloadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoFormat => f.write_str("This link's data doesn't begin with a format number"),
            Self::Format(number) => write!(
                f,
                "This link's data has format {number}, which this version of the page can't read; a newer one may"
            ),
            Self::TooLong(chars) => write!(
                f,
                "This link has {chars} characters of data; {MOST_READ} are the most that are read"
            ),
            Self::Character(place) => write!(
                f,
                "This link is damaged: character {place} of its data belongs in no link"
            ),
            Self::CutOff(chars) => {
                write!(f, "This link is cut off after {chars} characters of data")
            }
            Self::Damaged => f.write_str("This link is damaged: its data can't be unfolded"),
            Self::TooLarge => write!(
                f,
                "This link unfolds to more than {MOST_RATIO} times its length or {MOST_BYTES} bytes"
            ),
            Self::TooDeep => write!(
                f,
                "This link's data nests deeper than {MOST_DEPTH} lists and objects"
            ),
            Self::NotJson => f.write_str("This link is damaged: its data is no JSON"),
            Self::Content(reason) => write!(f, "This link's data can't be used: {reason}"),
        }
    }
}

/// A value as a link holds it; none if it is too large to be read back.
pub fn pack(value: &Value) -> Option<String> {
    let text = value.to_string();
    let deflated = compress_to_vec(text.as_bytes(), EFFORT);
    let fits = text.len() <= most_bytes(deflated.len()) && depth(&text) <= MOST_DEPTH;
    let packed = format!("{FORMAT}.{}", Base64UrlUnpadded::encode_string(&deflated));
    (fits && packed.len() <= MOST_READ).then_some(packed)
}

/// The value that a link holds.
///
/// # Errors
/// Why it can't be read.
pub fn unpack(text: &str) -> Result<Value, PayloadError> {
    let (format, data) = text.split_once('.').ok_or(PayloadError::NoFormat)?;
    if format.is_empty() || !format.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(PayloadError::NoFormat);
    }
    if format != FORMAT {
        let shown = format.chars().take(12).collect();
        return Err(PayloadError::Format(shown));
    }
    if text.len() > MOST_READ {
        return Err(PayloadError::TooLong(text.chars().count()));
    }
    let text = unfolded(data)?;
    if depth(&text) > MOST_DEPTH {
        return Err(PayloadError::TooDeep);
    }
    serde_json::from_str(&text).map_err(|_| PayloadError::NotJson)
}

fn unfolded(data: &str) -> Result<String, PayloadError> {
    let is_foreign = |char: char| !(char.is_ascii_alphanumeric() || matches!(char, '-' | '_'));
    if let Some(place) = data.chars().position(is_foreign) {
        return Err(PayloadError::Character(place + 1));
    }
    // Of four characters three are enough for two bytes, one alone for none: the rest is missing.
    let Ok(deflated) = Base64UrlUnpadded::decode_vec(data) else {
        return Err(PayloadError::CutOff(data.len()));
    };
    let bytes =
        decompress_to_vec_with_limit(&deflated, most_bytes(deflated.len())).map_err(|error| {
            match error.status {
                TINFLStatus::FailedCannotMakeProgress | TINFLStatus::NeedsMoreInput => {
                    PayloadError::CutOff(data.len())
                }
                TINFLStatus::HasMoreOutput => PayloadError::TooLarge,
                _ => PayloadError::Damaged,
            }
        })?;
    String::from_utf8(bytes).map_err(|_| PayloadError::NotJson)
}

fn most_bytes(deflated: usize) -> usize {
    deflated.saturating_mul(MOST_RATIO).min(MOST_BYTES)
}

/// How deep lists and objects of a JSON text lie in each other.
fn depth(text: &str) -> usize {
    let (mut now, mut most) = (0_usize, 0);
    let (mut is_string, mut is_escaped) = (false, false);
    for byte in text.bytes() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_string => is_escaped = true,
            b'"' => is_string = !is_string,
            _ if is_string => {}
            b'[' | b'{' => {
                now += 1;
                most = most.max(now);
            }
            b']' | b'}' => now = now.saturating_sub(1),
            _ => {}
        }
    }
    most
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn raw(bytes: &[u8]) -> String {
        let deflated = compress_to_vec(bytes, EFFORT);
        format!("1.{}", Base64UrlUnpadded::encode_string(&deflated))
    }

    #[test]
    fn what_is_wrong_with_a_link_is_told_apart() {
        let good =
            pack(&json!({"scenario": {"topics": ["a", "b", "c"], "until_ms": 12_345}})).unwrap();
        assert_eq!(unpack(""), Err(PayloadError::NoFormat));
        assert_eq!(unpack("x.abc"), Err(PayloadError::NoFormat));
        assert_eq!(unpack("2.abc"), Err(PayloadError::Format("2".to_owned())));
        assert_eq!(unpack("01.abc"), Err(PayloadError::Format("01".to_owned())));
        assert_eq!(unpack("1.ab<c"), Err(PayloadError::Character(3)));
        assert_eq!(unpack("1."), Err(PayloadError::CutOff(0)));
        assert_eq!(unpack(&raw(b"\xff\xfe")), Err(PayloadError::NotJson));
        assert_eq!(unpack(&raw(b"{\"a\":")), Err(PayloadError::NotJson));
        for chars in 3..good.len() {
            let error = unpack(&good[..chars]).unwrap_err();
            assert_eq!(error, PayloadError::CutOff(chars - 2), "{chars}");
        }
    }

    #[test]
    fn hostile_data_is_bounded_before_it_is_read() {
        let long = format!("1.{}", "A".repeat(MOST_READ));
        assert!(matches!(unpack(&long), Err(PayloadError::TooLong(_))));
        let bomb = raw(" ".repeat(3_000_000).as_bytes());
        assert!(bomb.len() < 6_000, "{}", bomb.len());
        assert_eq!(unpack(&bomb), Err(PayloadError::TooLarge));
        let deep =
            |levels: usize| raw(format!("{}{}", "[".repeat(levels), "]".repeat(levels)).as_bytes());
        assert!(unpack(&deep(MOST_DEPTH)).is_ok());
        assert_eq!(unpack(&deep(MOST_DEPTH + 1)), Err(PayloadError::TooDeep));
        assert!(
            unpack(&raw(
                br#"{"a":"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\""}"#
            ))
            .is_ok()
        );
    }

    proptest! {
        #[test]
        fn what_is_packed_is_unpacked(texts in proptest::collection::vec(".*", 0..8), number in any::<u64>(), copies in 1_usize..400) {
            let value = json!({"texts": vec![texts; copies], "number": number});
            if let Some(packed) = pack(&value) {
                prop_assert!(packed.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)));
                prop_assert_eq!(unpack(&packed), Ok(value));
            }
        }

        #[test]
        fn anything_can_be_unpacked(text in "(1\\.)?[ -~]*", bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = unpack(&text);
            let _ = unpack(&format!("1.{}", Base64UrlUnpadded::encode_string(&bytes)));
            let _ = unpack(&raw(&bytes));
        }
    }
}
