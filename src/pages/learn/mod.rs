//! Learn: lessons and the gallery. Every example has a picture, a line, what to watch for, its numbers, and opens in
//! Simulate.

pub mod card;
pub mod exactness;
pub mod lesson;
pub mod summary;

use crate::route::{Route, Workspace};
use crate::shell::Shell;
use assignor_core::gallery::{self, Section};
use card::Card;
use exactness::exactness;
use lesson::{LESSON, Lesson, LessonPage, address, lessons};
use yew::prelude::*;

/// What a [`LearnPage`] shows.
#[derive(Properties, PartialEq)]
pub struct LearnPageProps {
    /// The address, which may name a lesson.
    pub route: Route,
}

/// The Learn workspace.
#[component]
pub fn LearnPage(props: &LearnPageProps) -> Html {
    let lessons = use_memo((), |()| lessons());
    let named = props.route.get(LESSON);
    let lesson = lessons
        .iter()
        .find(|lesson| named == Some(lesson.slug.as_str()));
    html! {
        <Shell workspace={Workspace::Learn} title={lesson.map_or("Learn".to_owned(), |lesson| format!("{}, Learn", lesson.title))}>
            if let Some(lesson) = lesson.cloned() {
                <LessonPage {lesson} route={props.route.clone()} />
            } else {
                <Overview lessons={(*lessons).clone()} />
            }
        </Shell>
    }
}

#[derive(Properties, PartialEq)]
struct OverviewProps {
    lessons: Vec<Lesson>,
}

/// All lessons and examples.
#[component]
fn Overview(props: &OverviewProps) -> Html {
    html! {
            <div class="learn">
                <h1>{ "Who reads what, and when does nobody?" }</h1>
                <p class="learn__lead">
                    { "Each picture is one run: a line per partition, colour for who reads it, ink while nobody does. \
                       Open one, change it, see what it costs." }
                </p>
                <section class="learn__section" aria-label="Lessons">
                    <h2>{ "Lessons: a few steps, a prediction, free play" }</h2>
                    <ol class="lessons">
                        for lesson in &props.lessons {
                            <li key={lesson.slug.clone()}><a href={address(&lesson.slug, 0)} data-testid="lesson-link">{ lesson.title.clone() }</a></li>
                        }
                    </ol>
                </section>
                for section in Section::ALL {
                    <section key={section.title()} class="learn__section" aria-label={section.title()}>
                        <h2>{ section.title() }</h2>
                        <div class="cards">
                            for entry in gallery::all().iter().filter(|entry| entry.section == section) {
                                <div key={entry.slug} class="cards__one">
                                    <Card {entry} />
                                    { taught(entry.slug, &props.lessons) }
                                </div>
                            }
                        </div>
                    </section>
                }
                <section class="learn__section" aria-label="Rules">
                    <h2>{ "The advisor's rules" }</h2>
                    <p><a href="rules/index.html">{ "All rules of the advisor" }</a>{ ", each with its reason, an example and the way out." }</p>
                    <p><a href="rules/guide.html">{ "Guide" }</a>{ " to these pages, and " }<a href="rules/glossary.html">{ "glossary" }</a>{ "." }</p>
                </section>
                { exactness() }
            </div>
    }
}

/// The lessons that show an example.
fn taught(example: &str, lessons: &[Lesson]) -> Html {
    let mut by: Vec<(&Lesson, usize)> = Vec::new();
    for lesson in lessons {
        by.extend(lesson.shows(example).map(|step| (lesson, step)));
    }
    if by.is_empty() {
        return Html::default();
    }
    html! {
        <p class="cards__lessons">
            { if by.len() == 1 { "Lesson: " } else { "Lessons: " } }
            for (place, (lesson, step)) in by.into_iter().enumerate() {
                if place > 0 { { ", " } }
                <a href={address(&lesson.slug, step)} data-testid="card-lesson">{ lesson.title.clone() }</a>
            }
        </p>
    }
}
