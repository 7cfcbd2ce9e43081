//! The stage at a moment: the group's state and the sentence about it, a card per member with what it reads, and the
//! shelf of what nobody reads.

use super::{Figure, MARGIN, exact, float};
use crate::figure::letter;
use crate::figure::paint::{Paint, Px, Rect, fill, text_width};
use crate::sim::narrate::{self, span};
use crate::sim::trace::{Activity, Frame, PartitionIx, Reader};

const TOKEN: f64 = 30.0;
const TOKEN_GAP: f64 = 4.0;
const CARD_GAP: f64 = 12.0;
const CARD_INSET: f64 = 12.0;
const CARD_HEAD: f64 = 42.0;
/// Members in a row.
const MOST_COLUMNS: usize = 6;
/// More tokens than this of one member, or on the shelf, are counted instead of drawn.
const MOST_TOKENS: usize = 60;

impl Figure<'_> {
    /// Draws the stage; answers where it ends.
    pub(super) fn stage(&self, out: &mut Paint, t_ms: u64, top: f64) -> f64 {
        let frame = self.trace.frame_at(t_ms);
        out.raw(format_args!("<g data-stage=\"{}\">", frame.at_ms));
        let group = &frame.group;
        let state = format!(
            "The group at {}: {}, generation {}",
            exact(frame.at_ms),
            group.state.as_str(),
            group.generation_id
        );
        out.text(MARGIN, top + 10.0, "strong", &state);
        let sentence = narrate::at(self.trace, &frame).state.to_string();
        let mut y = top + 28.0;
        for line in wrapped(&sentence, self.width - 2.0 * MARGIN) {
            out.text(MARGIN, y, "ink", &line);
            y += 16.0;
        }
        y = self.members(out, &frame, y + 2.0);
        y = self.shelf(out, &frame, y + 12.0);
        out.raw(format_args!("</g>"));
        y + 22.0
    }

    /// The members; answers where they end.
    fn members(&self, out: &mut Paint, frame: &Frame, top: f64) -> f64 {
        let columns = frame.members.len().clamp(1, MOST_COLUMNS);
        let room = self.width - 2.0 * MARGIN + CARD_GAP;
        let width = room / float(columns) - CARD_GAP;
        let rows: Vec<_> = frame.members.chunks(columns).collect();
        let mut y = top;
        for (row, members) in rows.into_iter().enumerate() {
            let tokens = members
                .iter()
                .map(|member| token_rows(member.reads.len(), width));
            let height = CARD_HEAD + tokens.fold(TOKEN, f64::max) + CARD_INSET;
            for (column, member) in members.iter().enumerate() {
                let place = row * columns + column;
                let x = MARGIN + float(column) * (width + CARD_GAP);
                let card = Rect {
                    x,
                    y,
                    width,
                    height,
                };
                self.member(out, frame, place, &member.reads, card);
            }
            y += height + CARD_GAP;
        }
        y
    }

    fn member(
        &self,
        out: &mut Paint,
        frame: &Frame,
        place: usize,
        reads: &[PartitionIx],
        card: Rect,
    ) {
        let name = self.trace.members.get(place).map_or("", |name| name);
        let colour = self
            .palette
            .owners
            .get(place % 8)
            .copied()
            .unwrap_or_default();
        let is_there = frame.members.get(place).and_then(|member| member.activity);
        let is_there = is_there.is_some_and(Activity::is_alive);
        out.raw(format_args!("<g data-member=\"{place}\">"));
        let class = if is_there {
            "class=\"chip\""
        } else {
            "class=\"not-yet\""
        };
        out.rect(card, &format!("{class} rx=\"8\""));
        let (x, y) = (
            Px(card.x + CARD_INSET + 11.0),
            Px(card.y + CARD_INSET + 11.0),
        );
        let disc = if is_there {
            fill(colour)
        } else {
            "class=\"not-yet\"".to_owned()
        };
        out.raw(format_args!(r#"<circle cx="{x}" cy="{y}" r="11" {disc}/>"#));
        out.text(x.0, y.0 + 4.0, "strong middle", &letter(place));
        let most = ((card.width - 60.0) / 6.3).max(4.0);
        out.text(x.0 + 18.0, y.0, "strong", &short(name, most));
        out.text(
            x.0 + 18.0,
            y.0 + 13.0,
            "faint",
            &short(&standing(frame, place), most),
        );
        let inside = Rect {
            x: card.x + CARD_INSET,
            y: card.y + CARD_HEAD,
            ..card
        };
        self.tokens(out, reads, inside, |_| fill(colour), false);
        out.raw(format_args!("</g>"));
    }

    /// What nobody reads; answers where it ends.
    fn shelf(&self, out: &mut Paint, frame: &Frame, top: f64) -> f64 {
        let places = (0..).map(PartitionIx).zip(&frame.partitions);
        let stopped: Vec<_> = places
            .filter(|(_, partition)| matches!(partition.reader, Reader::Nobody { .. }))
            .collect();
        let longest = stopped
            .iter()
            .map(|(_, partition)| frame.at_ms.saturating_sub(partition.since_ms))
            .max();
        let words = match longest {
            None => "Every partition that was ever read is read".to_owned(),
            Some(ms) => format!(
                "Read by nobody: {}, the longest for {}",
                stopped.len(),
                span(ms)
            ),
        };
        let width = self.width - 2.0 * MARGIN;
        let all: Vec<_> = stopped.iter().map(|(partition, _)| *partition).collect();
        let height = 30.0
            + if all.is_empty() {
                0.0
            } else {
                token_rows(all.len(), width) + 8.0
            };
        out.rect(
            Rect {
                x: MARGIN,
                y: top,
                width,
                height,
            },
            "class=\"chip\" rx=\"8\"",
        );
        out.text(MARGIN + CARD_INSET, top + 19.0, "strong", &words);
        let inside = Rect {
            x: MARGIN + CARD_INSET,
            y: top + 28.0,
            width,
            height,
        };
        self.tokens(
            out,
            &all,
            inside,
            |_| "fill=\"url(#hatch)\"".to_owned(),
            true,
        );
        top + height
    }

    /// Partitions side by side.
    fn tokens(
        &self,
        out: &mut Paint,
        all: &[PartitionIx],
        place: Rect,
        paint: impl Fn(PartitionIx) -> String,
        is_stopped: bool,
    ) {
        let columns = columns(place.width);
        for (at, &partition) in all.iter().take(MOST_TOKENS).enumerate() {
            let x = place.x + float(at % columns) * (TOKEN + TOKEN_GAP);
            let y = place.y + float(at / columns) * (TOKEN + TOKEN_GAP);
            let label = self
                .labels
                .get(partition.0 as usize)
                .map_or("", String::as_str);
            let reader = if is_stopped { "nobody" } else { "member" };
            out.raw(format_args!("<g data-reader=\"{reader}\">"));
            out.title(label);
            out.rect(
                Rect {
                    x,
                    y,
                    width: TOKEN,
                    height: TOKEN,
                },
                &format!("{} rx=\"5\"", paint(partition)),
            );
            let label = short(label, 5.0);
            let (middle, patch) = (x + TOKEN / 2.0, text_width(&label) + 4.0);
            let ground = if is_stopped {
                self.palette.stop
            } else {
                self.palette.surface
            };
            let opacity = if is_stopped {
                ""
            } else {
                " fill-opacity=\".82\""
            };
            out.rect(
                Rect {
                    x: middle - patch / 2.0,
                    y: y + 8.0,
                    width: patch,
                    height: 14.0,
                },
                &format!("{}{opacity} rx=\"3\"", fill(ground)),
            );
            out.text(
                middle,
                y + 19.0,
                if is_stopped {
                    "length"
                } else {
                    "strong middle"
                },
                &label,
            );
            out.raw(format_args!("</g>"));
        }
        if let Some(more @ 1..) = all.len().checked_sub(MOST_TOKENS) {
            let y = place.y + token_rows(all.len(), place.width) - 6.0;
            out.text(place.x, y, "faint", &format!("and {more} more"));
        }
    }
}

/// What a member is, in three words.
fn standing(frame: &Frame, place: usize) -> String {
    let Some(member) = frame.members.get(place) else {
        return String::new();
    };
    let awaited = frame.barrier.iter().flat_map(|barrier| &barrier.awaited);
    let is_awaited = awaited.into_iter().any(|awaited| awaited.member == place);
    match member.activity {
        None => "not started".to_owned(),
        Some(activity) if !activity.is_alive() => "gone".to_owned(),
        Some(_) if is_awaited => "awaited".to_owned(),
        Some(_) => match member.reads.len() {
            0 => "reads nothing".to_owned(),
            count => format!("reads {count}"),
        },
    }
}

fn columns(width: f64) -> usize {
    let mut columns = 1;
    while columns < MOST_TOKENS
        && float(columns + 1) * (TOKEN + TOKEN_GAP) <= width - 2.0 * CARD_INSET + TOKEN_GAP
    {
        columns += 1;
    }
    columns
}

/// Height of so many tokens in a width.
fn token_rows(count: usize, width: f64) -> f64 {
    let rows = count.min(MOST_TOKENS).div_ceil(columns(width));
    let more = if count > MOST_TOKENS { 18.0 } else { 0.0 };
    float(rows) * (TOKEN + TOKEN_GAP) + more
}

/// A text at no more than so many letters.
fn short(text: &str, most: f64) -> String {
    let count = text.chars().count();
    if float(count) <= most {
        return text.to_owned();
    }
    let kept = text.chars().take_while({
        let mut at = 0;
        move |_| {
            at += 1;
            float(at) < most
        }
    });
    format!("{}…", kept.collect::<String>())
}

/// A sentence in lines of a width.
fn wrapped(text: &str, width: f64) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        if let Some(line) = lines.last_mut() {
            let is_first = line.is_empty();
            if is_first || text_width(line) + text_width(word) + 6.3 <= width {
                if !is_first {
                    line.push(' ');
                }
                line.push_str(word);
                continue;
            }
        }
        lines.push(word.to_owned());
    }
    lines
}

#[cfg(test)]
mod tests {
    use crate::figure::{Options, Parts, svg};
    use crate::gallery;
    use crate::sim::simulate;
    use crate::sim::trace::Reader;

    #[test]
    fn the_stage_has_every_partition_once_as_the_frame_has_it() {
        for entry in gallery::all() {
            let trace = simulate(&entry.scenario().unwrap()).unwrap();
            for t_ms in [
                0,
                entry.from_ms,
                entry.from_ms.midpoint(entry.to_ms),
                u64::MAX,
            ] {
                let options = Options {
                    moment: Some(t_ms),
                    parts: Parts::Stage,
                    ..Options::default()
                };
                let picture = svg(&trace, &options);
                let frame = trace.frame_at(t_ms);
                let count = |is: fn(&Reader) -> bool| {
                    frame.partitions.iter().filter(|p| is(&p.reader)).count()
                };
                let stopped = count(|reader| matches!(reader, Reader::Nobody { .. }));
                let read = count(|reader| matches!(reader, Reader::Process { .. }));
                assert_eq!(
                    picture.matches("data-reader=\"nobody\"").count(),
                    stopped,
                    "{}",
                    entry.slug
                );
                assert_eq!(
                    picture.matches("data-reader=\"member\"").count(),
                    read,
                    "{}",
                    entry.slug
                );
            }
        }
    }

    #[test]
    fn a_window_shows_nothing_from_outside() {
        let entry = gallery::entry("crash").unwrap();
        let trace = simulate(&entry.scenario().unwrap()).unwrap();
        let drawn = |window| {
            let parts = Parts::Both;
            svg(
                &trace,
                &Options {
                    window,
                    moment: Some(9_000),
                    parts,
                    ..Options::default()
                },
            )
        };
        let (whole, part) = (drawn(None), drawn(Some((8_000, 10_000))));
        assert!(whole.len() > part.len());
        assert!(part.contains("<g data-moment=\"9000\">"));
        assert!(whole.contains("0.000 s to ") && !part.contains("not read yet, 0.000 s"));
        for wild in [(0, 0), (5, 1), (u64::MAX, u64::MAX), (0, u64::MAX)] {
            assert!(drawn(Some(wild)).ends_with("</svg>\n"));
        }
    }
}
