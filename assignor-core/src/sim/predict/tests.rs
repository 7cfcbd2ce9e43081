//! Questions about real runs, and the recorded kinds of rebalances as seen by somebody who guesses.

use super::{Fate, Length, Mark, Question, past};
use crate::sim::narrate;
use crate::sim::trace::{EventKind, GroupState};
use crate::sim::{Scenario, Trace, simulate};

fn scenario(strategy: &str, actions: &str) -> Scenario {
    let text = format!(
        r#"{{"version": 1, "broker": {{"group.initial.rebalance.delay.ms": "0"}},
            "topics": [{{"name": "a", "partitions": 6}}],
            "config": {{"partition.assignment.strategy": "{strategy}", "session.timeout.ms": "6000", "heartbeat.interval.ms": "1000"}},
            "members": [{{"name": "c1"}}, {{"name": "c2"}}, {{"name": "c3"}}],
            "actions": [{{"at_ms": 0, "do": "start", "member": "c1"}}, {{"at_ms": 3000, "do": "start", "member": "c2"}}{actions}],
            "until_ms": 30000}}"#
    );
    Scenario::from_json(&text).expect("a scenario")
}

const JOIN: &str = r#", {"at_ms": 9000, "do": "start", "member": "c3"}"#;
const KILL: &str = r#", {"at_ms": 9000, "do": "kill", "member": "c2"}"#;

fn asked(strategy: &str, actions: &str) -> (Trace, Question) {
    let trace = simulate(&scenario(strategy, actions)).expect("a run");
    let question = Question::at(&trace, 8_000).expect("a rebalance");
    (trace, question)
}

fn fates(question: &Question) -> Vec<Fate> {
    let fate = |outcome| match outcome {
        Mark::Held(fate) => fate,
        Mark::First(_) => panic!("all were read before"),
    };
    let answers = question.answers.iter();
    answers.map(|answer| fate(answer.outcome)).collect()
}

#[test]
fn eagerly_everything_stops_and_some_of_it_moves() {
    let (trace, question) = asked("RangeAssignor", JOIN);
    use Fate::{Moves, Stops};
    // c1 had a0 to a2 and keeps two; c2 had a3 to a5 and keeps one of them, a3.
    assert_eq!(fates(&question), [Stops, Stops, Moves, Stops, Moves, Moves]);
    assert_eq!((question.rebalances, question.settles), (1, true));
    assert_eq!(question.first_marks(), [Mark::Held(Fate::Stays); 6]);
    assert_eq!(question.right(&question.first_marks()), 0);
    let group = trace.group_at(question.settled_ms).expect("a state");
    assert_eq!(group.state, GroupState::Stable);
    let misses = narrate::misses(&trace, &question, &[]);
    let told: usize = misses.iter().map(|miss| miss.partitions.len()).sum();
    assert_eq!(told, 6);
    let back = &misses[0];
    assert!(
        back.text.to_string().contains("c1 revoked them at 9."),
        "{}",
        back.text
    );
    assert!(back.why.source.contains("KIP-429"));
    let moved = misses
        .iter()
        .find(|miss| miss.outcome == Mark::Held(Moves))
        .expect("one that moves");
    let given = moved.given.as_ref().expect("the assignor's words");
    assert!(
        given.text.contains("c3") || given.text.contains("c2"),
        "{}",
        given.text
    );
}

#[test]
fn cooperatively_two_rebalances_are_one_question_and_most_stay() {
    let (trace, question) = asked("CooperativeStickyAssignor", JOIN);
    let fates = fates(&question);
    assert_eq!(fates.iter().filter(|&&fate| fate == Fate::Stays).count(), 4);
    assert_eq!(fates.iter().filter(|&&fate| fate == Fate::Moves).count(), 2);
    assert_eq!(question.rebalances, 2);
    let all_move = [Mark::Held(Fate::Moves); 6];
    let misses = narrate::misses(&trace, &question, &all_move);
    assert!(
        misses
            .iter()
            .all(|miss| miss.outcome == Mark::Held(Fate::Stays))
    );
    assert!(
        misses[0].text.to_string().contains("all the time"),
        "{}",
        misses[0].text
    );
    assert!(misses[0].why.source.contains("CooperativeSticky"));
    let (text, ..) = narrate::longest_stop(&trace, &question).expect("a stop");
    assert!(
        text.to_string()
            .starts_with("The longest stop is that of a"),
        "{text}"
    );
}

#[test]
fn what_stopped_before_the_question_is_marked_and_counts_whole() {
    let (_, question) = asked("RangeAssignor", KILL);
    // c2 is removed when its session ends, six seconds after its last heartbeat.
    assert!(question.asked_ms > 13_000);
    use Fate::{Moves, Stays, Stops};
    assert_eq!(
        question.first_marks(),
        [Stays, Stays, Stays, Stops, Stops, Stops].map(Mark::Held)
    );
    assert_eq!(fates(&question), [Stops, Stops, Stops, Moves, Moves, Moves]);
    let (_, stop) = question.longest_stop().expect("a stop");
    assert_eq!(stop.from_ms, 9_000);
    assert_eq!(question.length(), Length::of(Some(stop.length_ms())));
    assert_eq!(question.length(), Length::Below30S);
}

#[test]
fn without_another_rebalance_there_is_no_question() {
    let trace = simulate(&scenario("RangeAssignor", "")).expect("a run");
    assert_eq!(Question::at(&trace, 8_000), None);
    assert_eq!(Question::at(&Trace::default(), 0), None);
}

#[test]
fn the_first_rebalance_of_all_asks_who_reads_what_first() {
    let trace = simulate(&scenario("RangeAssignor", "")).expect("a run");
    let question = Question::at(&trace, 0).expect("c1 joins");
    assert!(question.asked_ms < 3_000);
    assert_eq!(question.first_marks(), [Mark::First(None); 6]);
    let outcomes: Vec<_> = question.answers.iter().map(|a| a.outcome).collect();
    assert_eq!(outcomes, [Mark::First(Some(0)); 6]);
    assert_eq!(question.right(&outcomes), 6);
    let misses = narrate::misses(&trace, &question, &question.first_marks());
    assert_eq!((misses.len(), misses[0].partitions.len()), (1, 6));
    let text = misses[0].text.to_string();
    assert!(text.contains("generation 1 gave them to c1"), "{text}");
    let why = narrate::begins(&trace, &question.reason).to_string();
    assert_eq!(why, "c1 joins the group.");
    // A topic that is made later is no part of it.
    let later = r#", {"at_ms": 12000, "do": "create", "topic": "b", "partitions": 2}"#;
    let grown = scenario("RangeAssignor", later);
    let trace = simulate(&grown).expect("a run");
    let question = Question::at(&trace, 0).expect("c1 joins");
    let past = simulate(&past(&grown, question.asked_ms)).expect("a run");
    assert_eq!(question.known_to(&trace, &past).answers.len(), 6);
}

#[test]
fn why_a_rebalance_begins_is_told_of_members_by_name() {
    let told = |actions: &str| {
        let (trace, question) = asked("RangeAssignor", actions);
        narrate::begins(&trace, &question.reason).to_string()
    };
    assert_eq!(told(JOIN), "c3 joins the group.");
    assert_eq!(
        told(KILL),
        "c2 has sent no heartbeat for as long as its session lasts, and is removed."
    );
    let leaves = KILL.replace("kill", "close");
    assert_eq!(told(&leaves), "c2 leaves the group.");
    let strange = narrate::begins(&Trace::default(), "something else.").to_string();
    assert_eq!(strange, "The coordinator's log: something else.");
}

#[test]
fn a_group_that_never_settles_is_asked_until_the_run_ends() {
    let actions =
        format!(r#"{JOIN}, {{"at_ms": 8990, "do": "slow", "member": "c1", "ms": 60000}}"#);
    let (trace, question) = asked("RangeAssignor", &actions);
    assert_eq!(
        (question.settles, question.settled_ms),
        (false, trace.end_ms)
    );
    assert_eq!(question.answers[5].outcome, Mark::Held(Fate::Stops));
    assert!(!narrate::misses(&trace, &question, &[]).is_empty());
}

#[test]
fn the_past_of_a_scenario_is_the_begin_of_its_run_and_nothing_more() {
    for strategy in ["RangeAssignor", "CooperativeStickyAssignor"] {
        let whole = scenario(
            strategy,
            &format!("{JOIN}{}", KILL.replace("9000", "16000")),
        );
        let trace = simulate(&whole).expect("a run");
        let begins = trace
            .events
            .iter()
            .filter(|e| matches!(e.kind, EventKind::Preparing { .. }));
        for begin in begins {
            let short = simulate(&past(&whole, begin.at_ms)).expect("a run");
            assert_eq!(short.end_ms, begin.at_ms);
            let until = trace
                .events
                .partition_point(|event| event.at_ms <= begin.at_ms);
            assert_eq!(short.events, trace.events[..until]);
            assert!(
                short
                    .messages
                    .iter()
                    .all(|message| message.sent_ms <= begin.at_ms)
            );
            let (now, then) = (short.frame_at(begin.at_ms), trace.frame_at(begin.at_ms));
            for (a, b) in now.partitions.iter().zip(&then.partitions) {
                assert_eq!((a.since_ms, a.next), (b.since_ms, None));
            }
            // A barrier that opens at once is no barrier any more.
            assert!(now.barrier.is_none_or(|barrier| {
                barrier.opens_ms.is_none()
                    && barrier
                        .awaited
                        .iter()
                        .all(|awaited| awaited.until_ms.is_none())
            }));
        }
    }
}

#[test]
fn lengths_are_where_their_names_say() {
    let of = |ms| Length::of(Some(ms)).as_str();
    assert_eq!(Length::of(None).as_str(), "not at all");
    assert_eq!(
        [of(0), of(99), of(100), of(999)],
        ["below 0.1 s", "below 0.1 s", "0.1 to 1 s", "0.1 to 1 s"]
    );
    assert_eq!(
        [of(1_000), of(5_000), of(29_999), of(30_000)],
        ["1 to 5 s", "5 to 30 s", "5 to 30 s", "over 30 s"]
    );
}
