//! The texts that put a run into another page.

use crate::route::Route;

/// A run to be embedded.
#[derive(Debug, Clone, PartialEq)]
pub struct Snippets {
    /// An iframe: needs nothing else on the page.
    pub iframe: String,
    /// The element: follows the page's theme, asks for its height.
    pub element: String,
    /// A picture that links to the run, for Markdown.
    pub markdown: String,
}

/// The texts for a run at an address, `site` being the page without its fragment.
pub fn snippets(site: &str, route: &Route, title: &str, picture: &str) -> Snippets {
    let address = format!("{site}{route}");
    let embedded = format!("{site}{}", route.clone().embedded());
    let folder = match site.rsplit_once('/') {
        Some((folder, file)) if file.contains('.') => format!("{folder}/"),
        _ => site.to_owned(),
    };
    let named = if title.is_empty() {
        "A consumer group over time"
    } else {
        title
    };
    Snippets {
        iframe: format!(
            "<iframe src=\"{}\" title=\"{}\" width=\"100%\" height=\"620\" loading=\"lazy\"></iframe>",
            attribute(&embedded),
            attribute(named)
        ),
        element: format!(
            "<script src=\"{}embed.js\" async></script>\n<rebalance-lab src=\"{}\"></rebalance-lab>",
            attribute(&folder),
            attribute(&address)
        ),
        markdown: format!("[![{}]({picture})]({address})", bracketed(named)),
    }
}

fn attribute(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('"', "&quot;")
        .replace('<', "&lt;")
}

fn bracketed(text: &str) -> String {
    let mut out = String::new();
    for char in text.chars() {
        if matches!(char, '[' | ']' | '\\' | '`' | '*' | '_' | '<' | '!') {
            out.push('\\');
        }
        out.push(if char.is_control() { ' ' } else { char });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::route::Workspace;

    #[test]
    fn a_title_stays_text_in_every_snippet() {
        let route = Route::to(Workspace::Simulate)
            .with("scenario", "crash")
            .with("t", 9);
        let title = "\"><script>alert(1)</script>](javascript:alert(1))";
        let all = snippets("https://host/lab/", &route, title, "run.svg");
        assert!(!all.iframe.contains("<script"), "{}", all.iframe);
        assert!(
            all.iframe
                .contains("https://host/lab/#/embed/simulate?scenario=crash&amp;t=9")
        );
        assert!(all.element.contains("src=\"https://host/lab/embed.js\""));
        assert!(all.markdown.contains("\\](javascript"), "{}", all.markdown);
        assert!(
            all.markdown
                .ends_with("](run.svg)](https://host/lab/#/simulate?scenario=crash&t=9)")
        );
        let file = snippets("https://host/index.html", &route, "", "run.svg");
        assert!(file.element.contains("src=\"https://host/embed.js\""));
    }
}
