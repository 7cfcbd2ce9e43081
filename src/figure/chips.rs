//! The user's actions as chips on the time axis: selected, dragged, moved by keys, removed.

use super::axis::Axis;
use super::rows::NARROW_PX;
use super::{px, words};
use crate::platform;
use crate::platform::layout::{capture_pointer, point_in};
use crate::shared::Shared;
use assignor_core::sim::narrate::clock;
use yew::prelude::*;

/// An action on the axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chip {
    /// Stays the same while the action is moved past others.
    pub id: u32,
    /// When.
    pub at_ms: u64,
    /// How long it lasts, where that can be changed.
    pub lasts_ms: Option<u64>,
    /// What, in two words: `start c4`.
    pub text: String,
}

/// What the user does to a chip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChipCommand {
    /// Selects it, or nothing.
    Select(Option<u32>),
    /// Opens its form.
    Open(u32),
    /// Moves it to a time.
    Move(u32, u64),
    /// Lets it last so many ms.
    Last(u32, u64),
    /// Removes it.
    Remove(u32),
}

/// Dragging snaps to this, in ms.
const GRID_MS: u64 = 10;
/// The keys up and down change a duration by this, in ms.
const LAST_STEP_MS: u64 = 100;
/// Height of a track of chips, in px; in narrow places as a finger needs it.
const TRACK_PX: (f64, f64) = (25.0, 44.0);
/// Chips that would overlap go to the next track, of so many at most.
const MOST_TRACKS: usize = 3;

/// Where a chip is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct ChipPlace {
    /// Left edge, in px.
    pub x: f64,
    /// Its track, 0 at the top.
    pub track: usize,
    /// Its width, in px: of its words, or as long as it lasts.
    pub width: f64,
    /// Whether there is room for a bare mark only.
    pub is_bare: bool,
}

/// What a chip asks for: its time, its width in px, and whether it has to have its words.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    at_ms: u64,
    width: f64,
    is_selected: bool,
}

/// Space between the chips of a track, in px.
const CHIP_GAP_PX: f64 = 4.0;

/// Width of a chip without words, and how far it moves aside so as not to lie on another, in px.
const BARE_PX: f64 = 7.0;
const ASIDE_PX: f64 = 60.0;

/// Places for chips by time. Where the tracks don't suffice for all words, the last track has those without room
/// as bare marks. No two chips with words overlap, and bare marks only where more of them are at one time than
/// can stand beside it. One that would stick out at the right ends there.
pub(super) fn places(chips: &[Wanted], axis: &Axis) -> Vec<ChipPlace> {
    side_by_side(chips, axis).unwrap_or_else(|| crowded(chips, axis))
}

/// Every chip at its time with all its words; none if the tracks don't suffice.
fn side_by_side(chips: &[Wanted], axis: &Axis) -> Option<Vec<ChipPlace>> {
    let (_, right) = axis.ends();
    let mut taken = [f64::MIN; MOST_TRACKS];
    let place = |chip: &Wanted| {
        let x = axis.x(chip.at_ms).min(right - chip.width);
        let track = taken.iter().position(|&end| end <= x)?;
        *taken.get_mut(track)? = x + chip.width + CHIP_GAP_PX;
        Some(ChipPlace {
            x,
            track,
            width: chip.width,
            is_bare: false,
        })
    };
    chips.iter().map(place).collect()
}

/// Chips with words in all tracks but the last, in which the others stand as bare marks. The selected one keeps
/// its words, over others if need be.
fn crowded(chips: &[Wanted], axis: &Axis) -> Vec<ChipPlace> {
    let (_, right) = axis.ends();
    let mut taken = [f64::MIN; MOST_TRACKS - 1];
    let mut bare_end = f64::MIN;
    let place = |chip: &Wanted| {
        let x = axis.x(chip.at_ms).min(right - chip.width);
        let free = taken.iter().position(|&end| end <= x);
        let track = free.or(chip.is_selected.then_some(0));
        if let Some((track, end)) = track.and_then(|track| Some((track, taken.get_mut(track)?))) {
            *end = x + chip.width + CHIP_GAP_PX;
            ChipPlace {
                x,
                track,
                width: chip.width,
                is_bare: false,
            }
        } else {
            let own = axis.x(chip.at_ms).min(right - BARE_PX);
            let is_near = (own..=own + ASIDE_PX).contains(&bare_end);
            let x = if is_near { bare_end } else { own };
            bare_end = x + BARE_PX;
            ChipPlace {
                x,
                track: MOST_TRACKS - 1,
                width: BARE_PX,
                is_bare: true,
            }
        }
    };
    chips.iter().map(place).collect()
}

/// An estimate of a chip's width, in px: grip, text, end; of the selected one its time and cross too.
fn width_of(text: &str, is_selected: bool, lasts: bool) -> f64 {
    let letters = f64::from(u16::try_from(text.chars().count()).unwrap_or(u16::MAX));
    let end = if lasts { 8.0 } else { 0.0 };
    letters * 6.4 + end + if is_selected { 98.0 } else { 26.0 }
}

/// The chips of a run.
#[derive(Properties, PartialEq)]
pub(super) struct ChipsProps {
    /// The actions, by time.
    pub chips: Vec<Chip>,
    /// The time axis.
    pub axis: Shared<Axis>,
    /// The selected action.
    pub selected: Option<u32>,
    /// The user does something to one.
    pub on_chip: Callback<ChipCommand>,
}

/// Height of a track of chips on an axis, in px.
fn track_px(axis: &Axis) -> f64 {
    let (wide, narrow) = TRACK_PX;
    if axis.ends().1 < NARROW_PX {
        narrow
    } else {
        wide
    }
}

/// Height of the tracks that the chips need, in px: of 1 at least.
pub(super) fn tracks_px(chips: &[Chip], selected: Option<u32>, axis: &Axis) -> f64 {
    let placed = places(&widths(&shown(chips, selected, axis), selected, axis), axis);
    let last = placed.iter().map(|place| place.track).max().unwrap_or(0);
    f64::from(u8::try_from(last + 1).unwrap_or(1)) * track_px(axis)
}

fn widths(chips: &[&Chip], selected: Option<u32>, axis: &Axis) -> Vec<Wanted> {
    chips
        .iter()
        .map(|chip| {
            let is_selected = selected == Some(chip.id);
            let lasts = chip.lasts_ms.is_some();
            let length = axis.x(end_ms(chip)) - axis.x(chip.at_ms);
            Wanted {
                at_ms: chip.at_ms,
                width: width_of(&chip.text, is_selected, lasts).max(length),
                is_selected,
            }
        })
        .collect()
}

/// When it ends.
fn end_ms(chip: &Chip) -> u64 {
    chip.at_ms.saturating_add(chip.lasts_ms.unwrap_or(0))
}

/// The chips of a run.
#[component]
pub(super) fn Chips(props: &ChipsProps) -> Html {
    let node = use_node_ref();
    let drag = use_mut_ref(Held::default);
    let focused = use_state_eq(|| None::<u32>);
    let shown = shown(&props.chips, props.selected, &props.axis);
    let placed = places(&widths(&shown, props.selected, &props.axis), &props.axis);
    let ids: Vec<u32> = shown.iter().map(|chip| chip.id).collect();
    let tab_stop = tab_stop(&ids, [*focused, props.selected]);
    let on_focus = {
        let setter = focused.setter();
        Callback::from(move |id: u32| setter.set(Some(id)))
    };
    html! {
        <div ref={node.clone()} class="chips" role="group" aria-label="Your actions" data-testid="actions">
            <span class="gutter-label" aria-hidden="true">{ "actions" }</span>
            { for shown.into_iter().zip(placed).enumerate().map(|(ix, (chip, place))| action(&Action {
                chip,
                is_tab_stop: tab_stop == Some(chip.id),
                beside: [ix.checked_sub(1), ix.checked_add(1)].map(|ix| ids.get(ix?).copied()),
                on_focus: &on_focus,
                x: place.x,
                width: place.width,
                y: f64::from(u8::try_from(place.track).unwrap_or(0)) * track_px(&props.axis),
                mark_x: props.axis.x(chip.at_ms),
                is_bare: place.is_bare,
                area: &node,
                is_selected: props.selected == Some(chip.id),
                chips: props,
                drag: &drag,
            })) }
        </div>
    }
}

/// The chip that the Tab key stops at: the first of those preferred that is there, else the first of all.
fn tab_stop(ids: &[u32], preferred: [Option<u32>; 2]) -> Option<u32> {
    let mut preferred = preferred.into_iter().flatten();
    let there = preferred.find(|id| ids.contains(id));
    there.or_else(|| ids.first().copied())
}

/// The chips whose times are on the axis. One that is selected stays, so that it can be dragged.
fn shown<'a>(chips: &'a [Chip], selected: Option<u32>, axis: &Axis) -> Vec<&'a Chip> {
    let is_on_axis = |chip: &Chip| (axis.from_ms()..=axis.to_ms()).contains(&chip.at_ms);
    let chips = chips.iter();
    chips
        .filter(|chip| selected == Some(chip.id) || is_on_axis(chip))
        .collect()
}

/// An action among the others.
struct Action<'a> {
    chip: &'a Chip,
    x: f64,
    y: f64,
    width: f64,
    mark_x: f64,
    is_bare: bool,
    area: &'a NodeRef,
    is_selected: bool,
    is_tab_stop: bool,
    /// The actions before and after it.
    beside: [Option<u32>; 2],
    on_focus: &'a Callback<u32>,
    chips: &'a ChipsProps,
    drag: &'a Drag,
}

/// The id of a chip's button.
pub fn chip_id(id: u32) -> String {
    format!("action-{id}")
}

fn action(props: &Action) -> Html {
    let (chip, send) = (props.chip, &props.chips.on_chip);
    let (id, lasts) = (chip.id, chip.lasts_ms.is_some());
    let label = format!(
        "{} at {}: Enter changes it, left and right move it, {}Delete removes it, Page Up and Page Down go to others",
        chip.text,
        words::exact(chip.at_ms),
        if lasts {
            "up and down change how long it lasts, "
        } else {
            ""
        }
    );
    let style = format!(
        "left:{}px;top:{}px;min-width:{}px",
        px(props.x),
        px(props.y),
        px(props.width)
    );
    let remove = send.reform(move |event: MouseEvent| {
        event.stop_propagation();
        ChipCommand::Remove(id)
    });
    let mark = format!(
        "left:{}px;height:{}px",
        px(props.mark_x),
        px(props.y + 14.0)
    );
    let release = {
        let drag = props.drag.clone();
        Callback::from(move |_: PointerEvent| drag.borrow_mut().grip = None)
    };
    let open = {
        let (drag, send) = (props.drag.clone(), send.clone());
        Callback::from(move |_: MouseEvent| {
            // The click that ends a drag opens nothing.
            if !std::mem::take(&mut drag.borrow_mut().has_moved) {
                send.emit(ChipCommand::Open(id));
            }
        })
    };
    html! {
        <key={chip.id}>
            <span class={classes!("action-mark", props.is_selected.then_some("is-selected"))} style={mark} aria-hidden="true" />
            <span class={classes!("action", props.is_bare.then_some("is-bare"), props.is_selected.then_some("is-selected"), lasts.then_some("lasts"))} style={style}>
                <button type="button" id={chip_id(id)} class="action-grip" title={props.is_bare.then(|| chip.text.clone())} aria-label={label}
                    aria-pressed={props.is_selected.to_string()} aria-haspopup="dialog"
                    data-testid="action" data-at={chip.at_ms.to_string()} data-lasts={chip.lasts_ms.map(|ms| ms.to_string())}
                    tabindex={if props.is_tab_stop { "0" } else { "-1" }} onfocus={props.on_focus.reform(move |_: FocusEvent| id)}
                    onclick={open}
                    onkeydown={keys(props)}
                    onpointerdown={grab(props, false)}
                    onpointermove={pull(props)}
                    onpointerup={release.clone()}
                    onpointercancel={release.clone()}>
                    if !props.is_bare {
                        <svg class="grip" width="6" height="12" viewBox="0 0 6 12" aria-hidden="true">
                            { for [(1, 2), (5, 2), (1, 6), (5, 6), (1, 10), (5, 10)].map(|(x, y)| html! {
                                <circle cx={x.to_string()} cy={y.to_string()} r=".9" />
                            }) }
                        </svg>
                        { chip.text.clone() }
                    }
                    if props.is_selected { <small class="fig action-time">{ clock(chip.at_ms) }</small> }
                </button>
                if props.is_selected {
                    <button type="button" class="action-remove" tabindex="-1" aria-label={format!("Remove {}", chip.text)}
                        data-testid="action-remove" onclick={remove}>
                        <svg width="9" height="9" viewBox="0 0 9 9" aria-hidden="true"><path d="m1 1 7 7m0-7-7 7" /></svg>
                    </button>
                }
                if lasts {
                    <span class="action-end" title="Drag: how long it lasts" aria-hidden="true" data-testid="action-end"
                        onpointerdown={grab(props, true)} onpointermove={pull(props)} onpointerup={release.clone()} onpointercancel={release} />
                }
            </span>
        </>
    }
}

/// What is held, and whether it has been moved since it was taken.
#[derive(Default)]
struct Held {
    grip: Option<Grip>,
    has_moved: bool,
}

/// A chip that is held: which one, where the pointer went down, the place there, and the chip's times then.
#[derive(Clone, Copy)]
struct Grip {
    id: u32,
    is_end: bool,
    client_x: i32,
    x: f64,
    at_ms: u64,
    lasts_ms: Option<u64>,
}

impl Grip {
    /// What puts it back where it was taken.
    fn back(self) -> ChipCommand {
        match self.lasts_ms.filter(|_| self.is_end) {
            Some(lasts_ms) => ChipCommand::Last(self.id, lasts_ms),
            None => ChipCommand::Move(self.id, self.at_ms),
        }
    }
}

/// The chip that is held, if any. It outlives what is drawn while the chip moves.
type Drag = std::rc::Rc<std::cell::RefCell<Held>>;

fn grab(props: &Action, is_end: bool) -> Callback<PointerEvent> {
    let (drag, axis, chip) = (
        props.drag.clone(),
        props.chips.axis.clone(),
        props.chip.clone(),
    );
    let (select, mark_x) = (props.chips.on_chip.clone(), props.mark_x);
    Callback::from(move |event: PointerEvent| {
        if event.button() != 0 {
            return;
        }
        capture_pointer(
            &event,
            if is_end {
                ".action-end"
            } else {
                ".action-grip"
            },
        );
        select.emit(ChipCommand::Select(Some(chip.id)));
        *drag.borrow_mut() = Held {
            grip: Some(Grip {
                id: chip.id,
                is_end,
                client_x: event.client_x(),
                x: if is_end {
                    axis.x(end_ms(&chip))
                } else {
                    mark_x
                },
                at_ms: chip.at_ms,
                lasts_ms: chip.lasts_ms,
            }),
            has_moved: false,
        };
    })
}

fn pull(props: &Action) -> Callback<PointerEvent> {
    let (drag, axis, area) = (
        props.drag.clone(),
        props.chips.axis.clone(),
        props.area.clone(),
    );
    let (send, id) = (props.chips.on_chip.clone(), props.chip.id);
    Callback::from(move |event: PointerEvent| {
        let Some(held) = drag.borrow().grip.filter(|held| held.id == id) else {
            return;
        };
        let moved = event.client_x() - held.client_x;
        // A click with an unsteady hand is no drag.
        if moved.abs() < 3 || point_in(&area, 0, 0).is_none() {
            return;
        }
        drag.borrow_mut().has_moved = true;
        let to_ms = axis.t_ms(held.x + f64::from(moved)).div_ceil(GRID_MS) * GRID_MS;
        let command = if held.is_end {
            ChipCommand::Last(id, to_ms.saturating_sub(held.at_ms).max(GRID_MS))
        } else {
            ChipCommand::Move(id, to_ms)
        };
        send.emit(command);
    })
}

fn keys(props: &Action) -> Callback<KeyboardEvent> {
    let (send, drag) = (props.chips.on_chip.clone(), props.drag.clone());
    let [before, after] = props.beside;
    let &Chip {
        id,
        at_ms,
        lasts_ms,
        ..
    } = props.chip;
    Callback::from(move |event: KeyboardEvent| {
        let step = if event.shift_key() { 1 } else { GRID_MS };
        let last_step = if event.shift_key() {
            GRID_MS
        } else {
            LAST_STEP_MS
        };
        // The arrows move the action itself.
        let beside = match event.key().as_str() {
            "PageUp" => before,
            "PageDown" => after,
            _ => None,
        };
        if let Some(id) = beside {
            event.prevent_default();
            platform::focus(&chip_id(id));
            return;
        }
        let last = |ms: u64| ChipCommand::Last(id, ms.max(GRID_MS));
        let command = match (event.key().as_str(), lasts_ms) {
            ("ArrowLeft", _) => ChipCommand::Move(id, at_ms.saturating_sub(step)),
            ("ArrowRight", _) => ChipCommand::Move(id, at_ms.saturating_add(step)),
            ("ArrowUp", Some(ms)) => last(ms.saturating_add(last_step)),
            ("ArrowDown", Some(ms)) => last(ms.saturating_sub(last_step)),
            ("Delete" | "Backspace", _) => ChipCommand::Remove(id),
            ("Escape", _) => {
                // What is held goes back to where it was.
                let held = drag.borrow_mut().grip.take();
                held.map_or(ChipCommand::Select(None), Grip::back)
            }
            _ => return,
        };
        event.prevent_default();
        // Arrows outside a chip step through the run.
        event.stop_propagation();
        send.emit(command);
    })
}

#[cfg(test)]
mod tests {
    use super::{Chip, ChipPlace, Wanted, places, tab_stop, widths};
    use crate::figure::axis::Axis;

    fn placed(chips: &[(u64, f64)], axis: &Axis) -> Vec<ChipPlace> {
        let wanted: Vec<_> = chips
            .iter()
            .map(|&(at_ms, width)| Wanted {
                at_ms,
                width,
                is_selected: false,
            })
            .collect();
        places(&wanted, axis)
    }

    #[test]
    fn one_chip_is_the_tab_stop() {
        assert_eq!(tab_stop(&[4, 7, 9], [None, None]), Some(4));
        assert_eq!(tab_stop(&[4, 7, 9], [None, Some(9)]), Some(9));
        assert_eq!(tab_stop(&[4, 7, 9], [Some(7), Some(9)]), Some(7));
        assert_eq!(tab_stop(&[4, 9], [Some(7), None]), Some(4));
        assert_eq!(tab_stop(&[], [Some(7), None]), None);
    }

    #[test]
    fn chips_that_would_overlap_take_the_next_track() {
        let axis = Axis::new(0, 1_000, 0.0, 1_000.0, &[]);
        let placed = placed(&[(0, 100.0), (50, 100.0), (200, 100.0)], &axis);
        assert_eq!(
            placed.iter().map(|place| place.track).collect::<Vec<_>>(),
            [0, 1, 0]
        );
        assert!(placed.iter().all(|place| !place.is_bare));
    }

    #[test]
    fn a_chip_at_the_end_stays_inside() {
        let axis = Axis::new(0, 1_000, 0.0, 1_000.0, &[]);
        assert!((placed(&[(1_000, 80.0)], &axis)[0].x - 920.0).abs() < 1e-9);
    }

    #[test]
    fn a_chip_is_as_long_as_it_lasts() {
        let axis = Axis::new(0, 10_000, 0.0, 1_000.0, &[]);
        let chip = |lasts_ms| Chip {
            id: 0,
            at_ms: 1_000,
            lasts_ms,
            text: "freeze c1".to_owned(),
        };
        let width = |chip: &Chip| widths(&[chip], None, &axis)[0].width;
        assert!((width(&chip(Some(5_000))) - 500.0).abs() < 1e-9);
        assert!(width(&chip(None)) < 100.0 && width(&chip(Some(10))) < 110.0);
    }

    #[test]
    fn a_crowd_keeps_its_times_and_words_never_overlap() {
        let axis = Axis::new(0, 10_000, 0.0, 1_000.0, &[]);
        let chips: Vec<_> = (0..12)
            .map(|n| (n * 30, 90.0))
            .chain([(9_000, 90.0)])
            .collect();
        let placed = placed(&chips, &axis);
        assert!(!placed[0].is_bare && placed[5].is_bare && !placed[12].is_bare);
        for (place, (at_ms, _)) in placed.iter().zip(&chips) {
            let aside = place.x - axis.x(*at_ms);
            assert!((0.0..=60.0).contains(&aside), "{place:?}");
        }
        for (ix, a) in placed.iter().enumerate() {
            for b in placed.iter().skip(ix + 1).filter(|b| b.track == a.track) {
                assert!(a.x + a.width <= b.x, "{a:?} {b:?}");
            }
        }
    }

    #[test]
    fn the_selected_one_of_a_crowd_has_its_words() {
        let axis = Axis::new(0, 10_000, 0.0, 1_000.0, &[]);
        let wanted = |n: u64| Wanted {
            at_ms: n * 10,
            width: 90.0,
            is_selected: n == 9,
        };
        let placed = places(&(0..20).map(wanted).collect::<Vec<_>>(), &axis);
        assert!(placed[8].is_bare && !placed[9].is_bare && placed[10].is_bare);
    }
}
