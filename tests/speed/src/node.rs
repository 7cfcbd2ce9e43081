//! The cases as Node sees them.

use assignor_core::assign::Assignment;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::digest::digest;
use crate::groups::{Case, Spec};

/// A case and the assignment that was made last.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Timed {
    case: Case,
    last: Option<Assignment>,
}

#[wasm_bindgen]
impl Timed {
    /// The name of case number `index`; nothing past the last one.
    pub fn name(index: usize) -> Option<String> {
        Spec::all().nth(index).map(|spec| spec.to_string())
    }

    /// Makes case number `index`.
    pub fn numbered(index: usize) -> Option<Self> {
        let case = Case::new(Spec::all().nth(index)?);
        Some(Self { case, last: None })
    }

    /// Forgets the last assignment, so that this is not part of the next one's time.
    pub fn clear(&mut self) {
        self.last = None;
    }

    /// Makes the assignment.
    pub fn assign(&mut self) {
        self.last = self.case.assign();
    }

    /// The digest of the last assignment.
    pub fn digest(&self) -> String {
        let digest = self.last.as_ref().map(digest).unwrap_or_default();
        format!("{digest:016x}")
    }
}
