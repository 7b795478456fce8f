use std::sync::Arc;

use interceptor_core::{Call, CallType, ConfigError, Observe, Side};
use interceptor_kit::policy::order;
use opentelemetry::propagation::TextMapPropagator;

use super::{
    config::Config,
    events::Events,
    scope::{Of, Scope},
};
use crate::intercept::intercept_all;

/// A span for each call: see the [module](super).
#[derive(Debug, Clone)]
pub struct Spans {
    config: Config,
    observe: (Scope, Observe<Events>),
}

// === impl Spans ===

impl Spans {
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
        let observe = both(&config, Of::Call);
        Self { config, observe }
    }

    #[expect(clippy::unused_self, reason = "nothing has to be done")]
    fn prepare<T: CallType>(&self, call: Call<T>) -> Call<T> {
        call
    }

    #[expect(
        clippy::unused_self,
        clippy::unnecessary_wraps,
        reason = "it fits both sides"
    )]
    fn check_side(&self, _: Side) -> Result<(), ConfigError> {
        Ok(())
    }
}

intercept_all!(Spans, order = [.role(order::TRACING).outside(&[order::RETRYING, order::HEDGING])]);

impl Default for Spans {
    fn default() -> Self {
        Self::new()
    }
}

/// Who runs things in a span, and who sees what passes.
pub(super) fn both(config: &Config, of: Of) -> (Scope, Observe<Events>) {
    let scope = Scope {
        config: Arc::new(config.clone()),
        of,
    };
    let events = Events {
        uncompressed_sizes: config.uncompressed_sizes,
    };
    (scope, Observe::new(events))
}

const _: () = {
    const fn assert_value<T: Clone + std::fmt::Debug + Send + Sync + 'static>() {}
    assert_value::<Spans>();
};
