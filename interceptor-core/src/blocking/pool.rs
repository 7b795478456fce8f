//! Threads for code that blocks: made when they are needed, gone when they were idle for a while.

use std::{
    fmt, io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, LazyLock, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
        mpsc::{self, RecvTimeoutError, SyncSender},
    },
    thread::{self, ThreadId},
    time::Duration,
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::Side;

/// Threads that run blocking interceptors and blocking handlers, and a bound of how many calls they serve at once.
///
/// They are not tokio's, which resolve names too: with those taken, no call could connect any more. A thread is made when
/// none is idle, and ends when it was idle for ten seconds.
///
/// What is bounded is calls, not threads: the first blocking part of a call waits to be admitted, and whatever else of the
/// same call blocks never waits again, because what is admitted may be waiting for it. A call that passes through `n`
/// blocking interceptors and a blocking handler takes up to `n + 1` threads. Those that wait are admitted in the order in
/// which they came.
///
/// # Which one
///
/// There is one for each [`Side`], [`Pool::of`], with room for 64 calls; [`set_calls`](Self::set_calls) changes that. A
/// layer can have one of its own: `ServerLayer::blocking_pool` and `ClientLayer::blocking_pool`, whose blocking handlers
/// use it too. Two services of one process that call each other in circles from blocking code can fill a pool with calls
/// that wait for each other: give them pools of their own.
#[derive(Clone)]
pub struct Pool {
    inner: Arc<Inner>,
}

/// The right to run code of one call. Whoever has a part of it never waits for another.
#[derive(Debug)]
pub(super) struct Permit {
    permit: Option<OwnedSemaphorePermit>,
    pool: Pool,
}

pub(super) type Job = Box<dyn FnOnce() + Send>;

struct Inner {
    /// The one that went idle last is used first, so that the others can end.
    idle: Mutex<Vec<Idle>>,
    threads: AtomicUsize,
    permits: Arc<Semaphore>,
    calls: Mutex<usize>,
    /// How many permits are given back too many, since there are to be fewer.
    surplus: AtomicUsize,
}

struct Idle {
    thread: ThreadId,
    hand: SyncSender<Job>,
}

/// How many calls the blocking code of one side serves at once, if nobody says otherwise.
const CALLS: usize = 64;

const KEPT_IDLE: Duration = Duration::from_secs(10);

static OF_CLIENTS: LazyLock<Pool> = LazyLock::new(|| Pool::new(CALLS));
static OF_SERVERS: LazyLock<Pool> = LazyLock::new(|| Pool::new(CALLS));

// === impl Pool ===

impl Pool {
    /// A pool with room for so many calls at once, at least one.
    #[must_use]
    pub fn new(calls: usize) -> Self {
        let calls = calls.clamp(1, Semaphore::MAX_PERMITS);
        let inner = Inner {
            idle: Mutex::default(),
            threads: AtomicUsize::new(0),
            permits: Arc::new(Semaphore::new(calls)),
            calls: Mutex::new(calls),
            surplus: AtomicUsize::new(0),
        };
        let inner = Arc::new(inner);
        Self { inner }
    }

    /// The pool of whatever runs on that side and has no other. Default: 64 calls.
    #[must_use]
    pub fn of(side: Side) -> &'static Self {
        match side {
            Side::Client => &OF_CLIENTS,
            Side::Server => &OF_SERVERS,
        }
    }

    /// How many calls it serves at once.
    #[must_use]
    pub fn calls(&self) -> usize {
        *lock(&self.inner.calls)
    }

    /// Sets how many calls it serves at once, at least one. Calls under way stay: a smaller number is reached when enough of
    /// them are over.
    pub fn set_calls(&self, calls: usize) {
        let wanted = calls.clamp(1, Semaphore::MAX_PERMITS);
        let mut calls = lock(&self.inner.calls);
        if wanted < *calls {
            let fewer = *calls - wanted;
            let forgotten = self.inner.permits.forget_permits(fewer);
            self.inner
                .surplus
                .fetch_add(fewer - forgotten, Ordering::Relaxed);
        } else {
            let more = wanted - *calls;
            let owed = (0..more).take_while(|_| self.inner.owes()).count();
            self.inner.permits.add_permits(more - owed);
        }
        *calls = wanted;
    }

    /// How many threads it has now.
    #[must_use]
    pub fn threads(&self) -> usize {
        self.inner.threads.load(Ordering::Relaxed)
    }

    /// Waits until there is room for one more call.
    pub(super) async fn admit(&self) -> Permit {
        let permit = Arc::clone(&self.inner.permits).acquire_owned().await.ok();
        let pool = self.clone();
        Permit { permit, pool }
    }

    /// Has a thread do the job, at once.
    pub(super) fn run(&self, job: Job) -> io::Result<()> {
        let idle = lock(&self.inner.idle).pop();
        let job = match idle {
            Some(idle) => match idle.hand.send(job) {
                Ok(()) => return Ok(()),
                Err(mpsc::SendError(job)) => job,
            },
            None => job,
        };
        self.start(job)
    }

    fn start(&self, job: Job) -> io::Result<()> {
        let inner = Arc::clone(&self.inner);
        let number = inner.threads.fetch_add(1, Ordering::Relaxed);
        let thread = thread::Builder::new().name(format!("grpc-blocking-{number}"));
        let started = thread.spawn(move || {
            inner.work(job);
            inner.threads.fetch_sub(1, Ordering::Relaxed);
        });
        if started.is_err() {
            self.inner.threads.fetch_sub(1, Ordering::Relaxed);
        }
        started.map(drop)
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool")
            .field("calls", &self.calls())
            .field("threads", &self.threads())
            .finish_non_exhaustive()
    }
}

// === impl Inner ===

impl Inner {
    /// What a thread does: its first job, and those that are handed to it while it is idle.
    fn work(&self, first: Job) {
        let (hand, jobs) = mpsc::sync_channel(1);
        let mut job = Some(first);
        while let Some(next) = job {
            // jobs catch panics of the code that they run; this is for what panics when it is dropped
            let _panic = catch_unwind(AssertUnwindSafe(next));
            job = self.next(&hand, &jobs);
        }
    }

    /// The next job, or `None` if there was none for a while.
    fn next(&self, hand: &SyncSender<Job>, jobs: &mpsc::Receiver<Job>) -> Option<Job> {
        let (thread, hand) = (thread::current().id(), hand.clone());
        lock(&self.idle).push(Idle { thread, hand });
        match jobs.recv_timeout(KEPT_IDLE) {
            Ok(job) => Some(job),
            Err(RecvTimeoutError::Timeout) if self.leaves(thread) => None,
            Err(_) => jobs.recv().ok(),
        }
    }

    /// Whether an idle thread may end: not if somebody took it, for then a job is on its way.
    fn leaves(&self, thread: ThreadId) -> bool {
        let mut idle = lock(&self.idle);
        let place = idle.iter().position(|it| it.thread == thread);
        place.map(|place| idle.remove(place)).is_some()
    }

    /// Whether a permit that comes back is one too many.
    fn owes(&self) -> bool {
        let less = |surplus: usize| surplus.checked_sub(1);
        self.surplus
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, less)
            .is_ok()
    }
}

// === impl Permit ===

impl Permit {
    /// One that bounds nothing.
    pub(super) fn free(pool: Pool) -> Self {
        let permit = None;
        Self { permit, pool }
    }

    pub(super) fn pool(&self) -> &Pool {
        &self.pool
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if let Some(permit) = self.permit.take()
            && self.pool.inner.owes()
        {
            permit.forget();
        }
    }
}

/// Nothing of the user's runs while it is held.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
