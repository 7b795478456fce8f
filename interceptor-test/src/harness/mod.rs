//! The harness: one interceptor or a chain, a caller above it and a peer below it.

mod caller;
mod matrix;
mod moment;
mod request;
mod run;
mod script;
mod shared;
mod watch;

pub(crate) use caller::{Caller, Received, Stop};
pub(crate) use moment::Gate;
pub use moment::Moment;
pub use script::CallerScript;
pub(crate) use shared::Shared;
pub(crate) use watch::text_of;

use std::{
    fmt,
    sync::{Arc, atomic::AtomicUsize},
    time::Duration,
};

use interceptor_core::{CallKind, ConfigError, Interceptor, Methods, Side, Unknown};

use crate::{Case, Peer};
use request::Request;

/// One interceptor, or a chain, between a caller and a scripted [`Peer`]: in a real `ClientLayer` or `ServerLayer`, and
/// without a socket.
///
/// Each [`call`](Self::call) is a call of its own, through the same interceptor and on to the same peer, so state goes from
/// one to the next. The caller sends and reads as tonic's client does; below it hyper's rules hold (a body that says that it
/// is at its end is not polled).
///
/// ```
/// use interceptor_core::tonic::Code;
/// use interceptor_test::{Harness, Peer, Recorder};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let outcome = Harness::stream_unary(Recorder::new("log")).requests(["a", "b"]).peer(Peer::echo()).call().await;
/// assert_eq!(outcome.code(), Code::Ok);
/// assert_eq!(outcome.messages(), ["ab"]);
/// assert_eq!(outcome.attempts()[0].messages(), ["a", "b"]);
/// # }
/// ```
///
/// # Time
///
/// It is paused: a call that waits, waits no real time. With `#[tokio::test(start_paused = true)]` it takes exactly as long
/// as it says. A harness pauses a clock that runs; it then stands between two ticks of tokio's timers, and waiting may take
/// a millisecond more. In a multi-threaded runtime, whose clock cannot be paused, a harness panics. A call that will never
/// end is dropped after an hour of paused time: [`Ending::Hung`](crate::Ending::Hung).
///
/// An interceptor that blocks, written without `async`, needs [`real_time`](Self::real_time), in which any runtime will do.
pub struct Harness<I> {
    interceptor: Shared<I>,
    case: Case,
    request: Request,
    peer: Arc<Peer>,
    /// How many attempts the peer saw.
    count: Arc<AtomicUsize>,
    cancel: Option<Moment>,
    patience: Option<Duration>,
    real_time: bool,
    split: Option<u64>,
    layer: Layer,
}

/// What is set on the layer.
#[derive(Debug)]
struct Layer {
    methods: Methods,
    unknown: Unknown,
    max_message_size: Option<usize>,
    max_settled_bytes: Option<usize>,
}

/// Until a call counts as hung: of paused time, and of real time.
const PATIENCE: [Duration; 2] = [Duration::from_secs(3600), Duration::from_secs(30)];

// === impl Harness ===

impl<I: Interceptor> Harness<I> {
    /// Calls of that type, on that side.
    pub fn new(case: Case, interceptor: I) -> Self {
        Self {
            interceptor: Shared::new(Arc::new(interceptor)),
            case,
            request: Request::new(),
            peer: Arc::new(Peer::echo()),
            count: Arc::default(),
            cancel: None,
            patience: None,
            real_time: false,
            split: None,
            layer: Layer {
                methods: Case::methods(),
                unknown: Unknown::default(),
                max_message_size: None,
                max_settled_bytes: None,
            },
        }
    }

    /// Calls with one message each way, on the client.
    pub fn unary_unary(interceptor: I) -> Self {
        Self::new(Case::new(CallKind::UnaryUnary, Side::Client), interceptor)
    }

    /// Calls with one request message and a stream of response messages, on the client.
    pub fn unary_stream(interceptor: I) -> Self {
        Self::new(Case::new(CallKind::UnaryStream, Side::Client), interceptor)
    }

    /// Calls with a stream of request messages and one response message, on the client.
    pub fn stream_unary(interceptor: I) -> Self {
        Self::new(Case::new(CallKind::StreamUnary, Side::Client), interceptor)
    }

    /// Calls with a stream of messages each way, on the client.
    pub fn stream_stream(interceptor: I) -> Self {
        Self::new(Case::new(CallKind::StreamStream, Side::Client), interceptor)
    }

    /// The same on the server: a `ServerLayer`, and a handler for a peer.
    #[must_use]
    pub fn on_server(self) -> Self {
        let case = Case::new(self.case.kind(), Side::Server);
        Self { case, ..self }
    }

    /// What stands below the chain. Default: [`Peer::echo`].
    #[must_use]
    pub fn peer(self, peer: Peer) -> Self {
        let peer = Arc::new(peer);
        Self { peer, ..self }
    }

    /// When the caller lets go of the call. Default: at its end.
    #[must_use]
    pub fn cancel_at(self, moment: Moment) -> Self {
        let cancel = Some(moment);
        Self { cancel, ..self }
    }

    /// How much time may pass until the call counts as hung, and is dropped. Default: an hour of paused time, half a minute
    /// of real time.
    #[must_use]
    pub fn patience(self, patience: Duration) -> Self {
        let patience = Some(patience);
        Self { patience, ..self }
    }

    /// Calls in real time. Default: in paused time.
    ///
    /// This is for interceptors that block: paused time goes on as soon as no task has anything to do, and it does not see
    /// that a thread has. What waits, waits real time then, so keep it short.
    #[must_use]
    pub fn real_time(self) -> Self {
        let real_time = true;
        Self { real_time, ..self }
    }

    /// Splits the DATA frames of both ways at random places: the same seed splits at the same ones. Default: a message is
    /// a frame.
    #[must_use]
    pub fn split_frames(self, seed: u64) -> Self {
        let split = Some(seed);
        Self { split, ..self }
    }

    /// The table of methods of the layer. Default: [`Case::methods`].
    #[must_use]
    pub fn methods(mut self, methods: Methods) -> Self {
        self.layer.methods = methods;
        self
    }

    /// What the layer does with methods that are not in its table. Default: the layer's.
    #[must_use]
    pub fn unknown(mut self, unknown: Unknown) -> Self {
        self.layer.unknown = unknown;
        self
    }

    /// `max_message_size` of the layer, in bytes. Default: the layer's.
    #[must_use]
    pub fn max_message_size(mut self, bytes: usize) -> Self {
        self.layer.max_message_size = Some(bytes);
        self
    }

    /// `max_settled_bytes` of the layer. Default: the layer's.
    #[must_use]
    pub fn max_settled_bytes(mut self, bytes: usize) -> Self {
        self.layer.max_settled_bytes = Some(bytes);
        self
    }

    /// The call type, and the side.
    #[must_use]
    pub fn case(&self) -> Case {
        self.case
    }

    /// The interceptor.
    #[must_use]
    pub fn interceptor(&self) -> &I {
        &self.interceptor.interceptor
    }

    /// Whether the interceptor can stand in a layer, as it says itself.
    ///
    /// # Errors
    ///
    /// What `Interceptor::check` says is configured wrongly.
    pub fn check(&self) -> Result<(), ConfigError> {
        self.interceptor
            .interceptor
            .check(&self.layer.methods, self.case.side())
    }
}

impl<I> fmt::Debug for Harness<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Harness({})", self.case)
    }
}
