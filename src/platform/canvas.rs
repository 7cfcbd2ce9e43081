//! Canvases: as many pixels as the screen has, and the colours that the page has where one stands.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlCanvasElement};

/// Pixels of the screen to a px of the page.
pub fn pixel_ratio() -> f64 {
    super::window().map_or(1.0, |window| window.device_pixel_ratio())
}

/// Empties a canvas and gives it the pixels that its place on the screen has. Returns how many to a px.
pub fn fit(canvas: &HtmlCanvasElement) -> f64 {
    let ratio = pixel_ratio();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a screen has few pixels"
    )]
    let pixels = |length: i32| (f64::from(length) * ratio).round().max(1.0) as u32;
    canvas.set_width(pixels(canvas.client_width()));
    canvas.set_height(pixels(canvas.client_height()));
    ratio
}

/// The colour of text at an element.
pub fn ink(element: &Element) -> (u8, u8, u8) {
    colour(element, "color")
}

/// The background of each element inside another that a selector finds, in the order of the page.
pub fn backgrounds(around: &Element, selector: &str) -> Vec<(u8, u8, u8)> {
    let Ok(found) = around.query_selector_all(selector) else {
        return Vec::new();
    };
    let elements = (0..found.length()).filter_map(|ix| found.get(ix)?.dyn_into::<Element>().ok());
    elements
        .map(|element| colour(&element, "background-color"))
        .collect()
}

/// Black where the browser names no colour.
fn colour(element: &Element, property: &str) -> (u8, u8, u8) {
    let style =
        super::window().and_then(|window| window.get_computed_style(element).ok().flatten());
    let text = style.and_then(|style| style.get_property_value(property).ok());
    text.and_then(|text| rgb(&text)).unwrap_or_default()
}

/// Reads `rgb(230, 159, 0)`, which is how browsers write computed colours.
fn rgb(text: &str) -> Option<(u8, u8, u8)> {
    let inner = text.split_once('(')?.1;
    let mut numbers = inner
        .split([',', ' ', ')'])
        .filter(|part| !part.is_empty())
        .map(|part| part.parse::<u8>().ok());
    Some((numbers.next()??, numbers.next()??, numbers.next()??))
}

#[cfg(test)]
mod tests {
    use super::rgb;

    #[test]
    fn computed_colours_are_read() {
        assert_eq!(rgb("rgb(230, 159, 0)"), Some((230, 159, 0)));
        assert_eq!(rgb("rgba(1, 2, 3, 0.5)"), Some((1, 2, 3)));
        assert_eq!(rgb("transparent"), None);
    }
}
