//! Chains of plain links build with rustc's default limits. That this file compiles is the test, and it has no
//! `#![recursion_limit]`; the calls make sure that nothing of it is left out.

#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

mod support;

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

use interceptor_core::{
    BoxInterceptor, Call, CallKind, CallType, ClientLayer, Interceptor, Next, Reply, ServerLayer,
    Then,
};
use testproto::echo::echo_server::EchoServer;
use tonic::{Status, service::Routes};
use tower::Layer as _;

use support::{caller::call, chain::one_body, echo::Echo, erase, methods, net::channel};

#[derive(Debug, Clone, Default)]
struct Link {
    calls: Arc<AtomicUsize>,
}

impl Link {
    async fn intercept_call<T: CallType>(
        &self,
        mut call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        self.calls.fetch_add(1, SeqCst);
        call.payload_mut().inspect(|_| {})?;
        next.run(call).await
    }
}

one_body!([] Link);

/// tonic's own channel and routes, with the chain around each.
async fn passes<C: Interceptor>(links: usize, chain: impl Fn(&Link) -> C) {
    let link = Link::default();
    let server = ServerLayer::new(chain(&link), &methods()).unwrap();
    let server = server.layer(Routes::new(EchoServer::new(Echo::new())));
    let client = ClientLayer::new(chain(&link), &methods()).unwrap();
    let client = erase(client.layer(channel(erase(server))));
    for kind in CallKind::ALL {
        let outcome = call(&client, kind, &["a"]).await;
        assert_eq!(outcome.texts(), ["a"], "{kind}");
        assert_eq!(link.calls.swap(0, SeqCst), 2 * links, "{kind}");
    }
}

/// `right!(Type::new, link; * * *)` is `(link, (link, link))`, made by a pair or by `Type::new`.
macro_rules! right {
    ($new:path, $link:expr; *) => { $link };
    ($new:path, $link:expr; * $($more:tt)+) => { $new($link, right!($new, $link; $($more)+)) };
}

/// The same from the other end: `((link, link), link)`.
macro_rules! left {
    ($new:path, $link:expr; *) => { $link };
    ($new:path, $link:expr; * $($more:tt)+) => { $new(left!($new, $link; $($more)+), $link) };
}

fn pair<A, B>(outer: A, inner: B) -> (A, B) {
    (outer, inner)
}

#[tokio::test]
async fn twenty_tuples_one_in_the_other() {
    passes(
        20,
        |link| right!(pair, link.clone(); * * * * * * * * * * * * * * * * * * * *),
    )
    .await;
}

#[tokio::test]
async fn twenty_tuples_one_around_the_other() {
    passes(
        20,
        |link| left!(pair, link.clone(); * * * * * * * * * * * * * * * * * * * *),
    )
    .await;
}

#[tokio::test]
async fn twenty_then() {
    passes(
        20,
        |link| right!(Then::new, link.clone(); * * * * * * * * * * * * * * * * * * * *),
    )
    .await;
    passes(
        20,
        |link| left!(Then::new, link.clone(); * * * * * * * * * * * * * * * * * * * *),
    )
    .await;
}

/// The longest tuple.
fn twelve<I: Clone>(it: &I) -> (I, I, I, I, I, I, I, I, I, I, I, I) {
    let it = || it.clone();
    (
        it(),
        it(),
        it(),
        it(),
        it(),
        it(),
        it(),
        it(),
        it(),
        it(),
        it(),
        it(),
    )
}

#[tokio::test]
async fn a_tuple_of_twelve() {
    passes(12, twelve::<Link>).await;
}

#[tokio::test]
async fn a_tuple_of_tuples() {
    passes(12 + 8, |link| {
        let it = || link.clone();
        (
            twelve(link),
            (it(), it(), it(), it()),
            (it(), (it(), it()), it()),
        )
    })
    .await;
}

/// Boxes end the nesting: there may be as many links as one likes.
#[tokio::test]
async fn a_tuple_of_boxed_tuples() {
    passes(12 * 12, |link| twelve(&BoxInterceptor::new(twelve(link)))).await;
}

#[tokio::test]
async fn forty_boxes() {
    let boxed = |link: &Link| BoxInterceptor::new(link.clone());
    passes(40, |link| vec![boxed(link); 40]).await;
    passes(40, |link| {
        (1..40).fold(boxed(link), |chain, _| {
            BoxInterceptor::new((link.clone(), chain))
        })
    })
    .await;
    passes(
        40,
        |link| right!(pair, boxed(link); * * * * * * * * * * * * * * * * * * * * * * * * * * * * * * * * * * * * * * * *),
    )
    .await;
}
