use std::{fmt, mem, sync::Arc};

use tonic::Status;

use super::{
    End, Observer, Start, Wants,
    bodies::{show_in_hand, watch_request, watch_response},
    ending::{Ending, is_in_headers},
    guard::guarded,
    reader::Reader,
    request::Requests,
    response::Responses,
    state::Observed,
};
use crate::{
    Call, CallType, ConfigError, Description, Interceptor, Methods, Next, Reply, Side,
    interceptor::forward, message::Walk,
};

/// Has an [`Observer`] see all calls that pass. Clones share it.
///
/// It changes nothing: frames pass as they came, and what an observer cannot be shown passes all the same.
///
/// # Example
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
///
/// use interceptor_core::{ClientLayer, End, Methods, Observe, Observer, Start};
///
/// /// How many calls are under way.
/// #[derive(Debug, Default)]
/// struct InFlight(AtomicU64);
///
/// impl Observer for InFlight {
///     type Call = ();
///
///     fn start(&self, _: &mut Start<'_>) {
///         self.0.fetch_add(1, Relaxed);
///     }
///
///     fn end(&self, (): (), _: &End<'_>) {
///         self.0.fetch_sub(1, Relaxed);
///     }
/// }
///
/// let methods = Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET)?;
/// let observe = Observe::new(InFlight::default());
/// let layer = ClientLayer::new(observe.clone(), &methods)?;
/// assert_eq!(observe.observer().0.load(Relaxed), 0);
/// # Ok::<(), interceptor_core::ConfigError>(())
/// ```
///
/// # Calls
///
/// | response | what is told |
/// |---|---|
/// | unary | start, request messages as they pass; headers, message and end when the response is in hand |
/// | streamed | start, request messages as they pass; headers; each message as it is read; the end with the trailers |
/// | a status in the place of a reply | start, request messages as they pass; the end |
///
/// # Order
///
/// Outside of a retry it sees the call, inside of it each attempt. It sees what passes where it stands: what an interceptor
/// outside of it refuses never started, and what one inside of it refuses ends with that status.
///
/// # Errors
///
/// It ends no call. A panic of the observer is caught, and logged by `tracing`.
///
/// # Cancellation
///
/// A drop of the call or of its response is the end of it, with the code that [`End`](super::End) says.
///
/// # Cost
///
/// Allocations for each call; each message has none.
///
/// | | unary response | streamed response |
/// |---|--:|--:|
/// | start and end | 0 | 1 |
/// | and [`Start::on_request_message`] | 1 | 2 |
/// | or [`Wants::Lengths`] of requests; with a lock that only the request and the response of the call take | 2 | 3 |
/// | and [`Wants::Lengths`] of responses | 0 | 0 |
/// | [`Wants::Messages`] in the place of lengths, each way | 1 | 1 |
///
/// A message of which only the length is wanted costs a look at its prefix. One that is shown is a slice of its frame; one
/// that spans frames is copied, up to the layer's `max_message_size`, while its frames pass.
pub struct Observe<O> {
    observer: Arc<O>,
}

/// A call under observation, as long as its response is to come.
struct Watching<'o, O: Observer> {
    ending: Ending<Observed<&'o Arc<O>, O>>,
    responses: Wants,
    max_message_size: usize,
    side: Side,
}

// === impl Observe ===

impl<O: Observer> Observe<O> {
    /// Calls are shown to this observer.
    pub fn new(observer: O) -> Self {
        Self {
            observer: Arc::new(observer),
        }
    }

    /// The observer.
    #[must_use]
    pub fn observer(&self) -> &O {
        &self.observer
    }

    #[expect(
        clippy::manual_async_fn,
        reason = "measured: the future of an `async fn` has each of its arguments twice"
    )]
    fn observe<T: CallType>(
        &self,
        mut call: Call<T>,
        next: impl Next<T>,
    ) -> impl Future<Output = Result<Reply<T>, Status>> + Send {
        async move {
            let mut watching = self.start(&mut call);
            let mut result = next.proceed(call).await;
            if let Some(watching) = &mut watching {
                match &mut result {
                    Ok(reply) => watching.replied(&self.observer, reply),
                    Err(status) => watching.ending.tell(&End::of(status)),
                }
            }
            mem::forget(watching); // nothing is left in it
            result
        }
    }

    /// Tells of the start. From here on, a drop is an end.
    #[inline]
    fn start<T: CallType>(&self, call: &mut Call<T>) -> Option<Watching<'_, O>> {
        let observer = &*self.observer;
        let state = guarded(|| observer.start(&mut Start::new(call)))?;
        let [requests, responses] = [O::wants_requests, O::wants_responses]
            .map(|ask| guarded(|| ask(observer, &state)).unwrap_or_default());
        let (deadline, settings) = (call.deadline(), call.facts().settings);
        let max_message_size = settings.max_message_size;
        let mut watched = Observed::new(&self.observer, state);
        if requests != Wants::Nothing {
            let reader = Reader::new(requests, call.metadata().as_ref(), max_message_size);
            let shared;
            (watched, shared) = watched.share(Arc::clone(&self.observer));
            watch_request(call.content(), Requests(shared), reader);
        }
        Some(Watching {
            ending: Ending::new(watched, deadline),
            responses,
            max_message_size,
            side: call.side(),
        })
    }
}

// === impl Watching ===

impl<O: Observer> Watching<'_, O> {
    /// Tells of the response's headers; and of all that is in hand, or goes with what is to come.
    #[inline]
    fn replied<T: CallType>(&mut self, observer: &Arc<O>, reply: &mut Reply<T>) {
        let (wants, max_message_size) = (self.responses, self.max_message_size);
        let Some(watched) = self.ending.waiting() else {
            return;
        };
        watched.tell(|observer, call| observer.response_headers(call, reply.metadata()));
        if !reply.is_settled() {
            return self.stays(observer, reply);
        }
        let (headers, content) = reply.metadata_and_content();
        let reader = || Reader::new(wants, headers.as_ref(), max_message_size);
        show_in_hand(content, wants, reader, |message| {
            watched.tell(move |observer, call| observer.response_message(call, &message));
        });
        self.ending.tell_settled(reply);
    }

    /// Goes with a response that streams.
    #[inline(never)]
    fn stays<T: CallType>(&mut self, observer: &Arc<O>, reply: &mut Reply<T>) {
        let in_headers = is_in_headers(reply);
        let ending = self.ending.take();
        let ending = ending.map(|watched| watched.with(Arc::clone(observer)));
        let tap = |known| Responses { ending, known };
        if self.responses == Wants::Lengths {
            let reader = Walk::default();
            watch_response(reply.content(), self.side, tap, reader, in_headers);
        } else {
            let headers = reply.metadata().as_ref();
            let reader = Reader::new(self.responses, headers, self.max_message_size);
            watch_response(reply.content(), self.side, tap, reader, in_headers);
        }
    }
}

impl<O: Observer> Interceptor for Observe<O> {
    forward!(|self, call, next| self.observe(call, next));

    fn describe(&self, description: &mut Description) {
        description.interceptor(std::any::type_name::<O>());
    }

    fn check(&self, methods: &Methods, side: Side) -> Result<(), ConfigError> {
        self.observer.check(methods, side)
    }
}

impl<O> Clone for Observe<O> {
    fn clone(&self) -> Self {
        Self {
            observer: Arc::clone(&self.observer),
        }
    }
}

impl<O> From<Arc<O>> for Observe<O> {
    fn from(observer: Arc<O>) -> Self {
        Self { observer }
    }
}

impl<O: fmt::Debug> fmt::Debug for Observe<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Observe").field(&self.observer).finish()
    }
}
