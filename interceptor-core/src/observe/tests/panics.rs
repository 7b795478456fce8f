//! A callback that panics changes nothing for the call.

use futures_util::FutureExt as _;
use tonic::Code;

use super::*;

const CALLBACKS: [&str; 7] = [
    "start",
    "wants_requests",
    "wants_responses",
    "request_message",
    "response_headers",
    "response_message",
    "end",
];

fn peer(case: Case) -> Peer {
    Peer {
        replies: case.replies(),
        ..Peer::new(Then::Trailers(Code::Ok))
    }
}

#[tokio::test]
async fn a_panicking_observer_changes_nothing() {
    for case in cases() {
        let bare = run(case, crate::Identity, peer(case), Caller::ReadsAll).await;
        for callback in CALLBACKS {
            let recorder = Arc::new(Recorder::panicking_at(callback));
            let observe = Observe::from(Arc::clone(&recorder));
            let seen = run(case, observe, peer(case), Caller::ReadsAll).await;
            assert_eq!(seen, bare, "{case:?} {callback}");
            // What panicked in `start` has no state, and so no end.
            let started = usize::from(callback != "start");
            assert_eq!(recorder.count("start"), 1, "{case:?} {callback}");
            assert_eq!(recorder.count("end"), started, "{case:?} {callback}");
            assert_eq!(recorder.in_flight(), 0, "{case:?} {callback}");
        }
    }
}

#[tokio::test]
async fn the_callbacks_after_a_panic_still_come() {
    for case in cases() {
        for callback in ["request_message", "response_headers", "response_message"] {
            let recorder = Arc::new(Recorder::panicking_at(callback));
            let observe = Observe::from(Arc::clone(&recorder));
            run(case, observe, peer(case), Caller::ReadsAll).await;
            let (requests, replies) = (case.requests(), case.replies());
            let events = case.events(Wants::Messages, requests, true, replies, Code::Ok);
            assert_eq!(recorder.events(), events, "{case:?} {callback}");
        }
    }
}

#[tokio::test]
async fn who_panics_when_asked_what_it_wants_gets_nothing() {
    for case in cases() {
        let recorder = Arc::new(Recorder::panicking_at("wants_requests"));
        let observe = Observe::from(Arc::clone(&recorder));
        run(case, observe, peer(case), Caller::ReadsAll).await;
        let events = case.events(Wants::Messages, 0, true, case.replies(), Code::Ok);
        assert_eq!(recorder.events(), events, "{case:?}");
    }
}

#[tokio::test]
async fn an_end_that_panics_during_unwinding_does_not_abort() {
    for then in [Then::PanicAtOnce, Then::Panic] {
        for case in cases() {
            let recorder = Arc::new(Recorder::panicking_at("end"));
            let observe = Observe::from(Arc::clone(&recorder));
            let seen = run(case, observe, Peer::new(then), Caller::ReadsAll).await;
            assert!(seen.panicked, "{case:?}");
            assert_eq!(recorder.count("end Internal"), 1, "{case:?}");
        }
    }
}

#[tokio::test]
async fn a_state_that_panics_when_it_is_dropped_changes_nothing() {
    struct Fragile;

    struct Panics;

    impl Drop for Panics {
        fn drop(&mut self) {
            assert!(std::thread::panicking(), "as asked");
        }
    }

    impl Observer for Fragile {
        type Call = Panics;

        fn start(&self, _: &mut Start<'_>) -> Panics {
            Panics
        }

        fn end(&self, _: Panics, _: &End<'_>) {}
    }

    for case in cases() {
        for caller in [Caller::ReadsAll, Caller::DropsTheBody(1)] {
            let bare = run(case, crate::Identity, peer(case), caller).await;
            let seen = run(case, Observe::new(Fragile), peer(case), caller).await;
            assert_eq!(seen, bare, "{case:?}");
        }
    }
}

#[test]
fn a_drop_outside_of_any_runtime_is_told_too() {
    for case in cases() {
        let recorder = Arc::new(Recorder::default());
        let observe = Observe::from(Arc::clone(&recorder));
        let call = send(
            case.channel(observe, Peer::new(Then::HangAtOnce)),
            case.request(),
            Caller::DropsTheCall,
        );
        assert!(call.now_or_never().is_some());
        assert_eq!(recorder.count("end Cancelled"), 1);
    }
}
