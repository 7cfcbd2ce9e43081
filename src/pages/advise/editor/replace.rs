//! Replacing a part of the field's text as if it had been typed.

use crate::platform;
use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, HtmlDocument, HtmlTextAreaElement, InputEvent, InputEventInit};

/// One piece of text for another, in UTF-16 code units, which is what text fields count in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacement {
    /// First unit to go.
    pub start: u32,
    /// One past the last unit to go.
    pub end: u32,
    /// What comes there.
    pub text: String,
}

impl Replacement {
    /// The smallest replacement that makes `new` of `old`; none if they are equal.
    pub fn between(old: &str, new: &str) -> Option<Self> {
        if old == new {
            return None;
        }
        let same = |pair: &(char, char)| pair.0 == pair.1;
        let heads = old.chars().zip(new.chars()).take_while(same);
        let head: usize = heads.map(|(char, _)| char.len_utf8()).sum();
        let (old_rest, new_rest) = (old.get(head..)?, new.get(head..)?);
        let tails = old_rest
            .chars()
            .rev()
            .zip(new_rest.chars().rev())
            .take_while(same);
        let tail: usize = tails.map(|(char, _)| char.len_utf8()).sum();
        let gone = old_rest.get(..old_rest.len() - tail)?;
        let start = utf16_length(old.get(..head)?);
        Some(Self {
            start,
            end: start + utf16_length(gone),
            text: new_rest.get(..new_rest.len() - tail)?.to_owned(),
        })
    }

    /// Does it in a field, so that the reader can undo it.
    pub(super) fn do_in(&self, field: &HtmlTextAreaElement) {
        // Neither call fails for a text area.
        let _ = field.focus();
        let _ = field.set_selection_range(self.start, self.end);
        // The old command is the only way that keeps the field's own undo, but it takes line by line.
        let short = self.text.len() <= LONGEST_TYPED;
        let typed = short
            && platform::document()
                .and_then(|document| document.dyn_into::<HtmlDocument>().ok())
                .is_some_and(|document| self.type_in(&document));
        if !typed {
            set(field, &self.text, self.start, self.end);
        }
    }

    fn type_in(&self, document: &HtmlDocument) -> bool {
        let command = if self.text.is_empty() {
            "delete"
        } else {
            "insertText"
        };
        let done = document.exec_command_with_show_ui_and_value(command, false, &self.text);
        done.unwrap_or(false)
    }
}

/// Longer texts are set, not typed: quick, but the field forgets what was there before.
pub(super) const LONGEST_TYPED: usize = 50_000;

/// Sets a part of a field's text, and the caret behind it.
pub(super) fn set(field: &HtmlTextAreaElement, text: &str, start: u32, end: u32) {
    let done = field.set_range_text_with_start_and_end(text, start, end);
    let caret = start + utf16_length(text);
    // Neither call fails for a text area.
    let _ = field.set_selection_range(caret, caret);
    // Scripted changes send no event of their own, and it has to bubble to reach its listener.
    let init = InputEventInit::new();
    init.set_bubbles(true);
    if done.is_ok()
        && let Ok(event) = InputEvent::new_with_event_init_dict("input", &init)
    {
        let _ = field.dispatch_event(&event);
    }
}

/// Puts a very long text in at once. The browser's own way takes it line by line, for many seconds.
/// Returns whether it did.
pub(super) fn paste(field: &HtmlTextAreaElement, event: &ClipboardEvent) -> bool {
    let data = event
        .clipboard_data()
        .and_then(|data| data.get_data("text/plain").ok());
    let Some(text) = data.filter(|text| text.len() > LONGEST_TYPED) else {
        return false;
    };
    let start = field.selection_start().ok().flatten().unwrap_or(0);
    let end = field.selection_end().ok().flatten().unwrap_or(start);
    // Lengths are counted after this, and the field would do it anyway.
    set(
        field,
        &text.replace("\r\n", "\n").replace('\r', "\n"),
        start,
        end,
    );
    true
}

fn utf16_length(text: &str) -> u32 {
    u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_what_differs_is_replaced() {
        let replacement = Replacement::between("a=1\n😀=25\n", "a=1\n😀=35\n").unwrap();
        assert_eq!(
            replacement,
            Replacement {
                start: 7,
                end: 8,
                text: "3".to_owned()
            }
        );
        assert_eq!(Replacement::between("same", "same"), None);
    }

    proptest! {
        #[test]
        fn a_replacement_makes_the_new_text(old in "[aé😀\n]{0,12}", new in "[aé😀\n]{0,12}") {
            let mut units: Vec<u16> = old.encode_utf16().collect();
            if let Some(replacement) = Replacement::between(&old, &new) {
                let range = replacement.start as usize..replacement.end as usize;
                units.splice(range, replacement.text.encode_utf16());
            }
            prop_assert_eq!(String::from_utf16(&units).unwrap(), new);
        }
    }
}
