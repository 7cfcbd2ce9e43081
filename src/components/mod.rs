//! Small shared controls. Each has a name, a visible focus and an area of 32 px, 44 px for a finger.

mod button;
mod copy_field;
mod dialog;
mod icon;
mod prose;
mod select;
mod severity;

pub use button::{Button, ButtonKind, button};
pub use copy_field::{CopyField, CopyFieldProps, left_out};
pub use dialog::{Dialog, DialogProps, use_once};
pub use icon::{IconName, icon};
pub use prose::{capitalised, plain, prose};
pub use select::{Choice, Select, SelectProps};
pub use severity::{Severity, severity_mark};
