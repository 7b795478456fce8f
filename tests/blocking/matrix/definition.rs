//! One definition, written with `async` and without.

use std::sync::mpsc::{Receiver, Sender, channel};

use grpc_interceptor::prelude::*;
use testproto::echo::{EchoReply, EchoRequest};

/// What a definition saw of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Seen {
    Request(String),
    Response(String),
    HasDeadline(bool),
    End(Code, Vec<u8>),
}

/// With `async`.
#[grpc_interceptor]
#[derive(Debug, Clone)]
pub(crate) struct Async(pub(crate) Teller);

/// Without.
#[grpc_interceptor(blocking)]
#[derive(Debug, Clone)]
pub(crate) struct Sync(pub(crate) Teller);

#[derive(Debug, Clone)]
pub(crate) struct Teller(std::sync::Arc<std::sync::Mutex<Sender<Seen>>>);

impl Async {
    async fn intercept_call<T: CallType>(
        &self,
        mut call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        self.0.begins(&mut call);
        let (on_request, on_response, on_end) = self.0.thrice();
        call.payload_mut()
            .inspect(move |it| on_request.request(it))?;
        let mut reply = next.run(call).on_end(move |end| on_end.end(end)).await?;
        reply
            .payload_mut()
            .inspect(move |it| on_response.response(it))?;
        marks(&mut reply);
        Ok(reply)
    }
}

impl Sync {
    fn intercept_call<T: CallType>(
        &self,
        mut call: Call<T>,
        next: BlockingNext<T>,
    ) -> Result<Reply<T>, Status> {
        self.0.begins(&mut call);
        let (on_request, on_response, on_end) = self.0.thrice();
        call.payload_mut()
            .blocking_inspect(move |it| on_request.request(it))?;
        let mut reply = next.on_end(move |end| on_end.end(end)).run(call)?;
        reply
            .payload_mut()
            .blocking_inspect(move |it| on_response.response(it))?;
        marks(&mut reply);
        Ok(reply)
    }
}

fn marks<T: CallType>(reply: &mut Reply<T>) {
    reply
        .metadata_mut()
        .insert("x-initial", "there".parse().unwrap());
    reply.map_trailers(|trailers| {
        trailers.insert("x-trailer", "there".parse().unwrap());
    });
}

// === impl Teller ===

impl Teller {
    pub(crate) fn new() -> (Self, Receiver<Seen>) {
        let (sender, receiver) = channel();
        (
            Self(std::sync::Arc::new(std::sync::Mutex::new(sender))),
            receiver,
        )
    }

    fn thrice(&self) -> (Self, Self, Self) {
        (self.clone(), self.clone(), self.clone())
    }

    fn tell(&self, seen: Seen) {
        let _nobody_looks = self.0.lock().unwrap().send(seen);
    }

    fn begins<T: CallType>(&self, call: &mut Call<T>) {
        self.tell(Seen::HasDeadline(call.deadline().is_some()));
        call.metadata_mut()
            .insert("x-definition", "there".parse().unwrap());
    }

    fn request(&self, message: &Message) {
        let request: EchoRequest = message.decode().unwrap();
        self.tell(Seen::Request(request.text));
    }

    fn response(&self, message: &Message) {
        let reply: EchoReply = message.decode().unwrap();
        self.tell(Seen::Response(reply.text));
    }

    fn end(&self, end: &grpc_interceptor::End<'_>) {
        let details = end.status().map(|it| it.details().to_vec());
        self.tell(Seen::End(end.code(), details.unwrap_or_default()));
    }
}
