//! The advisor of the page: texts and facts in, one answer out that says everything about them.
//!
//! In the browser it runs in a worker of its own (`src/worker` of the page), so that the page neither loads the rules before they
//! are needed nor waits for them. The page shares the types of this crate and nothing else; natively, in tests,
//! it calls [`answer`] itself.
//!
//! Invariants: an answer depends on its request alone; places are in UTF-16 code units, which is what browsers and
//! editors count in; no text in an answer shows a secret, except the edits of fixes.

mod advise;
mod answer;
mod changes;
mod facts;
mod look;
mod places;
mod request;
mod samples;

pub use advise::{Session, answer};
pub use answer::{
    Answer, Change, Edit, Evidence, FactProblem, Finding, Fix, Fixed, Fixes, Question, Reading,
    Sample, Start, Startup, Unread,
};
pub use assignor_core::lint::show::Plan;
pub use assignor_core::lint::{Confidence, Severity};
pub use look::{Completion, Documentation, Seen};
pub use places::{Place, patched};
pub use request::{Ask, CLIENT, FORMAT, Look, LookFor, Request, Show, Text};
