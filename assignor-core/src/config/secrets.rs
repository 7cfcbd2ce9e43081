//! Which values are secrets, and how texts are shown without them.
//!
//! A value is masked when its key says so, whether or not Kafka knows the key, or when it looks
//! like credentials under a key that doesn't. Masking errs on the side of hiding: it costs a reader
//! a glance at their own file, showing costs them the secret. Line breaks stay, so that line
//! numbers do too.

use super::catalog;
use super::document::{Config, Token, TokenKind};
use super::effective::has_placeholder;
use super::properties;
use super::span::Span;
use super::spring::folded;
use super::value::Type;
use super::words::Words;

/// What stands in the place of a secret.
pub const MASK: &str = "••••••••";

/// Parts of key names that say that the value is a secret. Compared in lower case without `.`, `-`
/// and `_`.
static SECRET_WORDS: Words = Words::new(&[
    "password",
    "passwd",
    "passphrase",
    "secret",
    "jaas",
    "jass",
    "credential",
    "userinfo",
    "apikey",
    "accesskey",
    "privatekey",
    "keystorekey",
    "authtoken",
    "accesstoken",
    "bearertoken",
]);

/// Ends of key names that hold a place, a name or a setting rather than the secret itself.
const HARMLESS_ENDS: [&str; 13] = [
    "location",
    "file",
    "path",
    "class",
    "url",
    "uri",
    "type",
    "algorithm",
    "ms",
    "seconds",
    "source",
    "mechanism",
    "encoder",
];

/// Marks inside a value that say that it holds credentials.
static SECRET_MARKS: Words = Words::new(&[
    "password=",
    "password:",
    "password\"",
    "password'",
    "passwd=",
    "secret=",
    "-----begin",
    "loginmodule",
    "accesskey=",
]);

/// Ends of key names whose values are secrets for the catalog alone.
const CERTIFICATES: [&str; 2] = ["certificatechain", "truststorecertificates"];

/// Whether the values of a key are secrets.
pub fn is_secret_key(key: &str) -> bool {
    if let Some(property) = catalog::property(key) {
        return property.kind == Type::Password;
    }
    is_named_secret(&folded(key))
}

fn is_named_secret(folded: &str) -> bool {
    SECRET_WORDS.are_in(folded) && !HARMLESS_ENDS.iter().any(|end| folded.ends_with(end))
}

/// Whether a value may be a secret, judged without the catalog of Kafka's properties, which is a weight for a program
/// that doesn't need it otherwise. Hides what [`is_secret`] hides, and placeholders and harmless settings of
/// credentials besides.
pub fn may_be_secret(key: &str, value: &str) -> bool {
    let folded = folded(key);
    let is_certificate = || CERTIFICATES.iter().any(|word| folded.ends_with(word));
    is_named_secret(&folded) || is_certificate() || looks_secret(value)
}

/// Whether a value looks like credentials whatever its key: a JAAS line, `password=`, a PEM block or
/// `scheme://user:password@host`.
fn looks_secret(value: &str) -> bool {
    let user_info = || {
        value.split("://").skip(1).any(|rest| {
            let authority = rest.split(['/', '?', '#', ',']).next().unwrap_or_default();
            authority
                .rsplit_once('@')
                .is_some_and(|(user, _)| user.contains(':'))
        })
    };
    SECRET_MARKS.are_in(value) || value.contains('@') && user_info()
}

/// Whether a value must not be shown. A value that is nothing but a placeholder may be.
pub fn is_secret(key: &str, value: &str) -> bool {
    let trimmed = value.trim();
    let only_placeholder = trimmed.starts_with("${")
        && trimmed.ends_with('}')
        && trimmed.matches('}').count() == 1
        && has_placeholder(trimmed);
    !trimmed.is_empty() && !only_placeholder && (is_secret_key(key) || looks_secret(value))
}

/// The longest value that messages quote, in characters.
const LONGEST_SHOWN: usize = 160;

/// A value as messages quote it: masked, shortened, control characters made visible.
pub fn shown(key: &str, value: &str) -> String {
    if is_secret(key, value) {
        return MASK.to_owned();
    }
    plain(value)
}

/// A key or another text that is no secret, as messages quote it.
pub fn plain(text: &str) -> String {
    let is_printable = |byte: u8| byte == b' ' || byte.is_ascii_graphic();
    if text.len() <= LONGEST_SHOWN && text.bytes().all(is_printable) {
        return text.to_owned();
    }
    let mut shown = String::new();
    for (count, char) in text.chars().enumerate() {
        if count == LONGEST_SHOWN {
            shown.push('…');
            break;
        }
        if char.is_control() {
            shown.extend(char.escape_default());
        } else {
            shown.push(char);
        }
    }
    shown
}

/// A source text with its secrets masked, line by line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Masked {
    /// The text to show. It has as many lines as the source.
    pub text: String,
    /// Replaced pieces of the source and where each now ends, in order.
    pieces: Vec<(Span, usize)>,
}

impl Masked {
    /// The place in the masked text that a place in the source corresponds to. An offset inside a
    /// secret moves to the end of its mask.
    pub fn offset(&self, source: usize) -> usize {
        let index = self.pieces.partition_point(|(span, _)| span.start < source);
        match index
            .checked_sub(1)
            .and_then(|index| self.pieces.get(index))
        {
            None => source,
            Some((span, masked_end)) => masked_end + source.saturating_sub(span.end),
        }
    }

    /// The pieces of the source that are masked, in order.
    pub fn hidden(&self) -> impl Iterator<Item = Span> {
        self.pieces.iter().map(|(piece, _)| *piece)
    }

    /// The span in the masked text that a span in the source corresponds to.
    pub fn span(&self, source: Span) -> Span {
        Span::new(self.offset(source.start), self.offset(source.end))
    }
}

impl Config {
    /// The source text with every secret masked, commented-out ones included.
    pub fn masked(&self) -> Masked {
        let mut secrets: Vec<Span> = self
            .all_entries()
            .filter(|entry| is_secret(&entry.key.text, &entry.value.text))
            .map(|entry| entry.value.span)
            .collect();
        secrets.extend(
            self.tokens()
                .iter()
                .filter_map(|token| secret_comment(token, self.text())),
        );
        secrets.sort_unstable();
        secrets.dedup();

        let source = self.text();
        let mut masked = Masked {
            text: String::with_capacity(source.len()),
            pieces: Vec::new(),
        };
        let mut copied = 0;
        for secret in secrets {
            for piece in line_pieces(secret, source) {
                if piece.start < copied {
                    continue;
                }
                masked
                    .text
                    .push_str(Span::new(copied, piece.start).text(source));
                masked.text.push_str(MASK);
                masked.pieces.push((piece, masked.text.len()));
                copied = piece.end;
            }
        }
        masked
            .text
            .push_str(Span::new(copied, source.len()).text(source));
        masked
    }
}

/// Whether a text has a part that could make it the assignment of a secret: most comments have none.
fn may_hold_secret(text: &str) -> bool {
    let folded = folded(text);
    let of_catalog = || CERTIFICATES.iter().any(|word| folded.contains(word));
    text.contains('\\') || SECRET_WORDS.are_in(&folded) || of_catalog() || looks_secret(text)
}

/// The value of an assignment that was commented out, if it is a secret.
fn secret_comment(token: &Token, source: &str) -> Option<Span> {
    if token.kind != TokenKind::Comment {
        return None;
    }
    let comment = token.span.text(source);
    let body = comment.trim_start_matches(['#', '!', ' ', '\t']);
    if !may_hold_secret(body) {
        return None;
    }
    let offset = token.span.end - body.len();
    let parsed = properties::parse(body);
    let entry = parsed.entries.first()?;
    let secret = entry.separator.is_some() && is_secret(&entry.key.text, &entry.value.text);
    let span = Span::new(entry.value.span.start + offset, token.span.end);
    secret.then_some(span)
}

/// A span cut at line ends, without blanks at the beginning of a line and without empty pieces.
fn line_pieces(span: Span, source: &str) -> impl Iterator<Item = Span> {
    let mut offset = span.start;
    span.text(source)
        .split_inclusive(['\n', '\r'])
        .filter_map(move |line| {
            let start = offset;
            offset += line.len();
            let content = line.trim_end_matches(['\n', '\r']);
            let blanks = content.len() - content.trim_start().len();
            let piece = Span::new(start + blanks, start + content.len());
            (!piece.is_empty()).then_some(piece)
        })
}

#[cfg(test)]
mod tests {
    use super::super::document::ParseOptions;
    use super::*;

    #[test]
    fn secret_keys_are_known_by_kafka_or_by_name() {
        for key in [
            "sasl.jaas.config",
            "ssl.key.password",
            "ssl.keystore.key",
            "sasl.password",
            "sasl_plain_password",
            "KAFKA_SASL_PASSWORD",
            "basic.auth.user.info",
            "sasl.jass.config",
            "sasl.oauthbearer.client.credentials.client.secret",
        ] {
            assert!(is_secret_key(key), "{key}");
        }
        for key in [
            "ssl.keystore.location",
            "group.id",
            "key.deserializer",
            "password.encoder.secret.file",
            "sasl.mechanism",
        ] {
            assert!(!is_secret_key(key), "{key}");
        }
    }

    #[test]
    fn without_the_catalog_nothing_is_shown_that_it_would_hide() {
        for property in catalog::properties() {
            let is_hidden = is_secret(property.name, "x");
            assert!(
                !is_hidden || may_be_secret(property.name, "x"),
                "{}",
                property.name
            );
        }
        assert!(may_be_secret("some.url", "https://u:hunter2@host/"));
        assert!(!may_be_secret("session.timeout.ms", "6000"));
        assert!(!may_be_secret("ssl.keystore.location", "/etc/k.jks"));
    }

    #[test]
    fn secrets_in_comments_are_masked_whatever_their_key() {
        let known = catalog::properties().iter().map(|property| property.name);
        let named = ["my.api-key", "AUTH_TOKEN", "p\\u0061ssword", "some.url"];
        for key in known.chain(named) {
            for value in ["x", "https://u:hunter2@host/", "M required password='p';"] {
                let text = format!("# {key} = {value}\n");
                let config = Config::parse(text.as_str(), &ParseOptions::default());
                let is_masked = !config.masked().text.contains(value);
                let read = key.replace("\\u0061", "a");
                assert_eq!(is_masked, is_secret(&read, value), "{text}");
            }
        }
    }

    #[test]
    fn secret_values_are_known_by_their_look() {
        assert!(is_secret("export", "SASL_PASSWORD=hunter2"));
        assert!(is_secret(
            "schema.registry.url",
            "https://u:hunter2@sr:8081/x"
        ));
        assert!(!is_secret("schema.registry.url", "https://sr:8081"));
        assert!(!is_secret("sasl.password", "${file:/run/p:pw}"));
        assert!(!is_secret("bootstrap.servers", "k1:9092,k2:9092"));
    }

    #[test]
    fn masking_keeps_lines_and_maps_places() {
        let text = "a=1\nsasl.jaas.config=Mod required \\\n  password=\"hunter2\";\n# sasl.password=hunter2\nb=2\n";
        let config = Config::parse(text, &ParseOptions::default());
        let masked = config.masked();
        assert!(!masked.text.contains("hunter2"), "{}", masked.text);
        assert_eq!(masked.text.lines().count(), text.lines().count());
        let hidden: Vec<&str> = masked.hidden().map(|piece| piece.text(text)).collect();
        assert_eq!(
            hidden,
            ["Mod required \\", "password=\"hunter2\";", "hunter2"]
        );
        let b = masked.offset(text.find("b=2").unwrap());
        assert_eq!(masked.text.get(b..), Some("b=2\n"));
        assert_eq!(masked.offset(text.len()), masked.text.len());
    }
}
