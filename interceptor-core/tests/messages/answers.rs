//! Answers that an interceptor gives without a call.

use interceptor_core::{
    Call, Interceptor, Message, Next, Reply, StreamStream, StreamUnary, UnaryStream, UnaryUnary,
};
use tonic::Status;

use super::{
    hooks::{Inspect, send},
    message,
};
use crate::support::{
    around,
    body::{Read, Watch, data, watched},
    everywhere, service,
};

/// An answer without a call: nothing below runs, and the request is not read.
#[derive(Debug, Clone)]
struct Answer;

impl Interceptor for Answer {
    async fn intercept_unary_unary<N: Next<UnaryUnary>>(
        &self,
        _: Call<UnaryUnary>,
        _: N,
    ) -> Result<Reply<UnaryUnary>, Status> {
        Ok(Reply::new(message("made")))
    }

    async fn intercept_unary_stream<N: Next<UnaryStream>>(
        &self,
        _: Call<UnaryStream>,
        _: N,
    ) -> Result<Reply<UnaryStream>, Status> {
        Ok(Reply::from_stream(made()))
    }

    async fn intercept_stream_unary<N: Next<StreamUnary>>(
        &self,
        _: Call<StreamUnary>,
        _: N,
    ) -> Result<Reply<StreamUnary>, Status> {
        Ok(Reply::new(message("made")))
    }

    async fn intercept_stream_stream<N: Next<StreamStream>>(
        &self,
        _: Call<StreamStream>,
        _: N,
    ) -> Result<Reply<StreamStream>, Status> {
        Ok(Reply::from_stream(made()))
    }
}

fn made() -> impl futures_util::Stream<Item = Result<Message, Status>> {
    futures_util::stream::iter([Ok(message("made"))])
}

#[tokio::test]
async fn an_answer_without_a_call() {
    for (kind, side) in everywhere() {
        let (inspect, watch) = (Inspect::new(), Watch::default());
        let below = service(|_| async { panic!("it runs") });
        let service = around(side, (inspect.clone(), Answer), below);
        let response = send(&service, kind, watched([data("a")], &watch)).await;
        assert_eq!(response.headers()["content-type"], "application/grpc");
        let read = Read::to_end(response.into_body()).await;
        assert_eq!(read.texts(), ["made"], "{kind} {side}");
        assert_eq!(read.trailers.unwrap()["grpc-status"], "0", "{kind} {side}");
        assert_eq!(inspect.replies.take(), ["made"], "{kind} {side}");
        assert_eq!(
            (watch.polls(), watch.is_dropped()),
            (0, true),
            "{kind} {side}"
        );
    }
}
