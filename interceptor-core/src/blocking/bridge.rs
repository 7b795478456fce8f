//! Between a thread that blocks and the task that it works for.
//!
//! The thread sends what has to be awaited, and waits; the task, which polls an [`AsyncHalf`], awaits it and gives the
//! thread what came of it. So nothing async is ever polled on a thread of the pool, and a task that is dropped is known to
//! its thread at once: whatever it waits for is CANCELLED.

use std::{
    cell::RefCell,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    sync::mpsc::sync_channel,
    task::{Context, Poll},
};

use tokio::sync::{mpsc, oneshot};
use tonic::Status;

use super::{pool::Pool, ticket::Ticket};

/// The end that a thread has.
#[derive(Debug, Clone)]
pub(crate) struct Bridge {
    tasks: mpsc::UnboundedSender<Task>,
    ticket: Ticket,
}

/// The end that a task has. Dropping it cancels whatever the thread waits for.
pub(crate) struct AsyncHalf {
    bridge: Bridge,
    arriving: mpsc::UnboundedReceiver<Task>,
    under_way: Vec<Task>,
}

/// Something that a thread waits for.
type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// What a thread works on, as its task sees it: `Err` is a panic, or that there is no thread.
pub(crate) type Work<R> = Pin<Box<dyn Future<Output = Result<R, Status>> + Send>>;

thread_local! {
    /// What the user's code that runs on this thread works for.
    static CURRENT: RefCell<Option<Bridge>> = const { RefCell::new(None) };
}

// === impl Bridge ===

impl Bridge {
    /// That of the blocking code which calls this.
    ///
    /// # Errors
    ///
    /// INTERNAL elsewhere.
    pub(crate) fn current() -> Result<Self, Status> {
        let current = CURRENT.with_borrow(Clone::clone);
        current.ok_or_else(|| {
            Status::internal(
                "this blocks, and works only on the thread of a blocking `intercept_call`: in an `async fn` use the method without `blocking_`",
            )
        })
    }

    /// Blocks this thread until the future has run, on the async side.
    ///
    /// # Errors
    ///
    /// CANCELLED if the call is over before.
    pub(crate) fn wait<R: Send + 'static>(
        &self,
        future: impl Future<Output = R> + Send + 'static,
    ) -> Result<R, Status> {
        let (tell, told) = sync_channel(1);
        let task = Box::pin(async move {
            let _gone = tell.send(future.await).is_err();
        });
        self.tasks.send(task).map_err(|_| cancelled())?;
        told.recv().map_err(|_| cancelled())
    }

    /// # Errors
    ///
    /// CANCELLED if the call is over.
    pub(crate) fn stands(&self) -> Result<(), Status> {
        if self.tasks.is_closed() {
            Err(cancelled())
        } else {
            Ok(())
        }
    }

    pub(crate) fn ticket(&self) -> &Ticket {
        &self.ticket
    }

    /// Runs the user's code, here, with this bridge under it. `None` if it panicked; the panic's text stays here.
    fn run<R>(self, job: impl FnOnce() -> R) -> Option<R> {
        let before = CURRENT.replace(Some(self));
        let result = catch_unwind(AssertUnwindSafe(job));
        CURRENT.set(before);
        result.ok()
    }
}

/// The ticket of the blocking code that calls this.
pub(super) fn current_ticket() -> Option<Ticket> {
    CURRENT.with_borrow(|bridge| bridge.as_ref().map(|bridge| bridge.ticket.clone()))
}

// === impl AsyncHalf ===

impl AsyncHalf {
    pub(crate) fn new(ticket: Ticket) -> Self {
        let (tasks, arriving) = mpsc::unbounded_channel();
        Self {
            bridge: Bridge { tasks, ticket },
            arriving,
            under_way: Vec::new(),
        }
    }

    pub(crate) fn bridge(&self) -> &Bridge {
        &self.bridge
    }

    /// Has a thread of the pool do the job, once the call is admitted.
    pub(crate) fn work<R: Send + 'static>(
        &self,
        job: impl FnOnce() -> R + Send + 'static,
    ) -> Work<R> {
        let bridge = self.bridge.clone();
        Box::pin(async move {
            let permit = bridge.ticket.admit().await;
            let pool = permit.pool().clone();
            let job = move || {
                let result = bridge.run(job);
                drop(permit);
                result
            };
            on(&pool, job).await
        })
    }

    /// Polls what the threads wait for, and then the work.
    pub(crate) fn poll<R>(
        &mut self,
        work: &mut Work<R>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<R, Status>> {
        while let Poll::Ready(Some(task)) = self.arriving.poll_recv(cx) {
            self.under_way.push(task);
        }
        self.under_way
            .retain_mut(|task| task.as_mut().poll(cx).is_pending());
        work.as_mut().poll(cx)
    }
}

impl fmt::Debug for AsyncHalf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncHalf")
            .field("under_way", &self.under_way.len())
            .finish_non_exhaustive()
    }
}

/// Has a thread do the job, and waits for it. `None` is a panic.
pub(super) async fn on<R: Send + 'static>(
    pool: &Pool,
    job: impl FnOnce() -> Option<R> + Send + 'static,
) -> Result<R, Status> {
    let (tell, told) = oneshot::channel();
    let job = Box::new(move || drop(tell.send(job())));
    pool.run(job).map_err(|error| no_thread(&error))?;
    told.await.ok().flatten().ok_or_else(panicked)
}

/// Waits until it is known that the call was not cancelled: what a task does before it lets a thread believe the end of a
/// request.
///
/// tonic gives the end of a cancelled request as that of a complete one. hyper, which has given it, finds the call reset
/// when the task is pending next, or before it polls the body of its response again, and drops it. So when this task is
/// polled once more, the call stands. tokio's `yield_now` comes back in another turn of the runtime, and not within this
/// one as a waker that is woken at once may.
pub(crate) async fn still_stands() {
    tokio::task::yield_now().await;
}

pub(crate) fn cancelled() -> Status {
    Status::cancelled("the call was cancelled")
}

fn panicked() -> Status {
    Status::internal("blocking code panicked")
}

fn no_thread(error: &std::io::Error) -> Status {
    tracing::error!(%error, "no thread for blocking code");
    Status::resource_exhausted("no thread for blocking code")
}
