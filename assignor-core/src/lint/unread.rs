//! Values that a text doesn't hold: what another program fills in, or what code computes.

use std::collections::BTreeSet;

use crate::config::{Config, Span, has_placeholder};

/// A property whose value is known only when the program runs. No rule judges it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// The place of the text among those that are judged together.
    pub config: usize,
    /// The name of the consumer's property.
    pub property: String,
    /// Where the value stands.
    pub span: Span,
}

/// The properties of the consumers whose values can't be read, each once, in the order of the texts.
pub fn unread(configs: &[Config]) -> Vec<Unread> {
    let mut found = Vec::new();
    for (index, config) in configs.iter().enumerate() {
        let winners = config.members().iter().flat_map(Config::winners);
        let unread = winners.filter(|(_, winner)| has_placeholder(&winner.value.text));
        // What several members share is said once.
        let places: BTreeSet<(Span, &str)> = unread
            .map(|(name, winner)| (winner.value.span, name))
            .collect();
        found.extend(places.into_iter().map(|(span, name)| Unread {
            config: index,
            property: name.to_owned(),
            span,
        }));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::unread;
    use crate::config::{Config, ParseOptions};

    fn names(text: &str) -> Vec<(String, String)> {
        let configs = [Config::parse(text, &ParseOptions::default())];
        let found = unread(&configs).into_iter();
        found
            .map(|unread| (unread.property, unread.span.text(text).to_owned()))
            .collect()
    }

    #[test]
    fn what_code_computes_is_named_at_its_place() {
        let java = "Properties props = new Properties();\n\
                    props.put(\"group.id\", \"g\");\n\
                    props.put(\"max.poll.interval.ms\", System.getenv(\"MAX\"));\n\
                    new KafkaConsumer<>(props);\n";
        let found = names(java);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].0, "max.poll.interval.ms");
        assert!(found[0].1.contains("getenv"), "{found:?}");
    }

    #[test]
    fn a_later_value_that_can_be_read_counts() {
        let text = "session.timeout.ms=${A}\nsession.timeout.ms=10000\ngroup.id=${B}\n";
        assert_eq!(names(text), [("group.id".into(), "${B}".into())]);
    }
}
