//! Ctrl-C and SIGTERM: noted by a handler, seen wherever the recorder waits.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use anyhow::{Context as _, Result, bail};

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// From now on the signals end waiting instead of the process, so that everything is tidied up.
pub(crate) fn listen() -> Result<()> {
    ctrlc::set_handler(|| INTERRUPTED.store(true, Ordering::Relaxed))
        .context("cannot listen for Ctrl-C")
}

/// An error after Ctrl-C or SIGTERM.
pub(crate) fn check() -> Result<()> {
    if INTERRUPTED.load(Ordering::Relaxed) {
        bail!("interrupted; processes are ended, folders removed");
    }
    Ok(())
}

/// Waits until the wall clock shows `epoch_ms`.
pub(crate) fn sleep_until(epoch_ms: u64) -> Result<()> {
    loop {
        check()?;
        let left = epoch_ms.saturating_sub(now_ms()?);
        if left == 0 {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(left.min(50)));
    }
}

/// The wall clock, in ms since 1970, which Java's `currentTimeMillis` shows as well.
pub(crate) fn now_ms() -> Result<u64> {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    Ok(u64::try_from(since.as_millis())?)
}
