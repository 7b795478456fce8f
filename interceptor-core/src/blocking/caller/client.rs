use tonic::{Request, Response, Status, Streaming};

use super::{
    IntoRequests, Requests,
    runtime::{Ours, Waiting},
};
use crate::blocking::Messages;

/// A generated client whose calls block: one method for each call type, which takes the client's own method by its path.
///
/// ```no_run
/// # use interceptor_core::blocking;
/// # use testproto::echo::{EchoRequest, echo_client::EchoClient};
/// # use tonic::Request;
/// # fn main() -> Result<(), tonic::Status> {
/// # let channel = blocking::Channel::connect("http://[::1]:50051")?;
/// # let requests = || vec![EchoRequest::default()];
/// let mut client = channel.client(EchoClient::new);
/// let reply = client.unary(EchoClient::unary_echo, EchoRequest::default())?.into_inner();
/// let reply = client.client_streaming(EchoClient::client_stream, requests())?.into_inner();
/// for reply in client.server_streaming(EchoClient::server_stream, EchoRequest::default())?.into_inner() {
///     println!("{}", reply?.text);
/// }
/// let replies = client.streaming(EchoClient::bidi_stream, Request::new(requests()))?;
/// # Ok(()) }
/// ```
///
/// Metadata and a deadline stand on the request, as always: a `tonic::Request` goes wherever a message or an iterator
/// does. Dropping the iterator of the replies cancels the call.
///
/// # Errors
///
/// Of each call: the status that it ends with; `FAILED_PRECONDITION` in async code, where it would stop the runtime; INTERNAL
/// if the iterator of the requests panics, which cancels the call.
#[derive(Debug, Clone)]
pub struct Client<C> {
    client: C,
    ours: Ours,
}

// === impl Client ===

#[allow(
    clippy::missing_errors_doc,
    reason = "those of all calls stand at the type"
)]
impl<C> Client<C> {
    pub(super) fn new(client: C, ours: Ours) -> Self {
        Self { client, ours }
    }

    /// One message each way: `client.unary(EchoClient::unary_echo, request)`.
    pub fn unary<F, Q, M>(&mut self, method: F, request: Q) -> Result<Response<M>, Status>
    where
        F: AsyncFnOnce(&mut C, Q) -> Result<Response<M>, Status>,
    {
        self.ours.wait(method(&mut self.client, request))?
    }

    /// One request message and an iterator of replies: `client.server_streaming(EchoClient::server_stream, request)`.
    pub fn server_streaming<F, Q, M>(
        &mut self,
        method: F,
        request: Q,
    ) -> Result<Response<Messages<M>>, Status>
    where
        F: AsyncFnOnce(&mut C, Q) -> Result<Response<Streaming<M>>, Status>,
        M: Send + 'static,
    {
        let response = self.ours.wait(method(&mut self.client, request))??;
        let waiting = Waiting::new(self.ours.clone());
        Ok(response.map(|replies| Messages::of_caller(replies, waiting)))
    }

    /// Requests out of an iterator and one reply: `client.client_streaming(EchoClient::client_stream, requests)`.
    pub fn client_streaming<F, I, K, M>(
        &mut self,
        method: F,
        requests: I,
    ) -> Result<Response<M>, Status>
    where
        F: AsyncFnOnce(&mut C, Request<Requests<I::Message>>) -> Result<Response<M>, Status>,
        I: IntoRequests<K>,
    {
        let (requests, broken) = requests.into_requests();
        let mut waiting = Waiting::unless(self.ours.clone(), broken);
        waiting.wait(method(&mut self.client, requests))?
    }

    /// Requests out of an iterator, and an iterator of replies: `client.streaming(EchoClient::bidi_stream, requests)`.
    pub fn streaming<F, I, K, M>(
        &mut self,
        method: F,
        requests: I,
    ) -> Result<Response<Messages<M>>, Status>
    where
        F: AsyncFnOnce(
            &mut C,
            Request<Requests<I::Message>>,
        ) -> Result<Response<Streaming<M>>, Status>,
        I: IntoRequests<K>,
        M: Send + 'static,
    {
        let (requests, broken) = requests.into_requests();
        let mut waiting = Waiting::unless(self.ours.clone(), broken);
        let response = waiting.wait(method(&mut self.client, requests))??;
        Ok(response.map(|replies| Messages::of_caller(replies, waiting)))
    }

    /// Anything else that the client can do: `client.call(async |client| …)`.
    pub fn call<R>(
        &mut self,
        call: impl AsyncFnOnce(&mut C) -> Result<R, Status>,
    ) -> Result<R, Status> {
        self.ours.wait(call(&mut self.client))?
    }

    /// The generated client, for what is set on it.
    pub fn get_mut(&mut self) -> &mut C {
        &mut self.client
    }

    /// The generated client.
    pub fn into_inner(self) -> C {
        self.client
    }
}
