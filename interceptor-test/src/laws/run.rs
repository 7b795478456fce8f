use std::{
    fmt,
    panic::resume_unwind,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Instant,
};

use interceptor_core::{BoxInterceptor, CallKind, Interceptor, Methods, Rules, Side};

use super::{
    Law, Report,
    body::lock,
    promises::Promises,
    report::{Came, Cell},
    scene::{Ground, InProcess, Scene, Svc, Way},
    ways::{OneOf, SomeLayer},
};
use crate::{Case, headers};

/// Makes a way, once it is known which methods are called.
type MakeWay = Box<dyn FnOnce(Methods) -> Arc<dyn Way>>;

/// The laws, and what they may ask of an interceptor.
///
/// ```
/// use interceptor_core::{CallKind, Identity};
/// use interceptor_test::laws::Laws;
///
/// let report = Laws::of(Identity)
///     .passes_through()
///     .kinds([CallKind::UnaryUnary])
///     .metadata("authorization", "Bearer secret")
///     .report();
/// assert!(report.broken().is_empty(), "{report}");
/// ```
pub struct Laws {
    way: MakeWay,
    ground: Arc<dyn Ground>,
    promises: Promises,
    cases: Vec<Case>,
    left_out: Vec<(&'static str, String)>,
    real_time: bool,
}

// === impl Laws ===

impl Laws {
    /// Those that apply to any interceptor, on this one. All calls go through it, so its state goes from one to the next;
    /// where that is in the way, there is [`of_each`](Self::of_each).
    pub fn of(interceptor: impl Interceptor) -> Self {
        let interceptor = Arc::new(interceptor);
        Self::of_one(move || Arc::clone(&interceptor))
    }

    /// The same, with an interceptor made anew for each layer. It is made within a runtime.
    pub fn of_each<I: Interceptor>(make: impl Fn() -> I + Send + Sync + 'static) -> Self {
        Self::of_one(move || Arc::new(make()))
    }

    /// Of a layer: a function that puts interceptors around a service, the first of them outermost, on either side. A layer
    /// has to hold all laws; the service and what comes of it are what tonic's own are, with their types erased.
    pub fn of_layer<F>(name: &str, layer: F) -> Self
    where
        F: Fn(Side, Vec<BoxInterceptor>, Svc) -> Svc + Send + Sync + 'static,
    {
        let name = name.to_owned();
        Self::of_way(Arc::new(SomeLayer { name, layer }))
    }

    #[doc(hidden)]
    #[must_use]
    pub fn of_way(way: Arc<dyn Way>) -> Self {
        Self::new(Box::new(|_| way), Promises::of_a_layer())
    }

    #[doc(hidden)]
    #[must_use]
    pub fn on_ground(self, ground: Arc<dyn Ground>) -> Self {
        Self { ground, ..self }
    }

    /// On the sides that it says it is for.
    fn of_one<I: Interceptor>(make: impl Fn() -> Arc<I> + Send + Sync + 'static) -> Self {
        let rules = I::ORDER.rules();
        let is_for = |side| {
            let mut sides = rules.iter().filter_map(Rules::side);
            sides.all(|it| it == side)
        };
        Self {
            cases: Case::all().filter(|case| is_for(case.side())).collect(),
            ..Self::new(
                Box::new(|methods| Arc::new(OneOf::new(make, methods))),
                Promises::of_an_interceptor(),
            )
        }
    }

    fn new(way: MakeWay, promises: Promises) -> Self {
        Self {
            way,
            ground: Arc::new(InProcess),
            promises,
            cases: Case::all().collect(),
            left_out: Vec::new(),
            real_time: false,
        }
    }

    /// It promises to change nothing that either peer can see: adds `transparency`, `failures`, `duration`, `request_line`
    /// and `request_messages`, and codes may not change. Default: it may change what it likes.
    #[must_use]
    pub fn passes_through(mut self) -> Self {
        self.promises.passes_through = true;
        self
    }

    /// It promises not to touch bodies: adds `untouched`. Default: it may look at messages.
    #[must_use]
    pub fn looks_at_nothing(mut self) -> Self {
        self.promises.untouched = true;
        self
    }

    /// It may end a call by itself, also with one that goes well, as a cache does or a limiter. Then a call that reached
    /// nothing below asks nothing. Default: each call that the laws make has to reach the peer.
    #[must_use]
    pub fn may_answer(mut self) -> Self {
        self.promises.may_answer = true;
        self
    }

    /// It may read the request before it calls `next`, as one that validates a message. Default: it asks first.
    #[must_use]
    pub fn reads_requests(mut self) -> Self {
        self.promises.reads_requests = true;
        self
    }

    /// How many bytes of a call it may keep. Default: 4 MiB, what the layer itself may.
    #[must_use]
    pub fn max_kept_bytes(mut self, bytes: usize) -> Self {
        self.promises.max_kept_bytes = bytes;
        self
    }

    /// The call types that it takes. Calls of others have to be handed on, or to be rejected with UNIMPLEMENTED. Default:
    /// all four.
    #[must_use]
    pub fn kinds(mut self, kinds: impl IntoIterator<Item = CallKind>) -> Self {
        self.promises.kinds = kinds.into_iter().collect();
        self
    }

    /// The side that it is for. Default: both, unless it says `client_only` or `server_only`.
    #[must_use]
    pub fn on(self, side: Side) -> Self {
        let cases = Case::on(side).collect();
        Self { cases, ..self }
    }

    /// The one case in which they are run. Default: all of them.
    #[must_use]
    pub fn in_case(self, case: Case) -> Self {
        let cases = vec![case];
        Self { cases, ..self }
    }

    /// The method that is called for that call type. Default: that of [`Case::path`].
    #[must_use]
    pub fn method(mut self, path: &'static str, kind: CallKind) -> Self {
        self.promises.paths.push((kind, path));
        self
    }

    /// Metadata of each request: what the interceptor asks for, such as a token.
    ///
    /// # Panics
    ///
    /// If that is not a header.
    #[must_use]
    pub fn metadata(mut self, name: &str, value: &str) -> Self {
        headers::insert(&mut self.promises.headers, name, value);
        self
    }

    /// A value in the extensions of each request, such as what is known of the peer.
    #[must_use]
    pub fn extension<T: Clone + Send + Sync + 'static>(mut self, value: T) -> Self {
        self.promises.extensions.insert(value);
        self
    }

    /// Runs in real time: for interceptors that block, written without `async`. Default: time is paused.
    #[must_use]
    pub fn real_time(self) -> Self {
        let real_time = true;
        Self { real_time, ..self }
    }

    /// Leaves the law of that number or name out. The report tells the reason.
    ///
    /// # Panics
    ///
    /// If there is no such law.
    #[must_use]
    pub fn without(mut self, law: &'static str, reason: &str) -> Self {
        let is_one = Law::all().iter().any(|it| it.id == law || it.name == law);
        assert!(is_one, "there is no law {law:?}");
        self.left_out.push((law, reason.to_owned()));
        self
    }

    /// Runs them, prints how many cells it ran, and panics if one is broken.
    ///
    /// # Panics
    ///
    /// If a law does not hold, with what broke.
    #[allow(clippy::print_stdout, reason = "a test says what it ran")]
    pub fn check(self) {
        let report = self.report();
        report.assert();
        print!("{report}");
    }

    /// Runs them, and tells what came of it.
    #[must_use]
    pub fn report(self) -> Report {
        let began = Instant::now();
        let methods = methods(&self.promises);
        let way = (self.way)(methods);
        let promises = Arc::new(self.promises);
        let scene = |case| {
            let (way, ground) = (Arc::clone(&way), Arc::clone(&self.ground));
            Scene::new(case, way, ground, Arc::clone(&promises)).paused(!self.real_time)
        };
        let scenes: Vec<_> = self.cases.iter().map(|case| scene(*case)).collect();
        let reason = |law: &Law| {
            let mut reasons = self.left_out.iter();
            reasons.find_map(|(it, why)| (*it == law.id || *it == law.name).then(|| why.clone()))
        };
        let (left_out, laws): (Vec<_>, Vec<_>) = Law::all()
            .into_iter()
            .partition(|law| reason(law).is_some());
        let name = named(&*way);
        Report {
            name,
            cells: run(&laws, &scenes),
            left_out: left_out
                .into_iter()
                .map(|law| (law, reason(&law).unwrap_or_default()))
                .collect(),
            took: began.elapsed(),
        }
    }
}

/// Within a runtime, which its making may want.
fn named(way: &dyn Way) -> String {
    let name = || {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        let runtime = runtime.expect("a runtime of one thread");
        let _within = runtime.enter();
        way.name()
    };
    // On a thread of its own: no runtime may be dropped in the midst of another.
    std::thread::scope(|scope| scope.spawn(name).join())
        .unwrap_or_else(|panic| resume_unwind(panic))
}

/// The four of [`Case::methods`], and those that were chosen.
fn methods(promises: &Promises) -> Methods {
    let chosen = promises.paths.iter();
    let chosen = chosen.fold(Methods::builder(), |table, (kind, path)| {
        table.method(*path, *kind)
    });
    let chosen = chosen.build().expect("`method` was given paths of methods");
    let both = Case::methods().merge(chosen);
    both.expect("no method has two call types")
}

/// All cells, on as many threads as there are cores; law by law in the report.
fn run(laws: &[Law], scenes: &[Scene]) -> Vec<Cell> {
    let jobs: Vec<_> = laws
        .iter()
        .flat_map(|law| scenes.iter().map(move |scene| (law, scene)))
        .collect();
    let (next, cells) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        loop {
            let index = next.fetch_add(1, Relaxed);
            let Some((law, scene)) = jobs.get(index) else {
                return;
            };
            let cell = cell(law, scene);
            lock(&cells).push((index, cell));
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(work);
        }
    });
    let mut cells = std::mem::take(&mut *lock(&cells));
    cells.sort_by_key(|(index, _)| *index);
    cells.into_iter().map(|(_, cell)| cell).collect()
}

fn cell(law: &Law, scene: &Scene) -> Cell {
    let fits = scene.way.fits(scene.case.side());
    let came = match (fits, law.refuses(scene)) {
        // Once is enough.
        (Err(_), _) if law.name != "coverage" => Came::NotAsked("it cannot stand in a layer"),
        (Err(error), _) => Came::Broke(format!("it cannot stand in a layer: {error}")),
        (Ok(()), Some(reason)) => Came::NotAsked(reason),
        (Ok(()), None) => match scene.judge(law) {
            Ok(()) => Came::Held,
            Err(why) => Came::Broke(why),
        },
    };
    Cell {
        law: *law,
        case: scene.case,
        came,
    }
}

impl fmt::Debug for Laws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Laws");
        debug.field("promises", &self.promises);
        debug.finish_non_exhaustive()
    }
}
