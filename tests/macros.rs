//! What the macros generate does what it says, call by call.

#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

use std::sync::{Arc, Mutex};

use grpc_interceptor::tonic::body::Body;
use grpc_interceptor::{ConfigError, Description, prelude::*};

/// Who saw a call, in order. It travels with the call.
#[derive(Debug, Clone, Default)]
struct Seen(Arc<Mutex<Vec<String>>>);

impl Seen {
    fn by<T: CallType>(call: &Call<T>, name: impl Into<String>) {
        let seen = call.extensions().get::<Self>().unwrap();
        seen.0.lock().unwrap().push(name.into());
    }
}

/// The end of the chain, where every call is ABORTED.
#[derive(Debug, Clone)]
struct End;

impl<T: CallType> Next<T> for End {
    async fn proceed(self, _call: Call<T>) -> Result<Reply<T>, Status> {
        Err(Status::aborted("the end"))
    }
}

/// Says its name on the way in, and again on the way out.
#[grpc_interceptor]
#[derive(Debug, Clone)]
struct Tag(&'static str);

impl Tag {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        Seen::by(&call, self.0);
        let seen = call.extensions().get::<Seen>().cloned().unwrap();
        let reply = next.run(call).await;
        seen.0.lock().unwrap().push(format!("/{}", self.0));
        reply
    }
}

/// Through an interceptor, from one side: who saw it, and the code it ended with.
async fn run<T: CallType>(
    interceptor: &impl Interceptor,
    path: &str,
    side: Side,
) -> (String, Code) {
    let methods = table();
    let method = methods.get(path).unwrap().clone();
    let mut call = Call::<T>::new(method, side, Body::empty());
    let seen = Seen::default();
    call.extensions_mut().insert(seen.clone());
    let status = T::intercept(interceptor, call, End).await.err().unwrap();
    let seen = seen.0.lock().unwrap().join(" ");
    (seen, status.code())
}

fn table() -> Methods {
    Methods::builder()
        .method("/shop.v1.Orders/Get", CallKind::UnaryUnary)
        .method("/shop.v1.Orders/List", CallKind::UnaryStream)
        .method("/shop.v1.Carts/Get", CallKind::UnaryUnary)
        .build()
        .unwrap()
}

fn description(interceptor: &impl Interceptor) -> String {
    let mut description = Description::default();
    interceptor.describe(&mut description);
    description.to_string()
}

const GET: &str = "/shop.v1.Orders/Get";
const LIST: &str = "/shop.v1.Orders/List";
const CART: &str = "/shop.v1.Carts/Get";

#[derive(Debug, InterceptorChain)]
struct Edge {
    first: Tag,
    #[chain(client)]
    client: Tag,
    #[chain(
        only = "/shop.v1.Orders/*",
        "/shop.v1.Carts/Get",
        except = "/shop.v1.Orders/List"
    )]
    some: Tag,
    #[chain(skip)]
    skipped: Tag,
    last: Inner,
}

#[derive(Debug, InterceptorChain)]
struct Inner(Tag, #[chain(server)] Tag);

fn edge() -> Edge {
    Edge {
        first: Tag("first"),
        client: Tag("client"),
        some: Tag("some"),
        skipped: Tag("skipped"),
        last: Inner(Tag("inner"), Tag("server")),
    }
}

#[tokio::test]
async fn fields_run_in_their_order_where_they_apply() {
    let edge = edge();
    assert_eq!(edge.skipped.0, "skipped");
    let seen = |path, side| {
        let edge = &edge;
        async move { run::<UnaryUnary>(edge, path, side).await.0 }
    };
    let client = "first client some inner /inner /some /client /first";
    assert_eq!(seen(GET, Side::Client).await, client);
    let server = "first some inner server /server /inner /some /first";
    assert_eq!(seen(CART, Side::Server).await, server);
    let list = "first inner server /server /inner /first";
    assert_eq!(seen(LIST, Side::Server).await, list);
}

#[tokio::test]
async fn every_call_type_goes_the_same_way() {
    let edge = edge();
    let expected = run::<UnaryUnary>(&edge, GET, Side::Client).await;
    assert_eq!(run::<UnaryStream>(&edge, GET, Side::Client).await, expected);
    assert_eq!(run::<StreamUnary>(&edge, GET, Side::Client).await, expected);
    assert_eq!(
        run::<StreamStream>(&edge, GET, Side::Client).await,
        expected
    );
}

#[test]
fn chains_and_names_are_described() {
    assert_eq!(
        description(&edge()),
        "Edge(Tag, Tag if client, Tag if only /shop.v1.Orders/* or /shop.v1.Carts/Get and except /shop.v1.Orders/List, \
         Inner(Tag, Tag if server))"
    );
    assert_eq!(description(&Named), "a name of its own");
}

#[grpc_interceptor(name = "a name of its own")]
struct Named;

impl Named {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        next.run(call).await
    }
}

#[derive(InterceptorChain)]
struct Misspelt {
    #[chain(server, only = "/shop.v1.Orders/Gte")]
    tag: Tag,
}

#[test]
fn a_pattern_that_matches_nothing_is_an_error_on_its_side() -> Result<(), ConfigError> {
    let chain = Misspelt { tag: Tag("never") };
    chain.check(&table(), Side::Client)?;
    let error = chain.check(&table(), Side::Server).unwrap_err().to_string();
    assert!(
        error.contains("Misspelt.tag") && error.contains("/shop.v1.Orders/Gte"),
        "{error}"
    );
    Ok(())
}

struct OneKind;

#[grpc_interceptor(otherwise = reject)]
impl OneKind {
    async fn intercept_call(
        &self,
        call: Call<UnaryUnary>,
        next: impl Next<UnaryUnary>,
    ) -> Result<Reply<UnaryUnary>, Status> {
        Seen::by(&call, "one");
        next.run(call).await
    }
}

#[grpc_interceptor(kinds(unary_unary, stream_unary), otherwise = pass)]
struct TwoKinds;

impl TwoKinds {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        Seen::by(&call, "two");
        next.run(call).await
    }
}

#[tokio::test]
async fn the_other_call_types_are_rejected_or_pass() {
    let (seen, code) = run::<UnaryUnary>(&OneKind, GET, Side::Server).await;
    assert_eq!((seen.as_str(), code), ("one", Code::Aborted));
    let (seen, code) = run::<UnaryStream>(&OneKind, GET, Side::Server).await;
    assert_eq!((seen.as_str(), code), ("", Code::Unimplemented));
    let (seen, code) = run::<StreamUnary>(&TwoKinds, GET, Side::Server).await;
    assert_eq!((seen.as_str(), code), ("two", Code::Aborted));
    let (seen, code) = run::<StreamStream>(&TwoKinds, GET, Side::Server).await;
    assert_eq!((seen.as_str(), code), ("", Code::Aborted));
}

struct ByHand;

#[grpc_interceptor]
impl ByHand {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        Seen::by(&call, "all");
        next.run(call).await
    }

    async fn intercept_stream_stream(
        &self,
        call: Call<StreamStream>,
        next: impl Next<StreamStream>,
    ) -> Result<Reply<StreamStream>, Status> {
        Seen::by(&call, "own");
        next.run(call).await
    }
}

#[tokio::test]
async fn a_method_written_by_hand_wins() {
    assert_eq!(run::<UnaryUnary>(&ByHand, GET, Side::Client).await.0, "all");
    assert_eq!(
        run::<StreamStream>(&ByHand, GET, Side::Client).await.0,
        "own"
    );
}

/// Methods of these names on what it derefs to, and in a trait, are not its own.
#[grpc_interceptor]
struct Outer(Tag);

impl std::ops::Deref for Outer {
    type Target = Tag;

    fn deref(&self) -> &Tag {
        &self.0
    }
}

impl Outer {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        Seen::by(&call, "outer");
        next.run(call).await
    }
}

#[tokio::test]
async fn what_it_derefs_to_is_not_called() {
    let outer = Outer(Tag("inner"));
    assert_eq!(outer.0.0, "inner");
    assert_eq!(
        run::<UnaryUnary>(&outer, GET, Side::Client).await.0,
        "outer"
    );
}
