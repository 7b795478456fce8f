//! What a program says of its spans.

use std::{fmt, sync::Arc};

use opentelemetry::propagation::TextMapPropagator;
use opentelemetry_sdk::propagation::TraceContextPropagator;

#[derive(Clone)]
pub(super) struct Config {
    pub(super) propagator: Arc<dyn TextMapPropagator + Send + Sync>,
    pub(super) server: Option<(String, u16)>,
    pub(super) uncompressed_sizes: bool,
}

// === impl Config ===

impl Config {
    pub(super) fn propagator(
        &mut self,
        propagator: impl TextMapPropagator + Send + Sync + 'static,
    ) {
        self.propagator = Arc::new(propagator);
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            propagator: Arc::new(TraceContextPropagator::new()),
            server: None,
            uncompressed_sizes: false,
        }
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("propagator", &self.propagator)
            .field("server", &self.server)
            .field("uncompressed_sizes", &self.uncompressed_sizes)
            .finish()
    }
}
