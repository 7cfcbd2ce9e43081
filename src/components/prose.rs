//! Sentences with code in them: what stands between backticks is set as code.

use yew::prelude::*;

/// A piece of a sentence.
#[derive(Debug, PartialEq, Eq)]
enum Piece<'a> {
    Words(&'a str),
    Code(&'a str),
}

/// Cuts a text at its backticks. A backtick without a partner is a character like any other.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((words, after)) = rest.split_once('`') {
        let Some((code, next)) = after.split_once('`') else {
            break;
        };
        if !words.is_empty() {
            pieces.push(Piece::Words(words));
        }
        pieces.push(Piece::Code(code));
        rest = next;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Words(rest));
    }
    pieces
}

/// A text that begins with a capital, unless it begins with code.
pub fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

/// A text without its backticks, for names that can hold no elements.
pub fn plain(text: &str) -> String {
    text.replace('`', "")
}

/// A sentence with code in it, between backticks.
pub fn prose(text: &str) -> Html {
    pieces(text)
        .into_iter()
        .map(|piece| match piece {
            Piece::Words(words) => html! { { words } },
            Piece::Code(code) => html! { <code>{ code }</code> },
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_stands_between_backticks() {
        let expected = [
            Piece::Words("set "),
            Piece::Code("a=1"),
            Piece::Words(" now"),
        ];
        assert_eq!(pieces("set `a=1` now"), expected);
        assert_eq!(pieces("`a``b`"), [Piece::Code("a"), Piece::Code("b")]);
        assert_eq!(pieces("a ` b"), [Piece::Words("a ` b")]);
        assert_eq!(pieces(""), []);
    }

    #[test]
    fn a_sentence_begins_with_a_capital() {
        assert_eq!(capitalised("only two fit"), "Only two fit");
        assert_eq!(capitalised("`a` is"), "`a` is");
        assert_eq!(plain("Set `a` to 1"), "Set a to 1");
    }
}
