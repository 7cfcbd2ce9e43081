//! Sentences with code in them. Everything that a rule says sets code between backticks; whoever
//! shows it cuts it here.

/// A piece of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Words. A backtick in them has no partner and is a character like any other.
    Words(&'a str),
    /// What stands between two backticks.
    Code(&'a str),
}

/// Cuts a text at its pairs of backticks.
pub fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let (mut rest, mut code) = (text, None);
    std::iter::from_fn(move || {
        if let Some(code) = code.take() {
            return Some(Piece::Code(code));
        }
        let pair = rest.split_once('`').and_then(|(words, after)| {
            let (between, next) = after.split_once('`')?;
            Some((words, between, next))
        });
        let Some((words, between, next)) = pair else {
            let words = std::mem::take(&mut rest);
            return (!words.is_empty()).then_some(Piece::Words(words));
        };
        rest = next;
        if words.is_empty() {
            return Some(Piece::Code(between));
        }
        code = Some(between);
        Some(Piece::Words(words))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use Piece::{Code, Words};

    fn cut(text: &str) -> Vec<Piece<'_>> {
        pieces(text).collect()
    }

    #[test]
    fn code_stands_between_backticks() {
        assert_eq!(
            cut("set `a=1` now"),
            [Words("set "), Code("a=1"), Words(" now")]
        );
        assert_eq!(cut("`a``b`"), [Code("a"), Code("b")]);
        assert_eq!(cut("a `` b"), [Words("a "), Code(""), Words(" b")]);
        assert_eq!(cut(""), []);
    }

    #[test]
    fn a_backtick_without_a_partner_is_a_character() {
        assert_eq!(cut("a ` b"), [Words("a ` b")]);
        assert_eq!(cut("`a` and ` c"), [Code("a"), Words(" and ` c")]);
    }
}
