//! What the user does to a scenario, as pure functions from one scenario to the next.
//!
//! Every change is a change of the scenario's JSON, which is read anew: the reader alone knows what fits.
//! What can't be read is kept as it was typed, with the reader's reason, beside the last scenario that could.
//! An action goes to the time of the playhead and changes nothing before it: everything earlier in the run
//! follows from the same scenario. The run is made long enough to show what an action leads to.

use super::fields::put;
use assignor_core::assign::AssignorName;
use assignor_core::sim::Scenario;
use assignor_core::sim::scenario::{Action, ActionKind, Properties};
use serde_json::{Value, json};
use std::rc::Rc;

/// `partition.assignment.strategy`.
pub(super) const STRATEGY: &str = "partition.assignment.strategy";

/// A change of the scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Edit {
    /// Something happens: an action as a scenario's JSON has it.
    Act(Value),
    /// A new member starts at a time.
    AddMember {
        /// When, in ms.
        at_ms: u64,
    },
    /// A field of an action gets a value, or none.
    SetAction {
        /// The action.
        id: u32,
        /// Which field.
        at: &'static str,
        /// Its value.
        value: Option<Value>,
    },
    /// An action is taken out.
    RemoveAction {
        /// The action.
        id: u32,
    },
    /// All members use this assignor.
    Assignor(AssignorName),
    /// The value at a JSON pointer is put there or taken out. References to a renamed or removed member or
    /// topic follow.
    Set(String, Option<Value>),
    /// The whole scenario as text.
    Text(Rc<str>),
    /// What can't be read is given up for the last scenario that could.
    Discard,
}

impl Edit {
    /// An action moves to another time.
    pub(super) fn moved(id: u32, at_ms: u64) -> Self {
        Self::SetAction {
            id,
            at: "at_ms",
            value: Some(at_ms.min(MAX_UNTIL_MS).into()),
        }
    }
}

/// A text that was meant to be a scenario, and why it isn't.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unread {
    /// The text.
    pub text: String,
    /// The place and the reason.
    pub reason: String,
}

/// A scenario whose actions can be told apart while they are moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Draft {
    /// The scenario: the last one that could be read.
    pub scenario: Rc<Scenario>,
    /// An id per action, in the order of the actions.
    pub ids: Rc<Vec<u32>>,
    /// What stands in its place and can't be read, if so.
    pub unread: Option<Rc<Unread>>,
}

impl Draft {
    /// A scenario as it was opened.
    pub(super) fn new(scenario: Scenario) -> Self {
        let ids = fresh_ids(scenario.actions.len());
        Self {
            scenario: Rc::new(scenario),
            ids: Rc::new(ids),
            unread: None,
        }
    }

    /// The scenario as JSON, with what can't be read as it was typed. None where that is no JSON object.
    pub(super) fn value(&self) -> Option<Value> {
        let value = match &self.unread {
            None => serde_json::to_value(&*self.scenario).ok()?,
            Some(unread) => serde_json::from_str(&unread.text).ok()?,
        };
        value.is_object().then_some(value)
    }

    /// The scenario as text, with what can't be read as it was typed.
    pub(super) fn text(&self) -> String {
        match &self.unread {
            None => self.scenario.to_json(),
            Some(unread) => unread.text.clone(),
        }
    }

    /// The draft after a change.
    #[must_use]
    pub(super) fn after(&self, edit: &Edit) -> Self {
        match edit {
            // The menus have asked before; what they couldn't know changes nothing.
            Edit::Act(action) => self.acted(action).unwrap_or_else(|_| self.clone()),
            Edit::AddMember { at_ms } => self.with_member(*at_ms),
            Edit::SetAction { id, at, value } => self
                .with_field(*id, at, value.clone())
                .unwrap_or_else(|_| self.clone()),
            Edit::RemoveAction { id } => self.without(*id),
            Edit::Assignor(name) => Self {
                scenario: Rc::new(with_assignor(&self.scenario, *name)),
                ..self.clone()
            },
            Edit::Set(pointer, value) => self.with_value(pointer, value.clone()),
            Edit::Text(text) => match Scenario::from_json(text) {
                Ok(scenario) => Self::new(scenario),
                Err(error) => self.with_unread(text.to_string(), error.to_string()),
            },
            Edit::Discard => Self {
                unread: None,
                ..self.clone()
            },
        }
    }

    /// The place of an action by its id.
    pub(super) fn place_of(&self, id: u32) -> Option<usize> {
        self.ids.iter().position(|&other| other == id)
    }

    /// An action by its id.
    pub(super) fn action(&self, id: u32) -> Option<&Action> {
        self.scenario.actions.get(self.place_of(id)?)
    }

    /// With an action more, after all others of its time.
    ///
    /// # Errors
    /// Why the action can't be read.
    pub(super) fn acted(&self, action: &Value) -> Result<Self, String> {
        let id = self.ids.iter().max().map_or(0, |most| most + 1);
        let mut acted = self.inserted(
            id,
            action.clone(),
            (*self.ids).clone(),
            as_json(&self.scenario),
        )?;
        if let (Some(unread), Some(mut value)) = (&self.unread, self.value()) {
            let end = end_of(&value, "actions");
            put(&mut value, &end, Some(action.clone()));
            acted.unread = Some(Rc::new(Unread {
                text: pretty(&value),
                reason: unread.reason.clone(),
            }));
        }
        Ok(acted)
    }

    /// With another value in a field of an action.
    ///
    /// # Errors
    /// Why the action can't be read then.
    pub(super) fn with_field(
        &self,
        id: u32,
        at: &str,
        value: Option<Value>,
    ) -> Result<Self, String> {
        let Some(place) = self.place_of(id) else {
            return Ok(self.clone());
        };
        let mut all = as_json(&self.scenario);
        let pointer = format!("/actions/{place}");
        let Some(mut action) = all.pointer(&pointer).cloned() else {
            return Ok(self.clone());
        };
        put(&mut action, &format!("/{at}"), value);
        put(&mut all, &pointer, None);
        let mut ids = (*self.ids).clone();
        ids.remove(place);
        let mut changed = self.inserted(id, action, ids, all)?;
        changed.unread.clone_from(&self.unread);
        Ok(changed)
    }

    /// Reads a scenario with an action at its end, and makes the run long enough for it.
    fn inserted(
        &self,
        id: u32,
        action: Value,
        mut ids: Vec<u32>,
        mut all: Value,
    ) -> Result<Self, String> {
        let end = end_of(&all, "actions");
        put(&mut all, &end, Some(action));
        ids.push(id);
        let mut scenario = Scenario::from_value(&all).map_err(|error| {
            // The place in the list is nothing that the user has seen.
            let text = error.to_string();
            let own = text
                .strip_prefix("actions[")
                .and_then(|rest| rest.split_once("]."));
            own.map_or(text.clone(), |(_, own)| own.to_owned())
        })?;
        let ids = sorted(ids, &all);
        let place = ids.iter().position(|&other| other == id);
        if let Some(action) = place.and_then(|place| scenario.actions.get(place)) {
            let needed_ms = action
                .at_ms
                .saturating_add(effect_ms(&scenario, &action.kind));
            let whole_seconds = needed_ms.div_ceil(1_000).saturating_mul(1_000);
            scenario.until_ms = scenario.until_ms.max(whole_seconds).min(MAX_UNTIL_MS);
        }
        Ok(Self {
            scenario: Rc::new(scenario),
            ids: Rc::new(ids),
            unread: self.unread.clone(),
        })
    }

    fn with_member(&self, at_ms: u64) -> Self {
        let taken = self.scenario.members.iter().map(|m| m.name.as_str());
        let name = free_name(taken, (1..).map(|n| format!("c{n}")));
        let end = format!("/members/{}", self.scenario.members.len());
        let added = Self {
            unread: None,
            ..self.clone()
        };
        let added = added.with_value(&end, Some(json!({ "name": name })));
        let start = json!({ "at_ms": at_ms, "do": "start", "member": name });
        let started = added.acted(&start).unwrap_or(added);
        Self {
            unread: started.unread.or_else(|| self.unread.clone()),
            ..started
        }
    }

    fn without(&self, id: u32) -> Self {
        let Some(place) = self.place_of(id) else {
            return self.clone();
        };
        let mut left = (*self.scenario).clone();
        let mut ids = (*self.ids).clone();
        ids.remove(place);
        if place < left.actions.len() {
            left.actions.remove(place);
        }
        Self {
            scenario: Rc::new(left),
            ids: Rc::new(ids),
            unread: self.unread.clone(),
        }
    }

    fn with_value(&self, pointer: &str, new: Option<Value>) -> Self {
        let Some(mut value) = self.value() else {
            return self.clone();
        };
        let mut ids = (*self.ids).clone();
        let list = value.pointer("/actions").and_then(Value::as_array);
        let count = list.map_or(0, Vec::len);
        if ids.len() != count {
            ids = fresh_ids(count);
        }
        let place = pointer
            .strip_prefix("/actions/")
            .and_then(|at| at.parse::<usize>().ok());
        match place {
            Some(place) if new.is_none() && place < ids.len() => drop(ids.remove(place)),
            Some(place) if place == count => {
                ids.push(ids.iter().max().map_or(0, |most| most + 1));
            }
            _ => {}
        }
        follow(&mut value, &mut ids, pointer, new.as_ref());
        put(&mut value, pointer, new);
        match Scenario::from_value(&value) {
            Ok(scenario) => Self {
                scenario: Rc::new(scenario),
                ids: Rc::new(sorted(ids, &value)),
                unread: None,
            },
            Err(error) => self.with_unread(pretty(&value), error.to_string()),
        }
    }

    fn with_unread(&self, text: String, reason: String) -> Self {
        Self {
            unread: Some(Rc::new(Unread { text, reason })),
            ..self.clone()
        }
    }
}

/// The longest run that a scenario can have.
const MAX_UNTIL_MS: u64 = 7 * 24 * 3_600_000;
/// What is shown beyond the time that an action needs for its effect, in ms.
const AFTERMATH_MS: u64 = 5_000;

fn fresh_ids(count: usize) -> Vec<u32> {
    (0..u32::try_from(count).unwrap_or(u32::MAX)).collect()
}

fn as_json(scenario: &Scenario) -> Value {
    // Nothing in a scenario can fail to serialize.
    serde_json::to_value(scenario).unwrap_or_default()
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

/// The place after the last of a list.
fn end_of(value: &Value, list: &str) -> String {
    let count = value
        .get(list)
        .and_then(Value::as_array)
        .map_or(0, Vec::len);
    format!("/{list}/{count}")
}

/// The ids of the actions in the order of time, as the reader orders them.
fn sorted(ids: Vec<u32>, value: &Value) -> Vec<u32> {
    let actions = value.get("actions").and_then(Value::as_array);
    let times = actions
        .into_iter()
        .flatten()
        .map(|action| action.get("at_ms").and_then(Value::as_u64));
    let mut pairs: Vec<_> = times.zip(ids).collect();
    pairs.sort_by_key(|(at_ms, _)| *at_ms);
    pairs.into_iter().map(|(_, id)| id).collect()
}

/// Lets what refers to a member or a topic follow its new name, or go with it.
fn follow(value: &mut Value, ids: &mut Vec<u32>, pointer: &str, new: Option<&Value>) {
    let mut parts = pointer.split('/').skip(1);
    let (list, place, field) = (parts.next(), parts.next(), parts.next());
    let (Some(list @ ("members" | "topics")), Some(place)) = (list, place) else {
        return;
    };
    let Some(old) = value.pointer(&format!("/{list}/{place}/name")).cloned() else {
        return;
    };
    let to = match (field, new) {
        (Some("name"), Some(new)) => Some(new.clone()),
        (None, None) if list == "members" => None,
        _ => return,
    };
    let one = if list == "members" { "member" } else { "topic" };
    let mut is_kept = Vec::new();
    let actions = value.get_mut("actions").and_then(Value::as_array_mut);
    for action in actions.into_iter().flatten() {
        is_kept.push(refer(action, &[one, list], &old, to.as_ref()));
    }
    if let Some(actions) = value.get_mut("actions").and_then(Value::as_array_mut) {
        let mut kept = is_kept.iter();
        actions.retain(|_| kept.next().copied().unwrap_or(true));
        let mut kept = is_kept.iter();
        ids.retain(|_| kept.next().copied().unwrap_or(true));
    }
    if list == "topics" {
        let members = value.get_mut("members").and_then(Value::as_array_mut);
        for member in members.into_iter().flatten() {
            refer(member, &["topics"], &old, to.as_ref());
        }
    }
}

/// Changes references in fields of an object. Returns false if nothing is left to refer to.
fn refer(object: &mut Value, fields: &[&str], old: &Value, new: Option<&Value>) -> bool {
    for field in fields {
        match (object.get_mut(*field), new) {
            (Some(Value::Array(names)), Some(new)) => {
                for name in names.iter_mut().filter(|name| *name == old) {
                    name.clone_from(new);
                }
            }
            (Some(Value::Array(names)), None) => {
                let before = names.len();
                names.retain(|name| name != old);
                if names.is_empty() && before > 0 {
                    return false;
                }
            }
            (Some(name), Some(new)) if name == old => name.clone_from(new),
            (Some(name), None) if name == old => return false,
            _ => {}
        }
    }
    true
}

/// The scenario with one assignor for all.
fn with_assignor(scenario: &Scenario, name: AssignorName) -> Scenario {
    let mut scenario = scenario.clone();
    // What a member or a single process said of its own would silently win.
    for member in &mut scenario.members {
        member.config.remove(STRATEGY);
    }
    for action in &mut scenario.actions {
        if let Some(config) = action.kind.config_mut() {
            config.remove(STRATEGY);
        }
    }
    scenario
        .config
        .insert(STRATEGY.to_owned(), name.class_name().to_owned());
    scenario
}

/// How long the effect of an action can take to show: a crash is noticed when the session ends, a
/// rebalance is heard of with the next heartbeat, a group that was empty waits for its delay.
fn effect_ms(scenario: &Scenario, kind: &ActionKind) -> u64 {
    let member = kind.member().and_then(|name| scenario.member_index(name));
    let settings =
        member.and_then(|member| scenario.consumer_settings(member, &Properties::new()).ok());
    let (session_ms, heartbeat_ms) = settings.map_or((45_000, 3_000), |settings| {
        (settings.session_timeout_ms, settings.heartbeat_interval_ms)
    });
    let delay_ms = scenario
        .broker_settings()
        .map_or(3_000, |broker| broker.initial_rebalance_delay_ms);
    let noticed_ms = match kind {
        ActionKind::Kill { .. } => session_ms,
        ActionKind::Freeze { ms, .. } | ActionKind::Cut { ms, .. } => {
            ms.unwrap_or(session_ms).max(session_ms)
        }
        ActionKind::Slow { ms, .. } => ms.unwrap_or_default(),
        ActionKind::Restart { after_ms, .. } => after_ms + delay_ms,
        ActionKind::RollingRestart {
            after_ms, pause_ms, ..
        } => (after_ms + pause_ms) * scenario.members.len() as u64,
        ActionKind::MoveCoordinator { load_ms, .. } => load_ms + session_ms,
        ActionKind::SlowCallback { ms, .. } => ms + delay_ms,
        ActionKind::Produce { seconds, .. } => seconds * 1_000,
        ActionKind::Scale { pause_ms, .. } => pause_ms * scenario.members.len() as u64 + delay_ms,
        _ => delay_ms,
    };
    // Two heartbeats: a cooperative rebalance has two rounds.
    noticed_ms + 2 * heartbeat_ms + AFTERMATH_MS
}

/// The first candidate that isn't taken.
pub(super) fn free_name<'a>(
    taken: impl Iterator<Item = &'a str>,
    mut candidates: impl Iterator<Item = String>,
) -> String {
    let taken: Vec<&str> = taken.collect();
    candidates
        .find(|name| !taken.contains(&name.as_str()))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests;
