//! Stage, lanes and thumbnail of real runs, rendered to HTML without a browser.

use assignor_core::sim::{Scenario, simulate};
use rebalance_lab::figure::{
    By, Extent, Lanes, LanesProps, Run, Thumbnail, ThumbnailProps, Window,
};
use rebalance_lab::shared::Shared;
use rebalance_lab::stage::{Motion, Stage, StageProps};
use yew::{BaseComponent, Callback, LocalServerRenderer};

fn run(members: usize, partitions: u32) -> Shared<Run> {
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
    let text = format!(
        r#"{{"version": 1, "broker": {{"group.initial.rebalance.delay.ms": "500"}},
            "topics": [{{"name": "a", "partitions": {partitions}}}],
            "config": {{"session.timeout.ms": "6000", "heartbeat.interval.ms": "1000", "partition.assignment.strategy": "range"}},
            "members": [{}], "actions": [{}, {{"at_ms": 9000, "do": "kill", "member": "c1"}}], "until_ms": 20000}}"#,
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
        on_act: Callback::noop(),
        on_add: Callback::noop(),
    })
    .await
}

async fn lanes(run: &Shared<Run>, t_ms: u64) -> String {
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
    assert!(html.contains("is-compact"));
    assert!(html.len() < 200_000, "{} bytes", html.len());
    let html = lanes(&run(4, 2_000), 10_000).await;
    assert!(html.matches("class=\"lane\"").count() < 60);
}

#[tokio::test(flavor = "current_thread")]
async fn a_thumbnail_has_a_text_alternative_and_no_letters() {
    let html = rendered::<Thumbnail>(ThumbnailProps {
        run: run(3, 6),
        id: "t".into(),
        width: 262.0,
        height: 96.0,
        from_ms: 0,
        to_ms: None,
    })
    .await;
    assert!(
        html.contains("aria-label=\"6 partitions over 20.0 s"),
        "{html}"
    );
    assert!(!html.contains("<text"));
}
