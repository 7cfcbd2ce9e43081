//! The texts of Advise as a link holds them: without what may be secret, and only because the reader wants them in it.
//!
//! In the data of a link: `{"advise": {"texts": [{"name", "text"}], "facts": {…}}}`, either of which may be missing. What
//! is read comes from anyone; `share::payload` bounds its size, this module how many texts and facts there are.

use super::payload::{PayloadError, pack, unpack};
use advisor::{Place, Text};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// In the data of a link: what is for Advise.
const FIELD: &str = "advise";
/// The most texts that are read from a link.
const MOST_TEXTS: usize = 50;
/// The most facts that are read from a link.
const MOST_FACTS: usize = 50;
/// What stands in place of what was left out.
pub const REMOVED: &str = "REMOVED";

/// What a link brings to Advise.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Linked {
    /// Texts to judge.
    pub texts: Vec<Text>,
    /// Facts by key, as typed.
    pub facts: BTreeMap<String, String>,
}

impl Linked {
    /// As an address holds it; none if it is too large to be read back.
    pub fn packed(&self) -> Option<String> {
        pack(&json!({ FIELD: self })).filter(|_| self.has_few())
    }

    /// What an address holds.
    ///
    /// # Errors
    /// Why it can't be read.
    pub fn unpacked(packed: &str) -> Result<Self, PayloadError> {
        let mut data = unpack(packed)?;
        let own = data.get_mut(FIELD).map_or(Value::Null, Value::take);
        if own.is_null() {
            let reason = "it holds nothing for Advise; a scenario opens in Simulate";
            return Err(PayloadError::Content(reason.to_owned()));
        }
        let linked: Self = serde_json::from_value(own)
            .map_err(|error| PayloadError::Content(error.to_string()))?;
        if linked.has_few() {
            Ok(linked)
        } else {
            let reason = format!(
                "it holds {} texts and {} facts; {MOST_TEXTS} and {MOST_FACTS} are the most that are read",
                linked.texts.len(),
                linked.facts.len()
            );
            Err(PayloadError::Content(reason))
        }
    }

    fn has_few(&self) -> bool {
        self.texts.len() <= MOST_TEXTS && self.facts.len() <= MOST_FACTS
    }
}

/// A text without what stands at some places of it, and the lines (from 1) where something was left out. Places are
/// UTF-16 code units; one that isn't in the text, or divides a character, takes the whole character with it.
pub fn without(text: &str, hidden: &[Place]) -> (String, Vec<u32>) {
    let mut clean = String::with_capacity(text.len());
    let hidden: Vec<_> = hidden.iter().filter(|place| !place.is_empty()).collect();
    let (mut lines, mut line) = (Vec::new(), 1_u32);
    let (mut unit, mut was_hidden) = (0_u32, false);
    for char in text.chars() {
        let to = unit.saturating_add(if u32::from(char) > 0xffff { 2 } else { 1 });
        let is_hidden = hidden
            .iter()
            .any(|place| place.from < to && unit < place.to);
        if is_hidden && !was_hidden {
            clean.push_str(REMOVED);
            lines.push(line);
        }
        if !is_hidden {
            clean.push(char);
        }
        if char == '\n' {
            line = line.saturating_add(1);
        }
        (unit, was_hidden) = (to, is_hidden);
    }
    lines.dedup();
    (clean, lines)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn place(from: u32, to: u32) -> Place {
        Place {
            from,
            to,
            ..Place::default()
        }
    }

    #[test]
    fn what_is_hidden_is_left_out_and_its_lines_are_told() {
        let text = "a=1\npassword=s€😀cret\nb=2\n";
        let at = |part: &str| {
            let before = text.split(part).next().unwrap().encode_utf16().count();
            let from = u32::try_from(before).unwrap();
            place(
                from,
                from + u32::try_from(part.encode_utf16().count()).unwrap(),
            )
        };
        let (clean, lines) = without(text, &[at("s€😀cret"), at("€"), at("2")]);
        assert_eq!(clean, "a=1\npassword=REMOVED\nb=REMOVED\n");
        assert_eq!(lines, [2, 3]);
        let half = at("😀");
        let (clean, _) = without(text, &[place(half.from + 1, half.to)]);
        assert!(!clean.contains('😀') && clean.contains("s€REMOVEDcret"));
        assert_eq!(
            without(text, &[place(u32::MAX, 0)]),
            (text.to_owned(), vec![])
        );
    }

    #[test]
    fn a_link_brings_what_was_put_into_it() {
        let linked = Linked {
            texts: vec![Text {
                name: "a.yaml".to_owned(),
                text: "x: <script>alert(1)</script>\r\n".to_owned(),
            }],
            facts: [("client".to_owned(), "3.9".to_owned())].into(),
        };
        assert_eq!(Linked::unpacked(&linked.packed().unwrap()), Ok(linked));
        let facts = pack(&json!({ "advise": { "facts": { "client": "4.0" } } })).unwrap();
        assert_eq!(Linked::unpacked(&facts).unwrap().texts, []);
    }

    #[test]
    fn what_is_not_for_advise_or_too_much_says_so() {
        let many: Vec<_> = (0..=MOST_TEXTS).map(|_| Text::default()).collect();
        let many = Linked {
            texts: many,
            ..Linked::default()
        };
        assert_eq!(many.packed(), None);
        for (data, why) in [
            (json!({ "scenario": {} }), "nothing for Advise"),
            (json!({ "advise": many }), "51 texts"),
            (json!({ "advise": { "texts": 3 } }), "invalid type"),
            (json!([1]), "nothing for Advise"),
        ] {
            let error = Linked::unpacked(&pack(&data).unwrap()).unwrap_err();
            assert!(error.to_string().contains(why), "{error}");
        }
    }

    #[test]
    fn every_link_ever_made_opens() {
        let links = include_str!("../../tests/permalinks/advise-1.txt");
        let mut count = 0;
        for line in links.lines().filter(|line| !line.starts_with("# ")) {
            let (packed, expected) = line.split_once(' ').unwrap();
            let linked = Linked::unpacked(packed).unwrap();
            assert_eq!(serde_json::to_string(&linked).unwrap(), expected);
            count += 1;
        }
        assert!(count >= 2);
    }

    proptest! {
        #[test]
        fn nothing_hidden_is_left(text in "[a-z€😀=\n]{0,40}", from in 0_u32..60, length in prop_oneof![0_u32..20, Just(u32::MAX)]) {
            let hidden = place(from, from.saturating_add(length));
            let (clean, lines) = without(&text, &[hidden]);
            let units: Vec<u16> = text.encode_utf16().collect();
            let is_hit = (hidden.from as usize) < units.len().min(hidden.to as usize);
            prop_assert_eq!(lines.len(), usize::from(is_hit));
            prop_assert_eq!(clean.matches(REMOVED).count(), usize::from(is_hit));
            let kept = clean.replace(REMOVED, "").encode_utf16().count();
            prop_assert!(kept + (hidden.to as usize).min(units.len()).saturating_sub(hidden.from as usize) <= units.len());
        }
    }
}
