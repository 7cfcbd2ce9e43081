//! What the Java assignors throw.

/// Why Kafka's assignor has no answer to an input, as a rule an exception that it throws. In a real
/// group the leader's `poll` fails with it and the rebalance does not complete.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AssignError {
    /// `IllegalStateException`: the sticky assignor finds that its plan does not add up. Members
    /// that claim partitions past a topic's end bring this about.
    #[error("the claimed partitions leave no consistent assignment")]
    IllegalState,
    /// `NullPointerException`: the sticky assignor meets a member or a partition that it has put
    /// aside. Outdated claims on topics that a member no longer subscribes to bring this about.
    #[error("an outdated claim refers to a member or partition that has been put aside")]
    NullPointer,
    /// `IllegalArgumentException`: round-robin over no members.
    #[error("the group has no members")]
    IllegalArgument,
    /// `ArithmeticException`: the sticky assignor divides by the number of members.
    #[error("the group has no members")]
    Arithmetic,
    /// `NoSuchElementException`: no member is left whose partitions could move.
    #[error("no member is left whose partitions could move")]
    NoSuchElement,
    /// No exception: the sticky assignor moves partitions in circles and never returns. The leader
    /// stops polling until the group goes on without it.
    #[error("the contradictory claims or subscriptions make partitions move in circles for ever")]
    Endless,
}

impl AssignError {
    /// The simple name of the Java exception; `(endless loop)` for [`Self::Endless`].
    pub const fn java_name(&self) -> &'static str {
        match self {
            Self::IllegalState => "IllegalStateException",
            Self::NullPointer => "NullPointerException",
            Self::IllegalArgument => "IllegalArgumentException",
            Self::Arithmetic => "ArithmeticException",
            Self::NoSuchElement => "NoSuchElementException",
            Self::Endless => "(endless loop)",
        }
    }
}
