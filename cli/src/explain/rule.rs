//! What a rule of `rebalance lint` is about.

use assignor_core::lint::rules::{Rule, all, docs, examples};
use serde_json::json;

/// The rule with this id or name.
pub(super) fn find(text: &str) -> Option<&'static Rule> {
    let mut rules = all().iter().copied();
    rules.find(|rule| rule.id.eq_ignore_ascii_case(text) || rule.name == text)
}

pub(super) fn explain(rule: &Rule, as_json: bool) -> anyhow::Result<String> {
    let Some(docs) = docs(rule.id) else {
        anyhow::bail!("{} has no documentation", rule.id);
    };
    let example = examples()
        .into_iter()
        .find(|example| example.rule == rule.id);
    let (trigger, counter_example) = example.map_or_else(Default::default, |example| {
        (example.trigger, example.counter_example)
    });
    if as_json {
        let rule = json!({
            "id": rule.id,
            "name": rule.name,
            "severity": rule.severity,
            "what": docs.what,
            "why": docs.why,
            "false_alarm": docs.false_alarm,
            "fix": docs.fix,
            "source": rule.source,
            "trigger": trigger,
            "counter_example": counter_example,
        });
        return Ok(format!("{rule}\n"));
    }
    let mut text = format!("{}  {}  {}\n", rule.id, rule.severity.name(), rule.name);
    for (title, part) in [
        ("What", docs.what),
        ("Why", docs.why),
        ("False alarm", docs.false_alarm),
        ("Fix", docs.fix),
        ("Source", rule.source),
        ("Speaks about", &trigger),
        ("Is silent about", &counter_example),
    ] {
        if part.is_empty() {
            continue;
        }
        let part = part.replace('\n', "\n  ");
        text.extend(["\n", title, "\n  ", &part, "\n"]);
    }
    Ok(text)
}
