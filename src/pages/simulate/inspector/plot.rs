//! A chart as data, and how it is drawn on whatever plotters can draw on.

use assignor_core::sim::narrate::clock;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// Room for the numbers at the left, for half of the last time at the right, and for the times below, in px.
pub(super) const LEFT_PX: f64 = 30.0;
pub(super) const RIGHT_PX: f64 = 18.0;
const BELOW_PX: f64 = 16.0;
const ABOVE_PX: f64 = 6.0;
/// Lines that would lie on each other lie so far beside each other, in px.
const BESIDE_PX: f64 = 1.5;

/// A colour.
pub(super) type Colour = (u8, u8, u8);

/// A line of a chart.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Series {
    /// What it is.
    pub name: String,
    /// From when on it has which value, by time.
    pub steps: Vec<(u64, u64)>,
    /// What stands on its line, so that it isn't told by its colour alone; nothing where it is empty.
    pub letter: String,
    /// Whether the area below it is filled.
    pub is_area: bool,
}

/// A chart.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Plot {
    /// Its lines.
    pub series: Vec<Series>,
    /// The end of the run, in ms.
    pub end_ms: u64,
}

impl Plot {
    /// The highest value; 1 at least.
    pub(super) fn most(&self) -> u64 {
        let values = self.series.iter().flat_map(|series| &series.steps);
        values.map(|step| step.1).max().unwrap_or(0).max(1)
    }
}

impl Series {
    /// The value at a time.
    pub(super) fn at(&self, t_ms: u64) -> u64 {
        let until = self.steps.partition_point(|step| step.0 <= t_ms);
        let step = until.checked_sub(1).and_then(|at| self.steps.get(at));
        step.map_or(0, |step| step.1)
    }

    /// Its corners: level until the next step, then up or down.
    fn corners(&self, end_ms: u64, shift: f64) -> Vec<(f64, f64)> {
        let mut corners: Vec<(f64, f64)> = Vec::with_capacity(self.steps.len() * 2 + 1);
        for &(at_ms, value) in &self.steps {
            let x = float(at_ms);
            if let Some(&(_, before)) = corners.last() {
                corners.push((x, before));
            }
            corners.push((x, float(value) + shift));
        }
        if let Some(&(_, last)) = corners.last() {
            corners.push((float(end_ms), last));
        }
        corners
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "times and counts stay far below 2^52"
)]
fn float(number: u64) -> f64 {
    number as f64
}

/// Draws a chart with so many pixels to a px: sizes grow with it, so that it is as sharp as the screen.
/// `colours` are those of the series; what is without one is drawn in ink.
///
/// # Errors
/// What the place that is drawn on can't do.
pub(super) fn draw<B: DrawingBackend>(
    backend: B,
    plot: &Plot,
    ink: Colour,
    colours: &[Colour],
    ratio: f64,
) -> Result<(), DrawingAreaErrorKind<B::ErrorType>> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a few px"
    )]
    let pixels = |px: f64| (px * ratio).round() as u32;
    let rgb = |(red, green, blue): Colour| RGBColor(red, green, blue);
    let area = backend.into_drawing_area();
    let (_, height) = area.dim_in_pixel();
    let most = float(plot.most());
    let inner = f64::from(height) - (BELOW_PX + ABOVE_PX) * ratio;
    // What stands for the distance of two lines.
    let beside = BESIDE_PX * ratio * most / inner.max(1.0);
    let mut chart = ChartBuilder::on(&area)
        .margin_top(pixels(ABOVE_PX))
        .margin_right(pixels(RIGHT_PX))
        .x_label_area_size(pixels(BELOW_PX))
        .y_label_area_size(pixels(LEFT_PX))
        .build_cartesian_2d(0.0..float(plot.end_ms.max(1)), 0.0..most)?;
    let text = ("sans-serif", f64::from(pixels(10.0)))
        .into_font()
        .color(&rgb(ink));
    chart
        .configure_mesh()
        .disable_mesh()
        .axis_style(rgb(ink).mix(0.4).stroke_width(pixels(1.0)))
        .set_all_tick_mark_size(pixels(3.0))
        .label_style(text)
        .x_labels(5)
        .y_labels(3)
        .x_label_formatter(&|ms| seconds(*ms))
        .y_label_formatter(&|value| {
            if value.fract() == 0.0 {
                value.to_string()
            } else {
                String::new()
            }
        })
        .draw()?;
    for (ix, series) in (0_u32..).zip(&plot.series) {
        let colour = colours.get(ix as usize).copied().unwrap_or(ink);
        let line = rgb(colour).stroke_width(pixels(2.0));
        let corners = series.corners(plot.end_ms, f64::from(ix) * beside);
        if series.is_area {
            let filled = AreaSeries::new(corners, 0.0, rgb(colour).mix(0.8));
            chart.draw_series(filled.border_style(line))?;
        } else {
            chart.draw_series(LineSeries::new(corners, line))?;
        }
    }
    let radius = f64::from(pixels(6.5));
    let font = ("sans-serif", f64::from(pixels(9.0))).into_font();
    let count = u32::try_from(plot.series.len()).unwrap_or(u32::MAX).max(1);
    for (ix, series) in (0_u32..).zip(&plot.series) {
        if series.letter.is_empty() {
            continue;
        }
        let colour = colours.get(ix as usize).copied().unwrap_or(ink);
        // Each at a time of its own: lines lie on each other, letters don't.
        let at_ms =
            plot.end_ms / u64::from(count) * u64::from(ix) + plot.end_ms / u64::from(2 * count);
        let place = (
            float(at_ms),
            float(series.at(at_ms)) + f64::from(ix) * beside,
        );
        chart.draw_series([Circle::new(place, radius, rgb(colour).filled())])?;
        let style = font
            .color(&rgb(on(colour)))
            .pos(Pos::new(HPos::Center, VPos::Center));
        chart.draw_series([Text::new(series.letter.clone(), place, style)])?;
    }
    area.present()
}

/// Black or white, whichever is read more easily on a colour.
fn on((red, green, blue): Colour) -> Colour {
    let luma = 299 * u32::from(red) + 587 * u32::from(green) + 114 * u32::from(blue);
    if luma > 128_000 {
        (0, 0, 0)
    } else {
        (255, 255, 255)
    }
}

/// A time of the axis without decimals that say nothing.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the axis has no negative times"
)]
fn seconds(ms: f64) -> String {
    let ms = ms.max(0.0) as u64;
    if ms.is_multiple_of(1_000) {
        format!("{} s", ms / 1_000)
    } else {
        clock(ms)
    }
}

#[cfg(test)]
mod tests {
    use super::{Plot, Series, draw};
    use plotters::prelude::SVGBackend;

    fn plot() -> Plot {
        let series = |name: &str, steps: &[(u64, u64)], is_area| Series {
            name: name.to_owned(),
            steps: steps.to_vec(),
            letter: if is_area {
                String::new()
            } else {
                "Q".to_owned()
            },
            is_area,
        };
        Plot {
            series: vec![
                series("c1", &[(0, 0), (2_000, 6), (6_000, 3)], false),
                series("c2", &[(0, 0), (6_000, 3)], true),
            ],
            end_ms: 10_000,
        }
    }

    #[test]
    fn a_line_is_level_until_its_next_step() {
        let plot = plot();
        assert_eq!(
            [0, 1_999, 2_000, 9_000].map(|t_ms| plot.series[0].at(t_ms)),
            [0, 0, 6, 3]
        );
        let corners = plot.series[0].corners(10_000, 0.5);
        let expected = [
            (0.0, 0.5),
            (2_000.0, 0.5),
            (2_000.0, 6.5),
            (6_000.0, 6.5),
            (6_000.0, 3.5),
            (10_000.0, 3.5),
        ];
        assert_eq!(corners, expected);
        assert_eq!(plot.most(), 6);
    }

    #[test]
    fn it_is_drawn_with_its_times_in_its_colours_and_sharp() {
        let mut text = String::new();
        let size = (640, 240);
        draw(
            SVGBackend::with_string(&mut text, size),
            &plot(),
            (1, 2, 3),
            &[(0, 114, 178)],
            2.0,
        )
        .expect("a drawing");
        for part in [
            "10 s",
            "#0072B2",
            "#010203",
            "stroke-width=\"4\"",
            "font-size=\"16",
            "<circle",
            "Q\n",
        ] {
            assert!(text.contains(part), "{part}\n{text}");
        }
        let mut empty = String::new();
        let nothing = Plot {
            series: Vec::new(),
            end_ms: 0,
        };
        assert!(
            draw(
                SVGBackend::with_string(&mut empty, (1, 1)),
                &nothing,
                (0, 0, 0),
                &[],
                1.0
            )
            .is_ok()
        );
    }
}
