//! Sentences, names and lists.

use std::fmt;

use super::super::TopicPartition;

/// How many names a list has before it counts the rest.
const MOST_NAMED: usize = 8;

/// A statement about an assignment, with where Kafka says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// One sentence or a few short ones, without markup. Control characters of names are left out.
    pub text: String,
    /// The KIP or the class that decides so; empty where the sentence only says what is.
    pub source: &'static str,
}

impl Sentence {
    pub(super) fn new(text: impl Into<String>, source: &'static str) -> Self {
        Self {
            text: text.into(),
            source,
        }
    }
}

impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A name as it can be printed.
pub(super) fn printable(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).collect()
}

/// A partition's label as it can be printed.
pub(super) fn partition(partition: &TopicPartition) -> String {
    printable(&partition.label())
}

/// `1 partition`, `2 partitions`.
pub(super) fn count(number: usize, of: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {of}{plural}")
}

/// `a`, `a and b`, `a, b and c`, `a, b, c and 12 more`.
pub(super) fn list(names: &[String]) -> String {
    if names.len() > MOST_NAMED {
        let (named, rest) = names.split_at(MOST_NAMED - 1);
        return format!("{} and {} more", named.join(", "), rest.len());
    }
    match names.split_last() {
        None => "nobody".to_owned(),
        Some((only, [])) => only.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// Partitions in order, three and more in a row as `t0 to t3`.
pub(super) fn partitions<'a>(all: impl IntoIterator<Item = &'a TopicPartition>) -> String {
    let all: Vec<&TopicPartition> = all.into_iter().collect();
    let follows = |a: &&TopicPartition, b: &&TopicPartition| {
        a.topic == b.topic && a.partition.checked_add(1) == Some(b.partition)
    };
    let mut names = Vec::new();
    for run in all.chunk_by(follows) {
        match run {
            [first, _, .., last] => {
                names.push(format!("{} to {}", partition(first), partition(last)));
            }
            _ => names.extend(run.iter().map(|held| partition(held))),
        }
    }
    list(&names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_read_well() {
        let names = |count: usize| (0..count).map(|at| format!("m{at}")).collect::<Vec<_>>();
        assert_eq!(list(&names(0)), "nobody");
        assert_eq!(list(&names(1)), "m0");
        assert_eq!(list(&names(3)), "m0, m1 and m2");
        assert_eq!(list(&names(20)), "m0, m1, m2, m3, m4, m5, m6 and 13 more");
        let all = ["t:0", "t:1", "t:2", "t:4", "t:5", "u:6"];
        let all: Vec<TopicPartition> = all.iter().map(|text| text.parse().unwrap()).collect();
        assert_eq!(partitions(&all), "t0 to t2, t4, t5 and u6");
    }

    #[test]
    fn names_keep_no_control_characters() {
        assert_eq!(printable("a\u{1b}[31mb\n"), "a[31mb");
    }
}
