//! The pages: one per rule, and the index.

use std::fmt::Write as _;

use assignor_core::lint::rules::{Docs, Example, Rule, all as rules, docs, examples};
use assignor_core::lint::{Finding, Severity};

use crate::Shared;
use crate::html::{Prose, Text};
use crate::lessons::Lesson;
use crate::texts::{TEXTS, html, title};

/// What the rules of a letter are about, in the order of the index.
const AREAS: [(char, &str); 16] = [
    ('P', "Format and reading"),
    ('X', "Keys: unknown, foreign, renamed"),
    ('V', "Values that the client or the broker refuses"),
    ('T', "Timing"),
    ('M', "Static membership"),
    ('A', "Assignors and protocols"),
    ('O', "Offsets and commits"),
    ('F', "Fetching and memory"),
    ('N', "Network and metadata"),
    ('S', "Security"),
    ('G', "The next-generation protocol (KIP-848)"),
    ('K', "Deployment and platform"),
    ('W', "Frameworks"),
    ('L', "Other clients"),
    ('D', "Durability: topics, brokers, producers"),
    ('J', "Metrics and alerts"),
];

/// All files, with their names.
pub(crate) fn all(shared: &Shared) -> Vec<(String, String)> {
    let examples = examples();
    let known: Vec<(&Rule, &Docs)> = rules()
        .iter()
        .filter_map(|rule| Some((*rule, docs(rule.id)?)))
        .collect();
    let mut files = vec![("index.html".to_owned(), index(&known, shared))];
    for (name, text) in TEXTS {
        let heading = title(text);
        let page = document(heading, heading, shared, &html(text));
        files.push((name.to_owned(), page));
    }
    for (place, (rule, docs)) in known.iter().enumerate() {
        let beside = |place: Option<usize>| Some(known.get(place?)?.0);
        let own = examples.iter().find(|example| example.rule == rule.id);
        let page = Page {
            rule,
            docs,
            example: own,
            before: beside(place.checked_sub(1)),
            after: beside(place.checked_add(1)),
        };
        files.push((file(rule), page.write(shared)));
    }
    files
}

/// The name of a rule's page, in the same folder.
fn file(rule: &Rule) -> String {
    format!("{}.html", rule.id)
}

/// The letter of a rule's area.
fn letter(rule: &Rule) -> Option<char> {
    rule.id.strip_prefix("KC-")?.chars().next()
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warn => "warning",
        Severity::Info => "note",
    }
}

/// A whole page round `main`.
fn document(title: &str, about: &str, shared: &Shared, main: &str) -> String {
    let mut links = String::new();
    for style in &shared.styles {
        let _ = writeln!(
            links,
            "<link rel=\"stylesheet\" href=\"../{}\">",
            Text(style)
        );
    }
    let (title, about) = (Text(title), Text(about));
    let (theme, icon) = (Text(&shared.theme), Text(&shared.icon));
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'\">\n\
         <title>{title} · Rebalance Lab</title>\n\
         <meta name=\"description\" content=\"{about}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <link rel=\"icon\" href=\"../{icon}\" type=\"image/svg+xml\">\n\
         <script src=\"../{theme}\"></script>\n{links}<link rel=\"stylesheet\" href=\"rules.css\">\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#main\">To the text</a>\n\
         <header class=\"bar\">\n<a class=\"bar__mark\" href=\"../index.html\">Rebalance Lab</a>\n\
         <nav class=\"bar__nav\" aria-label=\"Workspaces\">\n\
         <a href=\"../index.html#/simulate\">Simulate</a>\n<a href=\"../index.html#/advise\">Advise</a>\n\
         <a href=\"../index.html#/learn\">Learn</a>\n<a href=\"index.html\">Rules</a>\n<a href=\"guide.html\">Guide</a>\n</nav>\n</header>\n\
         <main id=\"main\" class=\"rules\">\n{main}</main>\n</body>\n</html>\n"
    )
}

fn index(known: &[(&Rule, &Docs)], shared: &Shared) -> String {
    let mut main = format!(
        "<h1>What the advisor looks for</h1>\n\
         <p class=\"rules__lead\">{} rules about the configuration of Kafka consumers. \
         <a href=\"../index.html#/advise\">Paste a configuration</a> to see which of them speak, \
         or run <code>rebalance lint</code>.</p>\n<ul class=\"rules__areas\">\n",
        known.len()
    );
    let of = |wanted: char| {
        let own = move |(rule, _): &&(&Rule, &Docs)| letter(rule) == Some(wanted);
        known.iter().filter(own)
    };
    for (letter, title) in AREAS {
        let count = of(letter).count();
        let _ = writeln!(main, "<li><a href=\"#{letter}\">{title}</a> {count}</li>");
    }
    main.push_str("</ul>\n");
    for (letter, title) in AREAS {
        let _ = write!(
            main,
            "<section aria-labelledby=\"{letter}\">\n<h2 id=\"{letter}\">{title}</h2>\n<ul class=\"rules__list\">\n"
        );
        for (rule, docs) in of(letter) {
            let level = severity(rule.severity);
            let _ = writeln!(
                main,
                "<li><a href=\"{}\"><span class=\"rules__id\">{}</span></a> \
                 <span class=\"rules__level rules__level--{level}\">{level}</span> <span>{}</span></li>",
                file(rule),
                rule.id,
                Prose(docs.what)
            );
        }
        main.push_str("</ul>\n</section>\n");
    }
    document("Rules", "All rules of the advisor", shared, &main)
}

/// What a rule's page is made of.
struct Page<'a> {
    rule: &'a Rule,
    docs: &'a Docs,
    example: Option<&'a Example>,
    before: Option<&'a Rule>,
    after: Option<&'a Rule>,
}

impl Page<'_> {
    fn write(&self, shared: &Shared) -> String {
        let (rule, docs) = (self.rule, self.docs);
        let area = letter(rule).and_then(|own| AREAS.iter().find(|(letter, _)| *letter == own));
        let level = severity(rule.severity);
        let mut main = String::from("<article>\n");
        if let Some((letter, title)) = area {
            let _ = writeln!(
                main,
                "<p class=\"rules__area\"><a href=\"index.html#{letter}\">{title}</a></p>"
            );
        }
        let _ = write!(
            main,
            "<h1>{}</h1>\n<p class=\"rules__name\"><span class=\"rules__id\">{}</span> {} \
             <span class=\"rules__level rules__level--{level}\">{level}</span></p>\n",
            Prose(docs.what.trim_end_matches('.')),
            rule.id,
            Text(rule.name)
        );
        for (title, text) in [
            ("Why it matters", docs.why),
            ("What to do", docs.fix),
            ("When it is a false alarm", docs.false_alarm),
        ] {
            let _ = write!(main, "<h2>{title}</h2>\n<p>{}</p>\n", Prose(text));
        }
        if let Some(example) = self.example {
            self.show(example, &mut main);
        }
        let id = rule.id;
        teach(id, shared, &mut main);
        let _ = write!(
            main,
            "<h2>Where it comes from</h2>\n<p>{}</p>\n\
             <h2>Silence it</h2>\n<p>In the file, with a comment above the entry: <code># rebalance: ignore {id} reason</code>. \
             For a project, in <code>rebalance.toml</code>: <code>[rules]</code>, <code>{id} = \"off\"</code>.</p>\n</article>\n",
            Prose(rule.source)
        );
        self.neighbours(&mut main);
        document(&format!("{id} {}", rule.name), docs.what, shared, &main)
    }

    /// The example, and what the advisor says about it, computed here and now.
    fn show(&self, example: &Example, main: &mut String) {
        let own = |finding: &Finding| finding.rule == self.rule.id;
        main.push_str("<h2>An example</h2>\n");
        if !example.facts.is_empty() {
            let mut known: Vec<String> = Vec::new();
            for (key, value) in &example.facts {
                known.push(format!("<code>{}={}</code>", Text(key), Text(value)));
            }
            let _ = writeln!(main, "<p>Known besides: {}.</p>", known.join(", "));
        }
        code(&example.trigger, main);
        if let Some(with) = &example.with {
            main.push_str("<p>Beside this member of the same group:</p>\n");
            code(with, main);
        }
        if let Some(finding) = example.findings().into_iter().find(own) {
            let mut said = finding.message;
            if !finding.why.is_empty() {
                said = format!("{said}. {}", finding.why);
            }
            let _ = writeln!(main, "<p>The advisor says: {}</p>", Prose(&said));
        }
        if example.trigger != example.counter_example {
            main.push_str("<p>It has nothing to say about this:</p>\n");
            code(&example.counter_example, main);
        }
    }

    fn neighbours(&self, main: &mut String) {
        main.push_str("<nav class=\"rules__beside\" aria-label=\"Rules beside this one\">\n");
        for (word, rule) in [("Before", self.before), ("Next", self.after)] {
            if let Some(rule) = rule {
                let _ = writeln!(
                    main,
                    "<a href=\"{}\">{word}: {} {}</a>",
                    file(rule),
                    rule.id,
                    Text(rule.name)
                );
            }
        }
        main.push_str("</nav>\n");
    }
}

/// The lessons that name a rule.
fn teach(id: &str, shared: &Shared, main: &mut String) {
    let names = |lesson: &&Lesson| lesson.rules.iter().any(|rule| rule == id);
    let mut lessons = shared.lessons.iter().filter(names).peekable();
    if lessons.peek().is_none() {
        return;
    }
    main.push_str("<h2>See it happen</h2>\n<ul class=\"rules__lessons\">\n");
    for Lesson { slug, title, .. } in lessons {
        let _ = writeln!(
            main,
            "<li><a href=\"../index.html#/learn?lesson={}\">Lesson: {}</a></li>",
            Text(slug),
            Text(title)
        );
    }
    main.push_str("</ul>\n");
}

/// A text as it is written.
fn code(text: &str, main: &mut String) {
    if text.is_empty() {
        main.push_str("<p>An empty text.</p>\n");
    } else {
        let _ = writeln!(
            main,
            "<pre tabindex=\"0\"><code>{}</code></pre>",
            Text(text.trim_end())
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lessons;

    fn files() -> Vec<(String, String)> {
        all(&Shared {
            styles: vec!["tokens-1.css".to_owned()],
            theme: "theme-1.js".to_owned(),
            icon: "icon-1.svg".to_owned(),
            lessons: lessons::all().unwrap(),
        })
    }

    #[test]
    fn every_rule_that_a_lesson_names_leads_to_it() {
        let files = files();
        let mut count = 0;
        for lesson in lessons::all().unwrap() {
            for rule in &lesson.rules {
                let name = format!("{rule}.html");
                let page = files.iter().find(|(file, _)| *file == name);
                let link = format!("href=\"../index.html#/learn?lesson={}\"", lesson.slug);
                assert!(page.is_some_and(|(_, page)| page.contains(&link)), "{name}");
                count += 1;
            }
        }
        assert!(count > 20);
    }

    #[test]
    fn every_rule_has_a_page_with_all_its_texts_and_is_in_the_index() {
        let files = files();
        let page = |name: &str| {
            let found = files.iter().find(|(file, _)| file == name);
            found.map(|(_, page)| page.as_str()).unwrap_or_default()
        };
        // The index, the guide and the glossary.
        assert_eq!(files.len(), rules().len() + 3);
        for rule in rules() {
            let name = file(rule);
            assert!(
                page("index.html").contains(&format!("href=\"{name}\"")),
                "{name}"
            );
            let docs = docs(rule.id).unwrap();
            for text in [docs.why, docs.fix, docs.false_alarm, rule.source] {
                assert!(
                    page(&name).contains(&format!("<p>{}</p>", Prose(text))),
                    "{name}: {text}"
                );
            }
            assert!(page(&name).contains("The advisor says: "), "{name}");
        }
    }

    #[test]
    fn every_link_between_the_pages_leads_somewhere() {
        let files = files();
        for (name, page) in &files {
            for link in page.split("href=\"").skip(1) {
                let link = link.split('"').next().unwrap_or_default();
                let target = link.split('#').next().unwrap_or_default();
                let outside =
                    target.is_empty() || target.starts_with("../") || target == "rules.css";
                assert!(
                    outside || files.iter().any(|(file, _)| file == target),
                    "{name}: {link}"
                );
                if let Some((_, anchor)) = link
                    .split_once("index.html#")
                    .filter(|(file, _)| file.is_empty())
                {
                    assert!(
                        page.contains("rules__area")
                            && AREAS.iter().any(|(letter, _)| letter.to_string() == anchor)
                    );
                }
            }
        }
    }

    #[test]
    fn every_rule_belongs_to_an_area() {
        for rule in rules() {
            let own = letter(rule);
            assert!(
                AREAS.iter().any(|(letter, _)| Some(*letter) == own),
                "{}",
                rule.id
            );
        }
    }
}
