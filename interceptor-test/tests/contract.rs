//! tower's contract, and the order of events.

use std::{future::poll_fn, time::Duration};

use grpc_interceptor::InterceptorChain;
use interceptor_core::{
    ClientLayer, Identity,
    tonic::{Code, Status},
};
use interceptor_test::{Case, Failure, Harness, Peer, Readiness, ReadyProbe, Recorder, What, Who};
use tower::{Service, service_fn};

type Text = &'static str;

fn echo()
-> ReadyProbe<impl Service<Text, Response = Text, Error = Status, Future: Send + 'static> + Clone> {
    ReadyProbe::new(service_fn(async |text: Text| Ok::<_, Status>(text)))
}

#[tokio::test(start_paused = true)]
async fn a_service_that_is_ready_answers_once() {
    let mut service = echo();
    poll_fn(|cx| service.poll_ready(cx)).await.unwrap();
    assert_eq!(service.call("a").await.unwrap(), "a");
}

#[tokio::test(start_paused = true)]
#[should_panic(expected = "`call` without readiness of this very instance, which was not asked")]
async fn readiness_is_for_one_call() {
    let mut service = echo();
    poll_fn(|cx| service.poll_ready(cx)).await.unwrap();
    service.call("a").await.unwrap();
    let _ = service.call("b").await;
}

#[tokio::test(start_paused = true)]
#[should_panic(expected = "which was failed for good")]
async fn a_service_that_failed_is_not_to_be_called() {
    let failure = Failure::Other("out of order".into());
    let mut service = echo().readiness(Readiness::Fails(failure));
    let error = poll_fn(|cx| service.poll_ready(cx)).await.unwrap_err();
    assert_eq!(error.to_string(), "out of order");
    let _ = service.call("a").await;
}

#[tokio::test(start_paused = true)]
async fn each_clone_waits_for_readiness_of_its_own() {
    let time = Duration::from_secs(1);
    let mut service = echo().readiness(Readiness::After(time));
    let start = tokio::time::Instant::now();
    for _ in 0..2 {
        service = service.clone();
        poll_fn(|cx| service.poll_ready(cx)).await.unwrap();
    }
    assert_eq!(start.elapsed(), 2 * time);
}

#[tokio::test(start_paused = true)]
async fn a_service_that_is_never_ready_hangs_the_call() {
    let peer = Peer::echo().readiness(Readiness::Never);
    let outcome = Harness::unary_unary(Identity).peer(peer).call().await;
    assert!(outcome.attempts().is_empty());
    assert_eq!(outcome.code(), Code::Cancelled);
}

#[tokio::test(start_paused = true)]
async fn the_first_of_a_chain_is_outermost() {
    Harness::for_every_call_type(
        || {
            let look = |name| Recorder::new(name).without_messages();
            (look("a"), look("b"))
        },
        async |harness| {
            let outcome = harness.peer(Peer::reject(Code::Aborted)).call().await;
            let order =
                "a call, b call, b end Aborted, b error Aborted, a end Aborted, a error Aborted";
            assert_eq!(outcome.timeline().interceptors(), order, "{outcome}");
        },
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_timeline_has_all_three_and_the_time() {
    let time = Duration::from_millis(5);
    let harness = Harness::unary_unary(Recorder::new("look").without_messages());
    let outcome = harness.peer(Peer::reply(["a"]).after(time)).call().await;
    let timeline = outcome.timeline();
    assert_eq!(
        timeline.peer(),
        r#"peer 1 call, peer 1 request "one", peer 1 request ended cleanly, peer 1 headers, peer 1 response "a", peer 1 end Ok"#
    );
    assert_eq!(
        timeline.interceptors(),
        "look call, look end Ok, look reply"
    );
    let caller = r#"caller call, caller headers, caller response "a", caller end Ok"#;
    assert_eq!(timeline.caller(), caller);
    let events = timeline.events();
    assert_eq!(
        (&events[0].who, &events[0].what),
        (&Who::Caller, &What::Call)
    );
    assert_eq!(events.last().unwrap().at, time);
}

#[tokio::test(start_paused = true)]
async fn an_interceptor_finds_the_timeline_and_notes_something() {
    let timeline = interceptor_test::Timeline::new();
    timeline.note("retry", "waits 1s");
    assert_eq!(timeline.to_string(), "      0ns  retry     waits 1s\n");
}

#[test]
fn a_recorder_works_without_a_harness() {
    let layer = ClientLayer::new(Recorder::new("look"), &Case::methods()).unwrap();
    assert_eq!(format!("{layer:?}"), "ClientLayer(Recorder)");
    assert!(Recorder::new("look").ends().is_empty());
}

/// A rule that never fires.
#[derive(Debug, InterceptorChain)]
struct Misconfigured {
    #[chain(only = "/no.such.Service/Method")]
    look: Recorder,
}

fn misconfigured() -> Harness<Misconfigured> {
    let look = Recorder::new("look");
    Harness::unary_unary(Misconfigured { look })
}

#[test]
fn a_chain_can_be_checked() {
    let error = misconfigured().check().unwrap_err();
    assert!(error.to_string().contains("/no.such.Service/Method"));
}

#[tokio::test(start_paused = true)]
#[should_panic(expected = "no layer can be made of this interceptor: ")]
async fn a_chain_that_cannot_be_is_named() {
    misconfigured().call().await;
}
