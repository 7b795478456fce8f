//! What an end has in it.

use h2::Reason;
use tonic::Code;

use super::*;
use crate::{Origin, Side, TransportKind};

#[tokio::test]
async fn an_end_has_status_and_trailers_if_they_came() {
    for case in cases() {
        for then in [
            Then::Trailers(Code::Ok),
            Then::Trailers(Code::Aborted),
            Then::TrailersOnly(Code::Aborted),
            Then::ResetAtOnce(Reason::CANCEL),
        ] {
            let last = Arc::new(LastEnd::default());
            let observe = Observe::from(Arc::clone(&last));
            run(case, observe, answers(then)(case), Caller::ReadsAll).await;
            let (status, trailers) = last.0.lock().unwrap().take().unwrap();
            let failed = then != Then::Trailers(Code::Ok);
            assert_eq!(status.is_some(), failed, "{case:?} {then:?}");
            let has = |name| trailers.as_ref().is_some_and(|all| all.get(name).is_some());
            let came = matches!(then, Then::Trailers(_));
            assert_eq!(has("x-trailer"), came, "{case:?} {then:?}");
        }
        let last = Arc::new(LastEnd::default());
        let observe = Observe::from(Arc::clone(&last));
        let peer = Peer::new(Then::HangAtOnce);
        run(case, observe, peer, Caller::DropsTheCall).await;
        let (status, trailers) = last.0.lock().unwrap().take().unwrap();
        assert!(status.is_none() && trailers.is_none(), "{case:?}");
    }
}

#[tokio::test]
async fn the_status_of_an_end_has_its_origin() {
    let reset = Origin::Transport {
        kind: TransportKind::Reset { reason: 8 },
        headers_received: true,
    };
    let peer = Origin::Peer {
        headers_received: true,
    };
    for case in cases() {
        for (then, on_client) in [
            (Then::Trailers(Code::Aborted), peer),
            (Then::Reset(Reason::CANCEL), reset),
        ] {
            let [outer, inner] = [(); 2].map(|()| Arc::new(LastEnd::default()));
            let observe = |last: &Arc<LastEnd>| Observe::from(Arc::clone(last));
            let chain = (observe(&outer), crate::Identity, observe(&inner));
            run(case, chain, answers(then)(case), Caller::ReadsAll).await;
            for last in [outer, inner] {
                let (status, _) = last.0.lock().unwrap().take().unwrap();
                let origin = Origin::of(&status.unwrap());
                match case.side {
                    Side::Client => assert_eq!(origin, on_client, "{case:?} {then:?}"),
                    Side::Server => assert_ne!(origin, peer, "{case:?} {then:?}"),
                }
            }
        }
    }
}
