use interceptor_core::{Call, CallType, ConfigError, Observe, Side};
use interceptor_kit::policy::order;
use opentelemetry::propagation::TextMapPropagator;

use super::{
    calls::both,
    config::Config,
    events::Events,
    scope::{Of, Scope},
};
use crate::intercept::{intercept_all, only_on_client};

/// A span for each attempt: see the [module](super). Its place is inside of a retry, on a client, and [`Spans`](super::Spans)
/// outside of it.
#[derive(Debug, Clone)]
pub struct AttemptSpans {
    config: Config,
    observe: (Scope, Observe<Events>),
}

// === impl AttemptSpans ===

impl AttemptSpans {
    /// With W3C's propagation.
    #[must_use]
    pub fn new() -> Self {
        Self::with(Config::default())
    }

    /// How contexts go from peer to peer. Default: W3C's `traceparent` and `tracestate`.
    #[must_use]
    pub fn propagator(self, propagator: impl TextMapPropagator + Send + Sync + 'static) -> Self {
        let mut config = self.config;
        config.propagator(propagator);
        Self::with(config)
    }

    /// `server.address` and `server.port` of a client's spans, which a layer does not know. Default: none.
    #[must_use]
    pub fn server(self, address: &str, port: u16) -> Self {
        let server = Some((address.to_owned(), port));
        Self::with(Config {
            server,
            ..self.config
        })
    }

    /// Whether compressed messages are decompressed to know their size. Default: no, for it costs what decompressing costs.
    #[must_use]
    pub fn uncompressed_sizes(self, wanted: bool) -> Self {
        Self::with(Config {
            uncompressed_sizes: wanted,
            ..self.config
        })
    }

    fn with(config: Config) -> Self {
        let observe = both(&config, Of::Attempt);
        Self { config, observe }
    }

    #[expect(clippy::unused_self, reason = "nothing has to be done")]
    fn prepare<T: CallType>(&self, call: Call<T>) -> Call<T> {
        call
    }

    #[expect(clippy::unused_self, reason = "the side is all that counts")]
    fn check_side(&self, side: Side) -> Result<(), ConfigError> {
        only_on_client(side)
    }
}

intercept_all!(AttemptSpans, order = [.only_on(Side::Client).inside(&[order::RETRYING, order::HEDGING])]);

impl Default for AttemptSpans {
    fn default() -> Self {
        Self::new()
    }
}

const _: () = {
    const fn assert_value<T: Clone + std::fmt::Debug + Send + Sync + 'static>() {}
    assert_value::<AttemptSpans>();
};
