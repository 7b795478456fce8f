//! `message` and `set_message`, on the ways that carry one message.

use std::pin::pin;

use http::Request;
use interceptor_core::{
    Call, CallType, Interceptor, Next, Reply, StreamStream, StreamUnary, UnaryStream, UnaryUnary,
};
use tonic::{Code, Status};
use tower::ServiceExt as _;

use super::*;
use crate::support::{
    around,
    body::{Log, Step, body, frame, replying},
    caller::call,
    everywhere, path,
};

/// Reads the messages that are single, and puts others in their place.
#[derive(Debug, Clone)]
struct Replace {
    /// Whether it looks before it replaces.
    looks: bool,
    saw: Log<String>,
}

impl Replace {
    async fn request<T: CallType<Request = interceptor_core::Single>>(
        &self,
        call: &mut Call<T>,
    ) -> Result<(), Status> {
        if self.looks {
            self.saw.push(text(&call.message().await?));
        }
        call.set_message(message("new request"));
        assert_eq!(text(&call.message().await?), "new request");
        Ok(())
    }

    async fn reply<T: CallType<Response = interceptor_core::Single>>(
        &self,
        mut reply: Reply<T>,
    ) -> Result<Reply<T>, Status> {
        if self.looks {
            self.saw.push(text(&reply.message().await?));
        }
        reply.set_message(message("new reply"));
        assert_eq!(text(&reply.message().await?), "new reply");
        Ok(reply)
    }
}

impl Interceptor for Replace {
    async fn intercept_unary_unary<N: Next<UnaryUnary>>(
        &self,
        mut call: Call<UnaryUnary>,
        next: N,
    ) -> Result<Reply<UnaryUnary>, Status> {
        self.request(&mut call).await?;
        self.reply(next.run(call).await?).await
    }

    async fn intercept_unary_stream<N: Next<UnaryStream>>(
        &self,
        mut call: Call<UnaryStream>,
        next: N,
    ) -> Result<Reply<UnaryStream>, Status> {
        self.request(&mut call).await?;
        next.run(call).await
    }

    async fn intercept_stream_unary<N: Next<StreamUnary>>(
        &self,
        call: Call<StreamUnary>,
        next: N,
    ) -> Result<Reply<StreamUnary>, Status> {
        self.reply(next.run(call).await?).await
    }

    async fn intercept_stream_stream<N: Next<StreamStream>>(
        &self,
        call: Call<StreamStream>,
        next: N,
    ) -> Result<Reply<StreamStream>, Status> {
        next.run(call).await
    }
}

/// Those outside saw the request that came, and see the reply that was put in its place; those inside the other way round.
#[tokio::test]
async fn set_message_puts_one_in_the_place_of_another() {
    for (kind, side) in everywhere() {
        for looks in [false, true] {
            let (outer, inner) = (Inspect::new(), Inspect::new());
            let saw = Log::new();
            let replace = Replace {
                looks,
                saw: saw.clone(),
            };
            let arrived = Log::new();
            let below = replying(&arrived, &answering(kind));
            let service = around(side, (outer.clone(), replace, inner.clone()), below);
            let outcome = call(&service, kind, requests(kind)).await;

            let context = format!("{kind} {side}, looks: {looks}");
            let (streamed, stream) = (kind.client_streaming(), kind.server_streaming());
            let request = if streamed {
                requests(kind)
            } else {
                &["new request"]
            };
            let reply = if stream {
                replies(kind)
            } else {
                &["new reply"]
            };
            assert_eq!(outer.requests.take(), requests(kind), "{context}");
            assert_eq!(inner.requests.take(), request, "{context}");
            assert_eq!(arrived.take()[0].texts(), request, "{context}");
            assert_eq!(inner.replies.take(), replies(kind), "{context}");
            assert_eq!(outer.replies.take(), reply, "{context}");
            assert_eq!(outcome.texts(), reply, "{context}");
            let looked = [(looks && !streamed, "a"), (looks && !stream, "x")];
            let looked = looked.iter().filter(|it| it.0).map(|it| it.1);
            assert_eq!(saw.take(), looked.collect::<Vec<_>>(), "{context}");
        }
    }
}

/// A check further out is not passed by because somebody further in replaces the message.
#[tokio::test]
async fn a_replaced_message_is_checked_all_the_same() {
    for (kind, side) in everywhere().filter(|(kind, _)| !kind.client_streaming()) {
        for looks in [false, true] {
            let refuse = super::super::refused::Refuse::request(1, Code::InvalidArgument);
            let saw = Log::new();
            let below = replying(&Log::new(), &answering(kind));
            let service = around(side, (refuse, Replace { looks, saw }), below);
            let outcome = call(&service, kind, requests(kind)).await;
            assert_eq!(
                outcome.code(),
                Code::InvalidArgument,
                "{kind} {side} {looks}"
            );
        }
    }
}

/// Waits for the message again and again, and gives up in between.
#[derive(Debug, Clone)]
struct Impatient;

impl Impatient {
    async fn request<T: CallType<Request = interceptor_core::Single>>(
        &self,
        call: &mut Call<T>,
    ) -> Result<(), Status> {
        loop {
            let first = std::future::poll_fn(|cx| {
                std::task::Poll::Ready(pin!(call.message()).as_mut().poll(cx))
            });
            match first.await {
                std::task::Poll::Ready(message) => break assert_eq!(text(&message?), "a"),
                std::task::Poll::Pending => tokio::task::yield_now().await,
            }
        }
        Ok(())
    }
}

impl Interceptor for Impatient {
    async fn intercept_unary_unary<N: Next<UnaryUnary>>(
        &self,
        mut call: Call<UnaryUnary>,
        next: N,
    ) -> Result<Reply<UnaryUnary>, Status> {
        self.request(&mut call).await?;
        next.run(call).await
    }

    async fn intercept_unary_stream<N: Next<UnaryStream>>(
        &self,
        mut call: Call<UnaryStream>,
        next: N,
    ) -> Result<Reply<UnaryStream>, Status> {
        self.request(&mut call).await?;
        next.run(call).await
    }

    async fn intercept_stream_unary<N: Next<StreamUnary>>(
        &self,
        call: Call<StreamUnary>,
        next: N,
    ) -> Result<Reply<StreamUnary>, Status> {
        next.run(call).await
    }

    async fn intercept_stream_stream<N: Next<StreamStream>>(
        &self,
        call: Call<StreamStream>,
        next: N,
    ) -> Result<Reply<StreamStream>, Status> {
        next.run(call).await
    }
}

#[tokio::test]
async fn nothing_is_lost_when_waiting_for_a_message_is_given_up() {
    for (kind, side) in everywhere().filter(|(kind, _)| !kind.client_streaming()) {
        let arrived = Log::new();
        let service = around(side, Impatient, replying(&arrived, &answering(kind)));
        let mut steps = vec![Step::Wait];
        for step in pieces(&["a"], 2) {
            steps.extend([step, Step::Wait, Step::Wait]);
        }
        send(&service, kind, body(steps)).await;
        assert_eq!(arrived.take()[0].texts(), ["a"], "{kind} {side}");
    }
}

/// A request that breaks off before its message is there.
#[tokio::test]
async fn a_message_that_does_not_come_is_a_status() {
    let broken = Status::unavailable("the line is dead");
    let cases = [
        (vec![], Code::Internal),
        (vec![Step::Data(frame("a").slice(..6))], Code::Internal),
        (
            vec![
                Step::Data(frame("a").slice(..6)),
                Step::Fail(broken.clone()),
            ],
            Code::Unavailable,
        ),
        (vec![Step::Fail(broken)], Code::Unavailable),
    ];
    for (kind, side) in everywhere().filter(|(kind, _)| !kind.client_streaming()) {
        for (steps, code) in &cases {
            let service = around(side, Impatient, replying(&Log::new(), &answering(kind)));
            let request = Request::post(path(kind)).body(body(steps.clone())).unwrap();
            let code_of = match service.oneshot(request).await {
                Ok(response) => response.headers()["grpc-status"]
                    .to_str()
                    .unwrap()
                    .parse()
                    .unwrap(),
                Err(error) => i32::from(Status::from_error(error).code()),
            };
            assert_eq!(Code::from(code_of), *code, "{kind} {side} {steps:?}");
        }
    }
}
