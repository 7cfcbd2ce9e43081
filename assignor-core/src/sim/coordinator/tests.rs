//! What no Java client brings about on its own: commits in every state of the group.

use super::{Coordinator, Effect, MemberIds, Ticket, Timer, Turn};
use crate::assign::AssignorName;
use crate::sim::protocol::{
    Identity, JoinGroup, LeaveGroup, OfferedProtocol, Request, Subscription, SyncGroup,
};
use crate::sim::random::Random;
use crate::sim::records::Log;
use crate::sim::scenario::{BrokerSettings, Release};
use crate::sim::trace::{ErrorCode, GroupState, ProcessIx, Recorder};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

struct Bench {
    coordinator: Coordinator,
    trace: Recorder,
    log: Log,
}

impl Bench {
    fn new(scala: bool) -> Self {
        let settings = BrokerSettings {
            initial_rebalance_delay_ms: 0,
            min_session_timeout_ms: 0,
            max_session_timeout_ms: 1_800_000,
            max_size: 10,
            scala,
            release: Release::new(4, 3, 0),
        };
        let given = BTreeMap::from([("c".to_owned(), vec!["c-1".to_owned()])]);
        let ids = MemberIds::new(&given, Random::new(0));
        Self {
            coordinator: Coordinator::new(settings, 5, ids),
            trace: Recorder::new(Vec::new(), Vec::new()),
            log: Log::default(),
        }
    }

    /// Does something and returns the timers that it sets.
    fn turn<R>(&mut self, act: impl FnOnce(&mut Coordinator, &mut Turn) -> R) -> (R, Vec<Timer>) {
        let mut effects = Vec::new();
        let mut turn = Turn {
            now_ms: 0,
            effects: &mut effects,
            trace: &mut self.trace,
            log: &mut self.log,
        };
        let result = act(&mut self.coordinator, &mut turn);
        let mut timers = Vec::new();
        for effect in effects {
            if let Effect::Wake { timer, .. } = effect {
                timers.push(timer);
            }
        }
        (result, timers)
    }

    fn request(&mut self, request: Request) -> Vec<Timer> {
        let ticket = Ticket {
            process: ProcessIx(0),
            connection: 0,
            correlation_id: 0,
        };
        let ((), timers) = self.turn(|it, turn| it.on_request(turn, ticket, request));
        timers
    }

    fn fire(&mut self, timers: &[Timer], which: impl Fn(&Timer) -> bool) {
        let timer = timers.iter().find(|timer| which(timer));
        let timer = timer.expect("the timer is set");
        self.turn(|it, turn| it.on_timer(turn, timer));
    }

    fn commit(&mut self, member_id: &str, generation_id: i32) -> ErrorCode {
        let identity = identity(member_id, generation_id);
        self.turn(|it, turn| it.on_offset_commit(turn, &identity)).0
    }

    /// The commits of the current generation, of an earlier one and of a stranger.
    fn commits(&mut self) -> (GroupState, [ErrorCode; 3]) {
        let (state, current) = (
            self.coordinator.group.state,
            self.coordinator.group.generation_id,
        );
        let errors = [
            self.commit("c-1", current),
            self.commit("c-1", current - 1),
            self.commit("stranger", current),
        ];
        (state, errors)
    }
}

fn identity(member_id: &str, generation_id: i32) -> Identity {
    Identity::new(Arc::from(member_id), None, generation_id)
}

/// A release before KIP-394, for which one request is enough.
const BEFORE_IDS: Release = Release::new(2, 1, 0);

fn join(release: Release) -> Request {
    let subscription = Subscription {
        topics: vec!["t".to_owned()],
        user_data: None,
        owned_partitions: Vec::new(),
        generation_id: None,
        rack: None,
    };
    Request::JoinGroup(Box::new(JoinGroup {
        member_id: Arc::from(""),
        group_instance_id: None,
        client_id: Arc::from("c"),
        release,
        session_timeout_ms: 45_000,
        rebalance_timeout_ms: 300_000,
        protocols: vec![OfferedProtocol {
            name: AssignorName::Range,
            subscription: Arc::new(subscription),
        }],
        reason: String::new(),
    }))
}

#[test]
fn commits_in_every_state() {
    use ErrorCode::{IllegalGeneration, None, RebalanceInProgress, UnknownMemberId};
    let mut bench = Bench::new(false);
    let timers = bench.request(join(BEFORE_IDS));
    assert_eq!(
        bench.commits(),
        (
            GroupState::PreparingRebalance,
            [None, IllegalGeneration, UnknownMemberId]
        )
    );
    bench.fire(&timers, |timer| matches!(timer, Timer::Join { .. }));
    assert_eq!(
        bench.commits(),
        (
            GroupState::CompletingRebalance,
            [RebalanceInProgress, IllegalGeneration, UnknownMemberId]
        )
    );
    let timers = bench.request(sync());
    bench.fire(&timers, |timer| matches!(timer, Timer::Append { .. }));
    assert_eq!(
        bench.commits(),
        (
            GroupState::Stable,
            [None, IllegalGeneration, UnknownMemberId]
        )
    );
    bench.request(Request::LeaveGroup(Box::new(LeaveGroup {
        identity: Rc::new(identity("c-1", 1)),
        reason: "",
    })));
    assert_eq!(bench.commits(), (GroupState::Empty, [UnknownMemberId; 3]));
}

/// A group that is stable with c-1.
fn stable(scala: bool) -> Bench {
    let mut bench = Bench::new(scala);
    let timers = bench.request(join(BEFORE_IDS));
    bench.fire(&timers, |timer| matches!(timer, Timer::Join { .. }));
    let timers = bench.request(sync());
    bench.fire(&timers, |timer| matches!(timer, Timer::Append { .. }));
    bench
}

fn sync() -> Request {
    Request::SyncGroup(Box::new(SyncGroup {
        identity: Rc::new(identity("c-1", 1)),
        protocol: AssignorName::Range,
        assignments: Vec::new(),
    }))
}

#[test]
fn a15_pending_id_that_leaves_starts_a_rebalance_with_java_only() {
    for (scala, after) in [
        (false, GroupState::PreparingRebalance),
        (true, GroupState::Stable),
    ] {
        let mut bench = stable(scala);
        bench.request(join(Release::new(3, 0, 0)));
        let pending = bench.coordinator.group.pending.keys().next().cloned();
        let pending = pending.expect("an id was handed out");
        assert_eq!(bench.coordinator.group.state, GroupState::Stable);
        bench.request(Request::LeaveGroup(Box::new(LeaveGroup {
            identity: Rc::new(identity(&pending, -1)),
            reason: "",
        })));
        assert!(bench.coordinator.group.pending.is_empty());
        assert_eq!(bench.coordinator.group.state, after);
    }
}

#[test]
fn a15_sync_group_while_the_group_is_loaded() {
    let answer = |scala: bool| {
        Bench::new(scala)
            .coordinator
            .refusal_while_loading(&sync())
            .error()
    };
    assert_eq!(answer(false), ErrorCode::CoordinatorLoadInProgress);
    assert_eq!(answer(true), ErrorCode::RebalanceInProgress);
}
