//! The Rebalance Lab page: three workspaces over the pure core.
//!
//! Data flows one way: an address gives a [`route::Route`], a route a page, and every page is a function of
//! values that the core computed. Only [`platform`] touches the browser, so that everything else renders
//! natively in tests.

mod app;
pub mod components;
pub mod figure;
pub mod pages;
pub mod platform;
pub mod playback;
pub mod route;
pub mod share;
pub mod shared;
pub mod shell;
pub mod stage;
pub mod theme;

pub use app::App;

/// Mounts the page where `index.html` keeps its place, or on the body where there is none.
pub fn run() {
    platform::rest::offer();
    platform::crash::install();
    let place = platform::element_by_id("app");
    let renderer = place.map_or_else(yew::Renderer::<App>::new, yew::Renderer::<App>::with_root);
    renderer.render();
}
