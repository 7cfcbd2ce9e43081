//! The members are one stop of the Tab key; arrow keys go on among them.

/// Where a key leads from the member at `at` of `count` that stand in rows of `per_row`; none for other keys.
pub(super) fn leads_to(key: &str, at: usize, per_row: usize, count: usize) -> Option<usize> {
    let last = count.checked_sub(1)?;
    let to = match key {
        "ArrowRight" => at + 1,
        "ArrowLeft" => at.saturating_sub(1),
        "ArrowDown" => at.saturating_add(per_row),
        "ArrowUp" => at.checked_sub(per_row).unwrap_or(at),
        "Home" => 0,
        "End" => last,
        _ => return None,
    };
    Some(to.min(last))
}

#[cfg(test)]
mod tests {
    use super::leads_to;

    #[test]
    fn arrows_stay_among_the_members() {
        let from = |key, at| leads_to(key, at, 6, 12);
        assert_eq!(
            (from("ArrowRight", 0), from("ArrowRight", 11)),
            (Some(1), Some(11))
        );
        assert_eq!(
            (from("ArrowLeft", 1), from("ArrowLeft", 0)),
            (Some(0), Some(0))
        );
        assert_eq!(
            (from("ArrowDown", 2), from("ArrowDown", 8)),
            (Some(8), Some(11))
        );
        assert_eq!((from("ArrowUp", 8), from("ArrowUp", 2)), (Some(2), Some(2)));
        assert_eq!((from("Home", 7), from("End", 7)), (Some(0), Some(11)));
        assert_eq!(from("a", 7), None);
        assert_eq!(leads_to("End", 0, 6, 0), None);
    }
}
