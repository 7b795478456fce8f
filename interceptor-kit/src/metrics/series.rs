//! The handles of what one method counts. They are asked for once; after that, a call adds to atomics.

use std::{
    array,
    sync::{Arc, OnceLock},
};

use interceptor_core::{CallKind, Method, Side, tonic::Code};

use super::{Dialect, Family, Recorder, definition::Families, dialect::CODES};

/// The values of the labels that all metrics of a method have.
#[derive(Clone, Debug)]
pub(super) struct Labels {
    dialect: Dialect,
    side: Side,
    kind: CallKind,
    /// None for the one series of all methods that are in no table.
    method: Option<Method>,
    extra: Vec<String>,
}

/// What is counted under one set of labels. A series appears when it is first counted.
pub(super) struct Series<R: Recorder> {
    labels: Labels,
    /// Whether messages are counted: of requests, and of responses.
    pub(super) counts_requests: bool,
    pub(super) counts_responses: bool,
    started: OnceLock<R::Counter>,
    handled: [OnceLock<R::Counter>; CODES],
    requests: OnceLock<R::Counter>,
    responses: OnceLock<R::Counter>,
    handling: OnceLock<R::Histogram>,
    receiving: OnceLock<R::Histogram>,
    sending: OnceLock<R::Histogram>,
    in_flight: OnceLock<R::Gauge>,
}

/// A series with what makes its handles.
pub(super) struct Place<'a, R: Recorder> {
    pub(super) series: &'a Series<R>,
    pub(super) families: &'a Families,
    pub(super) recorder: &'a R,
}

// === impl Labels ===

impl Labels {
    pub(super) fn new(dialect: Dialect, side: Side, method: &Method) -> Self {
        let known = method.is_known().then(|| method.clone());
        Self {
            dialect,
            side,
            kind: method.kind(),
            method: known,
            extra: Vec::new(),
        }
    }

    /// Those of all methods that are in no table, which run as a stream each way.
    pub(super) fn of_unknown(dialect: Dialect, side: Side) -> Self {
        Self {
            dialect,
            side,
            kind: CallKind::StreamStream,
            method: None,
            extra: Vec::new(),
        }
    }

    pub(super) fn with_extra(&self, extra: Vec<String>) -> Self {
        Self {
            extra,
            ..self.clone()
        }
    }

    /// In the order of [`Family::labels`](super::Family::labels).
    fn values(&self, code: Option<Code>) -> Vec<&str> {
        let unknown = self.dialect.unknown();
        let (service, name) = match &self.method {
            Some(method) => (method.service(), method.name()),
            None => (unknown, unknown),
        };
        let codes = self.dialect.code_labels().iter();
        let codes = code.map(|code| codes.map(move |_| self.dialect.code(code)));
        [self.dialect.call_type(self.kind), service, name]
            .into_iter()
            .chain(codes.into_iter().flatten())
            .chain(self.extra.iter().map(String::as_str))
            .collect()
    }
}

// === impl Series ===

impl<R: Recorder> Series<R> {
    pub(super) fn new(labels: Labels) -> Self {
        let all = labels.dialect.counts_unary_messages();
        Self {
            counts_requests: all || labels.kind.client_streaming(),
            counts_responses: all || labels.kind.server_streaming(),
            labels,
            started: OnceLock::new(),
            handled: array::from_fn(|_| OnceLock::new()),
            requests: OnceLock::new(),
            responses: OnceLock::new(),
            handling: OnceLock::new(),
            receiving: OnceLock::new(),
            sending: OnceLock::new(),
            in_flight: OnceLock::new(),
        }
    }

    /// The counter of responses' messages, without what it would take to make it.
    #[inline]
    pub(super) fn responses_if_made(&self) -> Option<&R::Counter> {
        self.responses.get()
    }

    pub(super) fn labels(&self) -> &Labels {
        &self.labels
    }

    #[inline]
    pub(super) fn side(&self) -> Side {
        self.labels.side
    }
}

// === impl Place ===

impl<'a, R: Recorder> Place<'a, R> {
    #[inline]
    pub(super) fn started(self) -> &'a R::Counter {
        let started = self.series.started.get();
        started.unwrap_or_else(|| {
            let (family, cell) = (&self.families.started, &self.series.started);
            first_counter(self.recorder, family, self.series, cell, None)
        })
    }

    #[inline]
    pub(super) fn handled(self, code: Code) -> &'a R::Counter {
        let cell = &self.series.handled[code as usize];
        cell.get().unwrap_or_else(|| {
            let family = &self.families.handled;
            first_counter(self.recorder, family, self.series, cell, Some(code))
        })
    }

    /// The messages of requests.
    #[inline]
    pub(super) fn requests(self) -> &'a R::Counter {
        let requests = self.series.requests.get();
        requests.unwrap_or_else(|| {
            let family = match self.series.side() {
                Side::Client => &self.families.sent,
                Side::Server => &self.families.received,
            };
            first_counter(
                self.recorder,
                family,
                self.series,
                &self.series.requests,
                None,
            )
        })
    }

    /// The messages of responses.
    #[inline]
    pub(super) fn responses(self) -> &'a R::Counter {
        let responses = self.series.responses.get();
        responses.unwrap_or_else(|| {
            let family = match self.series.side() {
                Side::Client => &self.families.received,
                Side::Server => &self.families.sent,
            };
            first_counter(
                self.recorder,
                family,
                self.series,
                &self.series.responses,
                None,
            )
        })
    }

    #[inline]
    pub(super) fn handling(self) -> Option<&'a R::Histogram> {
        let family = self.families.handling.as_ref()?;
        Some(self.histogram(&self.series.handling, family))
    }

    #[inline]
    pub(super) fn receiving(self) -> Option<&'a R::Histogram> {
        let family = self.families.receiving.as_ref()?;
        Some(self.histogram(&self.series.receiving, family))
    }

    #[inline]
    pub(super) fn sending(self) -> Option<&'a R::Histogram> {
        let family = self.families.sending.as_ref()?;
        Some(self.histogram(&self.series.sending, family))
    }

    #[inline]
    pub(super) fn in_flight(self) -> Option<&'a R::Gauge> {
        let family = self.families.in_flight.as_ref()?;
        let in_flight = self.series.in_flight.get();
        Some(in_flight.unwrap_or_else(|| first_gauge(self.recorder, family, self.series)))
    }

    #[inline]
    fn histogram(
        self,
        cell: &'a OnceLock<R::Histogram>,
        family: &'a Arc<Family>,
    ) -> &'a R::Histogram {
        let first = || first_histogram(self.recorder, family, self.series, cell);
        cell.get().unwrap_or_else(first)
    }

    /// Makes all of them, also those that may never be counted.
    pub(super) fn make_all(self) {
        let (dialect, kind) = (self.series.labels.dialect, self.series.labels.kind);
        self.started();
        for code in 0..CODES {
            #[expect(clippy::cast_possible_truncation, reason = "there are 17 codes")]
            #[expect(clippy::cast_possible_wrap, reason = "there are 17 codes")]
            self.handled(Code::from_i32(code as i32));
        }
        if dialect.counts_unary_messages() || kind != CallKind::UnaryUnary {
            self.requests();
            self.responses();
        }
        self.handling();
        self.receiving();
        self.sending();
        self.in_flight();
    }
}

impl<R: Recorder> Clone for Place<'_, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R: Recorder> Copy for Place<'_, R> {}

// What makes a series stands apart, and takes what it needs one by one: what is not there has to cost nothing.

#[cold]
#[inline(never)]
fn first_counter<'a, R: Recorder>(
    recorder: &R,
    family: &Arc<Family>,
    series: &Series<R>,
    cell: &'a OnceLock<R::Counter>,
    code: Option<Code>,
) -> &'a R::Counter {
    cell.get_or_init(|| recorder.counter(family, &series.labels.values(code)))
}

#[cold]
#[inline(never)]
fn first_histogram<'a, R: Recorder>(
    recorder: &R,
    family: &Arc<Family>,
    series: &Series<R>,
    cell: &'a OnceLock<R::Histogram>,
) -> &'a R::Histogram {
    cell.get_or_init(|| recorder.histogram(family, &series.labels.values(None)))
}

#[cold]
#[inline(never)]
fn first_gauge<'a, R: Recorder>(
    recorder: &R,
    family: &Arc<Family>,
    series: &'a Series<R>,
) -> &'a R::Gauge {
    let make = || recorder.gauge(family, &series.labels.values(None));
    series.in_flight.get_or_init(make)
}
