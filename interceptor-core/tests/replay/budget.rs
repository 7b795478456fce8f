//! What all calls keep together, and requests that are in hand as a whole.

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, StreamBody};
use interceptor_core::{
    Call, CallType, Methods, Replay, ReplayBudget, Side, StreamUnary, UnaryUnary,
};
use tonic::{Status, body::Body};

use crate::support::path;

fn call<T: CallType>(body: Body) -> Call<T> {
    let methods = Methods::builder()
        .method(path(T::KIND), T::KIND)
        .build()
        .unwrap();
    let method = methods.get(path(T::KIND)).unwrap().clone();
    let mut call = Call::new(method, Side::Client, body);
    for number in 0..9 {
        let name = format!("x-{number}").parse::<http::HeaderName>().unwrap();
        let headers = call.metadata_mut().as_mut();
        headers.append(name.clone(), "one".parse().unwrap());
        headers.append(name, "two".parse().unwrap());
    }
    call.extensions_mut().insert("the caller's");
    call
}

fn whole(bytes: usize) -> Body {
    Body::new(Full::new(Bytes::from(vec![7; bytes])))
}

fn frames(frames: Vec<Result<Bytes, Status>>) -> Body {
    let frames = frames.into_iter().map(|it| it.map(http_body::Frame::data));
    Body::new(StreamBody::new(futures_util::stream::iter(frames)))
}

/// The bytes of an attempt, as a service below reads them.
async fn read<T: CallType>(attempt: Call<T>) -> Result<Bytes, Status> {
    let mut replay = attempt.into_replay(usize::MAX);
    let body = body_of(replay.attempt().unwrap()).await;
    Ok(body?.collect().await?.to_bytes())
}

/// Through the layer, which is how a body leaves a call.
async fn body_of<T: CallType>(attempt: Call<T>) -> Result<Body, Status> {
    use interceptor_core::{ClientLayer, Next, Reply};
    use std::sync::{Arc, Mutex};
    use tower::{ServiceExt as _, service_fn};

    #[derive(Clone)]
    struct Sends<T: CallType>(Arc<Mutex<Option<Call<T>>>>);

    macro_rules! sends {
        ($($method:ident $kind:ident),*) => {
            impl<T: CallType> interceptor_core::Interceptor for Sends<T> {$(
                async fn $method<N: Next<interceptor_core::$kind>>(
                    &self,
                    _: Call<interceptor_core::$kind>,
                    next: N,
                ) -> Result<Reply<interceptor_core::$kind>, Status> {
                    let call = self.0.lock().unwrap().take().unwrap();
                    let call = (&mut Some(call) as &mut dyn std::any::Any)
                        .downcast_mut::<Option<Call<interceptor_core::$kind>>>()
                        .and_then(Option::take);
                    next.run(call.unwrap()).await
                }
            )*}
        };
    }
    sends!(
        intercept_unary_unary UnaryUnary,
        intercept_unary_stream UnaryStream,
        intercept_stream_unary StreamUnary,
        intercept_stream_stream StreamStream
    );

    let taken = Arc::new(Mutex::new(None));
    let keep = Arc::clone(&taken);
    let service = service_fn(move |request: http::Request<Body>| {
        *keep.lock().unwrap() = Some(request.into_body());
        async { Err::<http::Response<Body>, _>(Status::aborted("taken")) }
    });
    let methods = Methods::builder()
        .method(path(T::KIND), T::KIND)
        .build()
        .unwrap();
    let chain = Sends(Arc::new(Mutex::new(Some(attempt))));
    let client = ClientLayer::new(chain, &methods).unwrap().layer(service);
    let request = http::Request::post(path(T::KIND))
        .body(Body::empty())
        .unwrap();
    let result = client.oneshot(request).await;
    assert!(result.is_err());
    let body = taken.lock().unwrap().take();
    body.ok_or_else(|| Status::internal("nothing came"))
}

#[tokio::test]
async fn a_unary_request_in_hand_is_kept_at_once_and_given_back() {
    let budget = ReplayBudget::new(250);
    let mut first: Replay<UnaryUnary> = call(whole(100)).into_replay_within(100, &budget);
    assert_eq!((budget.held_bytes(), first.buffered_bytes()), (100, 100));
    let attempts = [first.restart(), first.restart()].map(Option::unwrap);
    assert_eq!(first.attempts(), 2);
    for (number, attempt) in (0..).zip(attempts) {
        let seen = (attempt.attempt(), attempt.method());
        assert_eq!(seen, (number, first.method()));
        assert_eq!(read(attempt).await.unwrap().len(), 100);
    }
    let second: Replay<UnaryUnary> = call(whole(100)).into_replay_within(100, &budget);
    assert_eq!((budget.held_bytes(), budget.max_bytes()), (200, 250));
    let mut third: Replay<UnaryUnary> = call(whole(51)).into_replay_within(100, &budget);
    assert_eq!(budget.held_bytes(), 200, "no room for that");
    let attempt = third.attempt().unwrap();
    assert_eq!(
        read(attempt).await.unwrap().len(),
        51,
        "it is sent all the same"
    );
    assert!(third.attempt().is_none() && !third.can_attempt());
    for _ in 0..3 {
        let attempt = first.attempt().unwrap();
        assert_eq!(read(attempt).await.unwrap().len(), 100);
    }
    drop((first, third));
    assert_eq!(budget.held_bytes(), 100);
    drop(second);
    assert_eq!(budget.held_bytes(), 0);
}

#[tokio::test]
async fn over_its_own_limit_it_is_sent_once() {
    for (bytes, again) in [(100, true), (101, false)] {
        let budget = ReplayBudget::new(1_000);
        let mut replay: Replay<UnaryUnary> = call(whole(bytes)).into_replay_within(100, &budget);
        assert_eq!(read(replay.attempt().unwrap()).await.unwrap().len(), bytes);
        assert_eq!(replay.attempt().is_some(), again);
        drop(replay);
        assert_eq!(budget.held_bytes(), 0);
    }
}

#[tokio::test]
async fn each_attempt_has_the_head_of_the_call() {
    let budget = ReplayBudget::new(1_000);
    let mut replay: Replay<UnaryUnary> = call(whole(10)).into_replay_within(100, &budget);
    for number in 0..3 {
        let mut attempt = replay.attempt().unwrap();
        assert_eq!(attempt.attempt(), number);
        assert_eq!(attempt.extensions().get(), Some(&"the caller's"));
        for name in 0..9 {
            let values = attempt.metadata().get_all(format!("x-{name}"));
            assert!(values.iter().eq(["one", "two"]));
        }
        attempt.metadata_mut().clear();
        attempt.extensions_mut().clear();
    }
}

/// Frames are not put together, and what failed while it was read ahead fails the attempt.
#[tokio::test]
async fn what_is_not_one_frame_is_recorded_while_it_is_read() {
    let budget = ReplayBudget::new(1_000);
    let part = || Ok(Bytes::from_static(b"0123456789"));
    let body = frames((0..5).map(|_| part()).collect());
    let mut replay: Replay<UnaryUnary> = call(body).into_replay_within(100, &budget);
    assert_eq!(budget.held_bytes(), 0, "nothing was sent yet");
    for _ in 0..2 {
        assert_eq!(read(replay.attempt().unwrap()).await.unwrap().len(), 50);
        assert_eq!(budget.held_bytes(), 50);
    }
    drop(replay);
    assert_eq!(budget.held_bytes(), 0);

    let body = frames(vec![part(), Err(Status::aborted("here"))]);
    let mut replay: Replay<UnaryUnary> = call(body).into_replay_within(100, &budget);
    let status = read(replay.attempt().unwrap()).await.unwrap_err();
    assert_eq!(status.message(), "here");
    assert!(!replay.can_attempt());
    drop(replay);
    assert_eq!(budget.held_bytes(), 0);
}

#[tokio::test]
async fn a_stream_is_not_read_ahead() {
    let budget = ReplayBudget::new(1_000);
    let mut replay: Replay<StreamUnary> = call(whole(100)).into_replay_within(100, &budget);
    assert_eq!(budget.held_bytes(), 0);
    assert_eq!(read(replay.attempt().unwrap()).await.unwrap().len(), 100);
    assert_eq!(budget.held_bytes(), 100);
    let attempt = replay.attempt().unwrap();
    drop(replay);
    assert_eq!(budget.held_bytes(), 100, "an attempt still reads it");
    assert_eq!(read(attempt).await.unwrap().len(), 100);
    assert_eq!(budget.held_bytes(), 0);
}

/// One that is given up is cut off; the others go on.
#[tokio::test]
async fn an_attempt_that_is_over_may_be_given_up() {
    let budget = ReplayBudget::new(1_000);
    let mut replay: Replay<StreamUnary> = call(whole(100)).into_replay_within(50, &budget);
    let (over, other) = (replay.attempt().unwrap(), replay.attempt().unwrap());
    replay.give_up(0);
    assert!(read(over).await.is_err(), "cut off");
    assert_eq!((replay.alone(), replay.can_attempt()), (None, true));
    assert_eq!(read(other).await.unwrap().len(), 100);
    assert_eq!(
        (replay.alone(), replay.can_attempt()),
        (Some(1), false),
        "over the limit"
    );
}
