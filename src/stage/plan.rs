//! Where members, their partitions and the shelf stand: geometry in px, from the width and the numbers of
//! members and partitions alone, so that nothing moves from one moment of a run to another.

use super::density::{Density, HEIGHT_PX};
use super::squares::{HEIGHT_PX as SQUARES_PX, Squares};
use crate::figure::px;

/// A rectangle, in px from the top left of the board.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Area {
    /// Left.
    pub x: f64,
    /// Top.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

impl Area {
    /// The style of what stands there.
    pub(super) fn placed(self) -> String {
        format!(
            "left:{}px;top:{}px;width:{}px;height:{}px",
            px(self.x),
            px(self.y),
            px(self.width),
            px(self.height)
        )
    }
}

/// How members are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// One to four: a row of large cards.
    Large,
    /// Five to twelve in one row.
    Small,
    /// The same in several rows, lower so that the lanes keep their place.
    Dense,
    /// More: a grid of small cards with a square per partition.
    Compact,
    /// More than fit so: a column of marks each.
    Density,
    /// A list, where the place is narrow.
    List,
}

impl Style {
    /// The style for so many members in a width: the largest that fits.
    fn of(width: f64, members: usize) -> Self {
        match members {
            _ if width < NARROW_PX && members <= MOST_CARDS => Self::List,
            0..=4 if width >= 840.0 => Self::Large,
            0..=MOST_CARDS if members <= Self::Small.columns(width) => Self::Small,
            0..=MOST_CARDS => Self::Dense,
            _ if members.div_ceil(Self::Compact.columns(width)) <= MOST_COMPACT_ROWS => {
                Self::Compact
            }
            _ => Self::Density,
        }
    }

    /// How many cards stand in a row.
    fn columns(self, width: f64) -> usize {
        let (least, gap, most) = match self {
            Self::Large => (190.0, GAP, 4),
            Self::Small | Self::Dense => (150.0, GAP, 6),
            Self::Compact => (88.0, COMPACT_GAP, 10),
            Self::Density | Self::List => (width, GAP, 1),
        };
        whole((width + gap) / (least + gap)).clamp(1, most)
    }

    /// Whether each member has a card of its own below its section of the barrier.
    pub(super) fn has_gates(self) -> bool {
        matches!(self, Self::Large | Self::Small | Self::Dense)
    }

    /// Whether there is no room for more than what tells members apart.
    pub(super) fn is_short(self) -> bool {
        matches!(self, Self::Small | Self::Dense)
    }

    fn heights(self) -> Heights {
        let (gate, below_gate, card, below) = match self {
            Self::Large => (30.0, 12.0, 155.0, GAP),
            Self::Small => (30.0, 12.0, 118.0, GAP),
            Self::Dense => (22.0, 6.0, 84.0, 8.0),
            Self::Compact => (0.0, 0.0, 44.0, 6.0),
            Self::Density => (0.0, 0.0, HEIGHT_PX, 0.0),
            Self::List => (0.0, 0.0, 58.0, 0.0),
        };
        Heights {
            gate,
            below_gate,
            card,
            below,
        }
    }

    /// The largest token on the shelf, in px.
    fn shelf_token(self) -> f64 {
        if self == Self::Dense { 30.0 } else { 42.0 }
    }

    /// The class.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Large => "is-large",
            Self::Small => "is-small",
            Self::Dense => "is-small is-dense",
            Self::Compact => "is-compact",
            Self::Density => "is-density",
            Self::List => "is-list",
        }
    }
}

/// Heights of what belongs to a member, from top to bottom, in px.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Heights {
    /// Its section of the join barrier, and the space below that.
    gate: f64,
    below_gate: f64,
    /// Its card, and the space to the next row.
    card: f64,
    below: f64,
}

impl Heights {
    /// From one row to the next.
    fn pitch(self) -> f64 {
        self.gate + self.below_gate + self.card + self.below
    }
}

/// Below this width members stand in a list, in px.
const NARROW_PX: f64 = 620.0;
/// More partitions than this are drawn as squares, not one by one.
pub(crate) const MOST_TOKENS: usize = 400;
/// Compact cards fill so many rows at most, so that the lanes keep their place on the screen.
const MOST_COMPACT_ROWS: usize = 6;
/// Members drawn larger than compact.
const MOST_CARDS: usize = 12;
/// Space between cards, in px.
const GAP: f64 = 16.0;
/// The same between compact ones.
const COMPACT_GAP: f64 = 8.0;

/// Sides that a token can have, in px.
const SIDES: [f64; 9] = [42.0, 36.0, 30.0, 26.0, 20.0, 15.0, 11.0, 8.0, 6.0];

/// The geometry of a stage.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Plan {
    /// How members are drawn.
    pub style: Style,
    /// How many are drawn.
    pub drawn: usize,
    /// How many members are drawn as columns of marks, and how.
    pub density: Option<Density>,
    columns: usize,
    gap: f64,
    card_width: f64,
    heights: Heights,
    width: f64,
    /// Side of a token; none where partitions aren't drawn.
    pub token: Option<f64>,
    /// How partitions are drawn where there are many members.
    pub squares: Option<Squares>,
    /// The shelf.
    pub shelf: Area,
}

#[expect(
    clippy::cast_precision_loss,
    reason = "small counts of things on a screen"
)]
pub(super) fn float(count: usize) -> f64 {
    count as f64
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "not negative, and small"
)]
pub(super) fn whole(length: f64) -> usize {
    length.max(0.0) as usize
}

impl Plan {
    /// A plan for a width, a number of members, one of partitions, and the most places for partitions that a
    /// member needs at any time of the run.
    pub(super) fn new(width: f64, members: usize, partitions: usize, most_places: usize) -> Self {
        let width = width.max(280.0);
        let style = Style::of(width, members);
        let gap = if style == Style::Compact {
            COMPACT_GAP
        } else {
            GAP
        };
        let columns = style.columns(width);
        let card_width = (width - gap * float(columns - 1)) / float(columns);
        let heights = style.heights();
        let density =
            (style == Style::Density).then(|| Density::fitting(members, most_places, width));
        let drawn = density.map_or(members, |density| density.drawn);
        // One place more than members: there stands the way to add another.
        let places = if style.has_gates() {
            drawn.max(1)
        } else {
            drawn
        };
        let rows = if density.is_some() {
            1
        } else {
            places.div_ceil(columns)
        };
        let below = float(rows) * heights.pitch() - heights.below;
        let has_tokens = Self::has_tokens(members, partitions);
        let mut plan = Self {
            style,
            drawn,
            density,
            columns,
            gap,
            card_width,
            heights,
            width,
            token: None,
            squares: None,
            shelf: Area {
                x: 0.0,
                y: below.max(0.0) + if has_tokens { 12.0 } else { 8.0 },
                width,
                // Where squares say what nobody reads, the shelf only counts.
                height: if has_tokens {
                    50.0 + style.shelf_token()
                } else {
                    34.0
                },
            },
        };
        let area = plan.tokens_area(0);
        match style {
            Style::Density => {}
            Style::Compact => {
                plan.squares = Some(Squares::fitting(most_places, card_width - 18.0, SQUARES_PX));
            }
            _ if has_tokens => {
                plan.token = Some(fitting(most_places, area.width, area.height).0);
            }
            _ => plan.squares = Some(Squares::fitting(most_places, area.width, area.height - 4.0)),
        }
        plan
    }

    /// Whether partitions are drawn as tokens, each in its place.
    pub(super) fn has_tokens(members: usize, partitions: usize) -> bool {
        members <= MOST_CARDS && partitions <= MOST_TOKENS
    }

    /// Height of everything together.
    pub(super) fn height(&self) -> f64 {
        self.shelf.y + self.shelf.height
    }

    /// Where a member stands.
    pub(super) fn card(&self, member: usize) -> Area {
        if let Some(density) = self.density {
            let (x, y, width, height) = density.column_of(member);
            return Area {
                x,
                y,
                width,
                height,
            };
        }
        let (column, row) = (member % self.columns, member / self.columns);
        let heights = self.heights;
        Area {
            x: float(column) * (self.card_width + self.gap),
            y: float(row) * heights.pitch() + heights.gate + heights.below_gate,
            width: self.card_width,
            height: heights.card,
        }
    }

    /// The member's section of the join barrier; none where it stands inside the card.
    pub(super) fn gate(&self, member: usize) -> Option<Area> {
        let card = self.card(member);
        self.style.has_gates().then_some(Area {
            y: card.y - self.heights.gate - self.heights.below_gate,
            height: self.heights.gate,
            ..card
        })
    }

    /// Whether the barrier's line goes on to the next member.
    pub(super) fn continues(&self, member: usize) -> bool {
        !(member + 1).is_multiple_of(self.columns) && member + 1 < self.drawn
    }

    /// Whether there is a free place in the last row, to offer another member.
    pub(super) fn free_place(&self) -> Option<Area> {
        let free = self.drawn == 0 || !self.drawn.is_multiple_of(self.columns);
        (self.style.has_gates() && free).then(|| self.card(self.drawn))
    }

    /// Where the partitions of a member lie.
    fn tokens_area(&self, member: usize) -> Area {
        let card = self.card(member);
        match self.style {
            Style::List => Area {
                x: card.x + 168.0,
                y: card.y + 8.0,
                width: (card.width - 168.0 - 46.0).max(40.0),
                height: 42.0,
            },
            Style::Small => Area {
                x: card.x + 10.0,
                y: card.y + 62.0,
                width: card.width - 20.0,
                height: 46.0,
            },
            Style::Dense => Area {
                x: card.x + 10.0,
                y: card.y + 48.0,
                width: card.width - 20.0,
                height: 30.0,
            },
            Style::Large | Style::Compact | Style::Density => Area {
                x: card.x + 14.0,
                y: card.y + 64.0,
                width: card.width - 28.0,
                height: 42.0,
            },
        }
    }

    /// The place number `place` of `count` at a member: its top left.
    pub(super) fn token_at(&self, member: usize, place: usize, count: usize) -> (f64, f64) {
        let area = self.tokens_area(member);
        let side = self.token.unwrap_or(0.0);
        let gap = gap(side);
        let per_row = whole((area.width + gap) / (side + gap)).max(1);
        let (column, row) = (place % per_row, place / per_row);
        let x = if self.style == Style::List {
            let in_row = count.saturating_sub(row * per_row).min(per_row);
            area.x + area.width - float(in_row) * (side + gap) + gap
        } else {
            area.x
        };
        (
            x + float(column) * (side + gap),
            area.y + float(row) * (side + gap),
        )
    }

    /// Whether what stops lies on the shelf below its own column; else it lies there in order.
    pub(super) fn has_columns(&self) -> bool {
        self.style.has_gates()
    }

    /// So many members stand in a row.
    pub(super) fn columns(&self) -> usize {
        self.columns
    }

    /// The top of tokens on the shelf.
    pub(super) fn shelf_token_y(&self) -> f64 {
        let side = self.token.unwrap_or(0.0);
        let most = self.style.shelf_token();
        self.shelf.y + 25.0 + (most - side.min(most)) / 2.0
    }

    /// From one token to the next of `count` that lie together below a column: they fill it at most.
    pub(super) fn shelf_pitch(&self, count: usize) -> f64 {
        let side = self.token.unwrap_or(0.0);
        let room = self.card_width + self.gap / 2.0 - side;
        (side + gap(side)).min(room / float(count.max(2) - 1))
    }

    /// The place number `place` on a shelf without columns: its left.
    pub(super) fn shelf_token_x(&self, place: usize, count: usize) -> f64 {
        let side = self.token.unwrap_or(0.0);
        let room = self.width - 28.0 - side;
        let pitch = (side + 6.0).min(room / float(count.max(2) - 1));
        14.0 + float(place) * pitch
    }
}

fn gap(side: f64) -> f64 {
    match side {
        26.0.. => 6.0,
        11.0.. => 3.0,
        _ => 2.0,
    }
}

/// The largest tokens of which `count` fit into a place, and how many stand in a row.
fn fitting(count: usize, width: f64, height: f64) -> (f64, usize) {
    for side in SIDES {
        let gap = gap(side);
        let per_row = whole((width + gap) / (side + gap));
        let rows = whole((height + gap) / (side + gap));
        if per_row * rows >= count {
            return (side, per_row);
        }
    }
    (SIDES[SIDES.len() - 1], 1)
}

#[cfg(test)]
mod tests {
    use super::{Plan, Style};

    #[test]
    fn the_style_follows_from_number_and_width() {
        assert_eq!(Plan::new(1_042.0, 4, 6, 3).style, Style::Large);
        assert_eq!(Plan::new(1_042.0, 5, 6, 3).style, Style::Small);
        assert_eq!(Plan::new(1_042.0, 6, 6, 3).style, Style::Small);
        assert_eq!(Plan::new(1_042.0, 7, 6, 3).style, Style::Dense);
        assert_eq!(Plan::new(700.0, 6, 6, 3).style, Style::Dense);
        assert_eq!(Plan::new(1_042.0, 13, 6, 3).style, Style::Compact);
        assert_eq!(Plan::new(360.0, 4, 6, 3).style, Style::List);
        assert_eq!(Plan::new(994.0, 50, 500, 10).style, Style::Compact);
        assert_eq!(Plan::new(994.0, 121, 500, 10).style, Style::Density);
    }

    #[test]
    fn cards_of_a_row_share_the_width() {
        let plan = Plan::new(1_000.0, 4, 6, 3);
        let (first, last) = (plan.card(0), plan.card(3));
        assert!((last.x + last.width - 1_000.0).abs() < 1e-9);
        assert!((first.y - last.y).abs() < 1e-9);
        assert!(plan.shelf.y > first.y + first.height);
        assert!(plan.continues(2) && !plan.continues(3));
    }

    #[test]
    fn the_lanes_keep_their_place_on_the_screen() {
        for members in [4, 6, 7, 12, 13, 50, 60, 61, 200, 1_000] {
            for partitions in [24, 100, 500, 10_000] {
                let plan = Plan::new(994.0, members, partitions, partitions.div_ceil(members));
                assert!(
                    plan.height() <= 350.0,
                    "{members} of {partitions}: {}",
                    plan.height()
                );
            }
        }
    }

    #[test]
    fn tokens_shrink_until_all_fit_into_their_card() {
        for most in [1, 4, 6, 12, 30, 60] {
            for members in [1, 4, 6, 12] {
                let plan = Plan::new(1_042.0, members, 60, most);
                let (side, card) = (plan.token.expect("tokens are drawn"), plan.card(0));
                for place in 0..most {
                    let (x, y) = plan.token_at(0, place, most);
                    assert!(
                        x >= card.x && x + side <= card.x + card.width + 0.01,
                        "{most} of {members}"
                    );
                    assert!(y + side <= card.y + card.height, "{most} of {members}");
                }
            }
        }
    }

    #[test]
    fn what_would_be_too_much_is_not_drawn() {
        let few = Plan::new(1_042.0, 4, 10_000, 2_500);
        assert_eq!((few.token, few.style), (None, Style::Large));
        assert!(few.squares.is_some_and(|squares| squares.each > 1));
        let many = Plan::new(994.0, 500, 10_000, 20);
        assert_eq!((many.style, many.drawn), (Style::Density, 500));
    }
}
