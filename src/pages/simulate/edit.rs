//! What the user does to a scenario, as pure functions from one scenario to the next.
//!
//! An action goes to the time of the playhead and changes nothing before it: everything earlier in the
//! run follows from the same scenario. The run is made long enough to show what an action leads to.

use crate::stage::{MemberAct, RESTART_MS};
use assignor_core::assign::AssignorName;
use assignor_core::sim::Scenario;
use assignor_core::sim::scenario::{
    Action, ActionKind, CloseOperation, Ending, Member, Properties, Topic,
};
use std::rc::Rc;

/// `partition.assignment.strategy`.
pub(super) const STRATEGY: &str = "partition.assignment.strategy";

/// How long a coordinator takes to load the group that is moved from a menu, in ms.
const LOAD_MS: u64 = 500;
/// Between one member's start and the next one's end in a rolling restart from a menu, in ms.
const ROLLING_PAUSE_MS: u64 = 4_000;

/// Something to do with the group as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GroupAct {
    /// Another broker becomes the coordinator.
    MoveCoordinator,
    /// All members restart one after the other.
    RollingRestart,
}

/// A change of the scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Edit {
    /// Something happens to a member at a time.
    Act {
        /// The member's place.
        member: usize,
        /// What.
        act: MemberAct,
        /// When, in ms.
        at_ms: u64,
    },
    /// Something happens to the group as a whole at a time.
    ActOnGroup {
        /// What.
        act: GroupAct,
        /// When, in ms.
        at_ms: u64,
    },
    /// A new member starts at a time.
    AddMember {
        /// When, in ms.
        at_ms: u64,
    },
    /// An action moves to another time.
    MoveAction {
        /// The action.
        id: u32,
        /// When, in ms.
        at_ms: u64,
    },
    /// An action is taken out.
    RemoveAction {
        /// The action.
        id: u32,
    },
    /// All members use this assignor.
    Assignor(AssignorName),
    /// One more topic.
    AddTopic,
    /// A topic is taken out.
    RemoveTopic(usize),
    /// A topic has another name.
    RenameTopic(usize, String),
    /// A topic has another number of partitions.
    Partitions(usize, u32),
    /// A consumer property that all members share; nothing takes it out.
    Config(&'static str, Option<String>),
    /// A broker property; nothing takes it out.
    Broker(&'static str, Option<String>),
    /// The end of the run, in ms.
    Until(u64),
}

/// A scenario whose actions can be told apart while they are moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Draft {
    /// The scenario.
    pub scenario: Rc<Scenario>,
    /// An id per action, in the order of the actions.
    pub ids: Rc<Vec<u32>>,
}

impl Draft {
    /// A scenario as it was opened.
    pub(super) fn new(scenario: Scenario) -> Self {
        let count = u32::try_from(scenario.actions.len()).unwrap_or(u32::MAX);
        Self {
            scenario: Rc::new(scenario),
            ids: Rc::new((0..count).collect()),
        }
    }

    /// The draft after a change.
    #[must_use]
    pub(super) fn after(&self, edit: &Edit) -> Self {
        let mut draft = Builder {
            scenario: (*self.scenario).clone(),
            ids: (*self.ids).clone(),
        };
        draft.apply(edit);
        Self {
            scenario: Rc::new(draft.scenario),
            ids: Rc::new(draft.ids),
        }
    }

    /// The place of an action by its id.
    pub(super) fn place_of(&self, id: u32) -> Option<usize> {
        self.ids.iter().position(|&other| other == id)
    }
}

/// The longest run that a scenario can have.
const MAX_UNTIL_MS: u64 = 7 * 24 * 3_600_000;
/// What is shown beyond the time that an action needs for its effect, in ms.
const AFTERMATH_MS: u64 = 5_000;

struct Builder {
    scenario: Scenario,
    ids: Vec<u32>,
}

impl Builder {
    fn apply(&mut self, edit: &Edit) {
        match edit {
            Edit::Act { member, act, at_ms } => self.act(*member, *act, *at_ms),
            Edit::ActOnGroup { act, at_ms } => self.act_on_group(*act, *at_ms),
            Edit::AddMember { at_ms } => self.add_member(*at_ms),
            Edit::MoveAction { id, at_ms } => self.move_action(*id, *at_ms),
            Edit::RemoveAction { id } => {
                self.take(*id);
            }
            Edit::Assignor(name) => {
                // What a member or a single process said of its own would silently win.
                for member in &mut self.scenario.members {
                    member.config.remove(STRATEGY);
                }
                for action in &mut self.scenario.actions {
                    if let Some(config) = action.kind.config_mut() {
                        config.remove(STRATEGY);
                    }
                }
                let class = name.class_name().to_owned();
                self.scenario.config.insert(STRATEGY.to_owned(), class);
            }
            Edit::Config(key, value) => set(&mut self.scenario.config, key, value.as_ref()),
            Edit::Broker(key, value) => set(&mut self.scenario.broker, key, value.as_ref()),
            Edit::Until(until_ms) => {
                self.scenario.until_ms = (*until_ms).clamp(1, MAX_UNTIL_MS);
            }
            Edit::AddTopic
            | Edit::RemoveTopic(_)
            | Edit::RenameTopic(..)
            | Edit::Partitions(..) => {
                self.edit_topics(edit);
            }
        }
    }

    fn edit_topics(&mut self, edit: &Edit) {
        let topics = &mut self.scenario.topics;
        match edit {
            Edit::AddTopic => {
                let name = free_name(topics.iter().map(|topic| topic.name.as_str()), letters());
                topics.push(Topic::new(name, 3));
            }
            Edit::RemoveTopic(place) if *place < topics.len() => {
                topics.remove(*place);
            }
            Edit::RenameTopic(place, name) => {
                if let Some(topic) = topics.get_mut(*place) {
                    topic.name.clone_from(name);
                }
            }
            Edit::Partitions(place, count) => {
                if let Some(topic) = topics.get_mut(*place) {
                    topic.partitions = *count;
                }
            }
            _ => {}
        }
    }

    fn act(&mut self, member: usize, act: MemberAct, at_ms: u64) {
        let Some(name) = self.scenario.members.get(member).map(|m| m.name.clone()) else {
            return;
        };
        let kind = match act {
            MemberAct::Leave => ActionKind::Close {
                member: name,
                operation: CloseOperation::Default,
            },
            MemberAct::Crash => ActionKind::Kill { member: name },
            MemberAct::Start => ActionKind::start(name),
            MemberAct::Freeze(ms) => ActionKind::Freeze {
                member: name,
                ms: Some(ms),
            },
            MemberAct::Batch(ms) => ActionKind::Slow {
                member: name,
                ms: Some(ms),
            },
            MemberAct::Restart(after_ms) => ActionKind::Restart {
                member: name,
                ending: Ending::Close,
                after_ms,
                config: Properties::new(),
            },
            MemberAct::Cut(ms) => ActionKind::Cut {
                member: name,
                ms: Some(ms),
            },
            MemberAct::Remove => ActionKind::Remove {
                members: vec![name],
            },
        };
        self.insert(Action { at_ms, kind }, None);
    }

    fn act_on_group(&mut self, act: GroupAct, at_ms: u64) {
        let kind = match act {
            GroupAct::MoveCoordinator => ActionKind::MoveCoordinator {
                load_ms: LOAD_MS,
                crash: false,
            },
            GroupAct::RollingRestart => ActionKind::RollingRestart {
                members: Vec::new(),
                ending: Ending::Close,
                after_ms: RESTART_MS,
                pause_ms: ROLLING_PAUSE_MS,
                config: Properties::new(),
            },
        };
        self.insert(Action { at_ms, kind }, None);
    }

    fn add_member(&mut self, at_ms: u64) {
        let taken = self.scenario.members.iter().map(|m| m.name.as_str());
        let name = free_name(taken, (1..).map(|n| format!("c{n}")));
        self.scenario.members.push(Member::new(name.as_str()));
        let kind = ActionKind::start(name);
        self.insert(Action { at_ms, kind }, None);
    }

    fn move_action(&mut self, id: u32, at_ms: u64) {
        if let Some(mut action) = self.take(id) {
            action.at_ms = at_ms.min(MAX_UNTIL_MS);
            self.insert(action, Some(id));
        }
    }

    fn take(&mut self, id: u32) -> Option<Action> {
        let place = self.ids.iter().position(|&other| other == id)?;
        if place >= self.scenario.actions.len() {
            return None;
        }
        self.ids.remove(place);
        Some(self.scenario.actions.remove(place))
    }

    /// Puts an action after all others of its time.
    fn insert(&mut self, action: Action, id: Option<u32>) {
        let id = id.unwrap_or_else(|| self.ids.iter().max().map_or(0, |most| most + 1));
        let needed_ms = action.at_ms.saturating_add(self.effect_ms(&action.kind));
        let place = self
            .scenario
            .actions
            .partition_point(|other| other.at_ms <= action.at_ms);
        self.scenario.actions.insert(place, action);
        self.ids.insert(place.min(self.ids.len()), id);
        let whole_seconds = needed_ms.div_ceil(1_000).saturating_mul(1_000);
        self.scenario.until_ms = self.scenario.until_ms.max(whole_seconds).min(MAX_UNTIL_MS);
    }

    /// How long the effect of an action can take to show: a crash is noticed when the session ends, a
    /// rebalance is heard of with the next heartbeat, a group that was empty waits for its delay.
    fn effect_ms(&self, kind: &ActionKind) -> u64 {
        let member = kind
            .member()
            .and_then(|name| self.scenario.member_index(name));
        let settings = member.and_then(|member| {
            self.scenario
                .consumer_settings(member, &Properties::new())
                .ok()
        });
        let (session_ms, heartbeat_ms) = settings.map_or((45_000, 3_000), |settings| {
            (settings.session_timeout_ms, settings.heartbeat_interval_ms)
        });
        let delay_ms = self
            .scenario
            .broker_settings()
            .map_or(3_000, |broker| broker.initial_rebalance_delay_ms);
        let noticed_ms = match kind {
            ActionKind::Kill { .. } => session_ms,
            ActionKind::Freeze { ms, .. } => ms.unwrap_or(session_ms).max(session_ms),
            ActionKind::Slow { ms, .. } => ms.unwrap_or_default(),
            ActionKind::Cut { ms, .. } => ms.unwrap_or(session_ms),
            ActionKind::Restart { after_ms, .. } => after_ms + delay_ms,
            ActionKind::RollingRestart {
                after_ms, pause_ms, ..
            } => (after_ms + pause_ms) * self.scenario.members.len() as u64,
            ActionKind::MoveCoordinator { load_ms, .. } => load_ms + session_ms,
            _ => delay_ms,
        };
        // Two heartbeats: a cooperative rebalance has two rounds.
        noticed_ms + 2 * heartbeat_ms + AFTERMATH_MS
    }
}

fn set(properties: &mut Properties, key: &str, value: Option<&String>) {
    match value {
        Some(value) => properties.insert(key.to_owned(), value.clone()),
        None => properties.remove(key),
    };
}

fn letters() -> impl Iterator<Item = String> {
    let single = ('a'..='z').map(String::from);
    single.chain((1..).map(|n| format!("topic-{n}")))
}

/// The first candidate that isn't taken.
fn free_name<'a>(
    taken: impl Iterator<Item = &'a str>,
    mut candidates: impl Iterator<Item = String>,
) -> String {
    let taken: Vec<&str> = taken.collect();
    candidates
        .find(|name| !taken.contains(&name.as_str()))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Draft, Edit, STRATEGY};
    use crate::stage::MemberAct;
    use assignor_core::assign::AssignorName;
    use assignor_core::sim::scenario::ActionKind;
    use assignor_core::sim::{Scenario, simulate};

    fn draft() -> Draft {
        let text = r#"{"version": 1, "topics": [{"name": "a", "partitions": 4}],
            "members": [{"name": "c1", "config": {"partition.assignment.strategy": "range"}}, {"name": "c2"}],
            "config": {"session.timeout.ms": "6000", "heartbeat.interval.ms": "2000"},
            "actions": [{"at_ms": 0, "do": "start", "member": "c1"}, {"at_ms": 5000, "do": "start", "member": "c2"}],
            "until_ms": 12000}"#;
        Draft::new(Scenario::from_json(text).expect("a scenario"))
    }

    #[test]
    fn an_act_changes_nothing_before_it() {
        let before = draft();
        let edits = [
            Edit::AddMember { at_ms: 9_000 },
            Edit::Act {
                member: 1,
                act: MemberAct::Crash,
                at_ms: 9_000,
            },
            Edit::Act {
                member: 0,
                act: MemberAct::Leave,
                at_ms: 9_000,
            },
        ];
        let run = |draft: &Draft| simulate(&draft.scenario).expect("a run");
        let old = run(&before);
        for edit in edits {
            let new = run(&before.after(&edit));
            let early = |trace: &assignor_core::sim::Trace| {
                let events = trace.events.iter().filter(|event| event.at_ms < 9_000);
                events.cloned().collect::<Vec<_>>()
            };
            assert_eq!(early(&old), early(&new), "{edit:?}");
            assert!(new.events.len() > old.events.len());
        }
    }

    #[test]
    fn the_run_grows_until_a_crash_is_noticed() {
        let after = draft().after(&Edit::Act {
            member: 1,
            act: MemberAct::Crash,
            at_ms: 11_500,
        });
        assert_eq!(after.scenario.until_ms, 27_000);
        assert!(matches!(
            after.scenario.actions[2].kind,
            ActionKind::Kill { .. }
        ));
    }

    #[test]
    fn moved_actions_keep_their_id_and_the_order_of_time() {
        let after = draft().after(&Edit::MoveAction {
            id: 0,
            at_ms: 7_000,
        });
        assert_eq!(*after.ids, [1, 0]);
        assert_eq!(after.place_of(0), Some(1));
        assert!(
            after
                .scenario
                .actions
                .is_sorted_by_key(|action| action.at_ms)
        );
        let removed = after.after(&Edit::RemoveAction { id: 1 });
        assert_eq!(*removed.ids, [0]);
        assert_eq!(removed.scenario.actions.len(), 1);
    }

    #[test]
    fn an_assignor_chosen_for_all_is_used_by_all() {
        let after = draft().after(&Edit::Assignor(AssignorName::RoundRobin));
        assert!(after.scenario.members[0].config.is_empty());
        assert_eq!(
            after.scenario.config.get(STRATEGY).map(String::as_str),
            Some("org.apache.kafka.clients.consumer.RoundRobinAssignor")
        );
    }

    #[test]
    fn new_names_are_free() {
        let after = draft()
            .after(&Edit::AddMember { at_ms: 0 })
            .after(&Edit::AddTopic);
        assert_eq!(after.scenario.members[2].name, "c3");
        assert_eq!(after.scenario.topics[1].name, "b");
    }

    #[test]
    fn every_edit_leaves_a_scenario_that_is_read_back_equal() {
        let mut draft = draft();
        for edit in [
            Edit::AddTopic,
            Edit::Partitions(1, 9),
            Edit::AddMember { at_ms: 3_000 },
            Edit::Act {
                member: 2,
                act: MemberAct::Leave,
                at_ms: 8_000,
            },
            Edit::Act {
                member: 2,
                act: MemberAct::Start,
                at_ms: 9_500,
            },
            Edit::Config("session.timeout.ms", Some("10000".to_owned())),
            Edit::Broker("group.initial.rebalance.delay.ms", Some("0".to_owned())),
            Edit::RemoveTopic(0),
            Edit::Until(60_000),
        ] {
            draft = draft.after(&edit);
            let text = draft.scenario.to_json();
            assert_eq!(
                Scenario::from_json(&text).as_ref(),
                Ok(&*draft.scenario),
                "{edit:?}"
            );
        }
    }
}
