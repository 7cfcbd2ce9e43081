//! Values that a text doesn't hold: what another program fills in, or what code computes.

use std::collections::BTreeSet;

use crate::config::{Binding, Config, Span, has_placeholder};

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
        let mut names = BTreeSet::new();
        for member in config.members() {
            for entry in member.entries() {
                let Binding::Consumer { name, .. } = member.binding(entry) else {
                    continue;
                };
                let winner = member.winner(name);
                let winner = winner.filter(|winner| has_placeholder(&winner.value.text));
                if let Some(winner) = winner
                    && names.insert((name, winner.value.span))
                {
                    found.push(Unread {
                        config: index,
                        property: name.to_owned(),
                        span: winner.value.span,
                    });
                }
            }
        }
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
