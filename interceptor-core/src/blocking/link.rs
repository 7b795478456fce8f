//! A blocking definition in an async chain.

use std::{
    fmt,
    future::poll_fn,
    pin::Pin,
    sync::mpsc::{SyncSender, sync_channel},
    task::{Context, Poll},
};

use tokio::sync::mpsc;
use tonic::Status;

use super::{
    bridge::{AsyncHalf, cancelled},
    pool::Pool,
    ticket::Ticket,
};
use crate::{Call, CallType, End, Next, Reply};

/// The rest of the chain, for a blocking definition: [`run`](Self::run) blocks the thread that it is called on, and
/// nothing else.
///
/// `next.clone().run(call)` is always allowed: one after the other, which is a retry, or at once on threads of a
/// [`std::thread::scope`]. The rest of the chain runs where it would run without blocking definitions in the chain, never
/// on this thread.
pub struct BlockingNext<T: CallType> {
    attempts: mpsc::UnboundedSender<Attempt<T>>,
    tell: Vec<Tell>,
    pool: Pool,
}

/// Is told how an attempt ended.
type Tell = std::sync::Arc<dyn Fn(&End<'_>) + Send + Sync>;

struct Attempt<T: CallType> {
    call: Call<T>,
    tell: Vec<Tell>,
    pool: Pool,
    answer: SyncSender<Result<Reply<T>, Status>>,
}

// === impl BlockingNext ===

impl<T: CallType> BlockingNext<T> {
    /// Hands the call on, waits, and gives what came of it: for a call with a *unary response* when it is over, for one with
    /// a *streamed response* at the response headers, as [`Next::run`].
    ///
    /// # Errors
    ///
    /// The status that the call ended with; [`Origin::of`](crate::Origin::of) tells where it was made. CANCELLED, at once,
    /// if whoever made this call has dropped it, or `intercept_call` has returned.
    pub fn run(self, call: Call<T>) -> Result<Reply<T>, Status> {
        let (answer, answered) = sync_channel(1);
        let attempt = Attempt {
            call,
            tell: self.tell,
            pool: self.pool,
            answer,
        };
        self.attempts.send(attempt).map_err(|_| cancelled())?;
        answered.recv().unwrap_or_else(|_| Err(cancelled()))
    }

    /// Tells how each run of it ends, exactly once: at the final status, at the end of a streamed response, or when the call
    /// is dropped. The codes are those of [`End`].
    ///
    /// `tell` runs on a thread of the pool and may block. A panic in it is caught, and changes nothing for the call.
    #[must_use]
    pub fn on_end(mut self, tell: impl Fn(&End<'_>) + Send + Sync + 'static) -> Self {
        self.tell.push(std::sync::Arc::new(tell));
        self
    }
}

impl<T: CallType> Clone for BlockingNext<T> {
    fn clone(&self) -> Self {
        Self {
            attempts: self.attempts.clone(),
            tell: self.tell.clone(),
            pool: self.pool.clone(),
        }
    }
}

impl<T: CallType> fmt::Debug for BlockingNext<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BlockingNext")
    }
}

// === impl Attempt ===

impl<T: CallType> Attempt<T> {
    async fn proceed(self, next: impl Next<T>) {
        let result = if self.tell.is_empty() {
            next.proceed(self.call).await
        } else {
            let (tell, pool) = (self.tell, self.pool);
            next.run(self.call)
                .on_end(move |end| on_a_thread(&pool, tell, end))
                .await
        };
        let _gone = self.answer.send(result).is_err();
    }
}

fn on_a_thread(pool: &Pool, tell: Vec<Tell>, end: &End<'_>) {
    let end = end.keep();
    let told = pool.run(Box::new(move || {
        let tell = || tell.iter().for_each(|tell| tell(&end.lend()));
        let _panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(tell));
    }));
    if let Err(error) = told {
        tracing::error!(%error, "no thread to tell how a call ended");
    }
}

/// Runs `function` on a thread, with the rest of the chain on this side of the bridge.
pub(crate) async fn intercept<T, N, F>(mut call: Call<T>, next: N, function: F) -> super::Answer<T>
where
    T: CallType,
    N: Next<T>,
    F: FnOnce(Call<T>, BlockingNext<T>) -> super::Answer<T> + Send + 'static,
{
    let side = call.side();
    let mut half = AsyncHalf::new(Ticket::of(call.extensions_mut(), side));
    let (attempts, arriving) = mpsc::unbounded_channel();
    let blocking_next = BlockingNext {
        attempts,
        tell: Vec::new(),
        pool: half.bridge().ticket().pool().clone(),
    };
    let mut work = half.work(move || function(call, blocking_next));
    let mut attempts = Attempts {
        arriving,
        under_way: Vec::new(),
    };
    poll_fn(|cx| {
        attempts.poll(&next, cx);
        half.poll(&mut work, cx)
    })
    .await?
}

/// The runs of `next` that a thread waits for.
struct Attempts<'n, T: CallType> {
    arriving: mpsc::UnboundedReceiver<Attempt<T>>,
    under_way: Vec<Pin<Box<dyn Future<Output = ()> + Send + 'n>>>,
}

impl<'n, T: CallType> Attempts<'n, T> {
    fn poll<N: Next<T> + 'n>(&mut self, next: &N, cx: &mut Context<'_>) {
        while let Poll::Ready(Some(attempt)) = self.arriving.poll_recv(cx) {
            self.under_way.push(Box::pin(attempt.proceed(next.clone())));
        }
        self.under_way
            .retain_mut(|attempt| attempt.as_mut().poll(cx).is_pending());
    }
}
