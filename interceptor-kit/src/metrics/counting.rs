//! The observer that counts.

use std::{fmt, sync::Arc, time::Instant};

use interceptor_core::{ConfigError, End, Method, Methods, Observer, Passing, Side, Start, Wants};

use super::{
    Counter, Dialect, Gauge, Histogram, Recorder, TraceId,
    definition::Definition,
    extra::{Extra, Key},
    grow::Grow,
    series::{Labels, Place, Series},
};

/// Counts calls.
pub(super) struct Counting<R: Recorder> {
    pub(super) recorder: R,
    pub(super) definition: Arc<Definition>,
    pub(super) dialect: Dialect,
    pub(super) extra: Extra,
    pub(super) initialize: bool,
    pub(super) trace: Option<Trace>,
    pub(super) client: Methodical<R>,
    pub(super) server: Methodical<R>,
}

/// Which trace a call belongs to.
pub(super) type Trace = Box<dyn Fn(&Start<'_>) -> Option<TraceId> + Send + Sync>;

/// The series of one side, by method.
pub(super) struct Methodical<R: Recorder> {
    known: Grow<Method, PerMethod<R>>,
    unknown: PerMethod<R>,
}

/// The series of one method.
struct PerMethod<R: Recorder> {
    /// Without labels of the user's own.
    plain: Arc<Series<R>>,
    /// With them.
    extra: Option<Grow<Key, Arc<Series<R>>>>,
}

/// A call under way. It is small, because it is moved with the call.
pub(super) struct Counted<R: Recorder> {
    series: Arc<Series<R>>,
    began: Instant,
    more: Option<Box<More>>,
}

/// What is kept of a call only if someone asks.
struct More {
    trace: Option<TraceId>,
    /// When the last message of the response was there.
    received: Option<Instant>,
}

// === impl Counting ===

impl<R: Recorder> Counting<R> {
    #[inline]
    fn side(&self, side: Side) -> &Methodical<R> {
        match side {
            Side::Client => &self.client,
            Side::Server => &self.server,
        }
    }

    #[inline]
    fn place<'a>(&'a self, series: &'a Series<R>) -> Place<'a, R> {
        Place {
            series,
            families: self.definition.of(series.side()),
            recorder: &self.recorder,
        }
    }

    #[inline]
    fn series(&self, side: Side, start: &Start<'_>) -> &Arc<Series<R>> {
        let of_side = self.side(side);
        let method = start.method();
        let of_method = if method.is_known() {
            match of_side.known.get(method) {
                Some(of_method) => of_method,
                None => self.add(side, method),
            }
        } else {
            &of_side.unknown
        };
        match &of_method.extra {
            None => &of_method.plain,
            Some(extra) => self.extra(of_method, extra, start),
        }
    }

    fn extra<'a>(
        &self,
        of_method: &'a PerMethod<R>,
        extra: &'a Grow<Key, Arc<Series<R>>>,
        start: &Start<'_>,
    ) -> &'a Arc<Series<R>> {
        let key = self.extra.key(start);
        if let Some(series) = extra.get(&key) {
            return series;
        }
        let make = |_| {
            let values = self.extra.values(&key, start);
            let labels = of_method.plain.labels().with_extra(values);
            (key, Arc::new(Series::new(labels)))
        };
        extra.get_or_add(&key, make).unwrap_or(&of_method.plain)
    }

    #[cold]
    fn add(&self, side: Side, method: &Method) -> &PerMethod<R> {
        let of_side = self.side(side);
        let make = |_| {
            let labels = Labels::new(self.dialect, side, method);
            (method.clone(), PerMethod::new(&labels, &self.extra))
        };
        let of_method = of_side.known.get_or_add(method, make);
        of_method.unwrap_or(&of_side.unknown)
    }

    /// The first one, or one that is timed.
    #[cold]
    #[inline(never)]
    fn response(&self, call: &mut Counted<R>) {
        let place = self.place(&call.series);
        place.responses().increment();
        if let Some(more) = &mut call.more
            && let Some(last) = &mut more.received
            && let Some(receiving) = place.receiving()
        {
            receiving.observe(since(last));
        }
    }

    fn make_all(&self, side: Side, methods: &Methods) {
        let known = methods.iter().map(|method| self.add(side, method));
        for of_method in known.chain([&self.side(side).unknown]) {
            self.place(&of_method.plain).make_all();
        }
    }
}

impl<R: Recorder> Observer for Counting<R> {
    type Call = Counted<R>;

    #[inline]
    fn start(&self, start: &mut Start<'_>) -> Counted<R> {
        let series = self.series(start.side(), start);
        let place = self.place(series);
        let began = now();
        let more = match (&self.trace, &place.families.receiving) {
            (None, None) => None,
            (trace, receiving) => More::new(trace.as_ref(), receiving.is_some(), start, began),
        };
        match more.as_ref().and_then(|more| more.trace) {
            None => place.started().increment(),
            Some(trace) => place.started().increment_in(trace),
        }
        if let Some(in_flight) = place.in_flight() {
            in_flight.increment();
        }
        if series.counts_requests {
            watch_requests(start, place, began);
        }
        Counted {
            series: Arc::clone(series),
            began,
            more,
        }
    }

    #[inline]
    fn wants_responses(&self, call: &Counted<R>) -> Wants {
        if call.series.counts_responses {
            Wants::Lengths
        } else {
            Wants::Nothing
        }
    }

    #[inline]
    fn response_message(&self, call: &mut Counted<R>, _: &Passing<'_>) {
        if call.more.is_none()
            && let Some(responses) = call.series.responses_if_made()
        {
            responses.increment();
        } else {
            self.response(call);
        }
    }

    #[inline]
    fn end(&self, call: Counted<R>, end: &End<'_>) {
        let place = self.place(&call.series);
        if let Some(in_flight) = place.in_flight() {
            in_flight.decrement();
        }
        let handled = place.handled(end.code());
        let trace = call.more.as_ref().and_then(|more| more.trace);
        match trace {
            None => handled.increment(),
            Some(trace) => handled.increment_in(trace),
        }
        if let Some(handling) = place.handling() {
            let took = now().saturating_duration_since(call.began);
            match trace {
                None => handling.observe(took),
                Some(trace) => handling.observe_in(took, trace),
            }
        }
    }

    fn check(&self, methods: &Methods, side: Side) -> Result<(), ConfigError> {
        for family in self.definition.of(side).iter() {
            self.recorder.describe(family)?;
        }
        for method in methods {
            self.add(side, method);
        }
        if self.initialize && self.extra.is_empty() {
            self.make_all(side, methods);
        }
        Ok(())
    }
}

/// In a closure, which is as small as it can be: it moves with the request.
#[inline]
fn watch_requests<R: Recorder>(start: &mut Start<'_>, place: Place<'_, R>, began: Instant) {
    let counter = place.requests().clone();
    let Some(sending) = place.sending().cloned() else {
        return start.on_request_message(move |_| counter.increment());
    };
    let mut last = began;
    start.on_request_message(move |_| {
        counter.increment();
        sending.observe(since(&mut last));
    });
}

/// On tokio's clock, which tests can pause.
#[inline]
fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}

/// How long ago that was; from now on it is now.
fn since(last: &mut Instant) -> std::time::Duration {
    let now = now();
    let since = now.saturating_duration_since(*last);
    *last = now;
    since
}

// === impl More ===

impl More {
    #[cold]
    fn new(
        trace: Option<&Trace>,
        is_timed: bool,
        start: &Start<'_>,
        began: Instant,
    ) -> Option<Box<Self>> {
        let trace = trace.and_then(|trace| trace(start));
        let received = is_timed.then_some(began);
        (trace.is_some() || is_timed).then(|| Box::new(Self { trace, received }))
    }
}

// === impl Methodical ===

impl<R: Recorder> Methodical<R> {
    pub(super) fn new(dialect: Dialect, side: Side, extra: &Extra) -> Self {
        Self {
            // There are as many as the program's tables have.
            known: Grow::up_to(usize::MAX),
            unknown: PerMethod::new(&Labels::of_unknown(dialect, side), extra),
        }
    }
}

// === impl PerMethod ===

impl<R: Recorder> PerMethod<R> {
    fn new(labels: &Labels, extra: &Extra) -> Self {
        let none = vec![String::new(); extra.names().len()];
        Self {
            plain: Arc::new(Series::new(labels.with_extra(none))),
            // Each label bounds its values, and so their combinations.
            extra: (!extra.is_empty()).then(|| Grow::up_to(usize::MAX)),
        }
    }
}

impl<R: Recorder> fmt::Debug for Counting<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Counting")
            .field("dialect", &self.dialect)
            .field("extra", &self.extra)
            .field("initialize", &self.initialize)
            .finish_non_exhaustive()
    }
}
