//! The worker's side of the conversation.
//!
//! The page's messages are [`Ask`]s as JSON. To a request belongs one message to the page: a list of the [`Answer`]
//! as JSON and the lists of [`Answer::arrays`] as memory that changes hands. To any other question belongs a list of
//! its number and what there is to say, as JSON. A text says why there is no answer. An empty text comes first: from then on
//! messages are heard.

use advisor::{Answer, Ask, Session};
use js_sys::{Array, Function, Uint32Array};
use serde::Serialize;
use std::panic;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = addEventListener)]
    fn listen(event: &str, listener: &Function);

    #[wasm_bindgen(js_name = postMessage)]
    fn post(message: &JsValue, transferred: &Array);

    type Message;

    #[wasm_bindgen(method, getter)]
    fn data(this: &Message) -> JsValue;
}

/// Answers every request from now on.
pub(crate) fn serve() {
    panic::set_hook(Box::new(|panic| tell(&panic.to_string())));
    let mut session = Session::default();
    let listener = Closure::<dyn FnMut(Message)>::new(move |message: Message| {
        let said = message.data().as_string().unwrap_or_default();
        match serde_json::from_str(&said) {
            Ok(Ask::Judge(request)) => reply(session.answer(&request)),
            Ok(Ask::Look(number, look)) => answer(number, &session.look(&look)),
            Ok(Ask::Fixes(number)) => answer(number, &session.fixes()),
            Ok(Ask::Show(number, show)) => answer(number, &session.plans(show)),
            Err(error) => tell(&error.to_string()),
        }
    });
    listen("message", &listener.into_js_value().unchecked_into());
    tell("");
}

fn answer(number: u32, said: &impl Serialize) {
    let json = serde_json::to_string(said).unwrap_or_default();
    post(&Array::of2(&number.into(), &json.into()), &Array::new());
}

fn tell(text: &str) {
    post(&text.into(), &Array::new());
}

fn reply(mut answer: Answer) {
    let memory = Array::new();
    let message = Array::new();
    for array in answer.arrays() {
        let copy = Uint32Array::from(array.as_slice());
        memory.push(&copy.buffer());
        message.push(&copy);
    }
    match serde_json::to_string(&answer) {
        Ok(json) => {
            message.unshift(&json.into());
            post(&message, &memory);
        }
        Err(error) => tell(&error.to_string()),
    }
}
