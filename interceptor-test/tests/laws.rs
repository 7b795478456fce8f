//! The laws: what holds them, and what each way of breaking them is called. That each law rejects each mutant of a layer is
//! in the root's `tests/laws`.

#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

use grpc_interceptor::prelude::*;
use grpc_interceptor::tonic::body::Body;
use grpc_interceptor::{
    BoxInterceptor, CallKind, ExtensionType, Identity, Interceptor, Order, Rules, Side,
};
use http::{Request, Response};
use interceptor_test::{
    Case, Recorder,
    laws::{self, Law, Laws, Report, Svc},
};
use tower::{Service, ServiceExt as _};

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Names of what broke, each once.
fn names(report: &Report) -> Vec<&'static str> {
    let mut names: Vec<_> = report.broken().iter().map(|it| it.law.name).collect();
    names.dedup();
    names
}

#[test]
fn who_hands_on_holds_all() {
    let laws = Laws::of(Identity).passes_through().looks_at_nothing();
    let report = laws.report();
    report.assert();
    let laws = Law::all().len() - 1; // it declares nothing
    assert_eq!(report.cells(), laws * 8, "{report}");
    let first = format!(
        "Identity: {laws} laws, {} cells, all of them hold (",
        laws * 8
    );
    assert!(report.to_string().starts_with(&first), "{report}");
}

#[test]
fn who_looks_holds_what_it_can() {
    laws::check(Recorder::new("look"));
}

/// Gives way to others before it hands a reply on.
#[grpc_interceptor]
#[derive(Debug, Clone)]
struct GivesWay;

impl GivesWay {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let reply = next.run(call).await?;
        tokio::task::yield_now().await;
        Ok(reply)
    }
}

/// Makes an end that went well of a response that broke.
#[grpc_interceptor]
#[derive(Debug, Clone)]
struct EatsFailures;

impl EatsFailures {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        match next.run(call).await {
            Err(status) if status.code() == Code::DataLoss => {
                Err(Status::ok("it went well enough"))
            }
            result => result,
        }
    }
}

/// Believes that a message is text.
#[grpc_interceptor]
#[derive(Debug, Clone)]
struct Believes;

impl Believes {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let timeout = call.metadata().get("grpc-timeout");
        assert!(timeout.is_none_or(|it| it.as_bytes().ends_with(b"S")));
        let mut reply = next.run(call).await?;
        reply.payload_mut().inspect(|message| {
            let text: String = message.decode().expect("text");
            drop(text);
        })?;
        Ok(reply)
    }
}

/// Reads the request before it hands the call on.
#[derive(Debug, Clone)]
struct ReadsFirst;

#[grpc_interceptor(otherwise = pass)]
impl ReadsFirst {
    async fn intercept_call(
        &self,
        mut call: Call<UnaryUnary>,
        next: impl Next<UnaryUnary>,
    ) -> Result<Reply<UnaryUnary>, Status> {
        let message = call.payload_mut().message().await?;
        call.payload_mut().set_message(message);
        next.run(call).await
    }
}

/// Turns callers away who have no token.
#[grpc_interceptor]
#[derive(Debug, Clone)]
struct Token;

impl Token {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        if call.metadata().get("authorization").is_none() {
            return Err(Status::unauthenticated("no token"));
        }
        next.run(call).await
    }
}

/// Says that it provides who calls; and does so for those who have a name.
#[derive(Debug, Clone)]
struct User;

/// What the attribute writes of `provides(…)`, `requires(…)` and `server_only`.
macro_rules! ordered {
    ($name:ident, $rules:expr; $($method:ident $kind:ident),*) => {
        impl Interceptor for $name {
            const ORDER: Order = Order::of($rules);

            $(fn $method<N: Next<grpc_interceptor::$kind>>(
                &self,
                call: Call<grpc_interceptor::$kind>,
                next: N,
            ) -> impl Future<Output = Result<Reply<grpc_interceptor::$kind>, Status>> + Send {
                self.intercept_call(call, next)
            })*
        }
    };
    ($name:ident, $rules:expr) => {
        ordered!($name, $rules;
            intercept_unary_unary UnaryUnary,
            intercept_unary_stream UnaryStream,
            intercept_stream_unary StreamUnary,
            intercept_stream_stream StreamStream);
    };
}

const USER: &[ExtensionType] = &[ExtensionType::of::<User>("User")];

ordered!(Names, Rules::new("Names").provides(USER));
ordered!(
    Greets,
    Rules::new("Greets").requires(USER).only_on(Side::Server)
);

#[derive(Debug, Clone)]
struct Names {
    whom: &'static str,
}

impl Names {
    async fn intercept_call<T: CallType>(
        &self,
        mut call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        if !self.whom.is_empty() {
            call.extensions_mut().insert(User);
        }
        next.run(call).await
    }
}

/// Needs who calls.
#[derive(Debug, Clone)]
struct Greets;

impl Greets {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        if call.extensions().get::<User>().is_none() {
            return Err(Status::internal("nobody said who calls"));
        }
        next.run(call).await
    }
}

/// For calls with one message each way.
#[grpc_interceptor(kinds(unary_unary), otherwise = reject)]
#[derive(Debug, Clone)]
struct Single;

impl Single {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        next.run(call).await
    }
}

#[test]
fn who_eats_a_failure_breaks_cancellation() {
    let report = Laws::of(EatsFailures).report();
    assert!(report.has_broken("cancellation"), "{report}");
}

#[test]
fn who_believes_a_peer_breaks_bad_bytes() {
    let report = Laws::of(Believes).report();
    assert!(
        report.has_broken("bad_bytes") && report.has_broken("6"),
        "{report}"
    );
    let text = report.to_string();
    assert!(
        text.contains("BROKEN law 6 (bad_bytes): no bytes of a peer make anything panic"),
        "{text}"
    );
    assert!(
        text.contains("unary_unary on the client: it panicked: text"),
        "{text}"
    );
}

#[test]
fn who_is_slow_breaks_nothing_but_what_it_promised() {
    laws::check(GivesWay);
    let report = Laws::of(GivesWay).passes_through().report();
    assert_eq!(names(&report), ["duration"; 0], "{report}");
}

#[test]
fn who_reads_first_has_to_say_so() {
    let report = Laws::of(ReadsFirst).report();
    let mut broken = report.broken().into_iter();
    assert!(
        broken.all(|it| it.case.kind() == CallKind::UnaryUnary),
        "{report}"
    );
    assert_eq!(names(&report), ["short_circuit"], "{report}");
    Laws::of(ReadsFirst).reads_requests().check();
}

#[test]
fn who_asks_for_something_has_to_get_it() {
    let report = Laws::of(Token).report();
    assert!(report.has_broken("coverage"), "{report}");
    let why = "a call that nothing is wrong with comes to Unauthenticated [], and what is below was called 0 times";
    assert!(report.to_string().contains(why), "{report}");
    Laws::of(Token)
        .metadata("authorization", "Bearer s3cret")
        .passes_through()
        .looks_at_nothing()
        .check();
    Laws::of(Token).may_answer().check();
}

#[test]
fn who_declares_and_does_not_insert_is_named() {
    let report = Laws::of(Names { whom: "" }).report();
    assert_eq!(names(&report), ["provides"], "{report}");
    assert_eq!(report.broken().len(), 8, "{report}");
    let why = "it says that it provides `User`, and does not put it into the call's extensions";
    assert!(report.to_string().contains(why), "{report}");
    let report = Laws::of(Names { whom: "alice" }).passes_through().report();
    report.assert();
    assert!(
        !report.to_string().contains("provides asked nothing"),
        "{report}"
    );
}

#[test]
fn what_an_interceptor_requires_is_given_by_the_test() {
    let report = Laws::of(Greets).extension(User).report();
    report.assert();
    assert!(report.broken().is_empty());
    let report = Laws::of(Greets).report();
    let mut broken = report.broken().into_iter();
    assert!(broken.all(|it| it.case.side() == Side::Server), "{report}");
    assert!(report.has_broken("coverage"), "{report}");
}

#[test]
fn other_call_types_are_rejected_or_handed_on() {
    Laws::of(Single).kinds([CallKind::UnaryUnary]).check();
    let report = Laws::of(Single).report();
    assert!(report.has_broken("coverage"), "{report}");
    let mut broken = report.broken().into_iter();
    assert!(
        broken.all(|it| it.case.kind() != CallKind::UnaryUnary),
        "{report}"
    );
    Laws::of(Identity).kinds([CallKind::StreamStream]).check();
}

#[test]
fn an_interceptor_that_cannot_stand_there_is_named() {
    let report = Laws::of(Misplaced)
        .in_case(Case::new(CallKind::UnaryUnary, Side::Client))
        .report();
    assert!(
        report.to_string().contains("it cannot stand in a layer: "),
        "{report}"
    );
    let methods = Laws::of(Misplaced).method("/shop.Orders/Create", CallKind::UnaryUnary);
    methods.check();
}

/// A rule for a method of its own.
#[derive(Debug, Clone, InterceptorChain)]
struct Rule {
    #[chain(only = "/shop.Orders/Create")]
    token: Identity,
}

#[allow(non_upper_case_globals, reason = "it reads as the value that it is")]
const Misplaced: Rule = Rule { token: Identity };

#[test]
fn a_law_can_be_left_out_with_a_reason() {
    let report = Laws::of(Believes)
        .without("bad_bytes", "our peers are our own")
        .report();
    assert!(!report.has_broken("bad_bytes"));
    let told = "bad_bytes was left out: our peers are our own";
    assert!(report.to_string().contains(told), "{report}");
}

/// Hands on from a thread of its own, and counts.
#[grpc_interceptor(blocking)]
#[derive(Debug, Clone, Default)]
struct Blocks {
    calls: Arc<AtomicUsize>,
}

impl Blocks {
    fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: BlockingNext<T>,
    ) -> Result<Reply<T>, Status> {
        self.calls.fetch_add(1, Relaxed);
        next.run(call)
    }
}

#[test]
fn who_blocks_holds_them_in_real_time() {
    let blocks = Blocks::default();
    let report = Laws::of(blocks.clone()).real_time().report();
    report.assert();
    assert!(blocks.calls.load(Relaxed) > report.cells(), "{report}");
}

#[test]
fn a_layer_has_to_hold_all() {
    let layer = |side, chain: Vec<BoxInterceptor>, below| match side {
        Side::Client => {
            let layer = ClientLayer::new(chain, &Case::methods()).unwrap();
            erased(layer.layer(below))
        }
        Side::Server => {
            let layer = ServerLayer::new(chain, &Case::methods()).unwrap();
            erased(layer.layer(below))
        }
    };
    let report = Laws::of_layer("ours", layer).report();
    report.assert();
    let backwards = move |side, mut chain: Vec<BoxInterceptor>, below| {
        chain.reverse();
        layer(side, chain, below)
    };
    let report = Laws::of_layer("backwards", backwards).report();
    assert_eq!(names(&report), ["order"], "{report}");
    let why = "the order is b in, a in";
    assert!(report.to_string().contains(why), "{report}");
}

fn erased<S, B>(layered: S) -> Svc
where
    S: Service<Request<Body>, Response = Response<B>, Error: Into<BoxError>>
        + Clone
        + Send
        + 'static,
    S::Future: Send,
    B: http_body::Body<Data = bytes::Bytes, Error: Into<BoxError>> + Send + 'static,
{
    let layered = layered.map_response(|response| response.map(Body::new));
    Svc::new(layered.map_err(Into::into))
}

#[test]
#[should_panic(expected = "there is no law \"gravity\"")]
fn only_laws_that_there_are_can_be_left_out() {
    let _ = Laws::of(Identity).without("gravity", "it is heavy");
}

#[test]
#[should_panic(expected = "BROKEN law 6 (bad_bytes)")]
fn check_panics_with_what_broke() {
    laws::check(Believes);
}

#[tokio::test]
async fn the_laws_run_within_a_runtime_too() {
    laws::check(Identity);
}
