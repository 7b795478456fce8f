use std::{collections::BTreeMap, fmt, sync::Arc};

use interceptor_core::ConfigError;
use opentelemetry::{InstrumentationScope, StringValue, metrics::MeterProvider};

use super::{
    GrpcMetrics,
    instruments::{Maker, OfCall, Traffic},
    names,
    shared::Shared,
};

/// Makes [`GrpcMetrics`]. Each setter says its default.
#[must_use = "a builder does nothing until `build` is called"]
pub struct GrpcMetricsBuilder<'p, P> {
    provider: &'p P,
    target: StringValue,
    keeps: Option<Box<Keeps>>,
    switches: BTreeMap<String, bool>,
}

pub(super) type Keeps = dyn Fn(&str) -> bool + Send + Sync;

// === impl GrpcMetricsBuilder ===

impl<'p, P: MeterProvider> GrpcMetricsBuilder<'p, P> {
    pub(super) fn new(provider: &'p P) -> Self {
        Self {
            provider,
            target: "other".into(),
            keeps: None,
            switches: BTreeMap::new(),
        }
    }

    /// `grpc.target` of a client: the canonical URI of what it is connected to, such as `dns:///shop:443`. A layer does not
    /// know it. Default: `other`.
    pub fn target(mut self, target: impl Into<StringValue>) -> Self {
        self.target = target.into();
        self
    }

    /// Which methods keep their name although they are in no table, by `package.Service/Method`. Default: none, for a peer
    /// may make up as many as it likes; their `grpc.method` is `other`.
    pub fn keep_unknown_methods(
        mut self,
        keeps: impl Fn(&str) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.keeps = Some(Box::new(keeps));
        self
    }

    /// Has an instrument, by its name. Default: those of gRFC A66, and not those of A96, which it calls experimental.
    pub fn enable(mut self, name: &str) -> Self {
        self.switches.insert(name.to_owned(), true);
        self
    }

    /// Has no such instrument.
    pub fn disable(mut self, name: &str) -> Self {
        self.switches.insert(name.to_owned(), false);
        self
    }

    /// Has those of gRFC A96, too: retries, transparent retries, hedges and what they waited.
    pub fn retries(self) -> Self {
        let experimental = names::ALL
            .iter()
            .filter(|instrument| !instrument.is_default);
        experimental.fold(self, |builder, instrument| builder.enable(instrument.name))
    }

    /// The metrics.
    ///
    /// # Errors
    ///
    /// A name that is no instrument's.
    pub fn build(self) -> Result<GrpcMetrics, ConfigError> {
        let is_known = |name: &str| names::ALL.iter().any(|instrument| instrument.name == name);
        if let Some(name) = self.switches.keys().find(|name| !is_known(name)) {
            let text = format!("`{name}` is none of the instruments of gRFC A66 and A96");
            return Err(ConfigError::new(text));
        }
        let scope = InstrumentationScope::builder(env!("CARGO_PKG_NAME"));
        let scope = scope.with_version(env!("CARGO_PKG_VERSION")).build();
        let maker = Maker {
            meter: &self.provider.meter_with_scope(scope),
            is_on: &|instrument| {
                let said = self.switches.get(instrument.name);
                said.copied().unwrap_or(instrument.is_default)
            },
        };
        let (attempts, server, calls) = (
            Traffic::of_attempts(&maker),
            Traffic::of_server(&maker),
            OfCall::new(&maker),
        );
        Ok(GrpcMetrics(Arc::new(Shared {
            target: self.target,
            keeps: self.keeps,
            attempts,
            server,
            calls,
        })))
    }
}

impl<P> fmt::Debug for GrpcMetricsBuilder<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GrpcMetricsBuilder")
            .field("target", &self.target)
            .field("switches", &self.switches)
            .finish_non_exhaustive()
    }
}
