//! Law 4. Not calling `next` means that nothing below ran; and the request was not read either.

use interceptor_core::{
    BoxInterceptor, Call, Interceptor, Message, Next, Reply, StreamStream, StreamUnary,
    UnaryStream, UnaryUnary,
};
use tonic::{Code, Status};

use crate::{
    cell::Cell,
    check::{Verdict, ensure},
    mutants::Subject,
    support::{
        body::{Log, body, data, reply},
        chain::Reject,
        echo::Echo,
    },
    world::World,
};

pub(crate) async fn holds(cell: Cell, subject: &Subject) -> Verdict {
    let reject = Reject::with(Status::permission_denied("no"));
    let rejected = run(cell, subject, BoxInterceptor::new(reject)).await?;
    let (code, texts) = &rejected;
    ensure(*code == Code::PermissionDenied && texts.is_empty(), || {
        format!("a rejection arrives as {code:?} {texts:?}")
    })?;
    let answered = run(cell, subject, BoxInterceptor::new(Answer)).await?;
    ensure(answered == (Code::Ok, vec!["made".to_owned()]), || {
        format!("an answer arrives as {answered:?}")
    })
}

async fn run(
    cell: Cell,
    subject: &Subject,
    link: BoxInterceptor,
) -> Result<(Code, Vec<String>), String> {
    let ran: Log<&str> = Log::new();
    let echo = Echo { ran: ran.clone() };
    let world = World::new(cell, subject, vec![link], echo.routes()).await;
    let came = world.call(body([data("x")])).await;
    let calls = world.below.read().calls;
    ensure(calls == 0 && ran.len() == 0, || {
        format!("what is below was called {calls} times")
    })?;
    let polls = world.above.read().request.polls;
    ensure(polls == 0, || {
        format!("the request was read {polls} times, for nothing")
    })?;
    Ok(came)
}

/// Gives an answer of its own.
#[derive(Debug, Clone)]
struct Answer;

impl Interceptor for Answer {
    async fn intercept_unary_unary<N: Next<UnaryUnary>>(
        &self,
        _: Call<UnaryUnary>,
        _: N,
    ) -> Result<Reply<UnaryUnary>, Status> {
        Ok(Reply::new(made()))
    }

    async fn intercept_unary_stream<N: Next<UnaryStream>>(
        &self,
        _: Call<UnaryStream>,
        _: N,
    ) -> Result<Reply<UnaryStream>, Status> {
        Ok(Reply::from_stream(futures_util::stream::iter([Ok(made())])))
    }

    async fn intercept_stream_unary<N: Next<StreamUnary>>(
        &self,
        _: Call<StreamUnary>,
        _: N,
    ) -> Result<Reply<StreamUnary>, Status> {
        Ok(Reply::new(made()))
    }

    async fn intercept_stream_stream<N: Next<StreamStream>>(
        &self,
        _: Call<StreamStream>,
        _: N,
    ) -> Result<Reply<StreamStream>, Status> {
        Ok(Reply::from_stream(futures_util::stream::iter([Ok(made())])))
    }
}

fn made() -> Message {
    Message::encode(&reply("made"))
}
