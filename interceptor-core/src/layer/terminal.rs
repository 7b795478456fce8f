//! Where the chain ends and the call itself begins.

use std::{
    any::Any,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http::{Request, Response, header::CONTENT_LENGTH};
use tonic::{Status, body::Body, metadata::MetadataMap};
use tower_service::Service;

use super::{
    arrival::{Arrival, Refusal},
    slot::Slot,
};
use crate::{
    Call, CallType, Next, Reply,
    call::{now, print_timeout},
    exchange::{Exchange, Facts},
    payload::{Failure, OutgoingBody},
    status::{self, BoxError},
};

/// The innermost [`Next`]: sends the request, and waits for as much of the response as the call type says.
pub(crate) struct Terminal<'s, S: Service<Request<Body>>> {
    slot: &'s Slot<S>,
}

impl<'s, S: Service<Request<Body>>> Terminal<'s, S> {
    #[inline]
    pub(crate) fn new(slot: &'s Slot<S>) -> Self {
        Self { slot }
    }
}

impl<S: Service<Request<Body>>> Clone for Terminal<'_, S> {
    fn clone(&self) -> Self {
        Self { slot: self.slot }
    }
}

impl<T, S, B> Next<T> for Terminal<'_, S>
where
    T: CallType,
    S: Service<
            Request<Body>,
            Response = Response<B>,
            Error: Into<BoxError> + Send + 'static,
            Future: Send,
        > + Clone
        + Send
        + 'static,
    B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    #[inline]
    fn proceed(self, call: Call<T>) -> impl Future<Output = Result<Reply<T>, Status>> + Send {
        let (slot, mut exchange) = (self.slot, call.into_exchange());
        async move {
            let (body, failure) = departing(&mut exchange)?;
            let mut arrival = {
                let sending = pin!(slot.send_call(&mut exchange, body));
                let exchange = &mut *exchange;
                match (Sent { sending, exchange }).await {
                    Ok(arrival) => arrival,
                    Err(error) => return Err(failed(error, failure.as_deref())),
                }
            };
            arrival.tell(&mut exchange);
            arrival.read(&mut exchange).await;
            if let Some(failure) = &failure {
                let content = exchange.response_payload().content();
                content.fails_with(Arc::clone(failure));
            }
            match failure.as_deref().and_then(Failure::take) {
                Some(status) => Err(status),
                None => arrival
                    .finish(exchange)
                    .map_err(|refusal| refused(refusal, slot)),
            }
        }
    }
}

/// A request under way. A future by hand, because `.await` would move the response once more before it is in its box.
struct Sent<'a, F, T: CallType> {
    sending: Pin<&'a mut F>,
    exchange: &'a mut Exchange<T>,
}

impl<F, T, B, E> Future for Sent<'_, F, T>
where
    F: Future<Output = Result<Response<B>, E>>,
    T: CallType,
    B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    type Output = Result<Arrival, E>;

    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "measured: the call costs as much as what it does, and every call pays"
    )]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        match ready!(this.sending.as_mut().poll(cx)) {
            Ok(response) => {
                let arrival = Arrival::new(this.exchange, response, into_tonic_body);
                Poll::Ready(Ok(arrival))
            }
            Err(error) => Poll::Ready(Err(error)),
        }
    }
}

/// Makes a body of the request's payload, and keeps why that fails, if it may.
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "measured: the call costs as much as what it does, and every call pays"
)]
fn departing<T: CallType>(
    exchange: &mut Exchange<T>,
) -> Result<(Body, Option<Arc<Failure>>), Status> {
    if exchange.facts.deadline_is_new {
        let facts = exchange.facts;
        write_timeout(&facts, exchange.metadata_mut())?;
    }
    if let Some(body) = exchange.take_plain_request() {
        return Ok((body, None));
    }
    Ok(departing_changed(exchange))
}

/// The same of a request that somebody did something to.
fn departing_changed<T: CallType>(exchange: &mut Exchange<T>) -> (Body, Option<Arc<Failure>>) {
    let mut failure = None;
    let body = exchange.take_request_content().into_body(|content| {
        let failure = failure.insert(Arc::default());
        Body::new(OutgoingBody::request(content, Arc::clone(failure)))
    });
    if failure.is_some() {
        exchange.metadata_mut().as_mut().remove(CONTENT_LENGTH); // of the body that came
    }
    (body, failure)
}

/// `grpc-timeout` says what is left of a deadline that an interceptor set. When nothing is left, nothing is sent.
fn write_timeout(facts: &Facts, metadata: &mut MetadataMap) -> Result<(), Status> {
    if let Some(deadline) = facts.deadline {
        let left = deadline.saturating_duration_since(now());
        if left.is_zero() {
            return Err(Status::deadline_exceeded(
                "the deadline passed before the call was sent",
            ));
        }
        metadata
            .as_mut()
            .insert("grpc-timeout", print_timeout(left));
    }
    Ok(())
}

/// The service below failed. If that was because the request failed on this side, the call ends with that.
fn failed(error: impl Into<BoxError>, failure: Option<&Failure>) -> Status {
    failure
        .and_then(Failure::take)
        .unwrap_or_else(|| status::transport(error.into(), false))
}

/// A response that is not a reply; the slot keeps it, in case that nobody changes the status.
fn refused<S>(refusal: Refusal, slot: &Slot<S>) -> Status
where
    S: Service<Request<Body>> + Clone,
{
    if let Some(response) = refusal.response {
        slot.keep(response);
    }
    refusal.status
}

/// A body as tonic's. tonic's own stays the same object; any other is boxed.
#[inline]
pub(super) fn into_tonic_body<B>(body: B) -> Body
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    let mut slot = Some(body);
    if let Some(tonics) = (&mut slot as &mut dyn Any).downcast_mut::<Option<Body>>() {
        return tonics.take().unwrap_or_default();
    }
    slot.map_or_else(Body::empty, Body::new)
}
