//! What the docs say of allocations, counted: of `deadline`, `status`, `metrics`, `service_config`, and of what stands around a service
//! and finds nothing to do.

use std::time::Duration;

use allocation_counter::measure;
use interceptor_core::{
    BoxInterceptor, Call, CallType, ClientLayer, Interceptor, Next, Reply, ServerLayer, Side,
    tonic::{Code, Status},
};
use interceptor_kit::{
    auth::{Authentication, BearerTokens},
    compose::service_config::{Configured, ServiceConfig},
    deadline::Deadline,
    error::{MapStatus, Redact},
    header::Header,
    metrics::{Dialect, Metrics},
    recovery::Recovery,
    status::{CanonicalCodes, TrailersOnly},
};
use interceptor_macros::grpc_interceptor;
use interceptor_test::{Case, Harness, Peer, Script};

/// Hands each call on.
#[grpc_interceptor(crate = interceptor_core)]
#[derive(Clone)]
struct Pass;

impl Pass {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        next.run(call).await
    }
}

const LONG: Duration = Duration::from_secs(3600);

/// How many allocations a call takes that nobody keeps waiting. The first ones fill what is kept.
fn allocations<I: Interceptor + Clone>(
    case: Case,
    interceptor: I,
    deadline: Option<Duration>,
) -> u64 {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build();
    let runtime = runtime.unwrap_or_else(|error| panic!("{error}"));
    let peer = Peer::script(Script::new().echo().end(Code::Ok));
    let same = interceptor.clone();
    let mut harness = Harness::new(case, interceptor).peer(peer);
    if let Some(deadline) = deadline {
        harness = harness.deadline(deadline);
    }
    let call = || drop(runtime.block_on(harness.call()));
    call();
    call();
    // The harness makes a layer for each call, and a layer looks at the order of its chain.
    measure(call).count_total - of_a_layer(case, same)
}

fn of_a_layer<I: Interceptor + Clone>(case: Case, interceptor: I) -> u64 {
    // in a box, for which a layer asks at run time, as it does for the harness
    let (interceptor, methods) = (BoxInterceptor::new(interceptor), Case::methods());
    let made = measure(|| match case.side() {
        Side::Client => drop(ClientLayer::new(interceptor, &methods)),
        Side::Server => drop(ServerLayer::new(interceptor, &methods)),
    });
    made.count_total
}

/// How many more than with an interceptor that does nothing.
fn added<I: Interceptor + Clone>(case: Case, interceptor: I, deadline: Option<Duration>) -> u64 {
    let bare = allocations(case, Pass, deadline);
    allocations(case, interceptor, deadline) - bare
}

#[test]
fn a_deadline_on_a_client_takes_nothing_without_one() {
    for case in Case::on(Side::Client) {
        assert_eq!(added(case, Deadline::new(), None), 0, "{case}");
    }
}

#[test]
fn a_deadline_on_a_server_takes_two_for_the_parent_and_seven_for_a_stream() {
    for case in Case::on(Side::Server) {
        let streams = if case.kind().server_streaming() { 7 } else { 0 };
        let without = Deadline::new().inherits(false);
        assert_eq!(added(case, without, None), 0, "{case}");
        let stated = 2 + streams;
        let found = added(case, Deadline::new(), None);
        assert_eq!(found, stated, "{case}");
    }
}

/// By call type, as `Case::all` has them.
#[test]
fn a_deadline_takes_two_and_more_for_each_way_that_streams() {
    let stated = [2, 7, 7, 12, 2, 10, 7, 14];
    for (case, stated) in Case::all().zip(stated) {
        let found = added(case, Deadline::new(), Some(LONG));
        assert!(found <= stated, "{case}: {found}, not {stated}");
    }
}

#[test]
fn statuses_take_nothing_of_a_unary_response() {
    for case in Case::all() {
        let streams = u64::from(case.kind().server_streaming());
        assert_eq!(added(case, TrailersOnly::new(), None), 0, "{case}");
        let on_client = u64::from(case.side() == Side::Client);
        let codes = added(case, CanonicalCodes::new(), None);
        assert_eq!(codes, 4 * streams * on_client, "{case}");
    }
}

/// Once the series are there. In dialects `go` and `go_v1` the one message of a way that does not stream counts, too.
#[test]
fn metrics_take_one_for_requests_that_count_and_one_for_a_streamed_response() {
    for dialect in Dialect::ALL {
        for case in Case::all() {
            let kind = case.kind();
            let metrics = Metrics::builder().dialect(dialect).build();
            let metrics = metrics.unwrap_or_else(|error| panic!("{error}"));
            let requests = dialect.counts_unary_messages() || kind.client_streaming();
            let stated = u64::from(requests) + u64::from(kind.server_streaming());
            assert_eq!(added(case, metrics, None), stated, "{case} {dialect:?}");
        }
    }
}

#[test]
fn a_service_config_that_says_nothing_takes_no_more_than_a_retry() {
    for case in Case::on(Side::Client) {
        let retry = added(case, interceptor_kit::retry::Retry::new(), None);
        let found = added(case, Configured::new(ServiceConfig::default()), None);
        assert_eq!(found, retry, "{case}");
    }
}

/// A call that does not panic, does not fail, has nothing to be changed and nobody to be asked about.
#[test]
fn what_has_nothing_to_do_takes_nothing_of_a_unary_response() {
    for case in Case::all().filter(|case| !case.kind().server_streaming()) {
        assert_eq!(added(case, Recovery::new(), None), 0, "{case}");
        assert_eq!(added(case, Redact::new(), None), 0, "{case}");
        let codes = MapStatus::new().code(Code::NotFound, Code::Aborted);
        assert_eq!(added(case, codes, None), 0, "{case}");
    }
    for case in Case::all() {
        assert_eq!(added(case, Header::new(), None), 0, "{case}");
    }
    for case in Case::on(Side::Server) {
        let named = Authentication::new(BearerTokens::<()>::new()).except(case.path());
        let named = named.unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(added(case, named, None), 0, "{case}");
    }
}
