//! Where each partition lies at a moment: at its reader, on the shelf, or on its way.
//!
//! A pure function of run, plan, time and motion. Settled places depend on the time alone; while a run plays,
//! every change of place adds an offset that fades over a short time, so that tokens travel instead of
//! jumping and any position in between can be computed, forwards and backwards.

use super::plan::{Plan, float};
use crate::figure::Run;
use assignor_core::order;
use assignor_core::sim::trace::{PartitionIx, Reader};

/// How a token looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// In the colour of the member that reads it.
    Read(usize),
    /// Hatched: nobody reads it any more. The member that had it last.
    Stopped(usize),
    /// Outlined: nobody has read it yet.
    NotYet,
}

/// A token.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Token {
    /// Which partition.
    pub partition: PartitionIx,
    /// How it looks.
    pub look: Look,
    /// Left and top, in px.
    pub at: (f64, f64),
    /// Whether it is on its way to another member.
    pub is_moving: bool,
}

/// A place at a member that its partition has left or will come to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Outline {
    /// Which partition.
    pub partition: PartitionIx,
    /// At which member.
    pub member: usize,
    /// Left and top, in px.
    pub at: (f64, f64),
}

/// Tokens and outlines of a moment.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Scene {
    /// A token per partition, in order.
    pub tokens: Vec<Token>,
    /// Places left or to come to.
    pub outlines: Vec<Outline>,
}

/// Who had, has and will have a partition, and since and until when.
#[derive(Debug, Clone, Copy)]
struct Holder {
    now: Option<usize>,
    last: Option<usize>,
    next: Option<usize>,
    since_ms: u64,
    /// When the next reader begins; without one, the end of the run.
    until_ms: u64,
}

fn holder(run: &Run, partition: usize, t_ms: u64) -> Option<Holder> {
    let lane = run.trace.lanes.get(partition)?;
    let ix = lane.span_at(t_ms)?;
    let span = lane.spans.get(ix)?;
    let (now, last) = match span.reader {
        Reader::Process { process, .. } => (Some(run.member_of(process)), None),
        Reader::Nobody { last, .. } => (None, Some(run.member_of(last))),
        Reader::NotYet => (None, None),
    };
    let next = match now {
        Some(_) => None,
        None => lane.next_reader(ix),
    };
    Some(Holder {
        now,
        last,
        next: next.map(|(process, _)| run.member_of(process)),
        since_ms: span.from_ms,
        until_ms: next.map_or(run.trace.end_ms, |(_, at_ms)| at_ms),
    })
}

impl Holder {
    /// Whether a member keeps a place for the partition.
    fn has_place_at(self, member: usize) -> bool {
        [self.now, self.last, self.next].contains(&Some(member))
    }
}

/// The most places that a member needs at any time of a run.
pub(super) fn most_places(run: &Run) -> usize {
    // Per member, a begin or an end of a stretch in which it keeps a place.
    let mut edges: Vec<(usize, u64, i32)> = Vec::new();
    for lane in &run.trace.lanes {
        for (ix, span) in lane.spans.iter().enumerate() {
            let (from_ms, to_ms) = (span.from_ms, span.to_ms);
            let mut members = Vec::new();
            match span.reader {
                Reader::Process { process, .. } => members.push(run.member_of(process)),
                Reader::Nobody { last, .. } => members.push(run.member_of(last)),
                Reader::NotYet => {}
            }
            if !matches!(span.reader, Reader::Process { .. })
                && let Some((process, _)) = lane.next_reader(ix)
            {
                members.push(run.member_of(process));
            }
            members.dedup();
            for member in members {
                edges.extend([(member, from_ms, 1), (member, to_ms, -1)]);
            }
        }
    }
    order::sort(&mut edges);
    let (mut most, mut count, mut member) = (1, 0_i32, usize::MAX);
    for (of, _, step) in edges {
        if of != member {
            (member, count) = (of, 0);
        }
        count += step;
        most = most.max(count);
    }
    usize::try_from(most).unwrap_or(1)
}

/// Tokens at rest, and gliding along the shelf by the share of the wait that is over.
pub(super) fn settled(run: &Run, plan: &Plan, t_ms: u64) -> Scene {
    if plan.token.is_none() {
        return Scene::default();
    }
    let t_ms = t_ms.min(run.trace.end_ms);
    let holders: Vec<_> = (0..run.trace.lanes.len())
        .map(|partition| holder(run, partition, t_ms))
        .collect();
    let mut places = Places::new(plan, &holders);
    let on_shelf = holders.iter().flatten().filter(|h| h.now.is_none()).count();
    let mut shelved = 0;
    let mut scene = Scene::default();
    for (ix, holder) in (0u32..).zip(&holders) {
        let Some(holder) = holder else { continue };
        let partition = PartitionIx(ix);
        let mut outline = |member: Option<usize>, places: &mut Places| {
            let place = places.take(member?)?;
            if holder.now.is_none() {
                scene.outlines.push(Outline {
                    partition,
                    member: member?,
                    at: place.at,
                });
            }
            Some(place)
        };
        let from = outline(holder.now.or(holder.last), &mut places);
        let to = match holder.next {
            next if next == holder.last => from,
            next => outline(next, &mut places),
        };
        let (look, at) = match (holder.now, holder.last) {
            (Some(member), _) => (
                Look::Read(member),
                from.map_or((0.0, 0.0), |place| place.at),
            ),
            (None, last) => {
                let look = last.map_or(Look::NotYet, Look::Stopped);
                let below = glide(from, to, *holder, t_ms).filter(|_| plan.has_columns());
                let x = below.unwrap_or_else(|| plan.shelf_token_x(shelved, on_shelf));
                shelved += 1;
                (look, (x, plan.shelf_token_y()))
            }
        };
        scene.tokens.push(Token {
            partition,
            look,
            at,
            is_moving: holder.now.is_none()
                && holder.next.is_some()
                && holder.last.is_some()
                && holder.next != holder.last,
        });
    }
    scene
}

/// Left of a token on the shelf: below its old place, below its new one, or between.
/// None if nobody has a place for it.
fn glide(from: Option<Spot>, to: Option<Spot>, holder: Holder, t_ms: u64) -> Option<f64> {
    let (Some(from), Some(to)) = (from, to) else {
        return from.or(to).map(|place| place.below_x);
    };
    let total = holder.until_ms.saturating_sub(holder.since_ms).max(1);
    let share = share(t_ms.saturating_sub(holder.since_ms), total);
    Some(from.below_x + (to.below_x - from.below_x) * share)
}

/// `part` of `whole`, from 0 to 1.
fn share(part: u64, whole: u64) -> f64 {
    // Thousandths are finer than a pixel.
    let thousandths = u128::from(part) * 1_000 / u128::from(whole.max(1));
    f64::from(u32::try_from(thousandths.min(1_000)).unwrap_or(1_000)) / 1_000.0
}

/// A place at a member.
#[derive(Debug, Clone, Copy)]
struct Spot {
    /// Top left in the card, where places may stand in rows.
    at: (f64, f64),
    /// Left on the shelf, where all of a card's places stand beside each other.
    below_x: f64,
}

/// Hands out the places at each member in the order of the partitions.
struct Places<'a> {
    plan: &'a Plan,
    counts: Vec<usize>,
    taken: Vec<usize>,
}

impl<'a> Places<'a> {
    fn new(plan: &'a Plan, holders: &[Option<Holder>]) -> Self {
        let count = |member| {
            let holders = holders.iter().flatten();
            holders.filter(|holder| holder.has_place_at(member)).count()
        };
        Self {
            plan,
            counts: (0..plan.drawn).map(count).collect(),
            taken: vec![0; plan.drawn],
        }
    }

    fn take(&mut self, member: usize) -> Option<Spot> {
        let count = *self.counts.get(member)?;
        let taken = self.taken.get_mut(member)?;
        let place = *taken;
        *taken += 1;
        let (first_x, _) = self.plan.token_at(member, 0, count);
        Some(Spot {
            at: self.plan.token_at(member, place, count),
            below_x: first_x + float(place) * self.plan.shelf_pitch(count),
        })
    }
}

/// How long a change of place takes, in ms of the reader's clock: within a card or to the shelf, and from
/// member to member.
const SHORT_MS: u64 = 180;
const LONG_MS: u64 = 420;
/// A change of place over more than this is a journey from member to member, in px.
const JOURNEY_PX: f64 = 80.0;
/// Changes that still show are followed up to this number.
const MOST_CHANGES: usize = 24;

/// How places change while time runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Motion {
    /// At once: paused, stepping, scrubbing, reduced motion, or too fast to follow.
    Settled,
    /// Over a short time; `virtual_ms` of the run pass in 1000 ms of the reader's clock.
    Playing {
        /// Virtual ms per second of the reader's clock.
        virtual_ms: u64,
    },
}

/// The scene of a moment, with whatever is still on its way.
pub(super) fn scene(run: &Run, plan: &Plan, t_ms: u64, motion: Motion) -> Scene {
    let mut scene = settled(run, plan, t_ms);
    let Motion::Playing { virtual_ms } = motion else {
        return scene;
    };
    let long_ms = (LONG_MS * virtual_ms).div_ceil(1_000);
    for change_ms in changes(run, t_ms, long_ms) {
        let before = settled(run, plan, change_ms.saturating_sub(1));
        let after = settled(run, plan, change_ms);
        let passed_ms = t_ms - change_ms;
        for (token, (before, after)) in scene
            .tokens
            .iter_mut()
            .zip(before.tokens.iter().zip(&after.tokens))
        {
            let jump = (before.at.0 - after.at.0, before.at.1 - after.at.1);
            if jump == (0.0, 0.0) {
                continue;
            }
            let is_journey = jump.0.abs() > JOURNEY_PX;
            let lasts = if is_journey { LONG_MS } else { SHORT_MS };
            let done = share(passed_ms, (lasts * virtual_ms).div_ceil(1_000));
            let left = 1.0 - eased(done);
            token.at.0 += jump.0 * left;
            token.at.1 += jump.1 * left;
            if is_journey && done < 1.0 {
                // Below the cards, past the shelf: where nobody reads it.
                let depth = plan.shelf_token_y() - after.at.1.min(before.at.1);
                token.at.1 += depth * (done * std::f64::consts::PI).sin();
                token.is_moving = true;
                if let (Look::Read(_), Look::Read(last) | Look::Stopped(last)) =
                    (token.look, before.look)
                    && (0.15..0.8).contains(&done)
                {
                    token.look = Look::Stopped(last);
                }
            }
        }
    }
    scene
}

/// Times in the last `within_ms` at which a reader changed, the latest first.
fn changes(run: &Run, t_ms: u64, within_ms: u64) -> Vec<u64> {
    let mut times: Vec<u64> = Vec::new();
    for lane in &run.trace.lanes {
        let until = lane.spans.partition_point(|span| span.from_ms <= t_ms);
        let recent = lane.spans.iter().take(until).rev();
        times.extend(
            recent
                .map(|span| span.from_ms)
                .take_while(|&from_ms| from_ms > 0 && t_ms - from_ms < within_ms),
        );
    }
    times.sort_unstable();
    times.dedup();
    times.reverse();
    times.truncate(MOST_CHANGES);
    times
}

/// Starts quickly and arrives gently.
fn eased(share: f64) -> f64 {
    1.0 - (1.0 - share).powi(3)
}

#[cfg(test)]
mod tests {
    use super::{Look, Motion, most_places, scene, settled};
    use crate::figure::Run;
    use crate::stage::plan::Plan;
    use assignor_core::sim::{Scenario, simulate};

    fn run(strategy: &str) -> Run {
        run_of(strategy, 6)
    }

    fn run_of(strategy: &str, partitions: usize) -> Run {
        let text = format!(
            r#"{{"version": 1, "broker": {{"group.initial.rebalance.delay.ms": "0"}},
                "topics": [{{"name": "a", "partitions": {partitions}}}],
                "config": {{"partition.assignment.strategy": "{strategy}"}},
                "members": [{{"name": "c1"}}, {{"name": "c2"}}, {{"name": "c3"}}],
                "actions": [{{"at_ms": 0, "do": "start", "member": "c1"}}, {{"at_ms": 4000, "do": "start", "member": "c2"}},
                    {{"at_ms": 9000, "do": "start", "member": "c3"}}, {{"at_ms": 14000, "do": "close", "member": "c1"}}],
                "until_ms": 20000}}"#
        );
        let scenario = Scenario::from_json(&text).expect("a scenario");
        Run::new(simulate(&scenario).expect("a run"), [])
    }

    fn plan(run: &Run) -> Plan {
        Plan::new(1_042.0, 3, run.trace.lanes.len(), most_places(run))
    }

    #[test]
    fn every_partition_has_one_token_that_agrees_with_the_frame() {
        for strategy in ["RangeAssignor", "CooperativeStickyAssignor"] {
            let run = run(strategy);
            let plan = plan(&run);
            for t_ms in (0..=20_000).step_by(7) {
                let scene = settled(&run, &plan, t_ms);
                let frame = run.trace.frame_at(t_ms);
                assert_eq!(scene.tokens.len(), frame.partitions.len());
                for token in &scene.tokens {
                    let owner = frame
                        .members
                        .iter()
                        .position(|member| member.reads.contains(&token.partition));
                    match token.look {
                        Look::Read(member) => assert_eq!(owner, Some(member)),
                        Look::Stopped(_) | Look::NotYet => assert_eq!(owner, None),
                    }
                }
            }
        }
    }

    #[test]
    fn a_token_lies_in_its_readers_card_or_on_the_shelf() {
        let run = run("RangeAssignor");
        let plan = plan(&run);
        for t_ms in (0..=20_000).step_by(13) {
            for token in settled(&run, &plan, t_ms).tokens {
                let area = match token.look {
                    Look::Read(member) => plan.card(member),
                    _ => plan.shelf,
                };
                assert!(token.at.0 >= area.x && token.at.0 < area.x + area.width);
                assert!(token.at.1 >= area.y && token.at.1 < area.y + area.height);
            }
        }
    }

    #[test]
    fn two_tokens_at_rest_never_share_a_place() {
        let run = run("RangeAssignor");
        let plan = plan(&run);
        for t_ms in (0..=20_000).step_by(11) {
            let tokens = settled(&run, &plan, t_ms).tokens;
            for (ix, a) in tokens.iter().enumerate() {
                for b in &tokens[ix + 1..] {
                    if matches!((a.look, b.look), (Look::Read(_), Look::Read(_))) {
                        assert_ne!(a.at, b.at, "{t_ms}");
                    }
                }
            }
        }
    }

    #[test]
    fn tokens_on_the_shelf_lie_beside_each_other_though_their_card_has_rows() {
        let run = run_of("RangeAssignor", 48);
        let plan = plan(&run);
        let mut most = 0;
        for t_ms in (0..=20_000).step_by(11) {
            let mut shelf: Vec<_> = settled(&run, &plan, t_ms).tokens;
            shelf.retain(|token| !matches!(token.look, Look::Read(_)));
            most = most.max(shelf.len());
            for (ix, a) in shelf.iter().enumerate() {
                for b in &shelf[ix + 1..] {
                    assert_ne!(a.at, b.at, "{t_ms}");
                }
            }
        }
        assert!(most >= 24, "{most} lay there at once");
    }

    #[test]
    fn while_playing_a_token_moves_without_jumps_and_ends_at_rest() {
        let run = run("RangeAssignor");
        let plan = plan(&run);
        // A tenth of real time: 1 ms of the run is 10 ms for the reader.
        let motion = Motion::Playing { virtual_ms: 100 };
        let at = |t_ms| scene(&run, &plan, t_ms, motion);
        for t_ms in 3_990..4_600 {
            for (a, b) in at(t_ms).tokens.iter().zip(at(t_ms + 1).tokens) {
                let step = (a.at.0 - b.at.0).hypot(a.at.1 - b.at.1);
                assert!(step < 160.0, "{step} px at {t_ms}");
            }
        }
        assert_eq!(at(8_000).tokens, settled(&run, &plan, 8_000).tokens);
        assert_eq!(
            scene(&run, &plan, 4_010, Motion::Settled),
            settled(&run, &plan, 4_010)
        );
    }

    #[test]
    fn places_are_enough_for_the_whole_run() {
        let run = run("RangeAssignor");
        assert_eq!(most_places(&run), 6);
    }
}
