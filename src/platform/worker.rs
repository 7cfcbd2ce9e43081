//! A worker: a program of the site's own that computes beside the page.

use gloo::events::EventListener;
use js_sys::{Array, Uint32Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{ErrorEvent, MessageEvent, WorkerOptions, WorkerType};

/// What a worker says.
#[derive(Debug, PartialEq)]
pub enum Message {
    /// A text.
    Text(String),
    /// A text with a number.
    Numbered(u32, String),
    /// A text with lists of numbers.
    Lists(String, Vec<Vec<u32>>),
    /// It could not be loaded, or it has stopped; with what the browser says about it.
    Failed(String),
}

/// A running worker. Ends when it is dropped.
#[derive(Debug)]
pub struct Worker {
    worker: web_sys::Worker,
    _listeners: [EventListener; 2],
}

impl Worker {
    /// Starts a module, or a classic script that the page has made itself: to a page from disk, browsers give
    /// no other. None where there are no workers. `heard` is called with whatever it says.
    pub fn start(address: &str, heard: impl Fn(Message) + Clone + 'static) -> Option<Self> {
        let options = WorkerOptions::new();
        let is_made_here = address.starts_with("blob:");
        options.set_type(if is_made_here {
            WorkerType::Classic
        } else {
            WorkerType::Module
        });
        let worker = web_sys::Worker::new_with_options(address, &options).ok()?;
        let failed = heard.clone();
        let listeners = [
            EventListener::new(&worker, "message", move |event| {
                if let Some(event) = event.dyn_ref::<MessageEvent>() {
                    heard(message(&event.data()));
                }
            }),
            EventListener::new(&worker, "error", move |event| {
                // A file that can't be loaded is a plain event without a text.
                let error = event.dyn_ref::<ErrorEvent>();
                failed(Message::Failed(
                    error.map(ErrorEvent::message).unwrap_or_default(),
                ));
            }),
        ];
        Some(Self {
            worker,
            _listeners: listeners,
        })
    }

    /// Says something to it.
    pub fn post(&self, text: &str) {
        // Fails only for what can't be copied, which a text can.
        let _ = self.worker.post_message(&JsValue::from_str(text));
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

fn message(data: &JsValue) -> Message {
    if let Some(list) = data.dyn_ref::<Array>() {
        if let Some(number) = list.get(0).as_f64() {
            let text = list.get(1).as_string().unwrap_or_default();
            // Numbers that were given out; none is negative or broken.
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            return Message::Numbered(number as u32, text);
        }
        let lists = list.iter().skip(1);
        let lists = lists.filter_map(|list| Some(list.dyn_ref::<Uint32Array>()?.to_vec()));
        return Message::Lists(list.get(0).as_string().unwrap_or_default(), lists.collect());
    }
    Message::Text(data.as_string().unwrap_or_default())
}
