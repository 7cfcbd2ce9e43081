//! Small shared controls. Each has a name, a visible focus and an area of 32 px, 44 px for a finger.

mod button;
mod dialog;
mod icon;
mod prose;
mod select;
mod severity;

pub use button::{Button, ButtonKind};
pub use dialog::{Dialog, DialogProps};
pub use icon::{Icon, IconName};
pub use prose::{Prose, capitalised, plain};
pub use select::{Choice, Select, SelectProps};
pub use severity::{Severity, SeverityMark};
