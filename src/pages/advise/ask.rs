//! Asking the advisor, which computes in a worker: one request at a time, and the newest one next.
//!
//! Findings come at once. Trying their fixes takes longer, so that is asked for when the reader pauses.
//!
//! The worker is started when it is needed first and stays. One that fails is given up, and the next request
//! starts another.

use super::advice::Advice;
use advisor::{Ask, Fixes, Look, Plan, Request, Show};
#[cfg(target_arch = "wasm32")]
use browser as here;
use gloo::timers::callback::Timeout;
use js_sys::Promise;
#[cfg(not(target_arch = "wasm32"))]
use native as here;
use serde::de::DeserializeOwned;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use yew::prelude::*;

/// Longer texts are judged when the reader pauses, not at every key.
const JUDGED_AT_ONCE: usize = 100_000;
/// How long a pause is.
const PAUSE_MS: u32 = 250;
/// How long a pause is before fixes are tried.
const FIXES_PAUSE_MS: u32 = 120;
/// The same in a long text, in which trying them takes long.
const LONG_FIXES_PAUSE_MS: u32 = 1_000;

/// What has been heard from the advisor.
#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    /// An answer.
    Answer(Advice),
    /// Why there is none.
    Trouble(String),
}

/// What the page knows from the advisor.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Known {
    /// The newest answer, which may be about an older request.
    pub advice: Advice,
    /// The newest one whose fixes have been tried.
    pub settled: Advice,
    /// What has gone wrong since.
    pub trouble: Option<String>,
}

/// What is known from the advisor, which is asked about a request.
#[hook]
pub fn use_advice(request: &Rc<Request>) -> Known {
    let start = request.clone();
    let latest = use_state_eq(move || here::first(&start));
    let settled = use_state_eq(|| (*latest).clone());
    let trouble = use_state_eq(|| None::<String>);
    // Known as soon as it is heard; what is drawn may be older.
    let newest = use_memo((), |()| Cell::new(latest.answer().number));
    {
        let (latest, trouble, newest) = (latest.setter(), trouble.setter(), newest.clone());
        use_effect_with((), move |()| {
            here::listen(Callback::from(move |heard| match heard {
                Heard::Answer(advice) => {
                    newest.set(advice.answer().number);
                    latest.set(advice);
                    trouble.set(None);
                }
                Heard::Trouble(text) => trouble.set(Some(text)),
            }));
            || here::listen(Callback::noop())
        });
    }
    use_effect_with(request.clone(), |request| {
        let is_long = length(request) > JUDGED_AT_ONCE;
        let request = request.clone();
        let pause = if is_long {
            Some(Timeout::new(PAUSE_MS, move || here::ask(request)))
        } else {
            here::ask(request);
            None
        };
        move || drop(pause)
    });
    use_fixes(&latest, settled.setter(), newest);
    Known {
        advice: (*latest).clone(),
        settled: (*settled).clone(),
        trouble: (*trouble).clone(),
    }
}

/// Has the fixes of an answer tried once the reader pauses.
#[hook]
fn use_fixes(
    latest: &UseStateHandle<Advice>,
    settled: UseStateSetter<Advice>,
    newest: Rc<Cell<u32>>,
) {
    let setter = latest.setter();
    use_effect_with((**latest).clone(), move |advice| {
        let advice = advice.clone();
        let number = advice.answer().number;
        let pause = if length(advice.request()) > JUDGED_AT_ONCE {
            LONG_FIXES_PAUSE_MS
        } else {
            FIXES_PAUSE_MS
        };
        let pending = (!advice.answer().settled && number > 0).then(|| {
            Timeout::new(pause, move || {
                spawn_local(async move {
                    let fixes = said::<Fixes>(&Ask::Fixes).await;
                    // It is of no use once there is another answer, even one that isn't drawn yet.
                    if let (Some(fixes), true) = (fixes, newest.get() == number) {
                        let whole = advice.after(fixes);
                        setter.set(whole.clone());
                        settled.set(whole);
                    }
                });
            })
        });
        move || drop(pending)
    });
}

fn length(request: &Request) -> usize {
    request.texts.iter().map(|text| text.text.len()).sum()
}

/// Asks what stands at a place of a text, or could stand there; resolves to JSON.
pub fn look(look: Look) -> Promise {
    here::besides(&|number| Ask::Look(number, look))
}

/// Asks what there is to play for a finding, the best first.
pub async fn plans(show: Show) -> Vec<Plan> {
    let plans = said(&|number| Ask::Show(number, show)).await;
    plans.unwrap_or_default()
}

/// The answer to a question; none without a worker that answers.
async fn said<T: DeserializeOwned>(ask: &dyn Fn(u32) -> Ask<'static>) -> Option<T> {
    let json = JsFuture::from(here::besides(ask)).await.ok()?;
    serde_json::from_str(&json.as_string()?).ok()
}

/// Whose turn it is.
#[cfg(any(test, target_arch = "wasm32"))]
#[derive(Debug, Default, PartialEq)]
struct Turns {
    /// Whether requests are heard already.
    open: bool,
    /// What is being answered.
    asked: Option<Rc<Request>>,
    /// What comes next.
    next: Option<Rc<Request>>,
}

#[cfg(any(test, target_arch = "wasm32"))]
impl Turns {
    /// Takes a request in place of one that waits. Returns what to ask now.
    fn ask(&mut self, request: Rc<Request>) -> Option<Rc<Request>> {
        self.next = Some(request);
        self.turn()
    }

    /// The worker listens. Returns what to ask now.
    fn open(&mut self) -> Option<Rc<Request>> {
        self.open = true;
        self.turn()
    }

    /// The worker has answered. Returns what it was asked.
    fn answered(&mut self) -> Option<Rc<Request>> {
        self.asked.take()
    }

    /// What to ask now, if anything.
    fn turn(&mut self) -> Option<Rc<Request>> {
        if !self.open || self.asked.is_some() {
            return None;
        }
        self.asked = self.next.take();
        self.asked.clone()
    }
}

/// Without a browser there is no worker: whatever is rendered has its answer.
#[cfg(not(target_arch = "wasm32"))]
mod native {
    use super::{Advice, Ask, Heard, Promise, Request};
    use std::rc::Rc;
    use wasm_bindgen::JsValue;
    use yew::Callback;

    pub(super) fn first(request: &Rc<Request>) -> Advice {
        Advice::of(request.clone())
    }

    pub(super) fn listen(_: Callback<Heard>) {}

    pub(super) fn ask(_: Rc<Request>) {}

    pub(super) fn besides(_: &dyn Fn(u32) -> Ask<'static>) -> Promise {
        Promise::resolve(&JsValue::NULL)
    }
}

#[cfg(target_arch = "wasm32")]
mod browser {
    use super::{Advice, Ask, Heard, Promise, Request, Turns};
    use crate::platform;
    use crate::platform::worker::{Message, Worker};
    use advisor::Answer;
    use js_sys::Function;
    use std::borrow::Cow;
    use std::cell::RefCell;
    use std::collections::BTreeMap;
    use std::rc::Rc;
    use wasm_bindgen::JsValue;
    use yew::Callback;

    #[derive(Default)]
    struct Advisor {
        worker: Option<Worker>,
        turns: Turns,
        heard: Callback<Heard>,
        /// Whoever waits for the answer to a question, by its number.
        waiting: BTreeMap<u32, Function>,
        last_question: u32,
    }

    thread_local! {
        static ADVISOR: RefCell<Advisor> = RefCell::default();
    }

    pub(super) fn first(_: &Rc<Request>) -> Advice {
        Advice::default()
    }

    pub(super) fn listen(heard: Callback<Heard>) {
        ADVISOR.with_borrow_mut(|advisor| advisor.heard = heard);
    }

    pub(super) fn ask(request: Rc<Request>) {
        tell(ADVISOR.with_borrow_mut(|advisor| advisor.ask(request)));
    }

    /// Asks a question under a number; resolves to JSON.
    pub(super) fn besides(ask: &dyn Fn(u32) -> Ask<'static>) -> Promise {
        Promise::new(&mut |resolve, _| {
            ADVISOR.with_borrow_mut(|advisor| advisor.besides(ask, resolve));
        })
    }

    fn hear(message: Message) {
        tell(ADVISOR.with_borrow_mut(|advisor| advisor.hear(message)));
    }

    /// Runs after the borrow has ended: who is told may ask again.
    fn tell(said: Option<(Callback<Heard>, Heard)>) {
        if let Some((callback, heard)) = said {
            callback.emit(heard);
        }
    }

    impl Advisor {
        fn ask(&mut self, request: Rc<Request>) -> Option<(Callback<Heard>, Heard)> {
            if self.worker.is_none() {
                self.turns = Turns::default();
                let address = platform::start_data("advisor");
                self.worker = address.and_then(|address| Worker::start(&address, hear));
            }
            if self.worker.is_none() {
                let trouble = "This browser starts no workers.".to_owned();
                return Some((self.heard.clone(), Heard::Trouble(trouble)));
            }
            let now = self.turns.ask(request);
            self.post(now);
            None
        }

        fn besides(&mut self, ask: &dyn Fn(u32) -> Ask<'static>, resolve: Function) {
            self.last_question += 1;
            self.waiting.insert(self.last_question, resolve);
            if self.worker.is_none() {
                self.answered(self.last_question, "null");
            }
            self.say(&ask(self.last_question));
        }

        /// Tells whoever waits; nobody minds an answer to what was asked of an older worker.
        fn answered(&mut self, number: u32, json: &str) {
            if let Some(resolve) = self.waiting.remove(&number) {
                // Settling a promise can't fail.
                let _ = resolve.call1(&JsValue::NULL, &json.into());
            }
        }

        fn say(&self, ask: &Ask<'_>) {
            if let Some(worker) = &self.worker {
                // Texts and numbers can't fail to serialize.
                worker.post(&serde_json::to_string(ask).unwrap_or_default());
            }
        }

        fn post(&self, request: Option<Rc<Request>>) {
            if let Some(request) = request {
                self.say(&Ask::Judge(Cow::Borrowed(&request)));
            }
        }

        fn hear(&mut self, message: Message) -> Option<(Callback<Heard>, Heard)> {
            let heard = match message {
                Message::Text(text) if text.is_empty() => {
                    let now = self.turns.open();
                    self.post(now);
                    return None;
                }
                Message::Numbered(number, json) => {
                    self.answered(number, &json);
                    return None;
                }
                Message::Lists(json, lists) => {
                    let request = self.turns.answered()?;
                    let now = self.turns.turn();
                    self.post(now);
                    match answer(&json, lists) {
                        Ok(answer) => Heard::Answer(Advice::new(request, answer)),
                        Err(error) => Heard::Trouble(error.to_string()),
                    }
                }
                Message::Text(text) | Message::Failed(text) => {
                    // After a panic the browser tells of the end too; the first to tell says more.
                    self.worker.take()?;
                    for number in self.waiting.keys().copied().collect::<Vec<_>>() {
                        self.answered(number, "null");
                    }
                    Heard::Trouble(text)
                }
            };
            Some((self.heard.clone(), heard))
        }
    }

    fn answer(json: &str, lists: Vec<Vec<u32>>) -> Result<Answer, serde_json::Error> {
        let mut answer: Answer = serde_json::from_str(json)?;
        for (array, list) in answer.arrays().zip(lists) {
            *array = list;
        }
        Ok(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(name: &str) -> Rc<Request> {
        let facts = [("kind".to_owned(), name.to_owned())].into();
        Rc::new(Request {
            facts,
            ..Request::default()
        })
    }

    #[test]
    fn the_newest_request_is_next_and_those_between_are_left_out() {
        let [a, b, c] = ["a", "b", "c"].map(request);
        let mut turns = Turns::default();
        assert_eq!(turns.ask(a.clone()), None, "nobody listens yet");
        assert_eq!(turns.open(), Some(a.clone()));
        assert_eq!(turns.ask(b), None, "one at a time");
        assert_eq!(turns.ask(c.clone()), None);
        assert_eq!(turns.answered(), Some(a));
        assert_eq!(turns.turn(), Some(c.clone()));
        assert_eq!(turns.answered(), Some(c));
        assert_eq!(turns.turn(), None);
        assert_eq!(turns.answered(), None, "an answer that nobody asked for");
    }
}
