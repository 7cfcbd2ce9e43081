//! The figure's colours, light and dark: the values of the page's design tokens.
#![allow(clippy::unreadable_literal, reason = "a colour is read as six digits")]

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// Ink on paper.
    #[default]
    Light,
    /// Light on dark.
    Dark,
}

/// A colour, `0xRRGGBB`.
pub(super) type Colour = u32;

/// The colours of a theme.
#[derive(Debug, Clone, Copy)]
pub(super) struct Palette {
    pub surface: Colour,
    pub ink: Colour,
    pub ink_2: Colour,
    pub ink_3: Colour,
    pub hairline: Colour,
    pub hairline_strong: Colour,
    pub stop: Colour,
    pub stop_line: Colour,
    pub on_stop: Colour,
    pub preparing: Colour,
    pub completing: Colour,
    /// Owners; past eight they begin anew with a texture.
    pub owners: [Colour; 8],
    /// Share of an owner's colour in a row, and in a low one, in percent.
    pub tints: (u32, u32),
}

const LIGHT: Palette = Palette {
    surface: 0xffffff,
    ink: 0x15171c,
    ink_2: 0x464c56,
    ink_3: 0x616873,
    hairline: 0xe3e3de,
    hairline_strong: 0xc8c9c3,
    stop: 0x15171c,
    stop_line: 0x4d525c,
    on_stop: 0xffffff,
    preparing: 0xc9cac5,
    completing: 0x6c727c,
    owners: [
        0x0072b2, 0xe69f00, 0x009e73, 0xcc79a7, 0x56b4e9, 0xd55e00, 0xc4b000, 0x666e7c,
    ],
    tints: (32, 52),
};

const DARK: Palette = Palette {
    surface: 0x17191e,
    ink: 0xedebe5,
    ink_2: 0xb8b9ba,
    ink_3: 0x92969c,
    hairline: 0x282b32,
    hairline_strong: 0x40444d,
    stop: 0xf3f1ea,
    stop_line: 0xa9a69c,
    on_stop: 0x101216,
    preparing: 0x4a4e57,
    completing: 0x92969c,
    owners: [
        0x4aa3df, 0xf0b232, 0x2fc298, 0xe29cc3, 0x9bd6f7, 0xf0803c, 0xd8ca3c, 0x9aa3b2,
    ],
    tints: (42, 46),
};

impl Theme {
    pub(super) fn palette(self) -> Palette {
        match self {
            Self::Light => LIGHT,
            Self::Dark => DARK,
        }
    }
}

/// `percent` of a colour over another.
pub(super) fn mixed(colour: Colour, ground: Colour, percent: u32) -> Colour {
    [16, 8, 0].into_iter().fold(0, |mixed, shift| {
        let part = |colour: Colour| colour >> shift & 0xff;
        let sum = part(colour) * percent + part(ground) * (100 - percent.min(100));
        mixed | ((sum + 50) / 100).min(0xff) << shift
    })
}

#[cfg(test)]
mod tests {
    use super::mixed;

    #[test]
    fn colours_mix_by_channel() {
        assert_eq!(mixed(0xff0080, 0x00ff80, 100), 0xff0080);
        assert_eq!(mixed(0xff0080, 0x00ff80, 0), 0x00ff80);
        // 0.32 · 0 + 0.68 · 255 = 173.4; 0.32 · 114 + 173.4 = 209.9; 0.32 · 178 + 173.4 = 230.4
        assert_eq!(mixed(0x0072b2, 0xffffff, 32), 0xadd2e6);
    }
}
