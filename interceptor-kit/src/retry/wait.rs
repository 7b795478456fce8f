use std::{pin::pin, time::Duration};

use interceptor_core::tonic::Status;
use tokio::time::sleep;

use crate::policy::clock::{self, Timer};

/// Waits so long, but no longer than the deadline. Nothing is no wait: others have their turn, and no time passes.
///
/// # Errors
///
/// `DEADLINE_EXCEEDED`.
pub(super) async fn wait(timer: &mut Timer, time: Duration) -> Result<(), Status> {
    if time.is_zero() {
        tokio::task::yield_now().await;
        return Ok(());
    }
    clock::until(timer, pin!(sleep(time))).await
}
