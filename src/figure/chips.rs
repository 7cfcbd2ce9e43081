//! The user's actions as chips on the time axis: selected, dragged, moved by keys, removed.

use super::axis::Axis;
use super::{px, words};
use crate::platform::layout::{capture_pointer, point_in};
use crate::shared::Shared;
use yew::prelude::*;

/// An action on the axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chip {
    /// Stays the same while the action is moved past others.
    pub id: u32,
    /// When.
    pub at_ms: u64,
    /// What, in two words: `start c4`.
    pub text: String,
}

/// What the user does to a chip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChipCommand {
    /// Selects it, or nothing.
    Select(Option<u32>),
    /// Moves it to a time.
    Move(u32, u64),
    /// Removes it.
    Remove(u32),
}

/// Dragging snaps to this, in ms.
const GRID_MS: u64 = 10;
/// Height of a track of chips, in px.
pub(super) const TRACK_PX: f64 = 25.0;
/// Chips that would overlap go to the next track, of so many at most.
const MOST_TRACKS: usize = 3;

/// Where a chip is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct ChipPlace {
    /// Left edge, in px.
    pub x: f64,
    /// Its track, 0 at the top.
    pub track: usize,
}

/// Places for chips of widths at times, ascending: none overlaps another of its track unless all tracks are
/// full; a chip that would stick out at the right ends there.
pub(super) fn places(chips: &[(u64, f64)], axis: &Axis) -> Vec<ChipPlace> {
    let (_, right) = axis.ends();
    let mut taken = [f64::MIN; MOST_TRACKS];
    chips
        .iter()
        .map(|&(at_ms, width)| {
            let x = axis.x(at_ms).min(right - width);
            let free = taken.iter().position(|&end| end <= x);
            let track = free.unwrap_or_else(|| earliest(&taken));
            if let Some(end) = taken.get_mut(track) {
                *end = x + width + 4.0;
            }
            ChipPlace { x, track }
        })
        .collect()
}

fn earliest(taken: &[f64]) -> usize {
    let by_end = taken.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1));
    by_end.map_or(0, |(track, _)| track)
}

/// An estimate of a chip's width, in px: grip, text, cross.
fn width_of(chip: &Chip, is_selected: bool) -> f64 {
    let letters = f64::from(u16::try_from(chip.text.chars().count()).unwrap_or(u16::MAX));
    letters * 6.4 + if is_selected { 50.0 } else { 26.0 }
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

/// How many tracks the chips need: 1 at least.
pub(super) fn track_count(chips: &[Chip], selected: Option<u32>, axis: &Axis) -> usize {
    let placed = places(&widths(chips, selected), axis);
    placed
        .iter()
        .map(|place| place.track + 1)
        .max()
        .unwrap_or(1)
}

fn widths(chips: &[Chip], selected: Option<u32>) -> Vec<(u64, f64)> {
    chips
        .iter()
        .map(|chip| (chip.at_ms, width_of(chip, selected == Some(chip.id))))
        .collect()
}

/// The chips of a run.
#[component]
pub(super) fn Chips(props: &ChipsProps) -> Html {
    let node = use_node_ref();
    let drag = use_mut_ref(|| None::<Grip>);
    let placed = places(&widths(&props.chips, props.selected), &props.axis);
    html! {
        <div ref={node.clone()} class="chips" role="group" aria-label="Your actions" data-testid="actions">
            <span class="gutter-label" aria-hidden="true">{ "actions" }</span>
            { for props.chips.iter().zip(placed).map(|(chip, place)| action(&Action {
                chip,
                x: place.x,
                y: f64::from(u8::try_from(place.track).unwrap_or(0)) * TRACK_PX,
                mark_x: props.axis.x(chip.at_ms),
                area: &node,
                is_selected: props.selected == Some(chip.id),
                chips: props,
                drag: &drag,
            })) }
        </div>
    }
}

/// An action among the others.
struct Action<'a> {
    chip: &'a Chip,
    x: f64,
    y: f64,
    mark_x: f64,
    area: &'a NodeRef,
    is_selected: bool,
    chips: &'a ChipsProps,
    drag: &'a Drag,
}

fn action(props: &Action) -> Html {
    let (chip, send) = (props.chip, &props.chips.on_chip);
    let id = chip.id;
    let label = format!(
        "{} at {}: arrows move it, Delete removes it",
        chip.text,
        words::exact(chip.at_ms)
    );
    let style = format!("left:{}px;top:{}px", px(props.x), px(props.y));
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
        Callback::from(move |_: PointerEvent| *drag.borrow_mut() = None)
    };
    html! {
        <key={chip.id}>
            <span class="action-mark" style={mark} aria-hidden="true" />
            <span class={classes!("action", props.is_selected.then_some("is-selected"))} style={style}>
                <button type="button" class="action-grip" aria-label={label} aria-pressed={props.is_selected.to_string()}
                    data-testid="action" data-at={chip.at_ms.to_string()}
                    onclick={send.reform(move |_| ChipCommand::Select(Some(id)))}
                    onkeydown={keys(chip, send)}
                    onpointerdown={grab(props)}
                    onpointermove={pull(props)}
                    onpointerup={release.clone()}
                    onpointercancel={release}>
                    <svg class="grip" width="6" height="12" viewBox="0 0 6 12" aria-hidden="true">
                        { for [(1, 2), (5, 2), (1, 6), (5, 6), (1, 10), (5, 10)].map(|(x, y)| html! {
                            <circle cx={x.to_string()} cy={y.to_string()} r=".9" />
                        }) }
                    </svg>
                    { chip.text.clone() }
                </button>
                if props.is_selected {
                    <button type="button" class="action-remove" aria-label={format!("Remove {}", chip.text)}
                        data-testid="action-remove" onclick={remove}>
                        <svg width="9" height="9" viewBox="0 0 9 9" aria-hidden="true"><path d="m1 1 7 7m0-7-7 7" /></svg>
                    </button>
                }
            </span>
        </>
    }
}

/// A chip that is held: which one, where the pointer went down, and the chip's place and time then.
#[derive(Clone, Copy)]
struct Grip {
    id: u32,
    client_x: i32,
    x: f64,
    at_ms: u64,
}

/// The chip that is held, if any. It outlives what is drawn while the chip moves.
type Drag = std::rc::Rc<std::cell::RefCell<Option<Grip>>>;

fn grab(props: &Action) -> Callback<PointerEvent> {
    let (drag, x, at_ms) = (props.drag.clone(), props.mark_x, props.chip.at_ms);
    let select = props.chips.on_chip.clone();
    let id = props.chip.id;
    Callback::from(move |event: PointerEvent| {
        if event.button() != 0 {
            return;
        }
        capture_pointer(&event);
        select.emit(ChipCommand::Select(Some(id)));
        *drag.borrow_mut() = Some(Grip {
            id,
            client_x: event.client_x(),
            x,
            at_ms,
        });
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
        let Some(held) = (*drag.borrow()).filter(|held| held.id == id) else {
            return;
        };
        let moved = event.client_x() - held.client_x;
        // A click with an unsteady hand is no drag.
        if moved.abs() < 3 || point_in(&area, 0, 0).is_none() {
            return;
        }
        let at_ms = axis.t_ms(held.x + f64::from(moved)).div_ceil(GRID_MS) * GRID_MS;
        if at_ms != held.at_ms {
            send.emit(ChipCommand::Move(id, at_ms));
        }
    })
}

fn keys(chip: &Chip, send: &Callback<ChipCommand>) -> Callback<KeyboardEvent> {
    let (send, id, at_ms) = (send.clone(), chip.id, chip.at_ms);
    Callback::from(move |event: KeyboardEvent| {
        let step = if event.shift_key() { 1 } else { GRID_MS };
        let command = match event.key().as_str() {
            "ArrowLeft" => ChipCommand::Move(id, at_ms.saturating_sub(step)),
            "ArrowRight" => ChipCommand::Move(id, at_ms.saturating_add(step)),
            "Delete" | "Backspace" => ChipCommand::Remove(id),
            "Escape" => ChipCommand::Select(None),
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
    use super::places;
    use crate::figure::axis::Axis;

    #[test]
    fn chips_that_would_overlap_take_the_next_track() {
        let axis = Axis::new(0, 1_000, 0.0, 1_000.0, &[]);
        let placed = places(&[(0, 100.0), (50, 100.0), (200, 100.0)], &axis);
        assert_eq!(
            placed.iter().map(|place| place.track).collect::<Vec<_>>(),
            [0, 1, 0]
        );
    }

    #[test]
    fn a_chip_at_the_end_stays_inside() {
        let axis = Axis::new(0, 1_000, 0.0, 1_000.0, &[]);
        assert!((places(&[(1_000, 80.0)], &axis)[0].x - 920.0).abs() < 1e-9);
    }
}
