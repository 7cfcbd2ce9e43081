//! What stands below the rows: events, actions, legend.

use super::{Figure, MARGIN, exact, float};
use crate::figure::letter;
use crate::figure::paint::{Paint, Px, Rect, fill, text_width};
use crate::figure::palette::mixed;
use crate::sim::narrate;
use crate::sim::trace::EventKind;

/// Marks nearer to each other are drawn as one.
const MARKS_APART: f64 = 8.0;
const CHIP_TRACK: f64 = 24.0;
const MOST_TRACKS: usize = 4;

impl Figure<'_> {
    /// A triangle for what the protocol did.
    pub(super) fn events(&self, out: &mut Paint, top: f64) {
        out.text(MARGIN, top + 12.0, "faint", "events");
        let mut marks: Vec<(f64, Vec<String>)> = Vec::new();
        for event in &self.trace.events {
            let is_outside = !(self.axis.from_ms()..=self.axis.to_ms()).contains(&event.at_ms);
            if is_outside || is_hidden(&event.kind) || action(&event.kind).is_some() {
                continue;
            }
            let x = self.axis.x(event.at_ms);
            let text = format!(
                "{} {}",
                exact(event.at_ms),
                narrate::event(self.trace, event)
            );
            match marks.last_mut() {
                Some((last, texts)) if x - *last < MARKS_APART => texts.push(text),
                _ => marks.push((x, vec![text])),
            }
        }
        for (x, texts) in marks {
            out.raw(format_args!("<g>"));
            out.title(&texts.join("\n"));
            out.raw(format_args!(
                r#"<path class="mark" d="M{} {} l4.5 8 h-9 z"/>"#,
                Px(x),
                Px(top + 3.5)
            ));
            out.raw(format_args!("</g>"));
        }
    }

    /// What was done to the group; answers where the row ends.
    pub(super) fn actions(&self, out: &mut Paint, top: f64) -> f64 {
        out.text(MARGIN, top + 14.0, "faint", "actions");
        let (_, right) = self.axis.ends();
        let mut taken = [f64::MIN; MOST_TRACKS];
        let mut lowest = 0;
        let mut left_out = 0_usize;
        let mut last_x = f64::MIN;
        for event in &self.trace.events {
            let Some(verb) = action(&event.kind) else {
                continue;
            };
            if !(self.axis.from_ms()..=self.axis.to_ms()).contains(&event.at_ms) {
                continue;
            }
            let object = match &event.kind {
                EventKind::TopicChanged { topic, .. } | EventKind::TopicDeleted { topic } => topic,
                kind => kind
                    .process()
                    .map_or("", |process| self.trace.member_name(process)),
            };
            let text = clipped_to(&format!("{verb} {object}"), 26);
            let width = text_width(&text) + 14.0;
            let mark = self.axis.x(event.at_ms);
            last_x = last_x.max(mark);
            let x = mark.min(right - width);
            let Some(track) = taken.iter().position(|&end| end <= x) else {
                left_out += 1;
                continue;
            };
            taken[track] = x + width + 4.0;
            lowest = lowest.max(track);
            let y = top + float(track) * CHIP_TRACK;
            out.raw(format_args!("<g>"));
            out.title(&format!(
                "{} {}",
                exact(event.at_ms),
                narrate::event(self.trace, event)
            ));
            out.line((mark, top - 20.0), (mark, y), "lead");
            let (x, y, width) = (Px(x), Px(y), Px(width));
            out.raw(format_args!(
                r#"<rect class="chip" x="{x}" y="{y}" width="{width}" height="20" rx="4"/>"#
            ));
            out.text(x.0 + 7.0, y.0 + 14.0, "ink", &text);
            out.raw(format_args!("</g>"));
        }
        let end = top + float(lowest + 1) * CHIP_TRACK;
        if left_out > 0 {
            out.text(
                self.axis.ends().0,
                end + 12.0,
                "faint",
                &format!("and {left_out} more actions, for which there is no room"),
            );
            return end + 18.0;
        }
        end
    }

    /// Who is who; answers where it ends.
    pub(super) fn legend(&self, out: &mut Paint, top: f64) -> f64 {
        let (left, right) = self.axis.ends();
        out.text(MARGIN, top + 12.0, "faint", "members");
        let (mut x, mut y) = (left, top);
        let mut place =
            |out: &mut Paint, text: &str, swatch: &mut dyn FnMut(&mut Paint, f64, f64)| {
                let width = text_width(text) + 46.0;
                if x + width > right && x > left {
                    (x, y) = (left, y + 22.0);
                }
                swatch(out, x, y);
                out.text(x + 28.0, y + 12.0, "ink", text);
                x += width;
            };
        for (member, name) in self.trace.members.iter().enumerate() {
            let colour = self.palette.owners[member % 8];
            place(out, &clipped_to(name, 40), &mut |out, x, y| {
                let rect = |width| Rect {
                    x,
                    y,
                    width,
                    height: 16.0,
                };
                let (tint, _) = self.palette.tints;
                out.rect(rect(22.0), &fill(mixed(colour, self.palette.surface, tint)));
                let series = (member / 8) % 4 + 1;
                if series > 1 {
                    out.rect(rect(22.0), &format!("fill=\"url(#texture-{series})\""));
                }
                out.rect(rect(3.0), &fill(colour));
                out.text(x + 7.0, y + 12.0, "strong", &letter(member));
            });
        }
        place(out, "read by nobody", &mut |out, x, y| {
            out.rect(
                Rect {
                    x,
                    y,
                    width: 22.0,
                    height: 16.0,
                },
                "fill=\"url(#hatch)\"",
            );
        });
        y + 16.0
    }
}

/// What the user, or the world, did: it stands in the row of actions.
fn action(kind: &EventKind) -> Option<&'static str> {
    Some(match kind {
        EventKind::Started { .. } => "start",
        EventKind::Closing { .. } => "close",
        EventKind::Killed { .. } => "kill",
        EventKind::Frozen { .. } => "freeze",
        EventKind::Thawed { .. } => "thaw",
        EventKind::Busy { .. } => "slow",
        EventKind::TopicChanged { .. } => "grow",
        EventKind::TopicDeleted { .. } => "delete",
        _ => return None,
    })
}

/// What goes on all the time.
fn is_hidden(kind: &EventKind) -> bool {
    matches!(
        kind,
        EventKind::Read { .. } | EventKind::Told { .. } | EventKind::Idle { .. }
    )
}

fn clipped_to(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
