//! Text as HTML.

use std::fmt::{self, Display, Write as _};

use assignor_core::lint::prose::{Piece, pieces};

/// A text in which nothing is markup.
pub(crate) struct Text<'a>(pub(crate) &'a str);

impl Display for Text<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for char in self.0.chars() {
            match char {
                '<' => out.write_str("&lt;")?,
                '>' => out.write_str("&gt;")?,
                '&' => out.write_str("&amp;")?,
                '"' => out.write_str("&quot;")?,
                char => out.write_char(char)?,
            }
        }
        Ok(())
    }
}

/// A sentence in which pairs of backticks mark code.
pub(crate) struct Prose<'a>(pub(crate) &'a str);

impl Display for Prose<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for piece in pieces(self.0) {
            match piece {
                Piece::Words(words) => write!(out, "{}", Text(words))?,
                Piece::Code(code) => write!(out, "<code>{}</code>", Text(code))?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_text_is_markup() {
        let text = Text("<b a=\"1\"> & `c`").to_string();
        assert_eq!(text, "&lt;b a=&quot;1&quot;&gt; &amp; `c`");
    }

    #[test]
    fn pairs_of_backticks_are_code() {
        assert_eq!(Prose("a `b<c` d").to_string(), "a <code>b&lt;c</code> d");
        assert_eq!(
            Prose("a `b` and ` c").to_string(),
            "a <code>b</code> and ` c"
        );
        assert_eq!(Prose("`a`").to_string(), "<code>a</code>");
    }
}
