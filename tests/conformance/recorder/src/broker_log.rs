//! What the group coordinator says in a broker's log, as events of a recording.
//!
//! Reads the lines of both coordinators: the Java one (4.0 and later, `GroupMetadataManager`) and the
//! Scala one (before, `GroupCoordinator`), whose texts differ in the partition that they name, in
//! final dots and in a few words. A line about another group, or one that no recording shows, is none.

use serde_json::{Map, Value};

/// An event of the coordinator, at a wall-clock time.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Logged {
    /// Milliseconds since 1970.
    pub(crate) at_ms: u64,
    /// `event` and what belongs to it.
    pub(crate) fields: Map<String, Value>,
}

/// The events that a line tells about `group`, in order; mostly none or one.
pub(crate) fn events(line: &str, group: &str) -> Vec<Logged> {
    let Some((at_ms, text)) = split(line) else {
        return Vec::new();
    };
    let found = told(text, group);
    found
        .into_iter()
        .map(|fields| Logged { at_ms, fields })
        .collect()
}

/// The member id that the coordinator made up according to this line, and when.
pub(crate) fn member_id(line: &str, group: &str) -> Option<(u64, String)> {
    let (at_ms, text) = split(line)?;
    about(text, "joins group ", group)?;
    let id = first_word(after(text, "Created a new member id ")?)?;
    Some((at_ms, id.to_owned()))
}

/// Whether a line is about `group`, for keeping it as evidence.
pub(crate) fn concerns(line: &str, group: &str) -> bool {
    ["group ", "Group ", "GroupId "].iter().any(|lead| {
        line.match_indices(lead).any(|(at, _)| {
            let rest = &line[at + lead.len()..];
            rest.strip_prefix(group)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', ']', '.', ',']))
        })
    })
}

/// The time at the beginning of a line, `[2026-11-21 05:27:17,595] INFO …` in UTC, and the rest.
pub(crate) fn split(line: &str) -> Option<(u64, &str)> {
    let (stamp, rest) = line.strip_prefix('[')?.split_once(']')?;
    let number = |range: std::ops::Range<usize>| stamp.get(range)?.parse::<u64>().ok();
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
    let seconds = days_since_1970(year, month, day)? * 86_400 + hour * 3_600 + minute * 60 + second;
    Some((seconds * 1000 + number(20..23)?, rest))
}

/// Days from 1970-01-01 to a day of the Gregorian calendar after it.
fn days_since_1970(year: u64, month: u64, day: u64) -> Option<u64> {
    if year < 1970 || !(1..=12).contains(&month) || day == 0 {
        return None;
    }
    // Years begin in March, so that the leap day is the last of its year.
    let years = if month > 2 { year } else { year - 1 };
    let month_from_march = (month + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    // 719 468 days lie between 0000-03-01 and 1970-01-01.
    Some(years * 365 + years / 4 - years / 100 + years / 400 + day_of_year - 719_468)
}

fn told(text: &str, group: &str) -> Vec<Map<String, Value>> {
    let mut events = Vec::new();
    if let Some(fields) = rebalance(text, group)
        .or_else(|| membership(text, group))
        .or_else(|| next_generation(text, group))
    {
        events.push(fields);
    } else if let Some(rest) = about(text, "Group ", group)
        && let Some(list) = after(rest, "removed dynamic members who haven't joined: ")
    {
        let ids = without_logger(list).trim_end_matches('.');
        let ids = ids.trim_start_matches("Set(").trim_matches(['[', ']', ')']);
        for id in ids.split(", ").filter(|id| !id.is_empty()) {
            events.push(event("removed_not_joined", [("member_id", id.into())]));
        }
    }
    events
}

/// The states that a group goes through.
fn rebalance(text: &str, group: &str) -> Option<Map<String, Value>> {
    if let Some(rest) = about(text, "Preparing to rebalance group ", group) {
        let generation = number_after(rest, "with old generation ")?;
        let reason = without_logger(after(rest, "(reason: ")?);
        let reason = reason.trim_end_matches('.').strip_suffix(')')?;
        return Some(event(
            "preparing",
            [("generation", generation.into()), ("reason", reason.into())],
        ));
    }
    if let Some(rest) = about(text, "Stabilized group ", group) {
        let generation = number_after(rest, "generation ")?;
        let members = number_after(rest, "with ")?;
        return Some(event(
            "completing",
            [
                ("generation", generation.into()),
                ("members", members.into()),
            ],
        ));
    }
    if let Some(rest) = after(text, "Assignment received from leader ") {
        let leader = first_word(rest)?;
        let rest = about(rest, "for group ", group)?;
        let generation = number_after(rest, "for generation ")?;
        let members = number_after(rest, "The group has ")?;
        return Some(event(
            "stable",
            [
                ("generation", generation.into()),
                ("members", members.into()),
                ("leader", leader.into()),
            ],
        ));
    }
    let rest = about(text, "Group ", group)?;
    let generation = number_after(rest, "with generation ")?;
    after(rest, "is now empty")?;
    Some(event("empty", [("generation", generation.into())]))
}

/// Members that come and go.
fn membership(text: &str, group: &str) -> Option<Map<String, Value>> {
    if let Some(rest) = after(text, "Static member with groupInstanceId=") {
        let instance = first_word(rest)?;
        let state = first_word(about(rest, "joins group ", group)?.strip_prefix("in ")?)?;
        let replacing = after(rest, "Replacing previously mapped member ").is_some();
        return Some(event(
            "static_joins",
            [
                ("instance", instance.into()),
                ("state", state.into()),
                ("replacing", replacing.into()),
            ],
        ));
    }
    // Names no group; only one that is recorded has static members.
    if after(
        text,
        "Static member which joins during Stable stage and doesn't affect ",
    )
    .is_some()
    {
        return Some(event("static_no_rebalance", []));
    }
    let pending = after(text, "Pending member ");
    let rest = pending.or_else(|| after(text, "] Member ").or_else(|| after(text, ": Member ")))?;
    let id = first_word(rest)?;
    let rest = about(rest, "in group ", group)?;
    let (name, fate) = match pending {
        Some(_) => (
            "pending_expired",
            "has been removed after session timeout expiration",
        ),
        None => ("expired", "has failed, removing it from the group"),
    };
    rest.starts_with(fate)
        .then(|| event(name, [("member_id", id.into())]))
}

/// The protocol of KIP-848, whose lines begin with `[GroupId <group>]`.
fn next_generation(text: &str, group: &str) -> Option<Map<String, Value>> {
    let rest = after(text, "[GroupId ")?.strip_prefix(group)?;
    let rest = rest.strip_prefix("] ")?;
    let epoch = |name, lead| {
        let epoch = number_after(rest, lead)?;
        Some(event(name, [("epoch", epoch.into())]))
    };
    if rest.starts_with("Bumped group epoch to ") {
        return epoch("epoch", "group epoch to ");
    }
    if rest.starts_with("Computed a new target assignment for epoch ") {
        return epoch("target", "for epoch ");
    }
    if rest.starts_with("Converted the classic group to a consumer group") {
        return Some(event("converted", []));
    }
    let id = first_word(after(rest, "Member ")?)?;
    if let Some(reason) = after(rest, "fenced from the group because ") {
        let reason = without_logger(reason).trim_end_matches('.');
        return Some(event(
            "fenced",
            [("member_id", id.into()), ("reason", reason.into())],
        ));
    }
    after(rest, "left the consumer group")?;
    Some(event("left", [("member_id", id.into())]))
}

fn event<const N: usize>(name: &str, fields: [(&str, Value); N]) -> Map<String, Value> {
    let mut event = Map::new();
    event.insert("event".to_owned(), name.into());
    for (name, value) in fields {
        event.insert(name.to_owned(), value);
    }
    event
}

/// What follows `lead`.
fn after<'a>(text: &'a str, lead: &str) -> Option<&'a str> {
    let at = text.find(lead)?;
    text.get(at + lead.len()..)
}

/// What follows `lead` and the name of the group, if it is this group.
fn about<'a>(text: &'a str, lead: &str, group: &str) -> Option<&'a str> {
    after(text, lead)?.strip_prefix(group)?.strip_prefix(' ')
}

fn first_word(text: &str) -> Option<&str> {
    text.split_whitespace().next()
}

fn number_after(text: &str, lead: &str) -> Option<u64> {
    let rest = after(text, lead)?;
    let end = rest.find(|c: char| !c.is_ascii_digit());
    rest[..end.unwrap_or(rest.len())].parse().ok()
}

/// Without the logger's name, which Kafka's own log format puts last: ` (kafka.server.X)`.
fn without_logger(text: &str) -> &str {
    let text = text.trim_end();
    match text.rsplit_once(" (") {
        Some((rest, name)) if name.starts_with("kafka.") || name.starts_with("org.apache.") => rest,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Value {
        let line = format!("[2026-11-21 05:27:17,595] INFO {text}");
        let events = events(&line, "g");
        assert_eq!(events.len(), 1, "{line}");
        assert_eq!(events[0].at_ms, 1_795_238_837_595);
        Value::Object(events[0].fields.clone())
    }

    const JAVA: &str = "[GroupCoordinator id=1 topic=__consumer_offsets partition=3]";
    const SCALA: &str = "[GroupCoordinator 1]:";

    #[test]
    fn days_are_those_of_the_calendar() {
        assert_eq!(days_since_1970(1970, 1, 1), Some(0));
        assert_eq!(days_since_1970(1972, 3, 1), Some(365 * 2 + 31 + 29));
        assert_eq!(days_since_1970(2000, 3, 1), Some(11_017));
        assert_eq!(days_since_1970(1969, 12, 31), None);
    }

    #[test]
    fn a_rebalance_begins_with_its_reason() {
        let reason = "explicit `LeaveGroup` request for (m-1, m-2) members.";
        let told = one(&format!(
            "{JAVA} Preparing to rebalance group g in state PreparingRebalance with old generation 7 (reason: {reason}). (org.apache.kafka.coordinator.group.GroupMetadataManager)"
        ));
        assert_eq!(told["event"], "preparing");
        assert_eq!(told["generation"], 7);
        assert_eq!(told["reason"], reason);
        let told = one(&format!(
            "{SCALA} Preparing to rebalance group g in state PreparingRebalance with old generation 7 (__consumer_offsets-3) (reason: Removing member m-1 on LeaveGroup; client reason: the consumer (c1) is being closed) (kafka.coordinator.group.GroupCoordinator)"
        ));
        assert_eq!(
            told["reason"],
            "Removing member m-1 on LeaveGroup; client reason: the consumer (c1) is being closed"
        );
    }

    #[test]
    fn both_coordinators_tell_of_the_same_states() {
        for text in [
            format!("{JAVA} Stabilized group g generation 12 with 3 members."),
            format!(
                "{SCALA} Stabilized group g generation 12 (__consumer_offsets-3) with 3 members"
            ),
        ] {
            let told = one(&text);
            assert_eq!(told["event"], "completing");
            assert_eq!(
                (&told["generation"], &told["members"]),
                (&12.into(), &3.into())
            );
        }
        let told = one(&format!(
            "{JAVA} Assignment received from leader c1-ab for group g for generation 12. The group has 3 members, 1 of which are static."
        ));
        assert_eq!(told["event"], "stable");
        assert_eq!(
            (&told["leader"], &told["members"]),
            (&"c1-ab".into(), &3.into())
        );
        for text in [
            format!("{JAVA} Group g with generation 5 is now empty."),
            format!("{SCALA} Group g with generation 5 is now empty (__consumer_offsets-3)"),
        ] {
            let told = one(&text);
            assert_eq!(
                (&told["event"], &told["generation"]),
                (&"empty".into(), &5.into())
            );
        }
    }

    #[test]
    fn members_expire_and_static_ones_return() {
        for prefix in [JAVA, SCALA] {
            let told = one(&format!(
                "{prefix} Member c2-ab in group g has failed, removing it from the group."
            ));
            assert_eq!(
                (&told["event"], &told["member_id"]),
                (&"expired".into(), &"c2-ab".into())
            );
            let told = one(&format!(
                "{prefix} Pending member c2-ab in group g has been removed after session timeout expiration."
            ));
            assert_eq!(told["event"], "pending_expired");
        }
        let told = one(&format!(
            "{JAVA} Static member with groupInstanceId=i2 and unknown member id joins group g in Stable state. Replacing previously mapped member i2-ab with this groupInstanceId."
        ));
        assert_eq!(
            (&told["instance"], &told["state"]),
            (&"i2".into(), &"Stable".into())
        );
        assert_eq!(told["replacing"], true);
    }

    #[test]
    fn each_member_that_missed_the_join_is_an_event() {
        for list in [
            "[c1-ab, c2-cd]",
            "Set(c1-ab, c2-cd) (kafka.coordinator.group.GroupCoordinator)",
        ] {
            let line = format!(
                "[2026-11-21T05:27:17,595] INFO {JAVA} Group g removed dynamic members who haven't joined: {list}"
            );
            let ids: Vec<_> = events(&line, "g")
                .iter()
                .map(|logged| logged.fields["member_id"].clone())
                .collect();
            assert_eq!(ids, ["c1-ab", "c2-cd"]);
        }
    }

    #[test]
    fn made_up_ids_are_found_in_dynamic_and_static_joins() {
        for text in [
            "Dynamic member with unknown member id joins group g in Empty state. Created a new member id c1-ab and requesting the member to rejoin with this id.",
            "Static member with groupInstanceId=i1 and unknown member id joins group g in Empty state. Created a new member id c1-ab for this member and added to the group.",
        ] {
            let line = format!("[2026-11-21 05:27:17,595] INFO {JAVA} {text}");
            assert_eq!(member_id(&line, "g").unwrap().1, "c1-ab");
            assert_eq!(member_id(&line, "h"), None);
        }
    }

    #[test]
    fn other_groups_and_broken_lines_tell_nothing() {
        for line in [
            "",
            "[",
            "[2026-11-21 05:27]",
            "[2026-11-21 05:27:17,595] INFO Stabilized group g",
            "[2026-11-21 05:27:17,595] INFO Stabilized group g2 generation 1 with 1 members.",
            "[2026-11-21 05:27:17,595] INFO Preparing to rebalance group g in state (reason: ",
            "[ü026-11-21 05:27:17,595] INFO Stabilized group g generation 1 with 1 members.",
        ] {
            assert_eq!(events(line, "g"), [], "{line}");
        }
        assert!(concerns("x Group g with generation 5 is now empty.", "g"));
        assert!(!concerns(
            "x Group g-2 with generation 5 is now empty.",
            "g"
        ));
    }

    #[test]
    fn the_next_generation_counts_epochs() {
        let told = one(&format!(
            "{JAVA} [GroupId g] Bumped group epoch to 4 with metadata hash -12."
        ));
        assert_eq!(
            (&told["event"], &told["epoch"]),
            (&"epoch".into(), &4.into())
        );
        let told = one(&format!(
            "{JAVA} [GroupId g] Member m1 fenced from the group because the member session expired."
        ));
        assert_eq!(
            (&told["event"], &told["reason"]),
            (&"fenced".into(), &"the member session expired".into())
        );
    }
}
