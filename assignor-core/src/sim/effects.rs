//! What a state machine wants done in one turn, in order.
//!
//! Nearly every turn wants one or two things done: those need no memory of their own.

/// A list that allocates from the third entry on.
#[derive(Debug)]
pub(super) struct Effects<T> {
    first: Option<T>,
    second: Option<T>,
    rest: Vec<T>,
}

impl<T> Effects<T> {
    pub(super) fn new() -> Self {
        Self {
            first: None,
            second: None,
            rest: Vec::new(),
        }
    }

    pub(super) fn push(&mut self, effect: T) {
        if self.first.is_none() {
            self.first = Some(effect);
        } else if self.second.is_none() {
            self.second = Some(effect);
        } else {
            self.rest.push(effect);
        }
    }

    /// Hands everything over, in the order of pushing.
    pub(super) fn each(self, mut take: impl FnMut(T)) {
        if let Some(first) = self.first {
            take(first);
        }
        if let Some(second) = self.second {
            take(second);
        }
        if !self.rest.is_empty() {
            self.rest.into_iter().for_each(take);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Effects;

    #[test]
    fn the_order_stays() {
        for count in 0..5 {
            let mut effects = Effects::new();
            (0..count).for_each(|number| effects.push(number));
            let mut taken = Vec::new();
            effects.each(|number| taken.push(number));
            assert_eq!(taken, (0..count).collect::<Vec<_>>());
        }
    }
}
