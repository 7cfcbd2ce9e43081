//! The guide and the glossary, of `docs/`: headings, paragraphs and lists of Markdown, nothing else of it.

use std::fmt::Write as _;

use crate::html::Prose;

/// The texts, with the names of their files.
pub(crate) const TEXTS: [(&str, &str); 2] = [
    ("guide.html", include_str!("../../../docs/guide.md")),
    ("glossary.html", include_str!("../../../docs/glossary.md")),
];

/// The heading of a text.
pub(crate) fn title(text: &str) -> &str {
    text.lines()
        .next()
        .and_then(|line| line.strip_prefix("# "))
        .unwrap_or_default()
}

/// A text as HTML.
pub(crate) fn html(text: &str) -> String {
    let mut out = String::new();
    let mut is_list = false;
    for line in text.lines().filter(|line| !line.is_empty()) {
        let entry = line.strip_prefix("- ");
        if is_list != entry.is_some() {
            out += if is_list { "</ul>\n" } else { "<ul>\n" };
            is_list = entry.is_some();
        }
        let _ = match (entry, line.strip_prefix("## "), line.strip_prefix("# ")) {
            (Some(entry), _, _) => writeln!(out, "<li>{}</li>", Prose(entry)),
            (_, Some(heading), _) => writeln!(out, "<h2>{}</h2>", Prose(heading)),
            (_, _, Some(heading)) => writeln!(out, "<h1>{}</h1>", Prose(heading)),
            _ => writeln!(out, "<p>{}</p>", Prose(line)),
        };
    }
    if is_list {
        out += "</ul>\n";
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_paragraphs_and_lists_are_told_apart() {
        let text = "# A <b>\n\none `two`\n\n## C\n- d\n- e\n\nf";
        assert_eq!(title(text), "A <b>");
        assert_eq!(
            html(text),
            "<h1>A &lt;b&gt;</h1>\n<p>one <code>two</code></p>\n<h2>C</h2>\n<ul>\n<li>d</li>\n<li>e</li>\n</ul>\n<p>f</p>\n"
        );
        assert!(html("- a").ends_with("</ul>\n"));
    }
}
