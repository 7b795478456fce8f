//! Large chains build with rustc's default limits, and run. There is no `#![recursion_limit]` here, as there is none in a
//! user's crate.

#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

use grpc_interceptor::prelude::*;
use grpc_interceptor::tonic::{Request, Response, Status, Streaming};
use testproto::echo::{EchoReply, EchoRequest, echo_client::EchoClient, echo_server};

#[grpc_interceptor]
#[derive(Debug, Clone, Copy, Default)]
struct Pass;

impl Pass {
    async fn intercept_call<T: CallType>(
        &self,
        mut call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let seen = call
            .metadata()
            .get("seen")
            .and_then(|seen| seen.to_str().ok());
        let seen = seen.and_then(|seen| seen.parse().ok()).unwrap_or(0_u32) + 1;
        call.metadata_mut().insert("seen", seen.into());
        next.run(call).await
    }
}

#[derive(Debug, Clone, Default, InterceptorChain)]
struct Outer {
    f0: Pass,
    #[chain(only = "/echo.v1.Echo/*")]
    f1: Pass,
    f2: Option<Pass>,
    #[chain(client, except = "/echo.v1.Echo/Say")]
    f3: Pass,
    f4: Pass,
    f5: Pass,
    #[chain(only = "/echo.v1.Echo/*")]
    f6: Pass,
    f7: Option<Pass>,
    #[chain(client, except = "/echo.v1.Echo/Say")]
    f8: Pass,
    f9: Pass,
    f10: Pass,
    #[chain(only = "/echo.v1.Echo/*")]
    f11: Pass,
    f12: Option<Pass>,
    #[chain(client, except = "/echo.v1.Echo/Say")]
    f13: Pass,
    f14: Pass,
    f15: Pass,
    #[chain(only = "/echo.v1.Echo/*")]
    f16: Pass,
    f17: Option<Pass>,
    #[chain(client, except = "/echo.v1.Echo/Say")]
    f18: Pass,
    f19: Pass,
    f20: Middle,
    #[chain(only = "/echo.v1.Echo/*")]
    f21: Pass,
    f22: Option<Pass>,
    #[chain(client, except = "/echo.v1.Echo/Say")]
    f23: Pass,
    f24: Pass,
    f25: Pass,
    #[chain(only = "/echo.v1.Echo/*")]
    f26: Pass,
    f27: Option<Pass>,
    #[chain(client, except = "/echo.v1.Echo/Say")]
    f28: Pass,
    f29: Pass,
    f30: Pass,
    #[chain(only = "/echo.v1.Echo/*")]
    f31: Pass,
    f32: Option<Pass>,
    #[chain(client, except = "/echo.v1.Echo/Say")]
    f33: Pass,
    f34: Pass,
    f35: Pass,
    #[chain(only = "/echo.v1.Echo/*")]
    f36: Pass,
    f37: Option<Pass>,
    #[chain(client, except = "/echo.v1.Echo/Say")]
    f38: Pass,
    f39: Pass,
}

#[derive(Debug, Clone, Default, InterceptorChain)]
struct Middle {
    f0: Pass,
    #[chain(only = "/echo.v1.Echo/*")]
    f1: Pass,
    f2: Option<Pass>,
    #[chain(client, except = "/echo.v1.Echo/Say")]
    f3: Pass,
    f4: Pass,
    f5: Pass,
    #[chain(only = "/echo.v1.Echo/*")]
    f6: Pass,
    f7: Option<Pass>,
    #[chain(client, except = "/echo.v1.Echo/Say")]
    f8: Pass,
    f9: Pass,
    f10: Pass,
    #[chain(only = "/echo.v1.Echo/*")]
    f11: Pass,
    f12: Option<Pass>,
    #[chain(client, except = "/echo.v1.Echo/Say")]
    f13: Pass,
    f14: Pass,
    f15: Pass,
    #[chain(only = "/echo.v1.Echo/*")]
    f16: Pass,
    f17: Option<Pass>,
    #[chain(client, except = "/echo.v1.Echo/Say")]
    f18: Pass,
    f19: Pass,
    f20: Inner,
    #[chain(only = "/echo.v1.Echo/*")]
    f21: Pass,
    f22: Option<Pass>,
    #[chain(client, except = "/echo.v1.Echo/Say")]
    f23: Pass,
    f24: Pass,
    f25: Pass,
    #[chain(only = "/echo.v1.Echo/*")]
    f26: Pass,
    f27: Option<Pass>,
    #[chain(client, except = "/echo.v1.Echo/Say")]
    f28: Pass,
    f29: Pass,
    f30: Pass,
    #[chain(only = "/echo.v1.Echo/*")]
    f31: Pass,
    f32: Option<Pass>,
    #[chain(client, except = "/echo.v1.Echo/Say")]
    f33: Pass,
    f34: Pass,
    f35: Pass,
    #[chain(only = "/echo.v1.Echo/*")]
    f36: Pass,
    f37: Option<Pass>,
    #[chain(client, except = "/echo.v1.Echo/Say")]
    f38: Pass,
    f39: Pass,
}

#[derive(Debug, Clone, Default, InterceptorChain)]
struct Inner {
    f0: Pass,
    #[chain(only = "/echo.v1.Echo/*")]
    f1: Pass,
    f2: Option<Pass>,
    #[chain(client, except = "/echo.v1.Echo/Say")]
    f3: Pass,
    f4: Pass,
    f5: Pass,
    #[chain(only = "/echo.v1.Echo/*")]
    f6: Pass,
    f7: Option<Pass>,
    #[chain(client, except = "/echo.v1.Echo/Say")]
    f8: Pass,
    f9: Pass,
    f10: Pass,
    #[chain(only = "/echo.v1.Echo/*")]
    f11: Pass,
    f12: Option<Pass>,
    #[chain(client, except = "/echo.v1.Echo/Say")]
    f13: Pass,
    f14: Pass,
    f15: Pass,
    #[chain(only = "/echo.v1.Echo/*")]
    f16: Pass,
    f17: Option<Pass>,
    #[chain(client, except = "/echo.v1.Echo/Say")]
    f18: Pass,
    f19: Pass,
    f20: Pass,
    #[chain(only = "/echo.v1.Echo/*")]
    f21: Pass,
    f22: Option<Pass>,
    #[chain(client, except = "/echo.v1.Echo/Say")]
    f23: Pass,
    f24: Pass,
    f25: Pass,
    #[chain(only = "/echo.v1.Echo/*")]
    f26: Pass,
    f27: Option<Pass>,
    #[chain(client, except = "/echo.v1.Echo/Say")]
    f28: Pass,
    f29: Pass,
    f30: Pass,
    #[chain(only = "/echo.v1.Echo/*")]
    f31: Pass,
    f32: Option<Pass>,
    #[chain(client, except = "/echo.v1.Echo/Say")]
    f33: Pass,
    f34: Pass,
    f35: Pass,
    #[chain(only = "/echo.v1.Echo/*")]
    f36: Pass,
    f37: Option<Pass>,
    #[chain(client, except = "/echo.v1.Echo/Say")]
    f38: Pass,
    f39: Pass,
}

/// Twenty plain interceptors in tuples, one in the other.
macro_rules! nested {
    ($last:expr) => { $last };
    ($first:expr, $($rest:expr),+) => { ($first, nested!($($rest),+)) };
}

#[tokio::test]
async fn forty_fields_selected_optional_and_nested_three_deep() {
    // on a server: of each five, two are plain and one is selected; one is absent and one is the client's
    assert_eq!(seen(Outer::default()).await, 3 * 24 - 2);
}

#[tokio::test]
async fn twenty_plain_tuples() {
    let chain = nested!(
        Pass, Pass, Pass, Pass, Pass, Pass, Pass, Pass, Pass, Pass, Pass, Pass, Pass, Pass, Pass,
        Pass, Pass, Pass, Pass, Pass
    );
    assert_eq!(seen(chain).await, 20);
}

/// How many interceptors of the chain a handler's request came through.
async fn seen(chain: impl Interceptor) -> u32 {
    let methods = Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET).unwrap();
    let server = echo_server::EchoServer::new(Seen);
    let layer = ServerLayer::new(chain, &methods).unwrap();
    let mut client = EchoClient::new(layer.layer(server));
    let reply = client.unary_echo(EchoRequest::default()).await.unwrap();
    reply.into_inner().index
}

/// Answers with what the interceptors counted.
struct Seen;

type Replies =
    std::pin::Pin<Box<dyn futures_util::Stream<Item = Result<EchoReply, Status>> + Send>>;

#[tonic::async_trait]
impl echo_server::Echo for Seen {
    type ServerStreamStream = Replies;
    type BidiStreamStream = Replies;

    async fn unary_echo(
        &self,
        request: Request<EchoRequest>,
    ) -> Result<Response<EchoReply>, Status> {
        let seen = request.metadata().get("seen").unwrap();
        let index = seen.to_str().unwrap().parse().unwrap();
        Ok(Response::new(EchoReply {
            index,
            ..EchoReply::default()
        }))
    }

    async fn say(&self, request: Request<EchoRequest>) -> Result<Response<EchoReply>, Status> {
        self.unary_echo(request).await
    }

    async fn server_stream(&self, _: Request<EchoRequest>) -> Result<Response<Replies>, Status> {
        Err(Status::unimplemented("not called here"))
    }

    async fn client_stream(
        &self,
        _: Request<Streaming<EchoRequest>>,
    ) -> Result<Response<EchoReply>, Status> {
        Err(Status::unimplemented("not called here"))
    }

    async fn bidi_stream(
        &self,
        _: Request<Streaming<EchoRequest>>,
    ) -> Result<Response<Replies>, Status> {
        Err(Status::unimplemented("not called here"))
    }
}
