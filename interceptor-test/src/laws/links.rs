//! Interceptors that the laws put into a chain.

use futures_util::stream;
use interceptor_core::{
    Call, CallType, ExtensionType, Interceptor, Message, Next, Reply, StreamStream, StreamUnary,
    UnaryStream, UnaryUnary,
    tonic::{Code, Status},
};

use super::body::Log;
use crate::one_body::one_body;

/// Writes down how each call ended.
#[derive(Debug, Clone)]
pub struct Ends(Log<Code>);

impl Ends {
    /// Writes into this log.
    #[must_use]
    pub fn new(log: &Log<Code>) -> Self {
        Self(log.clone())
    }

    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let log = self.0.clone();
        next.run(call).on_end(move |end| log.push(end.code())).await
    }
}

one_body!(Ends);

/// Writes down when a call passes it.
#[derive(Debug, Clone)]
pub(super) struct Trace {
    pub(super) name: &'static str,
    pub(super) log: Log<String>,
}

impl Trace {
    async fn intercept_call<T: CallType>(
        &self,
        mut call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let (name, log) = (self.name, self.log.clone());
        let write = |what: &'static str| {
            let log = log.clone();
            move || log.push(format!("{name} {what}"))
        };
        write("in")();
        let request = write("request");
        call.payload_mut().inspect(move |_| request())?;
        let end = write("end");
        let result = next.run(call).on_end(move |_| end()).await;
        write("out")();
        let mut reply = result?;
        let message = write("reply");
        reply.payload_mut().inspect(move |_| message())?;
        Ok(reply)
    }
}

one_body!(Trace);

/// Ends each call with this status, and counts them.
#[derive(Debug, Clone)]
pub(super) struct Reject {
    pub(super) status: Status,
    pub(super) calls: Log<String>,
}

impl Reject {
    pub(super) fn with(status: Status) -> Self {
        let calls = Log::new();
        Self { status, calls }
    }

    fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        _: impl Next<T>,
    ) -> impl Future<Output = Result<Reply<T>, Status>> + Send {
        self.calls.push(call.method().to_string());
        drop(call); // before the status is on its way
        std::future::ready(Err(self.status.clone()))
    }
}

one_body!(Reject);

/// Gives an answer of its own.
#[derive(Debug, Clone)]
pub(super) struct Answer;

/// An answer, in the call type's own form.
macro_rules! answer {
    ($($method:ident $kind:ident $reply:expr),*) => {
        impl Interceptor for Answer {
            $(async fn $method<N: Next<$kind>>(&self, _: Call<$kind>, _: N) -> Result<Reply<$kind>, Status> {
                Ok($reply)
            })*
        }
    };
}

answer!(
    intercept_unary_unary UnaryUnary Reply::new(made()),
    intercept_unary_stream UnaryStream Reply::from_stream(stream::iter([Ok(made())])),
    intercept_stream_unary StreamUnary Reply::new(made()),
    intercept_stream_stream StreamStream Reply::from_stream(stream::iter([Ok(made())]))
);

fn made() -> Message {
    Message::encode(&"made".to_owned())
}

/// Refuses request messages from that one on.
#[derive(Debug, Clone)]
pub(super) struct Refuse {
    pub(super) from: usize,
}

impl Refuse {
    async fn intercept_call<T: CallType>(
        &self,
        mut call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let (from, mut seen) = (self.from, 0);
        call.payload_mut().try_map(move |message| {
            seen += 1;
            if seen > from {
                return Err(Status::invalid_argument("refused"));
            }
            Ok(message)
        })?;
        next.run(call).await
    }
}

one_body!(Refuse);

/// The header that numbers the attempts of [`Twice`].
pub(super) const ATTEMPT: &str = "x-attempt";

/// Runs a call twice at once, numbered, and returns what came of the second.
#[derive(Debug, Clone)]
pub(super) struct Twice;

impl Twice {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let mut replay = call.into_replay(1 << 16);
        let [first, second] = [(); 2].map(|()| {
            let mut attempt = replay.attempt()?;
            let number = attempt.attempt();
            attempt.metadata_mut().insert(ATTEMPT, number.into());
            Some(attempt)
        });
        let too_long = || Status::internal("what a law sends is short");
        let first = next.clone().run(first.ok_or_else(too_long)?);
        let second = next.run(second.ok_or_else(too_long)?);
        let (first, second) = tokio::join!(first, second);
        drop(first);
        second
    }
}

one_body!(Twice);

/// Writes down the texts of request messages.
#[derive(Debug, Clone)]
pub(super) struct Texts(pub(super) Log<String>);

impl Texts {
    async fn intercept_call<T: CallType>(
        &self,
        mut call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let texts = self.0.clone();
        call.payload_mut().inspect(move |message| {
            let text = message.decode::<String>();
            texts.push(text.unwrap_or_else(|status| status.to_string()));
        })?;
        next.run(call).await
    }
}

one_body!(Texts);

/// Writes down which of these are not in a call's extensions.
#[derive(Debug, Clone)]
pub(super) struct Finds {
    pub(super) types: Vec<ExtensionType>,
    pub(super) missing: Log<&'static str>,
}

impl Finds {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let missing = self.types.iter().filter(|it| !it.is_in(call.extensions()));
        missing.for_each(|it| self.missing.push(it.name()));
        next.run(call).await
    }
}

one_body!(Finds);
