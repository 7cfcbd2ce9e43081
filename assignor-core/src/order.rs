//! Sorting for lists that are short or rarely sorted.
//!
//! The library's sorts are compiled anew for every type and order, several kB each. Here the places are sorted,
//! by one routine for all types; the values then move to their places once.

use std::cmp::Ordering;

/// Sorts a list by an order of its values. Equal values keep their order.
pub fn sort_by<T>(values: &mut Vec<T>, order: impl Fn(&T, &T) -> Ordering) {
    let places = sorted(values.len(), &|a, b| match (values.get(a), values.get(b)) {
        (Some(a), Some(b)) => order(a, b),
        _ => Ordering::Equal,
    });
    let mut unsorted: Vec<Option<T>> = values.drain(..).map(Some).collect();
    let taken = places
        .into_iter()
        .map(|place| unsorted.get_mut(place)?.take());
    values.extend(taken.flatten());
}

/// Sorts a list by the order of its values itself.
pub fn sort<T: Ord>(values: &mut Vec<T>) {
    sort_by(values, T::cmp);
}

/// The places `0..count` in an order. Not generic, so that it exists once.
fn sorted(count: usize, order: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    places.sort_by(|&a, &b| order(a, b));
    places
}

#[cfg(test)]
mod tests {
    use super::{sort, sort_by};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_list_is_sorted_as_the_library_sorts_it(values: Vec<(u8, u16)>) {
            let (mut expected, mut found) = (values.clone(), values.clone());
            expected.sort_by_key(|value| value.0);
            sort_by(&mut found, |a, b| a.0.cmp(&b.0));
            prop_assert_eq!(&found, &expected);
            expected.sort_unstable();
            sort(&mut found);
            prop_assert_eq!(found, expected);
        }
    }
}
