//! Charts over the whole run: how many partitions nobody reads, how many each member reads, and how many
//! records wait. Drawn on canvases with as many pixels as the screen has; the same numbers stand in a table.

use super::plot::{LEFT_PX, Plot, RIGHT_PX, Series, draw};
use crate::figure::{MemberShare, Run, member_shares, owner, px};
use crate::platform::canvas;
use crate::platform::layout::{use_media, use_size};
use crate::shared::Shared;
use crate::shell::use_shell;
use assignor_core::sim::narrate::clock;
use plotters_canvas::CanvasBackend;
use web_sys::{Element, HtmlCanvasElement};
use yew::prelude::*;

/// At so many times the lag is counted.
const LAG_SAMPLES: u64 = 400;
/// More members than this are too many lines to tell apart.
const MOST_LINES: usize = 12;
/// How many rows the table of a chart has.
const MOST_ROWS: usize = 100;

#[derive(Properties, PartialEq)]
pub(super) struct ChartsProps {
    /// The run.
    pub run: Shared<Run>,
    /// The playhead.
    pub t_ms: u64,
}

/// The charts.
#[component]
pub(super) fn Charts(props: &ChartsProps) -> Html {
    let ChartsProps { run, t_ms } = props;
    let t_ms = *t_ms;
    let shares = use_memo(run.clone(), |run| member_shares(run));
    let stops = use_memo(run.clone(), |run| {
        Shared::new(plot(run, vec![stopped(&shares)]))
    });
    let reads = use_memo(run.clone(), |run| {
        Shared::new(plot(run, reads(run, &shares)))
    });
    let lag = use_memo(run.clone(), |run| lag(run).map(Shared::new));
    let members = run.trace.members.len();
    html! {
        <div data-testid="charts">
            <Chart name="Partitions that nobody reads" plot={(*stops).clone()} {t_ms} />
            if members <= MOST_LINES {
                <Chart name="Partitions per member" plot={(*reads).clone()} {t_ms} has_owners=true />
            } else {
                <p class="nothing">{ format!("{members} members are too many lines; the lanes have a line per member.") }</p>
            }
            if let Some(plot) = (*lag).clone() { <Chart name="Lag: records that wait" {plot} {t_ms} /> }
        </div>
    }
}

fn plot(run: &Run, series: Vec<Series>) -> Plot {
    Plot {
        series,
        end_ms: run.trace.end_ms,
    }
}

/// How many partitions each member reads, from when on.
fn reads(run: &Run, shares: &[Vec<MemberShare>]) -> Vec<Series> {
    let members = shares.iter().take(MOST_LINES).enumerate();
    let series = members.map(|(member, line)| {
        let steps = line.iter().map(|share| (share.from_ms, wide(share.reads)));
        Series {
            name: run.member_name(member).to_owned(),
            steps: steps.collect(),
            letter: owner::letter(member),
            is_area: false,
        }
    });
    series.collect()
}

/// How many partitions nobody reads, from when on.
fn stopped(shares: &[Vec<MemberShare>]) -> Series {
    let mut changes: Vec<(u64, isize)> = Vec::new();
    for share in shares.iter().flatten() {
        let count = share.stopped.cast_signed();
        changes.extend([(share.from_ms, count), (share.to_ms, -count)]);
    }
    changes.sort_unstable();
    let mut steps: Vec<(u64, u64)> = vec![(0, 0)];
    let mut count = 0_isize;
    for (at_ms, change) in changes {
        count += change;
        let now = wide(count.max(0).unsigned_abs());
        match steps.last_mut() {
            Some(last) if last.0 == at_ms => last.1 = now,
            _ => steps.push((at_ms, now)),
        }
    }
    steps.dedup_by_key(|step| step.1);
    Series {
        name: "stopped".to_owned(),
        steps,
        letter: String::new(),
        is_area: true,
    }
}

/// How many records wait; none in a run without records.
fn lag(run: &Run) -> Option<Plot> {
    if !run.trace.has_records() {
        return None;
    }
    let mut steps = run.trace.lag(LAG_SAMPLES);
    steps.dedup_by_key(|step| step.1);
    let series = Series {
        name: "lag".to_owned(),
        steps,
        letter: String::new(),
        is_area: false,
    };
    Some(plot(run, vec![series]))
}

fn wide(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

#[derive(Properties, PartialEq)]
struct ChartProps {
    name: &'static str,
    plot: Shared<Plot>,
    t_ms: u64,
    /// Whether the series are the members, in their colours.
    #[prop_or_default]
    has_owners: bool,
}

/// A chart with the playhead over it, and its numbers as a table.
#[component]
fn Chart(props: &ChartProps) -> Html {
    let ChartProps {
        name,
        plot,
        t_ms,
        has_owners,
    } = props;
    let (around, place) = (use_node_ref(), use_node_ref());
    let (width, _) = use_size(&place, (320.0, 110.0));
    // Another theme or screen has other colours or pixels; the canvas doesn't follow by itself.
    let looks = (
        use_shell().preferences.theme,
        use_media("(prefers-color-scheme: dark)"),
        use_media("(forced-colors: active)"),
        use_media("(min-resolution: 1.5dppx)"),
    );
    let is_refused = use_state_eq(|| false);
    {
        let (around, place, refused) = (around.clone(), place.clone(), is_refused.setter());
        use_effect_with((plot.clone(), px(width), looks), move |(plot, ..)| {
            if let (Some(around), Some(canvas)) =
                (around.cast::<Element>(), place.cast::<HtmlCanvasElement>())
            {
                refused.set(draw_on(canvas, &around, plot).is_none());
            }
        });
    }
    let values: Vec<_> = plot
        .series
        .iter()
        .map(|series| (series.name.clone(), series.at(*t_ms)))
        .collect();
    let label = format!("{name} over time, at most {}", plot.most());
    let share = if plot.end_ms == 0 {
        0.0
    } else {
        share(*t_ms, plot.end_ms)
    };
    let now = format!(
        "left:{}px",
        px(LEFT_PX + (width - LEFT_PX - RIGHT_PX) * share)
    );
    html! {
        <div ref={around} class="chart-block">
            <h3>{ *name }
                <small class="fig">
                    if *has_owners {
                        { for values.iter().enumerate().map(|(ix, (name, value))| html! {
                            <span class="chart-value"><i class={classes!("badge", owner::class(ix))} title={name.clone()}>{ owner::letter(ix) }</i>{ value }</span>
                        }) }
                    } else {
                        { for values.iter().map(|(_, value)| html! { <>{ format!("{value} ") }</> }) }
                    }
                    { format!("at {}", clock(*t_ms)) }
                </small>
            </h3>
            <div class="chart-place">
                <canvas ref={place} class="chart" role="img" aria-label={label} data-testid="chart" />
                <span class="chart-now" style={now} />
            </div>
            if *is_refused { <p class="nothing">{ "This browser can't draw it; the numbers are below." }</p> }
            <details class="chart-numbers"><summary>{ "Numbers" }</summary>{ numbers(plot) }</details>
        </div>
    }
}

/// Draws a chart in the colours of the badges beside it; none if the browser can't.
fn draw_on(canvas: HtmlCanvasElement, around: &Element, plot: &Plot) -> Option<()> {
    let ratio = canvas::fit(&canvas);
    let (ink, colours) = (
        canvas::ink(&canvas),
        canvas::backgrounds(around, "h3 .badge"),
    );
    draw(
        CanvasBackend::with_canvas_object(canvas)?,
        plot,
        ink,
        &colours,
        ratio,
    )
    .ok()
}

#[expect(clippy::cast_precision_loss, reason = "times stay far below 2^52 ms")]
fn share(t_ms: u64, end_ms: u64) -> f64 {
    t_ms as f64 / end_ms as f64
}

/// Every step of every line.
fn numbers(plot: &Plot) -> Html {
    let mut rows: Vec<(u64, &str, u64)> = Vec::new();
    for series in &plot.series {
        rows.extend(
            series
                .steps
                .iter()
                .map(|&(at_ms, value)| (at_ms, series.name.as_str(), value)),
        );
    }
    rows.sort_by_key(|row| row.0);
    let cut = rows.len().checked_sub(MOST_ROWS).filter(|more| *more > 0);
    html! {
        <>
            <table class="table">
                <thead><tr><th scope="col">{ "from" }</th><th scope="col">{ "what" }</th><th scope="col" class="n">{ "number" }</th></tr></thead>
                <tbody>{ for rows.iter().take(MOST_ROWS).map(|(at_ms, name, value)| html! {
                    <tr><td class="fig">{ clock(*at_ms) }</td><td>{ (*name).to_owned() }</td><td class="n fig">{ *value }</td></tr>
                }) }</tbody>
            </table>
            if let Some(more) = cut { <p class="nothing">{ format!("{more} more steps.") }</p> }
        </>
    }
}

#[cfg(test)]
mod tests {
    use super::{MemberShare, stopped};

    #[test]
    fn what_stops_with_several_members_adds_up() {
        let share = |from_ms, to_ms, stopped| MemberShare {
            from_ms,
            to_ms,
            reads: 1,
            stopped,
        };
        let lines = [
            vec![share(0, 10, 0), share(10, 30, 2), share(30, 50, 0)],
            vec![share(0, 20, 0), share(20, 30, 1), share(30, 50, 0)],
        ];
        assert_eq!(stopped(&lines).steps, [(0, 0), (10, 2), (20, 3), (30, 0)]);
    }
}
