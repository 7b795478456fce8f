use std::{pin::pin, time::Duration};

use interceptor_core::tonic::Status;
use tokio::time::sleep;

use crate::policy::{
    AttemptCounts,
    clock::{self, Timer},
};

/// Waits, and counts how long it was: less than it was to be where the deadline came first.
///
/// # Errors
///
/// As [`wait`].
pub(super) async fn counted(
    timer: &mut Timer,
    time: Duration,
    counts: Option<&AttemptCounts>,
) -> Result<(), Status> {
    let Some(counts) = counts else {
        return wait(timer, time).await;
    };
    let start = clock::now();
    let waited = wait(timer, time).await;
    counts.add_waited(clock::now() - start);
    waited
}

/// Waits so long, but no longer than the deadline. Nothing is no wait: others have their turn, and no time passes.
///
/// # Errors
///
/// `DEADLINE_EXCEEDED`.
async fn wait(timer: &mut Timer, time: Duration) -> Result<(), Status> {
    if time.is_zero() {
        tokio::task::yield_now().await;
        return Ok(());
    }
    clock::until(timer, pin!(sleep(time))).await
}
