//! The call that is being served here, as the calls that are made for it see it.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use http::{HeaderMap, HeaderName};
use interceptor_core::{
    Call, CallType, End,
    tonic::{Code, metadata::MetadataMap},
};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use crate::policy::clock::now;

tokio::task_local! {
    static CURRENT: ParentCall;
}

/// The call that a server is answering: what the calls that are made for it inherit.
///
/// A [`Deadline`](super::Deadline) on the server sets it around the handler, the interceptors inside of it, and each poll of
/// the response's body. A `Deadline` on a client finds it there. A task that is spawned finds nothing: capture the call
/// before, and enter it in the task.
///
/// ```
/// use interceptor_kit::deadline::ParentCall;
///
/// # async fn call_another_server() {}
/// # fn handler() {
/// let parent = ParentCall::current();
/// tokio::spawn(async move {
///     match parent {
///         Some(parent) => parent.scope(call_another_server()).await,
///         None => call_another_server().await,
///     }
/// });
/// # }
/// # #[tokio::main(flavor = "current_thread")] async fn main() { handler() }
/// ```
///
/// Clones are the same call.
#[derive(Clone)]
pub struct ParentCall {
    shared: Arc<Shared>,
}

struct Shared {
    deadline: Option<Instant>,
    metadata: MetadataMap,
    cancelled: CancellationToken,
}

// === impl ParentCall ===

impl ParentCall {
    /// The call that this code runs for, if it runs for one.
    #[must_use]
    pub fn current() -> Option<Self> {
        CURRENT.try_with(Clone::clone).ok()
    }

    /// Runs a future for this call, wherever it is polled: the calls that it makes inherit the deadline and the metadata, and
    /// are cancelled with this call. The future itself is not.
    pub fn scope<F: Future>(self, future: F) -> impl Future<Output = F::Output> {
        CURRENT.scope(self, future)
    }

    /// Runs a closure for this call.
    pub fn sync_scope<R>(self, run: impl FnOnce() -> R) -> R {
        CURRENT.sync_scope(self, run)
    }

    /// When the call is to be over, if that was said.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        self.shared.deadline
    }

    /// How much time is left, if the call has a deadline; nothing once that has passed.
    #[must_use]
    pub fn remaining(&self) -> Option<Duration> {
        let deadline = self.shared.deadline?;
        Some(deadline.saturating_duration_since(now()))
    }

    /// The metadata of the call that are handed on.
    #[must_use]
    pub fn metadata(&self) -> &MetadataMap {
        &self.shared.metadata
    }

    /// Whether the call was cancelled: its caller went away, its deadline passed, or its handler panicked. A call that was
    /// answered was not, whatever the answer's status.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.shared.cancelled.is_cancelled()
    }

    /// Waits until the call is cancelled; for ever, if it is answered.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost when the future is dropped.
    pub async fn cancelled(&self) {
        self.shared.cancelled.cancelled().await;
    }

    /// The call that begins here.
    pub(super) fn of<T: CallType>(
        call: &Call<T>,
        deadline: Option<Instant>,
        names: &[HeaderName],
    ) -> Self {
        let shared = Shared {
            deadline,
            metadata: MetadataMap::from_headers(chosen(call.metadata().as_ref(), names)),
            cancelled: CancellationToken::new(),
        };
        let shared = Arc::new(shared);
        Self { shared }
    }

    /// The call ended. It was cancelled if nobody gave it a status.
    pub(super) fn ended(&self, end: &End<'_>) {
        let is_drop = matches!(
            end.code(),
            Code::Cancelled | Code::DeadlineExceeded | Code::Internal
        );
        if end.status().is_none() && is_drop {
            self.shared.cancelled.cancel();
        }
    }

    pub(super) fn wait_for_cancellation(&self) -> WaitForCancellationFutureOwned {
        self.shared.cancelled.clone().cancelled_owned()
    }

    /// Hands the chosen metadata on to a call that has none of that name.
    pub(super) fn hand_on<T: CallType>(&self, call: &mut Call<T>) {
        let (from, to) = (self.shared.metadata.as_ref(), call.metadata_mut().as_mut());
        for name in from.keys() {
            if !to.contains_key(name) {
                copy(from, name, to);
            }
        }
    }
}

impl fmt::Debug for ParentCall {
    /// Without the metadata, which may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ParentCall")
            .field("remaining", &self.remaining())
            .field("is_cancelled", &self.is_cancelled())
            .finish_non_exhaustive()
    }
}

/// The headers of these names, all values of each.
fn chosen(headers: &HeaderMap, names: &[HeaderName]) -> HeaderMap {
    let mut chosen = HeaderMap::new();
    for name in names {
        copy(headers, name, &mut chosen);
    }
    chosen
}

fn copy(from: &HeaderMap, name: &HeaderName, to: &mut HeaderMap) {
    for value in from.get_all(name) {
        to.append(name, value.clone());
    }
}

const _: () = {
    const fn assert_shared<T: Clone + fmt::Debug + Send + Sync + 'static>() {}
    assert_shared::<ParentCall>();
};
