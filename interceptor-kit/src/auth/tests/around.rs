//! Nothing gets around it: not by its call type, its content-type, its HTTP method, nor by calling health, reflection or a
//! method that nobody knows. The same search finds the hole in layers that are broken on purpose.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

use http::{Method, Request, header::CONTENT_TYPE};
use interceptor_core::{
    Call, CallKind, CallType, Interceptor, Next, Reply, ServerLayer, Unknown,
    tonic::{Status, body::Body},
};
use interceptor_macros::grpc_interceptor;
use interceptor_test::Case;
use tower::{Layer as _, ServiceExt as _, service_fn};

use crate::auth::*;

const OTHERS: [&str; 5] = [
    "/grpc.health.v1.Health/Check",
    "/grpc.health.v1.Health/Watch",
    "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
    "/interceptor.test.Test/NoSuchMethod",
    "/no.such.Service/Method",
];
const CONTENT_TYPES: [Option<&str>; 5] = [
    Some("application/grpc"),
    Some("application/grpc+proto"),
    Some("application/json"),
    Some("text/plain"),
    None,
];
const HTTP_METHODS: [Method; 4] = [Method::POST, Method::PUT, Method::GET, Method::OPTIONS];

fn tokens() -> Authentication<BearerTokens<()>> {
    Authentication::new(BearerTokens::new().token("s3cret", ()).unwrap())
}

/// Which requests without credentials reach the service below.
async fn holes<I: Interceptor>(make: impl Fn() -> I) -> Vec<String> {
    let mut holes = Vec::new();
    let paths = CallKind::ALL.map(|kind| Case::new(kind, interceptor_core::Side::Server).path());
    for unknown in [Unknown::Reject, Unknown::Pass] {
        for path in paths.into_iter().chain(OTHERS) {
            for method in HTTP_METHODS {
                for content_type in CONTENT_TYPES {
                    if reaches(make(), unknown, path, &method, content_type).await {
                        holes.push(format!("{method} {path} as {content_type:?}"));
                    }
                }
            }
        }
    }
    holes
}

async fn reaches(
    interceptor: impl Interceptor,
    unknown: Unknown,
    path: &str,
    method: &Method,
    content_type: Option<&str>,
) -> bool {
    let ran = Arc::new(AtomicUsize::new(0));
    let counts = Arc::clone(&ran);
    let below = service_fn(move |_: Request<Body>| {
        counts.fetch_add(1, SeqCst);
        async { Ok::<_, std::convert::Infallible>(Status::internal("below").into_http::<Body>()) }
    });
    let layer = ServerLayer::new(interceptor, &Case::methods()).unwrap();
    let mut request = Request::new(Body::empty());
    *request.uri_mut() = path.parse().unwrap();
    *request.method_mut() = method.clone();
    if let Some(content_type) = content_type {
        let value = content_type.parse().unwrap();
        request.headers_mut().insert(CONTENT_TYPE, value);
    }
    let _ = layer.unknown(unknown).layer(below).oneshot(request).await;
    ran.load(SeqCst) > 0
}

#[tokio::test]
async fn nothing_gets_around_it() {
    let holes = holes(tokens).await;
    assert!(holes.is_empty(), "{holes:#?}");
}

#[tokio::test]
async fn what_is_named_passes_and_nothing_else() {
    let holes = holes(|| tokens().except("/grpc.health.v1.Health/Check").unwrap()).await;
    assert!(!holes.is_empty());
    assert!(
        holes.iter().all(|hole| hole.contains("Health/Check")),
        "{holes:#?}"
    );
}

/// How a layer like this is broken, by its usual mistakes.
#[derive(Clone, Copy, Debug)]
enum Mutant {
    /// Written for unary calls, and silent about the others.
    PassesStreamsBy,
    /// Asks who says that it speaks gRPC.
    TrustsTheContentType,
    /// "Health checks have no credentials."
    PassesHealthBy,
    /// Knows the methods that it protects, instead of those that it does not.
    PassesUnknownBy,
}

#[grpc_interceptor(crate = interceptor_core)]
struct Broken(Mutant);

impl Broken {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let passes = match self.0 {
            Mutant::PassesStreamsBy => T::KIND != CallKind::UnaryUnary,
            Mutant::TrustsTheContentType => !call
                .metadata()
                .get("content-type")
                .is_some_and(|it| it.as_bytes().starts_with(b"application/grpc")),
            Mutant::PassesHealthBy => call.method().service().starts_with("grpc."),
            Mutant::PassesUnknownBy => !call.method().is_known(),
        };
        if passes {
            return next.run(call).await;
        }
        Err(Status::unauthenticated("unauthenticated"))
    }
}

#[tokio::test]
async fn the_search_finds_the_hole_of_each_mutant() {
    for mutant in [
        Mutant::PassesStreamsBy,
        Mutant::TrustsTheContentType,
        Mutant::PassesHealthBy,
        Mutant::PassesUnknownBy,
    ] {
        let holes = holes(|| Broken(mutant)).await;
        assert!(!holes.is_empty(), "{mutant:?}");
    }
}
