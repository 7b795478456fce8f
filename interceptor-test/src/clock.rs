//! Paused time.

use std::time::Duration;

use tokio::{
    runtime::{Handle, RuntimeFlavor},
    time::Instant,
};

/// Longer than a clock takes to tick.
const TICK: Duration = Duration::from_micros(2);

/// Pauses the runtime's clock, if it is not paused.
pub(crate) fn pause() {
    let runtime = Handle::try_current().expect(
        "a harness calls within a tokio runtime: write `#[tokio::test(start_paused = true)]`",
    );
    if is_paused() {
        return;
    }
    assert!(
        runtime.runtime_flavor() == RuntimeFlavor::CurrentThread,
        "a harness pauses time, which a multi-threaded runtime cannot: write `#[tokio::test(start_paused = true)]`"
    );
    tokio::time::pause();
}

/// Has the runtime's clock run, if it is paused.
pub(crate) fn resume() {
    Handle::try_current().expect("a harness calls within a tokio runtime: write `#[tokio::test]`");
    if is_paused() {
        tokio::time::resume();
    }
}

/// tokio does not say it, but a paused clock does not tick.
fn is_paused() -> bool {
    let (paused, real) = (Instant::now(), std::time::Instant::now());
    while real.elapsed() < TICK {
        std::hint::spin_loop();
    }
    Instant::now() == paused
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_paused_clock_stays_paused() {
        assert!(is_paused());
        pause();
        assert!(is_paused());
    }

    #[tokio::test]
    async fn a_running_clock_is_paused() {
        assert!(!is_paused());
        pause();
        assert!(is_paused());
    }

    #[tokio::test(start_paused = true)]
    async fn a_paused_clock_is_resumed() {
        resume();
        assert!(!is_paused());
        resume();
        assert!(!is_paused());
    }

    #[tokio::test(flavor = "multi_thread")]
    #[should_panic(expected = "start_paused = true")]
    async fn says_what_to_write_on_a_multi_threaded_runtime() {
        pause();
    }

    #[test]
    #[should_panic(expected = "start_paused = true")]
    fn says_what_to_write_without_a_runtime() {
        pause();
    }
}
