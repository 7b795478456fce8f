//! What hedges send (A6; 1.7 and 1.10 of the checklist).

use bytes::Bytes;
use futures_util::stream;
use http::{Request, Response};
use http_body::Frame;
use http_body_util::{BodyExt as _, StreamBody};
use interceptor_core::{
    CallKind, ClientLayer, Side,
    tonic::{Code, Status, body::Body},
};
use interceptor_test::{
    Case, Harness, Moment, Peer, RequestEnd, Script, ScriptedBody, WireMessage,
};
use tokio::sync::mpsc;
use tower::{ServiceExt as _, service_fn};

use super::{attempts, echoes_after, hangs, hedge, millis, peer};

fn messages(count: usize) -> Vec<WireMessage> {
    (0..count)
        .map(|number| format!("message {number:>6}").into())
        .collect()
}

/// Ported: Java's `hedging_everythingDrained_oneNonFatal_oneFatal`: each message goes to each hedge under way; a later one
/// gets first what there was.
#[tokio::test(start_paused = true)]
async fn each_message_goes_to_each_hedge_under_way() {
    let all = messages(10);
    for case in Case::all().filter(|case| case.kind().client_streaming()) {
        let scripts = [hangs(), hangs(), echoes_after(0)];
        let harness = Harness::new(case, hedge(3, 35))
            .requests(&all)
            .peer(peer(scripts));
        let outcome = harness.request_pause(millis(10)).call().await;
        assert_eq!(outcome.messages(), case.echo(&all), "{outcome}");
        // where the response streams, it is decided at the third one's first message
        let streams = case.kind().server_streaming();
        let counts: Vec<_> = outcome
            .attempts()
            .iter()
            .map(|it| it.messages().len())
            .collect();
        assert_eq!(
            counts,
            if streams { [7, 7, 10] } else { [10, 10, 10] },
            "{outcome}"
        );
        for attempt in outcome.attempts() {
            assert!(all.starts_with(attempt.messages()), "in order: {outcome}");
        }
    }
}

/// Ported: .NET's test that counts the marshaller's calls: one for five hedges.
#[tokio::test(start_paused = true)]
async fn the_request_is_made_once() {
    for case in Case::all() {
        let body = ScriptedBody::new().messages(
            ["one", "two"]
                .iter()
                .take(if case.kind().client_streaming() { 2 } else { 1 })
                .copied(),
        );
        let probe = body.probe();
        let harness = Harness::new(case, hedge(5, 10))
            .request_body(body)
            .peer(Peer::hang());
        let outcome = harness.cancel_at(Moment::Elapsed(millis(100))).call().await;
        assert_eq!(attempts(&outcome), 5);
        let count = outcome.attempts()[0].messages().len();
        assert_eq!(probe.frames(), count, "made once: {outcome}");
        for attempt in outcome.attempts() {
            assert_eq!(attempt.messages(), outcome.attempts()[0].messages());
            assert_eq!(attempt.request_end(), RequestEnd::Clean);
        }
    }
}

/// Ported: Java's `hedging_perRpcBufferLimitExceeded`: the one that was sent most goes on, the others are cancelled at once,
/// and none begins.
#[tokio::test(start_paused = true)]
async fn over_the_limit_the_fastest_goes_on_alone() {
    let all = messages(20);
    let size = all[0].to_frame().len();
    for case in Case::all().filter(|case| case.kind().client_streaming()) {
        let slow = Script::new().read(1).hang();
        let fast = Script::new().read_all().wait(millis(50));
        let fast = fast.send("fast").end(Code::Ok);
        let hedge = hedge(4, 30).max_buffered_bytes(10 * size);
        let harness =
            Harness::new(case, hedge.clone())
                .requests(&all)
                .peer(peer([slow, fast, hangs()]));
        let outcome = harness.request_pause(millis(2)).call().await;
        assert_eq!(outcome.messages(), ["fast"], "{outcome}");
        assert_eq!(attempts(&outcome), 2, "{outcome}");
        assert_eq!(outcome.attempts()[1].messages(), all);
        let events = outcome.timeline().events();
        let dropped = events
            .iter()
            .find(|event| event.what == interceptor_test::What::Dropped);
        assert_eq!(
            dropped.unwrap().at,
            millis(50),
            "with the eleventh message: {outcome}"
        );
        assert_eq!(hedge.buffered_bytes(), 0);
    }
}

/// What it ends with is the call's, whatever it is.
#[tokio::test(start_paused = true)]
async fn what_went_on_alone_is_not_made_again() {
    let all = messages(20);
    for case in Case::all().filter(|case| case.kind().client_streaming()) {
        let hedge = hedge(4, 1_000).max_buffered_bytes(10);
        let harness = Harness::new(case, hedge).requests(&all);
        let outcome = harness.peer(Peer::reject(Code::Unavailable)).call().await;
        assert_eq!(
            (outcome.code(), attempts(&outcome)),
            (Code::Unavailable, 1),
            "{outcome}"
        );
        assert_eq!(outcome.attempts()[0].messages(), all);
    }
}

/// Ported: Java's `hedging_channelBufferLimitExceeded`.
#[tokio::test(start_paused = true)]
async fn over_the_limit_of_all_calls_one_goes_on_alone_too() {
    for case in Case::all() {
        let hedge = hedge(3, 10).max_total_buffered_bytes(20);
        let slow = Script::new().read_all().wait(millis(60));
        let slow = slow.send("slow").end(Code::Ok);
        let holds = Harness::new(case, hedge.clone())
            .requests(["0123456789"])
            .peer(Peer::hang());
        let holds = holds.cancel_at(Moment::Elapsed(millis(100)));
        let other = Harness::new(case, hedge.clone()).requests(["0123456789"]);
        let other = other.peer(Peer::script(slow.clone()));
        let later = async {
            // Under paused time.
            tokio::time::sleep(millis(5)).await;
            other.call().await
        };
        let (first, second) = tokio::join!(holds.call(), later);
        assert_eq!((attempts(&first), attempts(&second)), (3, 1), "{second}");
        assert_eq!(second.code(), Code::Ok);
        assert_eq!(hedge.buffered_bytes(), 0);
    }
}

/// What is below may still hold the request of a hedge that lost, as hyper's tasks do: it reads nothing more, or it might
/// use up the limit, and cut off the one that won.
#[tokio::test(start_paused = true)]
async fn losers_read_nothing_more_wherever_their_request_is() {
    for (kind, fails) in [
        (CallKind::StreamUnary, false),
        (CallKind::StreamUnary, true),
        (CallKind::StreamStream, false),
        (CallKind::StreamStream, true),
    ] {
        let (tell, mut told) = mpsc::unbounded_channel();
        let service = service_fn(move |request: Request<Body>| {
            let is_first = !request.headers().contains_key("grpc-previous-rpc-attempts");
            tell.send(request.into_body()).unwrap();
            async move {
                if is_first && fails {
                    return Ok(Status::unavailable("not fatal").into_http());
                }
                if is_first {
                    std::future::pending::<()>().await;
                }
                let body = StreamBody::new(stream::pending::<Result<Frame<Bytes>, Status>>());
                Ok::<_, Status>(Response::new(Body::new(body)))
            }
        });
        let layer = ClientLayer::new(hedge(2, 100), &Case::methods()).unwrap();
        let frames =
            stream::repeat_with(|| Ok::<_, Status>(Frame::data(Bytes::from("\0\0\0\0\0"))));
        let request = Request::post(Case::new(kind, Side::Client).path())
            .body(Body::new(StreamBody::new(frames)))
            .unwrap();
        let call = layer.layer(service).oneshot(request);
        let both = async {
            let mut loser: Body = told.recv().await.unwrap();
            let mut winner: Body = told.recv().await.unwrap();
            tokio::time::sleep(millis(1)).await; // paused time: headers were there
            assert!(loser.frame().await.unwrap().is_err(), "{kind}");
            assert!(winner.frame().await.unwrap().is_ok(), "{kind}");
        };
        let under_way = async {
            let _response = call.await.unwrap();
            std::future::pending::<()>().await;
        };
        tokio::select! {
            () = both => {}
            () = under_way => unreachable!("it streams for ever"),
        }
    }
}
