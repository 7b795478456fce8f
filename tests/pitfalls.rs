//! Pitfalls that are no matter of call type, side and transport. The table of all is in `tests/laws/pitfalls/rows.rs`.

#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

#[path = "mutants/compiled/shared/mod.rs"]
mod shared;
#[path = "../interceptor-core/tests/support/mod.rs"]
mod support;

use std::{fmt::Debug, time::Duration};

use grpc_interceptor::prelude::*;
use grpc_interceptor::{
    BoxInterceptor, CallKind, Identity, InterceptedClient, InterceptedServer, Method, ReplyBody,
    Side, StreamStream, UnaryUnary,
};
use http::{HeaderMap, Request};
use shared::{held, is_send};
use support::{
    Svc,
    body::{Log, Read, answer, data, headers, ok},
    caller::{Ask, ask, call},
    chain::Pass,
    echo, erase, methods, service,
};
use testproto::echo::{echo_client::EchoClient, echo_server::EchoServer};
use tonic::{
    Code,
    body::Body,
    metadata::{KeyAndValueRef, MetadataMap},
    service::Routes,
    transport::Channel,
};
use tower::ServiceBuilder;
use tower_http::trace::TraceLayer;

const fn passed<T: Send + Sync + Debug + 'static>() {}
const fn has_default<T: Default>() {}

/// What users hold in their structs, and what passes through their functions.
#[test]
fn p36_what_users_hold_is_send_and_sync() {
    const {
        held::<ServerLayer<Identity>>();
        held::<ClientLayer<BoxInterceptor>>();
        held::<InterceptedServer<EchoServer<echo::Echo>, Identity>>();
        held::<InterceptedClient<Channel, Vec<BoxInterceptor>>>();
        held::<EchoClient<InterceptedClient<Channel, (Identity, BoxInterceptor)>>>();
        held::<BoxInterceptor>();
        held::<(Methods, Method, CallKind, Side)>();
        passed::<(Call<UnaryUnary>, Call<StreamStream>)>();
        passed::<(Reply<UnaryUnary>, Reply<StreamStream>)>();
    }
    let layer = ClientLayer::new(Pass, &methods()).unwrap();
    let mut client = EchoClient::new(tower::Layer::layer(&layer, Svc::new(echo::routes())));
    is_send(client.unary_echo(support::body::request("a")));
}

/// Adds all metadata of a call that came in to the one that goes out.
#[derive(Debug, Clone)]
struct Forward(MetadataMap);

impl Forward {
    async fn intercept_call<T: CallType>(
        &self,
        mut call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let metadata = call.metadata_mut();
        for line in self.0.iter() {
            match line {
                KeyAndValueRef::Ascii(name, value) => {
                    metadata.insert(name, value.clone());
                }
                KeyAndValueRef::Binary(name, value) => {
                    metadata.insert_bin(name, value.clone());
                }
            }
        }
        next.run(call).await
    }
}

support::chain::one_body!([] Forward);

/// A proxy: what came in goes on, by its handler's client and by an interceptor.
#[tokio::test]
async fn p38_metadata_of_another_call_repeat_no_reserved_header() {
    let incoming = MetadataMap::from_headers(headers(&[
        ("content-type", "application/grpc"),
        ("te", "trailers"),
        ("user-agent", "somebody/1.0"),
        ("grpc-timeout", "9S"),
        ("grpc-accept-encoding", "identity"),
        ("x-app", "yes"),
        ("x-app-bin", "AP8"),
    ]));
    for kind in CallKind::ALL {
        let arrived: Log<HeaderMap> = Log::new();
        let seen = arrived.clone();
        let below = service(move |request: Request<Body>| {
            arrived.push(request.headers().clone());
            async move {
                Read::to_end(request.into_body()).await;
                Ok(answer([data("x"), ok()]))
            }
        });
        let proxy = support::around(Side::Client, Forward(incoming.clone()), below);
        let mut asked = Ask::of(&["a"]);
        asked.metadata = incoming.clone();
        let outcome = ask(&mut EchoClient::new(proxy), kind, asked).await;
        assert_eq!(outcome.code(), Code::Ok, "{kind}: {}", outcome.text());
        let headers = seen.take().pop().unwrap();
        for name in incoming.as_ref().keys() {
            let count = headers.get_all(name).iter().count();
            assert_eq!(count, 1, "{kind} {name}: {headers:?}");
        }
    }
}

/// Layers that change the body's type, the error's type, and the service's.
#[tokio::test]
async fn p40_other_layers_stand_above_and_below() {
    const { has_default::<ReplyBody<Body>>() };
    let server = shared::between_others!(
        ServerLayer::new(Pass, &methods()).unwrap(),
        Routes::new(EchoServer::new(echo::Echo::new()))
    );
    let client = ServiceBuilder::new()
        .timeout(Duration::from_secs(60))
        .layer(ClientLayer::new(Pass, &methods()).unwrap())
        .layer(TraceLayer::new_for_grpc())
        .buffer(4)
        .service(erase(server));
    let service = erase(client);
    for kind in CallKind::ALL {
        let outcome = call(&service, kind, &["a"]).await;
        assert_eq!(outcome.code(), Code::Ok, "{kind}: {}", outcome.text());
        assert_eq!(outcome.texts(), ["a"], "{kind}");
    }
}
