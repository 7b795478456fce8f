//! gRPC's own metrics: gRFC A66, and A96 for retries.
//!
//! # Example
//!
//! ```
//! # use interceptor_core::{ClientLayer, Methods, ServerLayer};
//! # use interceptor_kit::retry::Retry;
//! # use opentelemetry_sdk::metrics::SdkMeterProvider;
//! use interceptor_otel::metrics::GrpcMetrics;
//!
//! let methods = Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET)?;
//! let provider = SdkMeterProvider::builder().build(); // with a reader or an exporter
//! let metrics = GrpcMetrics::builder(&provider).target("dns:///shop:443").retries().build()?;
//! let client = (metrics.calls(), Retry::new(), metrics.attempts());
//! let client = ClientLayer::new(client, &methods)?;
//! let server = ServerLayer::new(metrics.calls(), &methods)?;
//! # Ok::<(), interceptor_core::ConfigError>(())
//! ```
//!
//! The provider is given: the global one is never looked for.
//!
//! # Instruments
//!
//! | instrument | unit | attributes | by |
//! |---|---|---|---|
//! | `grpc.client.attempt.started` | `{attempt}` | `grpc.method`, `grpc.target` | [`AttemptMetrics`] |
//! | `grpc.client.attempt.duration` | s | and `grpc.status` | [`AttemptMetrics`] |
//! | `grpc.client.attempt.sent_total_compressed_message_size` | By | the same | [`AttemptMetrics`] |
//! | `grpc.client.attempt.rcvd_total_compressed_message_size` | By | the same | [`AttemptMetrics`] |
//! | `grpc.client.call.duration` | s | `grpc.method`, `grpc.target`, `grpc.status` | [`CallMetrics`] |
//! | `grpc.server.call.started` | `{call}` | `grpc.method` | [`CallMetrics`] |
//! | `grpc.server.call.sent_total_compressed_message_size` | By | and `grpc.status` | [`CallMetrics`] |
//! | `grpc.server.call.rcvd_total_compressed_message_size` | By | the same | [`CallMetrics`] |
//! | `grpc.server.call.duration` | s | the same | [`CallMetrics`] |
//! | `grpc.client.call.retries` | `{retry}` | `grpc.method`, `grpc.target` | [`CallMetrics`], if enabled |
//! | `grpc.client.call.transparent_retries` | `{transparent_retry}` | the same | [`CallMetrics`], if enabled |
//! | `grpc.client.call.hedges` | `{hedge}` | the same | [`CallMetrics`], if enabled |
//! | `grpc.client.call.retry_delay` | s | the same | [`CallMetrics`], if enabled |
//!
//! The bounds of histograms are the gRFCs'. `grpc.method` is `package.Service/Method`, or `other` for a method that is in no
//! table. Sizes are those of messages as they are on the wire, without their prefixes. A call in which there was no retry
//! or no hedge records no zero for it; the delay is recorded for each.
//!
//! # Calls
//!
//! All four call types. Durations go to the end of the stream; a call that is dropped is one that was CANCELLED.
//!
//! # Errors
//!
//! None.
//!
//! # Cost
//!
//! Some allocations for each call and attempt, and what the SDK's instruments take; an addition for each message.

mod attempts;
mod builder;
mod calls;
mod instruments;
mod names;
mod shared;

use std::sync::Arc;

use opentelemetry::metrics::MeterProvider;

pub use attempts::AttemptMetrics;
pub use builder::GrpcMetricsBuilder;
pub use calls::CallMetrics;
use shared::Shared;

/// The instruments of gRFC A66 and A96 in one meter: see the [module](self). Clones share them.
#[derive(Debug, Clone)]
pub struct GrpcMetrics(Arc<Shared>);

// === impl GrpcMetrics ===

impl GrpcMetrics {
    /// In a meter of this provider.
    pub fn builder<P: MeterProvider>(provider: &P) -> GrpcMetricsBuilder<'_, P> {
        GrpcMetricsBuilder::new(provider)
    }

    /// What measures calls: on a server, and on a client outside of a retry.
    #[must_use]
    pub fn calls(&self) -> CallMetrics {
        CallMetrics::new(Arc::clone(&self.0))
    }

    /// What measures attempts: on a client, inside of a retry, and there without a retry too.
    #[must_use]
    pub fn attempts(&self) -> AttemptMetrics {
        AttemptMetrics::new(Arc::clone(&self.0))
    }
}

const _: () = {
    const fn assert_value<T: Clone + std::fmt::Debug + Send + Sync + 'static>() {}
    assert_value::<GrpcMetrics>();
    assert_value::<CallMetrics>();
    assert_value::<AttemptMetrics>();
};
