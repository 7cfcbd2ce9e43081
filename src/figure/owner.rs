//! What stands for an owner: a letter, one of eight colours, and past eight a texture.
//!
//! Colour never stands alone; the letter goes on where the colours begin anew (A to X), then numbers.

pub use assignor_core::figure::letter;

/// The classes that set `--o` (the colour), `--on` (text on it) and `--pattern` (the texture).
pub fn class(member: usize) -> String {
    let series = (member / 8) % 4 + 1;
    format!("own-{} pat-{series}", member % 8)
}

#[cfg(test)]
mod tests {
    use super::class;

    #[test]
    fn past_eight_the_texture_changes() {
        assert_eq!(class(0), "own-0 pat-1");
        assert_eq!(class(9), "own-1 pat-2");
        assert_eq!(class(33), "own-1 pat-1");
    }
}
