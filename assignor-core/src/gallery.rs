//! The gallery: examples to open, watch and change.
//!
//! Each is a scenario in `scenarios/`, in the form that [`crate::sim::Scenario::from_json`] reads; its title and what to
//! watch for stand in the scenario itself. Among them is every example that is commonly used to explain
//! rebalances, shown as Kafka really behaves. What the texts promise is asserted in `tests/gallery.rs`.

use crate::sim::Scenario;
use crate::sim::scenario::ScenarioError;

/// A part of the gallery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// Who gets what.
    Assigning,
    /// Somebody joins.
    Joining,
    /// Somebody leaves or dies.
    Leaving,
    /// Members with a `group.instance.id`.
    Static,
    /// Deploys and changes of the assignor.
    Deploying,
    /// Long batches.
    Slow,
}

impl Section {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 6] = [
        Self::Assigning,
        Self::Joining,
        Self::Leaving,
        Self::Slow,
        Self::Static,
        Self::Deploying,
    ];

    /// The heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Assigning => "Who gets what",
            Self::Joining => "Somebody joins",
            Self::Leaving => "Somebody leaves",
            Self::Slow => "Somebody is slow",
            Self::Static => "Restarts, with and without an id",
            Self::Deploying => "Deploys and migrations",
        }
    }
}

/// An example.
#[derive(Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name in an address. Never changes, never is reused.
    pub slug: &'static str,
    /// Where it stands.
    pub section: Section,
    /// Its title, the scenario's own.
    pub title: &'static str,
    /// What happens, in one line.
    pub line: &'static str,
    /// Where the interesting part begins, in ms: after the group has formed.
    pub from_ms: u64,
    /// Where it ends, in ms.
    pub to_ms: u64,
    /// The scenario as JSON; its `about` says what to watch for.
    pub text: &'static str,
}

impl Entry {
    /// The scenario.
    ///
    /// # Errors
    /// None for the entries of [`all`], which a test reads.
    pub fn scenario(&self) -> Result<Scenario, ScenarioError> {
        Scenario::from_json(self.text)
    }
}

macro_rules! entry {
    ($slug:literal, $section:expr, $title:literal, $line:literal, $from:literal..$to:literal) => {
        Entry {
            slug: $slug,
            section: $section,
            title: $title,
            line: $line,
            from_ms: $from,
            to_ms: $to,
            text: include_str!(concat!("../scenarios/", $slug, ".json")),
        }
    };
}

static ENTRIES: &[Entry] = &[
    entry!(
        "first-start",
        Section::Assigning,
        "A group starts",
        "Three consumers, one rebalance.",
        0..8000
    ),
    entry!(
        "range-two-topics",
        Section::Assigning,
        "Range, two topics of five",
        "4, 4 and 2: every topic's remainder goes to the first.",
        2000..4000
    ),
    entry!(
        "roundrobin-two-topics",
        Section::Assigning,
        "Round robin, two topics of five",
        "4, 3 and 3: one deal for all topics.",
        2000..4000
    ),
    entry!(
        "idle-consumer",
        Section::Assigning,
        "A fifth consumer for four partitions",
        "The newcomer gets nothing, and everybody stops for it.",
        3300..6000
    ),
    entry!(
        "eager-join",
        Section::Joining,
        "A consumer joins, eagerly",
        "Everybody gives up everything, briefly.",
        3300..5500
    ),
    entry!(
        "cooperative-join",
        Section::Joining,
        "The same, cooperatively",
        "One partition stops, three are read throughout.",
        3300..6000
    ),
    entry!(
        "cooperative-join-six",
        Section::Joining,
        "Two share six, a third joins",
        "Both give up one partition, at the same time.",
        3300..6000
    ),
    entry!(
        "graceful-leave",
        Section::Leaving,
        "A consumer closes",
        "It says goodbye: its partitions wait 0.8 s.",
        3300..6000
    ),
    entry!(
        "sticky-leave",
        Section::Leaving,
        "Sticky: a consumer leaves",
        "Only its two partitions move; all six stop.",
        3300..6000
    ),
    entry!(
        "crash",
        Section::Leaving,
        "A consumer is killed",
        "Its partitions wait for the session to end.",
        3300..16000
    ),
    entry!(
        "cooperative-crash",
        Section::Leaving,
        "Killed in a cooperative group",
        "Only the dead one's partitions stop.",
        3300..11000
    ),
    entry!(
        "crash-defaults",
        Section::Leaving,
        "Killed, with the defaults",
        "45 s in which nobody reads two partitions.",
        4000..54000
    ),
    entry!(
        "network-cut",
        Section::Leaving,
        "A consumer is cut off",
        "Its session ends; when it is back it learns what it lost.",
        3300..18500
    ),
    entry!(
        "dynamic-restart",
        Section::Static,
        "A restart without an id",
        "Two rebalances: one when it goes, one when it is back.",
        3300..8500
    ),
    entry!(
        "static-restart",
        Section::Static,
        "A static member restarts",
        "No rebalance; its two partitions wait.",
        3300..8500
    ),
    entry!(
        "static-restart-late",
        Section::Static,
        "A static member comes back too late",
        "The session ends first: two rebalances after all.",
        3300..15500
    ),
    entry!(
        "static-scale-out",
        Section::Static,
        "A static group grows",
        "A new id rebalances like any newcomer.",
        3300..6000
    ),
    entry!(
        "static-rollout",
        Section::Deploying,
        "A rolling restart of three static members",
        "No rebalance; each partition waits once.",
        3300..16000
    ),
    entry!(
        "rolling-deploy",
        Section::Deploying,
        "A rolling restart of four",
        "Eight rebalances for four members, not four.",
        3300..19500
    ),
    entry!(
        "rolling-deploy-cooperative",
        Section::Deploying,
        "The same, cooperatively",
        "Twelve rebalances, and most partitions read on.",
        3300..20500
    ),
    entry!(
        "rolling-deploy-quick",
        Section::Deploying,
        "A rolling restart, quickly back",
        "Four rebalances: back before the leave is over.",
        3300..20500
    ),
    entry!(
        "coordinator-move",
        Section::Deploying,
        "The coordinator moves",
        "Nobody stops; but sessions begin anew.",
        3300..20500
    ),
    entry!(
        "mixed-assignors",
        Section::Deploying,
        "No assignor in common",
        "The third is refused; the group stays as it is.",
        3300..6000
    ),
    entry!(
        "two-bounces",
        Section::Deploying,
        "From range to cooperative in two bounces",
        "First offer both, then only the new one.",
        3300..30500
    ),
    entry!(
        "busy-member",
        Section::Slow,
        "A joiner waits for a busy member",
        "One long batch stops everybody else.",
        3100..10000
    ),
    entry!(
        "busy-member-cooperative",
        Section::Slow,
        "The same, cooperatively",
        "The others keep reading until it's done.",
        3100..10500
    ),
    entry!(
        "poll-overrun",
        Section::Slow,
        "A batch outlives the poll timer",
        "The member leaves in mid-batch.",
        3300..16500
    ),
];

/// All examples, in the order of the page.
pub fn all() -> &'static [Entry] {
    ENTRIES
}

/// The example of that name.
pub fn entry(slug: &str) -> Option<&'static Entry> {
    ENTRIES.iter().find(|entry| entry.slug == slug)
}
