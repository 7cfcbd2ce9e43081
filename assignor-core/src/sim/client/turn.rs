//! What passes between a client and the world: time and what happened in, wake-ups and requests out.

use crate::assign::Cluster;
use crate::sim::protocol::Request;
use crate::sim::records::Log;
use crate::sim::scenario::CloseOperation;
use crate::sim::trace::Recorder;
use crate::sim::world::Port;
use std::sync::Arc;

/// A wake-up that a client asked for. Each is checked against the state when it comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sim) enum Timer {
    /// The consumer is made.
    Started,
    /// An idle `poll()` returns and the application looks at its commands.
    PollReturns,
    /// The application is back: a batch, a callback or the assignor has ended.
    Back,
    /// A heartbeat is due.
    Heartbeat,
    /// A request may have been without an answer for too long.
    RequestTimeout,
    /// `max.poll.interval.ms` has passed.
    PollTimeout,
    /// `auto.commit.interval.ms` has passed.
    AutoCommit,
    /// `retry.backoff.ms` has passed.
    Backoff,
    /// The coordinator has been found again.
    Rediscovered,
    /// `commitSync()` has waited for `default.api.timeout.ms`.
    CommitTimeout,
    /// `close()` has waited long enough for its last commit.
    CloseTimeout,
    /// The fetch has returned that `close()` waited for.
    Closed,
    /// Metadata are due, or the answer to a request for them arrives.
    Metadata,
    /// There are records to read.
    Records,
    /// The first records of the latest assignment arrive.
    Fetched { serial: u64 },
}

/// A moment in which a client acts.
pub(in crate::sim) struct Turn<'a> {
    pub now_ms: u64,
    pub port: Port<'a>,
    pub trace: &'a mut Recorder,
    pub cluster: &'a Arc<Cluster>,
    pub log: &'a mut Log,
    /// Whether nothing passes between the process and the cluster.
    pub is_cut: bool,
}

impl Turn<'_> {
    pub(super) fn wake(&mut self, at_ms: u64, timer: Timer) {
        self.port.wake(at_ms, timer);
    }

    pub(super) fn send(&mut self, correlation_id: u32, request: Request) {
        self.port
            .send(self.now_ms, self.trace, correlation_id, request);
    }
}

/// Something for the application to do after its present poll.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sim) enum Command {
    Subscribe(Vec<String>, Option<String>),
    Close(CloseOperation),
    /// Doesn't call `poll()` for so many ms; none: never again.
    Slow(Option<u64>),
}

impl Command {
    /// Whether the consumer doesn't read any more after it.
    pub(super) fn ends_reading(&self) -> bool {
        match self {
            Self::Subscribe(topics, pattern) => topics.is_empty() && pattern.is_none(),
            Self::Close(_) => true,
            Self::Slow(_) => false,
        }
    }
}
