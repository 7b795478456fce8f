//! Where a law is checked, and what it is checked of.

use std::{
    fmt,
    panic::AssertUnwindSafe,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use futures_util::FutureExt as _;
use http::{Request, Response};
use interceptor_core::{
    BoxInterceptor, CallKind, ConfigError, ExtensionType, Side,
    tonic::{Code, body::Body},
};
use tower::util::BoxCloneService;

pub use super::links::Ends;
use super::{body::Log, promises::Promises};
use crate::{Case, failure::BoxError, harness::text_of};

/// What stands above or below a layer, its type erased.
pub type Svc = BoxCloneService<Request<Body>, Response<Body>, BoxError>;

/// Whether a law holds, or what broke.
pub type Verdict = Result<(), String>;

/// A law at work.
pub type Judging<'a> = Pin<Box<dyn Future<Output = Verdict> + 'a>>;

/// A way to put interceptors around a service: what the laws are about.
pub trait Way: Send + Sync {
    /// What it is called in a report.
    fn name(&self) -> String;

    /// Puts the chain around what is below, from the outermost to the innermost.
    fn layer(&self, side: Side, chain: Chain, below: Svc) -> Svc;

    /// What it says that it puts into the extensions of each call of that side.
    fn provides(&self, _: Side) -> Vec<ExtensionType> {
        Vec::new()
    }

    /// Whether it can stand in a layer of that side.
    ///
    /// # Errors
    ///
    /// What is configured wrongly.
    fn fits(&self, _: Side) -> Result<(), ConfigError> {
        Ok(())
    }

    /// An interceptor that writes down how each call ended.
    fn ends(&self, log: &Log<Code>) -> BoxInterceptor {
        BoxInterceptor::new(Ends::new(log))
    }
}

/// The interceptors that a law puts into a chain: outside of what it is about, and inside. A layer takes both.
#[derive(Debug, Default)]
pub struct Chain {
    pub outside: Vec<BoxInterceptor>,
    pub inside: Vec<BoxInterceptor>,
}

/// What a law is checked on. By default caller and service are in one process, and nothing is between them.
pub trait Ground: fmt::Debug + Send + Sync {
    /// The method of that call type.
    fn path(&self, kind: CallKind) -> &'static str {
        Case::new(kind, Side::Client).path()
    }

    /// Where the caller thinks that the method is.
    fn origin(&self) -> &'static str {
        "https://peer.test"
    }

    /// Serves a service, and connects a channel to it.
    fn connect(&self, service: Svc) -> Pin<Box<dyn Future<Output = Svc> + '_>> {
        Box::pin(std::future::ready(service))
    }

    /// After how many polls of tasks the network is looked at: with 1, whoever gives way lets it move.
    fn event_interval(&self) -> u32 {
        61 // tokio's default
    }

    /// How many turns others get until they have done what they could. Between two services of one process a few will do.
    fn turns(&self) -> usize {
        200
    }

    /// How many allocations a poll takes; 0 where they are not counted.
    fn allocations(&self, poll: &mut dyn FnMut()) -> u64 {
        poll();
        0
    }

    /// A poll that is not counted.
    fn uncounted(&self, poll: &mut dyn FnMut()) {
        poll();
    }

    /// The message of a panic in a task, which nobody else sees; it is then forgotten.
    fn panicked(&self) -> Option<String> {
        None
    }
}

/// Caller and service in one process.
#[derive(Debug)]
pub struct InProcess;

impl Ground for InProcess {}

/// Where a law is checked, and of what.
#[derive(Clone)]
pub struct Scene {
    pub case: Case,
    pub way: Arc<dyn Way>,
    pub ground: Arc<dyn Ground>,
    pub(super) promises: Arc<Promises>,
    pub(super) paused: bool,
    calls: Arc<AtomicUsize>,
}

/// Longer than anything takes that does not hang: in paused time, which passes at once when nothing moves, and in real time.
const LONG: [Duration; 2] = [Duration::from_secs(24 * 3600), Duration::from_secs(30)];

/// What a law says when something is not as it should be.
///
/// # Errors
///
/// What broke.
pub fn ensure(is_so: bool, why: impl FnOnce() -> String) -> Verdict {
    if is_so { Ok(()) } else { Err(why()) }
}

// === impl Chain ===

impl Chain {
    pub(super) fn outside(interceptor: BoxInterceptor) -> Self {
        let outside = vec![interceptor];
        Self {
            outside,
            ..Self::default()
        }
    }

    pub(super) fn inside(interceptor: BoxInterceptor) -> Self {
        let inside = vec![interceptor];
        Self {
            inside,
            ..Self::default()
        }
    }

    /// For a layer, which has no inside.
    #[must_use]
    pub fn all(mut self) -> Vec<BoxInterceptor> {
        self.outside.append(&mut self.inside);
        self.outside
    }
}

impl From<Vec<BoxInterceptor>> for Chain {
    fn from(outside: Vec<BoxInterceptor>) -> Self {
        Self {
            outside,
            ..Self::default()
        }
    }
}

// === impl Scene ===

impl Scene {
    pub(super) fn new(
        case: Case,
        way: Arc<dyn Way>,
        ground: Arc<dyn Ground>,
        promises: Arc<Promises>,
    ) -> Self {
        Self {
            case,
            way,
            ground,
            promises,
            paused: true,
            calls: Arc::default(),
        }
    }

    /// One of a layer, which has to hold all laws.
    pub fn of_layer(case: Case, way: Arc<dyn Way>, ground: Arc<dyn Ground>) -> Self {
        Self::new(case, way, ground, Arc::new(Promises::of_a_layer()))
    }

    /// Whether time is paused. Default: it is.
    #[must_use]
    pub fn paused(self, paused: bool) -> Self {
        Self { paused, ..self }
    }

    /// Says that a call is made.
    pub fn visit(&self) {
        self.calls.fetch_add(1, Relaxed);
    }

    /// The method that is called.
    pub(super) fn path(&self) -> &'static str {
        let kind = self.case.kind();
        let chosen = self.promises.path(kind);
        chosen.unwrap_or_else(|| self.ground.path(kind))
    }

    /// Where that path is.
    pub(super) fn uri(&self, path: &str) -> String {
        format!("{}{path}", self.ground.origin())
    }

    /// Whether requests are streamed.
    pub(super) fn streams_requests(&self) -> bool {
        self.case.kind().client_streaming()
    }

    /// Whether responses are.
    pub(super) fn streams_responses(&self) -> bool {
        self.case.kind().server_streaming()
    }

    /// Whether the law holds here.
    ///
    /// # Errors
    ///
    /// What broke.
    pub fn judge(&self, law: &super::Law) -> Verdict {
        self.judge_by(law.name, law.holds)
    }

    /// The same by a function; on a thread of its own, so that what a panic leaves behind there goes with it.
    ///
    /// # Errors
    ///
    /// What broke.
    pub fn judge_by<F>(&self, name: &str, holds: F) -> Verdict
    where
        F: for<'a> FnOnce(&'a Self) -> Judging<'a> + Send,
    {
        std::thread::scope(|scope| {
            let judge = scope.spawn(|| self.judge_here(name, holds));
            judge
                .join()
                .unwrap_or_else(|_| Err("it panicked".to_owned()))
        })
    }

    fn judge_here(&self, name: &str, holds: impl FnOnce(&Self) -> Judging<'_>) -> Verdict {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .event_interval(self.ground.event_interval())
            .start_paused(self.paused)
            .build()
            .map_err(|error| format!("there is no runtime: {error}"))?;
        let long = LONG[usize::from(!self.paused)];
        let verdict = runtime.block_on(async {
            let law = tokio::time::timeout(long, holds(self));
            AssertUnwindSafe(law).catch_unwind().await
        });
        drop(runtime);
        match (verdict, self.ground.panicked()) {
            (_, Some(panic)) => Err(format!("it panicked: {panic}")),
            (Err(panic), None) => Err(format!("it panicked: {}", text_of(&*panic))),
            (Ok(Err(_)), None) => Err("it hangs".to_owned()),
            (Ok(Ok(verdict)), None) => verdict.and_then(|()| self.is_visited(name)),
        }
    }

    /// A cell counts when calls were made there.
    fn is_visited(&self, name: &str) -> Verdict {
        let calls = self.calls.load(Relaxed);
        ensure(calls > 0, || format!("{name} made no call"))
    }
}

impl fmt::Debug for Scene {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scene({} of {})", self.case, self.way.name())
    }
}
