//! Groups for the consumer's assignors.

mod claims;
mod life;
mod topics;

use crate::plan::{Shape, Source};
use crate::random::Random;

use super::Answering;

/// Makes one group, case by case.
pub(super) fn live(source: Source, name: String, random: Random, answer: &mut Answering<'_>) {
    match source.shape {
        Shape::Claims => claims::group(source, name, random, 0, answer),
        Shape::Stale => claims::group(source, name, random, 4, answer),
        Shape::History | Shape::Racks | Shape::Large => {
            life::Life::begin(source, name, random).run(answer);
        }
    }
}
