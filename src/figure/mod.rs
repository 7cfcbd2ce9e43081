//! One figure everywhere: a line per partition, colour and letter for who reads it, hatched while nobody
//! does. Lanes, minimap and thumbnails are this figure at different sizes.

mod bands;
mod bars;
mod chips;
mod events;
mod excerpt;
mod follow;
mod gestures;
mod lanes;
mod members;
mod minimap;
mod overview;
pub mod owner;
mod rows;
mod run;
mod thumbnail;
mod tooltip;
mod variant;
pub mod window;
pub mod words;

pub use assignor_core::figure::axis;
pub(crate) use bars::patterns;
pub use chips::{Chip, ChipCommand, chip_id};
pub use excerpt::{Excerpt, ExcerptProps};
pub use lanes::{By, Lanes, LanesProps, Other, variant_id};
pub use members::{Share as MemberShare, shares as member_shares};
pub use minimap::{Minimap, MinimapProps};
pub use run::Run;
pub use thumbnail::{Thumbnail, ThumbnailProps, costs};
pub use variant::{VariantRows, differences};
pub use window::{Extent, Window, WindowCommand};

/// A length in px as an attribute, exact to a hundredth.
pub(crate) fn px(length: f64) -> String {
    format!("{}", (length * 100.0).round() / 100.0)
}
