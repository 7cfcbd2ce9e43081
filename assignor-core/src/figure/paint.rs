//! Writes SVG: elements with rounded numbers and escaped text.

use super::palette::Colour;
use std::fmt::{self, Display, Write as _};

/// SVG under construction.
#[derive(Debug, Default)]
pub(super) struct Paint {
    out: String,
}

/// A length in px, exact to a hundredth.
#[derive(Debug, Clone, Copy)]
pub(super) struct Px(pub f64);

impl Display for Px {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", (self.0 * 100.0).round() / 100.0)
    }
}

/// Text for XML. What XML can't hold becomes the replacement character.
#[derive(Debug, Clone, Copy)]
pub(super) struct Escaped<'a>(pub &'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| match c {
            '&' => f.write_str("&amp;"),
            '<' => f.write_str("&lt;"),
            '>' => f.write_str("&gt;"),
            '"' => f.write_str("&quot;"),
            '\n' | '\t' => f.write_char(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => f.write_char('\u{fffd}'),
            c => f.write_char(c),
        })
    }
}

/// A rectangle, in px.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rect {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

impl Paint {
    /// Markup as it is.
    pub(super) fn raw(&mut self, markup: fmt::Arguments) {
        let _ = self.out.write_fmt(markup);
        self.out.push('\n');
    }

    pub(super) fn rect(&mut self, rect: Rect, attributes: &str) {
        let Rect {
            x,
            y,
            width,
            height,
        } = rect;
        let (x, y, width, height) = (Px(x), Px(y), Px(width), Px(height));
        self.raw(format_args!(
            r#"<rect x="{x}" y="{y}" width="{width}" height="{height}" {attributes}/>"#
        ));
    }

    pub(super) fn text(&mut self, x: f64, y: f64, class: &str, text: &str) {
        let (x, y, text) = (Px(x), Px(y), Escaped(text));
        self.raw(format_args!(
            r#"<text x="{x}" y="{y}" class="{class}">{text}</text>"#
        ));
    }

    pub(super) fn line(&mut self, from: (f64, f64), to: (f64, f64), class: &str) {
        let (x1, y1, x2, y2) = (Px(from.0), Px(from.1), Px(to.0), Px(to.1));
        self.raw(format_args!(
            r#"<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" class="{class}"/>"#
        ));
    }

    /// A tooltip, for the element whose first child it is.
    pub(super) fn title(&mut self, text: &str) {
        self.raw(format_args!("<title>{}</title>", Escaped(text)));
    }

    pub(super) fn finish(self) -> String {
        self.out
    }
}

/// `fill` with a colour.
pub(super) fn fill(colour: Colour) -> String {
    format!("fill=\"#{colour:06x}\"")
}

/// About how wide text of 11 px is.
pub(super) fn text_width(text: &str) -> f64 {
    f64::from(u16::try_from(text.chars().count()).unwrap_or(u16::MAX)) * 6.3
}

#[cfg(test)]
mod tests {
    use super::Escaped;

    #[test]
    fn text_stays_text() {
        let text = "a<b> & \"c\"\u{0}\u{1b}é";
        assert_eq!(
            Escaped(text).to_string(),
            "a&lt;b&gt; &amp; &quot;c&quot;\u{fffd}\u{fffd}é"
        );
    }
}
