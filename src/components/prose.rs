//! Sentences with code in them: what stands between backticks is set as code.

use assignor_core::lint::prose::{Piece, pieces};
use yew::prelude::*;

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
    fn a_sentence_begins_with_a_capital() {
        assert_eq!(capitalised("only two fit"), "Only two fit");
        assert_eq!(capitalised("`a` is"), "`a` is");
        assert_eq!(plain("Set `a` to 1"), "Set a to 1");
    }
}
