//! Layers that are broken, each in one way that was seen in the wild. The tests of the laws must reject each of them.
//!
//! Who includes this has the module `support` of `interceptor-core/tests` at its root.

mod body;
mod buffers;
mod bytes;
mod cancellation;
mod cost;
mod coverage;
mod deadlines;
mod edges;
mod ends;
mod order;
mod pump;
mod retries;
mod runtimes;
mod transparency;
mod unknown;
mod web;

use std::sync::Arc;

use http::Request;
use interceptor_core::{BoxInterceptor, CallKind, Interceptor, Side};
use interceptor_test::laws::{
    body::Log,
    scene::{Chain, Ends, Way},
};
use tonic::{Code, body::Body};
use tower::ServiceExt as _;

use crate::support::{Svc, around, path, service};

/// A way to put interceptors around a service: what the laws are about.
#[derive(Clone)]
pub(crate) struct Subject {
    pub(crate) name: &'static str,
    layer: Layer,
    ends: Option<Tell>,
    counts: Counts,
}

/// From the outermost to the innermost, around what is below.
type Layer = Arc<dyn Fn(Side, Vec<BoxInterceptor>, Svc) -> Svc + Send + Sync>;

/// An interceptor that writes down how each call ended.
type Tell = Arc<dyn Fn(&Log<Code>) -> BoxInterceptor + Send + Sync>;

/// A new interceptor that counts calls by labels.
type Counts = Arc<dyn Fn() -> Counted + Send + Sync>;

/// An interceptor that counts calls, and how many series there are by now.
pub(crate) struct Counted {
    pub(crate) interceptor: BoxInterceptor,
    pub(crate) series: Box<dyn Fn() -> usize + Send>,
}

/// A subject that breaks a law.
pub(crate) struct Mutant {
    pub(crate) subject: Subject,
    /// The law that has to reject it, or the pitfall (`P9`).
    pub(crate) law: &'static str,
    /// A part of the reason that has to be given.
    pub(crate) says: &'static str,
    /// Where it is broken. Elsewhere the law has to hold.
    pub(crate) breaks: fn(CallKind, Side) -> bool,
    /// The rows of the list of pitfalls that it has fallen into.
    pub(crate) pitfalls: &'static [u8],
}

// === impl Subject ===

impl Subject {
    /// A layer of ours, with interceptors that hand on around and within the chain.
    pub(crate) fn new(
        name: &'static str,
        layer: impl Fn(Side, Vec<BoxInterceptor>, Svc) -> Svc + Send + Sync + 'static,
    ) -> Self {
        Self {
            name,
            layer: Arc::new(layer),
            ends: None,
            counts: Arc::new(crate::recorder::metrics),
        }
    }

    /// A chain that has this interceptor as its innermost.
    pub(crate) fn inside(name: &'static str, interceptor: impl Interceptor + Clone) -> Self {
        Self::new(name, move |side, mut chain, below| {
            chain.push(BoxInterceptor::new(interceptor.clone()));
            around(side, chain, below)
        })
    }

    /// A chain that has this interceptor as its outermost.
    pub(crate) fn outside(name: &'static str, interceptor: impl Interceptor + Clone) -> Self {
        Self::new(name, move |side, chain, below| {
            around(side, (interceptor.clone(), chain), below)
        })
    }

    /// Our layer, with something broken right above it.
    pub(crate) fn above(name: &'static str, broken: fn(Svc) -> Svc) -> Self {
        Self::new(name, move |side, chain, below| {
            broken(around(side, chain, below))
        })
    }

    /// Our layer, with something broken right below it.
    pub(crate) fn below(name: &'static str, broken: fn(Svc) -> Svc) -> Self {
        Self::new(name, move |side, chain, below| {
            around(side, chain, broken(below))
        })
    }

    /// A layer of ours that tells of ends in another way.
    pub(crate) fn telling(
        name: &'static str,
        ends: impl Fn(&Log<Code>) -> BoxInterceptor + Send + Sync + 'static,
    ) -> Self {
        let ours = Self::new(name, around);
        Self {
            ends: Some(Arc::new(ends)),
            ..ours
        }
    }

    /// A layer of ours that counts calls in another way.
    pub(crate) fn counting(
        name: &'static str,
        counts: impl Fn() -> Counted + Send + Sync + 'static,
    ) -> Self {
        let ours = Self::new(name, around);
        Self {
            counts: Arc::new(counts),
            ..ours
        }
    }

    pub(crate) fn counted(&self) -> Counted {
        (self.counts)()
    }
}

impl Way for Subject {
    fn name(&self) -> String {
        self.name.to_owned()
    }

    fn layer(&self, side: Side, chain: Chain, below: Svc) -> Svc {
        (self.layer)(side, chain.all(), below)
    }

    fn ends(&self, log: &Log<Code>) -> BoxInterceptor {
        match &self.ends {
            Some(ends) => ends(log),
            None => BoxInterceptor::new(Ends::new(log)),
        }
    }
}

/// All of them. `cargo xtask tidy` reads this list.
pub(crate) fn all() -> Vec<Mutant> {
    let mut all = of_laws();
    all.extend(of_pitfalls());
    all
}

/// What a law rejects.
fn of_laws() -> Vec<Mutant> {
    vec![
        transparency::drops_trailers(),
        transparency::lies_in_size_hint(),
        transparency::loses_repeated_headers(),
        transparency::makes_statuses_anew(),
        transparency::re_encodes(),
        transparency::reads_the_status_in_headers_alone(),
        transparency::rejects_by_http(),
        transparency::repeats_reserved_headers(),
        transparency::strips_reserved_headers(),
        transparency::wraps_statuses(),
        order::replaces_the_first(),
        order::reverses_streams(),
        order::reverses_the_order(),
        ends::forgets_the_dropped(),
        ends::never_tells(),
        ends::takes_a_drop_for_ok(),
        ends::takes_no_trailers_for_ok(),
        ends::tells_at_headers(),
        ends::tells_twice(),
        coverage::reads_before_it_asks(),
        coverage::rejects_with_an_empty_answer(),
        coverage::runs_below_all_the_same(),
        cancellation::eats_a_reset(),
        cancellation::ends_a_broken_request_cleanly(),
        cancellation::keeps_calling_after_a_drop(),
        cancellation::keeps_reading_after_a_drop(),
        bytes::panics_on_bad_bytes(),
        bytes::reads_statuses_with_tonic(),
        buffers::buffers_without_bound(),
        buffers::keeps_whole_responses(),
        coverage::intercepts_post_alone(),
        coverage::passes_streams_by(),
        coverage::trusts_the_content_type(),
        buffers::collects_a_stream(),
        buffers::holds_one_back(),
        buffers::keeps_whole_requests(),
        buffers::reads_ahead(),
        cost::boxes_each_frame(),
        cost::copies_a_request(),
        cost::copies_a_stream(),
        cost::cuts_frames_anew(),
        cost::wraps_the_request(),
    ]
}

/// What a check of a pitfall rejects.
fn of_pitfalls() -> Vec<Mutant> {
    vec![
        cancellation::takes_a_panic_for_the_end(),
        edges::calls_an_unready_clone(),
        edges::ends_before_its_trailers(),
        edges::ignores_readiness(),
        edges::loses_extensions(),
        edges::loses_extensions_of_responses(),
        edges::makes_everything_post(),
        edges::makes_failures_texts(),
        edges::sends_the_first_request_again(),
        edges::shows_unary_calls_alone(),
        ends::closes_a_span_at_headers(),
        transparency::makes_limits_internal(),
        transparency::puts_data_behind_an_error(),
        retries::makes_attempts_below_the_chain(),
        retries::goes_on_with_the_last_attempts_metadata(),
        retries::keeps_requests_without_bound(),
        retries::sends_a_part_again(),
        retries::makes_attempts_behind_messages(),
        deadlines::takes_a_deadline_for_a_cancel(),
        deadlines::waits_for_headers_alone(),
        deadlines::reads_any_number_of_digits(),
        deadlines::sends_what_has_no_time_left(),
        deadlines::takes_minutes_for_milliseconds(),
        deadlines::writes_nanoseconds_alone(),
        web::answers_without_a_status(),
        web::answers_with_two_statuses(),
        runtimes::blocks_in_place(),
        runtimes::blocks_on_the_runtimes_thread(),
        unknown::labels_calls_as_they_come(),
        unknown::passes_unknown_methods_by(),
    ]
}

/// The call type of the method that a request calls.
fn kind_of(request: &Request<Body>) -> Option<CallKind> {
    let is_its = |kind: &CallKind| request.uri().path() == path(*kind);
    CallKind::ALL.into_iter().find(is_its)
}

/// One service for some call types, another for the others.
fn by_kind(others: Svc, chosen: Svc, is_chosen: fn(CallKind) -> bool) -> Svc {
    service(move |request: Request<Body>| {
        let is_chosen = kind_of(&request).is_some_and(is_chosen);
        let to = if is_chosen { &chosen } else { &others };
        to.clone().oneshot(request)
    })
}
