//! Asking the advisor, which computes in a worker: one request at a time, and the newest one next.
//!
//! The worker is started when it is needed first and stays. One that fails is given up, and the next request
//! starts another.

use super::advice::Advice;
use advisor::{Look, Request};
#[cfg(target_arch = "wasm32")]
use browser as here;
use gloo::timers::callback::Timeout;
use js_sys::Promise;
#[cfg(not(target_arch = "wasm32"))]
use native as here;
use std::rc::Rc;
use yew::prelude::*;

/// Longer texts are judged when the reader pauses, not at every key.
const JUDGED_AT_ONCE: usize = 100_000;
/// How long a pause is.
const PAUSE_MS: u32 = 250;

/// What has been heard from the advisor.
#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    /// An answer.
    Answer(Advice),
    /// Why there is none.
    Trouble(String),
}

/// The newest answer, which may be about an older request, and what went wrong since.
#[hook]
pub fn use_advice(request: &Rc<Request>) -> (Advice, Option<String>) {
    let start = request.clone();
    let latest = use_state_eq(move || here::first(&start));
    let trouble = use_state_eq(|| None::<String>);
    {
        let (latest, trouble) = (latest.setter(), trouble.setter());
        use_effect_with((), move |()| {
            here::listen(Callback::from(move |heard| match heard {
                Heard::Answer(advice) => {
                    latest.set(advice);
                    trouble.set(None);
                }
                Heard::Trouble(text) => trouble.set(Some(text)),
            }));
            || here::listen(Callback::noop())
        });
    }
    use_effect_with(request.clone(), |request| {
        let length: usize = request.texts.iter().map(|text| text.text.len()).sum();
        let request = request.clone();
        let pause = if length > JUDGED_AT_ONCE {
            Some(Timeout::new(PAUSE_MS, move || here::ask(request)))
        } else {
            here::ask(request);
            None
        };
        move || drop(pause)
    });
    ((*latest).clone(), (*trouble).clone())
}

/// Asks what stands at a place of a text, or could stand there; resolves to JSON.
pub fn look(look: Look) -> Promise {
    here::look(look)
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
    use super::{Advice, Heard, Look, Promise, Request};
    use std::rc::Rc;
    use wasm_bindgen::JsValue;
    use yew::Callback;

    pub(super) fn first(request: &Rc<Request>) -> Advice {
        Advice::of(request.clone())
    }

    pub(super) fn listen(_: Callback<Heard>) {}

    pub(super) fn ask(_: Rc<Request>) {}

    pub(super) fn look(_: Look) -> Promise {
        Promise::resolve(&JsValue::NULL)
    }
}

#[cfg(target_arch = "wasm32")]
mod browser {
    use super::{Advice, Heard, Look, Promise, Request, Turns};
    use crate::platform;
    use crate::platform::worker::{Message, Worker};
    use advisor::{Answer, Ask};
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
        /// Whoever waits for what was seen, by the number of the look.
        looks: BTreeMap<u32, Function>,
        last_look: u32,
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

    pub(super) fn look(look: Look) -> Promise {
        Promise::new(&mut |resolve, _| {
            ADVISOR.with_borrow_mut(|advisor| advisor.look(look, resolve));
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

        fn look(&mut self, look: Look, resolve: Function) {
            self.last_look += 1;
            self.looks.insert(self.last_look, resolve);
            if self.worker.is_none() {
                self.saw(self.last_look, "null");
            }
            self.say(&Ask::Look(self.last_look, look));
        }

        /// Tells whoever waits; nobody minds an answer to what was asked of an older worker.
        fn saw(&mut self, number: u32, json: &str) {
            if let Some(resolve) = self.looks.remove(&number) {
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
                    self.saw(number, &json);
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
                    for number in self.looks.keys().copied().collect::<Vec<_>>() {
                        self.saw(number, "null");
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
