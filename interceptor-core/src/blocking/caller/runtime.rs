//! The runtime behind blocking callers, and how a thread waits for it.

use std::{
    future::poll_fn,
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
};

use tokio::{
    runtime::{Builder, Handle, Runtime},
    sync::oneshot,
    task::coop,
};
use tonic::Status;

/// Where the connections of a channel run.
#[derive(Debug, Clone)]
pub(super) struct Ours {
    handle: Handle,
}

/// A call that blocks: it ends early if the iterator of its requests panics.
#[derive(Debug)]
pub(in crate::blocking) struct Waiting {
    ours: Ours,
    broken: Option<oneshot::Receiver<()>>,
}

// === impl Ours ===

impl Ours {
    /// The runtime that all blocking channels share, with one thread for their connections. It is made when it is first
    /// needed, and lives as long as the process.
    ///
    /// # Errors
    ///
    /// `RESOURCE_EXHAUSTED` if it cannot be made.
    pub(super) fn get() -> Result<Self, Status> {
        static SHARED: Mutex<Option<Runtime>> = Mutex::new(None);
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        let runtime = match &mut *shared {
            Some(runtime) => runtime,
            none => none.insert(start().map_err(|error| {
                Status::resource_exhausted(format!("no thread for connections: {error}"))
            })?),
        };
        let handle = runtime.handle().clone();
        Ok(Self { handle })
    }

    /// One that exists already.
    pub(super) fn on(handle: Handle) -> Self {
        Self { handle }
    }

    /// Runs something that wants to be in a runtime, and does not block.
    pub(super) fn inside<R>(&self, run: impl FnOnce() -> R) -> R {
        let _inside = self.handle.enter();
        run()
    }

    /// Polls the future on this thread, which sleeps in between.
    ///
    /// # Errors
    ///
    /// `FAILED_PRECONDITION` in async code, whose runtime would stand still.
    pub(super) fn wait<F: Future>(&self, future: F) -> Result<F::Output, Status> {
        may_block()?;
        let _inside = self.handle.enter();
        let mut future = pin!(future);
        let waker = Waker::from(Arc::new(Unpark(thread::current())));
        let mut cx = Context::from_waker(&waker);
        loop {
            match future.as_mut().poll(&mut cx) {
                Poll::Ready(output) => return Ok(output),
                Poll::Pending => thread::park(),
            }
        }
    }
}

fn start() -> std::io::Result<Runtime> {
    Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name("grpc-blocking-io")
        .enable_all()
        .build()
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// More steps than tokio lets a task make at a time.
const MORE_THAN_A_BUDGET: usize = 1024;

/// Whether this thread may block.
///
/// Within a runtime, code that is polled has a budget of steps, and code that may block has none: the threads of
/// `spawn_blocking`, a thread that has entered the runtime, and `block_in_place`. tokio does not say which, so this spends
/// the budget, if there is one, and gives it back.
fn may_block() -> Result<(), Status> {
    if Handle::try_current().is_err() {
        return Ok(());
    }
    let mut cx = Context::from_waker(Waker::noop());
    let mut first = None;
    for _ in 0..MORE_THAN_A_BUDGET {
        match coop::poll_proceed(&mut cx) {
            Poll::Ready(step) if first.is_none() => first = Some(step), // gives all back when it is dropped
            Poll::Ready(step) => step.made_progress(),
            Poll::Pending => return Err(in_async_code()),
        }
    }
    Ok(())
}

fn in_async_code() -> Status {
    Status::failed_precondition(
        "a blocking call in async code would stop its runtime: use the generated client with tonic's own channel and `.await`, or move this code to a thread that may block, with `tokio::task::spawn_blocking` or `std::thread::spawn`",
    )
}

// === impl Waiting ===

impl Waiting {
    pub(super) fn new(ours: Ours) -> Self {
        let broken = None;
        Self { ours, broken }
    }

    pub(super) fn unless(ours: Ours, broken: oneshot::Receiver<()>) -> Self {
        let broken = Some(broken);
        Self { ours, broken }
    }

    /// # Errors
    ///
    /// `FAILED_PRECONDITION` in async code; INTERNAL if the requests panicked.
    pub(in crate::blocking) fn wait<R>(
        &mut self,
        future: impl Future<Output = R>,
    ) -> Result<R, Status> {
        let Self { ours, broken } = self;
        let mut future = pin!(future);
        ours.wait(poll_fn(|cx| {
            if is_broken(broken, cx) {
                return Poll::Ready(Err(requests_panicked()));
            }
            future.as_mut().poll(cx).map(Ok)
        }))?
    }
}

/// A sender that is gone means that the requests came to their end.
fn is_broken(broken: &mut Option<oneshot::Receiver<()>>, cx: &mut Context<'_>) -> bool {
    let Some(receiver) = broken else { return false };
    match std::pin::Pin::new(receiver).poll(cx) {
        Poll::Ready(Ok(())) => true,
        Poll::Ready(Err(_)) => {
            *broken = None;
            false
        }
        Poll::Pending => false,
    }
}

fn requests_panicked() -> Status {
    Status::internal("the iterator of requests panicked")
}
