//! Stage, lanes and thumbnail of real runs, rendered to HTML without a browser.

use assignor_core::sim::trace::{Lane, Reader};
use assignor_core::sim::{Scenario, simulate};
use rebalance_lab::figure::{
    By, Excerpt, ExcerptProps, Extent, Lanes, LanesProps, Run, Thumbnail, ThumbnailProps, Window,
};
use rebalance_lab::shared::Shared;
use rebalance_lab::stage::{Motion, Stage, StageProps};
use yew::{BaseComponent, Callback, LocalServerRenderer};

fn run(members: usize, partitions: u32) -> Shared<Run> {
    run_of(members, partitions, "range", Some("c1"))
}

/// A run of 20 s, in which a member is killed at 9 s if one is named.
fn run_of(members: usize, partitions: u32, assignor: &str, killed: Option<&str>) -> Shared<Run> {
    let names: Vec<_> = (1..=members)
        .map(|n| format!(r#"{{"name": "c{n}"}}"#))
        .collect();
    let starts: Vec<_> = (1..=members)
        .map(|n| {
            format!(
                r#"{{"at_ms": {}, "do": "start", "member": "c{n}"}}"#,
                n * 10
            )
        })
        .collect();
    let kill = killed.map_or(String::new(), |name| {
        format!(r#", {{"at_ms": 9000, "do": "kill", "member": "{name}"}}"#)
    });
    let text = format!(
        r#"{{"version": 1, "broker": {{"group.initial.rebalance.delay.ms": "500"}},
            "topics": [{{"name": "a", "partitions": {partitions}}}],
            "config": {{"session.timeout.ms": "6000", "heartbeat.interval.ms": "1000", "partition.assignment.strategy": "{assignor}"}},
            "members": [{}], "actions": [{}{kill}], "until_ms": 20000}}"#,
        names.join(","),
        starts.join(",")
    );
    let scenario = Scenario::from_json(&text).expect("a scenario");
    Shared::new(Run::new(simulate(&scenario).expect("a run"), []))
}

async fn rendered<C: BaseComponent>(props: C::Properties) -> String
where
    C::Properties: 'static,
{
    LocalServerRenderer::<C>::with_props(props)
        .hydratable(false)
        .render()
        .await
}

async fn stage(run: &Shared<Run>, t_ms: u64) -> String {
    rendered::<Stage>(StageProps {
        run: run.clone(),
        frame: Shared::new(run.trace.frame_at(t_ms)),
        motion: Motion::Settled,
        menu: None,
        on_menu: Callback::noop(),
        on_add: Callback::noop(),
        marks: None,
    })
    .await
}

async fn lanes(run: &Shared<Run>, t_ms: u64) -> String {
    covered_lanes(run, t_ms, None).await
}

async fn covered_lanes(run: &Shared<Run>, t_ms: u64, cover_ms: Option<u64>) -> String {
    let extent = Extent {
        end_ms: run.trace.end_ms,
        quiet: run.quiet.clone(),
    };
    rendered::<Lanes>(LanesProps {
        run: run.clone(),
        t_ms,
        window: Window::whole(&extent),
        extent: Shared::new(extent),
        by: By::Partition,
        range: None,
        cover_ms,
        chips: Vec::new(),
        selected: None,
        others: Vec::new(),
        on_seek: Callback::noop(),
        on_chip: Callback::noop(),
        on_window: Callback::noop(),
        on_range: Callback::noop(),
    })
    .await
}

#[tokio::test(flavor = "current_thread")]
async fn the_stage_names_owners_stops_and_what_the_killed_member_was() {
    let run = run(3, 6);
    let html = stage(&run, 10_000).await;
    assert!(html.contains("killed, noticed in "), "{html}");
    assert!(html.contains("Read by nobody: 2 of 6"));
    for label in ["a0", "a1"] {
        assert!(html.contains(&format!("data-partition=\"{label}\" data-owner=\"nobody\"")));
    }
    assert!(html.contains("data-partition=\"a5\" data-owner=\"c3\""));
    assert!(html.contains("data-state=\"Stable\""));
}

#[tokio::test(flavor = "current_thread")]
async fn the_barrier_says_who_has_joined() {
    let run = run(3, 6);
    let html = stage(&run, 300).await;
    assert!(html.contains("c1 joined at 0.0"), "{html}");
    assert!(html.contains("join barrier: "));
    assert!(html.contains("Not read yet: 6 of 6"));
}

#[tokio::test(flavor = "current_thread")]
async fn the_same_time_gives_the_same_picture() {
    let run = run(3, 6);
    let (before, other) = (stage(&run, 9_500).await, stage(&run, 12_345).await);
    assert_ne!(before, other);
    assert_eq!(before, stage(&run, 9_500).await);
    assert_eq!(lanes(&run, 9_500).await, lanes(&run, 9_500).await);
}

#[tokio::test(flavor = "current_thread")]
async fn lanes_carry_their_spans_and_the_length_of_a_stop() {
    let run = run(3, 6);
    let html = lanes(&run, 10_000).await;
    let stop = run.trace.lanes[0]
        .spans
        .iter()
        .find(|span| span.is_stop())
        .expect("a stop");
    assert!(html.contains(&format!(
        "data-from=\"{}\" data-to=\"{}\" data-reader=\"nobody\"",
        stop.from_ms, stop.to_ms
    )));
    assert!(html.contains("class=\"bar-length\""));
    assert!(html.contains("10.00 s"));
}

#[tokio::test(flavor = "current_thread")]
async fn many_members_and_partitions_stay_a_small_page() {
    let html = stage(&run(40, 2_000), 10_000).await;
    assert!(html.contains("is-compact") && html.contains("One square is one partition"));
    assert!(html.len() < 200_000, "{} bytes", html.len());
    let html = stage(&run(130, 2_600), 10_000).await;
    assert!(
        html.contains("is-density") && html.contains("one mark one partition"),
        "{html}"
    );
    // c1 was killed: its column is dark, with an arrow, and no other.
    assert!(html.contains("data-member=\"0\" data-reads=\"0\" data-stopped=\"20\""));
    assert_eq!(html.matches("density-arrow").count(), 1);
    assert_eq!(html.matches("data-stopped=\"0\"").count(), 129);
    assert!(html.len() < 100_000, "{} bytes", html.len());
    let html = stage(&run(4, 2_000), 10_000).await;
    assert!(
        html.contains("is-large") && html.contains("One square is"),
        "{html}"
    );
    let html = lanes(&run(4, 2_000), 10_000).await;
    assert!(html.matches("class=\"lane\"").count() < 60);
}

async fn thumbnail(run: &Shared<Run>) -> String {
    rendered::<Thumbnail>(ThumbnailProps {
        run: run.clone(),
        id: "t".into(),
        width: 262.0,
        height: 96.0,
        from_ms: 0,
        to_ms: None,
        mark_ms: None,
    })
    .await
}

#[tokio::test(flavor = "current_thread")]
async fn a_thumbnail_has_a_text_alternative_and_no_letters() {
    let html = thumbnail(&run(3, 6)).await;
    assert!(
        html.contains("aria-label=\"6 partitions over 20.0 s"),
        "{html}"
    );
    assert!(!html.contains("<text"));
}

#[tokio::test(flavor = "current_thread")]
async fn a_partition_without_a_row_of_its_own_shows_its_stop() {
    // Forty rows stand for sixty partitions: that of a1 for a2 too.
    let whole = run_of(60, 60, "cooperative-sticky", None);
    let Reader::Process { process, .. } = whole.trace.frame_at(8_900).partitions[2].reader else {
        panic!("a2 is read");
    };
    let reader = whole.trace.member_name(process);
    let killed = run_of(60, 60, "cooperative-sticky", Some(reader));
    let stops = |run: &Run| -> Vec<usize> {
        let late = |lane: &Lane| lane.spans.iter().any(|s| s.is_stop() && s.from_ms >= 9_000);
        (0..60).filter(|&ix| late(&run.trace.lanes[ix])).collect()
    };
    assert_eq!((stops(&whole), stops(&killed)), (vec![], vec![2]));
    let solid = |html: &str| html.matches("bar-solid").count();
    let (before, after) = (thumbnail(&whole).await, thumbnail(&killed).await);
    assert_eq!(solid(&after), solid(&before) + 1);
}

#[tokio::test(flavor = "current_thread")]
async fn the_figure_of_a_lesson_has_names_letters_hatching_lengths_and_a_ruler() {
    let html = rendered::<Excerpt>(ExcerptProps {
        run: run(3, 6),
        id: "lesson".into(),
        from_ms: 8_000,
        to_ms: 18_000,
        mark_ms: Some(10_000),
    })
    .await;
    for part in [
        ">a0</text>",
        ">a5</text>",
        "class=\"bar-letter\"",
        ">C</text>",
        "url(#hatch-lesson)",
        "id=\"hatch-lesson\"",
        "class=\"bar-length\"",
        "class=\"ruler\"",
        ">10 s</text>",
        "thumbnail__mark",
    ] {
        assert!(html.contains(part), "{part} is missing: {html}");
    }
    // Nothing runs through the figures of a length.
    assert!(html.find("thumbnail__mark") < html.find("bar-length"));
}

#[tokio::test(flavor = "current_thread")]
async fn what_is_covered_is_said_so() {
    let run = run(3, 6);
    let html = covered_lanes(&run, 10_000, Some(10_000)).await;
    assert_eq!(
        html.matches("data-testid=\"cover\" data-from=\"10000\"")
            .count(),
        1
    );
    assert!(!lanes(&run, 10_000).await.contains("data-testid=\"cover\""));
}

#[tokio::test(flavor = "current_thread")]
async fn work_of_a_removed_member_lies_in_the_new_owners_lane_with_what_is_read_twice() {
    // c1 works on records for longer than its poll timer: c2 reads them again while c1 still works.
    let text = r#"{"version": 1, "broker": {"group.initial.rebalance.delay.ms": "0"},
        "topics": [{"name": "a", "partitions": 2}],
        "config": {"enable.auto.commit": "true", "auto.commit.interval.ms": "3000", "max.poll.interval.ms": "5000", "session.timeout.ms": "6000", "heartbeat.interval.ms": "1000"},
        "members": [{"name": "c1"}, {"name": "c2"}],
        "actions": [{"at_ms": 0, "do": "start", "member": "c1"}, {"at_ms": 1000, "do": "start", "member": "c2"},
            {"at_ms": 4000, "do": "produce", "topic": "a", "per_second": 20, "seconds": 20},
            {"at_ms": 8000, "do": "slow", "member": "c1", "ms": 12000}], "until_ms": 40000}"#;
    let scenario = Scenario::from_json(text).expect("a scenario");
    let run = Shared::new(Run::new(simulate(&scenario).expect("a run"), []));
    let overlaps = run
        .trace
        .lanes
        .iter()
        .flat_map(|lane| &lane.overlaps)
        .count();
    let again: u64 = run.again.values().flatten().map(|(_, count)| count).sum();
    assert_eq!(again, run.trace.reprocessed().0);
    assert!(overlaps > 0 && again > 0, "{overlaps} {again}");
    let html = lanes(&run, 20_000).await;
    // In the lanes, and in the whole run below them.
    assert_eq!(html.matches("data-overlap=\"c1\"").count(), 2 * overlaps);
    assert!(html.contains("read twice"), "{html}");
}
