//! An explanation as a JSON object.

use std::collections::BTreeMap;

use assignor_core::assign::TopicPartition;
use assignor_core::assign::explain::{Explanation, Sentence};
use assignor_core::assign::measures::{Balance, Change, LeastMoves, Spread};
use serde_json::{Value, json};

use crate::assign::by_member;

pub(super) fn explain(
    id: &str,
    explanation: &Explanation<'_>,
    partitions: &[TopicPartition],
) -> anyhow::Result<String> {
    let mut object = json!({"id": id, "assignor": explanation.assignor()});
    match explanation.outcome() {
        Ok(assignment) => {
            let members = by_member(assignment).into_iter().map(|(member, held)| {
                let told = (!explanation.leaves_out(member)).then_some(held);
                (member, told)
            });
            object["assignment"] = serde_json::to_value(members.collect::<BTreeMap<_, _>>())?;
        }
        Err(failure) => match failure.java_name() {
            Some(name) => object["throws"] = name.into(),
            None => object["hangs"] = true.into(),
        },
    }
    if partitions.is_empty() {
        object["group"] = sentences(&explanation.of_group());
        let changes = explanation.transfers().into_iter().map(|transfer| {
            json!({
                "partition": transfer.partition,
                "from": transfer.from,
                "to": transfer.to,
                "why": sentences(&transfer.why),
            })
        });
        object["changes"] = changes.collect();
    } else {
        let partitions = partitions.iter().map(|partition| {
            let told = sentences(&explanation.of_partition(partition));
            json!({"partition": partition, "sentences": told})
        });
        object["partitions"] = partitions.collect();
    }
    let measured = explanation.balance().zip(explanation.change());
    object["measures"] =
        measured.map_or(Value::Null, |(balance, change)| measures(&balance, &change));
    Ok(format!("{object}\n"))
}

fn sentences(sentences: &[Sentence]) -> Value {
    let sentences = sentences.iter();
    sentences
        .map(|sentence| json!({"text": sentence.text, "source": sentence.source}))
        .collect()
}

fn measures(balance: &Balance, change: &Change) -> Value {
    let Spread { least, most } = balance.spread;
    let topics = balance.topics.iter().map(|topic| {
        json!({
            "topic": topic.topic,
            "partitions": topic.partitions,
            "subscribers": topic.subscribers,
            "least": topic.spread.least,
            "most": topic.spread.most,
        })
    });
    json!({
        "partitions": balance.partitions,
        "unassigned": balance.unassigned,
        "members": {"least": least, "most": most},
        "topics": topics.collect::<Value>(),
        "rack_matches": balance.rack_matches,
        "rack_matchable": balance.rack_matchable,
        "kept": change.kept,
        "moved": change.moved,
        "released": change.released,
        "dealt": change.dealt,
        "gone": change.gone,
        "moves": change.moves(),
        "least_moves": change.least_moves.count(),
        "least_moves_exact": matches!(change.least_moves, LeastMoves::Exactly(_)),
        "keepable": change.keepable(),
    })
}
