mod support;

use futures_util::{StreamExt as _, stream};
use interceptor_core::{
    Call, CallType, ClientLayer, Interceptor, Next, Reply, ServerLayer, StreamStream, StreamUnary,
    UnaryStream, UnaryUnary,
};
use std::sync::{Arc, Mutex};
use support::{Echo, methods, request};
use testproto::echo::{echo_client::EchoClient, echo_server::EchoServer};
use tonic::Status;
use tower::Layer as _;

#[derive(Clone)]
struct Trace(&'static str, Arc<Mutex<Vec<String>>>);

impl Trace {
    async fn go<T: CallType>(
        &self,
        mut call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let (name, log, kind) = (self.0, self.1.clone(), call.kind());
        log.lock()
            .unwrap()
            .push(format!("{name} {} in {kind}", call.side()));
        let (l, l2, l3) = (log.clone(), log.clone(), log.clone());
        call.payload_mut()
            .inspect(move |m| l.lock().unwrap().push(format!("{name} > {}", m.wire_len())))?;
        let mut reply = next
            .run(call)
            .on_end(move |end| {
                l2.lock()
                    .unwrap()
                    .push(format!("{name} end {:?}", end.code()))
            })
            .await?;
        reply.payload_mut().inspect(move |m| {
            l3.lock()
                .unwrap()
                .push(format!("{name} < {}", m.wire_len()))
        })?;
        Ok(reply)
    }
}

impl Interceptor for Trace {
    fn intercept_unary_unary<N: Next<UnaryUnary>>(
        &self,
        call: Call<UnaryUnary>,
        next: N,
    ) -> impl Future<Output = Result<Reply<UnaryUnary>, Status>> + Send {
        self.go(call, next)
    }
    fn intercept_unary_stream<N: Next<UnaryStream>>(
        &self,
        call: Call<UnaryStream>,
        next: N,
    ) -> impl Future<Output = Result<Reply<UnaryStream>, Status>> + Send {
        self.go(call, next)
    }
    fn intercept_stream_unary<N: Next<StreamUnary>>(
        &self,
        call: Call<StreamUnary>,
        next: N,
    ) -> impl Future<Output = Result<Reply<StreamUnary>, Status>> + Send {
        self.go(call, next)
    }
    fn intercept_stream_stream<N: Next<StreamStream>>(
        &self,
        call: Call<StreamStream>,
        next: N,
    ) -> impl Future<Output = Result<Reply<StreamStream>, Status>> + Send {
        self.go(call, next)
    }
}

#[tokio::test]
async fn all_four_call_types_pass_on_both_sides() {
    let log = Arc::new(Mutex::new(Vec::new()));
    let chain = (Trace("a", log.clone()), Trace("b", log.clone()));
    let server = ServerLayer::new(chain.clone(), &methods())
        .unwrap()
        .layer(EchoServer::new(Echo));
    let channel = ClientLayer::new(chain, &methods()).unwrap().layer(server);
    let mut client = EchoClient::new(channel);
    assert_eq!(
        client
            .unary_echo(request("hi", 0))
            .await
            .unwrap()
            .into_inner()
            .text,
        "hi"
    );
    let replies: Vec<_> = client
        .server_stream(request("x", 3))
        .await
        .unwrap()
        .into_inner()
        .collect()
        .await;
    assert_eq!(replies.len(), 3);
    let requests = stream::iter([request("a", 0), request("b", 0)]);
    assert_eq!(
        client
            .client_stream(requests.clone())
            .await
            .unwrap()
            .into_inner()
            .text,
        "ab"
    );
    let replies: Vec<_> = client
        .bidi_stream(requests)
        .await
        .unwrap()
        .into_inner()
        .collect()
        .await;
    assert_eq!(replies.len(), 2);
    let status = client.unary_echo(request("fail:5", 0)).await.unwrap_err();
    assert_eq!(status.code(), tonic::Code::NotFound);
    assert_eq!(status.details(), b"details");
    for line in log.lock().unwrap().iter() {
        eprintln!("{line}");
    }
}
