//! Observers made of observers.

use tonic::Code;

use super::*;
use crate::{ConfigError, Methods, Side};

fn peer(case: Case) -> Peer {
    Peer {
        replies: case.replies(),
        ..Peer::new(Then::Trailers(Code::Ok))
    }
}

#[tokio::test]
async fn both_see_what_they_want_and_no_more() {
    for case in cases() {
        for (first, second) in [
            (Wants::Nothing, Wants::Lengths),
            (Wants::Lengths, Wants::Messages),
            (Wants::Messages, Wants::Nothing),
        ] {
            let both = [first, second].map(|wants| Arc::new(Recorder::wanting(wants)));
            let pair = (Arc::clone(&both[0]), Arc::clone(&both[1]));
            run(case, Observe::new(pair), peer(case), Caller::ReadsAll).await;
            for recorder in both {
                let (requests, replies) = (case.requests(), case.replies());
                let events = case.events(recorder.wants, requests, true, replies, Code::Ok);
                assert_eq!(recorder.events(), events, "{case:?}");
                assert_eq!(recorder.in_flight(), 0, "{case:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_panic_of_one_is_nothing_to_the_other() {
    let callbacks = [
        "start",
        "wants_requests",
        "wants_responses",
        "request_message",
        "response_headers",
        "response_message",
        "end",
    ];
    for case in cases() {
        for callback in callbacks {
            let panicking = Arc::new(Recorder::panicking_at(callback));
            let calm = [(); 2].map(|()| Arc::new(Recorder::wanting(Wants::Messages)));
            let [first, second] = [0, 1].map(|index| Arc::clone(&calm[index]));
            let observe = Observe::new(((first, Arc::clone(&panicking)), second));
            run(case, observe, peer(case), Caller::ReadsAll).await;
            assert_eq!(panicking.in_flight(), 0, "{case:?} {callback}");
            for recorder in calm {
                let (requests, replies) = (case.requests(), case.replies());
                let events = case.events(Wants::Messages, requests, true, replies, Code::Ok);
                assert_eq!(recorder.events(), events, "{case:?} {callback}");
            }
        }
    }
}

#[tokio::test]
async fn several_interceptors_that_observe_count_alike() {
    for case in cases() {
        let all = [Wants::Lengths, Wants::Nothing, Wants::Messages];
        let all = all.map(|wants| Arc::new(Recorder::wanting(wants)));
        let [a, b, c] = [0, 1, 2].map(|index| Observe::from(Arc::clone(&all[index])));
        run(case, (a, b, c), peer(case), Caller::ReadsAll).await;
        for recorder in all {
            let (requests, replies) = (case.requests(), case.replies());
            let events = case.events(recorder.wants, requests, true, replies, Code::Ok);
            assert_eq!(recorder.events(), events, "{case:?}");
        }
    }
}

#[test]
fn the_check_is_passed_on_to_each() {
    struct Strict;

    impl Observer for Strict {
        type Call = ();

        fn start(&self, _: &mut Start<'_>) {}

        fn end(&self, (): (), _: &End<'_>) {}

        fn check(&self, methods: &Methods, side: Side) -> Result<(), ConfigError> {
            let _ = methods;
            Err(ConfigError::new(format!("not on the {side}")))
        }
    }

    let pair = || (Arc::new(Recorder::default()), Arc::new(Strict));
    let layer = crate::ClientLayer::new(Observe::new(pair()), &Methods::unknown());
    assert_eq!(layer.unwrap_err().to_string(), "not on the client");
    let layer = crate::ServerLayer::new(Observe::new(pair()), &Methods::unknown());
    assert_eq!(layer.unwrap_err().to_string(), "not on the server");
}
