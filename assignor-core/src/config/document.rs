//! The one document model: a configuration as it was written, whatever its format.
//!
//! Every byte of the text belongs to exactly one token. An entry is one assignment, with the places
//! of its key, separator and value and with both spellings of key and value: as written (the span)
//! and as read (the text). Which entry sets which consumer property is a [`Binding`], because a
//! format or a framework may put a prefix before Kafka's name or set things that never reach the
//! consumer. Fixes and excerpts work on spans, rules on bindings, so that neither knows the format.

use std::sync::Arc;

use serde::Serialize;

use super::binding::Reading;
use super::bound::Bound;
use super::client::{Client, Family};
use super::scopes::OWNERS_OF_A_DOCUMENT;
use super::span::{Lines, Position, Span};
use super::{
    code, detect, dialect, env, go, javascript, json, properties, python, spring, sql, xml, yaml,
};

/// The format of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Format {
    /// `java.util.Properties`.
    Properties,
    /// YAML: Spring Boot, Quarkus, Kubernetes and compose manifests.
    Yaml,
    /// `NAME=value` lines for containers and shells.
    Env,
    /// JSON: connectors of Kafka Connect, settings of other frameworks.
    Json,
    /// Java, Kotlin, Scala or C# code that configures a client.
    Code,
    /// Python code.
    Python,
    /// JavaScript or TypeScript code.
    JavaScript,
    /// Go code.
    Go,
    /// XML: `MuleSoft`, Spring.
    Xml,
    /// Flink's SQL.
    Sql,
}

impl Format {
    /// All formats, in the order in which they are offered.
    pub const ALL: [Self; 10] = [
        Self::Properties,
        Self::Yaml,
        Self::Env,
        Self::Json,
        Self::Code,
        Self::Python,
        Self::JavaScript,
        Self::Go,
        Self::Xml,
        Self::Sql,
    ];

    /// The name used on the command line and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Properties => "properties",
            Self::Yaml => "yaml",
            Self::Env => "env",
            Self::Json => "json",
            Self::Code => "code",
            Self::Python => "python",
            Self::JavaScript => "javascript",
            Self::Go => "go",
            Self::Xml => "xml",
            Self::Sql => "sql",
        }
    }

    /// The format of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// The format that a file's name says by its end; `None` where it says nothing.
    ///
    /// ```
    /// use assignor_core::config::Format;
    ///
    /// assert_eq!(Format::of_name("deploy/consumer.yml"), Some(Format::Yaml));
    /// assert_eq!(Format::of_name("README.md"), None);
    /// ```
    pub fn of_name(name: &str) -> Option<Self> {
        detect::by_name(name)
    }

    /// Whether the text is a program.
    pub fn is_program(self) -> bool {
        matches!(
            self,
            Self::Code | Self::Python | Self::JavaScript | Self::Go
        )
    }
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum TokenKind {
    /// A key or a part of one.
    Key,
    /// What stands between key and value, blanks included.
    Separator,
    /// A value or a part of one.
    Value,
    /// A comment with its mark, without its line end.
    Comment,
    /// White space outside entries.
    Blank,
    /// LF, CR LF or CR.
    LineEnd,
    /// A backslash that joins two lines, the line end and the blanks after it.
    Continuation,
    /// What sets nothing: program code, brackets, quotes.
    Other,
}

/// A piece of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it is.
    pub span: Span,
}

/// A key or a value: where it stands and what it means once escapes are decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The decoded text.
    pub text: String,
    /// The place in the source; empty for an empty text.
    pub span: Span,
}

/// One assignment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The key as the format reads it, prefix included.
    pub key: Written,
    /// The separator with the blanks round it; `None` where the key stands alone.
    pub separator: Option<Span>,
    /// The value.
    pub value: Written,
    /// From the first to the last character of the assignment, without its line end.
    pub span: Span,
    /// What it is set in, where the format has several such things: a container of a manifest, a map
    /// of a program. Entries of one owner have the same number.
    pub owner: usize,
}

impl Entry {
    /// Whether it names the image of a broker, for the container that it belongs to.
    pub(crate) fn is_image_of_broker(&self) -> bool {
        // Outside of containers a path of keys names what the image is for.
        let named = self.owner.is_multiple_of(OWNERS_OF_A_DOCUMENT) && self.key.text.contains('.');
        if named {
            return false;
        }
        const IMAGES: [&str; 5] = [
            "apache/kafka",
            "cp-kafka",
            "bitnami/kafka",
            "cp-server",
            "strimzi/kafka",
        ];
        let image = self.value.text.as_str();
        self.key.text.rsplit('.').next() == Some("image")
            && IMAGES.iter().any(|known| image.contains(known))
            && !image.contains("connect")
    }
}

/// A piece of the text that does something, besides the entries: a call of a program with its
/// arguments and the block behind them, a function, an element of XML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The name as written, points included; `def NAME` for a function of Python.
    pub name: String,
    /// The place of the name.
    pub at: Span,
    /// All of it.
    pub extent: Span,
}

/// What an entry sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binding<'a> {
    /// A property of the consumer, by Kafka's name. A higher rank beats a lower one whatever the
    /// order (`main.consumer.` over `consumer.` in Kafka Streams); within a rank the last wins.
    Consumer {
        /// Kafka's name of the property, known or not.
        name: &'a str,
        /// Precedence.
        rank: u8,
    },
    /// Something that doesn't reach the consumer.
    Elsewhere,
}

/// What the format's own reader would refuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ProblemKind {
    /// `\u` without four hexadecimal digits: `Properties.load` throws `IllegalArgumentException`.
    MalformedUnicodeEscape,
}

impl ProblemKind {
    /// The problem as a sentence.
    pub fn message(self) -> &'static str {
        match self {
            Self::MalformedUnicodeEscape => {
                "`\\u` must be followed by four hexadecimal digits; Java refuses the whole file"
            }
        }
    }
}

/// Something the format's own reader would refuse, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// What is wrong.
    pub kind: ProblemKind,
    /// Where.
    pub span: Span,
}

/// How to read a text. Everything left out is detected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ParseOptions {
    /// The name shown in findings, such as a file name.
    pub name: String,
    /// The format.
    pub format: Option<Format>,
    /// The client family and version.
    pub client: Option<Client>,
}

/// A configuration as it was written.
#[derive(Clone, Debug)]
pub struct Config {
    pub(super) name: Arc<str>,
    pub(super) text: Arc<str>,
    pub(super) format: Format,
    pub(super) client: Client,
    /// The client that was given, which files within the text may be for as well.
    pub(super) given: Option<Client>,
    pub(super) tokens: Arc<[Token]>,
    pub(super) entries: Vec<Entry>,
    pub(super) problems: Vec<Problem>,
    pub(super) parts: Arc<[Part]>,
    pub(super) lines: Arc<Lines>,
    pub(super) bound: Bound,
    /// What the text consists of, if it configures several consumers.
    pub(super) members: Vec<Config>,
    /// Where it begins: not at 0 for a file within the text.
    pub(super) start: usize,
    /// How many blanks stand before each line of a file within the text.
    pub(super) indent: usize,
}

impl Config {
    /// Reads a text. Never fails: what can't be read is a [`Problem`] at its place.
    pub fn parse(text: impl Into<String>, options: &ParseOptions) -> Self {
        let text: String = text.into();
        Self::read(
            text,
            &options.name,
            options.format,
            options.client,
            options.client,
        )
    }

    /// Reads a text in a format and for a client, which are detected where they are left out.
    pub(super) fn read(
        text: impl Into<Arc<str>>,
        name: &str,
        format: Option<Format>,
        client: Option<Client>,
        given: Option<Client>,
    ) -> Self {
        let text: Arc<str> = text.into();
        let format = format.unwrap_or_else(|| detect::format(name, &text));
        let mut parsed = match format {
            Format::Properties => properties::parse(&text),
            Format::Yaml => yaml::parse(&text),
            Format::Env => env::parse(&text),
            Format::Json => json::parse(&text),
            Format::Code => code::parse(&text),
            Format::Python => python::parse(&text),
            Format::JavaScript => javascript::parse(&text),
            Format::Go => go::parse(&text),
            Format::Xml => xml::parse(&text),
            Format::Sql => sql::parse(&text),
        };
        let client = client.unwrap_or_else(|| Client {
            family: detect::family(format, &parsed.entries, &parsed.parts),
            version: None,
        });
        if client.family == Family::SpringBoot {
            if format == Format::Properties {
                spring::divide(&text, &parsed.tokens, &mut parsed.entries);
            }
            spring::convert(&mut parsed.entries);
        }
        dialect::convert(client.family, &mut parsed.entries);
        let mut config = Self {
            name: name.into(),
            format,
            client,
            given,
            bound: Bound::default(),
            tokens: parsed.tokens.into(),
            entries: Vec::new(),
            problems: parsed.problems,
            parts: parsed.parts.into(),
            lines: Arc::new(Lines::of(&text)),
            text,
            members: Vec::new(),
            start: 0,
            indent: 0,
        };
        config.set_entries(parsed.entries);
        config.divide(&parsed.embedded);
        config
    }

    /// The same with other entries.
    pub(super) fn set_entries(&mut self, entries: Vec<Entry>) {
        self.bound = Bound::of(self.reading(), &self.text, &entries);
        self.entries = entries;
    }

    /// A copy with a part of the entries.
    pub(super) fn with_entries(&self, entries: Vec<Entry>) -> Self {
        let mut config = Self {
            entries: Vec::new(),
            members: Vec::new(),
            ..self.clone()
        };
        config.set_entries(entries);
        config
    }

    /// Reads another text in the same way: same name, format and client.
    #[must_use]
    pub fn with_text(&self, text: impl Into<String>) -> Self {
        let text: String = text.into();
        Self::read(
            text,
            &self.name,
            Some(self.format),
            Some(self.client),
            self.given,
        )
    }

    /// Where it begins in the text: not at 0 for a file within it.
    pub fn start(&self) -> usize {
        self.start
    }

    /// How many blanks stand before each of its lines: none but for a file within a text.
    pub fn indent(&self) -> usize {
        self.indent
    }

    /// The name shown in findings.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The source text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The format, given or detected.
    pub fn format(&self) -> Format {
        self.format
    }

    /// The client, given or detected.
    pub fn client(&self) -> Client {
        self.client
    }

    /// All tokens: their texts, one after the other, are the source text.
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// All assignments in the order of the text, overridden ones included.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// What the format's own reader would refuse.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Calls, functions and elements.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The lines of the source text.
    pub fn lines(&self) -> &Lines {
        &self.lines
    }

    /// Line and column of a byte offset.
    pub fn position(&self, offset: usize) -> Position {
        self.lines.position(offset, &self.text)
    }

    /// The whole natural lines that `span` touches, with their line ends.
    pub fn whole_lines(&self, span: Span) -> Span {
        let first = self.lines.span(self.lines.index(span.start), &self.text);
        let last = self.lines.span(self.lines.index(span.end), &self.text);
        Span::new(first.start, last.end)
    }

    /// The line end that the text uses first; LF where it has none.
    pub fn line_end(&self) -> &str {
        self.tokens
            .iter()
            .find(|token| token.kind == TokenKind::LineEnd)
            .map_or("\n", |token| token.span.text(&self.text))
    }

    fn reading(&self) -> Reading {
        Reading {
            format: self.format,
            family: self.client.family,
        }
    }

    /// What an entry of this configuration sets.
    pub fn binding<'a>(&self, entry: &'a Entry) -> Binding<'a> {
        self.bound.binding(self.reading(), &self.text, entry)
    }

    /// Entries that set a property of the consumer, with Kafka's name of it.
    pub(crate) fn consumer_entries(&self) -> impl Iterator<Item = (&str, &Entry)> {
        let entries = self.entries.iter().enumerate();
        entries.filter_map(|(index, entry)| Some((self.bound.name(index, entry)?, entry)))
    }

    /// The entry whose value counts for a consumer property, if one sets it.
    pub fn winner(&self, property: &str) -> Option<&Entry> {
        self.bound.winner(property, &self.entries)
    }

    /// The entries that count, with the consumer's properties that they set, known or not.
    pub(crate) fn winners(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.bound.winners(&self.entries)
    }

    /// The consumer's properties that the text sets, known or not.
    pub(crate) fn properties_set(&self) -> impl Iterator<Item = &str> {
        self.winners().map(|(name, _)| name)
    }

    /// Whether the text has to do with Kafka at all, for those who look through a folder: it sets
    /// properties of a consumer, or has a mark of a framework's Kafka part.
    pub fn is_about_kafka(&self) -> bool {
        detect::is_about_kafka(self)
    }
}
