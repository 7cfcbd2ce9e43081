//! Looking for any of several words in a text, in one pass and without a copy: masking asks this about every key,
//! value and comment.

/// Words of at least two letters, in lower case and ASCII.
pub(super) struct Words {
    words: &'static [&'static str],
    /// For each byte that a word begins with, in either case, a bit for each that is second there.
    seconds: [u32; 128],
}

impl Words {
    pub(super) const fn new(words: &'static [&'static str]) -> Self {
        let mut seconds = [0; 128];
        let mut index = 0;
        while index < words.len() {
            let [first, second, ..] = words[index].as_bytes() else {
                panic!("a word has two letters");
            };
            seconds[*first as usize] |= bit(*second);
            seconds[first.to_ascii_uppercase() as usize] |= bit(*second);
            index += 1;
        }
        Self { words, seconds }
    }

    /// Whether the text holds one of the words, in any case.
    pub(super) fn are_in(&self, text: &str) -> bool {
        if text.is_ascii() {
            self.are_in_ascii(text.as_bytes())
        } else {
            // Some letters outside of ASCII have one in ASCII as their lower case.
            self.are_in_ascii(text.to_lowercase().as_bytes())
        }
    }

    fn are_in_ascii(&self, text: &[u8]) -> bool {
        let may_begin = |pair: &[u8]| {
            let [first, second] = pair else {
                return false;
            };
            let seconds = self.seconds.get(usize::from(*first));
            seconds.is_some_and(|seconds| seconds & bit(*second) != 0)
        };
        let mut pairs = text.windows(2).enumerate();
        pairs
            .any(|(at, pair)| may_begin(pair) && self.is_before(text.get(at..).unwrap_or_default()))
    }

    /// Whether a text begins with one of the words.
    fn is_before(&self, text: &[u8]) -> bool {
        let begins = |word: &&str| {
            let front = text.get(..word.len());
            front.is_some_and(|front| front.eq_ignore_ascii_case(word.as_bytes()))
        };
        self.words.iter().any(begins)
    }
}

/// Both cases of a letter have the same bit, and a few other bytes with them.
const fn bit(byte: u8) -> u32 {
    1 << (byte & 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn words_are_found_as_by_looking_for_one_after_the_other(text in "[abcABKé=\u{212a}-]{0,12}") {
            const WORDS: [&str; 4] = ["ab", "ck", "b=", "-c"];
            static FOUND: Words = Words::new(&WORDS);
            let lower = text.to_lowercase();
            prop_assert_eq!(FOUND.are_in(&text), WORDS.iter().any(|word| lower.contains(word)));
        }
    }
}
