//! The position in a run and how commands move it.
//!
//! Invariants: the position never leaves the run; a run that has reached its end isn't playing. Held in
//! microseconds, so that slow playback loses nothing between two frames of the screen.

use super::Landmarks;

/// A playback speed, in tenths of real time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Speed(pub u32);

/// The speeds that can be chosen, ascending.
pub const SPEEDS: [Speed; 13] = [
    Speed(1),
    Speed(2),
    Speed(5),
    Speed(10),
    Speed(20),
    Speed(50),
    Speed(100),
    Speed(200),
    Speed(500),
    Speed(1_000),
    Speed(2_000),
    Speed(5_000),
    Speed(10_000),
];

/// Half of real time: a hand-over of 20 ms still takes longer than two frames of the screen.
pub const DEFAULT_SPEED: Speed = Speed(5);

/// How long playing through a quiet stretch takes at most, on the reader's clock.
const QUIET_US: u64 = 800_000;

impl Speed {
    /// Virtual microseconds for a number of real ones.
    fn virtual_us(self, real_us: u64) -> u64 {
        real_us.saturating_mul(u64::from(self.0)) / 10
    }

    /// Virtual ms that pass while the reader's clock passes `real_ms`.
    pub fn virtual_ms(self, real_ms: u64) -> u64 {
        self.virtual_us(real_ms.saturating_mul(1_000)) / 1_000
    }

    /// The next speed of [`SPEEDS`], or this one at the end of the ladder.
    #[must_use]
    pub fn faster(self) -> Self {
        SPEEDS.iter().copied().find(|&s| s > self).unwrap_or(self)
    }

    /// The speed before in [`SPEEDS`], or this one at the end of the ladder.
    #[must_use]
    pub fn slower(self) -> Self {
        SPEEDS
            .iter()
            .rev()
            .copied()
            .find(|&s| s < self)
            .unwrap_or(self)
    }
}

impl std::fmt::Display for Speed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.0 / 10, self.0 % 10) {
            (whole, 0) => write!(f, "{whole}×"),
            (whole, tenth) => write!(f, "{whole}.{tenth}×"),
        }
    }
}

/// A position in a run, and whether it moves by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Playback {
    position_us: u64,
    /// Whether the position moves with the reader's clock.
    pub is_playing: bool,
    /// How fast it does.
    pub speed: Speed,
    /// What is played again and again, in ms; everything once without it.
    pub range: Option<(u64, u64)>,
}

impl Default for Playback {
    fn default() -> Self {
        Self::at(0)
    }
}

/// What moves the position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// Plays, or pauses. At the end, plays from the start.
    Toggle,
    /// Stops where it is.
    Pause,
    /// The reader's clock has moved on by so many microseconds.
    Tick(u64),
    /// To a time, in ms; pauses.
    Seek(u64),
    /// To a time, in ms, and on from there if it was playing.
    Jump(u64),
    /// By so many ms; pauses.
    Nudge(i64),
    /// To the next time at which something happens; pauses.
    NextEvent,
    /// To the time before at which something happened; pauses.
    PreviousEvent,
    /// To the begin of the next rebalance.
    NextRebalance,
    /// To the begin of the rebalance before.
    PreviousRebalance,
    /// To the start of the run.
    Start,
    /// To its end.
    End,
    /// Sets the speed.
    SetSpeed(Speed),
    /// Plays from one time to another again and again, in ms; nothing ends that.
    Repeat(Option<(u64, u64)>),
}

impl Playback {
    /// Paused at a time, in ms, at the default speed.
    pub fn at(t_ms: u64) -> Self {
        Self {
            position_us: t_ms.saturating_mul(1_000),
            is_playing: false,
            speed: DEFAULT_SPEED,
            range: None,
        }
    }

    /// The position in ms.
    pub fn t_ms(self) -> u64 {
        self.position_us / 1_000
    }

    /// The playback after a command.
    #[must_use]
    pub fn after(self, command: Command, marks: &Landmarks) -> Self {
        let t_ms = self.t_ms();
        let end_ms = marks.end_ms();
        match command {
            Command::Toggle if self.is_playing => self.paused(),
            Command::Toggle => {
                let from_ms = match self.range {
                    Some((from, to)) if !(from..to).contains(&t_ms) => from,
                    None if t_ms >= end_ms => 0,
                    _ => t_ms,
                };
                Self {
                    is_playing: end_ms > 0,
                    ..self.moved(from_ms, end_ms)
                }
            }
            Command::Pause => self.paused(),
            Command::Tick(real_us) => self.ticked(real_us, marks),
            Command::Seek(to_ms) => self.moved(to_ms, end_ms).paused(),
            Command::Jump(to_ms) => self.moved(to_ms, end_ms),
            Command::Nudge(by_ms) => self
                .moved(t_ms.saturating_add_signed(by_ms), end_ms)
                .paused(),
            Command::NextEvent => self.moved(marks.next_event(t_ms), end_ms).paused(),
            Command::PreviousEvent => self.moved(marks.previous_event(t_ms), end_ms).paused(),
            Command::NextRebalance => self.moved(marks.next_rebalance(t_ms), end_ms),
            Command::PreviousRebalance => self.moved(marks.previous_rebalance(t_ms), end_ms),
            Command::Start => self.moved(0, end_ms),
            Command::End => self.moved(end_ms, end_ms),
            Command::SetSpeed(speed) => Self { speed, ..self },
            Command::Repeat(range) => Self { range, ..self }.in_range(end_ms),
        }
    }

    /// The same position in a run of another length.
    #[must_use]
    pub fn within(self, end_ms: u64) -> Self {
        let kept = self.in_range(end_ms);
        if kept.t_ms() < end_ms {
            kept
        } else {
            kept.moved(end_ms, end_ms)
        }
    }

    /// The range inside a run; one of no length is none.
    fn in_range(self, end_ms: u64) -> Self {
        let inside = self
            .range
            .map(|(from, to)| (from.min(to), from.max(to).min(end_ms)));
        Self {
            range: inside.filter(|(from, to)| from < to),
            ..self
        }
    }

    fn paused(self) -> Self {
        Self {
            is_playing: false,
            ..self
        }
    }

    fn moved(self, to_ms: u64, end_ms: u64) -> Self {
        let to_ms = to_ms.min(end_ms);
        Self {
            position_us: to_ms.saturating_mul(1_000),
            is_playing: self.is_playing && to_ms < end_ms,
            ..self
        }
    }

    fn ticked(self, real_us: u64, marks: &Landmarks) -> Self {
        if !self.is_playing {
            return self;
        }
        let step_us = self.speed.virtual_us(real_us);
        let mut next_us = self.position_us.saturating_add(step_us);
        if let Some((from_ms, to_ms)) = marks.quiet_at(self.t_ms()) {
            let length_us = (to_ms - from_ms).saturating_mul(1_000);
            let hurried_us = u128::from(length_us) * u128::from(real_us) / u128::from(QUIET_US);
            let hurried_us = u64::try_from(hurried_us).unwrap_or(u64::MAX);
            if hurried_us > step_us {
                // Not beyond the stretch: what comes after it is to be seen at the chosen speed.
                next_us = self
                    .position_us
                    .saturating_add(hurried_us)
                    .min(to_ms.saturating_mul(1_000));
            }
        }
        let end_us = marks.end_ms().saturating_mul(1_000);
        if let Some((from_ms, to_ms)) = self.range {
            let (from_us, to_us) = (from_ms.saturating_mul(1_000), to_ms.saturating_mul(1_000));
            // Only who comes to its end from inside starts over; outside, playing goes on to the run's end.
            if self.position_us < to_us && next_us >= to_us {
                let over_us = (next_us - to_us) % (to_us - from_us).max(1);
                return Self {
                    position_us: from_us + over_us,
                    ..self
                };
            }
        }
        Self {
            position_us: next_us.min(end_us),
            is_playing: next_us < end_us,
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Command, DEFAULT_SPEED, Landmarks, Playback, SPEEDS, Speed};
    use proptest::prelude::*;

    fn marks() -> Landmarks {
        Landmarks::new(
            vec![0, 100, 100, 250, 900],
            vec![100, 900],
            vec![(300, 800)],
            1_000,
        )
    }

    fn play(from_ms: u64, commands: &[Command]) -> Playback {
        let marks = marks();
        commands
            .iter()
            .fold(Playback::at(from_ms), |playback, &command| {
                playback.after(command, &marks)
            })
    }

    #[test]
    fn slow_ticks_add_up_to_the_same_as_one_long_tick() {
        let slow = Command::SetSpeed(SPEEDS[0]);
        let mut commands = vec![slow, Command::Toggle];
        commands.extend([Command::Tick(7_000)].repeat(100));
        // 700 ms of the reader's clock at a tenth.
        assert_eq!(play(0, &commands).t_ms(), 70);
    }

    #[test]
    fn playing_ends_at_the_end_and_starts_over_from_there() {
        let ended = play(950, &[Command::Toggle, Command::Tick(60_000_000)]);
        assert_eq!((ended.t_ms(), ended.is_playing), (1_000, false));
        let again = ended.after(Command::Toggle, &marks());
        assert_eq!((again.t_ms(), again.is_playing), (0, true));
    }

    #[test]
    fn steps_pause_and_jumps_go_on() {
        let stepped = play(0, &[Command::Toggle, Command::NextEvent]);
        assert_eq!((stepped.t_ms(), stepped.is_playing), (100, false));
        let jumped = play(0, &[Command::Toggle, Command::NextRebalance]);
        assert_eq!((jumped.t_ms(), jumped.is_playing), (100, true));
    }

    #[test]
    fn a_quiet_stretch_is_hurried_through_but_not_beyond() {
        let long = Landmarks::new(vec![], vec![], vec![(0, 60_000)], 100_000);
        let start = Playback::at(0).after(Command::Toggle, &long);
        let half = start.after(Command::Tick(400_000), &long);
        assert_eq!(half.t_ms(), 30_000);
        let over = start.after(Command::Tick(5_000_000), &long);
        assert_eq!(over.t_ms(), 60_000);
    }

    #[test]
    fn a_range_is_played_again_and_again() {
        let looped = play(0, &[Command::Repeat(Some((900, 100))), Command::Toggle]);
        assert_eq!((looped.t_ms(), looped.is_playing), (100, true));
        // 1.5 s at half speed, of which 500 ms of the range are hurried through.
        let mut over = looped;
        let mut least = u64::MAX;
        for _ in 0..200 {
            over = over.after(Command::Tick(50_000), &marks());
            assert!((100..900).contains(&over.t_ms()) && over.is_playing);
            least = least.min(over.t_ms());
        }
        assert!(least < 150, "it has begun again");
        let once = over.after(Command::Repeat(None), &marks());
        assert!(!once.after(Command::Tick(60_000_000), &marks()).is_playing);
        assert_eq!(play(0, &[Command::Repeat(Some((5, 5)))]).range, None);
        assert_eq!(looped.within(400).range, Some((100, 400)));
        assert_eq!(looped.within(50).range, None);
    }

    #[test]
    fn the_ladder_ends() {
        assert_eq!(SPEEDS[0].slower(), SPEEDS[0]);
        assert_eq!(DEFAULT_SPEED.faster(), Speed(10));
        assert_eq!(Speed(10_000).faster(), Speed(10_000));
        assert_eq!(Speed(5).to_string(), "0.5×");
        assert_eq!(Speed(10_000).to_string(), "1000×");
    }

    #[test]
    fn a_shorter_run_keeps_the_position_inside() {
        assert_eq!(Playback::at(700).within(400).t_ms(), 400);
        assert_eq!(Playback::at(300).within(400).t_ms(), 300);
    }

    fn command() -> impl Strategy<Value = Command> {
        prop_oneof![
            Just(Command::Toggle),
            (0..90_000_000u64).prop_map(Command::Tick),
            (0..3_000u64).prop_map(Command::Seek),
            (0..3_000u64).prop_map(Command::Jump),
            (-3_000..3_000i64).prop_map(Command::Nudge),
            Just(Command::NextEvent),
            Just(Command::PreviousEvent),
            Just(Command::NextRebalance),
            Just(Command::PreviousRebalance),
            Just(Command::Start),
            Just(Command::End),
            (0..3_000u64, 0..3_000u64).prop_map(|range| Command::Repeat(Some(range))),
        ]
    }

    proptest! {
        #[test]
        fn no_command_leaves_the_run(commands in prop::collection::vec(command(), 0..40)) {
            let playback = play(0, &commands);
            prop_assert!(playback.t_ms() <= 1_000);
            prop_assert!(!playback.is_playing || playback.t_ms() < 1_000);
        }

        #[test]
        fn a_step_back_after_a_step_on_never_passes_the_start(from in 0..1_000u64) {
            let on = play(from, &[Command::NextEvent]);
            let back = on.after(Command::PreviousEvent, &marks());
            prop_assert!(on.t_ms() > from || from == 1_000);
            prop_assert!(back.t_ms() <= from);
        }
    }
}
