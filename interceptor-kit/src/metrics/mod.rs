//! Counts and times calls, for Prometheus: what was started, how it ended, how long it took, and how many messages passed.
//!
//! One definition serves both sides and all four call types, with the names and values that existing dashboards expect: those
//! of the libraries for Go, Python or Java, as a [`Dialect`]. Each call that starts ends once, whatever becomes of it, with
//! the code of the table in [`End`](interceptor_core::End). Numbers go to a [`Registry`], which writes them in Prometheus'
//! text format and in OpenMetrics; or, by `interceptor-prometheus`, to the registry that a program has already.
//!
//! # Example
//!
//! ```
//! # use interceptor_core::{ClientLayer, Methods, tonic::{self, Request, Response, Status}};
//! # use interceptor_kit::metrics::{Format, Metrics};
//! # use testproto::helloworld::{greeter_client::GreeterClient, greeter_server::{Greeter, GreeterServer}, HelloReply, HelloRequest};
//! # struct Hello;
//! # #[tonic::async_trait]
//! # impl Greeter for Hello {
//! #     async fn say_hello(&self, request: Request<HelloRequest>) -> Result<Response<HelloReply>, Status> {
//! #         Err(Status::not_found(request.into_inner().name))
//! #     }
//! # }
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let methods = Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET)?;
//! # let server = GreeterServer::new(Hello);
//! let metrics = Metrics::new();
//! let mut client = GreeterClient::new(ClientLayer::new(metrics.clone(), &methods)?.layer(server));
//! client.say_hello(HelloRequest::default()).await.unwrap_err();
//!
//! let text = metrics.registry().render(Format::Text);
//! let labels = r#"grpc_code="NotFound",grpc_method="SayHello",grpc_service="helloworld.Greeter",grpc_type="unary""#;
//! assert!(text.contains(&format!("grpc_client_handled_total{{{labels}}} 1\n")));
//! # Ok(())
//! # }
//! ```
//!
//! # Metrics
//!
//! In dialect `go`; the others' names are in [`Dialect`]. `<side>` is `client` or `server`.
//!
//! | metric | labels | counts |
//! |---|---|---|
//! | `grpc_<side>_started_total` | `grpc_type`, `grpc_service`, `grpc_method` | calls, at their start |
//! | `grpc_<side>_handled_total` | and `grpc_code` | calls, at their end |
//! | `grpc_<side>_msg_received_total` | as the first | messages that came: requests on a server, responses on a client |
//! | `grpc_<side>_msg_sent_total` | as the first | messages that left |
//! | `grpc_<side>_handling_seconds` | as the first | seconds from a call's start to its end, streams included |
//! | `grpc_<side>_in_flight` | as the first | calls that started and did not end yet |
//! | `grpc_client_msg_recv_handling_seconds` | as the first | on request: seconds up to a response message, from the one before it or from the start |
//! | `grpc_client_msg_send_handling_seconds` | as the first | on request: the same for request messages |
//!
//! All methods that are in no table share one value of `grpc_service` and of `grpc_method`: a peer can make up as many names
//! as it likes.
//!
//! # Calls
//!
//! | call type | what is counted |
//! |---|---|
//! | unary-unary | one start, one end; in dialects `go` and `go_v1` its messages |
//! | unary-stream, stream-unary, stream-stream | one start, one end when the stream is over; the messages of each stream; in dialects `go` and `go_v1` the one message of the other way, too |
//!
//! # Order
//!
//! Outside of a retry it counts calls, inside of it attempts. On a server it belongs outside of what refuses calls, if those
//! are to be counted.
//!
//! # Errors
//!
//! It ends no call.
//!
//! # Cancellation
//!
//! A call that its caller drops is handled, with CANCELLED, or with `DEADLINE_EXCEEDED` if its deadline has passed.
//!
//! # Cost
//!
//! Once a method was called, a call adds to atomics that are found by one look-up: no lock, no formatting. In dialects `go`
//! and `go_v1` a call has one allocation, to see its request messages pass; in the others a unary call has none, and a
//! streamed request has one. A streamed response has one more. A message has none. Labels of one's own cost a look at the
//! metadata each, exemplars another; a call of a sampled trace has an allocation more for them, and so has each call of a
//! client with histograms of messages.
//!
//! # Differences
//!
//! From all originals:
//!
//! - Each call that starts is handled once: also one that fails, one that is abandoned half-way, one that panics. The
//!   originals for Python forget failures of unary calls, all streams on a client and most failures of streams on a server;
//!   that for Go forgets streams whose caller goes away.
//! - Durations and ends are those of the whole stream, not of its headers.
//! - A call to a method that does not exist is counted too, under the one value for unknown methods.
//! - There is a gauge of calls under way, and the histogram of durations is on unless it is switched off.
//! - The time up to a message is measured from the message before it, or from the start. The originals measure a function
//!   call; here nobody calls, streams are polled.
//!
//! From Go, version 2: the end of a stream and a failed read are no messages. From Python: there are no `_created` series,
//! families of the other naming are not announced without series, and a started client call counts whatever its type. From
//! Java: nothing more.

mod builder;
mod counting;
mod definition;
mod dialect;
mod extra;
mod family;
mod grow;
mod recorder;
mod registry;
mod series;
#[cfg(test)]
mod tests;
mod trace_id;

pub use builder::MetricsBuilder;
pub use dialect::Dialect;
pub use family::{Family, FamilyKind};
pub use recorder::{Counter, Gauge, Histogram, Recorder};
pub use registry::{
    AtomicCounter, AtomicGauge, AtomicHistogram, BucketSnapshot, ExemplarSnapshot, FamilySnapshot,
    Format, Registry, SeriesSnapshot, ValueSnapshot,
};
pub use trace_id::TraceId;

use std::{fmt, sync::Arc};

use interceptor_core::{
    Call, ConfigError, Description, Interceptor, Methods, Next, Observe, Order, Reply, Rules, Side,
    StreamStream, StreamUnary, UnaryStream, UnaryUnary, tonic::Status,
};

use self::counting::Counting;
use crate::policy::order;

/// Counts and times all calls that pass: see the [module](self). Clones count as one, and so may a client's and a server's.
pub struct Metrics<R: Recorder = Registry> {
    observe: Observe<Counting<R>>,
}

// === impl Metrics ===

impl Metrics {
    /// In dialect [`Go`](Dialect::Go), into a [`Registry`] of their own.
    ///
    /// # Panics
    ///
    /// Never: the defaults are right.
    #[must_use]
    pub fn new() -> Self {
        Self::builder().build().expect("the defaults are right")
    }

    /// Starts from the defaults.
    pub fn builder() -> MetricsBuilder<Registry> {
        MetricsBuilder::new()
    }

    /// The registry that they are counted in.
    #[must_use]
    pub fn registry(&self) -> Registry {
        self.recorder().clone()
    }
}

impl<R: Recorder> Metrics<R> {
    /// Where the numbers go.
    #[must_use]
    pub fn recorder(&self) -> &R {
        &self.observe.observer().recorder
    }

    /// All families of one side, whether they have series or not.
    pub fn families(&self, side: Side) -> impl Iterator<Item = &Arc<Family>> {
        self.observe.observer().definition.of(side).iter()
    }
}

/// Written by hand, so that nothing stands between the chain and `Observe`.
impl<R: Recorder> Interceptor for Metrics<R> {
    const ORDER: Order = Order::of(Rules::new("Metrics").role(order::MEASURING));

    fn intercept_unary_unary<N: Next<UnaryUnary>>(
        &self,
        call: Call<UnaryUnary>,
        next: N,
    ) -> impl Future<Output = Result<Reply<UnaryUnary>, Status>> + Send {
        self.observe.intercept_unary_unary(call, next)
    }

    fn intercept_unary_stream<N: Next<UnaryStream>>(
        &self,
        call: Call<UnaryStream>,
        next: N,
    ) -> impl Future<Output = Result<Reply<UnaryStream>, Status>> + Send {
        self.observe.intercept_unary_stream(call, next)
    }

    fn intercept_stream_unary<N: Next<StreamUnary>>(
        &self,
        call: Call<StreamUnary>,
        next: N,
    ) -> impl Future<Output = Result<Reply<StreamUnary>, Status>> + Send {
        self.observe.intercept_stream_unary(call, next)
    }

    fn intercept_stream_stream<N: Next<StreamStream>>(
        &self,
        call: Call<StreamStream>,
        next: N,
    ) -> impl Future<Output = Result<Reply<StreamStream>, Status>> + Send {
        self.observe.intercept_stream_stream(call, next)
    }

    fn describe(&self, description: &mut Description) {
        description.interceptor("Metrics");
        description.order(&Self::ORDER);
    }

    fn check(&self, methods: &Methods, side: Side) -> Result<(), ConfigError> {
        self.observe.check(methods, side)
    }
}

impl<R: Recorder> Clone for Metrics<R> {
    fn clone(&self) -> Self {
        Self {
            observe: self.observe.clone(),
        }
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl<R: Recorder> fmt::Debug for Metrics<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Metrics")
            .field(&self.observe.observer())
            .finish()
    }
}

const _: () = {
    const fn assert_value<T: Clone + fmt::Debug + Send + Sync + 'static>() {}
    assert_value::<Metrics>();
    assert_value::<Registry>();
};
