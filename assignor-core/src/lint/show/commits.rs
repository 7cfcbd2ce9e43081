//! Commits that come late, so that records are read twice, or early, so that some are skipped.

use super::group::{
    self, AUTO_COMMIT, FIRST, HEARTBEAT, INTERVAL, SESSION, SETTLED_MS, at, length, ms,
};
use super::{Action, Case, Failure, Plan, Trouble, When, properties};
use crate::sim::scenario::{ActionKind, Application, CommitStrategy, Properties};

const COMMIT_INTERVAL: &str = "auto.commit.interval.ms";
/// How many records a second come to each partition.
const PER_SECOND: u64 = 2;
/// The longest work before a crash.
const LONGEST_MS: u64 = 600_000;

/// What a crash repeats: the first one right before an automatic commit.
pub(super) fn late(case: &Case<'_>) -> Vec<Plan> {
    let commits_ms = ms(case.own, COMMIT_INTERVAL).unwrap_or_default();
    // When the client commits depends on when it was made: one of these is right before.
    let moments = (1..=12).map(|eighth| eighth * (commits_ms.min(LONGEST_MS) / 8));
    moments.filter_map(|work_ms| crash(case, work_ms)).collect()
}

/// A crash after so much work.
fn crash(case: &Case<'_>, work_ms: u64) -> Option<Plan> {
    let session_ms = ms(case.own, SESSION)?;
    let (limit_ms, remedy) = match case.rule {
        "KC-O605" => (1_000, properties(&[(AUTO_COMMIT, "false".to_owned())])),
        "KC-T314" => (30_000, case.remedy(&[(COMMIT_INTERVAL, "5000".to_owned())])),
        _ => {
            let limit_ms = session_ms.min(ms(case.own, INTERVAL)?);
            let better = (limit_ms / 3).clamp(1, 5_000).to_string();
            (limit_ms / 2, case.remedy(&[(COMMIT_INTERVAL, better)]))
        }
    };
    if work_ms <= limit_ms {
        return None;
    }
    // The last member comes late: its rebalance commits what there is, and work begins anew.
    let begins_ms = 2 * SETTLED_MS + 2 * ms(case.own, HEARTBEAT)?;
    let crashes_ms = begins_ms.checked_add(work_ms)?;
    let until_ms = crashes_ms.checked_add(session_ms)?.checked_add(20_000)?;
    let (scenario, fixed) = case.groups(&remedy, until_ms, |_, scenario| {
        if let Some(last) = scenario.actions.last_mut() {
            last.at_ms = SETTLED_MS;
        }
        group::produce(scenario, 1_000, PER_SECOND);
        let member = FIRST.to_owned();
        at(scenario, crashes_ms, ActionKind::Kill { member });
        Some(())
    })?;
    let topics = scenario.topics.iter();
    let partitions: u64 = topics.map(|topic| u64::from(topic.partitions)).sum();
    let own = partitions.div_ceil(group::played_members(case.own) as u64);
    Some(Plan {
        from_ms: crashes_ms,
        ..Plan::of(
            (scenario, fixed),
            Failure::ReadTwice {
                records: limit_ms.checked_mul(PER_SECOND * own)? / 1_000,
            },
            format!(
                "{PER_SECOND} records a second come to each partition. {FIRST} crashes after {} of work.",
                length(work_ms)
            ),
            case.title(&remedy),
        )
    })
}

/// What a crash loses where records are committed before they are done.
pub(super) fn early(case: &Case<'_>) -> Option<Plan> {
    let session_ms = ms(case.own, SESSION)?;
    let batch_ms = case
        .own
        .facts
        .batch_work_ms
        .unwrap_or(2_000)
        .clamp(2, 60_000);
    let until_ms = SETTLED_MS
        .checked_add(session_ms)?
        .checked_add(10 * batch_ms + 10_000)?;
    let members = group::played_members(case.own);
    let build = |commit| {
        // The program's commits, in place of those of the client.
        let mut over = Properties::new();
        over.insert(AUTO_COMMIT.to_owned(), "false".to_owned());
        let subject = case.own;
        let mut scenario = group::scenario(subject, &over, members, until_ms);
        scenario.application = Application {
            batch_ms,
            commit,
            ..Application::default()
        };
        group::produce(&mut scenario, 1_000, PER_SECOND);
        scenario
    };
    let why = match case.rule {
        "KC-O604" => "The client's own commit takes what poll() handed out for done",
        "KC-O606" => "Records count as done when they are handed over",
        _ => "Offsets are stored when a message is handed over",
    };
    Some(Plan {
        trouble: Some(Trouble {
            when: When::InBatch {
                member: FIRST.to_owned(),
                after_ms: SETTLED_MS,
                lasts_ms: batch_ms,
                in_ms: batch_ms / 2,
            },
            action: Action::Kill {
                member: FIRST.to_owned(),
            },
            in_both: true,
        }),
        from_ms: 0,
        ..Plan::of(
            (
                build(CommitStrategy::BeforeBatch),
                build(CommitStrategy::AfterBatch),
            ),
            Failure::Skipped,
            format!(
                "{why}, which is played as a commit before the work. {FIRST} ends in the middle of its work of {}.",
                length(batch_ms)
            ),
            "The program commits after the work".to_owned(),
        )
    })
}
