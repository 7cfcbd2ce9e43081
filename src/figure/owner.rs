//! What stands for an owner: a letter, one of eight colours, and past eight a texture.
//!
//! Colour never stands alone; the letter goes on where the colours begin anew (A to X), then numbers.

/// The letter of a member by its place in the scenario; from the 25th on its number.
pub fn letter(member: usize) -> String {
    match u8::try_from(member) {
        Ok(n @ 0..24) => char::from(b'A' + n).to_string(),
        _ => (member + 1).to_string(),
    }
}

/// The classes that set `--o` (the colour), `--on` (text on it) and `--pattern` (the texture).
pub fn class(member: usize) -> String {
    let series = (member / 8) % 4 + 1;
    format!("own-{} pat-{series}", member % 8)
}

#[cfg(test)]
mod tests {
    use super::{class, letter};

    #[test]
    fn letters_go_on_and_then_numbers() {
        assert_eq!(letter(0), "A");
        assert_eq!(letter(23), "X");
        assert_eq!(letter(24), "25");
        assert_eq!(letter(700), "701");
    }

    #[test]
    fn past_eight_the_texture_changes() {
        assert_eq!(class(0), "own-0 pat-1");
        assert_eq!(class(9), "own-1 pat-2");
        assert_eq!(class(33), "own-1 pat-1");
    }
}
