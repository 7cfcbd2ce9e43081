//! Acting on a run: what can happen to the group, a member, a topic or a partition at the playhead, in a
//! menu that opens at whatever it concerns; and the form of an action, to add it and to change it.

mod form;
mod menu;
mod subject;
pub(super) mod verbs;

pub(super) use form::field_view;
pub(super) use menu::{Popover, PopoverView};
pub(super) use subject::{Subject, opener, words};
