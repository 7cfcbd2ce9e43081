//! Random groups from a seed: the same cases on every platform.
//!
//! A group is determined by the seed, the assignor, the shape and its number, so that any one can
//! be made again alone. The next step of a group's life rests on the answer to the one before; the
//! answer is the core's own, which as long as nothing differs is Kafka's.

mod client;
mod names;
mod server;

use crate::answer::Answer;
use crate::case::Case;
use crate::plan::Source;
use crate::random::Random;

/// Where a group puts its cases and gets the answers that it goes on with.
pub type Answering<'a> = dyn FnMut(Case) -> Answer + 'a;

/// Makes group number `group` of `source`, case by case. It ends by itself.
pub fn group(seed: u64, source: Source, group: u32, answer: &mut Answering<'_>) {
    let name = format!("{}/{}/{seed}/{group}", source.assignor, source.shape.name());
    let random = Random::new(seed, &name);
    if source.is_server() {
        server::live(source, name, random, answer);
    } else {
        client::live(source, name, random, answer);
    }
}
