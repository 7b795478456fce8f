//! A caller that goes away, a peer that is gone in the middle, a deadline outside and inside: with what stands around a service
//! and has nothing to do, each ends as it does without.

use std::time::Duration;

use interceptor_core::{
    Call, CallType, Interceptor, Next, Reply, Side,
    tonic::{Code, Status},
};
use interceptor_kit::{
    auth::{Authentication, BearerTokens, CallCredentials, Token},
    authz::{Authorization, Policy},
    deadline::Deadline,
    error::{MapStatus, Redact},
    header::Header,
    recovery::Recovery,
    request_id::RequestIds,
};
use interceptor_macros::grpc_interceptor;
use interceptor_test::{Attempt, Case, Ending, Harness, Moment, Outcome, Peer};

const POLICY: &str = r#"{ "name": "all", "allow_rules": [{ "name": "all" }] }"#;

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

/// Something that is done with each interceptor.
trait Check {
    /// One call type on one side.
    async fn check<I: Interceptor>(&self, case: Case, name: &str, interceptor: impl Fn() -> I);
}

/// All of them, in all call types and on the sides where they stand.
async fn with_each(check: impl Check) {
    for case in Case::all() {
        check.check(case, "recovery", Recovery::new).await;
        check.check(case, "redact", Redact::new).await;
        let codes = || MapStatus::new().code(Code::NotFound, Code::Aborted);
        check.check(case, "map", codes).await;
        check.check(case, "header", header).await;
        check.check(case, "request_id", RequestIds::new).await;
    }
    for case in Case::on(Side::Server) {
        check.check(case, "auth", authentication).await;
        check.check(case, "authz", authorization).await;
    }
    for case in Case::on(Side::Client) {
        check.check(case, "credentials", credentials).await;
    }
}

fn header() -> Header {
    let header = Header::new().set("x-region", "eu-north");
    let header = header.and_then(|header| header.reply_set("x-served-by", "echo-1"));
    header.unwrap_or_else(|error| panic!("{error}"))
}

fn authentication() -> Authentication<BearerTokens<()>> {
    let tokens = BearerTokens::new().token("s3cret", ());
    Authentication::new(tokens.unwrap_or_else(|error| panic!("{error}")))
}

fn authorization() -> Authorization<Policy> {
    let policy = Policy::from_json(POLICY);
    Authorization::new(policy.unwrap_or_else(|error| panic!("{error}")))
}

fn credentials() -> CallCredentials {
    CallCredentials::over_plaintext(|| async { Token::new("s3cret") }).resends(false)
}

fn harness<I: Interceptor>(case: Case, interceptor: I, peer: Peer) -> Harness<I> {
    let harness = Harness::new(case, interceptor).peer(peer);
    match case.side() {
        Side::Server => harness.metadata("authorization", "Bearer s3cret"),
        Side::Client => harness,
    }
}

/// How a call ended for its caller, and for the service below.
fn ends(outcome: &Outcome) -> impl PartialEq + std::fmt::Debug + use<> {
    let below = |attempt: &Attempt| {
        (
            attempt.request_end(),
            attempt.response_end(),
            attempt.is_dropped(),
        )
    };
    let below: Vec<_> = outcome.attempts().iter().map(below).collect();
    let code = (outcome.ending() != Ending::Cancelled).then(|| outcome.code());
    let messages = outcome.messages().len();
    (outcome.ending(), code, messages, outcome.elapsed(), below)
}

struct CallerGone;

impl Check for CallerGone {
    async fn check<I: Interceptor>(&self, case: Case, name: &str, interceptor: impl Fn() -> I) {
        for moment in [
            Moment::Requests(1),
            Moment::BeforeHeaders,
            Moment::Responses(0),
            Moment::Responses(1),
        ] {
            let bare = harness(case, Pass, Peer::echo()).cancel_at(moment);
            let with = harness(case, interceptor(), Peer::echo()).cancel_at(moment);
            let (bare, with) = (bare.call().await, with.call().await);
            assert_eq!(ends(&with), ends(&bare), "{name}, {moment:?}: {with}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_goes_away_ends_the_call_below_at_once() {
    with_each(CallerGone).await;
}

struct PeerGone;

impl Check for PeerGone {
    async fn check<I: Interceptor>(&self, case: Case, name: &str, interceptor: impl Fn() -> I) {
        for (what, peer) in [
            ("never there", Peer::unreachable()),
            ("gone at once", Peer::drop_after(0)),
            ("gone behind a message", Peer::drop_after(1)),
            ("without an end", Peer::no_trailers()),
        ] {
            let bare = harness(case, Pass, peer.clone()).call().await;
            let with = harness(case, interceptor(), peer).call().await;
            assert_ne!(with.code(), Code::Ok, "{name}, {what}: {with}");
            assert_eq!(with.code(), bare.code(), "{name}, {what}: {with}");
            if case.kind().server_streaming() {
                // a unary response with a status of ours is that status alone
                let (with, bare) = (with.messages().len(), bare.messages().len());
                assert_eq!(with, bare, "{name}, {what}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_is_gone_is_an_error_of_the_same_code() {
    with_each(PeerGone).await;
}

struct Deadlines;

impl Check for Deadlines {
    async fn check<I: Interceptor>(&self, case: Case, name: &str, interceptor: impl Fn() -> I) {
        let time = Duration::from_secs(3);
        for peer in [Peer::hang(), Peer::hang_after(1)] {
            let outside = (Deadline::new(), interceptor());
            let inside = (interceptor(), Deadline::new());
            let outside = harness(case, outside, peer.clone()).deadline(time);
            let inside = harness(case, inside, peer).deadline(time);
            for outcome in [outside.call().await, inside.call().await] {
                assert_eq!(outcome.code(), Code::DeadlineExceeded, "{name}: {outcome}");
                assert_eq!(outcome.elapsed(), time, "{name}: {outcome}");
                assert!(outcome.attempts().iter().all(Attempt::is_dropped), "{name}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_deadline_holds_outside_and_inside() {
    with_each(Deadlines).await;
}
