//! Components as HTML, rendered natively: what a reader and a screen reader get before anything runs.
#![cfg(not(target_arch = "wasm32"))]

use advisor::Request;
use assignor_core::gallery;
use rebalance_lab::App;
use rebalance_lab::components::{Choice, Dialog, DialogProps, Select, SelectProps};
use rebalance_lab::pages::advise::advice::{Advice, Order};
use rebalance_lab::pages::advise::findings::{Findings, FindingsProps};
use rebalance_lab::pages::advise::preview::{Preview, PreviewProps};
use rebalance_lab::pages::advise::show::Showing;
use rebalance_lab::pages::advise::startup::OnStartup;
use rebalance_lab::pages::advise::{AdvisePage, AdvisePageProps};
use rebalance_lab::pages::learn::lesson::{address, lessons};
use rebalance_lab::pages::learn::{LearnPage, LearnPageProps};
use rebalance_lab::route::{Route, Workspace};
use std::rc::Rc;
use yew::prelude::*;

async fn html<C>(props: C::Properties) -> String
where
    C: BaseComponent,
    C::Properties: 'static,
{
    let renderer = yew::LocalServerRenderer::<C>::with_props(props);
    renderer.hydratable(false).render().await
}

async fn learn(route: Route) -> String {
    html::<LearnPage>(LearnPageProps { route }).await
}

fn advice(text: &str) -> Advice {
    Advice::of(Rc::new(Request::of(text)))
}

async fn findings(advice: Advice) -> String {
    html::<Findings>(FindingsProps {
        selected: (!advice.findings().is_empty()).then_some(0),
        advice,
        order: Order::Severity,
        showing: Showing::default(),
        trouble: None,
        onorder: Callback::noop(),
        onselect: Callback::noop(),
        onfix: Callback::noop(),
        onstartup: OnStartup {
            show: Callback::noop(),
            fix: Callback::noop(),
        },
    })
    .await
}

/// Advise as it opens without a link.
fn advise() -> AdvisePageProps {
    AdvisePageProps {
        route: Route::to(Workspace::Advise),
    }
}

#[tokio::test(flavor = "current_thread")]
async fn the_bar_names_the_product_the_workspaces_and_the_tools() {
    let page = html::<AdvisePage>(advise()).await;
    for part in [
        "<span>Rebalance Lab</span>",
        "href=\"#/simulate\"",
        "aria-current=\"page\"",
        "aria-label=\"Theme: as the system. Turn to light\"",
        "aria-label=\"Keyboard and help\"",
        "Skip to the page",
        "<main id=\"page\" tabindex=\"-1\" aria-label=\"Advise\">",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    assert_eq!(page.matches("aria-current=").count(), 1);
    assert_eq!(page.matches("<h1").count(), 1);
}

#[tokio::test(flavor = "current_thread")]
async fn the_whole_page_starts_with_simulate_and_builds_no_dialog() {
    let page = html::<App>(()).await;
    assert!(page.contains("aria-label=\"Simulate\""));
    assert!(!page.contains("<dialog"));
}

#[tokio::test(flavor = "current_thread")]
async fn an_empty_editor_offers_samples() {
    let page = html::<AdvisePage>(advise()).await;
    assert!(page.contains("start from a sample"));
    assert_eq!(page.matches("data-testid=\"sample-").count(), 14);
    assert!(page.contains("What will be found stands here"));
}

#[tokio::test(flavor = "current_thread")]
async fn the_selected_finding_has_reason_evidence_and_fixes() {
    let text = "heartbeat.interval.ms=15000\nsession.timeout.ms=30000\n";
    let advice = advice(text);
    let found = findings(advice.clone()).await;
    assert_eq!(
        found.matches("data-testid=\"finding\"").count(),
        advice.findings().len()
    );
    assert_eq!(found.matches("aria-current=\"true\"").count(), 1);
    assert!(found.contains("KC-T301 · line 1"), "{found}");
    assert!(found.contains("set, line 2"));
    assert!(found.contains("data-testid=\"fix\""));
    // The others stay short.
    assert_eq!(found.matches("class=\"evidence\"").count(), 1);
    // Code is set as code, and no backtick is left over.
    assert!(found.contains("<code>heartbeat.interval.ms</code>") && !found.contains('`'));
}

#[tokio::test(flavor = "current_thread")]
async fn silence_says_what_was_checked_and_what_not() {
    let text = "bootstrap.servers=b1:9092,b2:9092\ngroup.id=g\nkey.deserializer=a.B\nvalue.deserializer=a.B\n\
                enable.auto.commit=false\nauto.offset.reset=by_duration:P1D\nallow.auto.create.topics=false\n\
                partition.assignment.strategy=org.apache.kafka.clients.consumer.CooperativeStickyAssignor\n";
    let advice = advice(text);
    assert!(advice.findings().is_empty(), "{:?}", advice.findings());
    let found = findings(advice).await;
    assert!(found.contains("Nothing found"));
    assert!(found.contains("version not given, 4.3 taken"));
    assert!(found.contains("Not decided without ms per record."));
    assert!(found.contains("Give ms per record"));
}

#[tokio::test(flavor = "current_thread")]
async fn what_only_the_program_knows_is_named() {
    let text =
        "Properties props = new Properties();\nprops.put(\"session.timeout.ms\", timeout());\n";
    let found = findings(advice(text)).await;
    assert!(found.contains("Not read, because only the program knows the value: <code>session.timeout.ms</code> (line 2)."), "{found}");
}

#[tokio::test(flavor = "current_thread")]
async fn script_in_a_text_stays_text() {
    let text = "<script>alert(1)</script>=\"><img src=x onerror=alert(1)>\nmax.poll.records=<b>\n";
    let advice = advice(text);
    assert!(!advice.findings().is_empty());
    let found = findings(advice).await;
    assert!(
        !found.contains("<script>") && !found.contains("<img") && !found.contains("<b>"),
        "{found}"
    );
}

#[tokio::test(flavor = "current_thread")]
async fn no_list_shows_a_secret() {
    let text = "sasl.pasword=hunter2\nsasl.jaas.config=x required password=\"hunter2\";\nheartbeat.interval.ms=hunter\n\
                ssl.key.password=hunter2\nheartbeat.interval.ms=15000\nsession.timeout.ms=30000\n";
    let advice = advice(text);
    let mut shown = findings(advice.clone()).await;
    shown += &html::<Preview>(PreviewProps {
        advice,
        text: 0,
        done: String::new(),
        onapply: Callback::noop(),
    })
    .await;
    assert!(!shown.contains("hunter2"), "{shown}");
}

#[tokio::test(flavor = "current_thread")]
async fn the_gallery_shows_every_example_with_its_numbers() {
    let page = learn(Route::to(Workspace::Learn)).await;
    assert_eq!(
        page.matches("data-testid=\"card\"").count(),
        gallery::all().len()
    );
    for entry in gallery::all() {
        assert!(
            page.contains(&format!("href=\"#/simulate?scenario={}\"", entry.slug)),
            "{}",
            entry.slug
        );
    }
    let from = page.find("data-scenario=\"busy-member\"").unwrap();
    let card = &page[from..from + page[from..].find("</a>").unwrap()];
    assert!(
        card.contains("<dt>longest stop</dt><dd>4.5 s</dd>"),
        "{card}"
    );
    assert!(card.contains("<dt>rebalances</dt><dd>1</dd>"), "{card}");
    assert!(card.contains("role=\"img\""));
}

#[tokio::test(flavor = "current_thread")]
async fn a_card_names_the_lessons_that_show_its_example() {
    let page = learn(Route::to(Workspace::Learn)).await;
    let mut count = 0;
    for lesson in lessons() {
        for entry in gallery::all() {
            if let Some(step) = lesson.shows(entry.slug) {
                let link = address(&lesson.slug, step).replace('&', "&amp;");
                assert!(page.contains(&format!("href=\"{link}\"")), "{link}");
                count += 1;
            }
        }
    }
    assert!(count > 20);
    assert_eq!(page.matches("data-testid=\"card-lesson\"").count(), count);
}

#[tokio::test(flavor = "current_thread")]
async fn a_lesson_goes_from_its_steps_to_its_question_and_on() {
    let lesson = lessons().remove(0);
    let at = async |step| learn(Route::parse(&address(&lesson.slug, step)).unwrap()).await;
    let first = at(0).await;
    assert!(
        first.contains("data-testid=\"next-step\"")
            && first.contains("data-testid=\"open-moment\"")
    );
    let last = at(lesson.steps.len()).await;
    let choices = last.matches("data-testid=\"choice\"").count();
    assert_eq!(choices, lesson.predict.choices.len());
    assert!(!last.contains("data-right"), "the answer is hidden");
    assert!(last.contains("data-testid=\"free-play\""));
    assert_eq!(at(99).await, last);
}

#[tokio::test(flavor = "current_thread")]
async fn a_select_names_itself_and_its_choice() {
    let select = html::<Select>(SelectProps {
        label: "by".into(),
        show_label: false,
        choices: vec![Choice::new("a", "A"), Choice::new("b", "B")],
        value: "b".into(),
        onchange: Callback::noop(),
        disabled: false,
        class: Classes::new(),
        testid: None,
    })
    .await;
    assert!(
        select.starts_with("<label class=\"pick\"><span class=\"unseen\">by</span>"),
        "{select}"
    );
    assert!(select.contains("<option value=\"b\" selected"), "{select}");
}

#[tokio::test(flavor = "current_thread")]
async fn a_dialog_has_a_name_and_a_way_out() {
    let dialog = html::<Dialog>(DialogProps {
        open: false,
        title: "Help".into(),
        onclose: Callback::noop(),
        testid: None,
        children: html! { <p>{ "Text" }</p> },
    })
    .await;
    assert!(
        dialog.contains("aria-label=\"Help\"") && dialog.contains("aria-label=\"Close\""),
        "{dialog}"
    );
}

#[tokio::test(flavor = "current_thread")]
async fn learn_quotes_every_comparison_with_kafka_that_is_recorded() {
    let page = learn(Route::to(Workspace::Learn)).await;
    let results = include_str!("conformance/results.tsv");
    let mut runs = std::collections::BTreeMap::<(&str, &str), u64>::new();
    for line in results.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        *runs.entry((fields[0], fields[2])).or_default() += fields[5].parse::<u64>().unwrap();
        assert_eq!(fields[6], "0", "a difference is recorded: {line}");
    }
    assert!(!runs.is_empty());
    for ((kafka, seed), cases) in runs {
        for part in [
            format!("Equal to Kafka {kafka} on {cases} random groups, seed {seed}"),
            format!("cargo xtask conformance --kafka {kafka} --cases {cases} --seed {seed}"),
        ] {
            assert!(page.contains(&part), "{part}");
        }
    }
}
