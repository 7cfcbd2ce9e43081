//! Files that the reader saves: texts, and pictures that the browser draws.

use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, BlobPropertyBag, CanvasRenderingContext2d, HtmlAnchorElement, HtmlCanvasElement,
    HtmlImageElement, Url,
};

/// Saves a text under a name. Returns whether the browser took it.
pub fn save(name: &str, kind: &str, text: &str) -> bool {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let parts = js_sys::Array::of1(&JsValue::from_str(text));
    let blob = Blob::new_with_str_sequence_and_options(&parts, &options);
    blob.is_ok_and(|blob| save_blob(name, &blob).is_some())
}

fn save_blob(name: &str, blob: &Blob) -> Option<()> {
    let address = Url::create_object_url_with_blob(blob).ok()?;
    let link = super::document()?.create_element("a").ok()?;
    let link = link.dyn_into::<HtmlAnchorElement>().ok()?;
    link.set_href(&address);
    link.set_download(name);
    link.click();
    // The browser has begun to read it by the time that the click returns.
    Url::revoke_object_url(&address).ok()
}

/// Pixels of a saved picture to a px of the figure.
const PIXELS: f64 = 2.0;

/// Draws an SVG and saves it as PNG. Returns whether the browser could.
pub async fn save_png(name: &str, svg: &str) -> bool {
    drawn(name, svg).await.is_some()
}

async fn drawn(name: &str, svg: &str) -> Option<()> {
    let image = HtmlImageElement::new().ok()?;
    image.set_src(&data_address(svg));
    JsFuture::from(image.decode()).await.ok()?;
    let (width, height) = (
        f64::from(image.natural_width()) * PIXELS,
        f64::from(image.natural_height()) * PIXELS,
    );
    let canvas = super::document()?.create_element("canvas").ok()?;
    let canvas = canvas.dyn_into::<HtmlCanvasElement>().ok()?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "sizes of a picture"
    )]
    let pixels = |length: f64| length as u32;
    canvas.set_width(pixels(width));
    canvas.set_height(pixels(height));
    let context = canvas.get_context("2d").ok()??;
    let context = context.dyn_into::<CanvasRenderingContext2d>().ok()?;
    context
        .draw_image_with_html_image_element_and_dw_and_dh(&image, 0.0, 0.0, width, height)
        .ok()?;
    let name = name.to_owned();
    let saved = Closure::once_into_js(move |blob: Option<Blob>| {
        if let Some(blob) = blob {
            save_blob(&name, &blob);
        }
    });
    canvas.to_blob(saved.unchecked_ref()).ok()
}

/// A picture as an address.
pub fn data_address(svg: &str) -> String {
    let data = percent_encoding::utf8_percent_encode(svg, percent_encoding::NON_ALPHANUMERIC);
    format!("data:image/svg+xml,{data}")
}

/// Asks the browser to print the page.
pub fn print() {
    if let Some(window) = super::window() {
        // Refused in a sandbox, where the browser says so itself.
        let _ = window.print();
    }
}
