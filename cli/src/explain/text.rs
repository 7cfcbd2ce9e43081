//! An explanation to read.

use assignor_core::assign::TopicPartition;
use assignor_core::assign::explain::{Explanation, Sentence};
use assignor_core::assign::measures::{Balance, Change, LeastMoves, Spread};

pub(super) fn explain(
    id: &str,
    explanation: &Explanation<'_>,
    partitions: &[TopicPartition],
    is_next: bool,
) -> String {
    let mut page = Page::default();
    if is_next {
        page.line("");
    }
    page.line(&format!("{id}: {}", explanation.assignor()));
    if partitions.is_empty() {
        page.group(explanation);
    }
    for partition in partitions {
        page.title(&partition.label());
        page.sentences(1, &explanation.of_partition(partition));
    }
    page.text
}

#[derive(Default)]
struct Page {
    text: String,
}

impl Page {
    fn line(&mut self, text: &str) {
        let printable = text.chars().filter(|c| !c.is_control());
        self.text.extend(printable);
        self.text.push('\n');
    }

    fn title(&mut self, text: &str) {
        self.line("");
        self.line(text);
    }

    fn sentences(&mut self, depth: usize, sentences: &[Sentence]) {
        for Sentence { text, source } in sentences {
            let indent = "  ".repeat(depth);
            if source.is_empty() {
                self.line(&format!("{indent}{text}"));
            } else {
                self.line(&format!("{indent}{text} [{source}]"));
            }
        }
    }

    fn group(&mut self, explanation: &Explanation<'_>) {
        self.title("Group");
        self.sentences(1, &explanation.of_group());
        let Ok(assignment) = explanation.outcome() else {
            return;
        };
        let transfers = explanation.transfers();
        if transfers.is_empty() {
            self.title("Changes: none");
        } else {
            self.title("Changes");
        }
        for transfer in transfers {
            let from = transfer.from.unwrap_or("nobody");
            let to = transfer.to.unwrap_or("nobody");
            self.line(&format!("  {}: {from} -> {to}", transfer.partition.label()));
            self.sentences(2, &transfer.why);
        }
        self.title("Assignment");
        for (member, list) in assignment.iter() {
            let mut list: Vec<TopicPartition> = list.collect();
            list.sort();
            let list: Vec<String> = list.iter().map(TopicPartition::label).collect();
            let list = list.join(" ");
            self.line(&format!(
                "  {member}: {}",
                if list.is_empty() { "nothing" } else { &list }
            ));
        }
        if let (Some(balance), Some(change)) = (explanation.balance(), explanation.change()) {
            self.title("Measures");
            self.change(&change);
            self.balance(&balance);
        }
    }

    fn measure(&mut self, name: &str, value: &str) {
        self.line(&format!("  {name:<14}{value}"));
    }

    fn change(&mut self, change: &Change) {
        let owned = change.kept + change.moves();
        let least = match change.least_moves {
            LeastMoves::Exactly(moves) => {
                format!("the most even assignment takes {moves}")
            }
            LeastMoves::AtLeast(moves) => {
                format!("the most even assignment takes {moves} or more")
            }
        };
        let moves = match (change.moves(), change.released) {
            (0, _) if owned == 0 => "0, nothing was owned".to_owned(),
            (moves, 0) => format!("{moves} of {owned} owned; {least}"),
            (moves, released) => {
                format!("{moves} of {owned} owned, {released} of them let go first; {least}")
            }
        };
        self.measure("moves", &moves);
        if let Some(keepable) = change.keepable().filter(|&keepable| keepable > 0) {
            let kept = change.kept;
            self.measure(
                "stickiness",
                &format!("{kept} kept; the most even assignment keeps at most {keepable}"),
            );
        }
        if change.dealt > 0 {
            self.measure("new", &format!("{} without an owner before", change.dealt));
        }
        if change.gone > 0 {
            self.measure(
                "gone",
                &format!("{} can't be assigned any more", change.gone),
            );
        }
    }

    fn balance(&mut self, balance: &Balance) {
        let spread = |Spread { least, most }: Spread| {
            if least == most {
                format!("{least}")
            } else {
                format!("{least} to {most}")
            }
        };
        self.measure("balance", &format!("{} per member", spread(balance.spread)));
        for topic in &balance.topics {
            let text = format!("{} per subscriber of {}", spread(topic.spread), topic.topic);
            self.measure("", &text);
        }
        if balance.unassigned > 0 {
            let text = format!("{} of {} for now", balance.unassigned, balance.partitions);
            self.measure("without owner", &text);
        }
        if balance.rack_matchable > 0 {
            let (matches, matchable) = (balance.rack_matches, balance.rack_matchable);
            self.measure(
                "rack matches",
                &format!("{matches}, at most {matchable} possible"),
            );
        }
    }
}
