//! The figure of a run as a file of its own: title, ruler, state, generations, a row per partition,
//! events, actions, legend; above them, if asked for, the stage at a moment.
//!
//! It looks like the page's lanes and shares their axis. Everything that a mark stands for is also in
//! words: the whole in `<title>` and `<desc>`, each mark in a `<title>` of its own.

mod below;
mod stage;
mod style;
mod tear;

use self::tear::tear;
use super::axis::{Axis, TEAR_AFTER_MS};
use super::paint::{Escaped, Paint, Px, Rect, fill, text_width};
use super::palette::{Palette, Theme, mixed};
use super::{group_states, letter, quiet, tick_text};
use crate::sim::Trace;
use crate::sim::narrate::span;
use crate::sim::trace::{GroupSpan, GroupState, Lane, LaneSpan, ProcessIx, Reader, StopBegan};

/// How the figure is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// Its heading; empty for none.
    pub title: String,
    /// Its width, in px; 480 at least.
    pub width: u32,
    /// Its colours.
    pub theme: Theme,
    /// What it shows of the run, from when to when in ms; everything without.
    pub window: Option<(u64, u64)>,
    /// The moment that the playhead and the stage show, in ms; neither without.
    pub moment: Option<u64>,
    /// What it is made of.
    pub parts: Parts,
}

/// What the figure is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parts {
    /// The lanes, with a playhead at the moment.
    Lanes,
    /// Members, partitions and shelf at the moment.
    Stage,
    /// The stage above the lanes.
    Both,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            title: String::new(),
            width: 1080,
            theme: Theme::Light,
            window: None,
            moment: None,
            parts: Parts::Lanes,
        }
    }
}

const LEAST_WIDTH: u32 = 480;
const MARGIN: f64 = 24.0;
/// Height of ruler, state and generations together.
const HEAD: f64 = 56.0;
const GAP: f64 = 3.0;
/// From this height on a row carries letters, hatching and lengths.
const FULL_ROW: f64 = 14.0;
/// A stop is never drawn narrower, so that no scale hides it.
const LEAST_STOP: f64 = 2.4;
const LEAST_BAR: f64 = 0.3;
const TICKS_APART: f64 = 64.0;

/// Draws a run.
pub fn svg(trace: &Trace, options: &Options) -> String {
    let width = f64::from(options.width.max(LEAST_WIDTH));
    let labels: Vec<String> = trace
        .partitions
        .iter()
        .map(|p| clipped(&p.label()))
        .collect();
    let widest = labels
        .iter()
        .map(|label| text_width(label))
        .fold(60.0, f64::max);
    let left = MARGIN + widest + 12.0;
    let (from_ms, to_ms) = options.window.unwrap_or((0, trace.end_ms));
    let to_ms = to_ms.min(trace.end_ms);
    let from_ms = from_ms.min(to_ms);
    let tears: Vec<_> = quiet(trace, [])
        .into_iter()
        .map(|(from, to)| (from.max(from_ms), to.min(to_ms)))
        // A stretch that is all there is stays to scale.
        .filter(|&(from, to)| to > from + TEAR_AFTER_MS && (from, to) != (from_ms, to_ms))
        .collect();
    let figure = Figure {
        trace,
        axis: Axis::new(from_ms, to_ms, left, width - MARGIN, &tears),
        palette: options.theme.palette(),
        labels,
        row: row_height(trace.lanes.len()),
        width,
    };
    figure.draw(options)
}

/// Rows are as high as a picture that fits on a screen allows.
fn row_height(count: usize) -> f64 {
    match count {
        0..=16 => 27.0,
        17..=32 => 20.0,
        33..=200 => FULL_ROW,
        201..=1_000 => 6.0,
        _ => 2.0,
    }
}

struct Figure<'a> {
    trace: &'a Trace,
    axis: Axis,
    palette: Palette,
    labels: Vec<String>,
    row: f64,
    width: f64,
}

impl Figure<'_> {
    fn draw(&self, options: &Options) -> String {
        let title = options.title.as_str();
        let mut body = Paint::default();
        let mut y = MARGIN;
        if !title.is_empty() {
            body.text(MARGIN, y + 12.0, "heading", title);
            y += 30.0;
        }
        let moment_ms = options.moment.map(|t_ms| t_ms.min(self.trace.end_ms));
        if options.parts != Parts::Lanes {
            y = self.stage(&mut body, moment_ms.unwrap_or(self.trace.end_ms), y);
        }
        if options.parts != Parts::Stage {
            y = self.lanes(&mut body, moment_ms, y);
        }
        let height = y + MARGIN;
        let mut out = Paint::default();
        let (width, height) = (Px(self.width), Px(height));
        out.raw(format_args!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" aria-labelledby="title description">"#
        ));
        let name = if title.is_empty() {
            "A consumer group over time"
        } else {
            title
        };
        out.raw(format_args!(
            "<title id=\"title\">{}</title>",
            Escaped(name)
        ));
        let words = self.description();
        out.raw(format_args!(
            "<desc id=\"description\">{}</desc>",
            Escaped(&words)
        ));
        self.style(&mut out);
        out.raw(format_args!(
            r#"<rect width="100%" height="100%" {}/>"#,
            fill(self.palette.surface)
        ));
        out.raw(format_args!("{}</svg>", body.finish()));
        out.finish()
    }

    /// Ruler, bands, rows and what stands below them; answers where they end.
    fn lanes(&self, body: &mut Paint, moment_ms: Option<u64>, top: f64) -> f64 {
        self.head(body, top);
        let end = self.rows(body, top + HEAD) + 6.0;
        self.events(body, end);
        let shown = self.axis.from_ms()..=self.axis.to_ms();
        if let Some(t_ms) = moment_ms.filter(|t_ms| shown.contains(t_ms)) {
            let x = self.axis.x(t_ms);
            body.raw(format_args!("<g data-moment=\"{t_ms}\">"));
            body.title(&format!("The playhead, {}", exact(t_ms)));
            body.line((x, top + 14.0), (x, end - 6.0), "playhead");
            body.raw(format_args!("</g>"));
        }
        let y = self.actions(body, end + 22.0) + 14.0;
        self.legend(body, y)
    }

    /// Whether a stretch of time is shown at all.
    fn shows(&self, from_ms: u64, to_ms: u64) -> bool {
        from_ms < self.axis.to_ms() && (to_ms > self.axis.from_ms() || self.axis.from_ms() == 0)
    }

    /// The picture in sentences.
    fn description(&self) -> String {
        let measures = self.trace.measures();
        let longest = measures
            .longest_stop
            .map_or("Nothing stops".to_owned(), |stop| {
                let partition = self.trace.partitions.get(stop.partition);
                let partition = partition.map_or(String::new(), |p| {
                    format!(", of {}-{}", p.topic, p.partition)
                });
                format!("The longest stop lasts {}{partition}", span(stop.value))
            });
        let end = self
            .trace
            .group_at(self.trace.end_ms)
            .map_or(String::new(), |group| {
                format!(
                    " At the end the group is {}, generation {}.",
                    group.state.as_str(),
                    group.generation_id
                )
            });
        format!(
            "{} partitions and {} members over {}: {} rebalances, {} partitions moved. {longest}.{end}",
            self.trace.partitions.len(),
            self.trace.members.len(),
            span(self.trace.end_ms),
            measures.rebalances,
            measures.partitions_moved,
        )
    }

    /// Ruler, state and generations.
    fn head(&self, out: &mut Paint, top: f64) {
        self.ruler(out, top + 12.0);
        out.text(MARGIN, top + 31.0, "faint", "state");
        out.text(MARGIN, top + 48.0, "faint", "generation");
        let states = group_states(self.trace).into_iter();
        for stretch in states.filter(|stretch| self.shows(stretch.from_ms, stretch.to_ms)) {
            self.state(out, &stretch, top + 19.0);
        }
        self.generations(out, top + 37.0);
        for piece in self.axis.tears() {
            tear(out, piece, top + 18.0, HEAD - 18.0, false);
        }
    }

    fn ruler(&self, out: &mut Paint, y: f64) {
        let ticks = self.axis.ticks(TICKS_APART);
        let step = match ticks.as_slice() {
            [first, second, ..] => second - first,
            _ => 1_000,
        };
        let (_, right) = self.axis.ends();
        let mut free_from = f64::MIN;
        for t in ticks {
            let x = self.axis.x(t);
            if x - 22.0 >= free_from && x + 12.0 <= right {
                free_from = x + 22.0;
                out.text(x, y, "tick", &tick_text(t, step));
            }
        }
    }

    /// Stable a low line, Preparing a block, Completing a tick, Empty dotted.
    fn state(&self, out: &mut Paint, stretch: &GroupSpan, y: f64) {
        const HEIGHT: f64 = 15.0;
        let (from_x, to_x) = (self.axis.x(stretch.from_ms), self.axis.x(stretch.to_ms));
        let width = to_x - from_x;
        let block = |y: f64, width: f64, height: f64| Rect {
            x: from_x,
            y,
            width,
            height,
        };
        out.raw(format_args!("<g>"));
        out.title(&format!(
            "{}, generation {}, from {} to {}",
            stretch.state.as_str(),
            stretch.generation_id,
            exact(stretch.from_ms),
            exact(stretch.to_ms)
        ));
        let (class, least) = match stretch.state {
            GroupState::PreparingRebalance => {
                out.rect(
                    block(y, width.max(1.5), HEIGHT),
                    &fill(self.palette.preparing),
                );
                ("ink", 66.0)
            }
            GroupState::CompletingRebalance => {
                out.rect(
                    block(y, width.max(1.5), HEIGHT),
                    &fill(self.palette.completing),
                );
                ("", f64::MAX)
            }
            GroupState::Stable => {
                out.rect(
                    block(y + HEIGHT - 2.0, width.max(0.5), 2.0),
                    &fill(self.palette.hairline_strong),
                );
                ("faint", 52.0)
            }
            GroupState::Empty => {
                out.line(
                    (from_x, y + HEIGHT - 1.0),
                    (to_x, y + HEIGHT - 1.0),
                    "dotted",
                );
                ("faint", 52.0)
            }
        };
        for (a, b) in self.axis.visible(from_x, to_x) {
            if b - a > least {
                let text = match stretch.state {
                    GroupState::PreparingRebalance if b - a <= 128.0 => "Preparing",
                    state => state.as_str(),
                };
                out.text(a + 7.0, y + HEIGHT / 2.0 + 4.0, class, text);
            }
        }
        out.raw(format_args!("</g>"));
    }

    /// A tick and a number where each generation begins.
    fn generations(&self, out: &mut Paint, y: f64) {
        const HEIGHT: f64 = 14.0;
        let completing = |span: &&GroupSpan| span.state == GroupState::CompletingRebalance;
        let begins: Vec<_> = self.trace.group.iter().filter(completing).collect();
        let ends = begins
            .iter()
            .skip(1)
            .map(|span| span.from_ms)
            .chain([self.trace.end_ms]);
        let all = begins.iter().zip(ends);
        for (span, to_ms) in all.filter(|(span, to_ms)| self.shows(span.from_ms, *to_ms)) {
            let (from_x, to_x) = (self.axis.x(span.from_ms), self.axis.x(to_ms));
            out.line((from_x, y), (from_x, y + HEIGHT), "edge");
            let room = self
                .axis
                .visible(from_x, to_x)
                .into_iter()
                .find(|(a, b)| b - a > 14.0);
            if let Some((a, b)) = room {
                let id = span.generation_id;
                let text = if b - a > 92.0 {
                    format!("generation {id}")
                } else {
                    id.to_string()
                };
                if b - a > text_width(&text) + 6.0 {
                    out.text(a + 6.0, y + HEIGHT - 3.5, "faint", &text);
                }
            }
        }
    }

    /// The rows; answers where they end.
    fn rows(&self, out: &mut Paint, top: f64) -> f64 {
        let gap = if self.row < FULL_ROW {
            self.row / 6.0
        } else {
            GAP
        };
        let pitch = self.row + gap;
        let height = pitch * float(self.trace.lanes.len());
        for t in self.axis.ticks(TICKS_APART) {
            let x = self.axis.x(t);
            out.line((x, top), (x, top + height), "grid");
        }
        let mut y = top;
        // In low rows every so many have a label.
        let labelled = if self.row >= FULL_ROW { 1 } else { 32 };
        for (row, (lane, label)) in self.trace.lanes.iter().zip(&self.labels).enumerate() {
            if row % labelled == 0 {
                out.text(MARGIN, y + self.row / 2.0 + 4.0, "strong", label);
            }
            self.lane(out, row, lane, y);
            y += pitch;
        }
        for piece in self.axis.tears() {
            tear(out, piece, top, height, true);
        }
        y
    }

    fn lane(&self, out: &mut Paint, row: usize, lane: &Lane, y: f64) {
        let name = self.trace.partitions.get(row);
        let name = name.map_or(String::new(), |p| format!("{}-{}", p.topic, p.partition));
        for stretch in &lane.spans {
            let (from_x, to_x) = (self.axis.x(stretch.from_ms), self.axis.x(stretch.to_ms));
            let is_shown = self.shows(stretch.from_ms, stretch.to_ms);
            if !is_shown || (to_x - from_x < LEAST_BAR && !stretch.is_stop()) {
                continue;
            }
            out.raw(format_args!("<g>"));
            out.title(&self.words(&name, stretch));
            match stretch.reader {
                Reader::NotYet => {
                    let rect = Rect {
                        x: from_x + 0.5,
                        y: y + 0.5,
                        width: (to_x - from_x - 1.0).max(0.5),
                        height: (self.row - 1.0).max(0.5),
                    };
                    out.rect(rect, "class=\"not-yet\"");
                }
                Reader::Process { process, .. } => self.reads(out, process, (from_x, to_x), y),
                Reader::Nobody { .. } => self.stop(out, stretch, (from_x, to_x), y),
            }
            out.raw(format_args!("</g>"));
        }
        let overlaps = lane.overlaps.iter();
        for work in overlaps.filter(|work| self.shows(work.from_ms, work.to_ms)) {
            let (from_x, to_x) = (self.axis.x(work.from_ms), self.axis.x(work.to_ms));
            let depth = if self.row >= FULL_ROW {
                5.5
            } else {
                self.row / 3.0
            };
            let rect = Rect {
                x: from_x,
                y: y + self.row - depth,
                width: (to_x - from_x).max(LEAST_STOP),
                height: depth,
            };
            out.raw(format_args!("<g>"));
            let member = self.trace.member_name(work.process);
            out.title(&format!(
                "{name}: {member} still works on it, {} to {}",
                exact(work.from_ms),
                exact(work.to_ms)
            ));
            out.rect(
                rect,
                &format!(
                    "{} stroke=\"#{:06x}\" stroke-width=\".5\"",
                    fill(self.owner(work.process).1),
                    self.palette.surface
                ),
            );
            out.raw(format_args!("</g>"));
        }
    }

    /// The place and the colour of the member that a process belongs to.
    fn owner(&self, process: ProcessIx) -> (usize, u32) {
        let member = self
            .trace
            .processes
            .get(process.0 as usize)
            .map_or(0, |process| process.member);
        (member, self.palette.owners[member % 8])
    }

    fn reads(&self, out: &mut Paint, process: ProcessIx, (from_x, to_x): (f64, f64), y: f64) {
        let (member, colour) = self.owner(process);
        let is_full = self.row >= FULL_ROW;
        let (tint, small) = self.palette.tints;
        let rect = |width: f64| Rect {
            x: from_x,
            y,
            width: width.max(0.8),
            height: self.row,
        };
        let tinted = mixed(
            colour,
            self.palette.surface,
            if is_full { tint } else { small },
        );
        out.rect(rect(to_x - from_x), &fill(tinted));
        let series = (member / 8) % 4 + 1;
        if series > 1 {
            out.rect(
                rect(to_x - from_x),
                &format!("fill=\"url(#texture-{series})\""),
            );
        }
        if !is_full {
            return;
        }
        out.rect(rect((to_x - from_x).min(3.0)), &fill(colour));
        for (a, b) in self.axis.visible(from_x, to_x) {
            let letter = letter(member);
            if b - a > text_width(&letter) + 14.0 {
                out.text(a + 9.0, y + self.row / 2.0 + 4.0, "strong", &letter);
            }
        }
    }

    fn stop(&self, out: &mut Paint, stretch: &LaneSpan, (from_x, to_x): (f64, f64), y: f64) {
        let drawn = (to_x - from_x).max(LEAST_STOP);
        // At the end of the axis a widened stop would stick out.
        let x = from_x.min(self.axis.ends().1 - drawn);
        let is_hatched = self.row >= FULL_ROW && drawn > 8.0;
        let solid = fill(self.palette.stop);
        let ground = if is_hatched {
            "fill=\"url(#hatch)\""
        } else {
            &solid
        };
        out.rect(
            Rect {
                x,
                y,
                width: drawn,
                height: self.row,
            },
            ground,
        );
        let length = span(stretch.length_ms());
        let patch = text_width(&length) + 9.0;
        if is_hatched && drawn > patch + 6.0 {
            let (middle, centre) = (x + drawn / 2.0, y + self.row / 2.0);
            let height = self.row.min(16.0);
            out.rect(
                Rect {
                    x: middle - patch / 2.0,
                    y: centre - height / 2.0,
                    width: patch,
                    height,
                },
                &solid,
            );
            out.text(middle, centre + 4.0, "length", &length);
        }
    }

    /// A stretch of a row in words.
    fn words(&self, name: &str, stretch: &LaneSpan) -> String {
        let when = format!("{} to {}", exact(stretch.from_ms), exact(stretch.to_ms));
        match stretch.reader {
            Reader::NotYet => format!("{name}: not read yet, {when}"),
            Reader::Process {
                process,
                generation_id,
            } => {
                let member = self.trace.member_name(process);
                format!("{name}: read by {member} in generation {generation_id}, {when}")
            }
            Reader::Nobody { last, began, .. } => {
                let member = self.trace.member_name(last);
                let why = match began {
                    StopBegan::Revoked => "gave it up",
                    StopBegan::Lost => "lost it",
                    StopBegan::Closed => "closed",
                    StopBegan::Killed => "was killed",
                    StopBegan::Frozen => "is frozen",
                    StopBegan::Cut => "was cut off",
                    StopBegan::Unsubscribed => "unsubscribed",
                    StopBegan::Failed => "ended by an exception",
                };
                format!(
                    "{name}: read by nobody, {when}, {}; {member} {why}",
                    span(stretch.length_ms())
                )
            }
        }
    }
}

fn float(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// A time to the millisecond, `7.083 s`.
fn exact(ms: u64) -> String {
    format!("{}.{:03} s", ms / 1_000, ms % 1_000)
}

/// A partition's label at no more than 18 characters; the number at its end stays.
fn clipped(label: &str) -> String {
    const MOST: usize = 18;
    let count = label.chars().count();
    if count <= MOST {
        return label.to_owned();
    }
    let head: String = label.chars().take(MOST - 7).collect();
    let tail: String = label.chars().skip(count - 6).collect();
    format!("{head}…{tail}")
}
