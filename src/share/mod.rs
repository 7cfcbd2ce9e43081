//! What leaves the page because the reader wants it to: permalinks, files, embeds.
//!
//! Nothing here is sent anywhere. A link holds its data in its fragment, which browsers don't send to servers.

pub mod embed;
pub mod message;
pub mod payload;
pub mod secrets;
pub mod texts;
