//! The rows of the table that the peer, or a service below, decides.

use futures_util::stream;
use h2::Reason;
use http::Response;
use interceptor_core::{
    Call, CallKind, CallType, Interceptor, Message, Next, Reply, StreamStream, StreamUnary,
    UnaryStream, UnaryUnary,
};
use tonic::{Code, Status, body::Body};

use super::{Told, twice};
use crate::support::{
    BoxError, Edge, Svc, around,
    body::{
        Step, answer, body, data, failed, frame, headers, ok, refuse, request, respond, status,
    },
    caller::{Outcome, call},
    chain::Reject,
    everywhere, service,
};

fn below(response: impl Fn() -> Response<Body> + Clone + Send + 'static) -> Svc {
    service(move |_| std::future::ready(Ok(response())))
}

fn failing(error: impl Fn() -> BoxError + Clone + Send + 'static) -> Svc {
    service(move |_| std::future::ready(Err(error())))
}

/// Both are told that code, once, and the caller sees the outcome.
async fn assert_end(below: Svc, expected: impl Fn(CallKind) -> Code, what: &str) {
    for (kind, side) in everywhere() {
        let told = Told::new();
        let service = around(side, twice(&told), below.clone());
        call(&service, kind, &["a"]).await;
        drop(service);
        let expected = [expected(kind); 2];
        assert_eq!(told.codes(), expected, "{what}, {kind}, on the {side}");
    }
}

/// Pitfall P2.
#[tokio::test]
async fn trailers() {
    for number in 0..17 {
        let code = Code::from(number);
        let messages = below(move || answer([data("a"), failed(code, "text")]));
        assert_end(messages, |_| code, "a message").await;
        let none = below(move || answer([failed(code, "text")]));
        let is_missing = |kind: CallKind| code == Code::Ok && !kind.server_streaming();
        let expected = |kind| {
            if is_missing(kind) {
                Code::Internal
            } else {
                code
            }
        };
        assert_end(none, expected, "no message").await;
    }
}

/// Pitfall P2.
#[tokio::test]
async fn answers_without_messages() {
    for number in 1..17 {
        let code = Code::from(number);
        assert_end(below(move || refuse(code, "text")), |_| code, "refused").await;
    }
}

/// A body that says at once that it is at its end is never polled.
#[tokio::test]
async fn headers_that_end_the_stream() {
    let ok = below(|| {
        let mut response = respond(Body::empty());
        response.headers_mut().extend(status(Code::Ok, ""));
        response
    });
    let expected = |kind: CallKind| {
        if kind.server_streaming() {
            Code::Ok
        } else {
            Code::Internal // no message
        }
    };
    assert_end(ok, expected, "OK").await;
    assert_end(
        below(|| respond(Body::empty())),
        |_| Code::Unknown,
        "no status",
    )
    .await;
}

/// Pitfall P2.
#[tokio::test]
async fn no_trailers() {
    assert_end(
        below(|| answer([data("a")])),
        |_| Code::Unknown,
        "a message",
    )
    .await;
    assert_end(below(|| answer([])), |_| Code::Unknown, "no message").await;
    let other = || answer([data("a"), Step::Trailers(headers(&[("x-other", "1")]))]);
    assert_end(below(other), |_| Code::Unknown, "other trailers").await;
    let half = || answer([Step::Data(frame("a").slice(..6))]);
    let expected = |kind: CallKind| {
        if kind.server_streaming() {
            Code::Unknown // nobody looked at it
        } else {
            Code::Internal // as tonic has it
        }
    };
    assert_end(below(half), expected, "half a message").await;
}

#[tokio::test]
async fn no_grpc() {
    for (http, code) in [
        (400, Code::Internal),
        (401, Code::Unauthenticated),
        (403, Code::PermissionDenied),
        (404, Code::Unimplemented),
        (429, Code::Unavailable),
        (500, Code::Unknown),
        (503, Code::Unavailable),
    ] {
        let response = move || {
            let text = Step::Data("<html>no</html>".into());
            Response::builder().status(http).body(body([text])).unwrap()
        };
        assert_end(below(response), |_| code, "an HTTP error").await;
    }
}

/// By where it comes from, and not by tonic's code for it.
#[tokio::test]
async fn failures_on_the_way() {
    let reset = |reason: Reason| move || BoxError::from(h2::Error::from(reason));
    for (reason, code) in [
        (Reason::CANCEL, Code::Cancelled),
        (Reason::REFUSED_STREAM, Code::Unavailable),
        (Reason::ENHANCE_YOUR_CALM, Code::ResourceExhausted),
        (Reason::INTERNAL_ERROR, Code::Internal),
    ] {
        assert_end(failing(reset(reason)), |_| code, "a reset").await;
        let broken = move || {
            let status = Status::from_error(reset(reason)());
            answer([data("a"), Step::Fail(status)])
        };
        assert_end(below(broken), |_| code, "a reset after the headers").await;
    }
    let own = || BoxError::from(Status::resource_exhausted("full"));
    assert_end(failing(own), |_| Code::ResourceExhausted, "a status").await;
    let other = || BoxError::from("something else");
    assert_end(failing(other), |_| Code::Unknown, "an error").await;
    let broken = || answer([data("a"), Step::Fail(Status::data_loss("broken"))]);
    assert_end(below(broken), |_| Code::DataLoss, "a broken body").await;
}

/// The status is told, too, and the innermost is told first.
#[tokio::test]
async fn the_status_is_told() {
    for (kind, side) in everywhere() {
        let told = Told::new();
        let below = below(|| answer([data("a"), failed(Code::Aborted, "text")]));
        call(&around(side, told.clone(), below), kind, &["a"]).await;
        let end = (Code::Aborted, Some("text".to_owned()));
        assert_eq!(told.ends.take(), [end], "{kind} {side}");

        let below = self::below(|| answer([data("a"), ok()]));
        call(&around(side, told.clone(), below), kind, &["a"]).await;
        assert_eq!(told.ends.take(), [(Code::Ok, None)], "{kind} {side}");
    }
}

/// A short-circuit with a status, or with an answer, is an end like any other for those outside.
#[tokio::test]
async fn short_circuits() {
    for (kind, side) in everywhere() {
        let told = Told::new();
        let reject = Reject::with(Status::permission_denied("no"));
        let service = around(side, (twice(&told), reject), below(|| panic!("it runs")));
        call(&service, kind, &["a"]).await;
        assert_eq!(told.codes(), [Code::PermissionDenied; 2], "{kind} {side}");

        for code in [None, Some(Code::Aborted)] {
            let service = around(
                side,
                (twice(&told), Made(code)),
                below(|| panic!("it runs")),
            );
            let outcome: Outcome = call(&service, kind, &["a"]).await;
            let expected = code.filter(|_| kind.server_streaming()).unwrap_or(Code::Ok);
            assert_eq!(outcome.code(), expected, "{kind} {side}");
            assert_eq!(told.codes(), [expected; 2], "{kind} {side}");
        }
    }
}

/// Answers by itself; a stream ends with that status.
#[derive(Debug, Clone)]
struct Made(Option<Code>);

impl Made {
    fn single<T: CallType<Response = interceptor_core::Single>>() -> Reply<T> {
        Reply::new(Message::encode(&request("made")))
    }

    fn stream<T: CallType<Response = interceptor_core::Streaming>>(&self) -> Reply<T> {
        let end = self.0.map(|code| Err(Status::new(code, "made")));
        let messages = [Ok(Message::encode(&request("made")))];
        Reply::from_stream(stream::iter(messages.into_iter().chain(end)))
    }
}

impl Interceptor for Made {
    async fn intercept_unary_unary<N: Next<UnaryUnary>>(
        &self,
        _: Call<UnaryUnary>,
        _: N,
    ) -> Result<Reply<UnaryUnary>, Status> {
        Ok(Self::single())
    }

    async fn intercept_unary_stream<N: Next<UnaryStream>>(
        &self,
        _: Call<UnaryStream>,
        _: N,
    ) -> Result<Reply<UnaryStream>, Status> {
        Ok(self.stream())
    }

    async fn intercept_stream_unary<N: Next<StreamUnary>>(
        &self,
        _: Call<StreamUnary>,
        _: N,
    ) -> Result<Reply<StreamUnary>, Status> {
        Ok(Self::single())
    }

    async fn intercept_stream_stream<N: Next<StreamStream>>(
        &self,
        _: Call<StreamStream>,
        _: N,
    ) -> Result<Reply<StreamStream>, Status> {
        Ok(self.stream())
    }
}

/// A response of which only a part is kept ends when it was read.
#[tokio::test]
async fn a_unary_response_beyond_what_is_kept() {
    for (kind, side) in everywhere() {
        for code in [Code::Ok, Code::Aborted] {
            let told = Told::new();
            let below = below(move || answer([data("long enough"), failed(code, "text")]));
            let edge = Edge::new(side, twice(&told)).max_settled_bytes(3);
            let outcome = call(&edge.around(below), kind, &["a"]).await;
            assert_eq!(outcome.code(), code, "{kind} {side}");
            assert_eq!(told.codes(), [code; 2], "{kind} {side}");
        }
    }
}
