//! Unwinding goes on, and is told as INTERNAL; a callback that panics changes nothing.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use http::Request;
use interceptor_core::{Call, CallKind, CallType, Next, Reply};
use tonic::{Code, Status};
use tower::ServiceExt as _;

use super::{Told, twice};
use crate::support::{
    Edge, Svc, around,
    body::{Read, Step, answer, body, data, failed},
    caller::{Outcome, call},
    chain::one_body,
    everywhere, path, service,
};

/// A whole call, in a task of its own. What comes of it, or that it panicked.
async fn run(service: Svc, kind: CallKind) -> Result<Read, tokio::task::JoinError> {
    let task = tokio::spawn(async move {
        let request = Request::post(path(kind)).body(body([data("a")])).unwrap();
        let response = service.oneshot(request).await.unwrap();
        Read::to_end(response.into_body()).await
    });
    task.await
}

fn panicking() -> Svc {
    service(|_| async { panic!("the service was told to panic") })
}

fn panicking_body() -> Svc {
    service(|_| async { Ok(answer([data("x"), Step::Panic])) })
}

#[tokio::test]
async fn in_a_service() {
    for (kind, side) in everywhere() {
        let told = Told::new();
        let result = run(around(side, twice(&told), panicking()), kind).await;
        assert!(result.unwrap_err().is_panic(), "{kind} {side}");
        assert_eq!(told.codes(), [Code::Internal; 2], "{kind} {side}");
    }
}

#[tokio::test]
async fn in_a_body() {
    for (kind, side) in everywhere() {
        for kept in [1 << 16, 3] {
            let told = Told::new();
            let edge = Edge::new(side, twice(&told)).max_settled_bytes(kept);
            let result = run(edge.around(panicking_body()), kind).await;
            assert!(result.unwrap_err().is_panic(), "{kind} {side}");
            assert_eq!(told.codes(), [Code::Internal; 2], "{kind} {side}");
        }
    }
}

/// Somebody further out who catches the panic drops the call when unwinding is over: it is INTERNAL all the same.
#[derive(Debug, Clone)]
struct Recover;

impl Recover {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let run = AssertUnwindSafe(next.run(call)).catch_unwind();
        let recovered = run.await;
        recovered.unwrap_or_else(|_| Err(Status::internal("it panicked")))
    }
}

one_body!([] Recover);

#[tokio::test]
async fn that_is_caught_further_out() {
    for (kind, side) in everywhere() {
        let (outer, inner) = (Told::new(), Told::new());
        let chain = (outer.clone(), Recover, twice(&inner));
        let outcome: Outcome = call(&around(side, chain, panicking()), kind, &["a"]).await;
        assert_eq!(
            (outcome.code(), outcome.text()),
            (Code::Internal, "it panicked")
        );
        assert_eq!(inner.codes(), [Code::Internal; 2], "{kind} {side}");
        assert_eq!(outer.codes(), [Code::Internal], "{kind} {side}");
    }
}

#[tokio::test]
async fn in_a_body_that_is_caught_further_out() {
    for (kind, side) in everywhere().filter(|(kind, _)| kind.server_streaming()) {
        let told = Told::new();
        let service = around(side, twice(&told), panicking_body());
        let request = Request::post(path(kind)).body(body([data("a")])).unwrap();
        let mut body = service.oneshot(request).await.unwrap().into_body();
        let read = async { while crate::support::body::next(&mut body).await.is_some() {} };
        assert!(AssertUnwindSafe(read).catch_unwind().await.is_err());
        drop(body);
        assert_eq!(told.codes(), [Code::Internal; 2], "{kind} {side}");
    }
}

/// Panics when it is told of the end.
#[derive(Debug, Clone)]
struct Clumsy;

impl Clumsy {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        next.run(call).on_end(|_| panic!("the callback")).await
    }
}

one_body!([] Clumsy);

/// Pitfall P35.
#[tokio::test]
async fn of_a_callback() {
    for (kind, side) in everywhere() {
        for code in [Code::Ok, Code::Aborted] {
            let told = Told::new();
            let chain = (told.clone(), Clumsy, told.clone());
            let below = service(move |_| async move { Ok(answer([data("x"), failed(code, "")])) });
            let outcome = call(&around(side, chain, below), kind, &["a"]).await;
            assert_eq!(outcome.code(), code, "{kind} {side}");
            assert_eq!(told.codes(), [code; 2], "{kind} {side}");
        }
    }
}

/// Of a call that is dropped.
///
/// Pitfall P35.
#[tokio::test]
async fn of_a_callback_in_a_drop() {
    for (kind, side) in everywhere() {
        let told = Told::new();
        let chain = (told.clone(), Clumsy, told.clone());
        let below = service(|_| std::future::pending());
        let request = Request::post(path(kind)).body(body([])).unwrap();
        let mut call = Box::pin(around(side, chain, below).oneshot(request));
        assert!(futures_util::FutureExt::now_or_never(&mut call).is_none());
        drop(call);
        assert_eq!(told.codes(), [Code::Cancelled; 2], "{kind} {side}");
    }
}

/// Two panics at once would abort the program.
#[tokio::test]
async fn of_a_callback_during_unwinding() {
    for (kind, side) in everywhere() {
        for below in [panicking(), panicking_body()] {
            let told = Told::new();
            let chain = (told.clone(), Clumsy, told.clone());
            let result = run(around(side, chain, below), kind).await;
            assert!(result.unwrap_err().is_panic(), "{kind} {side}");
            assert_eq!(told.codes(), [Code::Internal; 2], "{kind} {side}");
        }
    }
}
