//! What covers a torn-out stretch of time.

use crate::figure::axis::Piece;
use crate::figure::paint::{Paint, Px, text_width};
use crate::sim::narrate::span;

/// Covers a torn-out stretch between two zigzag edges; its length stands upright in the middle.
pub(super) fn tear(out: &mut Paint, piece: &Piece, top: f64, height: f64, is_labelled: bool) {
    let left = zigzag(piece.from_x, top, height, 4.0);
    let right = zigzag(piece.to_x, top, height, -4.0);
    let outline = |points: &mut dyn Iterator<Item = &(f64, f64)>| {
        points
            .map(|(x, y)| format!("{},{}", Px(*x), Px(*y)))
            .collect::<Vec<_>>()
            .join(" ")
    };
    let ground = outline(&mut left.iter().chain(right.iter().rev()));
    out.raw(format_args!(r#"<polygon class="tear" points="{ground}"/>"#));
    for edge in [&left, &right] {
        let edge = outline(&mut edge.iter());
        out.raw(format_args!(
            r#"<polyline class="zigzag" points="{edge}"/>"#
        ));
    }
    let text = format!("{} quiet", span(piece.to_ms - piece.from_ms));
    if is_labelled && height > text_width(&text) + 12.0 && piece.to_x - piece.from_x > 14.0 {
        let (x, y) = (
            Px(f64::midpoint(piece.from_x, piece.to_x) + 4.0),
            Px(top + height / 2.0),
        );
        out.raw(format_args!(
            r#"<text x="{x}" y="{y}" class="tick" transform="rotate(-90 {x} {y})">{text}</text>"#
        ));
    }
}

fn zigzag(x: f64, top: f64, height: f64, depth: f64) -> Vec<(f64, f64)> {
    const TOOTH: f64 = 6.0;
    let mut points = Vec::new();
    let mut y = 0.0;
    let mut is_out = false;
    while y <= height {
        points.push((if is_out { x + depth } else { x }, top + y));
        y += TOOTH;
        is_out = !is_out;
    }
    points.push((x, top + height));
    points
}
